#ifndef REFEREE_CZSTD_SHIM_H
#define REFEREE_CZSTD_SHIM_H
#include <zstd.h>
#endif
