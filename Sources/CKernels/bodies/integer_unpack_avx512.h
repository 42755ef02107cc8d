// Packed rows into tiles with AVX-512BW: the bytes of the plain unpacking, 16 rows at a time.
// A 16-byte piece of 16 rows becomes four vectors of 16 dwords, one dword a row.
#ifndef CK_INTEGER_UNPACK_AVX512_H
#define CK_INTEGER_UNPACK_AVX512_H
#include "integer.h"

// Asks for a slice of the next 16 rows, which lie behind these: one ascending stream, spread evenly over
// the work on these rows. Asking row by row would be 16 streams, more than the processor follows.
CK_INLINE void prefetch(const ck_matrix *w, size_t row, size_t offset, size_t bytes) {
  const uint8_t *next = w->data + (row + CK_INT8_ROWS) * w->row_bytes;
  const uint8_t *from = next + CK_INT8_ROWS * offset;
  for (size_t at = 0; at < CK_INT8_ROWS * bytes; at += 64) {
    _mm_prefetch((const char *)from + at, _MM_HINT_T1);
  }
}

typedef struct {
  __m512i dword[4];
} ck_quad;

// Rows 4g + i go to lane g of vector i, so that the transposed dwords are in row order.
CK_INLINE ck_quad ck_transposed(const uint8_t *const *rows, size_t offset) {
  __m512i v[4];
  for (int i = 0; i < 4; i++) {
    __m512i x = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)(rows[i] + offset)));
    x = _mm512_inserti32x4(x, _mm_loadu_si128((const __m128i *)(rows[4 + i] + offset)), 1);
    x = _mm512_inserti32x4(x, _mm_loadu_si128((const __m128i *)(rows[8 + i] + offset)), 2);
    v[i] = _mm512_inserti32x4(x, _mm_loadu_si128((const __m128i *)(rows[12 + i] + offset)), 3);
  }
  __m512i t0 = _mm512_unpacklo_epi32(v[0], v[1]), t1 = _mm512_unpackhi_epi32(v[0], v[1]);
  __m512i t2 = _mm512_unpacklo_epi32(v[2], v[3]), t3 = _mm512_unpackhi_epi32(v[2], v[3]);
  ck_quad q;
  q.dword[0] = _mm512_unpacklo_epi64(t0, t2);
  q.dword[1] = _mm512_unpackhi_epi64(t0, t2);
  q.dword[2] = _mm512_unpacklo_epi64(t1, t3);
  q.dword[3] = _mm512_unpackhi_epi64(t1, t3);
  return q;
}

CK_INLINE __m512i ck_low_nibbles(__m512i x) {
  return _mm512_and_si512(x, _mm512_set1_epi8(15));
}

CK_INLINE __m512i ck_high_nibbles(__m512i x) {
  return _mm512_and_si512(_mm512_srli_epi16(x, 4), _mm512_set1_epi8(15));
}

// The lower and the upper half of every dword as f16.
CK_INLINE __m512 ck_lower_halves(__m512i x) { return _mm512_cvtph_ps(_mm512_cvtepi32_epi16(x)); }

CK_INLINE __m512 ck_upper_halves(__m512i x) {
  return _mm512_cvtph_ps(_mm512_cvtepi32_epi16(_mm512_srli_epi32(x, 16)));
}

CK_INLINE void ck_put(ck_int8_tile tile, size_t quad, __m512i value) {
  _mm512_storeu_si512((void *)(tile.quants + 64 * quad), value);
}

// A block's f16 scales of 16 rows.
CK_INLINE __m512 ck_gather_halves(const uint8_t *const *rows, size_t offset) {
  uint16_t halves[16];
  for (int r = 0; r < 16; r++) memcpy(&halves[r], rows[r] + offset, 2);
  return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)halves));
}

