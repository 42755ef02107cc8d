// The oracle of the integer products.
#define CK_NAME(name) name##_serial
#define CK_INT8_TOKENS 4
#include "bodies/integer.h"

static void unpack(const ck_matrix *w, size_t row, size_t rows, ck_int8_tile tile) {
  ck_int8_unpack_plain(w, row, rows, tile);
}

static void dot(ck_int8_tile tile, ck_int8_traits traits, size_t groups,
                const ck_int8_inputs *x, size_t token, size_t tokens) {
  size_t width = (size_t)traits.group, per_block = 32 / width, count = ck_int8_sums_of(traits);
  size_t columns = x->rows->columns;
  for (size_t t = 0; t < tokens; t++) {
    size_t source = ck_int8_token(x, token + t);
    const int8_t *q = x->rows->values + source * columns;
    const float *scales = x->rows->scales + source * (columns / 32);
    const float *sums = x->rows->sums + source * (columns / 32);
    for (size_t r = 0; r < CK_INT8_ROWS; r++) {
      float partial[CK_INT8_MOST_SUMS] = {0};
      for (size_t g = 0; g < groups; g++) {
        int32_t sum = 0;
        for (size_t i = g * width; i < (g + 1) * width; i++) {
          sum += ((int32_t)tile.quants[i / 4 * 64 + r * 4 + (i & 3)] - traits.zero) * q[i];
        }
        float *acc = partial + g % count;
        *acc = fmaf((float)sum * scales[g / per_block], tile.a[g * 16 + r], *acc);
        if (traits.has_min) *acc = fmaf(tile.c[g * 16 + r], sums[g], *acc);
      }
      ck_int8_fold(partial, count, 1, 1, tile.sums + t * CK_INT8_ROWS + r);
    }
  }
}

static bool single(const ck_matrix *w, size_t first, size_t end, const ck_int8_inputs *inputs,
                   float *scratch, float *out) {
  (void)w, (void)first, (void)end, (void)inputs, (void)scratch, (void)out;
  return false;
}

#include "bodies/integer_product.h"
#include "bodies/integer_round.h"
