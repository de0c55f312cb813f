/* An input that is the mean of several rows: a bag of context words (CBOW), a word's n-grams (fastText), or both. */
#ifndef FASTVEC_BAG_H
#define FASTVEC_BAG_H

#include "vec.h"

typedef struct {
    float **rows; /* [n]; one that stands twice counts twice */
    int64_t n, stride;
    float *mean, *gradient; /* [stride] */
} fv_bag;

static void fv_scale(float *row, float factor, int64_t stride) {
    for (int64_t d = 0; d < stride; d += FV_LANES) vf_store(row + d, vf_mul(vf_set1(factor), vf_load(row + d)));
}

/* to += factor row */
static void fv_row_add(float *to, float factor, const float *row, int64_t stride) {
    for (int64_t d = 0; d < stride; d += FV_LANES)
        vf_store(to + d, vf_fma(vf_set1(factor), vf_load(row + d), vf_load(to + d)));
}

/* N vectors of the rows from d on: the gradient is held in registers while one row after the other passes by (line by
 * line over all rows is 8 % slower for a bag). N is a constant wherever this is inlined. */
static FV_INLINE void fv_held_add(const int N, const fv_bag *bag, vf factor, int64_t d) {
    vf gradient[FV_HELD];
    FV_UNROLL for (int k = 0; k < N; k++) gradient[k] = vf_mul(factor, vf_load(bag->gradient + d + k * FV_LANES));
    for (int64_t r = 0; r < bag->n; r++) {
        float *row = bag->rows[r] + d;
        FV_UNROLL for (int k = 0; k < N; k++) vf_store(row + k * FV_LANES, vf_add(vf_load(row + k * FV_LANES), gradient[k]));
    }
}

/* mean = the sum of n rows / `rows`, gradient = 0. Sums stay in registers: one line of all rows after the other. */
static FV_INLINE void fv_mean(float *const *from, int64_t n, int64_t rows, float *mean, float *gradient, int64_t stride) {
    const vf part = vf_set1(1.0f / (float)rows);
    for (int64_t d = 0; d < stride; d += FV_LANES) {
        vf sum = vf_load(from[0] + d);
        for (int64_t r = 1; r < n; r++) sum = vf_add(sum, vf_load(from[r] + d));
        vf_store(mean + d, vf_mul(part, sum));
        vf_store(gradient + d, vf_set1(0));
    }
}

static void fv_bag_add(const fv_bag *bag, float factor) {
#define FV_CASE(N) case N: fv_held_add(N, bag, vf_set1(factor), d); break;
    for (int64_t d = 0; d < bag->stride; d += FV_HELD * FV_LANES)
        switch (fv_held(bag->stride, d)) { FV_HELD_CASES }
#undef FV_CASE
}

/* The same with a factor for each row: rates[r] belongs to row r of W_in. */
static void fv_bag_add_rated(const fv_bag *bag, float factor, const float *W_in, const float *rates) {
    for (int64_t r = 0; r < bag->n; r++) {
        const float rate = factor * rates[(bag->rows[r] - W_in) / bag->stride];
        fv_row_add(bag->rows[r], rate, bag->gradient, bag->stride);
    }
}

/* A mean that is updated in place: its gradient is how far it came. */
static void fv_bag_mark_start(const fv_bag *bag) { memcpy(bag->gradient, bag->mean, sizeof(float) * (size_t)bag->stride); }

static void fv_bag_since_start(const fv_bag *bag) {
    for (int64_t d = 0; d < bag->stride; d += FV_LANES)
        vf_store(bag->gradient + d, vf_sub(vf_load(bag->mean + d), vf_load(bag->gradient + d)));
}

#endif
