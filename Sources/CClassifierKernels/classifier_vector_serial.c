#include "classifier_internal.h"

double cls_dot_f64_serial(const double *x, const double *y, size_t count) {
  double total = 0;
  for (size_t start = 0; start < count; start += 512) {
    const size_t end = start + 512 < count ? start + 512 : count;
    double part[4][8] = {{0}};
    size_t i = start;
    for (; i + 32 <= end; i += 32)
      for (size_t j = 0; j < 32; j++) part[j / 8][j % 8] += x[i + j] * y[i + j];
    for (size_t j = 0; i < end; i++, j++) part[0][j % 8] += x[i] * y[i];
    double sum[8];
    for (size_t j = 0; j < 8; j++) sum[j] = (part[0][j] + part[1][j]) + (part[2][j] + part[3][j]);
    total += ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
  }
  return total;
}

void cls_axpy_f64_serial(double a, const double *x, double *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] += a * x[i];
}

// The product with 2^112 moves the exponent bias from 15 to 127 and is exact, subnormals included.
// Infinities and NaN are never stored (the writers refuse them).
void cls_expand_f16_serial(const uint16_t *src, float *dst, size_t count) {
  for (size_t i = 0; i < count; i++) {
    union { uint32_t bits; float value; } u = {.bits = (uint32_t)(src[i] & 0x7FFF) << 13};
    u.value *= 0x1p112f;
    u.bits |= (uint32_t)(src[i] & 0x8000) << 16;
    dst[i] = u.value;
  }
}
