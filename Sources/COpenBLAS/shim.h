#ifndef REFEREE_COPENBLAS_SHIM_H
#define REFEREE_COPENBLAS_SHIM_H

/// Declared here and not by <cblas.h>: GSL declares the same enumerations, and Swift refuses two
/// definitions of one type.
char *openblas_get_config(void);
char *openblas_get_corename(void);

/// Ends the threads that OpenBLAS starts when it is loaded; a later parallel call would start them
/// again. Waiting for work they spin for tens of milliseconds, on the processors of the command.
int blas_thread_shutdown_(void);

#endif
