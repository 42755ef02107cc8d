// The oracle of every product: 16 partial sums in plain C.
#define CK_NAME(name) name##_serial
#define CK_TILE_ROWS 1
#define CK_TILE_ROWS_SINGLE 1
#define CK_TILE_TOKENS 4
#include "bodies/scalar.h"

static void dot_tiles(const float *w, size_t stride, const float *const *x, size_t rows,
                      size_t tokens, size_t n, float *sums) {
  for (size_t r = 0; r < rows; r++) {
    for (size_t t = 0; t < tokens; t++) {
      float s[16] = {0};
      for (size_t i = 0; i < n; i++) s[i % 16] = fmaf(w[r * stride + i], x[t][i], s[i % 16]);
      for (size_t i = n % 16; i != 0 && i < 16; i++) s[i] = fmaf(0.0f, 0.0f, s[i]);
      sums[t * rows + r] = ck_fold16(s);
    }
  }
}

static bool single(const ck_matrix *w, size_t first, size_t end, const float *x, float *out) {
  (void)w, (void)first, (void)end, (void)x, (void)out;
  return false;
}

#include "bodies/multiply.h"
