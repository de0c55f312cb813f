/* A slice of text: which tokens stay, how wide their windows are, which negatives they meet, and the steps. */
#ifndef FASTVEC_SGNS_SLICE_H
#define FASTVEC_SGNS_SLICE_H

#include <stdlib.h>

#include "sgns.h"
#include "sgns_step.h"

#define FV_BATCH 1024    /* kept tokens gathered ahead of training: 12 KiB, inside L1 beside the rows */
#define FV_AHEAD 3       /* centres between the prefetch of rows and their use; 2 and 4: 3 % slower */
#define FV_DRAWN 16      /* centres whose negatives are drawn in one go: their misses in the alias table overlap */
#define FV_SEEN 1024     /* places that remember where a word was last seen */

typedef struct {
    const fv_sgns_slice *slice;
    fv_sgns_totals *totals;
    /* the batch, by kept token */
    int32_t *kept, *first, *last; /* the word, and the first and last token of its window */
    int32_t *repeat;              /* no word at or before this token stood before token `repeat` too */
    int64_t batch;
    int64_t position, sentence;   /* in the text: the next token to gather */
    uint64_t widths, draws;       /* how many of each stream have been used */
    int32_t *ring;                /* [2 * FV_DRAWN][most_draws] negatives by centre */
    int64_t most_draws;
    int32_t seen[FV_SEEN];
    fv_step step;
    fv_signs signs;
    fv_loss loss;
} fv_run;

/* Gather whole sentences until the batch is full; windows end at sentence ends and slice ends. */
static void fv_gather(fv_run *run) {
    const fv_sgns_slice *slice = run->slice;
    int64_t n = 0;
    memset(run->seen, 0xff, sizeof run->seen);
    while (n < FV_BATCH && run->position < slice->end) {
        const int64_t start = n, sentence_end = slice->offsets[run->sentence + 1];
        const int64_t stop = sentence_end < slice->end ? sentence_end : slice->end;
        for (int64_t p = run->position; p < stop; p++) {
            const int32_t word = slice->ids[p];
            run->kept[n] = word;
            n += (uint32_t)(fv_draw(slice->streams[0], (uint64_t)(p - slice->start)) >> 32) <= slice->keep[word];
        }
        run->position = stop;
        if (stop == sentence_end) run->sentence++;
        int32_t latest = -1;
        for (int64_t t = start; t < n; t++) {
            int64_t width = slice->window;
            if (slice->shrink_windows) width = 1 + fv_below(fv_draw(slice->streams[1], run->widths++), (uint32_t)width);
            run->first[t] = (int32_t)(t - width < start ? start : t - width);
            run->last[t] = (int32_t)(t + width >= n ? n - 1 : t + width);
            /* words that share a place only cost a closer look */
            int32_t *const place = &run->seen[(uint32_t)run->kept[t] % FV_SEEN];
            if (*place > latest) latest = *place;
            *place = (int32_t)t;
            run->repeat[t] = latest;
        }
    }
    run->batch = n;
}

static FV_INLINE int64_t fv_draws_of(const fv_run *run, int64_t t) {
    const fv_sgns_slice *slice = run->slice;
    return slice->negative * (slice->share_negatives ? 1 : (int64_t)(run->last[t] - run->first[t]));
}

static FV_INLINE int32_t *fv_negatives_of(const fv_run *run, int64_t t) {
    return run->ring + t % (2 * FV_DRAWN) * run->most_draws;
}

static void fv_draw_negatives(fv_run *run, int64_t from) {
    const fv_sgns_slice *slice = run->slice;
    for (int64_t t = from; t < from + FV_DRAWN && t < run->batch; t++) {
        const int64_t draws = fv_draws_of(run, t);
        int32_t *negatives = fv_negatives_of(run, t);
        for (int64_t k = 0; k < draws; k++)
            negatives[k] = fv_alias_draw(slice->negatives, (uint32_t)slice->words, fv_draw(slice->streams[2], run->draws + (uint64_t)k));
        run->draws += (uint64_t)draws;
    }
}

/* Name the rows that centre t will want; the update of an earlier step prefetches them line by line, since a burst
 * of prefetches fills the core's miss buffers and stalls the step itself. */
static FV_INLINE void fv_look_ahead(fv_run *run, int64_t t) {
    const fv_sgns_slice *slice = run->slice;
    run->step.aheads = 0;
    if (t >= run->batch) return;
    const int64_t draws = fv_draws_of(run, t);
    const int32_t *negatives = fv_negatives_of(run, t);
    for (int64_t k = 0; k < draws; k++) run->step.ahead[k] = slice->W_out + negatives[k] * slice->stride;
    run->step.ahead[draws] = slice->W_out + run->kept[t] * slice->stride;
    run->step.ahead[draws + 1] = slice->W_in + run->kept[run->last[t]] * slice->stride;
    run->step.aheads = draws + 2;
}

/* The outputs of a step: the centre word, then its negatives without the centre word itself. Returns whether one
 * may stand twice: words that share one of 64 bits only cost a closer look. */
static FV_INLINE int fv_set_outputs(fv_run *run, int32_t centre, const int32_t *negatives) {
    const fv_sgns_slice *slice = run->slice;
    uint64_t bits = 0;
    int repeats = 0;
    int64_t outputs = 0;
    run->step.y[outputs++] = slice->W_out + centre * slice->stride;
    for (int32_t k = 0; k < slice->negative; k++) {
        const uint64_t bit = UINT64_C(1) << (negatives[k] & 63);
        repeats |= (bits & bit) != 0;
        bits |= bit;
        run->step.y[outputs] = slice->W_out + negatives[k] * slice->stride;
        outputs += negatives[k] != centre;
    }
    run->step.outputs = outputs;
    return repeats;
}

