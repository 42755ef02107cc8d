// One token against packed rows in f32 with AVX-512: weights are expanded in registers, four rows at a
// time, each read from its start to its end. The float operations of bodies/dequantise.h and their order.
#ifndef CK_MULTIPLY_ROWS_AVX512_H
#define CK_MULTIPLY_ROWS_AVX512_H
#include "row_stream_avx512.h"
#include "scalar.h"

// 16 bytes as the lowest byte of 16 dwords.
CK_INLINE __m512i ck_dwords(const uint8_t *p) {
  return _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p));
}

CK_INLINE __m512 ck_ramp(void) {
  return _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

// A block of four rows, piece by piece of 16 columns: four sums grow side by side, each in its order, and
// a piece of the input is read once.
CK_INLINE void ck_block_f32_q4_k(const uint8_t *const *rows, size_t offset, const float *x,
                                 __m512 *acc) {
  float scales[CK_ROWS][8], minimums[CK_ROWS][8];
  for (int i = 0; i < CK_ROWS; i++) {
    const uint8_t *p = rows[i] + offset;
    ck_k4_bytes bytes = ck_k4_bytes_at(p + 4);
    __m128 factors = _mm_cvtph_ps(_mm_cvtsi32_si128((int32_t)ck_load_u32(p)));
    __m256 d = _mm256_broadcastss_ps(factors);
    __m256 dmin = _mm256_broadcastss_ps(_mm_movehdup_ps(factors));
    __m256i scale = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((int64_t)bytes.scales));
    __m256i minimum = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((int64_t)bytes.minimums));
    _mm256_storeu_ps(scales[i], _mm256_mul_ps(d, _mm256_cvtepi32_ps(scale)));
    _mm256_storeu_ps(minimums[i], _mm256_mul_ps(dmin, _mm256_cvtepi32_ps(minimum)));
  }
  for (int c = 0; c < 4; c++) {
    __m512i q[CK_ROWS], r[CK_ROWS];
    for (int i = 0; i < CK_ROWS; i++) {
      q[i] = ck_dwords(rows[i] + offset + 16 + 32 * c);
      r[i] = ck_dwords(rows[i] + offset + 32 + 32 * c);
    }
    for (int high = 0; high < 2; high++) {
      int k = 2 * c + high;
      __m512 first = _mm512_loadu_ps(x + 32 * k), second = _mm512_loadu_ps(x + 32 * k + 16);
      for (int i = 0; i < CK_ROWS; i++) {
        // The 16 weights of the group; the permutation looks at the lowest four bits of an index.
        __m512 weights =
            _mm512_sub_ps(_mm512_mul_ps(_mm512_set1_ps(scales[i][k]), ck_ramp()),
                          _mm512_set1_ps(minimums[i][k]));
        acc[i] = _mm512_fmadd_ps(_mm512_permutexvar_ps(q[i], weights), first, acc[i]);
        acc[i] = _mm512_fmadd_ps(_mm512_permutexvar_ps(r[i], weights), second, acc[i]);
        q[i] = _mm512_srli_epi32(q[i], 4);
        r[i] = _mm512_srli_epi32(r[i], 4);
      }
    }
  }
}

CK_INLINE void ck_group_f32_q4_1(const uint8_t *const *rows, size_t offset, const float *x,
                                 __m512 *acc) {
  __m512 first = _mm512_loadu_ps(x), second = _mm512_loadu_ps(x + 16);
  for (int i = 0; i < CK_ROWS; i++) {
    const uint8_t *p = rows[i] + offset;
    __m128 head = _mm_cvtph_ps(_mm_cvtsi32_si128((int32_t)ck_load_u32(p)));
    __m512 weights = _mm512_add_ps(_mm512_mul_ps(_mm512_broadcastss_ps(head), ck_ramp()),
                                   _mm512_broadcastss_ps(_mm_movehdup_ps(head)));
    __m512i q = ck_dwords(p + 4);
    acc[i] = _mm512_fmadd_ps(_mm512_permutexvar_ps(q, weights), first, acc[i]);
    acc[i] = _mm512_fmadd_ps(_mm512_permutexvar_ps(_mm512_srli_epi32(q, 4), weights), second,
                             acc[i]);
  }
}

