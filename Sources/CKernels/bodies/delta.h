// The gated delta rule, one step: decay, read with k, write, read with q; and the short
// convolution before it. Source: Yang, Kautz & Hatamizadeh (2024), "Gated Delta Networks",
// arXiv:2412.06464, eq. 10. Sums over the key dimension run in ascending order per value column.
#include "scalar.h"

#define CK_COLUMNS 32

CK_INLINE void delta_columns(float *restrict state, const float *restrict q,
                             const float *restrict k, const float *restrict v, size_t dk,
                             size_t dv, size_t width, float decay, float beta,
                             float *restrict out) {
  float m[CK_COLUMNS] = {0};
  for (size_t i = 0; i < dk; i++) {
    float *s = state + i * dv;
    for (size_t j = 0; j < width; j++) {
      s[j] = s[j] * decay;
      m[j] = fmaf(s[j], k[i], m[j]);
    }
  }
  for (size_t j = 0; j < width; j++) m[j] = beta * (v[j] - m[j]);
  float o[CK_COLUMNS] = {0};
  for (size_t i = 0; i < dk; i++) {
    float *s = state + i * dv;
    for (size_t j = 0; j < width; j++) {
      s[j] = fmaf(k[i], m[j], s[j]);
      o[j] = fmaf(s[j], q[i], o[j]);
    }
  }
  for (size_t j = 0; j < width; j++) out[j] = o[j];
}

void CK_NAME(ck_delta_step)(float *state, const float *q, const float *k, const float *v,
                            size_t dk, size_t dv, float decay, float beta, float *out) {
  size_t j = 0;
  for (; j + CK_COLUMNS <= dv; j += CK_COLUMNS) {
    delta_columns(state + j, q, k, v + j, dk, dv, CK_COLUMNS, decay, beta, out + j);
  }
  if (j < dv) delta_columns(state + j, q, k, v + j, dk, dv, dv - j, decay, beta, out + j);
}

// The usual window.
CK_INLINE void conv_four(const float *restrict w, const float *restrict a,
                         const float *restrict b, const float *restrict c,
                         const float *restrict d, size_t channels, float *restrict out) {
  for (size_t i = 0; i < channels; i++) {
    float sum = fmaf(w[4 * i], a[i], 0.0f);
    sum = fmaf(w[4 * i + 1], b[i], sum);
    sum = fmaf(w[4 * i + 2], c[i], sum);
    sum = fmaf(w[4 * i + 3], d[i], sum);
    out[i] = sum * ck_sigmoid_inline(sum);
  }
}

void CK_NAME(ck_conv_step)(const float *w, const float *const *window, size_t taps,
                           size_t channels, float *restrict out) {
  if (taps == 4) {
    conv_four(w, window[0], window[1], window[2], window[3], channels, out);
    return;
  }
  for (size_t c = 0; c < channels; c++) {
    float sum = 0.0f;
    for (size_t m = 0; m < taps; m++) sum = fmaf(w[c * taps + m], window[m][c], sum);
    out[c] = sum * ck_sigmoid_inline(sum);
  }
}
