// Sums of |z| ‖D column‖ while z is at hand, and the squared column norms.
#include "scalar.h"

void CK_NAME(ck_accumulate_contributions)(const float *restrict z, const float *restrict norms,
                                          float factor, size_t n, float *restrict sums) {
  for (size_t j = 0; j < n; j++) sums[j] = sums[j] + (fabsf(z[j]) * norms[j]) * factor;
}

void CK_NAME(ck_accumulate_squares)(const float *restrict w, size_t n, double *restrict sums) {
  for (size_t j = 0; j < n; j++) sums[j] = sums[j] + (double)w[j] * (double)w[j];
}
