// One row to int8, plain; see integer.h for the rounding.
#include "integer.h"

void CK_NAME(ck_round_int8)(const float *restrict x, size_t columns, const ck_int8_rows *out,
                            size_t token) {
  int8_t *restrict values = out->values + token * columns;
  for (size_t b = 0; b < columns / 32; b++, x += 32, values += 32) {
    // As bits: the order does not matter, and infinities and NaN win.
    uint32_t top = 0;
    for (int l = 0; l < 32; l++) {
      uint32_t bits = ck_float_to_bits(x[l]) & 0x7fffffffu;
      top = bits > top ? bits : top;
    }
    ck_int8_block_scale scale = ck_int8_block_scale_of(top);
    int32_t q[32];
    for (int l = 0; l < 32; l++) {
      // Adding and subtracting 1.5 · 2^23 rounds to nearest even; |x · inverse| is at most 127.
      float scaled = scale.is_finite ? x[l] * scale.inverse : 0.0f;
      q[l] = (int32_t)((scaled + 12582912.0f) - 12582912.0f);
    }
    int32_t first = 0, second = 0;
    for (int l = 0; l < 32; l++) values[l] = (int8_t)q[l];
    for (int l = 0; l < 16; l++) first += q[l];
    for (int l = 16; l < 32; l++) second += q[l];
    ck_int8_put_sums(out, token * (columns / 32) + b, scale.scale, first, second);
  }
}
