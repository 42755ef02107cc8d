// Products of packed weights with activations rounded to int8: the plain form, the oracle.
//
// Activations: blocks of 32; scale = max|x| / 127, value = x · (127 / max|x|) to nearest even.
// Weights: w = a (n − z) + c with n unsigned; a and c per group of 32 (Q6_K: 16) columns, z fixed.
// An output has one partial sum for every group of a block of 256 columns: 8, or 16 for Q6_K. Group g
// is added to sum g mod 8 (16), groups ascending, with every operation rounded once:
//   acc = fma(float(Σ (n − z) q) · scale, a, acc);  if the format has c: acc = fma(c, scale · Σ q, acc)
// and at the end the sums are folded (8,) 4, 2, 1: s[i] += s[i + 4] and so on. A sum is a lane of a
// register when a row is read alone, and the integer sums are exact, so any way gives the same bits.
//
// For several tokens, 16 rows are unpacked into a tile that has 4 columns of 16 rows in 64 bytes;
// unpack may be a faster program that writes the same tile.
#ifndef CK_INTEGER_H
#define CK_INTEGER_H
#include "scalar.h"

#define CK_INT8_ROWS 16
// Partial sums of an output.
#define CK_INT8_MOST_SUMS 16

typedef struct {
  int group;     // columns that share a scale: 32 or 16
  int zero;      // subtracted from every n
  bool has_min;  // c is used
  bool is_wide;  // n needs 8 bits
} ck_int8_traits;

CK_INLINE ck_int8_traits ck_int8_traits_of(const ck_matrix *w) {
  switch (w->format) {
    case CK_Q4_0: return (ck_int8_traits){32, 8, false, false};
    case CK_Q8_0: return (ck_int8_traits){32, 128, false, true};
    case CK_Q6_K: return (ck_int8_traits){16, 32, false, false};
    default: return (ck_int8_traits){32, 0, true, w->format == CK_MLX && w->bits == 8};
  }
}

CK_INLINE size_t ck_int8_sums_of(ck_int8_traits traits) { return traits.group == 16 ? 16 : 8; }

// Where the parts of a tile lie in scratch.
typedef struct {
  uint8_t *quants;  // [columns / 4][16][4]
  float *a;         // [groups][16]
  float *c;         // [groups][16]
  float *partial;   // [CK_INT8_MOST_SUMS][CK_INT8_MOST_TOKENS][16]
  float *sums;      // [CK_INT8_MOST_TOKENS][16]
} ck_int8_tile;

#define CK_INT8_MOST_TOKENS 8

CK_INLINE ck_int8_tile ck_int8_tile_in(float *scratch, size_t columns) {
  ck_int8_tile tile;
  tile.quants = (uint8_t *)scratch;
  tile.a = scratch + columns * CK_INT8_ROWS / 4;
  tile.c = tile.a + columns / 16 * CK_INT8_ROWS;
  tile.partial = tile.c + columns / 16 * CK_INT8_ROWS;
  tile.sums = tile.partial + CK_INT8_MOST_SUMS * CK_INT8_MOST_TOKENS * CK_INT8_ROWS;
  return tile;
}

// Folds the partial sums of `lanes` outputs, `stride` values apart, into out.
CK_INLINE void ck_int8_fold(float *partial, size_t sums, size_t stride, size_t lanes, float *out) {
  for (size_t width = sums / 2; width > 0; width /= 2) {
    for (size_t i = 0; i < width; i++) {
      float *to = partial + i * stride, *from = partial + (i + width) * stride;
      for (size_t l = 0; l < lanes; l++) to[l] = to[l] + from[l];
    }
  }
  memcpy(out, partial, lanes * sizeof(float));
}

CK_INLINE float ck_int8_half(const uint8_t *p) { return ck_half_to_float(ck_load_u16(p)); }

