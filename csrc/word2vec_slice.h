/* A slice of text or of pairs, centre after centre or group after group: what predicts what. */
#ifndef FASTVEC_WORD2VEC_SLICE_H
#define FASTVEC_WORD2VEC_SLICE_H

#include <stdlib.h>

#include "group.h"

/* dx may have been turned to held rows, and x to old copies, by the step before. */
static FV_INLINE void fv_set_input(fv_run *run, int64_t i, int32_t word) {
    run->step.x[i] = run->step.dx[i] = fv_in(run, word);
}

static void fv_train_window(fv_run *run, int64_t t) {
    const fv_batch *batch = &run->batch;
    run->step.inputs = 0;
    for (int64_t c = batch->first[t]; c <= batch->last[t]; c++)
        if (c != t) fv_set_input(run, run->step.inputs++, batch->kept[c]);
    fv_predict(run, batch->kept[t], fv_negatives_of(run, t), batch->repeat[batch->last[t]] >= batch->first[t]);
}

static void fv_train_pairs(fv_run *run, int64_t t) {
    const fv_batch *batch = &run->batch;
    const int32_t *negatives = fv_negatives_of(run, t);
    fv_shares shares = fv_share_ahead(run, fv_predictions(run, t));
    run->step.inputs = 1;
    for (int64_t c = batch->first[t]; c <= batch->last[t]; c++)
        if (c != t) {
            fv_set_input(run, 0, batch->kept[c]);
            fv_next_share(run, &shares);
            fv_predict(run, batch->kept[t], negatives, 0);
            negatives += run->slice->negative;
        }
}

/* The mean moves with each step, as it would if each of its rows were updated there; they are when it is done. */
static void fv_train_centre(fv_run *run, int64_t t) {
    const fv_batch *batch = &run->batch;
    const int32_t *negatives = fv_negatives_of(run, t);
    fv_shares shares = fv_share_ahead(run, fv_predictions(run, t));
    fv_bag_word(run, batch->kept[t]);
    fv_bag_open(run);
    fv_bag_mark_start(&run->bag);
    for (int64_t c = batch->first[t]; c <= batch->last[t]; c++)
        if (c != t) {
            run->step.x[0] = run->step.dx[0] = run->bag.mean;
            fv_next_share(run, &shares);
            fv_predict(run, batch->kept[c], negatives, 0);
            negatives += run->slice->negative;
        }
    fv_bag_since_start(&run->bag);
    fv_bag_close(run);
}

static void fv_train_bag(fv_run *run, int64_t t) {
    const fv_batch *batch = &run->batch;
    for (int64_t c = batch->first[t]; c <= batch->last[t]; c++)
        if (c != t) fv_bag_word(run, batch->kept[c]);
    fv_bag_open(run);
    fv_predict(run, batch->kept[t], fv_negatives_of(run, t), 0);
    fv_bag_close(run);
}

static void fv_train_given(fv_run *run, int64_t t) {
    const fv_word2vec_slice *slice = run->slice;
    const int64_t at = run->batch.position - run->batch.n + t;
    if (slice->weights) run->step.learning_rate = slice->learning_rate * slice->weights[at];
    fv_bag_word(run, run->batch.kept[t]);
    fv_bag_open(run);
    fv_predict(run, run->batch.first[t], fv_negatives_of(run, t), 0);
    fv_bag_close(run);
}

static FV_INLINE void fv_train_token(fv_run *run, int64_t t) {
    switch (run->slice->model) {
        case FV_WINDOW: fv_train_window(run, t); break;
        case FV_PAIRS: fv_train_pairs(run, t); break;
        case FV_CENTRE: fv_train_centre(run, t); break;
        case FV_BAG: fv_train_bag(run, t); break;
        default: fv_train_given(run, t);
    }
}

/* Returns 0 where the stop byte ended it. */
static int fv_train_batch(fv_run *run) {
    const fv_word2vec_slice *slice = run->slice;
    fv_draw_negatives(run, 0);
    for (int64_t t = 0; t < run->batch.n; t++) {
        if (t % FV_LOOK == 0 && t > 0 && *slice->stop) return 0;
        if (t % FV_DRAWN == 0) fv_draw_negatives(run, t + FV_DRAWN);
        fv_look_up_path(run, t + 3 * FV_AHEAD);
        fv_look_ahead(run, t + FV_AHEAD);
        if (slice->model == FV_GIVEN || run->batch.last[t] > run->batch.first[t]) fv_train_token(run, t);
        run->totals->trained++;
        fv_exchange_in_turn(&run->near, slice);
    }
    return 1;
}

/* -- scratch ------------------------------------------------------------------------------------------------ */

