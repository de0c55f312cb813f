/* Steps of one input: its vector stays in registers while the outputs pass by, once for their dots and once for
 * both updates. (Blocks of inputs and outputs, as in step.h, would reload the input and its update for each block.) */
#ifndef FASTVEC_ROW_STEP_H
#define FASTVEC_ROW_STEP_H

#include "step.h"

/* dots (+)= x.y over N vectors from d on, still to be summed over their lanes; N is a constant wherever this is inlined. */
static FV_INLINE void fv_held_dots(const int N, const fv_step *step, int64_t d, int64_t j0, int64_t columns, vf *dots) {
    float *const *outputs = step->y + j0;
    vf x[FV_HELD];
    FV_UNROLL for (int n = 0; n < N; n++) x[n] = vf_load(step->x[0] + d + n * FV_LANES);
    for (int64_t j = 0; j < columns; j++) {
        const float *y = outputs[j] + d;
        vf dot = d ? dots[j] : vf_set1(0);
        FV_UNROLL for (int n = 0; n < N; n++) dot = vf_fma(x[n], vf_load(y + n * FV_LANES), dot);
        dots[j] = dot;
    }
}

/* dx += g y and y += g x over N vectors; output after output prefetches its share of the rows ahead. */
static FV_INLINE void fv_held_update(const int N, const fv_step *step, int64_t d, int64_t share) {
    vf x[FV_HELD], dx[FV_HELD];
    /* in variables of its own: for all that the compiler knows, a vector that is stored might change the step */
    float *const *ahead = step->ahead, *const *last = step->ahead + step->aheads, *const *ys = step->y;
    float *const unused = step->freeze_outputs ? step->unused : NULL, *const sum = step->dx[0] + d;
    const float *gs = step->g;
    const int64_t outputs = step->outputs;
    FV_UNROLL for (int n = 0; n < N; n++) x[n] = vf_load(step->x[0] + d + n * FV_LANES);
    FV_UNROLL for (int n = 0; n < N; n++) dx[n] = vf_load(sum + n * FV_LANES);
    for (int64_t j = 0; j < outputs; j++) {
        const float *y = ys[j] + d;
        float *new_y = (unused ? unused : ys[j]) + d;
        const vf g = vf_set1(gs[j]);
        for (int64_t k = 0; k < share && ahead < last; k++, ahead++)
            FV_UNROLL for (int n = 0; n < N * FV_LANES; n += FV_ROW_ALIGN) FV_PREFETCH_L2(*ahead + d + n);
        FV_UNROLL for (int n = 0; n < N; n++) {
            const vf old = vf_load(y + n * FV_LANES);
            dx[n] = vf_fma(g, old, dx[n]);
            vf_store(new_y + n * FV_LANES, vf_fma(g, x[n], old));
        }
    }
    FV_UNROLL for (int n = 0; n < N; n++) vf_store(sum + n * FV_LANES, dx[n]);
}

/* The gradients of outputs j0 .. from the sums of their dots. */
static FV_INLINE void fv_row_part(const fv_step *step, vf sums, int64_t j0, fv_loss *loss) {
    if (step->n_exceptions) sums = fv_except(step, sums, 0, j0, FV_LANES, 0);
    vf_store(step->g + j0, fv_gradient(sums, vf_load(step->signs + j0), step->outputs - j0, vf_set1(step->learning_rate), loss));
    fv_count_products(loss, 1);
}

/* Of Y outputs, all at once. */
static FV_INLINE void fv_row_gradients_of(const int Y, const fv_step *step, fv_loss *loss) {
    vf dots[FV_OUTPUTS];
    fv_block_dots(1, Y, step, 0, 0, dots);
    FV_UNROLL for (int k = 0; k < Y; k += FV_LANES)
        fv_row_part(step, fv_sums_of_lanes(dots + k, Y - k < FV_LANES ? Y - k : FV_LANES), k, loss);
}

/* Of any number. */
static FV_INLINE void fv_row_gradients_of_many(const fv_step *step, fv_loss *loss) {
    for (int64_t j0 = 0; j0 < step->outputs; j0 += FV_LANES) {
        const int64_t columns = step->outputs - j0 < FV_LANES ? step->outputs - j0 : FV_LANES;
        vf dots[FV_LANES];
        for (int64_t j = columns; j < FV_LANES; j++) dots[j] = vf_set1(0);
#define FV_CASE(N) case N: fv_held_dots(N, step, d, j0, columns, dots); break;
        for (int64_t d = 0; d < step->stride; d += FV_HELD * FV_LANES)
            switch (fv_held(step->stride, d)) { FV_HELD_CASES }
#undef FV_CASE
        fv_row_part(step, columns * 2 > FV_LANES ? fv_sums_of_lanes(dots, FV_LANES) : fv_sums_of_lanes(dots, FV_LANES / 2), j0, loss);
    }
}

static void fv_row_gradients(const fv_step *step, fv_loss *loss) {
    switch (step->outputs) {
        case 1: fv_row_gradients_of(1, step, loss); break;
        case 2: fv_row_gradients_of(2, step, loss); break;
        case 3: fv_row_gradients_of(3, step, loss); break;
        case 4: fv_row_gradients_of(4, step, loss); break;
        case 5: fv_row_gradients_of(5, step, loss); break;
        case 6: fv_row_gradients_of(6, step, loss); break;
        default: fv_row_gradients_of_many(step, loss);
    }
}

static void fv_row_update(const fv_step *step) {
    const uint32_t outputs = (uint32_t)step->outputs, share = ((uint32_t)step->aheads + outputs - 1) / outputs;
#define FV_CASE(N) case N: fv_held_update(N, step, d, share); break;
    for (int64_t d = 0; d < step->stride; d += FV_HELD * FV_LANES)
        switch (fv_held(step->stride, d)) { FV_HELD_CASES }
#undef FV_CASE
}

/* -- a step of any shape: its gradients, then its updates -------------------------------------------------------- */

static FV_INLINE void fv_step_gradients(const fv_step *step, fv_loss *loss) {
    if (step->inputs == 1) fv_row_gradients(step, loss);
    else fv_gradients(step, fv_width(step), loss);
}

static FV_INLINE void fv_step_update(const fv_step *step) {
    if (step->inputs == 1) fv_row_update(step);
    else fv_update(step, fv_width(step));
}

#endif
