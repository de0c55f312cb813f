/* Steps of one input: its vector stays in registers while the outputs pass by, once for their dots and once for
 * both updates. (Blocks of inputs and outputs, as in step.h, would reload the input and its update for each block.) */
#ifndef FASTVEC_ROW_STEP_H
#define FASTVEC_ROW_STEP_H

#include "step.h"

/* dots += x.y over N vectors, still to be summed over their lanes; N is a constant wherever this is inlined. */
static FV_INLINE void fv_held_dots(const int N, const fv_step *step, int64_t d, int64_t j0, int64_t columns, vf *dots) {
    vf x[FV_HELD];
    FV_UNROLL for (int n = 0; n < N; n++) x[n] = vf_load(step->x[0] + d + n * FV_LANES);
    for (int64_t j = 0; j < columns; j++) {
        const float *y = step->y[j0 + j] + d;
        vf dot = dots[j];
        FV_UNROLL for (int n = 0; n < N; n++) dot = vf_fma(x[n], vf_load(y + n * FV_LANES), dot);
        dots[j] = dot;
    }
}

/* dx += g y and y += g x over N vectors; output after output prefetches its share of the rows ahead. */
static FV_INLINE void fv_held_update(const int N, const fv_step *step, int64_t d, int64_t share) {
    vf x[FV_HELD], dx[FV_HELD];
    float *const *ahead = step->ahead, *const *last = step->ahead + step->aheads;
    FV_UNROLL for (int n = 0; n < N; n++) x[n] = vf_load(step->x[0] + d + n * FV_LANES);
    FV_UNROLL for (int n = 0; n < N; n++) dx[n] = vf_load(step->dx[0] + d + n * FV_LANES);
    for (int64_t j = 0; j < step->outputs; j++) {
        const float *y = step->y[j] + d;
        float *new_y = (step->freeze_outputs ? step->unused : step->y[j]) + d;
        const vf g = vf_set1(step->g[j]);
        for (int64_t k = 0; k < share && ahead < last; k++, ahead++)
            FV_UNROLL for (int n = 0; n < N * FV_LANES; n += FV_ROW_ALIGN) FV_PREFETCH_L2(*ahead + d + n);
        FV_UNROLL for (int n = 0; n < N; n++) {
            const vf old = vf_load(y + n * FV_LANES);
            dx[n] = vf_fma(g, old, dx[n]);
            vf_store(new_y + n * FV_LANES, vf_fma(g, x[n], old));
        }
    }
    FV_UNROLL for (int n = 0; n < N; n++) vf_store(step->dx[0] + d + n * FV_LANES, dx[n]);
}

static FV_INLINE void fv_row_dots(const fv_step *step) {
    for (int64_t j0 = 0; j0 < step->outputs; j0 += FV_LANES) {
        const int64_t columns = step->outputs - j0 < FV_LANES ? step->outputs - j0 : FV_LANES;
        vf dots[FV_LANES];
        for (int j = 0; j < FV_LANES; j++) dots[j] = vf_set1(0);
#define FV_CASE(N) case N: fv_held_dots(N, step, d, j0, columns, dots); break;
        for (int64_t d = 0; d < step->stride; d += FV_HELD * FV_LANES)
            switch (fv_held(step->stride, d)) { FV_HELD_CASES }
#undef FV_CASE
        vf_store(step->dots + j0, columns * 2 > FV_LANES ? fv_sums_of_lanes(dots, FV_LANES) : fv_sums_of_lanes(dots, FV_LANES / 2));
    }
}

static FV_INLINE void fv_row_update(const fv_step *step) {
    const int64_t share = (step->aheads + step->outputs - 1) / step->outputs;
#define FV_CASE(N) case N: fv_held_update(N, step, d, share); break;
    for (int64_t d = 0; d < step->stride; d += FV_HELD * FV_LANES)
        switch (fv_held(step->stride, d)) { FV_HELD_CASES }
#undef FV_CASE
}

static void fv_row_gradients(const fv_step *step, fv_loss *loss) {
    const vf rate = vf_set1(step->learning_rate);
    for (int64_t j = 0; j < step->outputs; j += FV_LANES)
        vf_store(step->g + j, fv_gradient(vf_load(step->dots + j), vf_load(step->signs + j), step->outputs - j, rate, loss));
}

/* -- a step of any shape: its gradients, then its updates -------------------------------------------------------- */

static void fv_step_gradients(const fv_step *step, int64_t width, fv_loss *loss) {
    if (step->inputs == 1 && step->outputs > width) fv_row_dots(step);
    else fv_dots(step, width); /* one block of outputs fits in registers */
    fv_except(step, width);
    if (step->inputs == 1) fv_row_gradients(step, loss);
    else fv_gradients(step, width, loss);
}

static void fv_step_update(const fv_step *step, int64_t width) {
    if (step->inputs == 1) fv_row_update(step);
    else fv_update(step, width);
}

#endif
