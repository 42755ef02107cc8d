// One token against packed Q4_1, Q4_K and Q6_K rows with AVX-512 VNNI: four rows at a time, each read from
// its start to its end, so that memory is one ascending stream. The numbers are those of unpack and dot:
// the groups' integer sums, and a lane for every partial sum.
#ifndef CK_INTEGER_ROWS_AVX512_H
#define CK_INTEGER_ROWS_AVX512_H
#include "integer.h"
#include "row_stream_avx512.h"

// A token's part of a block of 256 columns, in the order in which the lanes take it.
typedef struct {
  int8_t values[256];
  float scales[16];
  union {
    float sums[16];
    int32_t counts[16];  // Q6_K: 32 · sum of the values of a group
  };
} ck_row_block;

// Sums over adjacent pairs of the dwords of a and b, which fit 16 bits: in every 128-bit lane two of a,
// then two of b.
CK_INLINE __m512i ck_pair_sums(__m512i a, __m512i b) {
  return _mm512_madd_epi16(_mm512_packs_epi32(a, b), _mm512_set1_epi16(1));
}

// The same of dwords of any size.
CK_INLINE __m512i ck_wide_pair_sums(__m512i a, __m512i b) {
  __m512 x = _mm512_castsi512_ps(a), y = _mm512_castsi512_ps(b);
  return _mm512_add_epi32(_mm512_castps_si512(_mm512_shuffle_ps(x, y, 0x88)),
                          _mm512_castps_si512(_mm512_shuffle_ps(x, y, 0xdd)));
}

// Folds the four 128-bit lanes 2, 1.
CK_INLINE __m128 ck_fold_lanes(__m512 four) {
  __m256 two = _mm256_add_ps(_mm512_castps512_ps256(four),
                             _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(four), 1)));
  return _mm_add_ps(_mm256_castps256_ps128(two), _mm256_extractf128_ps(two, 1));
}

// Lanes of Q4_K: groups 0, 1, 4, 5, 2, 3, 6, 7, once for each of two rows.
static void ck_rows_input_q4_k(const ck_int8_rows *x, size_t token, size_t blocks,
                               ck_row_block *out) {
  static const int order[8] = {0, 1, 4, 5, 2, 3, 6, 7};
  const int8_t *values = x->values + token * x->columns;
  const float *scales = x->scales + token * (x->columns / 32);
  const float *sums = x->sums + token * (x->columns / 32);
  for (size_t b = 0; b < blocks; b++, values += 256, scales += 8, sums += 8) {
    for (size_t part = 0; part < 8; part++) {
      // Low nibbles of 64 bytes are groups 0 and 2, high nibbles 1 and 3.
      static const int group[8] = {0, 2, 1, 3, 4, 6, 5, 7};
      memcpy(out[b].values + 32 * part, values + 32 * group[part], 32);
    }
    for (int i = 0; i < 8; i++) {
      out[b].scales[i] = out[b].scales[8 + i] = scales[order[i]];
      out[b].sums[i] = out[b].sums[8 + i] = sums[order[i]];
    }
  }
}

// The four sums of partial sums that lie 8 to a row, rows a, b and c, d side by side.
CK_INLINE __m128 ck_fold_q4_k(__m512 ab, __m512 cd) {
  __m512d x = _mm512_castps_pd(ab), y = _mm512_castps_pd(cd);
  __m512 v = _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(x, y)),
                           _mm512_castpd_ps(_mm512_unpackhi_pd(x, y)));
  __m256 w = _mm256_add_ps(_mm512_castps512_ps256(_mm512_shuffle_f32x4(v, v, 0x88)),
                           _mm512_castps512_ps256(_mm512_shuffle_f32x4(v, v, 0xdd)));
  __m128 low = _mm256_castps256_ps128(w), high = _mm256_extractf128_ps(w, 1);
  __m128 sum = _mm_add_ps(_mm_shuffle_ps(low, high, 0x88), _mm_shuffle_ps(low, high, 0xdd));
  return _mm_shuffle_ps(sum, sum, 0xd8);
}

