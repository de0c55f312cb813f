/* What a slice trains on, gathered ahead in batches: which tokens stay, and how wide their windows are. */
#ifndef FASTVEC_GATHER_H
#define FASTVEC_GATHER_H

#include <string.h>

#include "word2vec.h"

#define FV_BATCH 1024 /* kept tokens gathered ahead of training: 16 KiB, inside L1 beside the rows */
#define FV_SEEN 1024  /* places that remember where a word was last seen */

typedef struct {
    int32_t *kept, *first, *last; /* by kept token: the word, and the first and last token of its window */
    int32_t *repeat;              /* no word at or before this token stood before token `repeat` too */
    int32_t *groups;              /* [n_groups + 1] for FV_GROUPS: where each begins; none crosses a sentence's end */
    int64_t n, n_groups, rounds;
    int64_t position, sentence; /* in the text: the next token to gather */
    uint64_t widths;            /* how many of the stream have been used */
    int32_t seen[FV_SEEN];
} fv_batch;

/* Whole sentences until the batch is full; windows end at sentence ends and slice ends. */
static void fv_gather_windows(fv_batch *batch, const fv_word2vec_slice *slice) {
    int64_t n = 0, groups = 0;
    memset(batch->seen, 0xff, sizeof batch->seen);
    while (n < FV_BATCH && batch->position < slice->end) {
        const int64_t start = n, sentence_end = slice->offsets[batch->sentence + 1];
        const int64_t stop = sentence_end < slice->end ? sentence_end : slice->end;
        for (int64_t p = batch->position; p < stop; p++) {
            const int32_t word = slice->ids[p];
            batch->kept[n] = word;
            n += (uint32_t)(fv_draw(slice->streams[0], (uint64_t)(p - slice->start)) >> 32) <= slice->keep[word];
        }
        batch->position = stop;
        if (stop == sentence_end) batch->sentence++;
        if (slice->model == FV_GROUPS)
            for (int64_t t = start; t < n; t += FV_GROUP) batch->groups[groups++] = (int32_t)t;
        int32_t latest = -1;
        for (int64_t t = start; t < n; t++) {
            int64_t width = slice->window;
            if (slice->shrink_windows) width = 1 + fv_below(fv_draw(slice->streams[1], batch->widths++), (uint32_t)width);
            const int64_t before = slice->before ? width : 0, after = slice->after ? width : 0;
            batch->first[t] = (int32_t)(t - before < start ? start : t - before);
            batch->last[t] = (int32_t)(t + after >= n ? n - 1 : t + after);
            /* words that share a place only cost a closer look */
            int32_t *const place = &batch->seen[(uint32_t)batch->kept[t] % FV_SEEN];
            if (*place > latest) latest = *place;
            *place = (int32_t)t;
            batch->repeat[t] = latest;
        }
    }
    if (slice->model == FV_GROUPS) batch->groups[groups] = (int32_t)n;
    batch->n = n;
    batch->n_groups = groups;
}

/* Pairs as they are given: first[t] is what word kept[t] predicts. */
static void fv_gather_given(fv_batch *batch, const fv_word2vec_slice *slice) {
    const int64_t left = slice->end - batch->position;
    batch->n = left < FV_BATCH ? left : FV_BATCH;
    memcpy(batch->kept, slice->ids + batch->position, 4 * (size_t)batch->n);
    memcpy(batch->first, slice->targets + batch->position, 4 * (size_t)batch->n);
    batch->position += batch->n;
}

#endif
