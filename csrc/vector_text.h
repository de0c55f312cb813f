/* Rows of word vectors in files: parsed from text, cut out of binary, and written as text. */
#ifndef FASTVEC_VECTOR_TEXT_H
#define FASTVEC_VECTOR_TEXT_H

#include <stdint.h>

/* What a line is. The first FV_BLANK kinds have a row. */
enum {
    FV_ROW,     /* a word and D numbers */
    FV_SPACED,  /* a word with white space in it, and D numbers */
    FV_NO_WORD, /* white space and D numbers */
    FV_BARE,    /* D fields and nothing before them: an empty word, or a row cut short */
    FV_BLANK,   /* white space alone */
    FV_SHORT    /* fewer fields */
};

typedef struct {
    int64_t kind, start, end; /* the word is text[start .. end) */
} fv_line;

/* A field that is not a plain number, or one too close to the middle of two doubles: vectors[place]. */
typedef struct {
    int64_t place, start, end;
} fv_field;

typedef struct {
    int64_t n_lines, n_rows, n_fields, end; /* text[0 .. end) was parsed */
} fv_parsed;

/* Parses text[0 .. n), whole lines of which the last may lack its newline; text[n] is a newline, and seven bytes follow.
   The last `size` fields of a line are its numbers. Ends early before a line for which lines, rows or fields (`size` of
   them) may not have room. */
fv_parsed fv_parse_rows(const uint8_t *text, int64_t n, int64_t size,
                        /* written */ float *vectors, fv_line *lines, fv_field *fields,
                        /* room */ int64_t most_rows, int64_t most_lines, int64_t most_fields);

/* Cuts rows out of text[0 .. n): newlines, the bytes of a word, a space, and `size` float32 in little-endian order. Ends
   before a row that is not whole, or whose word is longer than `longest`. */
fv_parsed fv_split_rows(const uint8_t *text, int64_t n, int64_t size, int64_t longest,
                        /* written */ float *vectors, fv_line *lines, /* room */ int64_t most_rows);

/* Writes n rows of `size` numbers as text, each with its word before it: word i is words[starts[i] .. starts[i + 1] - 1).
   `out` has room for the words and FV_LONGEST_FLOAT + 1 bytes a number. Returns the bytes written. */
int64_t fv_write_rows(const uint8_t *words, const int64_t *starts, const float *vectors, int64_t n, int64_t size,
                      int exponent, /* written */ uint8_t *out);

#endif
