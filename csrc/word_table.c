#include "word_table.h"

#include <stdlib.h>

enum { FIRST_BITS = 12 };

uint64_t fv_hash_long(const uint64_t secret[2], const uint8_t *bytes, uint64_t length) {
    uint64_t hash = length;
    for (uint64_t at = 0; at < length - 16; at += 16) {
        hash = fv_fold(fv_load64(bytes + at) ^ secret[0] ^ hash, fv_load64(bytes + at + 8) ^ secret[1]);
    }
    const uint8_t *last = bytes + length - 16; /* may overlap what was read */
    return fv_fold(fv_load64(last) ^ secret[0] ^ hash, fv_load64(last + 8) ^ secret[1]);
}

static int allocate_slots(fv_table *table, int bits) {
    const uint64_t n_slots = (uint64_t)1 << bits;
    if (n_slots > SIZE_MAX / sizeof(fv_slot) - 2) return FV_NO_MEMORY;
    table->memory = calloc((size_t)n_slots + 2, sizeof(fv_slot));
    if (table->memory == NULL) return FV_NO_MEMORY;
    table->slots = (fv_slot *)(((uintptr_t)table->memory + 63) & ~(uintptr_t)63);
    table->mask = n_slots - 1;
    table->shift = 64 - bits;
    return 0;
}

int fv_table_init(fv_table *table, const uint64_t secret[2]) {
    memset(table, 0, sizeof *table);
    table->secret[0] = secret[0];
    table->secret[1] = secret[1];
    return allocate_slots(table, FIRST_BITS);
}

void fv_table_free(fv_table *table) {
    free(table->memory);
    free(table->arena);
    memset(table, 0, sizeof *table);
}

fv_word fv_word_of(const fv_table *table, const uint8_t *bytes, uint64_t length) {
    if (length > FV_SHORT_WORD) return fv_word_in_text(table->secret, bytes, length);
    uint8_t padded[FV_SHORT_WORD] = {0};
    memcpy(padded, bytes, length);
    fv_word word = fv_word_in_text(table->secret, padded, length);
    word.bytes = bytes;
    return word;
}

static uint64_t hash_of_slot(const fv_table *table, const fv_slot *slot) {
    if (slot->length > FV_SHORT_WORD) return slot->key[1];
    return fv_hash_short(table->secret, slot->key[0], slot->key[1], slot->length);
}

static int grow(fv_table *table) {
    const fv_table old = *table;
    const int error = allocate_slots(table, 64 - old.shift + 1);
    if (error) {
        *table = old;
        return error;
    }
    for (uint64_t i = 0; i <= old.mask; i++) {
        if (old.slots[i].length == 0) continue;
        uint64_t at = fv_home(table, hash_of_slot(&old, &old.slots[i]));
        while (table->slots[at].length != 0) at = (at + 1) & table->mask;
        table->slots[at] = old.slots[i];
    }
    free(old.memory);
    return 0;
}

static int keep_long(fv_table *table, const fv_word *word) {
    if (word->length > table->arena_size - table->arena_used) {
        uint64_t size = 2 * table->arena_size + word->length + 4096;
        uint8_t *arena = size > SIZE_MAX ? NULL : realloc(table->arena, (size_t)size);
        if (arena == NULL) return FV_NO_MEMORY;
        table->arena = arena;
        table->arena_size = size;
    }
    memcpy(table->arena + table->arena_used, word->bytes, word->length);
    table->arena_used += word->length;
    return 0;
}

static int32_t insert(fv_table *table, const fv_word *word, int64_t count) {
    if (word->length > UINT32_MAX) return FV_TOO_LONG;
    if (table->n_words == INT32_MAX) return FV_TOO_MANY;
    if (4 * (uint64_t)table->n_words > 3 * table->mask && grow(table)) return FV_NO_MEMORY;
    fv_slot slot = {{word->key[0], word->key[1]}, count, (uint32_t)word->length, (int32_t)table->n_words};
    if (word->length > FV_SHORT_WORD) {
        slot.key[0] = table->arena_used;
        if (keep_long(table, word)) return FV_NO_MEMORY;
    }
    uint64_t at = fv_home(table, word->hash);
    while (table->slots[at].length != 0) at = (at + 1) & table->mask;
    table->slots[at] = slot;
    table->n_words++;
    return slot.id;
}