// 16 bytes of `n`, below 64, less 32: as the lowest byte of a float they add n to 2^23.
CK_INLINE __m512 ck_q6_values(__m512i n, const int piece) {
  const __m512i first =
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  __m512i which = _mm512_add_epi32(first, _mm512_set1_epi32(16 * piece));
  __m512i wide = _mm512_mask_permutexvar_epi8(_mm512_set1_epi32(0x4b000000),
                                              0x1111111111111111ull, which, n);
  return _mm512_sub_ps(_mm512_castsi512_ps(wide), _mm512_set1_ps(8388608.0f + 32.0f));
}

CK_INLINE void ck_block_f32_q6_k(const uint8_t *const *rows, size_t offset, const float *x,
                                 __m512 *acc) {
  float scales[CK_ROWS][16];
  for (int i = 0; i < CK_ROWS; i++) {
    const uint8_t *p = rows[i] + offset;
    __m128i bytes = _mm_loadu_si128((const __m128i *)(p + 192));
    __m512 d = _mm512_broadcastss_ps(_mm_cvtph_ps(_mm_cvtsi32_si128(ck_load_u16(p + 208))));
    _mm512_storeu_ps(scales[i], _mm512_mul_ps(d, _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes))));
  }
  for (int half = 0; half < 2; half++) {
    ck_six n[CK_ROWS];
    for (int i = 0; i < CK_ROWS; i++) {
      const uint8_t *p = rows[i] + offset;
      __m512i low = _mm512_loadu_si512((const void *)(p + 64 * half));
      __m256i high = _mm256_loadu_si256((const __m256i *)(p + 128 + 32 * half));
      n[i] = ck_six_bits(low, _mm512_broadcast_i64x4(high));
    }
    for (int part = 0; part < 2; part++) {
      for (int piece = 0; piece < 4; piece++) {
        int at = 8 * half + 4 * part + piece;
        __m512 input = _mm512_loadu_ps(x + 16 * at);
        for (int i = 0; i < CK_ROWS; i++) {
          __m512 value = ck_q6_values(part == 0 ? n[i].first : n[i].second, piece);
          __m512 weight = _mm512_mul_ps(_mm512_set1_ps(scales[i][at]), value);
          acc[i] = _mm512_fmadd_ps(weight, input, acc[i]);
        }
      }
    }
  }
}

// Rows first..<end, where there is a program for the format.
static bool single(const ck_matrix *w, size_t first, size_t end, const float *x, float *out) {
  size_t weights = w->format == CK_Q4_1 ? 32 : 256;
  size_t bytes = w->format == CK_Q4_1 ? 20 : w->format == CK_Q4_K ? 144 : 210;
  if (w->format != CK_Q4_1 && w->format != CK_Q4_K && w->format != CK_Q6_K) return false;
  for (size_t r = first; r < end; r += CK_ROWS) {
    const uint8_t *rows[CK_ROWS];
    __m512 acc[CK_ROWS];
    for (size_t i = 0; i < CK_ROWS; i++) {
      rows[i] = w->data + (r + i < end ? r + i : end - 1) * w->row_bytes;
      acc[i] = _mm512_setzero_ps();
    }
    for (size_t b = 0; b < w->columns / weights; b++) {
      const float *inputs = x + weights * b;
      ck_ask(rows[0] + CK_ROWS * bytes * b, CK_ROWS * bytes);
      switch (w->format) {
        case CK_Q4_1: ck_group_f32_q4_1(rows, 20 * b, inputs, acc); break;
        case CK_Q4_K: ck_block_f32_q4_k(rows, 144 * b, inputs, acc); break;
        default: ck_block_f32_q6_k(rows, 210 * b, inputs, acc); break;
      }
    }
    for (size_t i = 0; i < CK_ROWS && r + i < end; i++) out[r + i] = fold(acc[i]);
  }
  return true;
}

#endif
