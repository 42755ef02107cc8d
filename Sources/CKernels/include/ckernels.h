// The kernels of the inference engine: one operation per file and instruction set.
//
// Arithmetic contract, the same bits on every instruction set (see docs/engine.md):
// 1. A packed weight is expanded exactly as its format defines, in f32.
// 2. A product of length n has 16 partial sums; element i goes to sum i mod 16 by one fused
//    multiply-add, i ascending; the sums are folded 8, 4, 2, 1. A tail is padded with zeros.
// 3. Element-wise functions use only IEEE operations (own exponential), so that vectorisation
//    changes nothing. The target is compiled with -ffp-contract=off.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Weight formats. GGUF types keep their GGML number.
enum {
  CK_F32 = 0,
  CK_F16 = 1,
  CK_Q4_0 = 2,
  CK_Q4_1 = 3,
  CK_Q5_0 = 6,
  CK_Q5_1 = 7,
  CK_Q8_0 = 8,
  CK_Q2_K = 10,
  CK_Q3_K = 11,
  CK_Q4_K = 12,
  CK_Q5_K = 13,
  CK_Q6_K = 14,
  CK_IQ4_NL = 20,
  CK_IQ4_XS = 23,
  CK_BF16 = 30,
  CK_MXFP4 = 39,
  CK_GPTQ4 = 100,
  CK_MLX = 101
};

enum { CK_SERIAL = 0, CK_AVX2 = 1, CK_AVX512 = 2 };

// A packed matrix [rows, columns] in somebody else's memory. No pointer needs any alignment.
typedef struct {
  const uint8_t *data;     // GGUF, MLX, plain: first row. GPTQ: qweight [columns/8, stored rows]
  size_t row_bytes;        // between rows; GPTQ: between rows of qweight words
  const uint8_t *scales;   // MLX [rows, groups]; GPTQ [groups, stored rows]
  const uint8_t *offsets;  // MLX biases [rows, groups]; GPTQ qzeros [groups, stored rows/8]
  const uint8_t *groups;   // GPTQ g_idx [columns], int32; NULL: column / group_size
  size_t rows;
  size_t columns;
  size_t group_size;
  size_t group_count;
  size_t first_row;        // GPTQ: first row of a slice
  size_t stored_rows;      // GPTQ: rows of the whole tensor
  int32_t format;
  int32_t bits;            // MLX: 4 or 8
  int32_t scale_format;    // CK_F32, CK_F16 or CK_BF16
  int32_t zero_shift;      // GPTQ: 1 for checkpoint_format "gptq", 0 for "gptq_v2"
} ck_matrix;

// Rows rounded to int8 in blocks of 32 columns (bodies/integer.h): arrays of the caller.
typedef struct {
  size_t columns;        // a multiple of 32
  int8_t *values;        // [rows, columns]
  float *scales;         // [rows, columns / 32]
  float *sums;           // [rows, columns / 32]: scale · sum of the block's values
  int32_t *counts;       // [rows, columns / 32]: sum of the block's values
  int32_t *half_counts;  // [rows, columns / 16]
} ck_int8_rows;

typedef struct {
  int32_t isa;

  // out [count, out_stride]: rows first..<first+count expanded to f32.
  void (*expand_rows)(const ck_matrix *w, size_t first, size_t count, float *out,
                      size_t out_stride);

  // y[y_rows[t], r] = dot(W[r], x[x_rows[t]]) for r in first..<end, t in 0..<tokens. Index arrays may
  // be NULL (identity). scratch: ck_scratch_floats(w) floats.
  void (*multiply_rows)(const ck_matrix *w, size_t first, size_t end, const float *x,
                        size_t x_stride, const int32_t *x_rows, size_t tokens, float *y,
                        size_t y_stride, const int32_t *y_rows, float *scratch);

  // As multiply_rows with activations rounded to int8, for matrices that ck_has_int8 accepts.
  // scratch: ck_int8_scratch_floats(columns) floats, 64-byte aligned.
  void (*multiply_int8)(const ck_matrix *w, size_t first, size_t end, const ck_int8_rows *x,
                        const int32_t *x_rows, size_t tokens, float *y, size_t y_stride,
                        const int32_t *y_rows, float *scratch);
  // Row `token` of `out` from x [columns].
  void (*round_int8)(const float *x, size_t columns, const ck_int8_rows *out, size_t token);

  float (*dot)(const float *a, const float *b, size_t n);

  // out = x / sqrt(mean(x²) + eps) * w
  void (*rms_norm)(const float *x, const float *w, size_t n, float eps, float *out);
  // As rms_norm, in place.
  void (*rms_normalise)(float *x, const float *w, size_t n, float eps);
  // x /= sqrt(Σx² + eps), then * scale
  void (*l2_norm)(float *x, size_t n, float eps, float scale);
  // out = w ⊙ x / sqrt(mean(x²) + eps) ⊙ silu(gate)
  void (*gated_rms_norm)(const float *x, const float *w, const float *gate, size_t n, float eps,
                         float *out);
  void (*softmax)(float *x, size_t n);
  // out = silu(gate) ⊙ up
  void (*swiglu)(const float *gate, const float *up, size_t n, float *out);
  // x *= sigmoid(gate)
  void (*sigmoid_gate)(float *x, const float *gate, size_t n);
  // y += a x
  void (*add_scaled)(float a, const float *x, float *y, size_t n);
  // y += x
  void (*add)(const float *x, float *y, size_t n);

  // Attention of queries that share keys and values, over `count` positions; q [queries, q_stride],
  // out [queries, out_stride]; scores: 4 · count floats.
  void (*attend)(const float *q, size_t q_stride, size_t queries, const float *keys,
                 const float *values, size_t stride, size_t count, size_t dim, float scale,
                 float *scores, float *out, size_t out_stride);

  // One step of the gated delta rule; state [dk, dv], updated in place.
  void (*delta_step)(float *state, const float *q, const float *k, const float *v, size_t dk,
                     size_t dv, float decay, float beta, float *out);

  // out[c] = silu(Σ_m w[c, m] window[m][c]); window: taps rows of `channels`.
  void (*conv_step)(const float *w, const float *const *window, size_t taps, size_t channels,
                    float *out);

  // sums[j] += |z[j]| norms[j] factor
  void (*accumulate_contributions)(const float *z, const float *norms, float factor, size_t n,
                                   float *sums);
  // sums[j] += w[j]²
  void (*accumulate_squares)(const float *w, size_t n, double *sums);
} ck_table;

// The kernels of an instruction set, or NULL when this processor lacks it.
const ck_table *ck_table_for(int isa);
// The widest instruction set of this processor.
int ck_best_isa(void);

float ck_exp(float x);
float ck_sigmoid(float x);

// Rows expanded at a time by multiply_rows.
#define CK_ROW_TILE 16
static inline size_t ck_scratch_floats(const ck_matrix *w) {
  return CK_ROW_TILE * ((w->columns + 15) & ~(size_t)15);
}

// Whether a matrix has an integer product.
bool ck_has_int8(const ck_matrix *w);
size_t ck_int8_scratch_floats(size_t columns);

// A pool of threads that sleep between jobs; before that they look for work for a short time.
typedef struct ck_pool ck_pool;
ck_pool *ck_pool_create(size_t threads);
void ck_pool_destroy(ck_pool *pool);
size_t ck_pool_threads(const ck_pool *pool);
// Runs task(context, index, worker) for every index below count; returns when all are done.
void ck_pool_run(ck_pool *pool, size_t count,
                 void (*task)(void *context, size_t index, size_t worker), void *context);

#endif
