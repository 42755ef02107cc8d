// Scalar functions shared by the bodies. Plain IEEE operations only: the same bits everywhere.
#ifndef CK_SCALAR_H
#define CK_SCALAR_H

#include <math.h>
#include <string.h>

#include "ckernels.h"

#define CK_INLINE static inline __attribute__((always_inline))

CK_INLINE float ck_bits_to_float(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

CK_INLINE uint32_t ck_float_to_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

CK_INLINE uint16_t ck_load_u16(const uint8_t *p) {
  uint16_t value;
  memcpy(&value, p, sizeof value);
  return value;
}

CK_INLINE uint32_t ck_load_u32(const uint8_t *p) {
  uint32_t value;
  memcpy(&value, p, sizeof value);
  return value;
}

// IEEE half to single without F16C: rescale the exponent, subnormals by a subtraction.
CK_INLINE float ck_half_to_float(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
  uint32_t rest = (uint32_t)(half & 0x7fffu) << 13;
  uint32_t exponent = rest & 0x0f800000u;
  uint32_t normal = rest + 0x38000000u;
  uint32_t special = rest + 0x70000000u;
  uint32_t tiny = ck_float_to_bits(ck_bits_to_float(rest + 0x38800000u) - 0x1p-14f);
  uint32_t bits = exponent == 0x0f800000u ? special : exponent == 0 ? tiny : normal;
  return ck_bits_to_float(bits | sign);
}

CK_INLINE float ck_bfloat_to_float(uint16_t value) {
  return ck_bits_to_float((uint32_t)value << 16);
}

// e^x by Cody–Waite reduction and a degree-6 polynomial (coefficients of Cephes expf); the result
// is within 2 ulp. Clamped to ±87, so that it is always finite and normal.
CK_INLINE float ck_exp_inline(float x) {
  x = x > 87.0f ? 87.0f : x;
  x = x < -87.0f ? -87.0f : x;
  float shifted = x * 1.44269504088896341f + 12582912.0f;
  float n = shifted - 12582912.0f;
  float r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  uint32_t scale = (ck_float_to_bits(shifted) + 127u) << 23;
  return p * ck_bits_to_float(scale);
}

CK_INLINE float ck_sigmoid_inline(float x) { return 1.0f / (1.0f + ck_exp_inline(-x)); }

// The fold that ends every product: 8, 4, 2, 1.
CK_INLINE float ck_fold16(const float *s) {
  float a[8];
  for (int i = 0; i < 8; i++) a[i] = s[i] + s[i + 8];
  float b[4];
  for (int i = 0; i < 4; i++) b[i] = a[i] + a[i + 4];
  return (b[0] + b[2]) + (b[1] + b[3]);
}

#endif
