/* GloVe (Pennington, Socher and Manning 2014, "GloVe: Global Vectors for Word Representation", equation 8): the pairs
 * of a tile, one after the other, by AdaGrad (Duchi, Hazan and Singer 2011) as GloVe's program has it. */
#ifndef FASTVEC_GLOVE_TILE_H
#define FASTVEC_GLOVE_TILE_H

#include "tile.h"
#include "tile_dot.h"

#define FV_GLOVE_AHEAD 6 /* pairs between the prefetch of rows and their use; none: 30 % slower, 1: 18 % */

/* x -= g / sqrt(G), then G += g^2, with g = rate y */
static FV_INLINE void fv_glove_descend(float *x, float *G, vf old_x, vf y, vf rate) {
    const vf g = vf_mul(rate, y), sum = vf_load(G);
    vf_store(x, vf_sub(old_x, vf_mul(g, vf_rsqrt(sum))));
    vf_store(G, vf_fma(g, g, sum));
}

static void fv_glove(const fv_pairs *pairs, int64_t start, int64_t end, fv_tile_totals *totals) {
    const int64_t width = pairs->width, stride = width / 2;
    double cost = 0;
    int64_t k = start;
    for (; k < end; k++) {
        if ((k - start) % FV_TILE_PATIENCE == 0 && *pairs->stop) break;
        float *w = pairs->W + pairs->rows[k] * width, *c = pairs->C + pairs->columns[k] * width;
        const int64_t ahead = k + FV_GLOVE_AHEAD < end ? k + FV_GLOVE_AHEAD : k;
        const float *next_w = pairs->W + pairs->rows[ahead] * width;
        const float *next_c = pairs->C + pairs->columns[ahead] * width;
        const vf difference = vf_sub(fv_row_dot(w, c, stride), vf_set1(pairs->targets[k]));
        const vf weighted = vf_mul(difference, vf_set1(pairs->weights[k]));
        const vf rate = vf_mul(weighted, vf_set1(pairs->learning_rate));
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
    totals->pairs = k - start;
}

#endif