static void unpack_q4_0(const uint8_t *const *rows, size_t count, ck_int8_tile tile) {
  for (size_t b = 0; b < count / 32; b++) {
    _mm512_storeu_ps(tile.a + 16 * b, ck_gather_halves(rows, 18 * b));
    ck_quad q = ck_transposed(rows, 18 * b + 2);
    for (size_t j = 0; j < 4; j++) {
      ck_put(tile, 8 * b + j, ck_low_nibbles(q.dword[j]));
      ck_put(tile, 8 * b + 4 + j, ck_high_nibbles(q.dword[j]));
    }
  }
}

CK_INLINE void put_q4_1(ck_int8_tile tile, size_t block, __m512i head, __m512i q0, __m512i q1,
                        __m512i q2, __m512i q3) {
  _mm512_storeu_ps(tile.a + 16 * block, ck_lower_halves(head));
  _mm512_storeu_ps(tile.c + 16 * block, ck_upper_halves(head));
  __m512i q[4] = {q0, q1, q2, q3};
  for (size_t j = 0; j < 4; j++) {
    ck_put(tile, 8 * block + j, ck_low_nibbles(q[j]));
    ck_put(tile, 8 * block + 4 + j, ck_high_nibbles(q[j]));
  }
}

// A block is 5 dwords: 4 blocks are 5 pieces.
static void unpack_q4_1(const uint8_t *const *rows, size_t count, ck_int8_tile tile) {
  size_t b = 0;
  for (; b + 4 <= count / 32; b += 4) {
    __m512i d[20];
    for (size_t piece = 0; piece < 5; piece++) {
      ck_quad q = ck_transposed(rows, 20 * b + 16 * piece);
      for (size_t j = 0; j < 4; j++) d[4 * piece + j] = q.dword[j];
    }
    for (size_t k = 0; k < 4; k++) {
      put_q4_1(tile, b + k, d[5 * k], d[5 * k + 1], d[5 * k + 2], d[5 * k + 3], d[5 * k + 4]);
    }
  }
  for (; b < count / 32; b++) {
    ck_quad q = ck_transposed(rows, 20 * b + 4);
    // The 16 bytes that end where the nibbles begin would leave the row: two loads instead.
    uint32_t heads[16];
    for (int r = 0; r < 16; r++) memcpy(&heads[r], rows[r] + 20 * b, 4);
    put_q4_1(tile, b, _mm512_loadu_si512((const void *)heads), q.dword[0], q.dword[1], q.dword[2],
             q.dword[3]);
  }
}

static void unpack_q8_0(const uint8_t *const *rows, size_t count, ck_int8_tile tile) {
  const __m512i flip = _mm512_set1_epi8((char)0x80);
  for (size_t b = 0; b < count / 32; b++) {
    _mm512_storeu_ps(tile.a + 16 * b, ck_gather_halves(rows, 34 * b));
    for (size_t half = 0; half < 2; half++) {
      ck_quad q = ck_transposed(rows, 34 * b + 2 + 16 * half);
      for (size_t j = 0; j < 4; j++) {
        ck_put(tile, 8 * b + 4 * half + j, _mm512_xor_si512(q.dword[j], flip));
      }
    }
  }
}

