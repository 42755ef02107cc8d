#ifndef REFEREE_TEMPLATES_H
#define REFEREE_TEMPLATES_H
#include <stddef.h>

/// A file from `templates/`, compiled into the binary so that it can be moved anywhere.
typedef struct {
  const char *name;
  const unsigned char *bytes;
  size_t size;
} referee_template;

/// Returns the template called `name` ("report.mustache", "fonts/Inter-Regular.otf"), or NULL.
const referee_template *referee_template_named(const char *name);

/// Number of embedded files, and the i-th of them, in the order of their names.
size_t referee_template_count(void);
const referee_template *referee_template_at(size_t index);

#endif
