/* CBOW by groups of FV_GROUP neighbouring centres, FV_GROUP groups at a time (FV_GROUPS).
 *
 * One centre has one bag and six outputs: little arithmetic for the twelve rows that it moves through the caches,
 * and that threads take from each other. Neighbours have most of their context words in common, so a group of four
 * writes each of those once. And a step trains four centres with the same negatives, one of each group: sixteen
 * centres move 36 rows of W_out, not 96. (Four neighbours with the same negatives are faster still, but push them
 * four times in nearly the same direction: 2.5 points of the analogies were lost.)
 */
#ifndef FASTVEC_GROUP_H
#define FASTVEC_GROUP_H

#include "run.h"

typedef struct {
    int64_t start, end;         /* centres, of one sentence */
    int64_t first, last;        /* the tokens of all their windows */
    int64_t bag_rows[FV_GROUP]; /* by centre: how many rows its bag has; 0: it has no context word */
    float *means, *gradients;   /* [FV_GROUP * stride] of the bags */
} fv_group;

static FV_INLINE int fv_in_window(const fv_batch *batch, int64_t token, int64_t centre) {
    return token != centre && token >= batch->first[centre] && token <= batch->last[centre];
}

/* A token's row, or the sum of its rows in scratch of its own; *rows is how many they are. */
static float *fv_token_sum(fv_run *run, int64_t token, float *scratch, int64_t *rows) {
    const fv_rows of_word = fv_rows_of(run->slice, &run->batch.kept[token]);
    *rows = of_word.n;
    if (of_word.n == 1) return fv_in(run, of_word.row[0]);
    for (int64_t d = 0; d < run->slice->stride; d += FV_LANES) {
        vf sum = vf_load(fv_in(run, of_word.row[0]) + d);
        for (int64_t r = 1; r < of_word.n; r++) sum = vf_add(sum, vf_load(fv_in(run, of_word.row[r]) + d));
        vf_store(scratch + d, sum);
    }
    return scratch;
}

/* The means of the bags of a group: the inputs of its steps. */
static void fv_group_means(fv_run *run, fv_group *group) {
    const fv_batch *batch = &run->batch;
    const int64_t stride = run->slice->stride;
    for (int64_t c = group->first; c <= group->last; c++)
        run->sums[c - group->first] =
            fv_token_sum(run, c, run->token_sums + (c - group->first) * stride, &run->counts[c - group->first]);
    for (int64_t t = group->start; t < group->end; t++) {
        int64_t rows = 0, members = 0;
        for (int64_t c = batch->first[t]; c <= batch->last[t]; c++)
            if (c != t) {
                run->members[members++] = run->sums[c - group->first];
                rows += run->counts[c - group->first];
            }
        group->bag_rows[t - group->start] = rows;
        if (!rows) continue;
        const int64_t at = (t - group->start) * stride;
        fv_mean(run->members, members, rows, group->means + at, group->gradients + at, stride);
    }
}

/* One more input of the step to come, and the word that it predicts. */
static FV_INLINE void fv_add_input(fv_run *run, float *mean, float *gradient, int32_t word) {
    const int64_t i = run->step.inputs++;
    run->step.x[i] = mean;
    run->step.dx[i] = gradient;
    run->predicted[i] = word;
    run->positives[i] = fv_out(run, word);
}

/* A negative that is an input's own word is none to that input: its gradient and its loss are taken back. */
static void fv_skip_own_words(fv_run *run, int64_t width, const int32_t *negatives) {
    for (int64_t i = 0; i < run->step.inputs; i++)
        for (int64_t k = 0; k < run->step.outputs; k++)
            if (negatives[k] == run->predicted[i]) {
                double dot = 0;
                for (int64_t d = 0; d < run->step.stride; d++) dot += (double)run->step.x[i][d] * run->step.y[k][d];
                run->loss.sum -= (dot > 0 ? dot : 0) + log1p(exp(dot > 0 ? -dot : dot));
                *fv_g(&run->step, width, i, k) = 0;
            }
}

/* The inputs against the negatives; words that share one of 64 bits only cost a closer look. */
static void fv_train_negatives(fv_run *run, const int32_t *negatives) {
    run->step.outputs = run->slice->negative;
    for (int32_t k = 0; k < run->slice->negative; k++) run->step.y[k] = fv_out(run, negatives[k]);
    const int64_t width = fv_width(&run->step);
    uint64_t own = 0, bits = 0, repeats = 0;
    for (int64_t i = 0; i < run->step.inputs; i++) own |= UINT64_C(1) << (run->predicted[i] & 63);
    for (int64_t k = 0; k < run->step.outputs; k++) {
        const uint64_t bit = UINT64_C(1) << (negatives[k] & 63);
        repeats |= bits & bit;
        bits |= bit;
    }
    fv_gradients(&run->step, width, &run->signs, &run->loss);
    if (own & bits) fv_skip_own_words(run, width, negatives);
    if (repeats) fv_merge_repeated_outputs(&run->step, width);
    fv_update(&run->step, width);
}

