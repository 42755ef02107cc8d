// The traversal of an integer product. The including file defines
// unpack(w, row, rows, tile), which fills a tile with 16 whole rows,
// dot(tile, traits, groups, inputs, token, tokens), which writes tile.sums, and
// single(w, first, end, inputs, out), which multiplies rows with one token or returns false.
#include "integer.h"

void CK_NAME(ck_multiply_int8)(const ck_matrix *w, size_t first, size_t end, const ck_int8_rows *x,
                               const int32_t *x_rows, size_t tokens, float *y, size_t y_stride,
                               const int32_t *y_rows, float *scratch) {
  ck_int8_traits traits = ck_int8_traits_of(w);
  ck_int8_tile tile = ck_int8_tile_in(scratch, w->columns);
  ck_int8_inputs inputs = {x, x_rows};
  if (tokens == 1 &&
      single(w, first, end, &inputs, scratch, y + (y_rows ? (size_t)y_rows[0] : 0) * y_stride)) {
    return;
  }
  for (size_t r0 = first; r0 < end; r0 += CK_INT8_ROWS) {
    size_t rows = end - r0 < CK_INT8_ROWS ? end - r0 : CK_INT8_ROWS;
    unpack(w, r0, rows, tile);
    for (size_t t0 = 0; t0 < tokens; t0 += CK_INT8_TOKENS) {
      size_t width = tokens - t0 < CK_INT8_TOKENS ? tokens - t0 : CK_INT8_TOKENS;
      dot(tile, traits, w->columns / (size_t)traits.group, &inputs, t0, width);
      for (size_t t = 0; t < width; t++) {
        size_t target = y_rows ? (size_t)y_rows[t0 + t] : t0 + t;
        memcpy(y + target * y_stride + r0, tile.sums + t * CK_INT8_ROWS, rows * sizeof(float));
      }
    }
  }
}
