#include "classifier_kernels.h"

static inline uint64_t high_product(uint64_t a, uint64_t b) {
  return (uint64_t)(((unsigned __int128)a * b) >> 64);
}

static void philox(uint64_t k0, uint64_t k1, uint64_t c0, uint64_t c1, uint64_t c2, uint64_t c3,
                   uint64_t out[4]) {
  for (int round = 0; round < 10; round++) {
    const uint64_t h0 = high_product(0xD2E7470EE14C6C93u, c0), l0 = 0xD2E7470EE14C6C93u * c0;
    const uint64_t h1 = high_product(0xCA5A826395121157u, c2), l1 = 0xCA5A826395121157u * c2;
    c0 = h1 ^ c1 ^ k0, c1 = l1, c2 = h0 ^ c3 ^ k1, c3 = l0;
    k0 += 0x9E3779B97F4A7C15u, k1 += 0xBB67AE8584CAA73Bu;
  }
  out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

void cls_synthetic_row(const float *table, const float *scale, size_t count, uint64_t key0,
                       uint64_t key1, uint64_t group, uint64_t row, float *dst) {
  for (size_t start = 0; start < count; start += 16) {
    uint64_t words[4];
    philox(key0, key1, start / 16, group, row, 0, words);
    const size_t end = count - start < 16 ? count - start : 16;
    for (size_t i = 0; i < end; i++) {
      const uint16_t u = (uint16_t)(words[i / 4] >> (16 * (i % 4)));
      dst[start + i] = scale[start + i] * table[u];
    }
  }
}

size_t cls_round_f16(const float *src, uint16_t *dst, size_t count, int32_t *overflow) {
  size_t vanished = 0;
  for (size_t i = 0; i < count; i++) {
    union { float value; uint32_t bits; } u = {.value = src[i]};
    const uint32_t sign = (u.bits >> 16) & 0x8000u;
    uint32_t magnitude = u.bits & 0x7FFFFFFFu;
    uint32_t half;
    if (magnitude >= 0x477FF000u) {  // rounds to 65,536 or more, or is not finite
      *overflow = 1;
      half = 0x7C00u;
    } else if (magnitude < 0x38800000u) {
      // Below 2^-14 the spacing is 2^-24: adding 0.5 makes the processor round there.
      union { float value; uint32_t bits; } s = {.bits = magnitude};
      s.value += 0.5f;
      half = s.bits - 0x3F000000u;
      vanished += half == 0 && magnitude != 0;
    } else {
      const uint32_t odd = (magnitude >> 13) & 1u;
      magnitude += 0xC8000FFFu + odd;
      half = magnitude >> 13;
    }
    dst[i] = (uint16_t)(sign | half);
  }
  return vanished;
}
