// Queries against the cached keys and values that they share: scores, softmax, weighted sum in position
// order. How many queries are computed next to each other changes no sum.
#include "scalar.h"

void CK_NAME(ck_dots)(const float *w, size_t stride, size_t rows, const float *const *x,
                      size_t tokens, size_t n, float *out, size_t out_stride);
void CK_NAME(ck_softmax)(float *x, size_t n);

#define CK_QUERIES 4
#define CK_VALUES 32

// `width` values of the weighted sums of `queries` queries, held in registers over all positions.
CK_INLINE void ck_weigh(const float *restrict scores, size_t count, const float *restrict values,
                        size_t stride, const size_t queries, size_t width, float *restrict out,
                        size_t out_stride) {
  float sums[CK_QUERIES][CK_VALUES] = {{0}};
  for (size_t p = 0; p < count; p++) {
    const float *restrict v = values + p * stride;
    for (size_t k = 0; k < queries; k++) {
      float weight = scores[k * count + p];
      for (size_t d = 0; d < width; d++) sums[k][d] = fmaf(weight, v[d], sums[k][d]);
    }
  }
  for (size_t k = 0; k < queries; k++) {
    for (size_t d = 0; d < width; d++) out[k * out_stride + d] = sums[k][d];
  }
}

CK_INLINE void ck_weigh_all(const float *scores, size_t count, const float *values, size_t stride,
                            const size_t queries, size_t dim, float *out, size_t out_stride) {
  size_t d = 0;
  for (; d + CK_VALUES <= dim; d += CK_VALUES) {
    ck_weigh(scores, count, values + d, stride, queries, CK_VALUES, out + d, out_stride);
  }
  if (d < dim) ck_weigh(scores, count, values + d, stride, queries, dim - d, out + d, out_stride);
}

void CK_NAME(ck_attend)(const float *q, size_t q_stride, size_t queries, const float *keys,
                        const float *values, size_t stride, size_t count, size_t dim, float scale,
                        float *scores, float *out, size_t out_stride) {
  for (size_t first = 0; first < queries; first += CK_QUERIES) {
    size_t some = queries - first < CK_QUERIES ? queries - first : CK_QUERIES;
    const float *inputs[CK_QUERIES];
    for (size_t k = 0; k < some; k++) inputs[k] = q + (first + k) * q_stride;
    CK_NAME(ck_dots)(keys, stride, count, inputs, some, dim, scores, count);
    for (size_t k = 0; k < some; k++) {
      float *row = scores + k * count;
      for (size_t p = 0; p < count; p++) row[p] = row[p] * scale;
      CK_NAME(ck_softmax)(row, count);
    }
    float *target = out + first * out_stride;
    switch (some) {
      case 1: ck_weigh_all(scores, count, values, stride, 1, dim, target, out_stride); break;
      case 2: ck_weigh_all(scores, count, values, stride, 2, dim, target, out_stride); break;
      case 3: ck_weigh_all(scores, count, values, stride, 3, dim, target, out_stride); break;
      default: ck_weigh_all(scores, count, values, stride, 4, dim, target, out_stride); break;
    }
  }
}
