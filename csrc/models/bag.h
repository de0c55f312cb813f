/* CBOW: the mean (or the sum) of all context words' rows predicts the word at the centre. The tags of its document, if
 * it has any, are in the bag too (PV-DM: Le and Mikolov 2014). Their rows are trained in place: a slice has few documents. */
#ifndef FASTVEC_MODELS_BAG_H
#define FASTVEC_MODELS_BAG_H

#include "window.h"

/* Whether the rows of a bag get parts of its gradient that differ. */
static FV_INLINE int fv_has_shares(const fv_run *run) { return run->slice->row_offsets || run->held_rates; }

static void fv_bag_lay_out(fv_run *run, fv_arena *arena) {
    fv_hold_inputs(run);
    run->most_contexts += run->slice->most_tags;
    run->contexts = fv_part(arena, sizeof(float *) * (size_t)(run->slice->n_ranges * run->most_contexts + FV_POINTERS));
    run->shares = fv_has_shares(run) ? fv_floats(arena, run->most_contexts) : NULL;
    run->mean = fv_floats(arena, run->slice->n_ranges * run->slice->stride);
    run->gradient = fv_floats(arena, run->slice->n_ranges * run->slice->stride);
    run->most_inputs = run->slice->n_ranges;
}

/* The rows of the bag; returns how many. */
static FV_INLINE int64_t fv_rows_in_bag(const fv_run *run, const fv_place *place, float **rows) {
    const fv_rows tags = fv_tags_of(run->slice, place, place->t);
    int64_t n = fv_contexts(place, rows);
    for (int64_t k = 0; k < tags.n; k++) rows[n++] = run->slice->W_tags + tags.row[k] * run->slice->stride;
    return n;
}

/* mean = the sum of n held rows / `rows`, gradient = 0; N vectors from d on stay in registers while the rows pass by. */
static FV_INLINE void fv_mean_part(const int N, float *const *from, int64_t n, vf part, float *mean, float *gradient, int64_t d) {
    vf sum[FV_HELD];
    FV_UNROLL for (int k = 0; k < N; k++) sum[k] = vf_load(from[0] + d + k * FV_LANES);
    for (int64_t i = 1; i < n; i++) {
        const float *row = from[i] + d;
        FV_UNROLL for (int k = 0; k < N; k++) sum[k] = vf_add(sum[k], vf_load(row + k * FV_LANES));
    }
    FV_UNROLL for (int k = 0; k < N; k++) vf_store(mean + d + k * FV_LANES, vf_mul(part, sum[k]));
    FV_UNROLL for (int k = 0; k < N; k++) vf_store(gradient + d + k * FV_LANES, vf_set1(0));
}

static FV_INLINE void fv_mean(float *const *from, int64_t n, int64_t rows, float *mean, float *gradient, int64_t stride) {
    const vf part = vf_set1(1.0f / (float)rows);
#define FV_CASE(N) case N: fv_mean_part(N, from, n, part, mean, gradient, d); break;
    for (int64_t d = 0; d < stride; d += FV_HELD * FV_LANES)
        switch (fv_held(stride, d)) { FV_HELD_CASES }
#undef FV_CASE
}

/* to[i] += shares[i] factor gradient, or without shares factor gradient; N vectors from d on stay in registers. */
static FV_INLINE void fv_scatter_part(const int N, float *const *to, const float *shares, int64_t n, const float *gradient, float factor, int64_t d) {
    vf part[FV_HELD];
    FV_UNROLL for (int k = 0; k < N; k++) part[k] = vf_mul(vf_set1(factor), vf_load(gradient + d + k * FV_LANES));
    for (int64_t i = 0; i < n; i++) {
        float *row = to[i] + d;
        const vf share = shares ? vf_set1(shares[i]) : vf_set1(1);
        FV_UNROLL for (int k = 0; k < N; k++) vf_store(row + k * FV_LANES, vf_fma(share, part[k], vf_load(row + k * FV_LANES)));
    }
}

static FV_INLINE void fv_scatter(float *const *to, const float *shares, int64_t n, const float *gradient, float factor, int64_t stride) {
#define FV_CASE(N) case N: fv_scatter_part(N, to, shares, n, gradient, factor, d); break;
    for (int64_t d = 0; d < stride; d += FV_HELD * FV_LANES)
        switch (fv_held(stride, d)) { FV_HELD_CASES }
#undef FV_CASE
}

/* How many rows the context words have. The change of a held row, the sum of a word's n rows, is n times a row's: that
 * is its share, but for frozen words. */
static FV_INLINE int64_t fv_count_rows(const fv_run *run, const fv_place *place) {
    int64_t n = 0, rows = 0;
    for (int64_t c = place->tokens[place->t].first; c <= place->tokens[place->t].last; c++) {
        if (c == place->t) continue;
        const int64_t of_word = fv_rows_of(run->slice, &place->tokens[c].word).n;
        const int frozen = run->held_rates && run->held_rates[place->tokens[c].word] == 0;
        run->shares[n++] = frozen ? 0.0f : (float)of_word;
        rows += of_word;
    }
    for (const int64_t tags = fv_tags_of(run->slice, place, place->t).n, end = n + tags; n < end; n++, rows++) run->shares[n] = 1.0f;
    return rows;
}

static FV_INLINE int64_t fv_rows_of_bag(const fv_run *run, const fv_place *place, int64_t contexts) {
    return run->shares ? fv_count_rows(run, place) : contexts;
}

static void fv_bag_train(fv_run *run, fv_place *place, int64_t number) {
    float **contexts = run->contexts + number * run->most_contexts;
    const int64_t n = place->contexts = fv_rows_in_bag(run, place, contexts), stride = run->slice->stride;
    if (!n) return;
    float *mean = run->mean + number * stride, *gradient = run->gradient + number * stride;
    fv_mean(contexts, n, run->slice->sum_inputs ? 1 : fv_rows_of_bag(run, place, n), mean, gradient, stride);
    run->step.x[run->step.inputs] = mean;
    run->step.dx[run->step.inputs++] = gradient;
    fv_close_group(run, place->tokens[place->t].word, NULL);
}

static void fv_bag_finish(fv_run *run, fv_place *place, int64_t number) {
    const int64_t n = place->contexts, stride = run->slice->stride;
    if (!n) return;
    const int64_t rows = fv_rows_of_bag(run, place, n);
    const float factor = run->slice->divide_gradient ? 1.0f / (float)rows : 1.0f;
    fv_scatter(run->contexts + number * run->most_contexts, run->shares, n, run->gradient + number * stride, factor, stride);
}

static const fv_model fv_bag_model = {fv_bag_lay_out, fv_window_want, fv_bag_train, fv_bag_finish, .windows = 1};

#endif
