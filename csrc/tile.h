/* One tile of co-occurrence counts, on one thread: what the kernels of GloVe and of log-count factorisation share. */
#ifndef FASTVEC_TILE_H
#define FASTVEC_TILE_H

#include <stdint.h>

typedef struct {
    /* in: pair k is word rows[k] with the context word columns[k] */
    const int32_t *rows, *columns;
    const float *targets; /* log X, or log(1 + X) of log-count */
    const float *weights; /* f(X); log-count has none */
    /* written: rows of `width` floats, 64-byte aligned; GloVe's second half are the accumulators */
    float *W, *C;
    /* scalars */
    int64_t width;
    float learning_rate;
    const volatile uint8_t *stop;
} fv_pairs;

typedef struct {
    double cost;   /* summed over the pairs, each before its own step: f(X) (w.c - target)^2 / 2 */
    int64_t pairs; /* fewer than in the tile only where `stop` was set */
} fv_tile_totals;

/* Trains on pairs [start, end). */
typedef void (*fv_tile_fn)(const fv_pairs *pairs, int64_t start, int64_t end, fv_tile_totals *totals);

#define FV_TILE_PATIENCE 4096 /* pairs between looks at `stop` */

#endif
