/* What the models share: a step's inputs, the words they predict, and the rows that will be wanted soon. */
#ifndef FASTVEC_RUN_H
#define FASTVEC_RUN_H

#include "bag.h"
#include "gather.h"
#include "near.h"
#include "row_step.h"
#include "softmax.h"

#define FV_AHEAD 2   /* centres between the prefetch of rows and their use; 3: 2 % slower in CBOW by hierarchical softmax */
#define FV_DRAWN 16  /* centres whose negatives are drawn in one go: their misses in the alias table overlap */
#define FV_CACHED 10 /* levels of the Huffman tree whose 1,023 rows stay in L2 anyway; 7: 1 to 2 % slower */
#define FV_LOOK 64   /* centres between two looks at the stop byte */

typedef struct {
    const fv_word2vec_slice *slice;
    fv_word2vec_totals *totals;
    fv_batch batch;
    uint64_t draws; /* how many of the stream have been used */
    int32_t *ring;  /* [2 * FV_DRAWN][most_draws] negatives by centre, or by round of groups */
    int64_t most_draws;
    float *held;    /* [inputs * stride]: updates of rows whose rate is not 1 */
    float *scores;  /* [inputs][fv_scores_stride(outputs)] for full softmax */
    float *signs_of_path; /* [outputs + FV_LANES] for hierarchical softmax */
    float **ahead;        /* the rows that will be wanted soon; a step's are a part of them */
    fv_bag bag;
    fv_near near;
    /* of groups: their inputs; the words that a step predicts and their rows; by token of a group's windows the row
     * (or the sum of its rows) and how many they are; the tokens of one bag */
    float *means, *gradients, *positives[FV_GROUP], *token_sums;
    int32_t predicted[FV_GROUP];
    float **sums, **members;
    int64_t *counts;
    fv_step step;
    fv_signs signs;
    fv_loss loss;
} fv_run;

static FV_INLINE float *fv_in(const fv_run *run, int64_t row) { return run->slice->W_in + row * run->slice->stride; }
static FV_INLINE float *fv_out(const fv_run *run, int64_t row) { return run->slice->W_out + row * run->slice->stride; }

/* How many predictions centre t makes, each with negatives of its own; or the steps of round t of groups. */
static FV_INLINE int64_t fv_predictions(const fv_run *run, int64_t t) {
    const int32_t model = run->slice->model;
    if (model == FV_GROUPS) return FV_GROUP;
    return model == FV_PAIRS || model == FV_CENTRE ? run->batch.last[t] - run->batch.first[t] : 1;
}

static FV_INLINE int32_t *fv_negatives_of(const fv_run *run, int64_t t) {
    return run->ring + t % (2 * FV_DRAWN) * run->most_draws;
}

static void fv_draw_negatives(fv_run *run, int64_t from) {
    const fv_word2vec_slice *slice = run->slice;
    if (slice->loss != FV_NEGATIVE_SAMPLING) return;
    const int64_t rounds = slice->model == FV_GROUPS ? run->batch.rounds : run->batch.n;
    for (int64_t t = from; t < from + FV_DRAWN && t < rounds; t++) {
        const int64_t draws = slice->negative * fv_predictions(run, t);
        int32_t *negatives = fv_negatives_of(run, t);
        for (int64_t k = 0; k < draws; k++)
            negatives[k] = fv_alias_draw(slice->negatives, (uint32_t)slice->outputs, fv_draw(slice->streams[2], run->draws + (uint64_t)k));
        run->draws += (uint64_t)draws;
    }
}

/* -- inputs ------------------------------------------------------------------------------------------------- */

typedef struct {
    const int32_t *row; /* [n] of W_in */
    int64_t n;
} fv_rows;

/* Those of a word: its own alone, where words have no others. */
static FV_INLINE fv_rows fv_rows_of(const fv_word2vec_slice *slice, const int32_t *word) {
    if (!slice->row_offsets) return (fv_rows){word, 1};
    const int64_t from = slice->row_offsets[*word];
    return (fv_rows){slice->word_rows + from, slice->row_offsets[*word + 1] - from};
}

/* Adds the rows of a word to the bag. */
static FV_INLINE void fv_bag_word(fv_run *run, int32_t word) {
    const fv_rows rows = fv_rows_of(run->slice, &word);
    for (int64_t r = 0; r < rows.n; r++) run->bag.rows[run->bag.n++] = fv_in(run, rows.row[r]);
}