CK_INLINE float ck_int8_scale(const uint8_t *p, size_t index, int32_t format) {
  switch (format) {
    case CK_F16: return ck_half_to_float(ck_load_u16(p + 2 * index));
    case CK_BF16: return ck_bfloat_to_float(ck_load_u16(p + 2 * index));
    default: return ck_bits_to_float(ck_load_u32(p + 4 * index));
  }
}

CK_INLINE void ck_int8_k4_scale(const uint8_t *s, int k, int *scale, int *minimum) {
  if (k < 4) {
    *scale = s[k] & 63;
    *minimum = s[k + 4] & 63;
  } else {
    *scale = (s[k + 4] & 15) | (s[k - 4] >> 6) << 4;
    *minimum = (s[k + 4] >> 4) | (s[k] >> 6) << 4;
  }
}

#define CK_SCALE(group, scale) tile.a[(size_t)(group) * 16 + (size_t)lane] = (scale)
#define CK_MIN(group, value) tile.c[(size_t)(group) * 16 + (size_t)lane] = (value)

// Scales of one row that lie in tensors of their own: GPTQ and MLX.
CK_INLINE void ck_int8_scales_row(const ck_matrix *w, size_t row, int lane, ck_int8_tile tile) {
  for (size_t b = 0; b < w->columns / 32; b++) {
    size_t group = 32 * b / w->group_size;
    if (w->format == CK_GPTQ4) {
      size_t stored = w->first_row + row;
      float scale = ck_int8_scale(w->scales, group * w->stored_rows + stored, w->scale_format);
      uint32_t zeros = ck_load_u32(w->offsets + 4 * (group * (w->stored_rows / 8) + stored / 8));
      int zero = (int)((zeros >> (4 * (stored & 7))) & 15) + w->zero_shift;
      CK_SCALE(b, scale);
      CK_MIN(b, -(scale * (float)zero));
    } else {
      size_t at = row * w->group_count + group;
      CK_SCALE(b, ck_int8_scale(w->scales, at, w->scale_format));
      CK_MIN(b, ck_int8_scale(w->offsets, at, w->scale_format));
    }
  }
}

