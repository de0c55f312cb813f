/* A place of the text that is trained on: its tokens, gathered ahead in batches, and its held rows.
 *
 * The row of a context word is held from the first centre whose widest window has it to the last one, so it goes
 * through the caches once for its stay, not once for each centre that uses it. (One thread alone, whose rows nobody takes, would
 * pay 100 cycles a token for nothing: it trains rows where they are, but for those that a step must not write twice.)
 */
#ifndef FASTVEC_PLACE_H
#define FASTVEC_PLACE_H

#include <string.h>

#include "held.h"
#include "word2vec.h"

#define FV_BATCH 256 /* kept tokens gathered ahead of training, 8 KiB; a batch ends with the sentence that fills it */
#define FV_POINTERS 8 /* copied at a time: those of windows up to 8 in one go */
#define FV_KEEP_AHEAD 12 /* tokens between the prefetch of a keep threshold and its use */

/* A kept token. */
typedef struct {
    int32_t word;
    int32_t first, last; /* tokens of its window; first: what it predicts, for FV_GIVEN */
    int32_t from, to;    /* ... of the widest that it could have */
    int32_t sentence;
} fv_token;

typedef struct {
    int64_t position, end, sentence; /* in the text: the next token to gather */
    int64_t batch_start;             /* the position before the batch was gathered */
    uint64_t keep_stream, width_stream;
    uint64_t keeps, widths; /* how many of each stream have been used */
    fv_token *tokens;       /* [n] those of the batch: one stream of memory, as five places have more than a core foresees */
    int64_t n, t;           /* how many they are; the centre ... */
    int64_t contexts;       /* ... and how many context words it has */
    int64_t wanted, taken, given; /* tokens up to these were prefetched, taken, given back */
    float **row;                  /* [n + FV_POINTERS] by token: its held row, for tokens given .. taken - 1 */
    float *now, *before;          /* [slots * stride] those rows, and as they were when they were taken */
    int64_t slots, slot;          /* the slot that is taken next */
    int64_t changed;              /* 1: an id or an offset was out of range */
} fv_place;

static FV_INLINE float *fv_before(const fv_place *place, int64_t token) {
    return place->before + (place->row[token] - place->now);
}

/* Copies n pointers, and some more: a loop over so few would end in a wrong guess. */
static FV_INLINE void fv_copy_pointers(float **to, float *const *from, int64_t n) {
    for (int64_t k = 0; k < n; k += FV_POINTERS) memcpy(to + k, from + k, FV_POINTERS * sizeof *to);
}

/* The held rows of the context words of the centre, and up to FV_POINTERS more; returns how many. */
static FV_INLINE int64_t fv_contexts(const fv_place *place, float **contexts) {
    const int64_t t = place->t, first = place->tokens[t].first, last = place->tokens[t].last;
    fv_copy_pointers(contexts, place->row + first, t - first);
    fv_copy_pointers(contexts + (t - first), place->row + t + 1, last - t);
    return last - first;
}

/* Ids and offsets may be those of a file that changes after it was checked: each is read once, and checked as it is. Where one
 * is out of range the place ends. */
static FV_INLINE int fv_is_in(int32_t id, int64_t n) { return (uint32_t)id < (uint64_t)n; }

static void fv_end_place(fv_place *place) {
    place->changed = 1;
    place->position = place->end;
}

/* Where the current sentence ends, or the range if that is sooner; -1: nobody knows. */
static FV_INLINE int64_t fv_sentence_stop(const fv_place *place, const fv_word2vec_slice *slice, int *ends) {
    if (place->sentence + 1 >= slice->n_offsets) return -1;
    const int64_t sentence_end = *(const volatile int64_t *)&slice->offsets[place->sentence + 1];
    *ends = sentence_end <= place->end;
    return sentence_end < place->position ? -1 : *ends ? sentence_end : place->end;
}

/* Whole sentences until the batch is full; windows end at sentence ends and at the ends of the range. */
static void fv_gather_windows(fv_place *place, const fv_word2vec_slice *slice) {
    int64_t n = 0;
    while (n < FV_BATCH && place->position < place->end) {
        int ends = 0;
        const int64_t start = n, stop = fv_sentence_stop(place, slice, &ends);
        if (stop < 0) fv_end_place(place);
        for (int64_t p = place->position; p < stop; p++) {
            const int32_t word = *(const volatile int32_t *)&slice->ids[p];
            if (!fv_is_in(word, slice->words)) {
                fv_end_place(place);
                break;
            }
            FV_PREFETCH_L1(slice->keep + slice->ids[p + FV_KEEP_AHEAD < stop ? p + FV_KEEP_AHEAD : p]);
            place->tokens[n].word = word;
            n += (uint32_t)(fv_draw(place->keep_stream, place->keeps++) >> 32) <= slice->keep[word];
        }
        const int32_t sentence = (int32_t)place->sentence;
        if (!place->changed) place->position = stop;
        place->sentence += ends;
        const int64_t before = slice->before ? slice->window : 0, after = slice->after ? slice->window : 0;
        for (int64_t t = start; t < n; t++) {
            int64_t width = slice->window;
            if (slice->shrink_windows) width = 1 + fv_below(fv_draw(place->width_stream, place->widths++), (uint32_t)width);
            const int64_t first = slice->before ? t - width : t, last = slice->after ? t + width : t;
            fv_token *token = &place->tokens[t];
            token->from = (int32_t)(t - before < start ? start : t - before);
            token->to = (int32_t)(t + after >= n ? n - 1 : t + after);
            token->first = (int32_t)(first < start ? start : first);
            token->last = (int32_t)(last >= n ? n - 1 : last);
            token->sentence = sentence;
        }
    }
    place->n = n;
}

/* Pairs as they are given. */
static void fv_gather_given(fv_place *place, const fv_word2vec_slice *slice) {
    const int64_t left = place->end - place->position;
    place->n = left < FV_BATCH ? left : FV_BATCH;
    for (int64_t t = 0; t < place->n; t++) {
        const int64_t at = place->position + t;
        place->tokens[t] = (fv_token){.word = slice->ids[at], .first = slice->targets[at]};
    }
    place->position += place->n;
    for (int64_t t = 0; t < place->n; t++)
        if (!fv_is_in(place->tokens[t].word, slice->words) || !fv_is_in(place->tokens[t].first, slice->outputs)) {
            place->n = t;
            fv_end_place(place);
        }
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
