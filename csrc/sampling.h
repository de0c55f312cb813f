/* Walker's alias table (Vose 1991): a word in O(1) from one 64-bit draw and 8 bytes a word. */
#ifndef FASTVEC_SAMPLING_H
#define FASTVEC_SAMPLING_H

#include <stdint.h>

#include "random.h"

typedef struct {
    uint32_t threshold; /* keep the slot's own word if the draw's low half is below this ... */
    int32_t alias;      /* ... else take this one */
} fv_alias;

static FV_INLINE int32_t fv_alias_draw(const fv_alias *table, uint32_t words, uint64_t draw) {
    const int32_t slot = (int32_t)fv_below(draw, words);
    const int32_t stay = -(int32_t)((uint32_t)draw < table[slot].threshold); /* no branch: it is a coin's toss */
    return (slot & stay) | (table[slot].alias & ~stay);
}

/* Fills table[words] for weights[words] >= 0 with a positive sum; returns 0, or -1 if memory ran out. */
int fv_alias_build(const double *weights, int64_t words, fv_alias *table);

void fv_alias_draws(const fv_alias *table, int64_t words, uint64_t stream, int64_t n, int32_t *drawn);

/* out[row, 0:columns] uniform in [-half, half), out[row, columns:stride] = 0. */
void fv_fill_uniform(float *out, int64_t rows, int64_t columns, int64_t stride, float half, uint64_t stream);

#endif
