#include <math.h>
#include <string.h>

#include "classifier_kernels.h"

void cls_tile_product(const cls_kernels *kernels, int32_t dtype, const void *tile, size_t rows,
                      const float *left, size_t ldl, const uint32_t *index, size_t q,
                      float *out) {
  float scratch[CLS_BLOCK * CLS_TILE] __attribute__((aligned(64)));
  memset(out, 0, q * CLS_TILE * sizeof(float));
  for (size_t start = 0; start < rows; start += CLS_BLOCK) {
    const size_t count = rows - start < CLS_BLOCK ? rows - start : CLS_BLOCK;
    const float *block_left = left + start * ldl;
    if (dtype == CLS_F16) {
      kernels->product_f16(block_left, ldl, index, q, (const uint16_t *)tile + start * CLS_TILE,
                           CLS_TILE, CLS_TILE, count, out);
      continue;
    }
    const float *x = (const float *)tile + start * CLS_TILE;
    if (dtype == CLS_F64) {
      const double *values = (const double *)tile + start * CLS_TILE;
      for (size_t i = 0; i < count * CLS_TILE; i++) scratch[i] = (float)values[i];
      x = scratch;
    }
    kernels->product_f32(block_left, ldl, index, q, x, CLS_TILE, CLS_TILE, count, out);
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

typedef float v8f __attribute__((vector_size(32), aligned(4)));

void cls_pack_rows(const float *src, const uint32_t *rows, size_t count, size_t width,
                   float *dst) {
  for (size_t i = 0; i < count; i++) {
    const float *from = src + (size_t)rows[i] * width;
    float *to = dst + i * width;
    for (size_t k = 0; k < width; k += 8) *(v8f *)(to + k) = *(const v8f *)(from + k);
  }
}

void cls_sum_rows(const float *src, const uint32_t *rows, size_t count, size_t width,
                  float *sums) {
  for (size_t k = 0; k < width; k += 32) {
    v8f a = {0}, b = {0}, c = {0}, d = {0};
    for (size_t i = 0; i < count; i++) {
      const v8f *row = (const v8f *)(src + (size_t)rows[i] * width + k);
      a += row[0], b += row[1], c += row[2], d += row[3];
    }
    v8f *to = (v8f *)(sums + k);
    to[0] = a, to[1] = b, to[2] = c, to[3] = d;
  }
}

float cls_largest(const float *x, size_t count) {
  // Magnitudes of floats order like their bits, with infinity and NaN above all numbers.
  uint32_t top = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, 4);
    bits &= 0x7FFFFFFFu;
    top = bits > top ? bits : top;
  }
  float result;
  memcpy(&result, &top, 4);
  return result;
}

void cls_gram(const cls_kernels *kernels, const double *panels, const double *h, size_t rows,
              size_t panel_count, size_t first, size_t step, size_t changed, double *scratch,
              double *gram, size_t stride) {
  for (size_t p = first; p < panel_count; p += step)
    for (size_t a = 0; a < CLS_PANEL; a++) {
      const size_t from = (p > changed ? p : changed) * CLS_PANEL;
      if (from < panel_count * CLS_PANEL)
        memset(gram + (p * CLS_PANEL + a) * stride + from, 0,
               (panel_count * CLS_PANEL - from) * sizeof(double));
    }
  for (size_t start = 0; start < rows; start += CLS_BLOCK) {
    const size_t count = rows - start < CLS_BLOCK ? rows - start : CLS_BLOCK;
    for (size_t p = first; p < panel_count; p += step) {
      const double *left = panels + (p * rows + start) * CLS_PANEL;
      for (size_t i = 0; i < count; i++)
        for (size_t a = 0; a < CLS_PANEL; a++)
          scratch[i * CLS_PANEL + a] = h[start + i] * left[i * CLS_PANEL + a];
      for (size_t q = p > changed ? p : changed; q < panel_count; q++)
        kernels->product_f64(scratch, CLS_PANEL, CLS_PANEL,
                             panels + (q * rows + start) * CLS_PANEL, CLS_PANEL, CLS_PANEL, count,
                             gram + p * CLS_PANEL * stride + q * CLS_PANEL, stride);
    }
  }
}

int32_t cls_cholesky(const cls_kernels *kernels, double *a, size_t n, size_t stride,
                     double *scratch) {
  const size_t padded = (n + 7) / 8 * 8;
  double *least = scratch + CLS_PANEL * padded;
  for (size_t i = 0; i < n; i++) least[i] = a[i * stride + i] * 1e-13;
  for (size_t first = 0; first < n; first += CLS_PANEL) {
    const size_t last = n - first < CLS_PANEL ? n : first + CLS_PANEL;
    for (size_t k = first; k < last; k++) {
      double *row = a + k * stride;
      if (!(row[k] > least[k]) || !(row[k] > 0)) return 0;
      row[k] = sqrt(row[k]);
      const double inverse = 1 / row[k];
      for (size_t j = k + 1; j < padded; j++) row[j] *= inverse;
      for (size_t i = k + 1; i < last; i++)
        kernels->axpy_f64(-row[i], row + i, a + i * stride + i, padded - i);
    }
    for (size_t k = first; k < last; k++)
      for (size_t j = last; j < padded; j++)
        scratch[(k - first) * padded + j] = -a[k * stride + j];
    for (size_t i = last; i < n; i += CLS_PANEL) {
      const size_t q = n - i < CLS_PANEL ? n - i : CLS_PANEL;
      kernels->product_f64(scratch + i, padded, q, a + first * stride + i, stride, padded - i,
                           last - first, a + i * stride + i, stride);
    }
  }
  return 1;
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
