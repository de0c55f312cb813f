/* Bytes to tokens: ASCII white space separates, a newline ends a sentence. */
#ifndef FASTVEC_TEXT_SCAN_H
#define FASTVEC_TEXT_SCAN_H

#include "word_table.h"

enum { FV_PADDING = 64 }; /* readable bytes after a text's end */

/* Encodes text[0 .. n): ids[at most (n + 1) / 2] and, for each newline, ends[at most n] the number of ids before it.
   Counts the words in `table`. Returns the number of ids or a negative error; *n_ends is written. `stop` is read often. */
int64_t fv_encode(fv_table *table, const uint8_t *text, int64_t n, int32_t *ids, int64_t *ends, int64_t *n_ends,
                  const volatile uint8_t *stop);

/* Encodes n tokens that stand one after the other in `text`, of sizes[i] bytes each, at least one: ids[n]. FV_PADDING readable
   bytes follow. Returns the number of ids, fewer than n only if stopped, or a negative error. */
int64_t fv_encode_tokens(fv_table *table, const uint8_t *text, const uint32_t *sizes, int64_t n, int32_t *ids,
                         const volatile uint8_t *stop);

/* Turns into a space each byte of text[0 .. n) that is neither a newline nor part of a character of the set `kept`
   (bit c of the map: code point c < 0x110000). Underscores between two of these stay. Bytes that are not valid UTF-8 separate. */
void fv_blank_separators(uint8_t *text, int64_t n, const uint8_t *kept);

/* Maps ids[0 .. n) by `new_ids` in place, leaving out those that become negative, and shifts ends[0 .. n_ends) along.
   Returns how many are left. */
int64_t fv_remap(int32_t *ids, int64_t n, int64_t *ends, int64_t n_ends, const int32_t *new_ids);

#endif
