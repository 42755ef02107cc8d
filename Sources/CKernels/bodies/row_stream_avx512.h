// What the products of one token share: packed rows read as one ascending stream, and the parts of
// blocks that need more than a mask.
#ifndef CK_ROW_STREAM_AVX512_H
#define CK_ROW_STREAM_AVX512_H
#include "scalar.h"

// Rows that are read side by side.
#define CK_ROWS 4
// Bytes between the row that is read and the lines that are asked for.
#define CK_AHEAD 4096

CK_INLINE void ck_ask(const uint8_t *from, size_t bytes) {
  for (size_t at = 0; at < bytes; at += 64) {
    _mm_prefetch((const char *)from + CK_AHEAD + at, _MM_HINT_T0);
  }
}

typedef struct {
  uint64_t scales;    // of groups 0..7
  uint64_t minimums;
} ck_k4_bytes;

CK_INLINE ck_k4_bytes ck_k4_bytes_at(const uint8_t *p) {
  uint32_t s[3];
  memcpy(s, p, 12);
  uint32_t scale = (s[2] & 0x0f0f0f0fu) | ((s[0] >> 2) & 0x30303030u);
  uint32_t minimum = ((s[2] >> 4) & 0x0f0f0f0fu) | ((s[1] >> 2) & 0x30303030u);
  return (ck_k4_bytes){(s[0] & 0x3f3f3f3fu) | (uint64_t)scale << 32,
                       (s[1] & 0x3f3f3f3fu) | (uint64_t)minimum << 32};
}

// The 64 low and the 64 high nibbles of half a Q6_K block with their two high bits.
typedef struct {
  __m512i first;
  __m512i second;
} ck_six;

// high: 32 bytes of high bits, twice; the second copy is shifted by two more bits.
CK_INLINE ck_six ck_six_bits(__m512i low, __m512i high) {
  const __m512i nibble = _mm512_set1_epi8(15), top = _mm512_set1_epi8(0x30);
  const __m512i left = _mm512_setr_epi64(4, 4, 4, 4, 2, 2, 2, 2);
  const __m512i right = _mm512_setr_epi64(0, 0, 0, 0, 2, 2, 2, 2);
  return (ck_six){_mm512_or_si512(_mm512_and_si512(low, nibble),
                                  _mm512_and_si512(_mm512_sllv_epi64(high, left), top)),
                  _mm512_or_si512(_mm512_and_si512(_mm512_srli_epi16(low, 4), nibble),
                                  _mm512_and_si512(_mm512_srlv_epi64(high, right), top))};
}

#endif
