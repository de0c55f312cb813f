/* Supersteps (bulk-synchronous parallel: Valiant 1990): slices that train on copies of rows, all from the same matrices,
 * and the merge of what they changed. The result depends on neither the number of threads nor their speed.
 *
 * A row that k slices changed to c_1 .. c_k becomes
 *
 *   row + s (c_1 - row + ... + c_k - row),     s = (1 + x / k) / (1 + x),    x = damping (r_1 u_1 + ... + r_k u_k)
 *
 * with the learning rate r and the number of uses u of each; and at most twice as far as the longest of c_i - row.
 *
 * A row that was used little moves by the sum, as it would if they had trained one after the other. One that was used much has
 * come near to where its slice draws it, and k slices that each go all the way would overshoot by k times: it moves by the mean.
 * (Along a line on which each use goes a part h of the way, u of them go 1 - (1 - h)^u of it, about h u / (1 + h u); s is the
 * part of k slices' uses in a row over the sum of their parts.) In x, h is a guess. Where few words, or a text that repeats
 * itself, make it too small by far, k slices that each went from one side of an optimum to it would go to the other side, and
 * further each time: by twice a change they go at most as far.
 */
#ifndef FASTVEC_SUPERSTEP_H
#define FASTVEC_SUPERSTEP_H

#include "word2vec.h"
#include "word2vec_slice.h"

struct fv_shard_run {
    fv_run run; /* it has vectors, which are aligned to 64 bytes */
    char *memory, *scratch;
};

static int fv_shard_open(fv_shard *shard) {
    char *memory = malloc(sizeof(struct fv_shard_run) + 64);
    if (!memory) return -1;
    struct fv_shard_run *run = (struct fv_shard_run *)(memory + (64 - (uintptr_t)memory % 64) % 64);
    run->memory = memory;
    run->scratch = fv_open_slice(&run->run, &shard->slice, &shard->totals);
    if (run->scratch) {
        shard->run = run;
        return 0;
    }
    free(memory);
    return -1;
}

static void fv_shard_close(fv_shard *shard) {
    fv_close_slice(&shard->run->run, shard->run->scratch);
    free(shard->run->memory);
    shard->run = NULL;
}

static void fv_shard_save(const fv_shard *shard, fv_shard_place *place) {
    const fv_run *run = &shard->run->run;
    *place = (fv_shard_place){run->totals->trained, run->totals->predictions, run->negatives.sets, run->loss.sum};
}

static int fv_shard_go_to(fv_shard *shard, const fv_shard_place *place) {
    fv_run *run = &shard->run->run;
    if (place->sets < 0 || place->sets > INT64_MAX / (1 + (int64_t)run->slice->negative) - 4 * FV_DRAWN) return -1;
    if (fv_skip_rounds(run, place->trained)) return -1;
    if (run->slice->loss == FV_NEGATIVE_SAMPLING) fv_negatives_skip(run, place->sets);
    run->totals->predictions = place->predictions;
    run->loss.sum = place->loss;
    return 0;
}

static void fv_copies_begin(fv_matrix *matrix, fv_copies *copies, int32_t *slot, int32_t *of_word) {
    copies->n = 0;
    matrix->W = matrix->slot ? matrix->W : matrix->rows;
    matrix->rows = copies->rows;
    matrix->copies = copies;
    matrix->slot = slot;
    matrix->of_word = of_word;
}

/* Forgets where copies are, and sorts them by part: row r belongs to part r % FV_PARTS. */
static void fv_copies_end(const fv_matrix *matrix, fv_changes *changes) {
    const fv_copies *copies = matrix->copies;
    int32_t *starts = changes->starts, next[FV_PARTS];
    memset(starts, 0, sizeof(int32_t) * (FV_PARTS + 1));
    for (int64_t k = 0; k < copies->n; k++) {
        starts[copies->row[k] % FV_PARTS + 1]++;
        matrix->slot[copies->row[k]] = -1;
    }
    for (int part = 0; part < FV_PARTS; part++) {
        next[part] = starts[part];
        starts[part + 1] += starts[part];
    }
    for (int64_t k = 0; k < copies->n; k++) changes->order[next[copies->row[k] % FV_PARTS]++] = (int32_t)k;
}

/* One superstep of a slice; `slots` are the calling thread's own, all -1 before and after. */
static void fv_shard_train(fv_shard *shard, int64_t centres, const fv_slots *slots) {
    fv_run *run = &shard->run->run;
    fv_copies_begin(&run->in, &shard->inputs.copies, slots->inputs, slots->of_word);
    fv_copies_begin(&run->out, &shard->outputs.copies, slots->outputs, slots->of_word);
    shard->over = fv_train_rounds(run, centres);
    fv_loss_flush(&run->loss); /* so that it is one number, whether the run pauses here or not */
    fv_copies_end(&run->in, &shard->inputs);
    fv_copies_end(&run->out, &shard->outputs);
}

#define FV_LONGEST_MOVE 2.0f /* of a row, in the longest of its changes: with 3 the loss may grow, with 1.5 training is slower */
#define FV_MERGE_AHEAD 8 /* rows between the prefetch of one with its copies and their merge */

/* -- the merge ------------------------------------------------------------------------------------------------- */

