/* A matrix as a slice trains it: its rows where they are, or copies of those that the slice uses, made at first use.
 *
 * With copies nobody writes the matrix itself until all slices that read it have come to the end of a superstep; then
 * superstep.h merges what each has changed. So no thread ever sees a row that another one is about to change. */
#ifndef FASTVEC_MATRIX_H
#define FASTVEC_MATRIX_H

#include <stdint.h>
#include <string.h>

#include "portable.h"

/* The rows that a slice has copied, in the order of their first use. */
typedef struct {
    float *rows;       /* [capacity * stride] */
    int32_t *row;      /* [capacity] whose copy it is */
    int32_t *uses;     /* [capacity] how often it was held, or stood among the outputs of a step */
    int64_t n, capacity;
    int64_t most;      /* rows that one round may add: a round begins only if there is room for them */
} fv_copies;

typedef struct {
    float *rows;        /* the matrix, or the copies */
    int64_t stride;
    const float *W;     /* the matrix, and ... */
    fv_copies *copies;
    int32_t *slot;      /* ... [rows] which copy is of each row, -1: none; NULL: there are no copies */
    int32_t *of_word;   /* [most rows of a word] the copies of its rows */
} fv_matrix;

/* The rows of a word. */
typedef struct {
    const int32_t *row; /* [n] of a matrix */
    int64_t n;
} fv_rows;

static int32_t fv_copy_row(fv_matrix *matrix, int32_t row) {
    fv_copies *copies = matrix->copies;
    const int32_t slot = (int32_t)copies->n++;
    memcpy(copies->rows + slot * matrix->stride, matrix->W + row * matrix->stride, sizeof(float) * (size_t)matrix->stride);
    copies->row[slot] = row;
    copies->uses[slot] = 0;
    return matrix->slot[row] = slot;
}

/* Where a row is that is read and written now; it counts as one use. */
static FV_INLINE float *fv_row(fv_matrix *matrix, int32_t row) {
    if (!matrix->slot) return matrix->rows + row * matrix->stride;
    int32_t slot = matrix->slot[row];
    if (slot < 0) slot = fv_copy_row(matrix, row);
    matrix->copies->uses[slot]++;
    return matrix->rows + slot * matrix->stride;
}

/* Where n rows are. */
static FV_INLINE void fv_rows_at(fv_matrix *matrix, const int32_t *row, int64_t n, float **at) {
    if (!matrix->slot)
        for (int64_t k = 0; k < n; k++) at[k] = matrix->rows + row[k] * matrix->stride;
    else
        for (int64_t k = 0; k < n; k++) at[k] = fv_row(matrix, row[k]);
}

/* Where it would be read now, for a prefetch or a comparison. */
static FV_INLINE float *fv_row_there(const fv_matrix *matrix, int32_t row) {
    if (!matrix->slot) return matrix->rows + row * matrix->stride;
    const int32_t slot = matrix->slot[row];
    return slot < 0 ? (float *)matrix->W + row * matrix->stride : matrix->rows + slot * matrix->stride;
}

/* The rows of a word among `matrix->rows`; taking them is one use of each, giving them back (`uses` 0) none. */
static FV_INLINE fv_rows fv_here(fv_matrix *matrix, fv_rows rows, int32_t uses) {
    if (!matrix->slot) return rows;
    for (int64_t r = 0; r < rows.n; r++) {
        int32_t slot = matrix->slot[rows.row[r]];
        if (slot < 0) slot = fv_copy_row(matrix, rows.row[r]);
        matrix->copies->uses[slot] += uses;
        matrix->of_word[r] = slot;
    }
    return (fv_rows){matrix->of_word, rows.n};
}

static FV_INLINE int fv_has_room(const fv_matrix *matrix) {
    return !matrix->slot || matrix->copies->n + matrix->copies->most <= matrix->copies->capacity;
}

#endif