// One row into lane `lane` of a tile.
CK_INLINE void ck_int8_unpack_row(const ck_matrix *w, size_t row, int lane, ck_int8_tile tile) {
  size_t count = w->columns;
#define CK_PUT(column, value) \
  tile.quants[(size_t)(column) / 4 * 64 + (size_t)lane * 4 + ((column) & 3)] = (uint8_t)(value)
  const uint8_t *base = w->data + row * w->row_bytes;
  switch (w->format) {
    case CK_Q4_0:
    case CK_Q4_1: {
      size_t bytes = w->format == CK_Q4_0 ? 18 : 20, head = w->format == CK_Q4_0 ? 2 : 4;
      for (size_t b = 0; b < count / 32; b++) {
        const uint8_t *p = base + b * bytes;
        CK_SCALE(b, ck_int8_half(p));
        if (head == 4) CK_MIN(b, ck_int8_half(p + 2));
        for (size_t l = 0; l < 16; l++) {
          CK_PUT(32 * b + l, p[head + l] & 15);
          CK_PUT(32 * b + l + 16, p[head + l] >> 4);
        }
      }
      break;
    }
    case CK_Q8_0:
      for (size_t b = 0; b < count / 32; b++) {
        const uint8_t *p = base + b * 34;
        CK_SCALE(b, ck_int8_half(p));
        for (size_t l = 0; l < 32; l++) CK_PUT(32 * b + l, p[2 + l] ^ 0x80);
      }
      break;
    case CK_Q4_K:
    case CK_Q5_K:
      for (size_t b = 0; b < count / 256; b++) {
        bool five = w->format == CK_Q5_K;
        const uint8_t *p = base + b * (five ? 176 : 144);
        const uint8_t *low = p + (five ? 48 : 16), *high = p + 16;
        float d = ck_int8_half(p), dmin = ck_int8_half(p + 2);
        for (int k = 0; k < 8; k++) {
          int scale, minimum;
          ck_int8_k4_scale(p + 4, k, &scale, &minimum);
          CK_SCALE(8 * b + (size_t)k, d * (float)scale);
          CK_MIN(8 * b + (size_t)k, -(dmin * (float)minimum));
          for (size_t l = 0; l < 32; l++) {
            int n = (low[32 * (k / 2) + (int)l] >> (4 * (k & 1))) & 15;
            if (five) n |= ((high[l] >> k) & 1) << 4;
            CK_PUT(256 * b + 32 * (size_t)k + l, n);
          }
        }
      }
      break;
    case CK_Q6_K:
      for (size_t b = 0; b < count / 256; b++) {
        const uint8_t *p = base + b * 210;
        float d = ck_int8_half(p + 208);
        for (size_t g = 0; g < 16; g++) {
          CK_SCALE(16 * b + g, d * (float)(int8_t)p[192 + g]);
          size_t half = g / 8, part = g / 2 & 3;
          const uint8_t *low = p + 64 * half + 32 * (part & 1) + 16 * (g & 1);
          const uint8_t *high = p + 128 + 32 * half + 16 * (g & 1);
          for (size_t l = 0; l < 16; l++) {
            int n = ((low[l] >> (4 * (part / 2))) & 15) | ((high[l] >> (2 * part)) & 3) << 4;
            CK_PUT(256 * b + 16 * g + l, n);
          }
        }
      }
      break;
    case CK_GPTQ4:
      ck_int8_scales_row(w, row, lane, tile);
      for (size_t l = 0; l < count; l++) {
        uint32_t word = ck_load_u32(w->data + l / 8 * w->row_bytes +
                                    4 * (w->first_row + row));
        CK_PUT(l, (word >> (4 * (l & 7))) & 15);
      }
      break;
    case CK_MLX:
      ck_int8_scales_row(w, row, lane, tile);
      for (size_t l = 0; l < count; l++) {
        CK_PUT(l, w->bits == 4 ? base[l / 2] >> (4 * (l & 1)) & 15 : base[l]);
      }
      break;
    default: break;
  }
#undef CK_PUT
#undef CK_SCALE
#undef CK_MIN
}

CK_INLINE void ck_int8_unpack_plain(const ck_matrix *w, size_t row, size_t rows,
                                    ck_int8_tile tile) {
  for (size_t lane = 0; lane < CK_INT8_ROWS; lane++) {
    // Lanes beyond the last row repeat it; their sums are dropped.
    size_t source = row + (lane < rows ? lane : rows - 1);
    ck_int8_unpack_row(w, source, (int)lane, tile);
  }
}

typedef struct {
  float scale;
  float inverse;
  bool is_finite;
} ck_int8_block_scale;

// The scale of a block from the largest bit pattern of its magnitudes. A block that is not finite has
// that scale and zeros, which makes its products NaN; one below 1e-30 counts as zero.
CK_INLINE ck_int8_block_scale ck_int8_block_scale_of(uint32_t top) {
  float largest = ck_bits_to_float(top);
  bool is_finite = top < 0x7f800000u, is_zero = largest < 1e-30f;
  ck_int8_block_scale result = {0.0f, 0.0f, is_finite};
  if (!is_zero) result.scale = largest / 127.0f;
  if (is_finite && !is_zero) result.inverse = 127.0f / largest;
  return result;
}

CK_INLINE void ck_int8_put_sums(const ck_int8_rows *out, size_t at, float scale, int32_t first,
                                int32_t second) {
  out->scales[at] = scale;
  out->sums[at] = scale * (float)(first + second);
  out->counts[at] = first + second;
  out->half_counts[2 * at] = first;
  out->half_counts[2 * at + 1] = second;
}

// Tokens of one call, by number.
typedef struct {
  const ck_int8_rows *rows;
  const int32_t *index;  // NULL: identity
} ck_int8_inputs;

CK_INLINE size_t ck_int8_token(const ck_int8_inputs *x, size_t t) {
  return x->index ? (size_t)x->index[t] : t;
}

#endif
