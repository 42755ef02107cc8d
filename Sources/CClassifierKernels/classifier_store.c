#include <math.h>
#include <string.h>

#include "classifier_kernels.h"

static double value_at(int32_t dtype, const void *source, size_t index) {
  double value;
  size_t bytes = dtype == CLS_F16 ? 2 : dtype == CLS_F32 ? 4 : 8;
  cls_gather_f64(dtype, (const char *)source + index * bytes, 1, 1, &value);
  return value;
}

static float rounded_up(double value) {
  const float nearest = (float)value;
  return (double)nearest >= value ? nearest : nextafterf(nearest, INFINITY);
}

void cls_column_statistics(int32_t dtype, const void *block, size_t rows, size_t width,
                           size_t all_rows, double *sum, double *centred, double *maximum,
                           uint32_t *count, int32_t *has_negative, int32_t *not_finite) {
  const size_t bytes = dtype == CLS_F16 ? 2 : dtype == CLS_F32 ? 4 : 8;
  double row[CLS_TILE];
  for (size_t first = 0; first < width; first += CLS_TILE) {
    const size_t n = width - first < CLS_TILE ? width - first : CLS_TILE;
    double s[CLS_TILE] = {0}, q[CLS_TILE] = {0}, top[CLS_TILE] = {0}, bottom[CLS_TILE] = {0};
    uint32_t k[CLS_TILE] = {0};
    for (size_t i = 0; i < rows; i++) {
      cls_gather_f64(dtype, (const char *)block + (i * width + first) * bytes, 1, n, row);
      for (size_t c = 0; c < n; c++) {
        s[c] += row[c];
        top[c] = row[c] > top[c] ? row[c] : top[c];
        bottom[c] = row[c] < bottom[c] ? row[c] : bottom[c];
        k[c] += row[c] != 0;
      }
    }
    double mean[CLS_TILE];
    for (size_t c = 0; c < n; c++) mean[c] = s[c] / (double)all_rows;
    for (size_t i = 0; i < rows; i++) {
      cls_gather_f64(dtype, (const char *)block + (i * width + first) * bytes, 1, n, row);
      for (size_t c = 0; c < n; c++) q[c] += (row[c] - mean[c]) * (row[c] - mean[c]);
    }
    for (size_t c = 0; c < n; c++) {
      sum[first + c] = s[c];
      centred[first + c] = q[c] + (double)(all_rows - rows) * mean[c] * mean[c];
      maximum[first + c] = top[c] > -bottom[c] ? top[c] : -bottom[c];
      count[first + c] = k[c];
      if (bottom[c] < 0) *has_negative = 1;
      if (!isfinite(s[c]) || !isfinite(maximum[first + c])) *not_finite = 1;
    }
  }
}

void cls_make_tiles(int32_t dtype, const void *block, size_t rows, size_t width,
                    const uint32_t *order, size_t columns, void *tiles) {
  const size_t bytes = dtype == CLS_F16 ? 2 : dtype == CLS_F32 ? 4 : 8;
  for (size_t first = 0; first < columns; first += CLS_TILE) {
    const size_t n = columns - first < CLS_TILE ? columns - first : CLS_TILE;
    char *tile = (char *)tiles + first * rows * bytes;
    if (n < CLS_TILE) memset(tile, 0, rows * CLS_TILE * bytes);
    for (size_t i = 0; i < rows; i++) {
      if (dtype == CLS_F16) {
        const uint16_t *from = (const uint16_t *)block + i * width;
        uint16_t *to = (uint16_t *)tile + i * CLS_TILE;
        for (size_t c = 0; c < n; c++) to[c] = from[order[first + c]];
      } else if (dtype == CLS_F32) {
        const float *from = (const float *)block + i * width;
        float *to = (float *)tile + i * CLS_TILE;
        for (size_t c = 0; c < n; c++) to[c] = from[order[first + c]];
      } else {
        const double *from = (const double *)block + i * width;
        double *to = (double *)tile + i * CLS_TILE;
        for (size_t c = 0; c < n; c++) to[c] = from[order[first + c]];
      }
    }
  }
}

void cls_row_maxima(int32_t dtype, const void *tile, size_t rows, size_t stride, void *out) {
  for (size_t i = 0; i < rows; i++) {
    if (dtype == CLS_F16) {
      const uint16_t *row = (const uint16_t *)tile + i * CLS_TILE;
      uint16_t top = 0;  // finite halves order like their magnitude bits
      for (size_t c = 0; c < CLS_TILE; c++) {
        const uint16_t m = row[c] & 0x7FFF;
        top = m > top ? m : top;
      }
      ((uint16_t *)out)[i * stride] = top;
    } else {
      double top = 0;
      for (size_t c = 0; c < CLS_TILE; c++) {
        const double m = fabs(value_at(dtype, tile, i * CLS_TILE + c));
        top = m > top ? m : top;
      }
      ((float *)out)[i * stride] = rounded_up(top);
    }
  }
}

void cls_scaled_maxima(const cls_kernels *kernels, int32_t dtype, const void *tile, size_t rows,
                       const double *factor, size_t stride, float *out) {
  float up[CLS_TILE], wide[CLS_TILE];
  double exact[CLS_TILE];
  for (size_t c = 0; c < CLS_TILE; c++) up[c] = rounded_up(factor[c]);
  for (size_t i = 0; i < rows; i++) {
    if (dtype == CLS_F16) {
      kernels->expand_f16((const uint16_t *)tile + i * CLS_TILE, wide, CLS_TILE);
    } else {
      const size_t bytes = dtype == CLS_F32 ? 4 : 8;
      cls_gather_f64(dtype, (const char *)tile + i * CLS_TILE * bytes, 1, CLS_TILE, exact);
      for (size_t c = 0; c < CLS_TILE; c++) wide[c] = (float)exact[c];
    }
    float top = 0;
    for (size_t c = 0; c < CLS_TILE; c++) {
      const float m = fabsf(wide[c]) * up[c];
      top = m > top ? m : top;
    }
    out[i * stride] = top * 1.0000005f;  // covers the rounding of the value and of the product
  }
}

int64_t cls_column_scan(int32_t dtype, const void *values, size_t stride, const uint32_t *rows,
                        size_t count, const double *r, double *sum) {
  double total = 0, wide[CLS_BLOCK];
  const size_t bytes = dtype == CLS_F16 ? 2 : dtype == CLS_F32 ? 4 : 8;
  for (size_t start = 0; start < count; start += CLS_BLOCK) {
    const size_t n = count - start < CLS_BLOCK ? count - start : CLS_BLOCK;
    cls_gather_f64(dtype, (const char *)values + start * stride * bytes, stride, n, wide);
    double part = 0;
    for (size_t i = 0; i < n; i++) part += wide[i] * r[rows[start + i]];
    total += part;
  }
  *sum = total;
  return (int64_t)count;
}
