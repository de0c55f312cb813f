/* Full softmax: each input against every word, -log p(target) = log sum_w exp(x.w) - x.target.
 *
 *   g = lr ([w is the target] - p(w))       then the two updates of step.h
 */
#ifndef FASTVEC_OUTPUTS_SOFTMAX_H
#define FASTVEC_OUTPUTS_SOFTMAX_H

#include "../run.h"

#define FV_NO_SCORE -1e30f /* exp of it is 0 beside any score */

static FV_INLINE int64_t fv_scores_stride(int64_t outputs) { return (outputs + FV_LANES - 1) / FV_LANES * FV_LANES; }

static FV_INLINE void fv_block_scores(const int X, const int Y, const fv_step *step, int64_t i0, int64_t j0, float *scores) {
    vf dots[FV_BLOCK];
    float sums[FV_BLOCK + FV_LANES];
    fv_block_dots(X, Y, step, i0, j0, dots);
    FV_UNROLL for (int k = 0; k < X * Y; k += FV_LANES)
        vf_store(sums + k, fv_sums_of_lanes(dots + k, X * Y - k < FV_LANES ? X * Y - k : FV_LANES));
    const int64_t row = fv_scores_stride(step->outputs);
    FV_UNROLL for (int i = 0; i < X; i++) memcpy(scores + (i0 + i) * row + j0, sums + i * Y, sizeof(float) * Y);
}

#define FV_CASE(X, Y) case (X) * 8 + (Y): fv_block_scores(X, Y, step, i0, j0, scores); break;

static void fv_scores(const fv_step *step, int64_t width, float *scores) {
    for (int64_t j0 = 0; j0 < step->outputs; j0 += width) {
        const int64_t columns = step->outputs - j0 < width ? step->outputs - j0 : width;
        for (int64_t i0 = 0; i0 < step->inputs; i0 += FV_INPUTS) {
            const int64_t rows = step->inputs - i0 < FV_INPUTS ? step->inputs - i0 : FV_INPUTS;
            switch (rows * 8 + columns) { FV_CASES }
        }
    }
}

#undef FV_CASE

static FV_INLINE float fv_greatest(const float *scores, int64_t n) {
    vf greatest = vf_set1(FV_NO_SCORE);
    for (int64_t j = 0; j < n; j += FV_LANES) greatest = vf_max(vf_load(scores + j), greatest);
    float lanes[FV_LANES], most = FV_NO_SCORE;
    vf_store(lanes, greatest);
    for (int k = 0; k < FV_LANES; k++) most = lanes[k] > most ? lanes[k] : most;
    return most;
}

/* Turns the scores of one input into gradients; returns -log p(target). The greatest score is taken off first, so
 * that no exponential overflows and their sum is at least 1. */
static double fv_softmax(float *scores, int64_t outputs, int64_t target, float learning_rate) {
    const int64_t n = fv_scores_stride(outputs);
    for (int64_t j = outputs; j < n; j++) scores[j] = FV_NO_SCORE;
    const float greatest = fv_greatest(scores, n), below = scores[target] - greatest;
    vf total = vf_set1(0);
    for (int64_t j = 0; j < n; j += FV_LANES) {
        const vf s = vf_mul(vf_set1(FV_LOG2E), vf_sub(vf_load(scores + j), vf_set1(greatest)));
        const vf e = vf_exp2(s);
        total = vf_add(total, e);
        vf_store(scores + j, e);
    }
    float sum[FV_LANES];
    vf_store(sum, vf_total(total));
    const vf scale = vf_set1(-learning_rate / sum[0]);
    for (int64_t j = 0; j < n; j += FV_LANES) vf_store(scores + j, vf_mul(scale, vf_load(scores + j)));
    scores[target] += learning_rate;
    return log(sum[0]) - below;
}

static void fv_softmax_lay_out(fv_run *run, fv_arena *arena) {
    run->most_outputs = run->slice->outputs;
    run->scores = fv_floats(arena, run->most_inputs * fv_scores_stride(run->slice->outputs));
}

static void fv_softmax_open(fv_run *run) {
    run->step.outputs = run->slice->outputs;
    for (int64_t w = 0; w < run->slice->outputs; w++) run->step.y[w] = fv_row(&run->out, (int32_t)w);
}

static void fv_softmax_want(fv_run *run, int32_t word) { (void)run, (void)word; }

static void fv_softmax_predict(fv_run *run) {
    fv_step *step = &run->step;
    const int64_t width = fv_width(step), row = fv_scores_stride(step->outputs);
    step->n_groups = 0;
    fv_scores(step, width, run->scores);
    for (int64_t i = 0; i < step->inputs; i++)
        run->loss.sum += fv_softmax(run->scores + i * row, step->outputs, run->groups[0].word, step->learning_rate);
    for (int64_t j0 = 0; j0 < step->outputs; j0 += width) {
        const int64_t columns = step->outputs - j0 < width ? step->outputs - j0 : width;
        for (int64_t i = 0; i < step->inputs; i++)
            memcpy(step->g + j0 * step->inputs + i * columns, run->scores + i * row + j0, sizeof(float) * (size_t)columns);
    }
    fv_step_update(step);
}

static const fv_outputs fv_full_softmax = {
    .lay_out = fv_softmax_lay_out, .open = fv_softmax_open, .close = fv_do_nothing, .open_round = fv_do_nothing,
    .close_round = fv_do_nothing, .want = fv_softmax_want, .predict = fv_softmax_predict, .look = 1,
};

#endif
