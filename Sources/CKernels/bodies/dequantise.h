// Expansion of packed rows to f32, every format exactly as its definition rounds.
// Source: the block layouts of GGUF (gguf-py 0.19 `quants.py` is the oracle), AutoGPTQ v1/v2, MLX
// affine. Included once per instruction set; CK_NAME adds the suffix.
#include "scalar.h"

static const float CK_NAME(iq4_values)[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                              1,    13,   25,  38,  53,  69,  89,  113};
static const float CK_NAME(fp4_values)[16] = {0.0f,  0.5f,  1.0f,  1.5f,  2.0f,  3.0f,  4.0f,  6.0f,
                                              -0.0f, -0.5f, -1.0f, -1.5f, -2.0f, -3.0f, -4.0f, -6.0f};

CK_INLINE float half_at(const uint8_t *p) { return ck_half_to_float(ck_load_u16(p)); }

static void expand_f32(const uint8_t *restrict p, size_t n, float *restrict out) { memcpy(out, p, n * 4); }

static void expand_f16(const uint8_t *restrict p, size_t n, float *restrict out) {
  for (size_t i = 0; i < n; i++) out[i] = ck_half_to_float(ck_load_u16(p + 2 * i));
}

static void expand_bf16(const uint8_t *restrict p, size_t n, float *restrict out) {
  for (size_t i = 0; i < n; i++) out[i] = ck_bfloat_to_float(ck_load_u16(p + 2 * i));
}

static void expand_q4_0(const uint8_t *restrict p, size_t n, float *restrict out) {
  for (size_t b = 0; b < n / 32; b++, p += 18, out += 32) {
    float d = half_at(p);
    for (int l = 0; l < 16; l++) out[l] = d * (float)((int)(p[2 + l] & 15) - 8);
    for (int l = 0; l < 16; l++) out[l + 16] = d * (float)((int)(p[2 + l] >> 4) - 8);
  }
}

static void expand_q4_1(const uint8_t *restrict p, size_t n, float *restrict out) {
  for (size_t b = 0; b < n / 32; b++, p += 20, out += 32) {
    float d = half_at(p), m = half_at(p + 2);
    for (int l = 0; l < 16; l++) out[l] = d * (float)(p[4 + l] & 15) + m;
    for (int l = 0; l < 16; l++) out[l + 16] = d * (float)(p[4 + l] >> 4) + m;
  }
}

static void expand_q5_0(const uint8_t *restrict p, size_t n, float *restrict out) {
  for (size_t b = 0; b < n / 32; b++, p += 22, out += 32) {
    float d = half_at(p);
    uint32_t high = ck_load_u32(p + 2);
    for (int l = 0; l < 16; l++) {
      int low = (p[6 + l] & 15) | (int)((high >> l) & 1) << 4;
      int top = (p[6 + l] >> 4) | (int)((high >> (l + 16)) & 1) << 4;
      out[l] = d * (float)(low - 16);
      out[l + 16] = d * (float)(top - 16);
    }
  }
}

static void expand_q5_1(const uint8_t *restrict p, size_t n, float *restrict out) {
  for (size_t b = 0; b < n / 32; b++, p += 24, out += 32) {
    float d = half_at(p), m = half_at(p + 2);
    uint32_t high = ck_load_u32(p + 4);
    for (int l = 0; l < 16; l++) {
      int low = (p[8 + l] & 15) | (int)((high >> l) & 1) << 4;
      int top = (p[8 + l] >> 4) | (int)((high >> (l + 16)) & 1) << 4;
      out[l] = d * (float)low + m;
      out[l + 16] = d * (float)top + m;
    }
  }
}

static void expand_q8_0(const uint8_t *restrict p, size_t n, float *restrict out) {
  for (size_t b = 0; b < n / 32; b++, p += 34, out += 32) {
    float d = half_at(p);
    const int8_t *q = (const int8_t *)(p + 2);
    for (int l = 0; l < 32; l++) out[l] = d * (float)q[l];
  }
}

