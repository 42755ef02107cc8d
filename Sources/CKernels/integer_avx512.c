// Integer products with AVX-512 VNNI: 16 rows in a register, four columns an instruction.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma,f16c"))), \
    apply_to = function)
#define CK_NAME(name) name##_avx512
#define CK_INT8_TOKENS 8
#include "bodies/integer.h"
#include "bodies/integer_rows_avx512.h"
#include "bodies/integer_unpack_avx512.h"

// 16 scales, `stride` apart, in f32.
CK_INLINE __m512 scales_at(const uint8_t *p, size_t first, size_t stride, int32_t format) {
  if (stride == 1 && format == CK_F16) {
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(p + 2 * first)));
  }
  float values[16];
  for (size_t r = 0; r < 16; r++) values[r] = ck_int8_scale(p, first + r * stride, format);
  return _mm512_loadu_ps(values);
}

// Scales of formats that keep them in tensors of their own, once a group; a group has at least one
// block. `rows` below 16 and zeros that begin inside a word go the plain way.
static void unpack_scales(const ck_matrix *w, size_t row, size_t rows, ck_int8_tile tile) {
  size_t stored = w->first_row + row;
  if (rows < CK_INT8_ROWS || (w->format == CK_GPTQ4 && stored % 8 != 0)) {
    for (size_t lane = 0; lane < CK_INT8_ROWS; lane++) {
      ck_int8_scales_row(w, row + (lane < rows ? lane : rows - 1), (int)lane, tile);
    }
    return;
  }
  size_t known = (size_t)-1;
  __m512 a = _mm512_setzero_ps(), c = a;
  for (size_t b = 0; b < w->columns / 32; b++) {
    size_t group = 32 * b / w->group_size;
    if (group != known && w->format == CK_GPTQ4) {
      const uint8_t *zeros = w->offsets + 4 * (group * (w->stored_rows / 8) + stored / 8);
      __m512i low = _mm512_set1_epi32((int32_t)ck_load_u32(zeros));
      __m512i words = _mm512_mask_set1_epi32(low, 0xff00, (int32_t)ck_load_u32(zeros + 4));
      const __m512i shifts =
          _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 0, 4, 8, 12, 16, 20, 24, 28);
      __m512i nibbles = _mm512_and_si512(_mm512_srlv_epi32(words, shifts), _mm512_set1_epi32(15));
      __m512i zero = _mm512_add_epi32(nibbles, _mm512_set1_epi32(w->zero_shift));
      a = scales_at(w->scales, group * w->stored_rows + stored, 1, w->scale_format);
      c = _mm512_xor_ps(_mm512_mul_ps(a, _mm512_cvtepi32_ps(zero)), _mm512_set1_ps(-0.0f));
    } else if (group != known) {
      a = scales_at(w->scales, row * w->group_count + group, w->group_count, w->scale_format);
      c = scales_at(w->offsets, row * w->group_count + group, w->group_count, w->scale_format);
    }
    known = group;
    _mm512_storeu_ps(tile.a + 16 * b, a);
    _mm512_storeu_ps(tile.c + 16 * b, c);
  }
}

