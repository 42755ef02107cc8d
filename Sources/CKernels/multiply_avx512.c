// Products with AVX-512F: the 16 partial sums are one register.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,fma,f16c"))), \
                             apply_to = function)
#define CK_NAME(name) name##_avx512
#define CK_TILE_ROWS 4
#define CK_TILE_ROWS_SINGLE 4
#define CK_TILE_TOKENS 4
#include "bodies/scalar.h"

// Spelled out: the order of _mm512_reduce_add_ps is the compiler's choice.
CK_INLINE float fold(__m512 sum) {
  __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(sum), 1));
  __m256 a = _mm256_add_ps(_mm512_castps512_ps256(sum), high);
  __m128 b = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  __m128 c = _mm_add_ps(b, _mm_movehl_ps(b, b));
  return _mm_cvtss_f32(_mm_add_ss(c, _mm_shuffle_ps(c, c, 1)));
}

// The same of 16 registers at once; lane i of the result is the fold of v[i].
CK_INLINE __m512 fold_all(const __m512 *v) {
  __m512 eight[8], four[4], two[2];
  for (int i = 0; i < 8; i++) {
    __m512 a = v[i + (i & 4)], b = v[i + (i & 4) + 4];
    eight[i] = _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xee));
  }
  for (int i = 0; i < 4; i++) {
    __m512 a = eight[i], b = eight[i + 4];
    four[i] = _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xdd));
  }
  for (int i = 0; i < 2; i++) {
    __m512d a = _mm512_castps_pd(four[2 * i]), b = _mm512_castps_pd(four[2 * i + 1]);
    two[i] = _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(a, b)),
                           _mm512_castpd_ps(_mm512_unpackhi_pd(a, b)));
  }
  return _mm512_add_ps(_mm512_shuffle_ps(two[0], two[1], 0x88),
                       _mm512_shuffle_ps(two[0], two[1], 0xdd));
}

CK_INLINE void tile(const float *w, size_t stride, const float *const *x, const int rows,
                    const int tokens, size_t n, float *sums) {
  __m512 sum[4][4];
  for (int r = 0; r < rows; r++) {
    for (int t = 0; t < tokens; t++) sum[r][t] = _mm512_setzero_ps();
  }
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    __m512 inputs[4];
    for (int t = 0; t < tokens; t++) inputs[t] = _mm512_loadu_ps(x[t] + i);
    for (int r = 0; r < rows; r++) {
      __m512 weights = _mm512_loadu_ps(w + (size_t)r * stride + i);
      for (int t = 0; t < tokens; t++) {
        sum[r][t] = _mm512_fmadd_ps(weights, inputs[t], sum[r][t]);
      }
    }
  }
  if (i < n) {
    __mmask16 mask = (__mmask16)((1u << (n - i)) - 1);
    for (int r = 0; r < rows; r++) {
      __m512 weights = _mm512_maskz_loadu_ps(mask, w + (size_t)r * stride + i);
      for (int t = 0; t < tokens; t++) {
        sum[r][t] = _mm512_fmadd_ps(weights, _mm512_maskz_loadu_ps(mask, x[t] + i), sum[r][t]);
      }
    }
  }
  if (rows == 4 && tokens > 1) {
    __m512 all[16];
    for (int i = 0; i < 16; i++) all[i] = i / 4 < tokens ? sum[i & 3][i / 4] : _mm512_setzero_ps();
    _mm512_mask_storeu_ps(sums, (__mmask16)((1u << 4 * tokens) - 1), fold_all(all));
    return;
  }
  for (int t = 0; t < tokens; t++) {
    for (int r = 0; r < rows; r++) sums[t * rows + r] = fold(sum[r][t]);
  }
}

#define CK_CASE(R, T) \
  case R * 8 + T: tile(w, stride, x, R, T, n, sums); break
static void dot_tiles(const float *w, size_t stride, const float *const *x, size_t rows,
                      size_t tokens, size_t n, float *sums) {
  switch (rows * 8 + tokens) {
    CK_CASE(4, 1);
    CK_CASE(4, 2);
    CK_CASE(4, 3);
    CK_CASE(4, 4);
    CK_CASE(1, 1);
    CK_CASE(1, 2);
    CK_CASE(1, 3);
    default: tile(w, stride, x, 1, 4, n, sums); break;
  }
}

#include "bodies/multiply_rows_avx512.h"
#include "bodies/multiply.h"
#pragma clang attribute pop
#endif