/* All scratch of a run in one piece, 64-byte aligned parts. */
static char *fv_allocate(fv_run *run) {
    const fv_word2vec_slice *slice = run->slice;
    const int64_t tokens = slice->model == FV_GIVEN ? FV_BATCH : slice->end - slice->start + 1;
    const int64_t window = 2 * (int64_t)slice->window < tokens ? 2 * (int64_t)slice->window : tokens;
    const int64_t contexts = slice->model == FV_GIVEN ? 1 : window;
    const int grouped = slice->model == FV_GROUPS;
    const int64_t inputs = slice->model == FV_WINDOW ? contexts : grouped ? FV_GROUP : 1;
    const int64_t grouped_tokens = grouped ? window + FV_GROUP : 0;
    const int64_t bagged = slice->most_rows * (slice->model == FV_BAG ? contexts : 1);
    const int sampled = slice->loss == FV_NEGATIVE_SAMPLING, full = slice->loss == FV_SOFTMAX;
    const int64_t outputs = sampled ? slice->negative + 1 : full ? slice->outputs : slice->longest_path + 1;
    const int64_t predictions = slice->model == FV_PAIRS || slice->model == FV_CENTRE ? contexts : grouped ? FV_GROUP : 1;
    run->most_draws = sampled ? slice->negative * predictions : 0;
    const int64_t aheads = run->most_draws + (full ? 0 : outputs) + slice->most_rows + (grouped ? FV_GROUP * FV_GROUP * (1 + slice->most_rows) : 1);
    run->near.rows = fv_near_rows(slice);
    const struct {
        void **part;
        size_t size;
    } parts[] = {
        {(void **)&run->batch.kept, 4 * (size_t)tokens},
        {(void **)&run->batch.first, 4 * (size_t)tokens},
        {(void **)&run->batch.last, 4 * (size_t)tokens},
        {(void **)&run->batch.repeat, 4 * (size_t)tokens},
        {(void **)&run->ring, 4 * (size_t)(2 * FV_DRAWN * run->most_draws)},
        {(void **)&run->step.x, sizeof(float *) * (size_t)inputs},
        {(void **)&run->step.dx, sizeof(float *) * (size_t)inputs},
        {(void **)&run->bag.rows, sizeof(float *) * (size_t)bagged},
        {(void **)&run->bag.mean, 4 * (size_t)slice->stride},
        {(void **)&run->bag.gradient, 4 * (size_t)slice->stride},
        {(void **)&run->step.y, sizeof(float *) * (size_t)outputs},
        {(void **)&run->step.g, 4 * (size_t)(inputs * outputs + FV_BLOCK + FV_LANES)},
        {(void **)&run->step.old_x, 4 * (size_t)(inputs * slice->stride)},
        {(void **)&run->step.spare_row, 4 * (size_t)slice->stride},
        {(void **)&run->ahead, sizeof(float *) * (size_t)aheads},
        {(void **)&run->held, slice->row_rates ? 4 * (size_t)(inputs * slice->stride) : 0},
        {(void **)&run->batch.groups, slice->model == FV_GROUPS ? 4 * (size_t)(tokens + 1) : 0},
        {(void **)&run->means, grouped ? 4 * (size_t)(FV_GROUP * FV_GROUP * slice->stride) : 0},
        {(void **)&run->gradients, grouped ? 4 * (size_t)(FV_GROUP * FV_GROUP * slice->stride) : 0},
        {(void **)&run->sums, sizeof(float *) * (size_t)grouped_tokens},
        {(void **)&run->members, sizeof(float *) * (size_t)grouped_tokens},
        {(void **)&run->counts, sizeof(int64_t) * (size_t)grouped_tokens},
        {(void **)&run->token_sums, slice->row_offsets ? 4 * (size_t)(grouped_tokens * slice->stride) : 0},
        {(void **)&run->near.copies, 4 * (size_t)(run->near.rows * slice->stride)},
        {(void **)&run->near.before, 4 * (size_t)(run->near.rows * slice->stride)},
        {(void **)&run->signs_of_path, 4 * (size_t)(outputs + FV_LANES)},
        {(void **)&run->scores, full ? 4 * (size_t)(inputs * fv_scores_stride(outputs)) : 0},
    };
    enum { PARTS = sizeof parts / sizeof *parts };
    size_t total = 64;
    for (int k = 0; k < PARTS; k++) total += (parts[k].size + 63) / 64 * 64;
    char *memory = malloc(total);
    if (!memory) return NULL;
    char *next = memory + (64 - (uintptr_t)memory % 64) % 64;
    for (int k = 0; k < PARTS; k++) {
        *parts[k].part = next;
        next += (parts[k].size + 63) / 64 * 64;
    }
    memset(run->step.spare_row, 0, 4 * (size_t)slice->stride);
    memset(run->signs_of_path, 0, 4 * (size_t)(outputs + FV_LANES)); /* no NaN where a vector loads past the last */
    return memory;
}

static void fv_prepare(fv_run *run) {
    const fv_word2vec_slice *slice = run->slice;
    fv_signs_fill(&run->signs);
    run->loss = (fv_loss){.linear = vf_set1(0), .product = vf_set1(1)};
    run->bag.stride = run->step.stride = slice->stride;
    run->step.learning_rate = slice->learning_rate;
    if (slice->loss == FV_SOFTMAX) {
        run->step.outputs = slice->outputs;
        for (int64_t w = 0; w < slice->outputs; w++) run->step.y[w] = fv_out(run, w);
    }
}

static int fv_word2vec(const fv_word2vec_slice *slice, fv_word2vec_totals *totals) {
    fv_run run = {.slice = slice, .totals = totals};
    *totals = (fv_word2vec_totals){0};
    char *memory = fv_allocate(&run);
    if (!memory) return -1;
    fv_prepare(&run);
    fv_near_open(&run.near, slice);
    run.batch.position = slice->start;
    run.batch.sentence = slice->sentence;
    while (run.batch.position < slice->end && !*slice->stop) {
        const int64_t start = run.batch.position, before = totals->trained;
        if (slice->model == FV_GIVEN) fv_gather_given(&run.batch, slice);
        else fv_gather_windows(&run.batch, slice);
        if (!(slice->model == FV_GROUPS ? fv_train_rounds(&run) : fv_train_batch(&run))) {
            /* of the batch's tokens, count those that were trained, in proportion */
            run.batch.position = start + (run.batch.position - start) * (totals->trained - before) / run.batch.n;
            break;
        }
    }
    fv_exchange_all(&run.near, slice);
    fv_loss_flush(&run.loss);
    totals->loss = run.loss.sum;
    totals->tokens = run.batch.position - slice->start;
    free(memory);
    return 0;
}

#endif
