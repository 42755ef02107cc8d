// The body compiled for AVX-512; the same operations in the same order as the serial file.
#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma,f16c"))), apply_to = function)
#define CK_NAME(name) name##_avx512
#include "bodies/attention.h"
#pragma clang attribute pop
#endif
