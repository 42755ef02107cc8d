// Norms, gates and sums along one row.
#include "scalar.h"

float CK_NAME(ck_dot)(const float *a, const float *b, size_t n);

void CK_NAME(ck_rms_norm)(const float *restrict x, const float *restrict w, size_t n, float eps,
                          float *restrict out) {
  float inverse = 1.0f / sqrtf(CK_NAME(ck_dot)(x, x, n) / (float)n + eps);
  for (size_t i = 0; i < n; i++) out[i] = (x[i] * inverse) * w[i];
}

void CK_NAME(ck_rms_normalise)(float *restrict x, const float *restrict w, size_t n, float eps) {
  float inverse = 1.0f / sqrtf(CK_NAME(ck_dot)(x, x, n) / (float)n + eps);
  for (size_t i = 0; i < n; i++) x[i] = (x[i] * inverse) * w[i];
}

void CK_NAME(ck_l2_norm)(float *x, size_t n, float eps, float scale) {
  float inverse = 1.0f / sqrtf(CK_NAME(ck_dot)(x, x, n) + eps);
  for (size_t i = 0; i < n; i++) x[i] = (x[i] * inverse) * scale;
}

void CK_NAME(ck_gated_rms_norm)(const float *restrict x, const float *restrict w,
                                const float *restrict gate, size_t n, float eps,
                                float *restrict out) {
  float inverse = 1.0f / sqrtf(CK_NAME(ck_dot)(x, x, n) / (float)n + eps);
  for (size_t i = 0; i < n; i++) {
    out[i] = ((x[i] * inverse) * w[i]) * (gate[i] * ck_sigmoid_inline(gate[i]));
  }
}

// Largest first, then 16 partial sums folded like a product.
void CK_NAME(ck_softmax)(float *x, size_t n) {
  float top = -INFINITY;
  for (size_t i = 0; i < n; i++) top = x[i] > top ? x[i] : top;
  for (size_t i = 0; i < n; i++) x[i] = ck_exp_inline(x[i] - top);
  float s[16] = {0};
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    for (size_t l = 0; l < 16; l++) s[l] += x[i + l];
  }
  for (size_t l = 0; i + l < n; l++) s[l] += x[i + l];
  float sum = ck_fold16(s);
  for (size_t j = 0; j < n; j++) x[j] = x[j] / sum;
}

void CK_NAME(ck_swiglu)(const float *gate, const float *up, size_t n, float *out) {
  for (size_t i = 0; i < n; i++) out[i] = (gate[i] * ck_sigmoid_inline(gate[i])) * up[i];
}

void CK_NAME(ck_sigmoid_gate)(float *restrict x, const float *restrict gate, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] = x[i] * ck_sigmoid_inline(gate[i]);
}

void CK_NAME(ck_add_scaled)(float a, const float *restrict x, float *restrict y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = fmaf(a, x[i], y[i]);
}

void CK_NAME(ck_add)(const float *restrict x, float *restrict y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = x[i] + y[i];
}
