// One token against 16 packed rows with AVX-512 VNNI: the numbers of unpack and dot without the tile in
// between, because storing it costs as much as the product. The sums are the same integers and the
// float operations come in the same order.
#ifndef CK_INTEGER_SINGLE_AVX512_H
#define CK_INTEGER_SINGLE_AVX512_H
#include "integer_unpack_avx512.h"

// A token's part of a chunk.
typedef struct {
  const int8_t *values;
  const float *scales;
  const float *sums;
  const int32_t *half_counts;
} ck_single;

CK_INLINE __m512i ck_four(const int8_t *values, size_t quad) {
  int32_t four;
  memcpy(&four, values + 4 * quad, 4);
  return _mm512_set1_epi32(four);
}

CK_INLINE __m512 ck_group(__m512 acc, __m512i sum, float scale, __m512 a) {
  return _mm512_fmadd_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_set1_ps(scale)), a, acc);
}

CK_INLINE __m512 ck_single_block_q4_1(__m512 acc, ck_single x, size_t block, __m512i head,
                                      const __m512i *q) {
  const int8_t *values = x.values + 32 * block;
  __m512i low = _mm512_setzero_si512(), high = _mm512_setzero_si512();
  for (size_t j = 0; j < 4; j++) {
    low = _mm512_dpbusd_epi32(low, ck_low_nibbles(q[j]), ck_four(values, j));
    high = _mm512_dpbusd_epi32(high, ck_high_nibbles(q[j]), ck_four(values, 4 + j));
  }
  acc = ck_group(acc, _mm512_add_epi32(low, high), x.scales[block], ck_lower_halves(head));
  return _mm512_fmadd_ps(ck_upper_halves(head), _mm512_set1_ps(x.sums[block]), acc);
}

static __m512 single_q4_1(const uint8_t *const *rows, size_t count, ck_single x, __m512 acc) {
  size_t b = 0;
  for (; b + 4 <= count / 32; b += 4) {
    __m512i d[20];
    for (size_t piece = 0; piece < 5; piece++) {
      ck_quad q = ck_transposed(rows, 20 * b + 16 * piece);
      for (size_t j = 0; j < 4; j++) d[4 * piece + j] = q.dword[j];
    }
    for (size_t k = 0; k < 4; k++) acc = ck_single_block_q4_1(acc, x, b + k, d[5 * k], d + 5 * k + 1);
  }
  for (; b < count / 32; b++) {
    ck_quad q = ck_transposed(rows, 20 * b + 4);
    uint32_t heads[16];
    for (int r = 0; r < 16; r++) memcpy(&heads[r], rows[r] + 20 * b, 4);
    acc = ck_single_block_q4_1(acc, x, b, _mm512_loadu_si512((const void *)heads), q.dword);
  }
  return acc;
}

static __m512 single_q4_k(const uint8_t *const *rows, size_t count, ck_single x, ck_int8_tile tile,
                          __m512 acc) {
  for (size_t b = 0; b < count / 256; b++) {
    unpack_k4_scales(ck_transposed(rows, 144 * b), 0, tile);
    for (size_t c = 0; c < 4; c++) {
      size_t group = 8 * b + 2 * c;
      const int8_t *values = x.values + 32 * group;
      __m512i low = _mm512_setzero_si512(), high = _mm512_setzero_si512();
      for (size_t part = 0; part < 2; part++) {
        ck_quad q = ck_transposed(rows, 144 * b + 16 + 32 * c + 16 * part);
        for (size_t j = 0; j < 4; j++) {
          size_t quad = 4 * part + j;
          low = _mm512_dpbusd_epi32(low, ck_low_nibbles(q.dword[j]), ck_four(values, quad));
          high = _mm512_dpbusd_epi32(high, ck_high_nibbles(q.dword[j]), ck_four(values, 8 + quad));
        }
      }
      const float *a = tile.a + 32 * c, *m = tile.c + 32 * c;
      acc = ck_group(acc, low, x.scales[group], _mm512_loadu_ps(a));
      acc = _mm512_fmadd_ps(_mm512_loadu_ps(m), _mm512_set1_ps(x.sums[group]), acc);
      acc = ck_group(acc, high, x.scales[group + 1], _mm512_loadu_ps(a + 16));
      acc = _mm512_fmadd_ps(_mm512_loadu_ps(m + 16), _mm512_set1_ps(x.sums[group + 1]), acc);
    }
  }
  return acc;
}

static __m512 single_q6_k(const uint8_t *const *rows, size_t count, ck_single x, __m512 acc) {
  const __m512i top = _mm512_set1_epi8(0x30);
  for (size_t b = 0; b < count / 256; b++) {
    size_t start = 210 * b;
    __m512 d = ck_gather_halves(rows, start + 208);
    ck_quad scales = ck_transposed(rows, start + 192);
    for (size_t half = 0; half < 2; half++) {
      const int8_t *values = x.values + 256 * b + 128 * half;
      const int32_t *counts = x.half_counts + 16 * b + 8 * half;
      __m512i sums[8];
      for (size_t g = 0; g < 8; g++) sums[g] = _mm512_set1_epi32(-32 * counts[g]);
      for (size_t piece = 0; piece < 2; piece++) {
        ck_quad high = ck_transposed(rows, start + 128 + 32 * half + 16 * piece);
        ck_quad low = ck_transposed(rows, start + 64 * half + 16 * piece);
        ck_quad next = ck_transposed(rows, start + 64 * half + 32 + 16 * piece);
        for (size_t j = 0; j < 4; j++) {
          __m512i h = high.dword[j];
          __m512i n[4] = {
              _mm512_or_si512(ck_low_nibbles(low.dword[j]),
                              _mm512_and_si512(_mm512_slli_epi16(h, 4), top)),
              _mm512_or_si512(ck_low_nibbles(next.dword[j]),
                              _mm512_and_si512(_mm512_slli_epi16(h, 2), top)),
              _mm512_or_si512(ck_high_nibbles(low.dword[j]), _mm512_and_si512(h, top)),
              _mm512_or_si512(ck_high_nibbles(next.dword[j]),
                              _mm512_and_si512(_mm512_srli_epi16(h, 2), top))};
          for (size_t part = 0; part < 4; part++) {
            sums[2 * part + piece] = _mm512_dpbusd_epi32(
                sums[2 * part + piece], n[part], ck_four(values, 8 * part + 4 * piece + j));
          }
        }
      }
      for (size_t g = 0; g < 8; g++) {
        size_t at = 8 * half + g;
        unsigned shift = 24 - 8 * (unsigned)(at & 3);
        __m512i scale = _mm512_srai_epi32(_mm512_slli_epi32(scales.dword[at / 4], shift), 24);
        acc = ck_group(acc, sums[g], x.scales[8 * b + at / 2],
                       _mm512_mul_ps(d, _mm512_cvtepi32_ps(scale)));
      }
    }
  }
  return acc;
}

#endif
