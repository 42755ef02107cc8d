#ifndef REFEREE_CGSL_SHIM_H
#define REFEREE_CGSL_SHIM_H
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_version.h>

/// `gsl_version` is a mutable C global, which Swift 6 refuses to read.
static inline const char *referee_gsl_version(void) { return gsl_version; }

#endif
