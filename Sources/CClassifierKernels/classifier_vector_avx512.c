#include "classifier_internal.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,f16c"))), apply_to = function)
#include "classifier_vector_body.h"

double cls_dot_f64_avx512(const double *x, const double *y, size_t count) {
  return dot_body(x, y, count);
}

void cls_axpy_f64_avx512(double a, const double *x, double *y, size_t count) {
  axpy_body(a, x, y, count);
}

void cls_expand_f16_avx512(const uint16_t *src, float *dst, size_t count) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8)
    _mm256_storeu_ps(dst + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(src + i))));
  if (i < count) cls_expand_f16_serial(src + i, dst + i, count - i);
}
#pragma clang attribute pop
#endif
