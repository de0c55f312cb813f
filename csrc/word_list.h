/* Words end to end: word i is text[starts[i] .. starts[i + 1] - 1), and behind each stands a newline. */
#ifndef FASTVEC_WORD_LIST_H
#define FASTVEC_WORD_LIST_H

#include <stdint.h>

/* Copies the words which[0 .. n) end to end to `taken`, where they begin at taken_starts[0 .. n). */
void fv_take_words(const int64_t *starts, const uint8_t *text, const int64_t *which, int64_t n,
                   const int64_t *taken_starts, uint8_t *taken);

/* order[0 .. n): the words by falling count, and those that come equally often by their bytes. 0 or FV_NO_MEMORY. */
int fv_frequency_order(const int64_t *counts, const int64_t *starts, const uint8_t *text, int64_t n, int64_t *order);

#endif