// Sums of the 8 groups, of 4 dwords each in lanes 0 and 1 or 2 and 3.
CK_INLINE __m512i ck_dots_q4_k(const uint8_t *p, const ck_row_block *x) {
  __m512i first = _mm512_loadu_si512((const void *)(p + 16));
  __m512i second = _mm512_loadu_si512((const void *)(p + 80));
  const __m512i nibble = _mm512_set1_epi8(15), zero = _mm512_setzero_si512();
  const __m512i *v = (const __m512i *)(const void *)x->values;
  __m512i a = _mm512_dpbusd_epi32(zero, _mm512_and_si512(first, nibble), _mm512_loadu_si512(v));
  __m512i b = _mm512_dpbusd_epi32(zero, _mm512_and_si512(_mm512_srli_epi16(first, 4), nibble),
                                  _mm512_loadu_si512(v + 1));
  __m512i c = _mm512_dpbusd_epi32(zero, _mm512_and_si512(second, nibble),
                                  _mm512_loadu_si512(v + 2));
  __m512i d = _mm512_dpbusd_epi32(zero, _mm512_and_si512(_mm512_srli_epi16(second, 4), nibble),
                                  _mm512_loadu_si512(v + 3));
  return ck_wide_pair_sums(ck_pair_sums(a, b), ck_pair_sums(c, d));
}

// One block of two rows.
CK_INLINE __m512 ck_pair_q4_k(const uint8_t *p, const uint8_t *q, const ck_row_block *x,
                              __m512 acc) {
  __m512i one = ck_dots_q4_k(p, x), two = ck_dots_q4_k(q, x);
  __m512i sum = _mm512_add_epi32(_mm512_shuffle_i32x4(one, two, 0x88),
                                 _mm512_shuffle_i32x4(one, two, 0xdd));
  ck_k4_bytes r = ck_k4_bytes_at(p + 4), s = ck_k4_bytes_at(q + 4);
  const __m128i order = _mm_setr_epi8(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15);
  __m128i scales = _mm_shuffle_epi8(_mm_set_epi64x((int64_t)s.scales, (int64_t)r.scales), order);
  __m128i minimums =
      _mm_shuffle_epi8(_mm_set_epi64x((int64_t)s.minimums, (int64_t)r.minimums), order);
  __m512 factors = _mm512_castps128_ps512(_mm_cvtph_ps(_mm_unpacklo_epi32(
      _mm_cvtsi32_si128((int32_t)ck_load_u32(p)), _mm_cvtsi32_si128((int32_t)ck_load_u32(q)))));
  const __m512i which = _mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2);
  __m512 d = _mm512_permutexvar_ps(which, factors);
  __m512 dmin = _mm512_permutexvar_ps(_mm512_add_epi32(which, _mm512_set1_epi32(1)), factors);
  __m512 a = _mm512_mul_ps(d, _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(scales)));
  __m512 m = _mm512_mul_ps(dmin, _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(minimums)));
  __m512 product = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_loadu_ps(x->scales));
  acc = _mm512_fmadd_ps(product, a, acc);
  return _mm512_fnmadd_ps(m, _mm512_loadu_ps(x->sums), acc);
}

CK_INLINE __m128 ck_rows_q4_k(const uint8_t *const *rows, size_t blocks,
                              const ck_row_block *x) {
  __m512 ab = _mm512_setzero_ps(), cd = ab;
  for (size_t b = 0; b < blocks; b++) {
    ck_ask(rows[0] + CK_ROWS * 144 * b, CK_ROWS * 144);
    ab = ck_pair_q4_k(rows[0] + 144 * b, rows[1] + 144 * b, x + b, ab);
    cd = ck_pair_q4_k(rows[2] + 144 * b, rows[3] + 144 * b, x + b, cd);
  }
  return ck_fold_q4_k(ab, cd);
}

