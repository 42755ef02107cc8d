// Integer products with AVX2: 8 rows in a register, pairs of products in 16 bits.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define CK_NAME(name) name##_avx2
#define CK_INT8_TOKENS 2
#include "bodies/integer.h"

static void unpack(const ck_matrix *w, size_t row, size_t rows, ck_int8_tile tile) {
  ck_int8_unpack_plain(w, row, rows, tile);
}

// Up to 7 bits: |n q| ≤ 127 · 127, so two products fit 16 bits. With 8 bits the sign moves to the
// activation: |n − 128| ≤ 128 and 2 · 128 · 127 fits too; for an unsigned 8-bit n the same holds with
// 128 Σ q added back.
CK_INLINE void lanes(ck_int8_tile tile, ck_int8_traits traits, const bool wide, size_t groups,
                     const ck_int8_inputs *x, size_t token, size_t t, const int half) {
  size_t quads = (size_t)traits.group / 4, per_block = 8 / quads;
  size_t columns = x->rows->columns, source = ck_int8_token(x, token + t);
  const int8_t *q = x->rows->values + source * columns;
  const float *scales = x->rows->scales + source * (columns / 32);
  const float *sums = x->rows->sums + source * (columns / 32);
  const int32_t *counts = (per_block == 1 ? x->rows->counts : x->rows->half_counts) +
                          source * (columns / 32) * per_block;
  int32_t offset = wide ? 128 - traits.zero : -traits.zero;
  size_t count = ck_int8_sums_of(traits);
  __m256 partial[CK_INT8_MOST_SUMS];
  for (size_t i = 0; i < count; i++) partial[i] = _mm256_setzero_ps();
  const __m256i ones = _mm256_set1_epi16(1), flip = _mm256_set1_epi8((char)0x80);
  for (size_t g = 0; g < groups; g++) {
    __m256i sum = _mm256_set1_epi32(offset * counts[g]);
    for (size_t i = 0; i < quads; i++) {
      const uint8_t *p = tile.quants + (g * quads + i) * 64 + 32 * half;
      __m256i n = _mm256_loadu_si256((const __m256i *)p);
      int32_t four;
      memcpy(&four, q + 4 * (g * quads + i), 4);
      __m256i a = _mm256_set1_epi32(four);
      __m256i pairs;
      if (wide) {
        __m256i signed_n = _mm256_xor_si256(n, flip);
        pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(signed_n), _mm256_sign_epi8(a, signed_n));
      } else {
        pairs = _mm256_maddubs_epi16(n, a);
      }
      sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones));
    }
    __m256 p = _mm256_mul_ps(_mm256_cvtepi32_ps(sum), _mm256_set1_ps(scales[g / per_block]));
    __m256 acc = partial[g % count];
    acc = _mm256_fmadd_ps(p, _mm256_loadu_ps(tile.a + g * 16 + 8 * half), acc);
    if (traits.has_min) {
      acc = _mm256_fmadd_ps(_mm256_loadu_ps(tile.c + g * 16 + 8 * half), _mm256_set1_ps(sums[g]),
                            acc);
    }
    partial[g % count] = acc;
  }
  for (size_t width = count / 2; width > 0; width /= 2) {
    for (size_t i = 0; i < width; i++) {
      partial[i] = _mm256_add_ps(partial[i], partial[i + width]);
    }
  }
  _mm256_storeu_ps(tile.sums + t * CK_INT8_ROWS + 8 * half, partial[0]);
}

static void dot(ck_int8_tile tile, ck_int8_traits traits, size_t groups,
                const ck_int8_inputs *x, size_t token, size_t tokens) {
  for (size_t t = 0; t < tokens; t++) {
    for (int half = 0; half < 2; half++) {
      if (traits.is_wide) lanes(tile, traits, true, groups, x, token, t, half);
      else lanes(tile, traits, false, groups, x, token, t, half);
    }
  }
}

static bool single(const ck_matrix *w, size_t first, size_t end, const ck_int8_inputs *inputs,
                   float *scratch, float *out) {
  (void)w, (void)first, (void)end, (void)inputs, (void)scratch, (void)out;
  return false;
}

#include "bodies/integer_product.h"
#include "bodies/integer_round.h"
#pragma clang attribute pop
#endif
