#include <math.h>
#include <string.h>

#include "classifier_kernels.h"

static const float *block_of(const cls_kernels *kernels, int32_t dtype, const void *source,
                             size_t offset, size_t count, float *scratch) {
  if (dtype == CLS_F32) return (const float *)source + offset;
  if (dtype == CLS_F16) {
    kernels->expand_f16((const uint16_t *)source + offset, scratch, count);
  } else {
    const double *values = (const double *)source + offset;
    for (size_t i = 0; i < count; i++) scratch[i] = (float)values[i];
  }
  return scratch;
}

void cls_tile_product(const cls_kernels *kernels, int32_t dtype, const void *tile, size_t rows,
                      const float *left, size_t ldl, const uint32_t *index, size_t q,
                      float *out) {
  float scratch[CLS_BLOCK * CLS_TILE] __attribute__((aligned(64)));
  memset(out, 0, q * CLS_TILE * sizeof(float));
  for (size_t start = 0; start < rows; start += CLS_BLOCK) {
    const size_t count = rows - start < CLS_BLOCK ? rows - start : CLS_BLOCK;
    const float *x =
        block_of(kernels, dtype, tile, start * CLS_TILE, count * CLS_TILE, scratch);
    kernels->product_f32(left + start * ldl, ldl, index, q, x, CLS_TILE, CLS_TILE, count, out);
  }
}

void cls_bound_product(const cls_kernels *kernels, int32_t dtype, const void *maxima, size_t rows,
                       size_t tiles, const float *x, size_t cols, float *out) {
  float scratch[CLS_BLOCK * 16] __attribute__((aligned(64)));
  static const uint32_t identity[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  memset(out, 0, tiles * cols * sizeof(float));
  for (size_t start = 0; start < rows; start += CLS_BLOCK) {
    const size_t count = rows - start < CLS_BLOCK ? rows - start : CLS_BLOCK;
    for (size_t first = 0; first < tiles; first += 16) {
      const size_t width = tiles - first < 16 ? tiles - first : 16;
      const float *left;
      size_t ldl = tiles;
      if (dtype == CLS_F32) {
        left = (const float *)maxima + start * tiles + first;
      } else {
        for (size_t i = 0; i < count; i++)
          kernels->expand_f16((const uint16_t *)maxima + (start + i) * tiles + first,
                              scratch + i * width, width);
        left = scratch;
        ldl = width;
      }
      kernels->product_f32(left, ldl, identity, width, x + start * cols, cols, cols, count,
                           out + first * cols);
    }
  }
}

void cls_gather_f64(int32_t dtype, const void *src, size_t stride, size_t count, double *dst) {
  if (dtype == CLS_F64) {
    for (size_t i = 0; i < count; i++) dst[i] = ((const double *)src)[i * stride];
  } else if (dtype == CLS_F32) {
    for (size_t i = 0; i < count; i++) dst[i] = (double)((const float *)src)[i * stride];
  } else {
    for (size_t i = 0; i < count; i++) {
      const uint16_t half = ((const uint16_t *)src)[i * stride];
      union { uint32_t bits; float value; } u = {.bits = (uint32_t)(half & 0x7FFF) << 13};
      u.value *= 0x1p112f;
      u.bits |= (uint32_t)(half & 0x8000) << 16;
      dst[i] = (double)u.value;
    }
  }
}

void cls_sparse_product(int32_t dtype, const void *values, const uint32_t *rows,
                        const uint64_t *starts, size_t columns, const float *left, size_t ldl,
                        const uint32_t *index, size_t q, float *out) {
  memset(out, 0, q * CLS_TILE * sizeof(float));
  for (size_t c = 0; c < columns; c++) {
    for (uint64_t block = starts[c]; block < starts[c + 1]; block += CLS_BLOCK) {
      const uint64_t end = starts[c + 1] - block < CLS_BLOCK ? starts[c + 1] : block + CLS_BLOCK;
      double wide[CLS_BLOCK];
      const size_t count = (size_t)(end - block);
      const size_t bytes = dtype == CLS_F16 ? 2 : dtype == CLS_F32 ? 4 : 8;
      cls_gather_f64(dtype, (const char *)values + block * bytes, 1, count, wide);
      for (size_t a = 0; a < q; a++) {
        float sum = 0;
        for (size_t i = 0; i < count; i++)
          sum += (float)wide[i] * left[(size_t)rows[block + i] * ldl + index[a]];
        out[a * CLS_TILE + c] += sum;
      }
    }
  }
}

void cls_pack_rows(const float *src, const uint32_t *rows, size_t count, size_t width,
                   float *dst) {
  for (size_t i = 0; i < count; i++)
    memcpy(dst + i * width, src + (size_t)rows[i] * width, width * sizeof(float));
}

void cls_split_signs(const float *src, size_t rows, size_t width, float *dst) {
  for (size_t i = 0; i < rows; i++) {
    const float *r = src + i * width;
    float *positive = dst + i * 2 * width, *negative = positive + width;
    for (size_t k = 0; k < width; k++) {
      positive[k] = r[k] > 0 ? r[k] : 0;
      negative[k] = r[k] < 0 ? -r[k] : 0;
    }
  }
}

void cls_gram(const cls_kernels *kernels, const double *x, const double *h, size_t rows,
              size_t width, double *scratch, double *gram) {
  memset(gram, 0, width * width * sizeof(double));
  for (size_t start = 0; start < rows; start += CLS_BLOCK) {
    const size_t count = rows - start < CLS_BLOCK ? rows - start : CLS_BLOCK;
    const double *block = x + start * width;
    for (size_t i = 0; i < count; i++) {
      const double factor = h[start + i];
      for (size_t a = 0; a < width; a++) scratch[i * width + a] = factor * block[i * width + a];
    }
    for (size_t a = 0; a < width; a += 24) {
      const size_t q = width - a < 24 ? width - a : 24;
      kernels->product_f64(scratch + a, width, q, block + a, width, width - a, count,
                           gram + a * width + a, width);
    }
  }
}

double cls_logistic(const double *z, const double *y, const double *c, size_t count, double *r,
                    double *h) {
  double total = 0;
  for (size_t start = 0; start < count; start += 512) {
    const size_t end = start + 512 < count ? start + 512 : count;
    double sum = 0;
    for (size_t i = start; i < end; i++) {
      if (c[i] == 0) {
        r[i] = 0;
        if (h) h[i] = 0;
        continue;
      }
      // With e = exp(-|m|) nothing overflows and both tails keep their relative precision.
      const double m = y[i] * z[i];
      const double e = exp(-fabs(m));
      const double small = e / (1 + e);
      const double p = m > 0 ? small : 1 / (1 + e);  // sigma(-m)
      r[i] = c[i] * y[i] * p;
      if (h) h[i] = c[i] * small / (1 + e);
      sum += c[i] * (log1p(e) + (m > 0 ? 0 : -m));
    }
    total += sum;
  }
  return total;
}
