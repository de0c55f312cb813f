/* Copies of the rows near the root of the Huffman tree, for each slice that is trained beside others (hierarchical
 * softmax).
 *
 * The root is on every word's path, its children on about half of them each, and so on; so two threads write those
 * rows at every step and take their cache lines from each other. A slice trains copies instead and exchanges them in
 * turn: what it has changed is added to the shared row, and the copy becomes that row. Nodes are numbered as they
 * were made, by rising weight, so the last FV_NEAR are the most used ones, and the row of rank r, counted from the
 * root, is used about 1 / (r + 1) as often as the root: ranks 2^d - 1 .. 2^(d + 1) - 2 take turns of 2^d, so that
 * each row is exchanged after about as many uses.
 *
 * THE RACE (step.h) is here, too: two exchanges of one row at the same time lose what one of them adds, the updates
 * of one interval, FV_EXCHANGED / threads uses.
 */
#ifndef FASTVEC_NEAR_H
#define FASTVEC_NEAR_H

#include "vec.h"
#include "word2vec.h"

#define FV_NEAR 1023    /* rows: ten levels, 450 KB at D=100, and as much again for what they were */
#define FV_EXCHANGED 32 /* uses of a row by all threads between two exchanges; 64: 4 % faster, at a higher loss */

typedef struct {
    float *copies, *before; /* [rows * stride]: as this thread has them, and as they were at the last exchange */
    int64_t first, rows;    /* rows first .. first + rows - 1 of W_out; the last is the root */
    int64_t uses, turns;
} fv_near;

static int64_t fv_near_rows(const fv_word2vec_slice *slice) {
    if (slice->loss != FV_HIERARCHICAL_SOFTMAX || slice->threads < 2) return 0;
    const int64_t nodes = slice->path_nodes[0] + 1;
    return nodes < FV_NEAR ? nodes : FV_NEAR;
}

static FV_INLINE float *fv_node(const fv_near *near, const fv_word2vec_slice *slice, int64_t node) {
    const int is_near = node >= near->first;
    float *const rows = is_near ? near->copies : slice->W_out;
    return rows + (node - (is_near ? near->first : 0)) * slice->stride;
}

static void fv_exchange(const fv_near *near, const fv_word2vec_slice *slice, int64_t row) {
    float *shared = slice->W_out + (near->first + row) * slice->stride;
    float *copy = near->copies + row * slice->stride, *before = near->before + row * slice->stride;
    for (int64_t d = 0; d < slice->stride; d += FV_LANES) {
        const vf now = vf_add(vf_load(shared + d), vf_sub(vf_load(copy + d), vf_load(before + d)));
        vf_store(shared + d, now);
        vf_store(copy + d, now);
        vf_store(before + d, now);
    }
}

static void fv_exchange_all(const fv_near *near, const fv_word2vec_slice *slice) {
    for (int64_t row = 0; row < near->rows; row++) fv_exchange(near, slice, row);
}

static void fv_near_open(fv_near *near, const fv_word2vec_slice *slice) {
    near->first = near->rows ? slice->path_nodes[0] + 1 - near->rows : INT64_MAX;
    const size_t bytes = sizeof(float) * (size_t)(near->rows * slice->stride);
    if (!bytes) return;
    memcpy(near->copies, slice->W_out + near->first * slice->stride, bytes);
    memcpy(near->before, near->copies, bytes);
}

/* After a centre: a row of each level, when it is time. */
static FV_INLINE void fv_exchange_in_turn(fv_near *near, const fv_word2vec_slice *slice) {
    if (!near->rows || ++near->uses * slice->threads < FV_EXCHANGED) return;
    near->uses = 0;
    for (int64_t level = 1; level <= near->rows; level *= 2) {
        const int64_t rank = level - 1 + near->turns % level; /* the root has rank 0 */
        if (rank < near->rows) fv_exchange(near, slice, near->rows - 1 - rank);
    }
    near->turns++;
}

#endif
