// Dot and axpy with the eight-lane order fixed by the type, whatever the register width.
typedef double v8 __attribute__((vector_size(64)));
typedef double v8u __attribute__((vector_size(64), aligned(8)));

static inline __attribute__((always_inline)) double dot_body(const double *x, const double *y,
                                                             size_t count) {
  double total = 0;
  for (size_t start = 0; start < count; start += 512) {
    const size_t end = start + 512 < count ? start + 512 : count;
    v8 sum = {0};
    size_t i = start;
    for (; i + 8 <= end; i += 8) sum += *(const v8u *)(x + i) * *(const v8u *)(y + i);
    for (size_t lane = 0; i < end; i++, lane++) sum[lane] += x[i] * y[i];
    total += ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
  }
  return total;
}

static inline __attribute__((always_inline)) void axpy_body(double a, const double *x, double *y,
                                                            size_t count) {
  for (size_t i = 0; i < count; i++) y[i] += a * x[i];
}
