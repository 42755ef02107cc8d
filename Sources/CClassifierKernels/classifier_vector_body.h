typedef double v8 __attribute__((vector_size(64)));
typedef double v8u __attribute__((vector_size(64), aligned(8)));

// Dot and axpy: the order of the sums is fixed by the types, whatever the register width.
static inline __attribute__((always_inline)) double dot_body(const double *x, const double *y,
                                                             size_t count) {
  double total = 0;
  for (size_t start = 0; start < count; start += 512) {
    const size_t end = start + 512 < count ? start + 512 : count;
    // Four accumulators hide the latency of the additions.
    v8 a = {0}, b = {0}, c = {0}, d = {0};
    size_t i = start;
    for (; i + 32 <= end; i += 32) {
      a += *(const v8u *)(x + i) * *(const v8u *)(y + i);
      b += *(const v8u *)(x + i + 8) * *(const v8u *)(y + i + 8);
      c += *(const v8u *)(x + i + 16) * *(const v8u *)(y + i + 16);
      d += *(const v8u *)(x + i + 24) * *(const v8u *)(y + i + 24);
    }
    for (; i + 8 <= end; i += 8) a += *(const v8u *)(x + i) * *(const v8u *)(y + i);
    for (size_t lane = 0; i < end; i++, lane++) a[lane] += x[i] * y[i];
    const v8 sum = (a + b) + (c + d);
    total += ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
  }
  return total;
}

static inline __attribute__((always_inline)) void axpy_body(double a, const double *x, double *y,
                                                            size_t count) {
  for (size_t i = 0; i < count; i++) y[i] += a * x[i];
}
