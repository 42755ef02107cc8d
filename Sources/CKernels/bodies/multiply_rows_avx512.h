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

// Two pieces of 16 columns: nibbles of `q` name one of 16 weights.
CK_INLINE __m512 ck_add_named(__m512 acc, __m512i q, __m512i r, __m512 weights, const float *x) {
  acc = _mm512_fmadd_ps(_mm512_permutexvar_ps(q, weights), _mm512_loadu_ps(x), acc);
  return _mm512_fmadd_ps(_mm512_permutexvar_ps(r, weights), _mm512_loadu_ps(x + 16), acc);
}

CK_INLINE __m512 ck_block_f32_q4_k(const uint8_t *p, const float *x, __m512 acc) {
  ck_k4_bytes bytes = ck_k4_bytes_at(p + 4);
  __m128 factors = _mm_cvtph_ps(_mm_cvtsi32_si128((int32_t)ck_load_u32(p)));
  __m256 d = _mm256_broadcastss_ps(factors);
  __m256 dmin = _mm256_broadcastss_ps(_mm_movehdup_ps(factors));
  float scales[8], minimums[8];
  _mm256_storeu_ps(scales, _mm256_mul_ps(d, _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(
                                                _mm_cvtsi64_si128((int64_t)bytes.scales)))));
  _mm256_storeu_ps(minimums, _mm256_mul_ps(dmin, _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(
                                                     _mm_cvtsi64_si128((int64_t)bytes.minimums)))));
  for (int c = 0; c < 4; c++) {
    __m512i q = ck_dwords(p + 16 + 32 * c), r = ck_dwords(p + 32 + 32 * c);
    for (int high = 0; high < 2; high++) {
      int k = 2 * c + high;
      __m512 weights = _mm512_sub_ps(_mm512_mul_ps(_mm512_set1_ps(scales[k]), ck_ramp()),
                                     _mm512_set1_ps(minimums[k]));
      // The permutation looks at the lowest four bits of an index.
      acc = ck_add_named(acc, q, r, weights, x + 32 * k);
      q = _mm512_srli_epi32(q, 4);
      r = _mm512_srli_epi32(r, 4);
    }
  }
  return acc;
}

CK_INLINE __m512 ck_group_f32_q4_1(const uint8_t *p, const float *x, __m512 acc) {
  __m128 head = _mm_cvtph_ps(_mm_cvtsi32_si128((int32_t)ck_load_u32(p)));
  __m512 weights = _mm512_add_ps(_mm512_mul_ps(_mm512_broadcastss_ps(head), ck_ramp()),
                                 _mm512_broadcastss_ps(_mm_movehdup_ps(head)));
  __m512i q = ck_dwords(p + 4);
  return ck_add_named(acc, q, _mm512_srli_epi32(q, 4), weights, x);
}

// 16 bytes of `n`, below 64, times a scale: as the lowest byte of a float they add n to 2^23.
CK_INLINE __m512 ck_add_q6(__m512 acc, __m512i n, const int piece, const float *scale,
                           const float *x) {
  const __m512i first =
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  __m512i which = _mm512_add_epi32(first, _mm512_set1_epi32(16 * piece));
  __m512i wide = _mm512_mask_permutexvar_epi8(_mm512_set1_epi32(0x4b000000),
                                              0x1111111111111111ull, which, n);
  __m512 value = _mm512_sub_ps(_mm512_castsi512_ps(wide), _mm512_set1_ps(8388608.0f + 32.0f));
  __m512 weight = _mm512_mul_ps(_mm512_set1_ps(*scale), value);
  return _mm512_fmadd_ps(weight, _mm512_loadu_ps(x), acc);
}

CK_INLINE __m512 ck_block_f32_q6_k(const uint8_t *p, const float *x, __m512 acc) {
  __m128i bytes = _mm_loadu_si128((const __m128i *)(p + 192));
  __m512 d = _mm512_broadcastss_ps(_mm_cvtph_ps(_mm_cvtsi32_si128(ck_load_u16(p + 208))));
  float scales[16];
  _mm512_storeu_ps(scales, _mm512_mul_ps(d, _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes))));
  __m512i high = _mm512_loadu_si512((const void *)(p + 128));
  for (int half = 0; half < 2; half++) {
    __m512i low = _mm512_loadu_si512((const void *)(p + 64 * half));
    ck_six six = ck_six_bits(low, half == 0 ? _mm512_shuffle_i64x2(high, high, 0x44)
                                            : _mm512_shuffle_i64x2(high, high, 0xee));
    for (int part = 0; part < 2; part++) {
      __m512i n = part == 0 ? six.first : six.second;
      for (int piece = 0; piece < 4; piece++) {
        int at = 8 * half + 4 * part + piece;
        acc = ck_add_q6(acc, n, piece, scales + at, x + 16 * at);
      }
    }
  }
  return acc;
}

// Rows first..<end, where there is a program for the format.
static bool single(const ck_matrix *w, size_t first, size_t end, const float *x, float *out) {
  size_t weights = w->format == CK_Q4_1 ? 32 : 256;
  size_t bytes = w->format == CK_Q4_1 ? 20 : w->format == CK_Q4_K ? 144 : 210;
  if (w->format != CK_Q4_1 && w->format != CK_Q4_K && w->format != CK_Q6_K) return false;
  for (size_t r = first; r < end; r += CK_ROWS) {
    const uint8_t *p[CK_ROWS];
    __m512 acc[CK_ROWS];
    for (size_t i = 0; i < CK_ROWS; i++) {
      p[i] = w->data + (r + i < end ? r + i : end - 1) * w->row_bytes;
      acc[i] = _mm512_setzero_ps();
    }
    for (size_t b = 0; b < w->columns / weights; b++) {
      const float *inputs = x + weights * b;
      ck_ask(p[0] + CK_ROWS * bytes * b, CK_ROWS * bytes);
      switch (w->format) {
        case CK_Q4_1:
          for (int i = 0; i < CK_ROWS; i++) {
            acc[i] = ck_group_f32_q4_1(p[i] + 20 * b, inputs, acc[i]);
          }
          break;
        case CK_Q4_K:
          for (int i = 0; i < CK_ROWS; i++) {
            acc[i] = ck_block_f32_q4_k(p[i] + 144 * b, inputs, acc[i]);
          }
          break;
        default:
          for (int i = 0; i < CK_ROWS; i++) {
            acc[i] = ck_block_f32_q6_k(p[i] + 210 * b, inputs, acc[i]);
          }
          break;
      }
    }
    for (size_t i = 0; i < CK_ROWS && r + i < end; i++) out[r + i] = fold(acc[i]);
  }
  return true;
}

#endif