static void unpack(const ck_matrix *w, size_t row, size_t rows, ck_int8_tile tile) {
  size_t count = w->columns;
  if (w->format == CK_GPTQ4) {
    if (rows == CK_INT8_ROWS) {
      unpack_scales(w, row, rows, tile);
      unpack_gptq(w, row, count, tile);
    } else {
      ck_int8_unpack_plain(w, row, rows, tile);
    }
    return;
  }
  size_t weights = 32, bytes = 0;
  switch (w->format) {
    case CK_Q4_0: bytes = 18; break;
    case CK_Q4_1: bytes = 20; break;
    case CK_Q8_0: bytes = 34; break;
    case CK_Q4_K: weights = 256; bytes = 144; break;
    case CK_Q5_K: weights = 256; bytes = 176; break;
    case CK_Q6_K: weights = 256; bytes = 210; break;
    default: bytes = w->bits == 4 ? 16 : 32; break;
  }
  const uint8_t *p[CK_INT8_ROWS];
  for (size_t lane = 0; lane < CK_INT8_ROWS; lane++) {
    p[lane] = w->data + (row + (lane < rows ? lane : rows - 1)) * w->row_bytes;
  }
  if (w->format == CK_MLX) unpack_scales(w, row, rows, tile);
  size_t groups = 256 / (size_t)ck_int8_traits_of(w).group;
  for (size_t done = 0; done < count; done += 256) {
    size_t part = count - done < 256 ? count - done : 256;
    prefetch(w, row, done / weights * bytes, part / weights * bytes);
    switch (w->format) {
      case CK_Q4_0: unpack_q4_0(p, part, tile); break;
      case CK_Q4_1: unpack_q4_1(p, part, tile); break;
      case CK_Q8_0: unpack_q8_0(p, part, tile); break;
      case CK_Q4_K: unpack_q4_k(p, part, tile); break;
      case CK_Q5_K: unpack_q5_k(p, part, tile); break;
      case CK_Q6_K: unpack_q6_k(p, part, tile); break;
      default:
        if (w->bits == 4) unpack_mlx4(p, part, tile);
        else unpack_mlx8(p, part, tile);
    }
    for (size_t lane = 0; lane < CK_INT8_ROWS; lane++) p[lane] += part / weights * bytes;
    tile.quants += 256 * CK_INT8_ROWS;
    tile.a += groups * CK_INT8_ROWS;
    tile.c += groups * CK_INT8_ROWS;
  }
}

CK_INLINE void fold(const float *partial, const int count, const int tokens, float *out) {
  for (int t = 0; t < tokens; t++) {
    __m512 sums[CK_INT8_MOST_SUMS];
    for (int i = 0; i < count; i++) {
      sums[i] = _mm512_loadu_ps(partial + (i * CK_INT8_TOKENS + t) * CK_INT8_ROWS);
    }
    for (int width = count / 2; width > 0; width /= 2) {
      for (int i = 0; i < width; i++) sums[i] = _mm512_add_ps(sums[i], sums[i + width]);
    }
    _mm512_storeu_ps(out + t * CK_INT8_ROWS, sums[0]);
  }
}

// A partial sum of all tokens stays in registers until its groups are done.
CK_INLINE void tokens_dot(ck_int8_tile tile, const int quads, const bool has_min,
                          const int32_t zero, size_t groups, const ck_int8_inputs *x,
                          size_t token, const int tokens) {
  const int per_block = 8 / quads, count = 64 / quads;
  size_t columns = x->rows->columns, blocks = columns / 32;
  const int8_t *q[CK_INT8_TOKENS];
  const float *scales[CK_INT8_TOKENS], *sums[CK_INT8_TOKENS];
  const int32_t *counts[CK_INT8_TOKENS];
  for (int t = 0; t < tokens; t++) {
    size_t source = ck_int8_token(x, token + (size_t)t);
    q[t] = x->rows->values + source * columns;
    scales[t] = x->rows->scales + source * blocks;
    sums[t] = x->rows->sums + source * blocks;
    counts[t] = (per_block == 1 ? x->rows->counts : x->rows->half_counts) +
                source * blocks * (size_t)per_block;
  }
  for (size_t i = 0; i < (size_t)count; i++) {
    __m512 acc[CK_INT8_TOKENS];
    for (int t = 0; t < tokens; t++) acc[t] = _mm512_setzero_ps();
    for (size_t g = i; g < groups; g += (size_t)count) {
      const uint8_t *n = tile.quants + g * (size_t)quads * 64;
      __m512i sum[CK_INT8_TOKENS];
      for (int t = 0; t < tokens; t++) {
        sum[t] = zero ? _mm512_set1_epi32(-zero * counts[t][g]) : _mm512_setzero_si512();
      }
      for (int k = 0; k < quads; k++) {
        __m512i weights = _mm512_loadu_si512((const void *)(n + 64 * k));
        for (int t = 0; t < tokens; t++) {
          int32_t four;
          memcpy(&four, q[t] + 4 * (g * (size_t)quads + (size_t)k), 4);
          sum[t] = _mm512_dpbusd_epi32(sum[t], weights, _mm512_set1_epi32(four));
        }
      }
      __m512 a = _mm512_loadu_ps(tile.a + g * 16);
      __m512 c = has_min ? _mm512_loadu_ps(tile.c + g * 16) : _mm512_setzero_ps();
      for (int t = 0; t < tokens; t++) {
        __m512 p = _mm512_mul_ps(_mm512_cvtepi32_ps(sum[t]),
                                 _mm512_set1_ps(scales[t][g / (size_t)per_block]));
        acc[t] = _mm512_fmadd_ps(p, a, acc[t]);
        if (has_min) acc[t] = _mm512_fmadd_ps(c, _mm512_set1_ps(sums[t][g]), acc[t]);
      }
    }
    for (int t = 0; t < tokens; t++) {
      _mm512_storeu_ps(tile.partial + (i * CK_INT8_TOKENS + (size_t)t) * CK_INT8_ROWS, acc[t]);
    }
  }
  fold(tile.partial, count, tokens, tile.sums);
}

