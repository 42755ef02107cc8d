// Products with AVX2 and FMA: the 16 partial sums are two registers.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define CK_NAME(name) name##_avx2
#define CK_TILE_ROWS 2
#define CK_TILE_ROWS_SINGLE 4
#define CK_TILE_TOKENS 3
#include "bodies/scalar.h"

CK_INLINE float fold(__m256 low, __m256 high) {
  __m256 a = _mm256_add_ps(low, high);
  __m128 b = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  __m128 c = _mm_add_ps(b, _mm_movehl_ps(b, b));
  return _mm_cvtss_f32(_mm_add_ss(c, _mm_shuffle_ps(c, c, 1)));
}

CK_INLINE void tile(const float *w, size_t stride, const float *const *x, const int rows,
                    const int tokens, size_t n, float *sums) {
  __m256 low[4][3], high[4][3];
  for (int r = 0; r < rows; r++) {
    for (int t = 0; t < tokens; t++) low[r][t] = high[r][t] = _mm256_setzero_ps();
  }
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    __m256 x0[3], x1[3];
    for (int t = 0; t < tokens; t++) {
      x0[t] = _mm256_loadu_ps(x[t] + i);
      x1[t] = _mm256_loadu_ps(x[t] + i + 8);
    }
    for (int r = 0; r < rows; r++) {
      __m256 w0 = _mm256_loadu_ps(w + (size_t)r * stride + i);
      __m256 w1 = _mm256_loadu_ps(w + (size_t)r * stride + i + 8);
      for (int t = 0; t < tokens; t++) {
        low[r][t] = _mm256_fmadd_ps(w0, x0[t], low[r][t]);
        high[r][t] = _mm256_fmadd_ps(w1, x1[t], high[r][t]);
      }
    }
  }
  if (i < n) {
    for (int r = 0; r < rows; r++) {
      float weights[16] = {0};
      memcpy(weights, w + (size_t)r * stride + i, (n - i) * sizeof(float));
      for (int t = 0; t < tokens; t++) {
        float inputs[16] = {0};
        memcpy(inputs, x[t] + i, (n - i) * sizeof(float));
        low[r][t] = _mm256_fmadd_ps(_mm256_loadu_ps(weights), _mm256_loadu_ps(inputs), low[r][t]);
        high[r][t] =
            _mm256_fmadd_ps(_mm256_loadu_ps(weights + 8), _mm256_loadu_ps(inputs + 8), high[r][t]);
      }
    }
  }
  for (int t = 0; t < tokens; t++) {
    for (int r = 0; r < rows; r++) sums[t * rows + r] = fold(low[r][t], high[r][t]);
  }
}

static void dot_tiles(const float *w, size_t stride, const float *const *x, size_t rows,
                      size_t tokens, size_t n, float *sums) {
  if (rows == 4) tile(w, stride, x, 4, 1, n, sums);
  else if (rows == 2 && tokens == 3) tile(w, stride, x, 2, 3, n, sums);
  else if (rows == 2) tile(w, stride, x, 2, 2, n, sums);
  else if (tokens == 3) tile(w, stride, x, 1, 3, n, sums);
  else if (tokens == 2) tile(w, stride, x, 1, 2, n, sums);
  else tile(w, stride, x, 1, 1, n, sums);
}

static bool single(const ck_matrix *w, size_t first, size_t end, const float *x, float *out) {
  (void)w, (void)first, (void)end, (void)x, (void)out;
  return false;
}

#include "bodies/multiply.h"
#pragma clang attribute pop
#endif
