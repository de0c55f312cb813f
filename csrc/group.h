/* CBOW by groups: FV_GROUP neighbouring centres in one step, with the same negatives.
 *
 * One centre has one bag and six outputs: little arithmetic for the twelve rows that it moves through the caches,
 * and that threads take from each other. Neighbours have most of their context words in common, so a group of four
 * writes each of those once, and it moves nine rows of W_out and not twenty-four.
 */
#ifndef FASTVEC_GROUP_H
#define FASTVEC_GROUP_H

#include "run.h"

typedef struct {
    int64_t start, end;   /* centres, of one sentence */
    int64_t first, last;  /* the tokens of all their windows */
    int64_t bags[FV_GROUP + 1]; /* centres that have a context word: how many rows their bags have */
} fv_group;

static FV_INLINE int fv_in_window(const fv_batch *batch, int64_t token, int64_t centre) {
    return token != centre && token >= batch->first[centre] && token <= batch->last[centre];
}

/* A token's row, or the sum of its rows in scratch of its own; adds how many they are to *rows. */
static const float *fv_token_sum(fv_run *run, int64_t token, float *scratch, int64_t *rows) {
    const fv_word2vec_slice *slice = run->slice;
    const int32_t word = run->batch.kept[token];
    if (!slice->row_offsets) {
        *rows = 1;
        return fv_in(run, word);
    }
    const int64_t from = slice->row_offsets[word], to = slice->row_offsets[word + 1];
    *rows = to - from;
    for (int64_t d = 0; d < slice->stride; d += FV_LANES) {
        vf sum = vf_load(fv_in(run, slice->word_rows[from]) + d);
        for (int64_t r = from + 1; r < to; r++) sum = vf_add(sum, vf_load(fv_in(run, slice->word_rows[r]) + d));
        vf_store(scratch + d, sum);
    }
    return scratch;
}

/* The means of the bags of a group, as the inputs of its step; centres without a context word have none. */
static void fv_group_means(fv_run *run, fv_group *group) {
    const fv_batch *batch = &run->batch;
    const int64_t stride = run->slice->stride;
    run->step.inputs = 0;
    for (int64_t c = group->first; c <= group->last; c++)
        run->sums[c - group->first] = fv_token_sum(run, c, run->token_sums + (c - group->first) * stride, &run->counts[c - group->first]);
    for (int64_t t = group->start; t < group->end; t++) {
        if (batch->first[t] == batch->last[t]) continue;
        const int64_t i = run->step.inputs++;
        int64_t n = 0, members = 0;
        for (int64_t c = batch->first[t]; c <= batch->last[t]; c++)
            if (c != t) {
                run->members[members++] = run->sums[c - group->first];
                n += run->counts[c - group->first];
            }
        float *mean = run->means + i * stride, *gradient = run->gradients + i * stride;
        const vf part = vf_set1(1.0f / (float)n);
        for (int64_t d = 0; d < stride; d += FV_LANES) {
            vf sum = vf_load(run->members[0] + d);
            for (int64_t r = 1; r < members; r++) sum = vf_add(sum, vf_load(run->members[r] + d));
            vf_store(mean + d, vf_mul(part, sum));
            vf_store(gradient + d, vf_set1(0));
        }
        run->step.x[i] = mean;
        run->step.dx[i] = gradient;
        run->positives[i] = fv_out(run, batch->kept[t]);
        group->bags[i] = n;
    }
}

/* The negatives of a group without its own centre words. Returns whether one may stand twice. */
static int fv_group_negatives(fv_run *run, const fv_group *group, const int32_t *negatives) {
    uint64_t bits = 0, own = 0;
    int repeats = 0;
    run->step.outputs = 0;
    for (int64_t t = group->start; t < group->end; t++) own |= UINT64_C(1) << (run->batch.kept[t] & 63);
    for (int32_t k = 0; k < run->slice->negative; k++) {
        const uint64_t bit = UINT64_C(1) << (negatives[k] & 63);
        int skip = 0;
        if (own & bit)
            for (int64_t t = group->start; t < group->end; t++) skip |= run->batch.kept[t] == negatives[k];
        repeats |= (bits & bit) != 0;
        bits |= bit;
        run->step.y[run->step.outputs] = fv_out(run, negatives[k]);
        run->step.outputs += !skip;
    }
    return repeats;
}

/* Each input against its own centre word: gradients first, from the old rows, as in fv_logistic_step. */
static void fv_group_positives(fv_run *run, float *g) {
    const int64_t inputs = run->step.inputs, stride = run->step.stride;
    vf dots[FV_GROUP];
    for (int i = 0; i < FV_GROUP; i++) dots[i] = vf_set1(0);
    for (int64_t d = 0; d < stride; d += FV_LANES)
        for (int64_t i = 0; i < inputs; i++) dots[i] = vf_fma(vf_load(run->step.x[i] + d), vf_load(run->positives[i] + d), dots[i]);
    const float *beyond = run->signs.beyond + (FV_BLOCK + FV_LANES) - inputs;
    const vf rate = vf_set1(run->step.learning_rate * (float)FV_LN2), signs = vf_set1(FV_LOG2E);
    vf_store(g, fv_gradient(fv_sums_of_lanes(dots, FV_GROUP), signs, vf_load(beyond), rate, &run->loss));
    if (++run->loss.products > FV_MAX_PRODUCTS - FV_BLOCK / FV_LANES - 1) fv_loss_flush(&run->loss);
}

