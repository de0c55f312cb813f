#include "sampling.h"

#include <stdlib.h>

static uint32_t threshold_of(double probability) {
    const double scaled = probability * 4294967296.0;
    return scaled <= 0 ? 0 : scaled >= 4294967295.0 ? 4294967295u : (uint32_t)scaled;
}

int fv_alias_build(const double *weights, int64_t words, fv_alias *table) {
    double *share = malloc(sizeof *share * (size_t)words); /* weight / mean weight: what is left in each slot */
    int32_t *stack = malloc(sizeof *stack * (size_t)words); /* the small from below, the large from above */
    if (!share || !stack) {
        free(share);
        free(stack);
        return -1;
    }
    double total = 0;
    for (int64_t word = 0; word < words; word++) total += weights[word];
    int64_t small = 0, large = words;
    for (int64_t word = words - 1; word >= 0; word--) {
        share[word] = weights[word] * ((double)words / total);
        if (share[word] < 1.0) stack[small++] = (int32_t)word;
        else stack[--large] = (int32_t)word;
    }
    while (small > 0 && large < words) {
        const int32_t less = stack[--small], more = stack[large];
        table[less].threshold = threshold_of(share[less]);
        table[less].alias = more;
        share[more] -= 1.0 - share[less];
        if (share[more] < 1.0) {
            large++;
            stack[small++] = more;
        }
    }
    /* what rounding leaves over is full */
    for (int64_t k = 0; k < small; k++) table[stack[k]] = (fv_alias){4294967295u, stack[k]};
    for (; large < words; large++) table[stack[large]] = (fv_alias){4294967295u, stack[large]};
    free(share);
    free(stack);
    return 0;
}

void fv_alias_draws(const fv_alias *table, int64_t words, uint64_t stream, int64_t n, int32_t *drawn) {
    for (int64_t k = 0; k < n; k++) drawn[k] = fv_alias_draw(table, (uint32_t)words, fv_draw(stream, (uint64_t)k));
}

void fv_fill_uniform(float *out, int64_t rows, int64_t columns, int64_t stride, float half, uint64_t stream) {
    uint64_t k = 0;
    for (int64_t row = 0; row < rows; row++) {
        float *values = out + row * stride;
        for (int64_t column = 0; column < columns; column++)
            values[column] = ((float)(fv_draw(stream, k++) >> 40) * 0x1p-23f - 1.0f) * half;
        for (int64_t column = columns; column < stride; column++) values[column] = 0.0f;
    }
}
