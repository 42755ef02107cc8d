#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "ckernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define CK_PAUSE() _mm_pause()
#else
#define CK_PAUSE() ((void)0)
#endif

// A token has a dozen jobs a layer, with a few microseconds of one thread between them, and waking a
// thread takes longer than that, on a virtual machine up to 50 microseconds. So a thread looks this
// often (50 to 100 microseconds, by the length of a pause) before it sleeps; it never waits longer
// without sleeping, because the cores may be shared.
enum { CK_LOOKS = 4000 };

struct ck_pool {
  pthread_mutex_t callers;  // one job at a time
  pthread_mutex_t mutex;
  pthread_cond_t work;
  pthread_cond_t done;
  size_t threads;
  atomic_size_t busy;
  atomic_size_t generation;
  atomic_bool stopping;
  atomic_size_t next;
  size_t count;
  void (*task)(void *, size_t, size_t);
  void *context;
  pthread_t *handles;
};

typedef struct {
  ck_pool *pool;
  size_t worker;
} worker_argument;

static void drain(ck_pool *pool, size_t worker) {
  for (;;) {
    size_t index = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
    if (index >= pool->count) return;
    pool->task(pool->context, index, worker);
  }
}

static void *worker_main(void *raw) {
  worker_argument argument = *(worker_argument *)raw;
  free(raw);
  ck_pool *pool = argument.pool;
  size_t seen = 0;
  for (;;) {
    for (int look = 0; look < CK_LOOKS && atomic_load(&pool->generation) == seen; look++) {
      CK_PAUSE();
    }
    pthread_mutex_lock(&pool->mutex);
    while (!atomic_load(&pool->stopping) && atomic_load(&pool->generation) == seen) {
      pthread_cond_wait(&pool->work, &pool->mutex);
    }
    bool stopping = atomic_load(&pool->stopping);
    seen = atomic_load(&pool->generation);
    pthread_mutex_unlock(&pool->mutex);
    if (stopping) return NULL;
    drain(pool, argument.worker);
    if (atomic_fetch_sub(&pool->busy, 1) == 1) {
      // Under the mutex, so that the caller cannot miss it between its look and its wait.
      pthread_mutex_lock(&pool->mutex);
      pthread_cond_signal(&pool->done);
      pthread_mutex_unlock(&pool->mutex);
    }
  }
}

ck_pool *ck_pool_create(size_t threads) {
  if (threads == 0) threads = 1;
  ck_pool *pool = calloc(1, sizeof *pool);
  if (!pool) return NULL;
  pool->handles = calloc(threads, sizeof *pool->handles);
  if (!pool->handles) {
    free(pool);
    return NULL;
  }
  pthread_mutex_init(&pool->callers, NULL);
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->work, NULL);
  pthread_cond_init(&pool->done, NULL);
  pool->threads = 1;
  for (size_t worker = 1; worker < threads; worker++) {
    worker_argument *argument = malloc(sizeof *argument);
    if (!argument) break;
    *argument = (worker_argument){pool, worker};
    // Fewer threads than asked for change the time, never a result.
    if (pthread_create(&pool->handles[worker], NULL, worker_main, argument) != 0) {
      free(argument);
      break;
    }
    pool->threads++;
  }
  return pool;
}

void ck_pool_destroy(ck_pool *pool) {
  if (!pool) return;
  pthread_mutex_lock(&pool->mutex);
  atomic_store(&pool->stopping, true);
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->mutex);
  for (size_t worker = 1; worker < pool->threads; worker++) {
    pthread_join(pool->handles[worker], NULL);
  }
  pthread_mutex_destroy(&pool->callers);
  pthread_mutex_destroy(&pool->mutex);
  pthread_cond_destroy(&pool->work);
  pthread_cond_destroy(&pool->done);
  free(pool->handles);
  free(pool);
}

size_t ck_pool_threads(const ck_pool *pool) { return pool->threads; }

void ck_pool_run(ck_pool *pool, size_t count,
                 void (*task)(void *context, size_t index, size_t worker), void *context) {
  if (count == 0) return;
  pthread_mutex_lock(&pool->callers);
  if (count == 1 || pool->threads == 1) {
    for (size_t index = 0; index < count; index++) task(context, index, 0);
    pthread_mutex_unlock(&pool->callers);
    return;
  }
  pthread_mutex_lock(&pool->mutex);
  pool->task = task;
  pool->context = context;
  pool->count = count;
  atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
  atomic_store(&pool->busy, pool->threads - 1);
  atomic_fetch_add(&pool->generation, 1);
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->mutex);
  drain(pool, 0);
  for (int look = 0; look < CK_LOOKS && atomic_load(&pool->busy) > 0; look++) CK_PAUSE();
  if (atomic_load(&pool->busy) > 0) {
    pthread_mutex_lock(&pool->mutex);
    while (atomic_load(&pool->busy) > 0) pthread_cond_wait(&pool->done, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
  }
  pthread_mutex_unlock(&pool->callers);
}
