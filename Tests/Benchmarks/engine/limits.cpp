// What this machine can do, as the yardstick of the benchmark: prints one JSON line with the stream
// rate (bytes read a second from 1 GiB) and the f32 and int8 peaks (operations a second, a
// multiply-add counts two) of all threads together.
//
//     limits THREADS
#include <immintrin.h>
#include <sys/mman.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

static volatile int sink;

// The fastest of five runs of all threads, in seconds.
static double fastest(int threads, const std::function<void(int)> &body) {
  double best = 1e30;
  for (int round = 0; round < 5; round++) {
    auto start = std::chrono::steady_clock::now();
    std::vector<std::thread> running;
    for (int t = 0; t < threads; t++) running.emplace_back(body, t);
    for (auto &thread : running) thread.join();
    std::chrono::duration<double> d = std::chrono::steady_clock::now() - start;
    if (d.count() < best) best = d.count();
  }
  return best;
}

__attribute__((target("avx2"))) static int read_all(const char *p, size_t size) {
  __m256i s[4] = {};
  for (size_t i = 0; i + 128 <= size; i += 128) {
    for (int k = 0; k < 4; k++) {
      const __m256i *source = (const __m256i *)(p + i + 32 * k);
      s[k] = _mm256_add_epi64(s[k], _mm256_load_si256(source));
    }
  }
  __m256i sum = _mm256_add_epi64(_mm256_add_epi64(s[0], s[1]), _mm256_add_epi64(s[2], s[3]));
  return (int)_mm256_extract_epi64(sum, 0);
}

static const long kSteps = 20000000;

__attribute__((target("avx512f"))) static int multiply_f32_512() {
  __m512 s[10], a = _mm512_set1_ps(1.0f), b = _mm512_set1_ps(sink * 1e-30f);
  for (auto &v : s) v = b;
  for (long i = 0; i < kSteps; i++) {
#pragma GCC unroll 10
    for (auto &v : s) v = _mm512_fmadd_ps(a, b, v);
    asm volatile("" : "+v"(b));
  }
  float total = 0;
  for (auto &v : s) total += _mm512_reduce_add_ps(v);
  return (int)total;
}

__attribute__((target("avx512f,avx512vnni"))) static int multiply_int8_512() {
  __m512i s[10], a = _mm512_set1_epi8(1), b = _mm512_set1_epi8((char)sink);
  for (auto &v : s) v = b;
  for (long i = 0; i < kSteps; i++) {
#pragma GCC unroll 10
    for (auto &v : s) v = _mm512_dpbusd_epi32(v, a, b);
    asm volatile("" : "+v"(b));
  }
  int total = 0;
  for (auto &v : s) total += _mm512_reduce_add_epi32(v);
  return total;
}

int main(int argc, char **argv) {
  int threads = argc > 1 ? atoi(argv[1]) : 2;
  size_t size = (size_t)1 << 30, share = size / (size_t)threads / 4096 * 4096;
  void *memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 1;
  madvise(memory, size, MADV_HUGEPAGE);
  memset(memory, 1, size);
  const char *bytes = (const char *)memory;
  double read = fastest(threads, [&](int t) { sink = read_all(bytes + t * share, share); });
  printf("{\"stream\": %.4g", (double)(share * (size_t)threads) / read);
  if (__builtin_cpu_supports("avx512vnni")) {
    double f32 = fastest(threads, [](int) { sink = multiply_f32_512(); });
    double int8 = fastest(threads, [](int) { sink = multiply_int8_512(); });
    double steps = 10.0 * (double)kSteps * threads;
    printf(", \"f32\": %.4g, \"int8\": %.4g", 32 * steps / f32, 128 * steps / int8);
  }
  printf("}\n");
  return 0;
}
