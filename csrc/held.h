/* Rows that are trained on copies: a row is taken once, trained for as long as it is in use, and given back once.
 *
 *   take   now = before = the row (of a word of several rows: their sum)
 *   give   row += rate (now - before), for each of the word's rows
 *
 * A row of W_in or W_out lies in some other core's cache most of the time, and each step of training reads and writes
 * a dozen. So who uses a row for longer than a step holds it: context words while they are in the window of a moving
 * centre (place.h), negatives for a round of distant centres (outputs/negatives.h), the top of the Huffman tree for a
 * few dozen uses (outputs/path.h). About 3 rows a centre travel instead of 12. A rate, of a damped or frozen row, is
 * applied where the change is given back.
 *
 * THE RACE. Other threads read and write the same rows meanwhile (Hogwild: Niu, Recht, Re and Wright 2011). A lost or
 * half-seen change is one sparse gradient of millions, and no value read here ever becomes an index. It happens here,
 * and in step.h and row_step.h where a step uses rows of W_out in place.
 */
#ifndef FASTVEC_HELD_H
#define FASTVEC_HELD_H

#include "matrix.h"
#include "vec.h"

/* N vectors from d on: sums and changes stay in registers while one row after the other passes by (line by line over
 * all rows is 8 % slower). N is a constant wherever these are inlined. */
static FV_INLINE void fv_take_part(const int N, const float *W, fv_rows rows, float *now, float *before, int64_t stride, int64_t d) {
    vf sum[FV_HELD];
    const float *first = W + rows.row[0] * stride + d;
    FV_UNROLL for (int k = 0; k < N; k++) sum[k] = vf_load(first + k * FV_LANES);
    for (int64_t r = 1; r < rows.n; r++) {
        const float *row = W + rows.row[r] * stride + d;
        FV_UNROLL for (int k = 0; k < N; k++) sum[k] = vf_add(sum[k], vf_load(row + k * FV_LANES));
    }
    FV_UNROLL for (int k = 0; k < N; k++) vf_store(now + d + k * FV_LANES, sum[k]);
    FV_UNROLL for (int k = 0; k < N; k++) vf_store(before + d + k * FV_LANES, sum[k]);
}

static void fv_take(const float *W, fv_rows rows, float *now, float *before, int64_t stride) {
#define FV_CASE(N) case N: fv_take_part(N, W, rows, now, before, stride, d); break;
    for (int64_t d = 0; d < stride; d += FV_HELD * FV_LANES)
        switch (fv_held(stride, d)) { FV_HELD_CASES }
#undef FV_CASE
}

static FV_INLINE void fv_give_part(const int N, float *W, fv_rows rows, const float *now, const float *before,
                                   vf rate, int64_t stride, int64_t d) {
    vf change[FV_HELD];
    FV_UNROLL for (int k = 0; k < N; k++)
        change[k] = vf_mul(rate, vf_sub(vf_load(now + d + k * FV_LANES), vf_load(before + d + k * FV_LANES)));
    for (int64_t r = 0; r < rows.n; r++) {
        float *row = W + rows.row[r] * stride + d;
        FV_UNROLL for (int k = 0; k < N; k++) vf_store(row + k * FV_LANES, vf_add(vf_load(row + k * FV_LANES), change[k]));
    }
}

static void fv_give(float *W, fv_rows rows, const float *now, const float *before, float rate, int64_t stride) {
#define FV_CASE(N) case N: fv_give_part(N, W, rows, now, before, vf_set1(rate), stride, d); break;
    for (int64_t d = 0; d < stride; d += FV_HELD * FV_LANES)
        switch (fv_held(stride, d)) { FV_HELD_CASES }
#undef FV_CASE
}

/* Give and take at once: what was changed here is added to the row, and the copy becomes that row. */
static FV_INLINE void fv_exchange(float *row, float *now, float *before, int64_t stride) {
    for (int64_t d = 0; d < stride; d += FV_LANES) {
        const vf sum = vf_add(vf_load(row + d), vf_sub(vf_load(now + d), vf_load(before + d)));
        vf_store(row + d, sum);
        vf_store(now + d, sum);
        vf_store(before + d, sum);
    }
}

/* What was trained into a frozen row's copy is taken out again. */
static FV_INLINE void fv_restore(float *now, const float *before, int64_t stride) {
    memcpy(now, before, sizeof(float) * (size_t)stride);
}

#endif