// The six-bit scales and minimums of 16 rows.
CK_INLINE void unpack_k4_scales(ck_quad head, size_t group, ck_int8_tile tile) {
  __m512 d = ck_lower_halves(head.dword[0]);
  // −(d m) is (−d) m.
  __m512 dmin = _mm512_xor_ps(ck_upper_halves(head.dword[0]), _mm512_set1_ps(-0.0f));
  const __m512i six = _mm512_set1_epi32(63), four = _mm512_set1_epi32(15);
  const __m512i top = _mm512_set1_epi32(0x30);
  for (int k = 0; k < 8; k++) {
    __m512i scale, minimum;
    unsigned shift = 8 * (unsigned)(k & 3);
    if (k < 4) {
      scale = _mm512_and_si512(_mm512_srli_epi32(head.dword[1], shift), six);
      minimum = _mm512_and_si512(_mm512_srli_epi32(head.dword[2], shift), six);
    } else {
      __m512i low = _mm512_srli_epi32(head.dword[3], shift);
      __m512i scale_top = _mm512_srli_epi32(_mm512_srli_epi32(head.dword[1], shift), 2);
      __m512i minimum_top = _mm512_srli_epi32(_mm512_srli_epi32(head.dword[2], shift), 2);
      scale = _mm512_or_si512(_mm512_and_si512(low, four), _mm512_and_si512(scale_top, top));
      minimum = _mm512_or_si512(_mm512_and_si512(_mm512_srli_epi32(low, 4), four),
                                _mm512_and_si512(minimum_top, top));
    }
    size_t at = 16 * (group + (size_t)k);
    _mm512_storeu_ps(tile.a + at, _mm512_mul_ps(d, _mm512_cvtepi32_ps(scale)));
    _mm512_storeu_ps(tile.c + at, _mm512_mul_ps(dmin, _mm512_cvtepi32_ps(minimum)));
  }
}

static void unpack_q4_k(const uint8_t *const *rows, size_t count, ck_int8_tile tile) {
  for (size_t b = 0; b < count / 256; b++) {
    unpack_k4_scales(ck_transposed(rows, 144 * b), 8 * b, tile);
    for (size_t piece = 0; piece < 8; piece++) {
      ck_quad q = ck_transposed(rows, 144 * b + 16 + 16 * piece);
      size_t quad = 64 * b + 16 * (piece / 2) + 4 * (piece & 1);
      for (size_t j = 0; j < 4; j++) {
        ck_put(tile, quad + j, ck_low_nibbles(q.dword[j]));
        ck_put(tile, quad + 8 + j, ck_high_nibbles(q.dword[j]));
      }
    }
  }
}

static void unpack_q5_k(const uint8_t *const *rows, size_t count, ck_int8_tile tile) {
  const __m512i bit = _mm512_set1_epi8(16);
  for (size_t b = 0; b < count / 256; b++) {
    size_t start = 176 * b;
    unpack_k4_scales(ck_transposed(rows, start), 8 * b, tile);
    for (size_t half = 0; half < 2; half++) {
      ck_quad high = ck_transposed(rows, start + 16 + 16 * half);
      for (unsigned pair = 0; pair < 4; pair++) {
        ck_quad q = ck_transposed(rows, start + 48 + 32 * pair + 16 * half);
        size_t quad = 64 * b + 16 * pair + 4 * half;
        for (size_t j = 0; j < 4; j++) {
          // Bit 2 · pair, and the next one, to bit 4.
          __m512i even = _mm512_and_si512(
              pair < 2 ? _mm512_slli_epi16(high.dword[j], 4 - 2 * pair)
                       : _mm512_srli_epi16(high.dword[j], 2 * pair - 4),
              bit);
          __m512i odd = _mm512_and_si512(
              pair < 2 ? _mm512_slli_epi16(high.dword[j], 3 - 2 * pair)
                       : _mm512_srli_epi16(high.dword[j], 2 * pair - 3),
              bit);
          ck_put(tile, quad + j, _mm512_or_si512(ck_low_nibbles(q.dword[j]), even));
          ck_put(tile, quad + 8 + j, _mm512_or_si512(ck_high_nibbles(q.dword[j]), odd));
        }
      }
    }
  }
}

