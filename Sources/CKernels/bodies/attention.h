// One query against the cached keys and values: scores, softmax, weighted sum in position order.
#include "scalar.h"

float CK_NAME(ck_dot)(const float *a, const float *b, size_t n);
void CK_NAME(ck_softmax)(float *x, size_t n);

void CK_NAME(ck_attend)(const float *q, const float *keys, const float *values, size_t stride,
                        size_t count, size_t dim, float scale, float *scores,
                        float *restrict out) {
  for (size_t p = 0; p < count; p++) {
    scores[p] = CK_NAME(ck_dot)(q, keys + p * stride, dim) * scale;
  }
  CK_NAME(ck_softmax)(scores, count);
  for (size_t d = 0; d < dim; d++) out[d] = 0.0f;
  for (size_t p = 0; p < count; p++) {
    const float *restrict v = values + p * stride;
    float weight = scores[p];
    for (size_t d = 0; d < dim; d++) out[d] = fmaf(weight, v[d], out[d]);
  }
}
