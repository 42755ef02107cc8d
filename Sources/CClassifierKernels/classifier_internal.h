#include "classifier_kernels.h"

#define CLS_DECLARE(isa)                                                                         \
  void cls_product_f32_##isa(const float *, size_t, const uint32_t *, size_t, const float *,     \
                             size_t, size_t, size_t, float *);                                   \
  void cls_product_f16_##isa(const float *, size_t, const uint32_t *, size_t, const uint16_t *,  \
                             size_t, size_t, size_t, float *);                                   \
  void cls_product_f64_##isa(const double *, size_t, size_t, const double *, size_t, size_t,     \
                             size_t, double *, size_t);                                          \
  double cls_dot_f64_##isa(const double *, const double *, size_t);                              \
  void cls_axpy_f64_##isa(double, const double *, double *, size_t);                             \
  void cls_expand_f16_##isa(const uint16_t *, float *, size_t);
CLS_DECLARE(serial)
CLS_DECLARE(avx2)
CLS_DECLARE(avx512)
