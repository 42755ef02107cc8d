#include "classifier_internal.h"

void cls_product_f32_serial(const float *left, size_t ldl, const uint32_t *index, size_t q,
                            const float *x, size_t ldx, size_t cols, size_t rows, float *out) {
  for (size_t a = 0; a < q; a++) {
    for (size_t c = 0; c < cols; c += 16) {
      float sum[16] = {0};
      for (size_t i = 0; i < rows; i++) {
        const float factor = left[i * ldl + index[a]];
        const float *row = x + i * ldx + c;
        for (size_t j = 0; j < 16; j++) sum[j] += factor * row[j];
      }
      for (size_t j = 0; j < 16; j++) out[a * cols + c + j] += sum[j];
    }
  }
}

void cls_product_f16_serial(const float *left, size_t ldl, const uint32_t *index, size_t q,
                            const uint16_t *x, size_t ldx, size_t cols, size_t rows, float *out) {
  float row[CLS_BLOCK * 16];
  for (size_t c = 0; c < cols; c += 16) {
    for (size_t i = 0; i < rows; i++) cls_expand_f16_serial(x + i * ldx + c, row + i * 16, 16);
    for (size_t a = 0; a < q; a++) {
      float sum[16] = {0};
      for (size_t i = 0; i < rows; i++) {
        const float factor = left[i * ldl + index[a]];
        for (size_t j = 0; j < 16; j++) sum[j] += factor * row[i * 16 + j];
      }
      for (size_t j = 0; j < 16; j++) out[a * cols + c + j] += sum[j];
    }
  }
}

void cls_product_f64_serial(const double *left, size_t ldl, size_t q, const double *x, size_t ldx,
                            size_t cols, size_t rows, double *out, size_t ldo) {
  for (size_t a = 0; a < q; a++) {
    for (size_t c = 0; c < cols; c += 8) {
      double sum[8] = {0};
      for (size_t i = 0; i < rows; i++) {
        const double factor = left[i * ldl + a];
        const double *row = x + i * ldx + c;
        for (size_t j = 0; j < 8; j++) sum[j] += factor * row[j];
      }
      for (size_t j = 0; j < 8; j++) out[a * ldo + c + j] += sum[j];
    }
  }
}
