/* Log-count factorisation: the pairs of a tile, one after the other, by stochastic gradient descent. */
#ifndef FASTVEC_LOG_COUNT_TILE_H
#define FASTVEC_LOG_COUNT_TILE_H

#include "tile.h"
#include "tile_dot.h"

static void fv_log_count(const fv_pairs *pairs, int64_t start, int64_t end, fv_tile_totals *totals) {
    const int64_t width = pairs->width;
    double cost = 0;
    int64_t k = start;
    for (; k < end; k++) {
        if ((k - start) % FV_TILE_PATIENCE == 0 && *pairs->stop) break;
        float *w = pairs->W + pairs->rows[k] * width, *c = pairs->C + pairs->columns[k] * width;
        const vf difference = vf_sub(fv_row_dot(w, c, width), vf_set1(pairs->targets[k]));
        const vf step = vf_mul(difference, vf_set1(-pairs->learning_rate));
        float lanes[FV_LANES];
        vf_store(lanes, difference);
        cost += (double)lanes[0] * lanes[0];
        for (int64_t d = 0; d < width; d += FV_LANES) {
            const vf old_w = vf_load(w + d), old_c = vf_load(c + d);
            vf_store(w + d, vf_fma(step, old_c, old_w));
            vf_store(c + d, vf_fma(step, old_w, old_c));
        }
    }
    totals->cost = 0.5 * cost;
    totals->pairs = k - start;
}

#endif
