#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "ckernels.h"

struct ck_pool {
  pthread_mutex_t callers;  // one job at a time
  pthread_mutex_t mutex;
  pthread_cond_t work;
  pthread_cond_t done;
  size_t threads;
  size_t busy;
  size_t generation;
  bool stopping;
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
  pthread_mutex_lock(&pool->mutex);
  for (;;) {
    while (!pool->stopping && pool->generation == seen) {
      pthread_cond_wait(&pool->work, &pool->mutex);
    }
    if (pool->stopping) break;
    seen = pool->generation;
    pthread_mutex_unlock(&pool->mutex);
    drain(pool, argument.worker);
    pthread_mutex_lock(&pool->mutex);
    if (--pool->busy == 0) pthread_cond_signal(&pool->done);
  }
  pthread_mutex_unlock(&pool->mutex);
  return NULL;
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
  pool->stopping = true;
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
  pool->busy = pool->threads - 1;
  pool->generation++;
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->mutex);
  drain(pool, 0);
  pthread_mutex_lock(&pool->mutex);
  while (pool->busy > 0) pthread_cond_wait(&pool->done, &pool->mutex);
  pthread_mutex_unlock(&pool->mutex);
  pthread_mutex_unlock(&pool->callers);
}
