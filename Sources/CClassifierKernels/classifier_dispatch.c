#include "classifier_internal.h"

#define CLS_TABLE(number, name)                                                          \
  static const cls_kernels name = {number, cls_expand_f16_##name, cls_product_f32_##name, \
                                   cls_product_f16_##name, cls_product_f64_##name,       \
                                   cls_dot_f64_##name, cls_axpy_f64_##name}
CLS_TABLE(CLS_ISA_SERIAL, serial);
#if defined(__x86_64__)
CLS_TABLE(CLS_ISA_AVX2, avx2);
CLS_TABLE(CLS_ISA_AVX512, avx512);
#endif

static int runs(int32_t isa) {
  if (isa == CLS_ISA_SERIAL) return 1;
#if defined(__x86_64__)
  if (isa == CLS_ISA_AVX2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c");
  if (isa == CLS_ISA_AVX512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
#endif
  return 0;
}

int32_t cls_best_isa(void) {
  if (runs(CLS_ISA_AVX512)) return CLS_ISA_AVX512;
  return runs(CLS_ISA_AVX2) ? CLS_ISA_AVX2 : CLS_ISA_SERIAL;
}

const cls_kernels *cls_select(int32_t isa) {
  if (!runs(isa)) return NULL;
#if defined(__x86_64__)
  if (isa == CLS_ISA_AVX2) return &avx2;
  if (isa == CLS_ISA_AVX512) return &avx512;
#endif
  return &serial;
}
