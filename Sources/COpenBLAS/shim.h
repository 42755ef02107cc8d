#ifndef REFEREE_COPENBLAS_SHIM_H
#define REFEREE_COPENBLAS_SHIM_H
#include <cblas.h>
#endif
