#include "templates.h"

#include <string.h>

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char inter_regular[] = {
#embed "../../templates/fonts/Inter-Regular.otf"
};
static const unsigned char inter_semibold[] = {
#embed "../../templates/fonts/Inter-SemiBold.otf"
};
static const unsigned char dejavu_sans[] = {
#embed "../../templates/fonts/DejaVuSans.ttf"
};

static const unsigned char report_css[] = {
#embed "../../templates/report.css"
};
static const unsigned char report_mustache[] = {
#embed "../../templates/report.mustache"
};
static const unsigned char published_claims_schema[] = {
#embed "../../templates/published-claims.schema.json"
};
static const unsigned char published_figures_schema[] = {
#embed "../../templates/published-figures.schema.json"
};
static const unsigned char published_study_schema[] = {
#embed "../../templates/published-study.schema.json"
};
static const unsigned char row_mapping_schema[] = {
#embed "../../templates/row-mapping.schema.json"
};
static const unsigned char study_plan_schema[] = {
#embed "../../templates/study-plan.schema.json"
};
static const unsigned char registration_aspredicted[] = {
#embed "../../templates/registration/aspredicted.mustache"
};
static const unsigned char registration_osf[] = {
#embed "../../templates/registration/osf.mustache"
};
static const unsigned char registration_pci_rr[] = {
#embed "../../templates/registration/pci-rr.mustache"
};
static const unsigned char registration_replication_recipe[] = {
#embed "../../templates/registration/replication-recipe.mustache"
};
static const unsigned char registration_study_yaml[] = {
#embed "../../templates/registration/study.yaml.mustache"
};

static const referee_template templates[] = {
    {"fonts/DejaVuSans.ttf", dejavu_sans, sizeof dejavu_sans},
    {"fonts/Inter-Regular.otf", inter_regular, sizeof inter_regular},
    {"fonts/Inter-SemiBold.otf", inter_semibold, sizeof inter_semibold},
    {"published-claims.schema.json", published_claims_schema, sizeof published_claims_schema},
    {"published-figures.schema.json", published_figures_schema, sizeof published_figures_schema},
    {"published-study.schema.json", published_study_schema, sizeof published_study_schema},
    {"registration/aspredicted.mustache", registration_aspredicted, sizeof registration_aspredicted},
    {"registration/osf.mustache", registration_osf, sizeof registration_osf},
    {"registration/pci-rr.mustache", registration_pci_rr, sizeof registration_pci_rr},
    {"registration/replication-recipe.mustache", registration_replication_recipe, sizeof registration_replication_recipe},
    {"registration/study.yaml.mustache", registration_study_yaml, sizeof registration_study_yaml},
    {"report.css", report_css, sizeof report_css},
    {"report.mustache", report_mustache, sizeof report_mustache},
    {"row-mapping.schema.json", row_mapping_schema, sizeof row_mapping_schema},
    {"study-plan.schema.json", study_plan_schema, sizeof study_plan_schema},
};

size_t referee_template_count(void) { return sizeof templates / sizeof templates[0]; }

const referee_template *referee_template_at(size_t index) {
  return index < referee_template_count() ? &templates[index] : NULL;
}

const referee_template *referee_template_named(const char *name) {
  for (size_t i = 0; i < referee_template_count(); i++) {
    if (strcmp(templates[i].name, name) == 0) {
      return &templates[i];
    }
  }
  return NULL;
}