/* The mean of the bag is the one input of the steps to come. */
static FV_INLINE void fv_bag_open(fv_run *run) {
    fv_mean(run->bag.rows, run->bag.n, run->bag.n, run->bag.mean, run->bag.gradient, run->bag.stride);
    run->step.inputs = 1;
    run->step.x[0] = run->bag.mean;
    run->step.dx[0] = run->bag.gradient;
}

static FV_INLINE void fv_bag_close(fv_run *run) {
    const fv_word2vec_slice *slice = run->slice;
    const float factor = slice->divide_gradient ? 1.0f / (float)run->bag.n : 1.0f;
    if (slice->row_rates) fv_bag_add_rated(&run->bag, factor, slice->W_in, slice->row_rates);
    else fv_bag_add(&run->bag, factor);
    run->bag.n = 0;
}

/* Rows with a rate of their own gather their updates elsewhere; those get to them in proportion. */
static void fv_hold_rows(fv_run *run) {
    const fv_word2vec_slice *slice = run->slice;
    for (int64_t i = 0; i < run->step.inputs; i++)
        if (slice->row_rates[(run->step.x[i] - slice->W_in) / slice->stride] != 1)
            run->step.dx[i] = memset(run->held + i * slice->stride, 0, sizeof(float) * (size_t)slice->stride);
}

static void fv_release_rows(fv_run *run) {
    const fv_word2vec_slice *slice = run->slice;
    for (int64_t i = 0; i < run->step.inputs; i++) {
        if (run->step.dx[i] != run->held + i * slice->stride) continue;
        float *row = run->step.x[i];
        fv_row_add(row, slice->row_rates[(row - slice->W_in) / slice->stride], run->step.dx[i], slice->stride);
    }
}

/* -- outputs ------------------------------------------------------------------------------------------------ */

/* A word, then its negatives without the word itself. Returns whether one may stand twice: words that share one of
 * 64 bits only cost a closer look. */
static FV_INLINE int fv_set_negatives(fv_run *run, int32_t word, const int32_t *negatives) {
    const fv_word2vec_slice *slice = run->slice;
    uint64_t bits = 0;
    int repeats = 0;
    int64_t outputs = 0;
    run->step.y[outputs++] = fv_out(run, word);
    for (int32_t k = 0; k < slice->negative; k++) {
        const uint64_t bit = UINT64_C(1) << (negatives[k] & 63);
        repeats |= (bits & bit) != 0;
        bits |= bit;
        run->step.y[outputs] = fv_out(run, negatives[k]);
        outputs += negatives[k] != word;
    }
    run->step.outputs = outputs;
    return repeats;
}

/* The inner nodes of the Huffman tree on the way to a word. */
static FV_INLINE void fv_set_path(fv_run *run, int32_t word) {
    const fv_word2vec_slice *slice = run->slice;
    const int64_t root = slice->path_offsets[word];
    run->step.outputs = slice->path_offsets[word + 1] - root;
    run->step.signs = run->signs_of_path;
    for (int64_t j = 0; j < run->step.outputs; j++) {
        run->step.y[j] = fv_node(&run->near, slice, slice->path_nodes[root + j]);
        run->signs_of_path[j] = slice->path_signs[root + j]; /* vectors are loaded from there, past the last one */
    }
}

static FV_INLINE void fv_train_step(fv_run *run, int maybe_repeats) {
    if (run->step.inputs == 1) fv_row_step(&run->step, maybe_repeats, &run->signs, &run->loss);
    else fv_logistic_step(&run->step, maybe_repeats, &run->signs, &run->loss);
}

/* One step: the inputs that stand ready predict a word. */
static FV_INLINE void fv_predict(fv_run *run, int32_t word, const int32_t *negatives, int maybe_repeats) {
    const fv_word2vec_slice *slice = run->slice;
    const int held = slice->row_rates && slice->model < FV_CENTRE;
    run->totals->predictions += run->step.inputs;
    if (held) fv_hold_rows(run);
    if (slice->loss == FV_SOFTMAX) {
        fv_softmax_step(&run->step, word, run->scores, &run->loss);
    } else if (slice->loss == FV_NEGATIVE_SAMPLING) {
        maybe_repeats |= fv_set_negatives(run, word, negatives);
        fv_train_step(run, maybe_repeats);
    } else {
        fv_set_path(run, word);
        if (run->step.outputs) fv_train_step(run, maybe_repeats);
    }
    if (held) fv_release_rows(run);
}