// Lanes of Q6_K: groups 0, 4, 8, 12, 1, 5, 9, 13, and so on.
static void ck_rows_input_q6_k(const ck_int8_rows *x, size_t token, size_t blocks,
                               ck_row_block *out) {
  const int8_t *values = x->values + token * x->columns;
  const float *scales = x->scales + token * (x->columns / 32);
  const int32_t *counts = x->half_counts + token * (x->columns / 16);
  for (size_t b = 0; b < blocks; b++, values += 256, scales += 8, counts += 16) {
    memcpy(out[b].values, values, 256);
    for (int i = 0; i < 16; i++) {
      int group = i / 4 + 4 * (i & 3);
      out[b].scales[i] = scales[group / 2];
      out[b].counts[i] = 32 * counts[group];
    }
  }
}

CK_INLINE __m512 ck_block_q6_k(const uint8_t *p, const ck_row_block *x, __m512 acc) {
  const __m512i zero = _mm512_setzero_si512();
  const __m512i *v = (const __m512i *)(const void *)x->values;
  __m512i high = _mm512_loadu_si512((const void *)(p + 128));
  __m512i dots[4];
  for (int half = 0; half < 2; half++) {
    __m512i low = _mm512_loadu_si512((const void *)(p + 64 * half));
    ck_six n = ck_six_bits(low, half == 0 ? _mm512_shuffle_i64x2(high, high, 0x44)
                                          : _mm512_shuffle_i64x2(high, high, 0xee));
    dots[2 * half] = _mm512_dpbusd_epi32(zero, n.first, _mm512_loadu_si512(v + 2 * half));
    dots[2 * half + 1] = _mm512_dpbusd_epi32(zero, n.second, _mm512_loadu_si512(v + 2 * half + 1));
  }
  // |Σ of four products| ≤ 4 · 63 · 127 fits 16 bits.
  __m512i sum =
      ck_wide_pair_sums(ck_pair_sums(dots[0], dots[1]), ck_pair_sums(dots[2], dots[3]));
  sum = _mm512_sub_epi32(sum, _mm512_loadu_si512((const void *)x->counts));
  const __m128i order = _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  __m128i scales = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p + 192)), order);
  __m512 d = _mm512_broadcastss_ps(_mm_cvtph_ps(_mm_cvtsi32_si128(ck_load_u16(p + 208))));
  __m512 a = _mm512_mul_ps(d, _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(scales)));
  __m512 product = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_loadu_ps(x->scales));
  return _mm512_fmadd_ps(product, a, acc);
}

CK_INLINE __m128 ck_rows_q6_k(const uint8_t *const *rows, size_t blocks,
                              const ck_row_block *x) {
  __m512 acc[CK_ROWS];
  for (int r = 0; r < CK_ROWS; r++) acc[r] = _mm512_setzero_ps();
  for (size_t b = 0; b < blocks; b++) {
    ck_ask(rows[0] + CK_ROWS * 210 * b, CK_ROWS * 210);
    for (int r = 0; r < CK_ROWS; r++) acc[r] = ck_block_q6_k(rows[r] + 210 * b, x + b, acc[r]);
  }
  // Groups that are 8, then 4 apart lie in one 128-bit lane.
  __m512 part[2];
  for (int i = 0; i < 2; i++) {
    __m512d u = _mm512_castps_pd(acc[2 * i]), v = _mm512_castps_pd(acc[2 * i + 1]);
    part[i] = _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(u, v)),
                            _mm512_castpd_ps(_mm512_unpackhi_pd(u, v)));
  }
  __m512 four = _mm512_add_ps(_mm512_shuffle_ps(part[0], part[1], 0x88),
                              _mm512_shuffle_ps(part[0], part[1], 0xdd));
  return ck_fold_lanes(four);
}

