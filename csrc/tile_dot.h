/* The dot product of two rows, in every lane. */
#ifndef FASTVEC_TILE_DOT_H
#define FASTVEC_TILE_DOT_H

#include "vec.h"

static FV_INLINE vf fv_row_dot(const float *w, const float *c, int64_t stride) {
    vf even = vf_set1(0), odd = vf_set1(0);
    int64_t d = 0;
    for (; d + 2 * FV_LANES <= stride; d += 2 * FV_LANES) {
        even = vf_fma(vf_load(w + d), vf_load(c + d), even);
        odd = vf_fma(vf_load(w + d + FV_LANES), vf_load(c + d + FV_LANES), odd);
    }
    for (; d < stride; d += FV_LANES) even = vf_fma(vf_load(w + d), vf_load(c + d), even);
    return vf_total(vf_add(even, odd));
}

#endif