/* What k slices changed of a row, summed in their order, from d on. */
static FV_INLINE vf fv_summed(const float *row, float *const *copies, int64_t k, int64_t d) {
    const vf old = vf_load(row + d);
    vf sum = vf_sub(vf_load(copies[0] + d), old);
    for (int64_t j = 1; j < k; j++) sum = vf_add(sum, vf_sub(vf_load(copies[j] + d), old));
    return sum;
}

/* The scale of the summed changes of a row, made smaller where it would move too far. */
static FV_INLINE float fv_bounded(float scale, const float *row, float *const *copies, int64_t k, int64_t stride) {
    if (scale * (float)k <= FV_LONGEST_MOVE) return scale; /* as if all k were equal */
    float squares[FV_LANES];
    vf longest = vf_set1(0), total = vf_set1(0);
    for (int64_t j = 0; j < k; j++) {
        vf length = vf_set1(0);
        for (int64_t d = 0; d < stride; d += FV_LANES) {
            const vf change = vf_sub(vf_load(copies[j] + d), vf_load(row + d));
            length = vf_fma(change, change, length);
        }
        longest = vf_max(longest, vf_total(length));
    }
    for (int64_t d = 0; d < stride; d += FV_LANES) {
        const vf sum = fv_summed(row, copies, k, d);
        total = vf_fma(sum, sum, total);
    }
    vf_store(squares, vf_div(longest, vf_total(total)));
    const float most = FV_LONGEST_MOVE * sqrtf(squares[0]); /* NaN if no change has a length */
    return most < scale ? most : scale;
}

static FV_INLINE void fv_merge_row(float *row, float *const *copies, int64_t k, float scale, int64_t stride) {
    for (int64_t d = 0; d < stride; d += FV_LANES)
        vf_store(row + d, vf_fma(vf_set1(scale), fv_summed(row, copies, k, d), vf_load(row + d)));
}

/* Of a row that one slice alone used. */
static FV_INLINE void fv_take_over(float *row, const float *copy, int64_t stride) {
    for (int64_t d = 0; d < stride; d += FV_LANES) vf_store(row + d, vf_load(copy + d));
}

static FV_INLINE void fv_prefetch_row(const float *row, int64_t stride) {
    for (int64_t d = 0; d < stride; d += FV_ROW_ALIGN) FV_PREFETCH_L1(row + d);
}

/* Lists the copies of each row of a part, in the order of the shards; returns how many rows there are. */
static int64_t fv_merge_list(fv_shard *const *shards, int64_t n_shards, int output, int part, int64_t stride, fv_merge_scratch *scratch) {
    int64_t n_rows = 0, n = 0;
    for (int64_t s = 0; s < n_shards; s++) {
        const fv_changes *changes = output ? &shards[s]->outputs : &shards[s]->inputs;
        for (int32_t at = changes->starts[part]; at < changes->starts[part + 1]; at++, n++) {
            const int32_t slot = changes->order[at], row = changes->copies.row[slot];
            fv_change *change = &scratch->changes[n];
            *change = (fv_change){changes->copies.rows + slot * stride, shards[s]->slice.learning_rate * (float)changes->copies.uses[slot], -1};
            const int64_t place = row / FV_PARTS;
            if (scratch->first[place] < 0) {
                scratch->rows[n_rows++] = row;
                scratch->first[place] = (int32_t)n;
            } else scratch->changes[scratch->last[place]].next = (int32_t)n;
            scratch->last[place] = (int32_t)n;
        }
    }
    return n_rows;
}

static void fv_merge(fv_shard *const *shards, int64_t n_shards, int output, int part, float damping, fv_merge_scratch *scratch) {
    const fv_word2vec_slice *slice = &shards[0]->slice;
    const int64_t stride = slice->stride, n_rows = fv_merge_list(shards, n_shards, output, part, stride, scratch);
    float *W = output ? slice->W_out : slice->W_in;
    for (int64_t r = 0; r < n_rows; r++) {
        const int64_t place = scratch->rows[r] / FV_PARTS;
        float uses = 0;
        int64_t k = 0;
        if (r + FV_MERGE_AHEAD < n_rows) {
            const int32_t next = scratch->rows[r + FV_MERGE_AHEAD];
            fv_prefetch_row(W + next * stride, stride);
            for (int32_t n = scratch->first[next / FV_PARTS]; n >= 0; n = scratch->changes[n].next) fv_prefetch_row(scratch->changes[n].copy, stride);
        }
        for (int32_t n = scratch->first[place]; n >= 0; n = scratch->changes[n].next) {
            scratch->copies[k++] = scratch->changes[n].copy;
            uses += scratch->changes[n].uses;
        }
        scratch->first[place] = -1;
        const float x = damping * uses, scale = (1.0f + x / (float)k) / (1.0f + x);
        float *row = W + scratch->rows[r] * stride;
        if (k == 1) fv_take_over(row, scratch->copies[0], stride);
        else fv_merge_row(row, scratch->copies, k, fv_bounded(scale, row, scratch->copies, k, stride), stride);
    }
}

#define FV_SUPERSTEP {fv_shard_open, fv_shard_train, fv_shard_close, fv_shard_save, fv_shard_go_to, fv_merge}

#endif
