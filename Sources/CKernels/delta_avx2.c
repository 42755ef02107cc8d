// The body compiled for AVX2; the same operations in the same order as the serial file.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define CK_NAME(name) name##_avx2
#include "bodies/delta.h"
#pragma clang attribute pop
#endif
