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
    for (int64_t d = 0; d < bag->stride; d += FV_LANES) {
        const vf gradient = vf_mul(vf_set1(factor), vf_load(bag->gradient + d));
        for (int64_t r = 0; r < bag->n; r++) vf_store(bag->rows[r] + d, vf_add(vf_load(bag->rows[r] + d), gradient));
    }
}

/* The same with a factor for each row: rates[r] belongs to row r of W_in. */
static void fv_bag_add_rated(const fv_bag *bag, float factor, const float *W_in, const float *rates) {
    for (int64_t r = 0; r < bag->n; r++) {
        const float rate = factor * rates[(bag->rows[r] - W_in) / bag->stride];
        fv_row_add(bag->rows[r], rate, bag->gradient, bag->stride);
    }
}

#endif