static void expand_q2_k(const uint8_t *restrict p, size_t n, float *restrict out) {
  for (size_t b = 0; b < n / 256; b++, p += 84) {
    float d = half_at(p + 80), dmin = half_at(p + 82);
    const uint8_t *q = p + 16;
    for (int g = 0; g < 16; g++, out += 16) {
      float scale = d * (float)(p[g] & 15), minimum = dmin * (float)(p[g] >> 4);
      const uint8_t *source = q + 32 * (g / 8) + 16 * (g & 1);
      int shift = 2 * ((g / 2) & 3);
      for (int l = 0; l < 16; l++) {
        out[l] = scale * (float)((source[l] >> shift) & 3) - minimum;
      }
    }
  }
}

static void expand_q3_k(const uint8_t *restrict p, size_t n, float *restrict out) {
  for (size_t b = 0; b < n / 256; b++, p += 110) {
    float d = half_at(p + 108);
    const uint8_t *mask = p, *q = p + 32, *s = p + 96;
    for (int g = 0; g < 16; g++, out += 16) {
      int low = g < 8 ? s[g] & 15 : s[g - 8] >> 4;
      int scale = (low | ((s[8 + (g & 3)] >> (2 * (g / 4))) & 3) << 4) - 32;
      float factor = d * (float)scale;
      const uint8_t *source = q + 32 * (g / 8) + 16 * (g & 1);
      const uint8_t *high = mask + 16 * (g & 1);
      int shift = 2 * ((g / 2) & 3), bit = g / 2;
      for (int l = 0; l < 16; l++) {
        int value = ((source[l] >> shift) & 3) - (((high[l] >> bit) & 1) ? 0 : 4);
        out[l] = factor * (float)value;
      }
    }
  }
}

// The six-bit scale and minimum of sub-block k of Q4_K and Q5_K.
CK_INLINE void scale_and_minimum(const uint8_t *s, int k, int *scale, int *minimum) {
  if (k < 4) {
    *scale = s[k] & 63;
    *minimum = s[k + 4] & 63;
  } else {
    *scale = (s[k + 4] & 15) | (s[k - 4] >> 6) << 4;
    *minimum = (s[k + 4] >> 4) | (s[k] >> 6) << 4;
  }
}

#ifndef CK_HAS_EXPAND_Q4_K
static void expand_q4_k(const uint8_t *restrict p, size_t n, float *restrict out) {
  for (size_t b = 0; b < n / 256; b++, p += 144) {
    float d = half_at(p), dmin = half_at(p + 2);
    for (int c = 0; c < 4; c++, out += 64) {
      int s0, m0, s1, m1;
      scale_and_minimum(p + 4, 2 * c, &s0, &m0);
      scale_and_minimum(p + 4, 2 * c + 1, &s1, &m1);
      float d0 = d * (float)s0, f0 = dmin * (float)m0;
      float d1 = d * (float)s1, f1 = dmin * (float)m1;
      const uint8_t *q = p + 16 + 32 * c;
      for (int l = 0; l < 32; l++) out[l] = d0 * (float)(q[l] & 15) - f0;
      for (int l = 0; l < 32; l++) out[l + 32] = d1 * (float)(q[l] >> 4) - f1;
    }
  }
}
#endif

static void expand_q5_k(const uint8_t *restrict p, size_t n, float *restrict out) {
  for (size_t b = 0; b < n / 256; b++, p += 176) {
    float d = half_at(p), dmin = half_at(p + 2);
    const uint8_t *high = p + 16;
    for (int c = 0; c < 4; c++, out += 64) {
      int s0, m0, s1, m1;
      scale_and_minimum(p + 4, 2 * c, &s0, &m0);
      scale_and_minimum(p + 4, 2 * c + 1, &s1, &m1);
      float d0 = d * (float)s0, f0 = dmin * (float)m0;
      float d1 = d * (float)s1, f1 = dmin * (float)m1;
      const uint8_t *q = p + 48 + 32 * c;
      for (int l = 0; l < 32; l++) {
        int low = (q[l] & 15) | ((high[l] >> (2 * c)) & 1) << 4;
        out[l] = d0 * (float)low - f0;
      }
      for (int l = 0; l < 32; l++) {
        int top = (q[l] >> 4) | ((high[l] >> (2 * c + 1)) & 1) << 4;
        out[l + 32] = d1 * (float)top - f1;
      }
    }
  }
}

