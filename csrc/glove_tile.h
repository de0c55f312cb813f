/* The pairs of a tile, one after the other: AdaGrad (Duchi, Hazan and Singer 2011) as GloVe's program has it. */
#ifndef FASTVEC_GLOVE_TILE_H
#define FASTVEC_GLOVE_TILE_H

#include "glove.h"
#include "vec.h"

#define FV_GLOVE_AHEAD 6 /* pairs between the prefetch of rows and their use; none: 30 % slower, 1: 18 % */
#define FV_GLOVE_PATIENCE 4096 /* pairs between looks at `stop` */

static FV_INLINE vf fv_glove_dot(const float *w, const float *c, int64_t stride) {
    vf even = vf_set1(0), odd = vf_set1(0);
    int64_t d = 0;
    for (; d + 2 * FV_LANES <= stride; d += 2 * FV_LANES) {
        even = vf_fma(vf_load(w + d), vf_load(c + d), even);
        odd = vf_fma(vf_load(w + d + FV_LANES), vf_load(c + d + FV_LANES), odd);
    }
    for (; d < stride; d += FV_LANES) even = vf_fma(vf_load(w + d), vf_load(c + d), even);
    return vf_total(vf_add(even, odd));
}

/* x -= g / sqrt(G), then G += g^2, with g = rate y */
static FV_INLINE void fv_glove_descend(float *x, float *G, vf old_x, vf y, vf rate) {
    const vf g = vf_mul(rate, y), sum = vf_load(G);
    vf_store(x, vf_sub(old_x, vf_mul(g, vf_rsqrt(sum))));
    vf_store(G, vf_fma(g, g, sum));
}

static void fv_glove(const fv_glove_tile *tile, fv_glove_totals *totals) {
    const int64_t stride = tile->stride, width = 2 * stride;
    double cost = 0;
    int64_t k = tile->start;
    for (; k < tile->end; k++) {
        if ((k - tile->start) % FV_GLOVE_PATIENCE == 0 && *tile->stop) break;
        float *w = tile->W + tile->rows[k] * width, *c = tile->C + tile->columns[k] * width;
        const int64_t ahead = k + FV_GLOVE_AHEAD < tile->end ? k + FV_GLOVE_AHEAD : k;
        const float *next_w = tile->W + tile->rows[ahead] * width, *next_c = tile->C + tile->columns[ahead] * width;
        const vf difference = vf_sub(fv_glove_dot(w, c, stride), vf_set1(tile->log_counts[k]));
        const vf weighted = vf_mul(difference, vf_set1(tile->weights[k]));
        const vf rate = vf_mul(weighted, vf_set1(tile->learning_rate));
        float lanes[FV_LANES];
        vf_store(lanes, vf_mul(weighted, difference));
        cost += lanes[0];
        for (int64_t d = 0; d < stride; d += FV_LANES) {
            if (d % FV_ROW_ALIGN == 0) {
                FV_PREFETCH_L1(next_w + d);
                FV_PREFETCH_L1(next_w + stride + d);
                FV_PREFETCH_L1(next_c + d);
                FV_PREFETCH_L1(next_c + stride + d);
            }
            const vf old_w = vf_load(w + d), old_c = vf_load(c + d);
            fv_glove_descend(w + d, w + stride + d, old_w, old_c, rate);
            fv_glove_descend(c + d, c + stride + d, old_c, old_w, rate);
        }
    }
    totals->cost = 0.5 * cost;
    totals->pairs = k - tile->start;
}

#endif
