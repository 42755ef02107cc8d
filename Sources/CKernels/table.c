// The choice of an instruction set at run time.
#include "bodies/integer.h"

#define CK_DECLARE(SUFFIX)                                                                        \
  void ck_expand_rows_##SUFFIX(const ck_matrix *, size_t, size_t, float *, size_t);               \
  void ck_multiply_rows_##SUFFIX(const ck_matrix *, size_t, size_t, const float *, size_t,        \
                                 const int32_t *, size_t, float *, size_t, const int32_t *,       \
                                 float *);                                                        \
  void ck_multiply_int8_##SUFFIX(const ck_matrix *, size_t, size_t, const ck_int8_rows *,         \
                                 const int32_t *, size_t, float *, size_t, const int32_t *,       \
                                 float *);                                                        \
  void ck_round_int8_##SUFFIX(const float *, size_t, const ck_int8_rows *, size_t);               \
  float ck_dot_##SUFFIX(const float *, const float *, size_t);                                    \
  void ck_rms_norm_##SUFFIX(const float *, const float *, size_t, float, float *);                \
  void ck_rms_normalise_##SUFFIX(float *, const float *, size_t, float);                          \
  void ck_l2_norm_##SUFFIX(float *, size_t, float, float);                                        \
  void ck_gated_rms_norm_##SUFFIX(const float *, const float *, const float *, size_t, float,     \
                                  float *);                                                       \
  void ck_softmax_##SUFFIX(float *, size_t);                                                      \
  void ck_swiglu_##SUFFIX(const float *, const float *, size_t, float *);                         \
  void ck_sigmoid_gate_##SUFFIX(float *, const float *, size_t);                                  \
  void ck_add_scaled_##SUFFIX(float, const float *, float *, size_t);                             \
  void ck_add_##SUFFIX(const float *, float *, size_t);                                           \
  void ck_attend_##SUFFIX(const float *, size_t, size_t, const float *, const float *, size_t,    \
                          size_t, size_t, float, float *, float *, size_t);                       \
  void ck_delta_step_##SUFFIX(float *, const float *, const float *, const float *, size_t,       \
                              size_t, float, float, float *);                                     \
  void ck_conv_step_##SUFFIX(const float *, const float *const *, size_t, size_t, float *);       \
  void ck_accumulate_contributions_##SUFFIX(const float *, const float *, float, size_t,          \
                                            float *);                                             \
  void ck_accumulate_squares_##SUFFIX(const float *, size_t, double *);                           \
  static const ck_table table_##SUFFIX = {                                                        \
      .isa = CK_ISA_##SUFFIX,                                                                     \
      .expand_rows = ck_expand_rows_##SUFFIX,                                                     \
      .multiply_rows = ck_multiply_rows_##SUFFIX,                                                 \
      .multiply_int8 = ck_multiply_int8_##SUFFIX,                                                 \
      .round_int8 = ck_round_int8_##SUFFIX,                                                       \
      .dot = ck_dot_##SUFFIX,                                                                     \
      .rms_norm = ck_rms_norm_##SUFFIX,                                                           \
      .rms_normalise = ck_rms_normalise_##SUFFIX,                                                 \
      .l2_norm = ck_l2_norm_##SUFFIX,                                                             \
      .gated_rms_norm = ck_gated_rms_norm_##SUFFIX,                                               \
      .softmax = ck_softmax_##SUFFIX,                                                             \
      .swiglu = ck_swiglu_##SUFFIX,                                                               \
      .sigmoid_gate = ck_sigmoid_gate_##SUFFIX,                                                   \
      .add_scaled = ck_add_scaled_##SUFFIX,                                                       \
      .add = ck_add_##SUFFIX,                                                                     \
      .attend = ck_attend_##SUFFIX,                                                               \
      .delta_step = ck_delta_step_##SUFFIX,                                                       \
      .conv_step = ck_conv_step_##SUFFIX,                                                         \
      .accumulate_contributions = ck_accumulate_contributions_##SUFFIX,                           \
      .accumulate_squares = ck_accumulate_squares_##SUFFIX,                                       \
  };

enum { CK_ISA_serial = CK_SERIAL, CK_ISA_avx2 = CK_AVX2, CK_ISA_avx512 = CK_AVX512 };

CK_DECLARE(serial)
#if defined(__x86_64__)
CK_DECLARE(avx2)
CK_DECLARE(avx512)
#endif

const ck_table *ck_table_for(int isa) {
  if (isa == CK_SERIAL) return &table_serial;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (isa == CK_AVX2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("f16c")) {
    return &table_avx2;
  }
  if (isa == CK_AVX512 && __builtin_cpu_supports("avx512f") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni") &&
      __builtin_cpu_supports("avx512vbmi")) {
    return &table_avx512;
  }
#endif
  return NULL;
}

int ck_best_isa(void) {
  for (int isa = CK_AVX512; isa > CK_SERIAL; isa--) {
    if (ck_table_for(isa)) return isa;
  }
  return CK_SERIAL;
}

float ck_exp(float x) { return ck_exp_inline(x); }

float ck_sigmoid(float x) { return ck_sigmoid_inline(x); }

bool ck_has_int8(const ck_matrix *w) {
  if (w->columns == 0 || w->columns % 32 != 0) return false;
  switch (w->format) {
    case CK_Q4_0:
    case CK_Q4_1:
    case CK_Q8_0:
    case CK_Q4_K:
    case CK_Q5_K:
    case CK_Q6_K: return true;
    // With an order of activations a block has several scales.
    case CK_GPTQ4: return w->groups == NULL && w->group_size % 32 == 0;
    case CK_MLX: return w->group_size % 32 == 0;
    default: return false;
  }
}

size_t ck_int8_scratch_floats(size_t columns) {
  return columns * CK_INT8_ROWS / 4 + 2 * (columns / 16 * CK_INT8_ROWS) +
         (CK_INT8_MOST_SUMS + 1) * CK_INT8_MOST_TOKENS * CK_INT8_ROWS;
}
