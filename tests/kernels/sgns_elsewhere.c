/* One small SGNS run for a processor that may not be this one: trains on a made text at the level named by the first
 * argument, with the dimensions of the second, and writes the loss and both matrices to standard output. */
#include <stdio.h>
#include <stdlib.h>

#include "dispatch.h"

enum { WORDS = 40, TOKENS = 3000, SENTENCE = 23, MOST = 320 };

static _Alignas(64) float W_in[WORDS * MOST], W_out[WORDS * MOST];

int main(int argc, char **argv) {
    const int level = atoi(argv[1]), columns = atoi(argv[2]), share = atoi(argv[3]);
    const int64_t stride = (columns + 15) / 16 * 16;
    static int32_t ids[TOKENS];
    static int64_t offsets[TOKENS / SENTENCE + 2];
    static uint32_t keep[WORDS];
    static double weights[WORDS];
    static fv_alias table[WORDS];
    int64_t sentences = 0;
    const uint8_t stop = 0;
    for (int t = 0; t < TOKENS; t++) ids[t] = (int32_t)fv_below(fv_draw(11, (uint64_t)t), WORDS);
    for (int64_t start = 0; start <= TOKENS; start += SENTENCE) offsets[sentences++] = start;
    offsets[sentences] = TOKENS;
    for (int word = 0; word < WORDS; word++) {
        keep[word] = word % 3 ? 4294967295u : 2147483648u;
        weights[word] = 1 + word;
    }
    if (argc != 4 || fv_alias_build(weights, WORDS, table)) return 1;
    if (!(fv_detect_levels() >> level & 1)) return 2;
    fv_fill_uniform(W_in, WORDS, columns, stride, 0.5f, 12);
    fv_fill_uniform(W_out, WORDS, columns, stride, 0.5f, 13);
    const fv_sgns_slice slice = {
        .ids = ids, .offsets = offsets, .start = 0, .end = TOKENS, .keep = keep, .negatives = table,
        .W_in = W_in, .W_out = W_out, .words = WORDS, .stride = stride, .window = 5, .negative = 8,
        .shrink_windows = 1, .share_negatives = share, .learning_rate = 0.02f, .streams = {1, 2, 3}, .stop = &stop,
    };
    fv_sgns_totals totals;
    if (fv_kernels_of(level)->sgns(&slice, &totals)) return 3;
    fwrite(&totals.loss, sizeof totals.loss, 1, stdout);
    fwrite(W_in, sizeof(float), (size_t)(WORDS * stride), stdout);
    fwrite(W_out, sizeof(float), (size_t)(WORDS * stride), stdout);
    return 0;
}
