/* A hash table from words (any bytes) to ids and counts, made for text: a hit on a short word costs one cache line.

   Open addressing, linear probing. The hash is keyed, so nobody can prepare words that collide, and a word is always compared
   in full: a collision costs time, never a merged word. A word's home is given by the upper bits of its hash, so that a range
   of hashes is a range of slots in a table of any size, and several threads can take several tables apart by hash. */
#ifndef FASTVEC_WORD_TABLE_H
#define FASTVEC_WORD_TABLE_H

#include <stdint.h>
#include <string.h>

#if defined(_MSC_VER)
#include <intrin.h>
#endif

#include "portable.h"

enum { FV_SHORT_WORD = 16 }; /* the longest word that stands in its slot */
enum { FV_LOOKUPS = 64 };  /* words hashed and prefetched before the first is looked up */
enum { FV_NO_MEMORY = -1, FV_TOO_LONG = -2, FV_TOO_MANY = -3 };

typedef struct {
    uint64_t key[2];  /* up to 16 bytes: the word, filled up with 0; longer: its place in the arena, its hash */
    int64_t count;
    uint32_t length;  /* 0: the slot is free */
    int32_t id;       /* in the order of first appearance */
} fv_slot;            /* 32 bytes: never across a cache line */

typedef struct {
    void *memory;
    fv_slot *slots;   /* 64-byte aligned */
    uint64_t mask;    /* number of slots - 1 */
    int shift;        /* 64 - log2(number of slots) */
    int64_t n_words;
    uint8_t *arena;   /* the long words, one after the other */
    uint64_t arena_used, arena_size;
    uint64_t secret[2];
} fv_table;

/* A word as the look-up wants it. */
typedef struct {
    uint64_t key[2];
    uint64_t hash;
    const uint8_t *bytes;
    uint64_t length;
} fv_word;

/* 0, or FV_NO_MEMORY. */
int fv_table_init(fv_table *table, const uint64_t secret[2]);
void fv_table_free(fv_table *table);

/* The id of a word, a new one if it is new, with `count` added to its count; or a negative error. */
int32_t fv_table_add(fv_table *table, const fv_word *word, int64_t count);

/* Any bytes as a word; reads exactly `length` bytes. */
fv_word fv_word_of(const fv_table *table, const uint8_t *bytes, uint64_t length);

/* One of several equal ranges of hashes. */
typedef struct {
    uint32_t number, of;
} fv_part;

/* Adds the words of a part of `from` to `into`, which must have another secret: words in the order of their hashes would fill
   a table from one end and make it slow. ids[a word's id in from] = its id in into * part.of + part.number, distinct over all
   parts. 0 or a negative error. */
int fv_table_merge(fv_table *into, const fv_table *from, fv_part part, int32_t *ids);

/* By id: how often and how many bytes with a newline behind; then, with starts made from the sizes, the words themselves. */
void fv_table_counts(const fv_table *table, int64_t *counts, int64_t *sizes);
void fv_table_words(const fv_table *table, const int64_t *starts, uint8_t *bytes);

/* The longest way from a word's home slot to where it stands. */
uint64_t fv_table_longest_probe(const fv_table *table);

static inline uint64_t fv_load64(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
}

/* Both halves of the 128-bit product, xored. */
static inline uint64_t fv_fold(uint64_t x, uint64_t y) {
#if defined(__SIZEOF_INT128__)
    const unsigned __int128 product = (unsigned __int128)x * y;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#elif defined(_MSC_VER) && defined(_M_X64)
    uint64_t high, low = _umul128(x, y, &high);
    return low ^ high;
#elif defined(_MSC_VER) && defined(_M_ARM64)
    return (x * y) ^ __umulh(x, y);
#else
    const uint64_t xl = (uint32_t)x, xh = x >> 32, yl = (uint32_t)y, yh = y >> 32;
    const uint64_t middle = xh * yl + (xl * yl >> 32), other = xl * yh + (uint32_t)middle;
    return (x * y) ^ (xh * yh + (middle >> 32) + (other >> 32));
#endif
}

static inline uint64_t fv_hash_short(const uint64_t secret[2], uint64_t low, uint64_t high, uint64_t length) {
    return fv_fold(low ^ secret[0], high ^ secret[1] ^ (length << 56));
}

uint64_t fv_hash_long(const uint64_t secret[2], const uint8_t *bytes, uint64_t length);

static inline uint64_t fv_home(const fv_table *table, uint64_t hash) { return hash >> table->shift; }

/* A word of a text that is readable for 16 bytes from its start. */
static inline fv_word fv_word_in_text(const uint64_t secret[2], const uint8_t *bytes, uint64_t length) {
    static const uint8_t ones[32] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    fv_word word;
    word.bytes = bytes;
    word.length = length;
    if (length <= FV_SHORT_WORD) {
        const uint8_t *mask = ones + FV_SHORT_WORD - length;
        word.key[0] = fv_load64(bytes) & fv_load64(mask);
        word.key[1] = fv_load64(bytes + 8) & fv_load64(mask + 8);
        word.hash = fv_hash_short(secret, word.key[0], word.key[1], length);
    } else {
        word.hash = fv_hash_long(secret, bytes, length);
        word.key[0] = 0;
        word.key[1] = word.hash;
    }
    return word;
}

#endif
