// The blocked product on packed rows. The including file defines dot_tiles(w, w_stride, x, rows,
// tokens, n, sums), sums [tokens, rows]: all pairs of up to CK_TILE_ROWS rows and CK_TILE_TOKENS
// tokens, each in the order of the arithmetic contract. Tiles are only a traversal; no sum depends on
// them. It also defines single(w, first, end, x, out), which multiplies rows with one token or returns
// false.
#include "scalar.h"

CK_INLINE void ck_put_sums(float *restrict to, const float *restrict sums, size_t rows) {
  if (rows == 4) memcpy(to, sums, 4 * sizeof(float));
  else for (size_t i = 0; i < rows; i++) to[i] = sums[i];
}

void CK_NAME(ck_expand_rows)(const ck_matrix *w, size_t first, size_t count, float *out,
                             size_t out_stride);

void CK_NAME(ck_multiply_rows)(const ck_matrix *w, size_t first, size_t end, const float *x,
                               size_t x_stride, const int32_t *x_rows, size_t tokens, float *y,
                               size_t y_stride, const int32_t *y_rows, float *scratch) {
  size_t n = w->columns;
  if (tokens == 1 && single(w, first, end, x + (x_rows ? (size_t)x_rows[0] : 0) * x_stride,
                            y + (y_rows ? (size_t)y_rows[0] : 0) * y_stride)) {
    return;
  }
  // Few tokens: four rows at a time stay in the first-level cache.
  size_t tile = tokens <= 4 ? 4 : CK_ROW_TILE;
  for (size_t r0 = first; r0 < end; r0 += tile) {
    size_t rows = end - r0 < tile ? end - r0 : tile;
    const float *weights;
    size_t stride;
    const uint8_t *plain = w->data + r0 * w->row_bytes;
    if (w->format == CK_F32 && ((uintptr_t)plain & 3) == 0 && (w->row_bytes & 3) == 0) {
      weights = (const float *)(const void *)plain;
      stride = w->row_bytes / 4;
    } else {
      stride = (n + 15) & ~(size_t)15;
      CK_NAME(ck_expand_rows)(w, r0, rows, scratch, stride);
      weights = scratch;
    }
    for (size_t t0 = 0; t0 < tokens; t0 += CK_TILE_TOKENS) {
      size_t count = tokens - t0 < CK_TILE_TOKENS ? tokens - t0 : CK_TILE_TOKENS;
      const float *inputs[CK_TILE_TOKENS];
      float *outputs[CK_TILE_TOKENS];
      // As vectors the products of indices are slower, and the pointers are read one by one.
#pragma clang loop vectorize(disable)
      for (size_t t = 0; t < count; t++) {
        size_t source = x_rows ? (size_t)x_rows[t0 + t] : t0 + t;
        size_t target = y_rows ? (size_t)y_rows[t0 + t] : t0 + t;
        inputs[t] = x + source * x_stride;
        outputs[t] = y + target * y_stride + r0;
      }
      for (size_t r = 0; r < rows;) {
        float sums[CK_TILE_ROWS_SINGLE * CK_TILE_TOKENS];
        size_t step = count == 1 ? CK_TILE_ROWS_SINGLE : CK_TILE_ROWS;
        if (rows - r < step) step = 1;
        dot_tiles(weights + r * stride, stride, inputs, step, count, n, sums);
        for (size_t t = 0; t < count; t++) ck_put_sums(outputs[t] + r, sums + t * step, step);
        r += step;
      }
    }
  }
}

// out[t, r] = dot(w[r], x[t]): plain rows, all pairs.
void CK_NAME(ck_dots)(const float *w, size_t stride, size_t rows, const float *const *x,
                      size_t tokens, size_t n, float *out, size_t out_stride) {
  for (size_t t0 = 0; t0 < tokens; t0 += CK_TILE_TOKENS) {
    size_t count = tokens - t0 < CK_TILE_TOKENS ? tokens - t0 : CK_TILE_TOKENS;
    for (size_t r = 0; r < rows;) {
      float sums[CK_TILE_ROWS_SINGLE * CK_TILE_TOKENS];
      size_t step = count == 1 ? CK_TILE_ROWS_SINGLE : CK_TILE_ROWS;
      if (rows - r < step) step = 1;
      dot_tiles(w + r * stride, stride, x + t0, step, count, n, sums);
      for (size_t t = 0; t < count; t++) {
        ck_put_sums(out + (t0 + t) * out_stride + r, sums + t * step, step);
      }
      r += step;
    }
  }
}

float CK_NAME(ck_dot)(const float *a, const float *b, size_t n) {
  float sum;
  const float *inputs[1] = {b};
  dot_tiles(a, 0, inputs, 1, 1, n, &sum);
  return sum;
}