static int same(const fv_table *table, const fv_slot *slot, const fv_word *word) {
    if (slot->key[1] != word->key[1] || slot->length != word->length) return 0;
    if (word->length <= FV_SHORT_WORD) return slot->key[0] == word->key[0];
    return memcmp(table->arena + slot->key[0], word->bytes, word->length) == 0;
}

int32_t fv_table_add(fv_table *table, const fv_word *word, int64_t count) {
    for (uint64_t at = fv_home(table, word->hash);; at = (at + 1) & table->mask) {
        fv_slot *slot = &table->slots[at];
        if (slot->length == 0) return insert(table, word, count);
        if (same(table, slot, word)) {
            slot->count += count;
            return slot->id;
        }
    }
}

static const uint8_t *bytes_of_slot(const fv_table *table, const fv_slot *slot) {
    return slot->length > FV_SHORT_WORD ? table->arena + slot->key[0] : (const uint8_t *)slot->key;
}

/* Part k of n: the hashes whose upper half is in [first_of_part(k, n), first_of_part(k + 1, n)). */
static uint64_t first_of_part(uint64_t part, uint64_t n_parts) { return ((part << 32) + n_parts - 1) / n_parts; }

static int add_all(fv_table *into, const fv_table *from, const fv_slot **slots, int n, fv_part part, int32_t *ids) {
    fv_word words[FV_LOOKUPS];
    for (int i = 0; i < n; i++) {
        words[i] = fv_word_of(into, bytes_of_slot(from, slots[i]), slots[i]->length);
        FV_PREFETCH_L1(&into->slots[fv_home(into, words[i].hash)]);
    }
    for (int i = 0; i < n; i++) {
        const int32_t id = fv_table_add(into, &words[i], slots[i]->count);
        if (id < 0) return id;
        if (id > (INT32_MAX - (int32_t)part.number) / (int32_t)part.of) return FV_TOO_MANY;
        ids[slots[i]->id] = id * (int32_t)part.of + (int32_t)part.number;
    }
    return 0;
}

int fv_table_merge(fv_table *into, const fv_table *from, fv_part part, int32_t *ids) {
    const uint64_t begin = first_of_part(part.number, part.of), end = first_of_part((uint64_t)part.number + 1, part.of);
    const uint64_t first = fv_home(from, begin << 32), last = fv_home(from, (end << 32) - 1);
    const fv_slot *slots[FV_LOOKUPS];
    int n = 0, error = 0;
    /* what found its home taken stands behind it, perhaps behind the last home of the part, before the next free slot */
    for (uint64_t i = first; i - first <= from->mask && !error; i++) {
        const fv_slot *slot = &from->slots[i & from->mask];
        if (slot->length == 0) {
            if (i >= last) break;
            continue;
        }
        const uint64_t half = hash_of_slot(from, slot) >> 32;
        if (half < begin || half >= end) continue;
        slots[n++] = slot;
        if (n == FV_LOOKUPS) {
            error = add_all(into, from, slots, n, part, ids);
            n = 0;
        }
    }
    return error ? error : add_all(into, from, slots, n, part, ids);
}

void fv_table_counts(const fv_table *table, int64_t *counts, int64_t *sizes) {
    for (uint64_t i = 0; i <= table->mask; i++) {
        const fv_slot *slot = &table->slots[i];
        if (slot->length == 0) continue;
        counts[slot->id] = slot->count;
        sizes[slot->id] = (int64_t)slot->length + 1;
    }
}

void fv_table_words(const fv_table *table, const int64_t *starts, uint8_t *bytes) {
    for (uint64_t i = 0; i <= table->mask; i++) {
        const fv_slot *slot = &table->slots[i];
        if (slot->length == 0) continue;
        memcpy(bytes + starts[slot->id], bytes_of_slot(table, slot), slot->length);
        bytes[starts[slot->id] + slot->length] = '\n';
    }
}

uint64_t fv_table_longest_probe(const fv_table *table) {
    uint64_t longest = 0;
    for (uint64_t i = 0; i <= table->mask; i++) {
        if (table->slots[i].length == 0) continue;
        const uint64_t way = (i - fv_home(table, hash_of_slot(table, &table->slots[i]))) & table->mask;
        if (way > longest) longest = way;
    }
    return longest;
}
