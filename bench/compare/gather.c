/* Seconds of reading tokens for training, without the training: bench/compare/builds.py compiles it with the headers of a build. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define FV_IS_SCALAR
#include "dispatch.h"
#include "superstep.h"

#define TOKENS 4000000
#define WORDS 50000
#define SENTENCE 20
#define FREQUENT 100 /* words of which a quarter is kept */
#define ROOM (2 * FV_BATCH)

static int32_t ids[TOKENS];
static fv_token room[ROOM];
static int64_t offsets[TOKENS / SENTENCE + 1];
static uint32_t keep[WORDS];

int main(void) {
    uint64_t state = 1;
    for (int64_t i = 0; i < TOKENS; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const double x = (double)(state >> 11) * 0x1p-53;
        ids[i] = (int32_t)(WORDS * x * x * x);
    }
    for (int64_t i = 0; i <= TOKENS / SENTENCE; i++) offsets[i] = SENTENCE * i;
    for (int64_t w = 0; w < WORDS; w++) keep[w] = w < FREQUENT ? UINT32_MAX / 4 : UINT32_MAX;
    const fv_word2vec_slice slice = {
        .ids = ids, .offsets = offsets, .keep = keep, .words = WORDS, .outputs = WORDS, .n_offsets = TOKENS / SENTENCE + 1,
        .window = 5, .before = 1, .after = 1, .shrink_windows = 1,
    };
    fv_place place = {
        .end = TOKENS, .keep_stream = 1, .width_stream = 2, .tokens = room,
    };
    int64_t kept = 0;
    struct timespec began, ended;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &began);
    while (place.position < place.end && !place.changed) {
        place.t = place.n = 0;
        fv_gather_windows(&place, &slice);
        kept += place.n;
    }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ended);
    const double seconds = (double)(ended.tv_sec - began.tv_sec) + 1e-9 * (double)(ended.tv_nsec - began.tv_nsec);
    printf("%.15f\n", seconds / TOKENS);
    return kept == 0;
}
