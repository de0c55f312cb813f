/* A place of the text that is trained on: its tokens, gathered ahead in batches, and its held rows.
 *
 * The row of a context word is held from the first centre whose widest window has it to the last one, so it goes
 * through the caches once for its stay, not once for each centre that uses it. (One thread alone, whose rows nobody takes, would
 * pay 100 cycles a token for nothing: where rows may be trained in place, it does that.)
 */
#ifndef FASTVEC_PLACE_H
#define FASTVEC_PLACE_H

#include <string.h>

#include "held.h"
#include "word2vec.h"

#define FV_BATCH 1024 /* kept tokens gathered ahead of training, 20 KiB; a batch ends with the sentence that fills it */
#define FV_KEEP_AHEAD 12 /* tokens between the prefetch of a keep threshold and its use */

typedef struct {
    int64_t position, end, sentence; /* in the text: the next token to gather */
    int64_t batch_start;             /* the position before the batch was gathered */
    uint64_t keep_stream, width_stream;
    uint64_t keeps, widths; /* how many of each stream have been used */
    int32_t *kept;          /* by kept token of the batch: the word ... */
    int32_t *first, *last;  /* ... the first and last token of its window ... */
    int32_t *sentences;     /* ... with tags, the sentence it is in ... */
    int32_t *from, *to;     /* ... and of the widest that it could have; first: what it predicts, for FV_GIVEN */
    int64_t n, t;           /* kept tokens; the centre ... */
    int64_t contexts;       /* ... and how many context words it has */
    int64_t wanted, taken, given; /* tokens up to these were prefetched, taken, given back */
    float **row;                  /* by kept token: its held row, for tokens given .. taken - 1 */
    float *now, *before;          /* [slots * stride] those rows, and as they were when they were taken */
    int64_t slots, slot;          /* the slot that is taken next */
} fv_place;

static FV_INLINE float *fv_before(const fv_place *place, int64_t token) {
    return place->before + (place->row[token] - place->now);
}

/* The held rows of the context words of the centre; returns how many. */
static FV_INLINE int64_t fv_contexts(const fv_place *place, float **contexts) {
    const int64_t t = place->t, last = place->last[t];
    int64_t n = 0;
    for (int64_t c = place->first[t]; c < t; c++) contexts[n++] = place->row[c];
    for (int64_t c = t + 1; c <= last; c++) contexts[n++] = place->row[c];
    return n;
}

/* Whole sentences until the batch is full; windows end at sentence ends and at the ends of the range. */
static void fv_gather_windows(fv_place *place, const fv_word2vec_slice *slice) {
    int64_t n = 0;
    while (n < FV_BATCH && place->position < place->end) {
        const int64_t start = n, sentence_end = slice->offsets[place->sentence + 1];
        const int64_t stop = sentence_end < place->end ? sentence_end : place->end;
        for (int64_t p = place->position; p < stop; p++) {
            const int32_t word = slice->ids[p];
            FV_PREFETCH_L1(slice->keep + slice->ids[p + FV_KEEP_AHEAD < stop ? p + FV_KEEP_AHEAD : p]);
            place->kept[n] = word;
            n += (uint32_t)(fv_draw(place->keep_stream, place->keeps++) >> 32) <= slice->keep[word];
        }
        for (int64_t t = start; slice->tag_offsets && t < n; t++) place->sentences[t] = (int32_t)place->sentence;
        place->position = stop;
        if (stop == sentence_end) place->sentence++;
        const int64_t before = slice->before ? slice->window : 0, after = slice->after ? slice->window : 0;
        for (int64_t t = start; t < n; t++) {
            int64_t width = slice->window;
            if (slice->shrink_windows) width = 1 + fv_below(fv_draw(place->width_stream, place->widths++), (uint32_t)width);
            place->from[t] = (int32_t)(t - before < start ? start : t - before);
            place->to[t] = (int32_t)(t + after >= n ? n - 1 : t + after);
            const int64_t first = slice->before ? t - width : t, last = slice->after ? t + width : t;
            place->first[t] = (int32_t)(first < start ? start : first);
            place->last[t] = (int32_t)(last >= n ? n - 1 : last);
        }
    }
    place->n = n;
}

/* Pairs as they are given. */
static void fv_gather_given(fv_place *place, const fv_word2vec_slice *slice) {
    const int64_t left = place->end - place->position;
    place->n = left < FV_BATCH ? left : FV_BATCH;
    memcpy(place->kept, slice->ids + place->position, 4 * (size_t)place->n);
    memcpy(place->first, slice->targets + place->position, 4 * (size_t)place->n);
    place->position += place->n;
}

/* Whether there is a centre to train: gathers a new batch when the last one is done. */
static FV_INLINE int fv_ready(fv_place *place, const fv_word2vec_slice *slice) {
    if (place->t < place->n) return 1;
    place->t = place->wanted = place->taken = place->given = place->n = 0;
    place->batch_start = place->position;
    if (slice->targets) fv_gather_given(place, slice);
    else fv_gather_windows(place, slice);
    return place->n > 0;
}

/* The tokens of a batch that were trained, in proportion to its centres. */
static int64_t fv_tokens_trained(const fv_place *place, int64_t start) {
    const int64_t of_batch = place->position - place->batch_start;
    return place->batch_start - start + (place->n ? of_batch * place->t / place->n : of_batch);
}

#endif
