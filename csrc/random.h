/* Counter-based random numbers: SplitMix64 (Steele, Lea and Flood 2014) read at any place of its sequence.
 *
 * Draw k of a stream depends on the stream and on k alone, so that the NumPy reference makes the same draws as
 * these kernels, a whole array at a time, and a slice makes the same draws on whatever thread it runs.
 */
#ifndef FASTVEC_RANDOM_H
#define FASTVEC_RANDOM_H

#include <stdint.h>

#include "portable.h"

static FV_INLINE uint64_t fv_draw(uint64_t stream, uint64_t k) {
    uint64_t z = stream + (k + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* A whole number in [0, n) from the high half of a draw: each is drawn with 1/n to within 2^-32. */
static FV_INLINE uint32_t fv_below(uint64_t draw, uint32_t n) { return (uint32_t)(((draw >> 32) * n) >> 32); }

#endif
