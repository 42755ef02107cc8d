#ifndef REFEREE_COPENBLAS_SHIM_H
#define REFEREE_COPENBLAS_SHIM_H

/// Declared here and not by <cblas.h>: GSL declares the same enumerations, and Swift refuses two
/// definitions of one type.
char *openblas_get_config(void);
char *openblas_get_corename(void);

#endif
