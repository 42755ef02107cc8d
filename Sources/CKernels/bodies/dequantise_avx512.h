// Q4_K and Q6_K rows to f32 with AVX-512: the float operations of bodies/dequantise.h, each rounded once.
// A group of Q4_K has 16 possible weights, so they are computed once and looked up.
#ifndef CK_DEQUANTISE_AVX512_H
#define CK_DEQUANTISE_AVX512_H
#include "scalar.h"
#define CK_HAS_EXPAND_Q4_K
#define CK_HAS_EXPAND_Q6_K

// The 16 weights scale · n − minimum.
CK_INLINE __m512 ck_q4_k_weights(float d, float dmin, const uint8_t *s, int k) {
  int scale = k < 4 ? s[k] & 63 : (s[k + 4] & 15) | (s[k - 4] >> 6) << 4;
  int minimum = k < 4 ? s[k + 4] & 63 : (s[k + 4] >> 4) | (s[k] >> 6) << 4;
  const __m512 n = _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  __m512 product = _mm512_mul_ps(_mm512_set1_ps(d * (float)scale), n);
  return _mm512_sub_ps(product, _mm512_set1_ps(dmin * (float)minimum));
}

static void expand_q4_k(const uint8_t *restrict p, size_t n, float *restrict out) {
  for (size_t b = 0; b < n / 256; b++, p += 144) {
    float d = ck_half_to_float(ck_load_u16(p)), dmin = ck_half_to_float(ck_load_u16(p + 2));
    for (int c = 0; c < 4; c++, out += 64) {
      __m512 low = ck_q4_k_weights(d, dmin, p + 4, 2 * c);
      __m512 high = ck_q4_k_weights(d, dmin, p + 4, 2 * c + 1);
      for (int half = 0; half < 2; half++) {
        const uint8_t *q = p + 16 + 32 * c + 16 * half;
        __m512i bytes = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)q));
        // The permutation looks at the lowest four bits of an index.
        _mm512_storeu_ps(out + 16 * half, _mm512_permutexvar_ps(bytes, low));
        __m512i shifted = _mm512_srli_epi32(bytes, 4);
        _mm512_storeu_ps(out + 32 + 16 * half, _mm512_permutexvar_ps(shifted, high));
      }
    }
  }
}

static void expand_q6_k(const uint8_t *restrict p, size_t n, float *restrict out) {
  const __m128i nibble = _mm_set1_epi8(15), top = _mm_set1_epi8(0x30), zero = _mm_set1_epi8(32);
  for (size_t b = 0; b < n / 256; b++, p += 210) {
    float d = ck_half_to_float(ck_load_u16(p + 208));
    for (int a = 0; a < 2; a++, out += 128) {
      const int8_t *scales = (const int8_t *)(p + 192 + 8 * a);
      for (int half = 0; half < 2; half++) {
        const uint8_t *q = p + 64 * a + 16 * half;
        __m128i first = _mm_loadu_si128((const __m128i *)q);
        __m128i second = _mm_loadu_si128((const __m128i *)(q + 32));
        __m128i high = _mm_loadu_si128((const __m128i *)(p + 128 + 32 * a + 16 * half));
        __m128i part[4] = {
            _mm_or_si128(_mm_and_si128(first, nibble), _mm_and_si128(_mm_slli_epi16(high, 4), top)),
            _mm_or_si128(_mm_and_si128(second, nibble), _mm_and_si128(_mm_slli_epi16(high, 2), top)),
            _mm_or_si128(_mm_and_si128(_mm_srli_epi16(first, 4), nibble), _mm_and_si128(high, top)),
            _mm_or_si128(_mm_and_si128(_mm_srli_epi16(second, 4), nibble),
                         _mm_and_si128(_mm_srli_epi16(high, 2), top))};
        for (int k = 0; k < 4; k++) {
          __m512i value = _mm512_cvtepi8_epi32(_mm_sub_epi8(part[k], zero));
          __m512 factor = _mm512_set1_ps(d * (float)scales[2 * k + half]);
          _mm512_storeu_ps(out + 32 * k + 16 * half,
                           _mm512_mul_ps(factor, _mm512_cvtepi32_ps(value)));
        }
      }
    }
  }
}

#endif