/* All updates of the inputs before any of the outputs: a word may be the centre of two. */
static void fv_group_update(fv_run *run, const float *g) {
    const int64_t inputs = run->step.inputs;
    for (int64_t d = 0; d < run->step.stride; d += FV_LANES) {
        for (int64_t i = 0; i < inputs; i++) {
            float *dx = run->step.dx[i] + d;
            vf_store(dx, vf_fma(vf_set1(g[i]), vf_load(run->positives[i] + d), vf_load(dx)));
        }
        for (int64_t i = 0; i < inputs; i++) {
            float *y = run->positives[i] + d;
            vf_store(y, vf_fma(vf_set1(g[i]), vf_load(run->step.x[i] + d), vf_load(y)));
        }
    }
}

/* Each token of the windows gets the sum of the gradients of the bags it is in, once. */
static void fv_group_scatter(fv_run *run, const fv_group *group) {
    const fv_word2vec_slice *slice = run->slice;
    const fv_batch *batch = &run->batch;
    if (slice->divide_gradient)
        for (int64_t i = 0; i < run->step.inputs; i++) fv_scale(run->step.dx[i], 1.0f / (float)group->bags[i], slice->stride);
    for (int64_t c = group->first; c <= group->last; c++) {
        const float *gradients[FV_GROUP];
        int64_t n = 0, i = 0;
        for (int64_t t = group->start; t < group->end; t++) {
            if (batch->first[t] == batch->last[t]) continue;
            if (fv_in_window(batch, c, t)) gradients[n++] = run->step.dx[i];
            i++;
        }
        if (!n) continue;
        const int32_t word = batch->kept[c];
        const int64_t from = slice->row_offsets ? slice->row_offsets[word] : 0;
        const int64_t to = slice->row_offsets ? slice->row_offsets[word + 1] : 1;
        for (int64_t d = 0; d < slice->stride; d += FV_LANES) {
            vf sum = vf_load(gradients[0] + d);
            for (int64_t k = 1; k < n; k++) sum = vf_add(sum, vf_load(gradients[k] + d));
            for (int64_t r = from; r < to; r++) {
                const int64_t row = slice->row_offsets ? slice->word_rows[r] : word;
                float *to_row = fv_in(run, row) + d;
                const vf rate = vf_set1(slice->row_rates ? slice->row_rates[row] : 1.0f);
                vf_store(to_row, vf_fma(rate, sum, vf_load(to_row)));
            }
        }
    }
}

static void fv_train_group(fv_run *run, int64_t number) {
    const fv_batch *batch = &run->batch;
    fv_group group = {.start = batch->groups[number], .end = batch->groups[number + 1]};
    group.first = batch->first[group.start];
    group.last = batch->last[group.start];
    for (int64_t t = group.start + 1; t < group.end; t++) {
        if (batch->first[t] < group.first) group.first = batch->first[t];
        if (batch->last[t] > group.last) group.last = batch->last[t];
    }
    if (group.first == group.last) return; /* a sentence of one word */
    float g[FV_LANES];
    fv_group_means(run, &group);
    const int repeats = fv_group_negatives(run, &group, fv_negatives_of(run, number));
    fv_group_positives(run, g);
    run->step.signs = run->all_negative;
    if (run->step.outputs) fv_logistic_step(&run->step, repeats, &run->signs, &run->loss);
    fv_group_update(run, g);
    fv_group_scatter(run, &group);
    run->totals->predictions += run->step.inputs;
}

/* Name the rows that a group will want. */
static void fv_look_ahead_of_group(fv_run *run, int64_t number) {
    const fv_batch *batch = &run->batch;
    run->step.aheads = 0;
    if (number >= batch->n_groups) return;
    const int32_t *negatives = fv_negatives_of(run, number);
    for (int64_t k = 0; k < run->slice->negative; k++) fv_want(run, fv_out(run, negatives[k]));
    for (int64_t t = batch->groups[number]; t < batch->groups[number + 1]; t++) fv_want_output(run, batch->kept[t]);
    const int64_t last = batch->groups[number + 1] - 1;
    for (int64_t c = batch->last[last] - FV_GROUP + 1; c <= batch->last[last]; c++)
        if (c >= batch->first[last]) fv_want_word(run, batch->kept[c]);
}

/* Returns 0 where the stop byte ended it. */
static int fv_train_groups(fv_run *run) {
    fv_draw_negatives(run, 0);
    for (int64_t k = 0; k < run->batch.n_groups; k++) {
        if (k % FV_LOOK == 0 && k > 0 && *run->slice->stop) return 0;
        if (k % FV_DRAWN == 0) fv_draw_negatives(run, k + FV_DRAWN);
        fv_look_ahead_of_group(run, k + 1);
        fv_train_group(run, k);
        run->totals->trained += run->batch.groups[k + 1] - run->batch.groups[k];
    }
    return 1;
}

#endif
