// The product kernels in clang's vector types. The including file sets VECTOR_BYTES, the register
// tiles and the target attribute, and defines LOAD_F16. Columns lie in lanes and rows run in order,
// so the bits equal the serial file's.
typedef float vf __attribute__((vector_size(VECTOR_BYTES)));
typedef float vfu __attribute__((vector_size(VECTOR_BYTES), aligned(4)));
typedef double vd __attribute__((vector_size(VECTOR_BYTES)));
typedef double vdu __attribute__((vector_size(VECTOR_BYTES), aligned(8)));
enum { VF = VECTOR_BYTES / 4, VD = VECTOR_BYTES / 8 };

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE vf load_row(const int is_half, const void *x, size_t index) {
  return is_half ? (vf)LOAD_F16((const uint16_t *)x + index)
                 : *(const vfu *)((const float *)x + index);
}

INLINE void micro_f32(const int is_half, const int nq, const int nv, const float *left, size_t ldl,
                      const uint32_t *index, const void *x, size_t offset, size_t ldx, size_t rows,
                      float *out, size_t ldo) {
  vf sum[MAX_Q][MAX_V];
  UNROLL for (int a = 0; a < nq; a++)
    UNROLL for (int v = 0; v < nv; v++) sum[a][v] = (vf){0};
  const float *column[MAX_Q];
  UNROLL for (int a = 0; a < nq; a++) column[a] = left + index[a];
  for (size_t i = 0; i < rows; i++) {
    vf row[MAX_V];
    UNROLL for (int v = 0; v < nv; v++) row[v] = load_row(is_half, x, offset + i * ldx + v * VF);
    UNROLL for (int a = 0; a < nq; a++) {
      const float factor = column[a][i * ldl];
      UNROLL for (int v = 0; v < nv; v++) sum[a][v] += factor * row[v];
    }
  }
  UNROLL for (int a = 0; a < nq; a++)
    UNROLL for (int v = 0; v < nv; v++) *(vfu *)(out + a * ldo + v * VF) += sum[a][v];
}

INLINE void columns_f32(const int is_half, const int nv, const float *left, size_t ldl,
                        const uint32_t *index, size_t q, const void *x, size_t offset, size_t ldx,
                        size_t rows, float *out, size_t ldo) {
  size_t a = 0;
  for (; a + MAX_Q <= q; a += MAX_Q)
    micro_f32(is_half, MAX_Q, nv, left, ldl, index + a, x, offset, ldx, rows, out + a * ldo, ldo);
  for (; a + 4 <= q; a += 4)
    micro_f32(is_half, 4, nv, left, ldl, index + a, x, offset, ldx, rows, out + a * ldo, ldo);
  for (; a + 2 <= q; a += 2)
    micro_f32(is_half, 2, nv, left, ldl, index + a, x, offset, ldx, rows, out + a * ldo, ldo);
  for (; a < q; a++)
    micro_f32(is_half, 1, nv, left, ldl, index + a, x, offset, ldx, rows, out + a * ldo, ldo);
}

INLINE void product_f32(const int is_half, const float *left, size_t ldl, const uint32_t *index,
                        size_t q, const void *x, size_t ldx, size_t cols, size_t rows, float *out) {
  size_t c = 0;
  for (; c + MAX_V * VF <= cols; c += MAX_V * VF)
    columns_f32(is_half, MAX_V, left, ldl, index, q, x, c, ldx, rows, out + c, cols);
  for (; c < cols; c += 16)
    columns_f32(is_half, 16 / VF, left, ldl, index, q, x, c, ldx, rows, out + c, cols);
}

INLINE void micro_f64(const int nq, const int nv, const double *left, size_t ldl, const double *x,
                      size_t ldx, size_t rows, double *out, size_t ldo) {
  vd sum[4][MAX_V];
  UNROLL for (int a = 0; a < nq; a++)
    UNROLL for (int v = 0; v < nv; v++) sum[a][v] = (vd){0};
  for (size_t i = 0; i < rows; i++) {
    vd row[MAX_V];
    UNROLL for (int v = 0; v < nv; v++) row[v] = *(const vdu *)(x + i * ldx + v * VD);
    UNROLL for (int a = 0; a < nq; a++) {
      const double factor = left[i * ldl + a];
      UNROLL for (int v = 0; v < nv; v++) sum[a][v] += factor * row[v];
    }
  }
  UNROLL for (int a = 0; a < nq; a++)
    UNROLL for (int v = 0; v < nv; v++) *(vdu *)(out + a * ldo + v * VD) += sum[a][v];
}

INLINE void columns_f64(const int nv, const double *left, size_t ldl, size_t q, const double *x,
                        size_t ldx, size_t rows, double *out, size_t ldo) {
  size_t a = 0;
  for (; a + 4 <= q; a += 4)
    micro_f64(4, nv, left + a, ldl, x, ldx, rows, out + a * ldo, ldo);
  for (; a < q; a++) micro_f64(1, nv, left + a, ldl, x, ldx, rows, out + a * ldo, ldo);
}

INLINE void product_f64(const double *left, size_t ldl, size_t q, const double *x, size_t ldx,
                        size_t cols, size_t rows, double *out, size_t ldo) {
  size_t c = 0;
  for (; c + MAX_V * VD <= cols; c += MAX_V * VD)
    columns_f64(MAX_V, left, ldl, q, x + c, ldx, rows, out + c, ldo);
  for (; c < cols; c += 8) columns_f64(8 / VD, left, ldl, q, x + c, ldx, rows, out + c, ldo);
}
