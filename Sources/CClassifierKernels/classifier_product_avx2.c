#include "classifier_internal.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2,f16c"))), apply_to = function)
#define VECTOR_BYTES 32
enum { MAX_Q = 6, MAX_V = 2 };
#define LOAD_F16(x) _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(x)))
#include "classifier_product_vector.h"

void cls_product_f32_avx2(const float *left, size_t ldl, const uint32_t *index, size_t q,
                          const float *x, size_t ldx, size_t cols, size_t rows, float *out) {
  product_f32(0, left, ldl, index, q, x, ldx, cols, rows, out);
}

void cls_product_f16_avx2(const float *left, size_t ldl, const uint32_t *index, size_t q,
                          const uint16_t *x, size_t ldx, size_t cols, size_t rows, float *out) {
  product_f32(1, left, ldl, index, q, x, ldx, cols, rows, out);
}

void cls_product_f64_avx2(const double *left, size_t ldl, size_t q, const double *x, size_t ldx,
                          size_t cols, size_t rows, double *out, size_t ldo) {
  product_f64(left, ldl, q, x, ldx, cols, rows, out, ldo);
}
#pragma clang attribute pop
#endif
