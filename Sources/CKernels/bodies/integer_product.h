// The traversal of an integer product. The including file defines
// unpack(w, row, rows, first, count, tile),
// dot(tile, traits, groups, inputs, token, tokens), which adds to tile.sums, and
// single(w, row, rows, first, count, tile, inputs), which does both for one token or returns false.
#include "integer.h"

void CK_NAME(ck_multiply_int8)(const ck_matrix *w, size_t first, size_t end, const ck_int8_rows *x,
                               const int32_t *x_rows, size_t tokens, float *y, size_t y_stride,
                               const int32_t *y_rows, float *scratch) {
  ck_int8_traits traits = ck_int8_traits_of(w);
  ck_int8_tile tile = ck_int8_tile_in(scratch);
  for (size_t r0 = first; r0 < end; r0 += CK_INT8_ROWS) {
    size_t rows = end - r0 < CK_INT8_ROWS ? end - r0 : CK_INT8_ROWS;
    memset(tile.sums, 0, tokens * CK_INT8_ROWS * sizeof(float));
    for (size_t k0 = 0; k0 < w->columns; k0 += CK_INT8_CHUNK) {
      size_t count = w->columns - k0 < CK_INT8_CHUNK ? w->columns - k0 : CK_INT8_CHUNK;
      ck_int8_inputs inputs = {x, x_rows, k0 / 32};
      if (tokens == 1 && single(w, r0, rows, k0, count, tile, &inputs)) continue;
      unpack(w, r0, rows, k0, count, tile);
      for (size_t t0 = 0; t0 < tokens; t0 += CK_INT8_TOKENS) {
        size_t width = tokens - t0 < CK_INT8_TOKENS ? tokens - t0 : CK_INT8_TOKENS;
        dot(tile, traits, count / (size_t)traits.group, &inputs, t0, width);
      }
    }
    for (size_t t = 0; t < tokens; t++) {
      float *target = y + (y_rows ? (size_t)y_rows[t] : t) * y_stride + r0;
      const float *sums = tile.sums + t * CK_INT8_ROWS;
      if (rows == CK_INT8_ROWS) memcpy(target, sums, CK_INT8_ROWS * sizeof(float));
      else memcpy(target, sums, rows * sizeof(float));
    }
  }
}