CK_INLINE void counted_dot(ck_int8_tile tile, const int quads, const bool has_min, int32_t zero,
                           size_t groups, const ck_int8_inputs *x, size_t token, size_t tokens) {
  switch (tokens) {
    case 8: tokens_dot(tile, quads, has_min, zero, groups, x, token, 8); return;
    case 1: tokens_dot(tile, quads, has_min, zero, groups, x, token, 1); return;
    default: break;
  }
  if (tokens & 4) {
    tokens_dot(tile, quads, has_min, zero, groups, x, token, 4);
    token += 4;
    tile.sums += 4 * CK_INT8_ROWS;
  }
  if (tokens & 2) {
    tokens_dot(tile, quads, has_min, zero, groups, x, token, 2);
    token += 2;
    tile.sums += 2 * CK_INT8_ROWS;
  }
  if (tokens & 1) tokens_dot(tile, quads, has_min, zero, groups, x, token, 1);
}

static void dot(ck_int8_tile tile, ck_int8_traits traits, size_t groups,
                const ck_int8_inputs *x, size_t token, size_t tokens) {
  if (traits.has_min) counted_dot(tile, 8, true, 0, groups, x, token, tokens);
  else if (traits.group == 32) counted_dot(tile, 8, false, traits.zero, groups, x, token, tokens);
  else counted_dot(tile, 4, false, traits.zero, groups, x, token, tokens);
}

// One token, where there is a program without the tile.
static bool single(const ck_matrix *w, size_t first, size_t end, const ck_int8_inputs *inputs,
                   float *scratch, float *out) {
  if (w->format != CK_Q4_1 && w->format != CK_Q4_K && w->format != CK_Q6_K) return false;
  ck_rows(w, first, end, inputs, scratch, out);
  return true;
}

// As the plain rounding in bodies/integer_round.h.
void ck_round_int8_avx512(const float *x, size_t columns, const ck_int8_rows *out, size_t token) {
  const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
  int8_t *values = out->values + token * columns;
  for (size_t b = 0; b < columns / 32; b++, x += 32, values += 32) {
    __m512 low = _mm512_loadu_ps(x), high = _mm512_loadu_ps(x + 16);
    __m512i bits = _mm512_max_epu32(_mm512_and_si512(_mm512_castps_si512(low), magnitude),
                                    _mm512_and_si512(_mm512_castps_si512(high), magnitude));
    ck_int8_block_scale scale = ck_int8_block_scale_of(_mm512_reduce_max_epu32(bits));
    __m512i q[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()};
    if (scale.is_finite) {
      __m512 inverse = _mm512_set1_ps(scale.inverse);
      q[0] = _mm512_cvtps_epi32(_mm512_mul_ps(low, inverse));
      q[1] = _mm512_cvtps_epi32(_mm512_mul_ps(high, inverse));
    }
    _mm_storeu_si128((__m128i *)values, _mm512_cvtepi32_epi8(q[0]));
    _mm_storeu_si128((__m128i *)(values + 16), _mm512_cvtepi32_epi8(q[1]));
    ck_int8_put_sums(out, token * (columns / 32) + b, scale.scale, _mm512_reduce_add_epi32(q[0]),
                     _mm512_reduce_add_epi32(q[1]));
  }
}

#include "bodies/integer_product.h"
#pragma clang attribute pop
#endif
