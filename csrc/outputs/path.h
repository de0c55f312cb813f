/* Hierarchical softmax: a word by the turns on its way through the Huffman tree (Morin and Bengio 2005).
 *
 * Every prediction trains the nodes near the root, so threads would spend their time taking those few rows from each
 * other. A slice holds them and exchanges them in turn. Nodes are numbered as they were made, by rising weight, so the
 * last FV_NEAR are the most used ones, and the row of rank r, counted from the root, is used about 1 / (r + 1) as often
 * as the root: ranks 2^d - 1 .. 2^(d + 1) - 2 take turns of 2^d, so that each row is exchanged after about as many uses.
 */
#ifndef FASTVEC_OUTPUTS_PATH_H
#define FASTVEC_OUTPUTS_PATH_H

#include "../run.h"

#define FV_NEAR 1023    /* rows: ten levels, 450 KB at D=100, and as much again for what they were */
#define FV_EXCHANGED 16 /* centres between two exchanges; on 16 threads the loss is 0.08 % higher than with 2 */
#define FV_LOOK_UP 6    /* centres between the prefetch of where a path stands and of the path */
#define FV_CACHED 10    /* levels of the tree whose 1,023 rows stay in L2 anyway; 7: 1 to 2 % slower */

static int64_t fv_near_rows(const fv_word2vec_slice *slice) {
    if (slice->threads < 2 || slice->freeze_outputs) return 0;
    const int64_t nodes = slice->path_nodes[0] + 1;
    return nodes < FV_NEAR ? nodes : FV_NEAR;
}

static void fv_path_lay_out(fv_run *run, fv_arena *arena) {
    const fv_word2vec_slice *slice = run->slice;
    run->path.rows = fv_near_rows(slice);
    run->path.first = run->path.rows ? slice->path_nodes[0] + 1 - run->path.rows : INT64_MAX;
    run->path.now = fv_floats(arena, run->path.rows * slice->stride);
    run->path.before = fv_floats(arena, run->path.rows * slice->stride);
    run->path.signs = fv_floats(arena, slice->longest_path + FV_LANES);
    run->most_outputs = slice->longest_path + 1;
}

static FV_INLINE float *fv_node(fv_run *run, int32_t node) {
    if (node >= run->path.first) return run->path.now + (node - run->path.first) * run->slice->stride;
    return fv_row(&run->out, node);
}

static void fv_path_open(fv_run *run) {
    const fv_path *path = &run->path;
    memset(path->signs, 0, sizeof(float) * (size_t)(run->slice->longest_path + FV_LANES)); /* read past the last one */
    for (int64_t r = 0; r < path->rows; r++) {
        const int32_t node = (int32_t)(path->first + r);
        const int64_t at = r * run->slice->stride;
        fv_take(run->out.rows, (fv_rows){&node, 1}, path->now + at, path->before + at, run->slice->stride);
    }
}

static void fv_exchange_node(const fv_run *run, int64_t row) {
    const fv_path *path = &run->path;
    const int64_t at = row * run->slice->stride;
    fv_exchange(run->out.rows + (path->first + row) * run->slice->stride, path->now + at, path->before + at, run->slice->stride);
}

static void fv_path_close(fv_run *run) {
    for (int64_t row = 0; row < run->path.rows; row++) fv_exchange_node(run, row);
}

/* After a centre: a row of each level, when it is time. */
static void fv_path_close_round(fv_run *run) {
    fv_path *path = &run->path;
    if (!path->rows || ++path->uses < FV_EXCHANGED) return;
    path->uses = 0;
    for (int64_t level = 1; level <= path->rows; level *= 2) {
        const int64_t rank = level - 1 + path->turns % level; /* the root has rank 0 */
        if (rank < path->rows) fv_exchange_node(run, path->rows - 1 - rank);
    }
    path->turns++;
}

/* The tables of paths have megabytes too: naming the nodes must not wait for them, nor looking up where they are. */
static void fv_path_look_up(fv_run *run, const fv_place *place, int64_t t) {
    const fv_word2vec_slice *slice = run->slice;
    if (t + FV_LOOK_UP < place->n) FV_PREFETCH_L2(slice->path_offsets + fv_predicted(run, place, t + FV_LOOK_UP));
    const int64_t root = slice->path_offsets[fv_predicted(run, place, t)];
    for (int64_t d = 0; d < 2 * FV_ROW_ALIGN; d += FV_ROW_ALIGN) { /* 32 turns, more than most ways have */
        FV_PREFETCH_L2(slice->path_nodes + root + d);
        FV_PREFETCH_L2(slice->path_signs + root + d);
    }
}

static void fv_path_want(fv_run *run, int32_t word) {
    const fv_word2vec_slice *slice = run->slice;
    const int64_t from = slice->path_offsets[word] + FV_CACHED, to = slice->path_offsets[word + 1];
    if (!run->path.rows && from < to) fv_want_rows(run, &run->out, (fv_rows){slice->path_nodes + from, to - from});
    for (int64_t r = from; run->path.rows && r < to; r++)
        if (slice->path_nodes[r] < run->path.first) fv_want(run, &run->out, slice->path_nodes[r]);
}

/* Those of a path from its root on, where FV_LANES more may be read. */
static FV_INLINE const float *fv_signs_of_path(const fv_run *run, int64_t root) {
    const fv_word2vec_slice *slice = run->slice;
    if (root + run->step.outputs + FV_LANES <= slice->path_offsets[slice->outputs]) return slice->path_signs + root;
    return memcpy(run->path.signs, slice->path_signs + root, sizeof(float) * (size_t)run->step.outputs);
}

static void fv_path_predict(fv_run *run) {
    const fv_word2vec_slice *slice = run->slice;
    fv_step *step = &run->step;
    const int32_t word = run->groups[0].word;
    const int64_t root = slice->path_offsets[word];
    step->n_groups = 0;
    step->outputs = slice->path_offsets[word + 1] - root;
    if (!step->outputs) return;
    if (run->path.rows)
        for (int64_t j = 0; j < step->outputs; j++) step->y[j] = fv_node(run, slice->path_nodes[root + j]);
    else fv_rows_at(&run->out, slice->path_nodes + root, step->outputs, step->y);
    step->signs = fv_signs_of_path(run, root);
    fv_step_gradients(step, &run->loss);
    fv_step_update(step);
}

static const fv_outputs fv_hierarchical_softmax = {
    .lay_out = fv_path_lay_out, .open = fv_path_open, .close = fv_path_close, .open_round = fv_do_nothing,
    .close_round = fv_path_close_round, .look_up = fv_path_look_up, .want = fv_path_want, .predict = fv_path_predict, .look = 64,
};

#endif