#ifndef CK_HAS_EXPAND_Q6_K
static void expand_q6_k(const uint8_t *restrict p, size_t n, float *restrict out) {
  for (size_t b = 0; b < n / 256; b++, p += 210) {
    float d = half_at(p + 208);
    for (int a = 0; a < 2; a++, out += 128) {
      const uint8_t *low = p + 64 * a, *high = p + 128 + 32 * a;
      const int8_t *s = (const int8_t *)(p + 192 + 8 * a);
      for (int part = 0; part < 4; part++) {
        const uint8_t *source = low + 32 * (part & 1);
        int nibble = 4 * (part / 2), shift = 2 * part;
        for (int half = 0; half < 2; half++) {
          float factor = d * (float)s[2 * part + half];
          for (int i = 0; i < 16; i++) {
            int l = 16 * half + i;
            int value = ((source[l] >> nibble) & 15) | ((high[l] >> shift) & 3) << 4;
            out[32 * part + l] = factor * (float)(value - 32);
          }
        }
      }
    }
  }
}
#endif

static void expand_iq4_nl(const uint8_t *restrict p, size_t n, float *restrict out) {
  for (size_t b = 0; b < n / 32; b++, p += 18, out += 32) {
    float d = half_at(p);
    for (int l = 0; l < 16; l++) {
      out[l] = d * CK_NAME(iq4_values)[p[2 + l] & 15];
      out[l + 16] = d * CK_NAME(iq4_values)[p[2 + l] >> 4];
    }
  }
}

static void expand_iq4_xs(const uint8_t *restrict p, size_t n, float *restrict out) {
  for (size_t b = 0; b < n / 256; b++, p += 136) {
    float d = half_at(p);
    uint16_t high = ck_load_u16(p + 2);
    for (int k = 0; k < 8; k++, out += 32) {
      int low = (p[4 + k / 2] >> (4 * (k & 1))) & 15;
      float factor = d * (float)((low | ((high >> (2 * k)) & 3) << 4) - 32);
      const uint8_t *q = p + 8 + 16 * k;
      for (int l = 0; l < 16; l++) {
        out[l] = factor * CK_NAME(iq4_values)[q[l] & 15];
        out[l + 16] = factor * CK_NAME(iq4_values)[q[l] >> 4];
      }
    }
  }
}

static void expand_mxfp4(const uint8_t *restrict p, size_t n, float *restrict out) {
  for (size_t b = 0; b < n / 32; b++, p += 17, out += 32) {
    // 2^(e − 127); exponent byte 0 is the subnormal 2^−127.
    float d = ck_bits_to_float(p[0] == 0 ? 0x00400000u : (uint32_t)p[0] << 23);
    for (int l = 0; l < 16; l++) {
      out[l] = d * CK_NAME(fp4_values)[p[1 + l] & 15];
      out[l + 16] = d * CK_NAME(fp4_values)[p[1 + l] >> 4];
    }
  }
}

CK_INLINE float scale_at(const uint8_t *p, size_t index, int32_t format) {
  switch (format) {
    case CK_F16: return ck_half_to_float(ck_load_u16(p + 2 * index));
    case CK_BF16: return ck_bfloat_to_float(ck_load_u16(p + 2 * index));
    default: return ck_bits_to_float(ck_load_u32(p + 4 * index));
  }
}

// MLX affine: w = scale q + bias, packed along the row, lowest bits first.
static void expand_mlx(const ck_matrix *w, size_t row, float *restrict out) {
  const uint8_t *words = w->data + row * w->row_bytes;
  for (size_t g = 0; g < w->group_count; g++, out += w->group_size) {
    float scale = scale_at(w->scales, row * w->group_count + g, w->scale_format);
    float bias = scale_at(w->offsets, row * w->group_count + g, w->scale_format);
    if (w->bits == 4) {
      const uint8_t *q = words + g * w->group_size / 2;
      for (size_t i = 0; i < w->group_size / 2; i++) {
        out[2 * i] = scale * (float)(q[i] & 15) + bias;
        out[2 * i + 1] = scale * (float)(q[i] >> 4) + bias;
      }
    } else {
      const uint8_t *q = words + g * w->group_size;
      for (size_t i = 0; i < w->group_size; i++) out[i] = scale * (float)q[i] + bias;
    }
  }
}