static void unpack_q6_k(const uint8_t *const *rows, size_t count, ck_int8_tile tile) {
  const __m512i top = _mm512_set1_epi8(0x30);
  for (size_t b = 0; b < count / 256; b++) {
    size_t start = 210 * b;
    __m512 d = ck_gather_halves(rows, start + 208);
    ck_quad scales = ck_transposed(rows, start + 192);
    for (size_t g = 0; g < 16; g++) {
      unsigned shift = 24 - 8 * (unsigned)(g & 3);
      __m512i scale = _mm512_srai_epi32(_mm512_slli_epi32(scales.dword[g / 4], shift), 24);
      _mm512_storeu_ps(tile.a + 16 * (16 * b + g), _mm512_mul_ps(d, _mm512_cvtepi32_ps(scale)));
    }
    for (size_t half = 0; half < 2; half++) {
      for (size_t piece = 0; piece < 2; piece++) {
        ck_quad high = ck_transposed(rows, start + 128 + 32 * half + 16 * piece);
        ck_quad low = ck_transposed(rows, start + 64 * half + 16 * piece);
        ck_quad next = ck_transposed(rows, start + 64 * half + 32 + 16 * piece);
        size_t quad = 64 * b + 32 * half + 4 * piece;
        for (size_t j = 0; j < 4; j++) {
          __m512i h = high.dword[j];
          __m512i n0 = _mm512_or_si512(ck_low_nibbles(low.dword[j]),
                                       _mm512_and_si512(_mm512_slli_epi16(h, 4), top));
          __m512i n1 = _mm512_or_si512(ck_low_nibbles(next.dword[j]),
                                       _mm512_and_si512(_mm512_slli_epi16(h, 2), top));
          __m512i n2 = _mm512_or_si512(ck_high_nibbles(low.dword[j]), _mm512_and_si512(h, top));
          __m512i n3 = _mm512_or_si512(ck_high_nibbles(next.dword[j]),
                                       _mm512_and_si512(_mm512_srli_epi16(h, 2), top));
          ck_put(tile, quad + j, n0);
          ck_put(tile, quad + 8 + j, n1);
          ck_put(tile, quad + 16 + j, n2);
          ck_put(tile, quad + 24 + j, n3);
        }
      }
    }
  }
}

// A word of 8 columns, lowest nibble first, as two quads.
CK_INLINE void put_word(ck_int8_tile tile, size_t quad, __m512i word) {
  const __m512i even = _mm512_broadcast_i32x4(_mm_setr_epi8(0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9,
                                                            -1, 12, -1, 13, -1));
  const __m512i odd = _mm512_broadcast_i32x4(_mm_setr_epi8(-1, 0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9,
                                                           -1, 12, -1, 13));
  const __m512i two = _mm512_set1_epi8(2);
  __m512i low = ck_low_nibbles(word), high = ck_high_nibbles(word);
  // −1 + 2 keeps the sign bit clear, so the second pair needs its own masks.
  __mmask64 evens = 0x5555555555555555ull;
  __m512i first = _mm512_or_si512(_mm512_shuffle_epi8(low, even), _mm512_shuffle_epi8(high, odd));
  __m512i second = _mm512_or_si512(
      _mm512_maskz_shuffle_epi8(evens, low, _mm512_add_epi8(even, two)),
      _mm512_maskz_shuffle_epi8(~evens, high, _mm512_add_epi8(odd, two)));
  ck_put(tile, quad, first);
  ck_put(tile, quad + 1, second);
}

static void unpack_mlx4(const uint8_t *const *rows, size_t count, ck_int8_tile tile) {
  for (size_t b = 0; b < count / 32; b++) {
    ck_quad q = ck_transposed(rows, 16 * b);
    for (size_t j = 0; j < 4; j++) put_word(tile, 8 * b + 2 * j, q.dword[j]);
  }
}

static void unpack_mlx8(const uint8_t *const *rows, size_t count, ck_int8_tile tile) {
  for (size_t piece = 0; piece < count / 16; piece++) {
    ck_quad q = ck_transposed(rows, 16 * piece);
    for (size_t j = 0; j < 4; j++) ck_put(tile, 4 * piece + j, q.dword[j]);
  }
}

// Words of consecutive rows lie side by side: no transposition.
static void unpack_gptq(const ck_matrix *w, size_t row, size_t count, ck_int8_tile tile) {
  const uint8_t *words = w->data + 4 * (w->first_row + row);
  for (size_t word = 0; word < count / 8; word++, words += w->row_bytes) {
    put_word(tile, 2 * word, _mm512_loadu_si512((const void *)words));
  }
}

#endif