static void fv_train_shared(fv_run *run, int64_t t) {
    const fv_sgns_slice *slice = run->slice;
    int64_t inputs = 0;
    for (int64_t c = run->first[t]; c <= run->last[t]; c++)
        if (c != t) run->step.x[inputs++] = slice->W_in + run->kept[c] * slice->stride;
    run->step.inputs = inputs;
    int repeats = run->repeat[run->last[t]] >= run->first[t];
    repeats |= fv_set_outputs(run, run->kept[t], fv_negatives_of(run, t));
    fv_sgns_step(&run->step, repeats, &run->signs, &run->loss);
}

static void fv_train_pairs(fv_run *run, int64_t t) {
    const fv_sgns_slice *slice = run->slice;
    const int32_t *negatives = fv_negatives_of(run, t);
    /* each pair's step prefetches its share of the rows ahead */
    const int64_t rows = run->step.aheads, share = (rows - 1) / (run->last[t] - run->first[t]) + 1;
    float **const ahead = run->step.ahead;
    int64_t asked = 0;
    run->step.inputs = 1;
    for (int64_t c = run->first[t]; c <= run->last[t]; c++)
        if (c != t) {
            run->step.x[0] = slice->W_in + run->kept[c] * slice->stride;
            run->step.ahead = ahead + asked;
            run->step.aheads = rows - asked < share ? rows - asked : share;
            asked += run->step.aheads;
            const int repeats = fv_set_outputs(run, run->kept[t], negatives);
            fv_sgns_step(&run->step, repeats, &run->signs, &run->loss);
            negatives += slice->negative;
        }
    run->step.ahead = ahead;
}

/* Returns 0 where the stop byte ended it. */
static int fv_train_batch(fv_run *run) {
    const fv_sgns_slice *slice = run->slice;
    fv_draw_negatives(run, 0);
    for (int64_t t = 0; t < run->batch; t++) {
        if (t % FV_BATCH == 0 && t > 0 && *slice->stop) return 0;
        if (t % FV_DRAWN == 0) fv_draw_negatives(run, t + FV_DRAWN);
        fv_look_ahead(run, t + FV_AHEAD);
        if (run->last[t] > run->first[t]) {
            if (slice->share_negatives) fv_train_shared(run, t);
            else fv_train_pairs(run, t);
        }
        run->totals->pairs += run->last[t] - run->first[t];
        run->totals->trained++;
    }
    return 1;
}

/* All scratch of a run in one piece, 64-byte aligned parts. */
static char *fv_allocate(fv_run *run) {
    const fv_sgns_slice *slice = run->slice;
    const int64_t tokens = slice->end - slice->start + 1, outputs = slice->negative + 1;
    const int64_t inputs = 2 * (int64_t)slice->window < tokens ? 2 * (int64_t)slice->window : tokens;
    run->most_draws = slice->negative * (slice->share_negatives ? 1 : inputs);
    const size_t sizes[] = {
        4 * (size_t)tokens, 4 * (size_t)tokens, 4 * (size_t)tokens, 4 * (size_t)tokens,
        4 * (size_t)(2 * FV_DRAWN * run->most_draws), sizeof(float *) * (size_t)inputs, sizeof(float *) * (size_t)outputs,
        4 * (size_t)(inputs * outputs + FV_BLOCK + FV_LANES), 4 * (size_t)(inputs * slice->stride), 4 * (size_t)slice->stride,
        sizeof(float *) * (size_t)(run->most_draws + 2),
    };
    enum { PARTS = sizeof sizes / sizeof *sizes };
    size_t total = 64;
    for (int k = 0; k < PARTS; k++) total += (sizes[k] + 63) / 64 * 64;
    char *memory = malloc(total), *parts[PARTS];
    if (!memory) return NULL;
    parts[0] = memory + (64 - (uintptr_t)memory % 64) % 64;
    for (int k = 1; k < PARTS; k++) parts[k] = parts[k - 1] + (sizes[k - 1] + 63) / 64 * 64;
    run->kept = (int32_t *)parts[0];
    run->first = (int32_t *)parts[1];
    run->last = (int32_t *)parts[2];
    run->repeat = (int32_t *)parts[3];
    run->ring = (int32_t *)parts[4];
    run->step.x = (float **)parts[5];
    run->step.y = (float **)parts[6];
    run->step.g = (float *)parts[7];
    run->step.old_x = (float *)parts[8];
    run->step.spare_row = (float *)parts[9];
    run->step.ahead = (float **)parts[10];
    memset(run->step.spare_row, 0, sizes[9]);
    return memory;
}

static int fv_sgns(const fv_sgns_slice *slice, fv_sgns_totals *totals) {
    fv_run run = {.slice = slice, .totals = totals, .position = slice->start, .sentence = slice->sentence};
    *totals = (fv_sgns_totals){0};
    char *memory = fv_allocate(&run);
    if (!memory) return -1;
    run.step.stride = slice->stride;
    run.step.learning_rate = slice->learning_rate;
    fv_signs_fill(&run.signs);
    run.loss = (fv_loss){.linear = vf_set1(0), .product = vf_set1(1)};
    while (run.position < slice->end && !*slice->stop) {
        const int64_t start = run.position, before = totals->trained;
        fv_gather(&run);
        if (!fv_train_batch(&run)) { /* of the batch's tokens, count those that were trained, in proportion */
            run.position = start + (run.position - start) * (totals->trained - before) / run.batch;
            break;
        }
    }
    fv_loss_flush(&run.loss);
    totals->loss = run.loss.sum;
    totals->tokens = run.position - slice->start;
    free(memory);
    return 0;
}

#endif
