/* Skip-gram with negative sampling (Mikolov et al. 2013, "Distributed Representations of Words and Phrases and
 * their Compositionality", equation 4): one slice of a corpus, on one thread.
 *
 * As in word2vec.c the input row (W_in) is the context word's; the output rows (W_out) are the centre word's and
 * the negatives'.
 */
#ifndef FASTVEC_SGNS_H
#define FASTVEC_SGNS_H

#include <stdint.h>

#include "sampling.h"

typedef struct {
    /* in */
    const int32_t *ids;     /* [tokens] */
    const int64_t *offsets; /* [sentences + 1]: sentence s is ids[offsets[s] .. offsets[s + 1]) */
    int64_t sentence;       /* the sentence that holds token `start` */
    int64_t start, end;     /* the slice: tokens [start, end) */
    /* tables */
    const uint32_t *keep; /* [words]: a token stays if its draw's high half is at most this */
    const fv_alias *negatives;
    /* written: rows of `stride` floats, 64-byte aligned, zero behind the vector's end */
    float *W_in, *W_out;
    /* scalars */
    int64_t words, stride;
    int32_t window, negative;
    int32_t shrink_windows; /* 1: the width is uniform in 1 .. window */
    int32_t share_negatives; /* 1: one draw of negatives for all contexts of a centre; 0: one for each pair */
    float learning_rate;
    uint64_t streams[3]; /* of the keep, width and negative draws */
    const volatile uint8_t *stop;
} fv_sgns_slice;

typedef struct {
    double loss;   /* summed over the pairs: -log s(x.y) - sum of log s(-x.n) */
    int64_t pairs; /* (centre, context) */
    int64_t trained, tokens;
} fv_sgns_totals;

/* Returns 0, or -1 if memory ran out (then nothing was trained). */
typedef int (*fv_sgns_fn)(const fv_sgns_slice *slice, fv_sgns_totals *totals);

#endif
