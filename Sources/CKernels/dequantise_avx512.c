// The body compiled for AVX-512; the same operations in the same order as the serial file.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma,f16c"))), apply_to = function)
#define CK_NAME(name) name##_avx512
#include "bodies/dequantise_avx512.h"
#include "bodies/dequantise.h"
#pragma clang attribute pop
#endif
