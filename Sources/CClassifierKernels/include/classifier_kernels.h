// The arithmetic of the sparse classifier that Swift cannot vectorise well.
//
// Ranked goals: (1) the same bits on every instruction set and for every thread count, (2) speed,
// (3) size. Hence: products and sums are never fused (-ffp-contract=off), every sum runs over rows
// in ascending order inside blocks of CLS_BLOCK rows, and blocks are added in ascending order. Lanes
// hold different columns, so no sum is ever split over lanes, except in `dot`, whose 32 partial sums
// are part of its definition.
//
// One file per operation and instruction set; the `_serial` files are plain loops and the oracle.
#ifndef CLASSIFIER_KERNELS_H
#define CLASSIFIER_KERNELS_H

#include <stddef.h>
#include <stdint.h>

enum { CLS_BLOCK = 64, CLS_TILE = 64, CLS_PANEL = 32 };
enum { CLS_ISA_SERIAL = 0, CLS_ISA_AVX2 = 1, CLS_ISA_AVX512 = 2 };
enum { CLS_F16 = 0, CLS_F32 = 1, CLS_F64 = 2 };

typedef struct cls_kernels {
  int32_t isa;
  // dst[count] <- src[count]; exact.
  void (*expand_f16)(const uint16_t *src, float *dst, size_t count);
  // out[q][cols] += sum over rows of left[row * ldl + index[q]] * x[row * ldx + col];
  // rows <= CLS_BLOCK, cols a multiple of 16. The block is summed from zero, then added to out.
  void (*product_f32)(const float *left, size_t ldl, const uint32_t *index, size_t q,
                      const float *x, size_t ldx, size_t cols, size_t rows, float *out);
  // The same with x in f16, widened exactly.
  void (*product_f16)(const float *left, size_t ldl, const uint32_t *index, size_t q,
                      const uint16_t *x, size_t ldx, size_t cols, size_t rows, float *out);
  // The same in f64, cols a multiple of 8, left column q at left[row * ldl + q], out rows `ldo` apart.
  void (*product_f64)(const double *left, size_t ldl, size_t q, const double *x, size_t ldx,
                      size_t cols, size_t rows, double *out, size_t ldo);
  // Interleaved partial sums (32, then 8 for the rest) a block of 512 elements, combined pairwise,
  // blocks in order.
  double (*dot_f64)(const double *x, const double *y, size_t count);
  // y <- y + a * x
  void (*axpy_f64)(double a, const double *x, double *y, size_t count);
} cls_kernels;

// The widest set that this processor can run.
int32_t cls_best_isa(void);
// NULL when the processor cannot run it.
const cls_kernels *cls_select(int32_t isa);

// out[q][64] = sum over all rows; the tile is [rows][64] of `dtype`, left is [rows][ldl].
void cls_tile_product(const cls_kernels *kernels, int32_t dtype, const void *tile, size_t rows,
                      const float *left, size_t ldl, const uint32_t *index, size_t q, float *out);
// Bounds: maxima is [rows][tiles] of f16 or f32, x is [rows][cols] f32; out is [tiles][cols].
void cls_bound_product(const cls_kernels *kernels, int32_t dtype, const void *maxima, size_t rows,
                       size_t tiles, const float *x, size_t cols, float *out);
// Compressed columns: values [nnz] of `dtype`, out[q][64] for `columns` <= 64 columns.
void cls_sparse_product(int32_t dtype, const void *values, const uint32_t *rows,
                        const uint64_t *starts, size_t columns, const float *left, size_t ldl,
                        const uint32_t *index, size_t q, float *out);

// dst[i * stride] for i in 0..<count, widened exactly.
void cls_gather_f64(int32_t dtype, const void *src, size_t stride, size_t count, double *dst);
// Weighted Gram matrix of columns in panels: panels is [panel][rows][32], gram[a][b] = sum_i h_i
// x_ia x_ib for b >= a / 32 * 32, rows `stride` apart. Only panels first, first + step, ... of a are
// computed, and of b those from `changed` on. scratch holds CLS_BLOCK * CLS_PANEL doubles.
void cls_gram(const cls_kernels *kernels, const double *panels, const double *h, size_t rows,
              size_t panel_count, size_t first, size_t step, size_t changed, double *scratch,
              double *gram, size_t stride);
// a[n][stride], upper triangle, becomes R with A = R'R; columns n..<n rounded up to 8 must be finite
// and are overwritten. Returns 0 when a pivot is lost to rounding. scratch holds CLS_PANEL * n'
// + n doubles, n' = n rounded up to 8.
int32_t cls_cholesky(const cls_kernels *kernels, double *a, size_t n, size_t stride,
                     double *scratch);

// Row positions of one group: dst[i][0..<width] = src[rows[i]][0..<width], width a multiple of 8.
void cls_pack_rows(const float *src, const uint32_t *rows, size_t count, size_t width, float *dst);
// sums[k] = sum over i of src[rows[i]][k], width a multiple of 32.
void cls_sum_rows(const float *src, const uint32_t *rows, size_t count, size_t width, float *sums);
// The largest magnitude; NaN when there is one.
float cls_largest(const float *x, size_t count);

// Logistic terms for margins m_i = y_i z_i with weights c_i >= 0: r_i = c_i y_i sigma(-m_i),
// h_i = c_i sigma(m_i) sigma(-m_i). Returns sum_i c_i log(1 + exp(-m_i)). h may be NULL.
double cls_logistic(const double *z, const double *y, const double *c, size_t count, double *r,
                    double *h);

// Writing a group: `block` is [rows][width] of `dtype`, statistics run over `all_rows` rows (absent
// rows are zero); centred = sum of squared deviations from the mean, in two passes.
void cls_column_statistics(int32_t dtype, const void *block, size_t rows, size_t width,
                           size_t all_rows, double *sum, double *centred, double *maximum,
                           uint32_t *count, int32_t *has_negative, int32_t *not_finite);
// tiles[t][rows][64] <- block columns in `order`; the last tile is padded with zeros.
void cls_make_tiles(int32_t dtype, const void *block, size_t rows, size_t width,
                    const uint32_t *order, size_t columns, void *tiles);
// out[row * stride] <- largest magnitude of the tile's row: f16 for f16 tiles, else f32 rounded up.
void cls_row_maxima(int32_t dtype, const void *tile, size_t rows, size_t stride, void *out);
// out[row * stride] <- an upper bound of max_c factor[c] |x|.
void cls_scaled_maxima(const cls_kernels *kernels, int32_t dtype, const void *tile, size_t rows,
                       const double *factor, size_t stride, float *out);
// *sum <- sum_i x_i r[rows[i]] in f64, blocks of CLS_BLOCK rows in order.
int64_t cls_column_scan(int32_t dtype, const void *values, size_t stride, const uint32_t *rows,
                        size_t count, const double *r, double *sum);

// Synthetic contributions: dst[j] = scale[j] * table[u_j], u_j sixteen bits of Philox4x64-10 at
// counter (j / 16, group, row, 0); `table` holds 65,536 quantiles of the magnitudes.
void cls_synthetic_row(const float *table, const float *scale, size_t count, uint64_t key0,
                       uint64_t key1, uint64_t group, uint64_t row, float *dst);
// Rounds to fp16, nearest even. Returns the number of non-zero values that became zero;
// *overflow is set when a value is not finite in fp16.
size_t cls_round_f16(const float *src, uint16_t *dst, size_t count, int32_t *overflow);

#endif
