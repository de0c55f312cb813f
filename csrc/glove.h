/* GloVe (Pennington, Socher and Manning 2014, "GloVe: Global Vectors for Word Representation", equation 8): one
 * tile of the co-occurrence counts, on one thread.
 */
#ifndef FASTVEC_GLOVE_H
#define FASTVEC_GLOVE_H

#include <stdint.h>

typedef struct {
    /* in: pair k is word rows[k] with the context word columns[k] */
    const int32_t *rows, *columns;
    const float *log_counts; /* log X */
    const float *weights;    /* f(X) */
    int64_t start, end;      /* the tile: pairs [start, end) */
    /* written: rows of 2 * stride floats, 64-byte aligned: a vector of `stride` floats, then its accumulators */
    float *W, *C;
    /* scalars */
    int64_t stride;
    float learning_rate;
    const volatile uint8_t *stop;
} fv_glove_tile;

typedef struct {
    double cost;   /* summed over the pairs, each before its own step: f(X) (w.c - log X)^2 / 2 */
    int64_t pairs; /* fewer than in the tile only where `stop` was set */
} fv_glove_totals;

typedef void (*fv_glove_fn)(const fv_glove_tile *tile, fv_glove_totals *totals);

#endif