// GPTQ: W[o, i] = s[g, o] (q[i, o] − (z[g, o] + shift)), eight inputs per word, outputs side by side.
static void expand_gptq(const ck_matrix *w, size_t first, size_t count, float *out,
                        size_t out_stride) {
  size_t zero_words = w->stored_rows / 8;
  for (size_t word = 0; word < w->columns / 8; word++) {
    const uint8_t *q = w->data + word * w->row_bytes;
    size_t uniform = w->group_count;
    if (!w->groups && w->group_size % 8 == 0) uniform = word * 8 / w->group_size;
    for (size_t r = 0; r < count; r++) {
      size_t row = w->first_row + first + r;
      uint32_t packed = ck_load_u32(q + 4 * row);
      float *target = out + r * out_stride + 8 * word;
      if (uniform < w->group_count) {
        float scale = scale_at(w->scales, uniform * w->stored_rows + row, w->scale_format);
        uint32_t zeros = ck_load_u32(w->offsets + 4 * (uniform * zero_words + row / 8));
        int zero = (int)((zeros >> (4 * (row & 7))) & 15) + w->zero_shift;
        for (int i = 0; i < 8; i++) {
          target[i] = scale * (float)((int)((packed >> (4 * i)) & 15) - zero);
        }
      } else {
        for (int i = 0; i < 8; i++) {
          size_t column = 8 * word + (size_t)i;
          size_t g = w->groups ? ck_load_u32(w->groups + 4 * column) : column / w->group_size;
          float scale = scale_at(w->scales, g * w->stored_rows + row, w->scale_format);
          uint32_t zeros = ck_load_u32(w->offsets + 4 * (g * zero_words + row / 8));
          int zero = (int)((zeros >> (4 * (row & 7))) & 15) + w->zero_shift;
          target[i] = scale * (float)((int)((packed >> (4 * i)) & 15) - zero);
        }
      }
    }
  }
}

void CK_NAME(ck_expand_rows)(const ck_matrix *w, size_t first, size_t count, float *out,
                             size_t out_stride) {
  if (w->format == CK_GPTQ4) {
    expand_gptq(w, first, count, out, out_stride);
    return;
  }
  size_t n = w->columns;
  for (size_t r = 0; r < count; r++, out += out_stride) {
    const uint8_t *p = w->data + (first + r) * w->row_bytes;
    switch (w->format) {
      case CK_F32: expand_f32(p, n, out); break;
      case CK_F16: expand_f16(p, n, out); break;
      case CK_BF16: expand_bf16(p, n, out); break;
      case CK_Q4_0: expand_q4_0(p, n, out); break;
      case CK_Q4_1: expand_q4_1(p, n, out); break;
      case CK_Q5_0: expand_q5_0(p, n, out); break;
      case CK_Q5_1: expand_q5_1(p, n, out); break;
      case CK_Q8_0: expand_q8_0(p, n, out); break;
      case CK_Q2_K: expand_q2_k(p, n, out); break;
      case CK_Q3_K: expand_q3_k(p, n, out); break;
      case CK_Q4_K: expand_q4_k(p, n, out); break;
      case CK_Q5_K: expand_q5_k(p, n, out); break;
      case CK_Q6_K: expand_q6_k(p, n, out); break;
      case CK_IQ4_NL: expand_iq4_nl(p, n, out); break;
      case CK_IQ4_XS: expand_iq4_xs(p, n, out); break;
      case CK_MXFP4: expand_mxfp4(p, n, out); break;
      case CK_MLX: expand_mlx(w, first + r, out); break;
      default: break;
    }
  }
}
