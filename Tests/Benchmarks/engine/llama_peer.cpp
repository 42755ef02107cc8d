// Times llama.cpp on a GGUF file and prints one JSON line, with processor time beside wall time.
//
//     llama_peer MODEL THREADS PROMPT GENERATE REPEATS
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "llama.h"

static double processor_seconds() {
  rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_utime.tv_sec + u.ru_stime.tv_sec + 1e-6 * (u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static std::string list(const std::vector<double> &values) {
  std::string text;
  for (double v : values) text += (text.empty() ? "" : ", ") + std::to_string(v);
  return "[" + text + "]";
}

int main(int argc, char **argv) {
  if (argc < 6) return 2;
  int threads = atoi(argv[2]), prompt = atoi(argv[3]), generated = atoi(argv[4]);
  int repeats = atoi(argv[5]);
  llama_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
  llama_backend_init();
  llama_model_params mp = llama_model_default_params();
  llama_model *model = llama_model_load_from_file(argv[1], mp);
  if (!model) return 1;
  llama_context_params cp = llama_context_default_params();
  cp.n_ctx = prompt + generated + 64;
  cp.n_batch = cp.n_ubatch = 512;
  cp.n_threads = cp.n_threads_batch = threads;
  llama_context *context = llama_init_from_model(model, cp);
  if (!context) return 1;
  int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
  std::vector<double> prefill, prefill_cpu, decode, decode_cpu;
  for (int round = 0; round <= repeats; round++) {
    auto time = [&](std::vector<double> &wall, std::vector<double> &cpu, auto body) {
      double c = processor_seconds();
      auto start = std::chrono::steady_clock::now();
      body();
      std::chrono::duration<double> d = std::chrono::steady_clock::now() - start;
      // The first round warms caches and pages and is not counted.
      if (round > 0) {
        wall.push_back(d.count());
        cpu.push_back(processor_seconds() - c);
      }
    };
    if (prompt > 0) {
      llama_memory_clear(llama_get_memory(context), true);
      std::vector<llama_token> tokens(prompt);
      for (int i = 0; i < prompt; i++) tokens[i] = (llama_token)((i * 7919LL + 13) % vocabulary);
      time(prefill, prefill_cpu, [&] {
        for (int i = 0; i < prompt; i += 512) {
          int n = prompt - i < 512 ? prompt - i : 512;
          if (llama_decode(context, llama_batch_get_one(tokens.data() + i, n)) != 0) exit(1);
        }
        llama_synchronize(context);
      });
    }
    if (generated > 0) {
      llama_memory_clear(llama_get_memory(context), true);
      llama_token token = 1;
      if (llama_decode(context, llama_batch_get_one(&token, 1)) != 0) exit(1);
      time(decode, decode_cpu, [&] {
        token = 2;
        for (int i = 0; i < generated; i++) {
          if (llama_decode(context, llama_batch_get_one(&token, 1)) != 0) exit(1);
          const float *logits = llama_get_logits_ith(context, -1);
          token = 0;
          for (int v = 1; v < vocabulary; v++) {
            if (logits[v] > logits[token]) token = v;
          }
        }
      });
    }
  }
  rusage u;
  getrusage(RUSAGE_SELF, &u);
  printf("{\"peak_rss_bytes\": %ld, \"prefill\": %s, \"prefill_cpu\": %s, \"decode\": %s, "
         "\"decode_cpu\": %s}\n",
         u.ru_maxrss * 1024, list(prefill).c_str(), list(prefill_cpu).c_str(),
         list(decode).c_str(), list(decode_cpu).c_str());
}
