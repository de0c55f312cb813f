/* One small run of skip-gram or CBOW for a processor that may not be this one: trains on a made text at the level named by the first
 * argument, with the dimensions of the second, the model of the third and the loss of the fourth, and writes the loss
 * and both matrices to standard output. */
#include <stdio.h>
#include <stdlib.h>

#include "dispatch.h"

enum { WORDS = 40, TOKENS = 3000, SENTENCE = 23, MOST = 320 };

static _Alignas(64) float W_in[WORDS * MOST], W_out[WORDS * MOST];

int main(int argc, char **argv) {
    const int level = atoi(argv[1]), columns = atoi(argv[2]), model = atoi(argv[3]), loss = atoi(argv[4]);
    const int64_t stride = (columns + 15) / 16 * 16;
    static int32_t ids[TOKENS];
    static int64_t offsets[TOKENS / SENTENCE + 2];
    static uint32_t keep[WORDS];
    static double weights[WORDS];
    static fv_alias table[WORDS];
    static int64_t path_offsets[WORDS + 1], row_offsets[WORDS + 1];
    static int32_t nodes[3 * WORDS], rows[2 * WORDS];
    static float signs[3 * WORDS], rates[WORDS];
    int64_t sentences = 0;
    const volatile uint8_t stop = 0;
    for (int t = 0; t < TOKENS; t++) ids[t] = (int32_t)fv_below(fv_draw(11, (uint64_t)t), WORDS);
    for (int64_t start = 0; start <= TOKENS; start += SENTENCE) offsets[sentences++] = start;
    offsets[sentences] = TOKENS;
    for (int word = 0; word < WORDS; word++) {
        keep[word] = word % 3 ? 4294967295u : 2147483648u;
        weights[word] = 1 + word;
        path_offsets[word + 1] = path_offsets[word] + 3; /* no tree, but ways of three nodes */
        for (int k = 0; k < 3; k++) {
            nodes[3 * word + k] = (word * 7 + k * 5) % WORDS;
            signs[3 * word + k] = (word + k) % 2 ? 1.0f : -1.0f;
        }
        row_offsets[word + 1] = row_offsets[word] + 2;
        rows[2 * word] = word;
        rows[2 * word + 1] = (word * 3 + 1) % WORDS;
        rates[word] = word % 5 ? 1.0f : 0.5f;
    }
    if (argc != 5 || fv_alias_build(weights, WORDS, table)) return 1;
    if (!(fv_detect_levels() >> level & 1)) return 2;
    fv_fill_uniform(W_in, WORDS, columns, stride, 0.5f, 12);
    fv_fill_uniform(W_out, WORDS, columns, stride, 0.5f, 13);
    const int window = model == FV_WINDOW || model == FV_PAIRS, joint = loss == FV_NEGATIVE_SAMPLING && (model == FV_WINDOW || model == FV_BAG);
    fv_word2vec_slice slice = {
        .ids = ids, .offsets = offsets, .targets = model == FV_GIVEN ? ids : NULL, .keep = keep, .negatives = table,
        .path_offsets = path_offsets, .path_nodes = nodes, .path_signs = signs, .longest_path = 3,
        .row_offsets = window ? NULL : row_offsets, .word_rows = rows, .in_rates = window ? rates : NULL,
        .out_rates = loss == FV_NEGATIVE_SAMPLING ? rates : NULL,
        .W_in = W_in, .W_out = W_out, .outputs = WORDS, .stride = stride, .model = model, .loss = loss, .window = 5,
        .negative = 8, .share_negatives = joint, .threads = 1, .shrink_windows = 1, .before = 1, .after = 1,
        .learning_rate = 0.005f, .negative_stream = 3, .stop = &stop, .n_ranges = joint ? 3 : 1,
    };
    for (int k = 0; k < slice.n_ranges; k++) {
        const int64_t first = (sentences - 1) / slice.n_ranges * k, last = (sentences - 1) / slice.n_ranges * (k + 1);
        slice.ranges[k] = (fv_range){offsets[first], offsets[last], first, 1 + (uint64_t)k, 100 + (uint64_t)k};
    }
    fv_word2vec_totals totals;
    if (fv_kernels_of(level)->word2vec(&slice, &totals)) return 3;
    fwrite(&totals.loss, sizeof totals.loss, 1, stdout);
    fwrite(W_in, sizeof(float), (size_t)(WORDS * stride), stdout);
    fwrite(W_out, sizeof(float), (size_t)(WORDS * stride), stdout);
    return 0;
}