// Lanes of Q4_1: groups 0 and 4 of a row, then of the next row; 1 and 5; and so on. Beyond the last group
// everything is zero.
static void ck_rows_input_q4_1(const ck_int8_rows *x, size_t token, size_t groups,
                               ck_row_block *out) {
  const int8_t *values = x->values + token * x->columns;
  const float *scales = x->scales + token * (x->columns / 32);
  const float *sums = x->sums + token * (x->columns / 32);
  memset(out, 0, (groups + 7) / 8 * sizeof *out);
  for (size_t g = 0; g < groups; g++) {
    ck_row_block *block = out + g / 8;
    size_t k = g % 8, at = 4 * (k % 4) + k / 4;
    // Low nibbles are the first 16 values of a group.
    memcpy(block->values + 128 * (k / 4) + 16 * (k % 4), values + 32 * g, 16);
    memcpy(block->values + 128 * (k / 4) + 64 + 16 * (k % 4), values + 32 * g + 16, 16);
    block->scales[at] = block->scales[at + 2] = scales[g];
    block->sums[at] = block->sums[at + 2] = sums[g];
  }
}

typedef struct {
  __m512i dots;   // of groups l and 4 + l in lane l, two dwords each
  __m512i heads;  // scale and minimum of group l at 4 l, of 4 + l at 4 l + 1; both again after that
} ck_eight_q4_1;

// Up to 4 groups a half; `bytes` are there.
CK_INLINE ck_eight_q4_1 ck_eight_groups(const uint8_t *p, const bool whole, const int halves,
                                        size_t bytes, const ck_row_block *x) {
  const __m512i nibble = _mm512_set1_epi8(15);
  const __m512i *v = (const __m512i *)(const void *)x->values;
  __m512i piece[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()};
  __m512i dots[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()};
  for (int half = 0; half < halves; half++) {
    // Four groups are 20 dwords: of each one head and four of nibbles.
    __m512i first, last;
    if (whole) {
      first = _mm512_loadu_si512((const void *)(p + 80 * half));
      last = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)(p + 80 * half + 64)));
    } else {
      size_t from = 80 * (size_t)half, rest = bytes > from ? bytes - from : 0;
      __mmask16 low = (__mmask16)(rest >= 64 ? 0xffff : (1u << rest / 4) - 1);
      __mmask8 high = (__mmask8)(rest >= 80 ? 15 : rest > 64 ? (1u << (rest - 64) / 4) - 1 : 0);
      first = _mm512_maskz_loadu_epi32(low, p + from);
      last = _mm512_castsi128_si512(_mm_maskz_loadu_epi32(high, p + from + 64));
    }
    piece[half] = first;
    const __m512i which =
        _mm512_setr_epi32(1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14, 16, 17, 18, 19);
    __m512i q = _mm512_permutex2var_epi32(first, which, last);
    __m512i dot = _mm512_dpbusd_epi32(_mm512_setzero_si512(), _mm512_and_si512(q, nibble),
                                      _mm512_loadu_si512(v + 2 * half));
    dots[half] = _mm512_dpbusd_epi32(dot, _mm512_and_si512(_mm512_srli_epi16(q, 4), nibble),
                                     _mm512_loadu_si512(v + 2 * half + 1));
  }
  const __m512i head =
      _mm512_setr_epi32(0, 16, 0, 16, 5, 21, 5, 21, 10, 26, 10, 26, 15, 31, 15, 31);
  return (ck_eight_q4_1){ck_pair_sums(dots[0], dots[1]),
                         _mm512_permutex2var_epi32(piece[0], head, piece[1])};
}

// Up to 8 groups of two rows.
CK_INLINE __m512 ck_pair_q4_1(const uint8_t *p, const uint8_t *q, const bool whole,
                              const int halves, size_t bytes, __mmask16 lanes,
                              const ck_row_block *x, __m512 acc) {
  ck_eight_q4_1 one = ck_eight_groups(p, whole, halves, bytes, x);
  ck_eight_q4_1 two = ck_eight_groups(q, whole, halves, bytes, x);
  __m512i sum = ck_wide_pair_sums(one.dots, two.dots);
  __m512i heads = _mm512_mask_blend_epi32(0xcccc, one.heads, two.heads);
  __m512 a = _mm512_cvtph_ps(_mm512_cvtepi32_epi16(heads));
  __m512 c = _mm512_cvtph_ps(_mm512_cvtepi32_epi16(_mm512_srli_epi32(heads, 16)));
  __m512 product = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_loadu_ps(x->scales));
  acc = _mm512_mask3_fmadd_ps(product, a, acc, lanes);
  return _mm512_mask3_fmadd_ps(c, _mm512_loadu_ps(x->sums), acc, lanes);
}