/* The gradients of each input against the word that it predicts. */
static void fv_positive_gradients(fv_run *run, float *g) {
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

/* The updates of the inputs begin here, before any of the outputs, those of the negatives included, is changed. */
static void fv_update_inputs(fv_run *run, const float *g) {
    for (int64_t i = 0; i < run->step.inputs; i++)
        for (int64_t d = 0; d < run->step.stride; d += FV_LANES)
            vf_store(run->step.dx[i] + d, vf_mul(vf_set1(g[i]), vf_load(run->positives[i] + d)));
}

static void fv_update_positives(fv_run *run, const float *g) {
    for (int64_t i = 0; i < run->step.inputs; i++) fv_row_add(run->positives[i], g[i], run->step.x[i], run->step.stride);
}

/* A step: inputs from distant places, each against its own word and all against the same negatives. */
static void fv_train_together(fv_run *run, const int32_t *negatives) {
    float g[FV_LANES];
    if (!run->step.inputs) return;
    fv_positive_gradients(run, g);
    fv_update_inputs(run, g);
    fv_train_negatives(run, negatives);
    fv_update_positives(run, g);
    run->totals->predictions += run->step.inputs;
}

/* Each token of the windows gets the sum of the gradients of the bags it is in, once. */
static void fv_group_scatter(fv_run *run, const fv_group *group) {
    const fv_word2vec_slice *slice = run->slice;
    const int64_t stride = slice->stride;
    for (int64_t i = 0; slice->divide_gradient && i < group->end - group->start; i++)
        if (group->bag_rows[i]) fv_scale(group->gradients + i * stride, 1.0f / (float)group->bag_rows[i], stride);
    for (int64_t c = group->first; c <= group->last; c++) {
        const float *gradients[FV_GROUP];
        int64_t n = 0;
        for (int64_t t = group->start; t < group->end; t++)
            if (fv_in_window(&run->batch, c, t)) gradients[n++] = group->gradients + (t - group->start) * stride;
        if (!n) continue;
        const fv_rows rows = fv_rows_of(slice, &run->batch.kept[c]);
        for (int64_t d = 0; d < stride; d += FV_LANES) {
            vf sum = vf_load(gradients[0] + d);
            for (int64_t k = 1; k < n; k++) sum = vf_add(sum, vf_load(gradients[k] + d));
            for (int64_t r = 0; r < rows.n; r++) {
                float *row = fv_in(run, rows.row[r]) + d;
                const vf rate = vf_set1(slice->row_rates ? slice->row_rates[rows.row[r]] : 1.0f);
                vf_store(row, vf_fma(rate, sum, vf_load(row)));
            }
        }
    }
}

/* Group k of a round is the one `rounds` groups after group k - 1: a quarter of the batch away. */
static int64_t fv_groups_of_round(const fv_run *run, int64_t round, fv_group *groups) {
    const fv_batch *batch = &run->batch;
    const int64_t stride = run->slice->stride;
    int64_t n = 0;
    for (int64_t number = round; number < batch->n_groups; number += batch->rounds, n++) {
        fv_group *group = &groups[n];
        group->start = batch->groups[number];
        group->end = batch->groups[number + 1];
        group->first = batch->first[group->start];
        group->last = batch->last[group->start];
        for (int64_t t = group->start + 1; t < group->end; t++) {
            if (batch->first[t] < group->first) group->first = batch->first[t];
            if (batch->last[t] > group->last) group->last = batch->last[t];
        }
        group->means = run->means + n * FV_GROUP * stride;
        group->gradients = run->gradients + n * FV_GROUP * stride;
    }
    return n;
}

static void fv_train_groups(fv_run *run, int64_t round) {
    fv_group groups[FV_GROUP];
    const int64_t stride = run->slice->stride;
    const int64_t n = fv_groups_of_round(run, round, groups);
    fv_shares shares = fv_share_ahead(run, FV_GROUP);
    for (int64_t k = 0; k < n; k++) fv_group_means(run, &groups[k]);
    for (int64_t j = 0; j < FV_GROUP; j++) {
        run->step.inputs = 0;
        for (int64_t k = 0; k < n; k++) {
            const int64_t t = groups[k].start + j;
            if (t < groups[k].end && groups[k].bag_rows[j])
                fv_add_input(run, groups[k].means + j * stride, groups[k].gradients + j * stride, run->batch.kept[t]);
        }
        fv_next_share(run, &shares);
        fv_train_together(run, fv_negatives_of(run, round) + j * run->slice->negative);
    }
    for (int64_t k = 0; k < n; k++) {
        fv_group_scatter(run, &groups[k]);
        run->totals->trained += groups[k].end - groups[k].start;
    }
}

/* Name the rows that a round will want. */
static void fv_look_ahead_of_round(fv_run *run, int64_t round) {
    const fv_batch *batch = &run->batch;
    fv_want_nothing(run);
    if (round >= batch->rounds) return;
    const int32_t *negatives = fv_negatives_of(run, round);
    for (int64_t k = 0; k < run->most_draws; k++) fv_want(run, fv_out(run, negatives[k]));
    for (int64_t number = round; number < batch->n_groups; number += batch->rounds) {
        const int64_t end = batch->groups[number + 1], last = batch->last[end - 1];
        for (int64_t t = batch->groups[number]; t < end; t++) fv_want_output(run, batch->kept[t]);
        for (int64_t c = last - FV_GROUP + 1; c <= last; c++)
            if (c >= batch->first[end - 1]) fv_want_word(run, batch->kept[c]);
    }
}

/* Returns 0 where the stop byte ended it. */
static int fv_train_rounds(fv_run *run) {
    fv_batch *batch = &run->batch;
    batch->rounds = (batch->n_groups + FV_GROUP - 1) / FV_GROUP;
    run->step.all_negative = 1;
    fv_draw_negatives(run, 0);
    for (int64_t round = 0; round < batch->rounds; round++) {
        if (round % FV_LOOK == 0 && round > 0 && *run->slice->stop) return 0;
        if (round % FV_DRAWN == 0) fv_draw_negatives(run, round + FV_DRAWN);
        fv_look_ahead_of_round(run, round + 1);
        fv_train_groups(run, round);
    }
    return 1;
}

#endif