/* -- looking ahead ------------------------------------------------------------------------------------------ */

static FV_INLINE void fv_want(fv_run *run, float *row) { run->step.ahead[run->step.aheads++] = row; }

static FV_INLINE void fv_want_word(fv_run *run, int32_t word) {
    const fv_rows rows = fv_rows_of(run->slice, &word);
    for (int64_t r = 0; r < rows.n; r++) fv_want(run, fv_in(run, rows.row[r]));
}

static FV_INLINE void fv_want_output(fv_run *run, int32_t word) {
    const fv_word2vec_slice *slice = run->slice;
    if (slice->loss == FV_NEGATIVE_SAMPLING) fv_want(run, fv_out(run, word));
    else if (slice->loss == FV_HIERARCHICAL_SOFTMAX)
        for (int64_t r = slice->path_offsets[word] + FV_CACHED; r < slice->path_offsets[word + 1]; r++)
            fv_want(run, fv_node(&run->near, slice, slice->path_nodes[r]));
}

/* The table of paths has megabytes too: fv_look_ahead must not wait for it. */
static FV_INLINE void fv_look_up_path(const fv_run *run, int64_t t) {
    const fv_word2vec_slice *slice = run->slice;
    if (slice->loss != FV_HIERARCHICAL_SOFTMAX || t >= run->batch.n) return;
    const int32_t *words = slice->model == FV_GIVEN ? run->batch.first : run->batch.kept;
    if (t + 3 * FV_AHEAD < run->batch.n) FV_PREFETCH_L2(slice->path_offsets + words[t + 3 * FV_AHEAD]);
    const int64_t root = slice->path_offsets[words[t]];
    for (int64_t d = 0; d < 2 * FV_ROW_ALIGN; d += FV_ROW_ALIGN) { /* 32 turns, more than most ways have */
        FV_PREFETCH_L2(slice->path_nodes + root + d);
        FV_PREFETCH_L2(slice->path_signs + root + d);
    }
}

static FV_INLINE void fv_want_nothing(fv_run *run) {
    run->step.ahead = run->ahead;
    run->step.aheads = 0;
}

/* Name the rows that centre t will want; the update of an earlier step prefetches them line by line, since a burst
 * of prefetches fills the core's miss buffers and stalls the step itself. */
static FV_INLINE void fv_look_ahead(fv_run *run, int64_t t) {
    const fv_word2vec_slice *slice = run->slice;
    fv_want_nothing(run);
    if (t >= run->batch.n) return;
    if (slice->loss == FV_NEGATIVE_SAMPLING) {
        const int64_t draws = slice->negative * fv_predictions(run, t);
        const int32_t *negatives = fv_negatives_of(run, t);
        for (int64_t k = 0; k < draws; k++) fv_want(run, fv_out(run, negatives[k]));
    }
    switch (slice->model) {
        case FV_GIVEN:
            fv_want_output(run, run->batch.first[t]);
            fv_want_word(run, run->batch.kept[t]);
            break;
        case FV_CENTRE: /* the words of a window were outputs before, but for the one that enters */
            fv_want_output(run, run->batch.kept[run->batch.last[t]]);
            fv_want_word(run, run->batch.kept[t]);
            break;
        default: /* each word of a window once, before the first centre that may have it in its window */
            fv_want_output(run, run->batch.kept[t]);
            if (t + slice->window < run->batch.n) fv_want_word(run, run->batch.kept[t + slice->window]);
    }
}

/* The steps of one centre prefetch a share each of the rows ahead. */
typedef struct {
    float **rows;
    int64_t left, share;
} fv_shares;

static FV_INLINE fv_shares fv_share_ahead(const fv_run *run, int64_t steps) {
    return (fv_shares){run->step.ahead, run->step.aheads, (run->step.aheads + steps - 1) / steps};
}

static FV_INLINE void fv_next_share(fv_run *run, fv_shares *shares) {
    run->step.ahead = shares->rows;
    run->step.aheads = shares->left < shares->share ? shares->left : shares->share;
    shares->rows += run->step.aheads;
    shares->left -= run->step.aheads;
}

#endif
