#include "vector_text.h"

#include <string.h>

#include "decimal.h"
#include "float_text.h"

fv_power fv_powers[FV_MOST_POWER - FV_LEAST_POWER + 1];
double fv_tens[FV_MOST_POWER - FV_LEAST_POWER + 1];

/* What is written, and how much of it is. */
typedef struct {
    const uint8_t *text;
    int64_t size;
    float *vectors;
    fv_field *fields;
    fv_parsed done;
} rows;

static inline int is_space(uint8_t byte) { return byte == ' ' || (uint8_t)(byte - '\t') < 5; }

/* Skips white space within a line. */
static inline const uint8_t *skip_space(const uint8_t *at) {
    while (is_space(*at) && *at != '\n') at++;
    return at;
}

/* Reads `size` numbers from the field at `at` on; returns what follows them, or NULL if the line ends before. */
static inline const uint8_t *read_numbers(rows *r, const uint8_t *at) {
    float *const row = r->vectors + r->done.n_rows * r->size;
    for (int64_t j = 0; j < r->size; j++) {
        at = skip_space(at);
        if (*at == '\n') return NULL;
        const uint8_t *end = fv_read_float(at, row + j);
        if (end == NULL || !is_space(*end)) {
            for (end = at; !is_space(*end);) end++;
            r->fields[r->done.n_fields++] = (fv_field){r->done.n_rows * r->size + j, at - r->text, end - r->text};
        }
        at = end;
    }
    return skip_space(at);
}

/* The line at `at`, if it is a word without white space and `size` fields; returns what follows it, else NULL. */
static inline const uint8_t *plain_line(rows *r, const uint8_t *at, fv_line *line) {
    const int64_t n_fields = r->done.n_fields;
    const uint8_t *const start = at;
    while (!is_space(*at)) at++;
    if (at == start) return NULL;
    *line = (fv_line){FV_ROW, start - r->text, at - r->text};
    at = read_numbers(r, at);
    if (at == NULL || *at != '\n') {
        r->done.n_fields = n_fields;
        return NULL;
    }
    return at + 1;
}

/* Any line from `start` to the newline at `end`: its numbers are the last `size` fields. */
static void other_line(rows *r, const uint8_t *start, const uint8_t *end, fv_line *line) {
    const uint8_t *at = end;
    int64_t found = 0;
    for (;;) {
        while (at > start && is_space(at[-1])) at--;
        if (at == start || found == r->size) break;
        while (at > start && !is_space(at[-1])) at--;
        found++;
    }
    const uint8_t *const word_end = at;
    *line = (fv_line){found == 0 ? FV_BLANK : FV_SHORT, start - r->text, end - r->text};
    if (found < r->size) return;
    while (start < word_end && is_space(*start)) start++;
    *line = (fv_line){FV_ROW, start - r->text, word_end - r->text};
    for (at = start; at < word_end; at++) {
        if (is_space(*at)) line->kind = FV_SPACED;
    }
    if (start == word_end) line->kind = is_space(*start) ? FV_NO_WORD : FV_BARE;
    (void)read_numbers(r, word_end);
}

fv_parsed fv_parse_rows(const uint8_t *text, int64_t n, int64_t size, float *vectors, fv_line *lines, fv_field *fields,
                        int64_t most_rows, int64_t most_lines, int64_t most_fields) {
    rows r = {text, size, vectors, fields, {0, 0, 0, 0}};
    const uint8_t *at = text;
    while (at < text + n && r.done.n_rows < most_rows && r.done.n_lines < most_lines &&
           r.done.n_fields + size <= most_fields) {
        fv_line *const line = &lines[r.done.n_lines++];
        const uint8_t *next = plain_line(&r, at, line);
        if (next == NULL) {
            const uint8_t *const end = memchr(at, '\n', (size_t)(text + n + 1 - at));
            other_line(&r, at, end, line);
            next = end + 1;
        }
        r.done.n_rows += line->kind < FV_BLANK;
        at = next;
    }
    r.done.end = at - text < n ? at - text : n;
    return r.done;
}

static inline void copy_floats(float *to, const uint8_t *from, int64_t n) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (int64_t i = 0; i < n; i++) {
        const uint32_t bits = (uint32_t)from[4 * i] | (uint32_t)from[4 * i + 1] << 8 | (uint32_t)from[4 * i + 2] << 16 |
                              (uint32_t)from[4 * i + 3] << 24;
        memcpy(to + i, &bits, 4);
    }
#else
    memcpy(to, from, 4 * (size_t)n);
#endif
}

fv_parsed fv_split_rows(const uint8_t *text, int64_t n, int64_t size, int64_t longest, float *vectors, fv_line *lines,
                        int64_t most_rows) {
    fv_parsed done = {0, 0, 0, 0};
    while (done.n_rows < most_rows) {
        int64_t start = done.end;
        while (start < n && text[start] == '\n') start++;
        const uint8_t *const space = memchr(text + start, ' ', (size_t)(n - start));
        if (space == NULL || text + n - space - 1 < 4 * size || space - text - start > longest) break;
        copy_floats(vectors + done.n_rows * size, space + 1, size);
        lines[done.n_rows++] = (fv_line){space == text + start ? FV_NO_WORD : FV_ROW, start, space - text};
        done.end = space + 1 + 4 * size - text;
    }
    done.n_lines = done.n_rows;
    return done;
}

int64_t fv_write_rows(const uint8_t *words, const int64_t *starts, const float *vectors, int64_t n, int64_t size,
                      int exponent, uint8_t *out) {
    uint8_t *at = out;
    for (int64_t i = 0; i < n; i++) {
        const size_t length = (size_t)(starts[i + 1] - starts[i] - 1);
        memcpy(at, words + starts[i], length);
        at += length;
        for (int64_t j = 0; j < size; j++) {
            *at++ = ' ';
            at = fv_write_float(at, vectors[i * size + j], exponent);
        }
        *at++ = '\n';
    }
    return at - out;
}