CK_INLINE __m128 ck_rows_q4_1(const uint8_t *const *rows, size_t groups,
                              const ck_row_block *x) {
  __m512 ab = _mm512_setzero_ps(), cd = ab;
  size_t b = 0;
  for (; b < groups / 8; b++) {
    ck_ask(rows[0] + CK_ROWS * 160 * b, CK_ROWS * 160);
    ab = ck_pair_q4_1(rows[0] + 160 * b, rows[1] + 160 * b, true, 2, 160, 0xffff, x + b, ab);
    cd = ck_pair_q4_1(rows[2] + 160 * b, rows[3] + 160 * b, true, 2, 160, 0xffff, x + b, cd);
  }
  size_t rest = groups % 8;
  if (rest > 0) {
    ck_ask(rows[0] + CK_ROWS * 160 * b, CK_ROWS * 20 * rest);
    // Lanes without a group keep their sums.
    __mmask16 lanes = 0;
    for (size_t k = 0; k < rest; k++) lanes |= (__mmask16)(5u << (4 * (k % 4) + k / 4));
    const uint8_t *p = rows[0] + 160 * b, *q = rows[1] + 160 * b;
    const uint8_t *r = rows[2] + 160 * b, *s = rows[3] + 160 * b;
    if (rest <= 4) {
      ab = ck_pair_q4_1(p, q, false, 1, 20 * rest, lanes, x + b, ab);
      cd = ck_pair_q4_1(r, s, false, 1, 20 * rest, lanes, x + b, cd);
    } else {
      ab = ck_pair_q4_1(p, q, false, 2, 20 * rest, lanes, x + b, ab);
      cd = ck_pair_q4_1(r, s, false, 2, 20 * rest, lanes, x + b, cd);
    }
  }
  __m512 four = _mm512_add_ps(_mm512_shuffle_ps(ab, cd, 0x88), _mm512_shuffle_ps(ab, cd, 0xdd));
  return ck_fold_lanes(four);
}

// Rows first..<end of a matrix in Q4_1, Q4_K or Q6_K.
static void ck_rows(const ck_matrix *w, size_t first, size_t end, const ck_int8_inputs *inputs,
                    float *scratch, float *out) {
  size_t blocks = w->columns / 256, groups = w->columns / 32, token = ck_int8_token(inputs, 0);
  ck_row_block *x = (ck_row_block *)(void *)scratch;
  if (w->format == CK_Q4_K) ck_rows_input_q4_k(inputs->rows, token, blocks, x);
  else if (w->format == CK_Q6_K) ck_rows_input_q6_k(inputs->rows, token, blocks, x);
  else ck_rows_input_q4_1(inputs->rows, token, groups, x);
  for (size_t r = first; r < end; r += CK_ROWS) {
    const uint8_t *rows[CK_ROWS];
    for (size_t i = 0; i < CK_ROWS; i++) {
      rows[i] = w->data + (r + i < end ? r + i : end - 1) * w->row_bytes;
    }
    __m128 sums;
    switch (w->format) {
      case CK_Q4_K: sums = ck_rows_q4_k(rows, blocks, x); break;
      case CK_Q6_K: sums = ck_rows_q6_k(rows, blocks, x); break;
      default: sums = ck_rows_q4_1(rows, groups, x); break;
    }
    if (r + CK_ROWS <= end) {
      _mm_storeu_ps(out + r, sums);
    } else {
      float rest[CK_ROWS];
      _mm_storeu_ps(rest, sums);
      memcpy(out + r, rest, (end - r) * sizeof(float));
    }
  }
}

#endif
