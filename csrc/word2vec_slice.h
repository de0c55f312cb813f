/* A slice of text or of pairs, centre after centre: its inputs, the words they predict, and the steps. */
#ifndef FASTVEC_WORD2VEC_SLICE_H
#define FASTVEC_WORD2VEC_SLICE_H

#include <stdlib.h>

#include "bag.h"
#include "gather.h"
#include "softmax.h"

#define FV_AHEAD 3   /* centres between the prefetch of rows and their use; 2 and 4: 3 % slower */
#define FV_DRAWN 16  /* centres whose negatives are drawn in one go: their misses in the alias table overlap */
#define FV_LOOK 64   /* centres between two looks at the stop byte */

typedef struct {
    const fv_word2vec_slice *slice;
    fv_word2vec_totals *totals;
    fv_batch batch;
    uint64_t draws; /* how many of the stream have been used */
    int32_t *ring;  /* [2 * FV_DRAWN][most_draws] negatives by centre */
    int64_t most_draws;
    float *held;    /* [inputs * stride]: updates of rows whose rate is not 1 */
    float *scores;  /* [inputs][fv_scores_stride(outputs)] for full softmax */
    float **inputs, **updates; /* room for a step's x and dx; the bag has its own */
    fv_bag bag;
    fv_step step;
    fv_signs signs;
    fv_loss loss;
} fv_run;

static FV_INLINE float *fv_in(const fv_run *run, int64_t row) { return run->slice->W_in + row * run->slice->stride; }
static FV_INLINE float *fv_out(const fv_run *run, int64_t row) { return run->slice->W_out + row * run->slice->stride; }

/* How many predictions centre t makes, each with negatives of its own. */
static FV_INLINE int64_t fv_predictions(const fv_run *run, int64_t t) {
    const int32_t model = run->slice->model;
    return model == FV_PAIRS || model == FV_CENTRE ? run->batch.last[t] - run->batch.first[t] : 1;
}

static FV_INLINE int32_t *fv_negatives_of(const fv_run *run, int64_t t) {
    return run->ring + t % (2 * FV_DRAWN) * run->most_draws;
}

static void fv_draw_negatives(fv_run *run, int64_t from) {
    const fv_word2vec_slice *slice = run->slice;
    if (slice->loss != FV_NEGATIVE_SAMPLING) return;
    for (int64_t t = from; t < from + FV_DRAWN && t < run->batch.n; t++) {
        const int64_t draws = slice->negative * fv_predictions(run, t);
        int32_t *negatives = fv_negatives_of(run, t);
        for (int64_t k = 0; k < draws; k++)
            negatives[k] = fv_alias_draw(slice->negatives, (uint32_t)slice->outputs, fv_draw(slice->streams[2], run->draws + (uint64_t)k));
        run->draws += (uint64_t)draws;
    }
}

/* -- inputs ------------------------------------------------------------------------------------------------- */

/* Adds the rows of a word to the bag. */
static FV_INLINE void fv_bag_word(fv_run *run, int32_t word) {
    const fv_word2vec_slice *slice = run->slice;
    if (!slice->row_offsets) {
        run->bag.rows[run->bag.n++] = fv_in(run, word);
        return;
    }
    for (int64_t r = slice->row_offsets[word]; r < slice->row_offsets[word + 1]; r++)
        run->bag.rows[run->bag.n++] = fv_in(run, slice->word_rows[r]);
}

/* The mean of the bag is the one input of the steps to come. */
static FV_INLINE void fv_bag_open(fv_run *run) {
    fv_bag_mean(&run->bag);
    run->step.inputs = 1;
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
        const vf rate = vf_set1(slice->row_rates[(row - slice->W_in) / slice->stride]);
        for (int64_t d = 0; d < slice->stride; d += FV_LANES)
            vf_store(row + d, vf_fma(rate, vf_load(run->step.dx[i] + d), vf_load(row + d)));
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
    run->step.signs = slice->path_signs + root;
    for (int64_t j = 0; j < run->step.outputs; j++) run->step.y[j] = fv_out(run, slice->path_nodes[root + j]);
}

/* One step: the inputs that stand ready predict a word. */
static FV_INLINE void fv_predict(fv_run *run, int32_t word, const int32_t *negatives, int maybe_repeats) {
    const fv_word2vec_slice *slice = run->slice;
    const int held = slice->row_rates && slice->model < FV_CENTRE;
    if (held) fv_hold_rows(run);
    if (slice->loss == FV_SOFTMAX) {
        fv_softmax_step(&run->step, word, run->scores, &run->loss);
    } else if (slice->loss == FV_NEGATIVE_SAMPLING) {
        maybe_repeats |= fv_set_negatives(run, word, negatives);
        fv_logistic_step(&run->step, maybe_repeats, &run->signs, &run->loss);
    } else {
        fv_set_path(run, word);
        if (run->step.outputs) fv_logistic_step(&run->step, maybe_repeats, &run->signs, &run->loss);
    }
    if (held) fv_release_rows(run);
}

/* -- looking ahead ------------------------------------------------------------------------------------------ */

static FV_INLINE void fv_want(fv_run *run, float *row) { run->step.ahead[run->step.aheads++] = row; }

static FV_INLINE void fv_want_word(fv_run *run, int32_t word) {
    const fv_word2vec_slice *slice = run->slice;
    if (!slice->row_offsets) {
        fv_want(run, fv_in(run, word));
        return;
    }
    for (int64_t r = slice->row_offsets[word]; r < slice->row_offsets[word + 1]; r++)
        fv_want(run, fv_in(run, slice->word_rows[r]));
}

static FV_INLINE void fv_want_output(fv_run *run, int32_t word) {
    const fv_word2vec_slice *slice = run->slice;
    if (slice->loss == FV_NEGATIVE_SAMPLING) fv_want(run, fv_out(run, word));
    else if (slice->loss == FV_HIERARCHICAL_SOFTMAX)
        for (int64_t r = slice->path_offsets[word]; r < slice->path_offsets[word + 1]; r++)
            fv_want(run, fv_out(run, slice->path_nodes[r]));
}

/* Name the rows that centre t will want; the update of an earlier step prefetches them line by line, since a burst
 * of prefetches fills the core's miss buffers and stalls the step itself. */
static FV_INLINE void fv_look_ahead(fv_run *run, int64_t t) {
    const fv_word2vec_slice *slice = run->slice;
    run->step.aheads = 0;
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
        default: /* the rows of a window were inputs before, but for those of the word that enters */
            fv_want_output(run, run->batch.kept[t]);
            fv_want_word(run, run->batch.kept[run->batch.last[t]]);
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

/* -- the models --------------------------------------------------------------------------------------------- */

/* dx may have been turned to held rows, and x to old copies, by the step before. */
static FV_INLINE void fv_set_input(fv_run *run, int64_t i, int32_t word) {
    run->step.x[i] = run->step.dx[i] = fv_in(run, word);
}

static void fv_train_window(fv_run *run, int64_t t) {
    const fv_batch *batch = &run->batch;
    run->step.inputs = 0;
    for (int64_t c = batch->first[t]; c <= batch->last[t]; c++)
        if (c != t) fv_set_input(run, run->step.inputs++, batch->kept[c]);
    fv_predict(run, batch->kept[t], fv_negatives_of(run, t), batch->repeat[batch->last[t]] >= batch->first[t]);
}

static void fv_train_pairs(fv_run *run, int64_t t) {
    const fv_batch *batch = &run->batch;
    const int32_t *negatives = fv_negatives_of(run, t);
    float **const ahead = run->step.ahead;
    fv_shares shares = fv_share_ahead(run, fv_predictions(run, t));
    run->step.inputs = 1;
    for (int64_t c = batch->first[t]; c <= batch->last[t]; c++)
        if (c != t) {
            fv_set_input(run, 0, batch->kept[c]);
            fv_next_share(run, &shares);
            fv_predict(run, batch->kept[t], negatives, 0);
            negatives += run->slice->negative;
        }
    run->step.ahead = ahead;
}

static void fv_train_centre(fv_run *run, int64_t t) {
    const fv_batch *batch = &run->batch;
    const int32_t *negatives = fv_negatives_of(run, t);
    float **const ahead = run->step.ahead;
    fv_shares shares = fv_share_ahead(run, fv_predictions(run, t));
    fv_bag_word(run, batch->kept[t]);
    fv_bag_open(run);
    for (int64_t c = batch->first[t]; c <= batch->last[t]; c++)
        if (c != t) {
            fv_next_share(run, &shares);
            fv_predict(run, batch->kept[c], negatives, 0);
            negatives += run->slice->negative;
        }
    fv_bag_close(run);
    run->step.ahead = ahead;
}

static void fv_train_bag(fv_run *run, int64_t t) {
    const fv_batch *batch = &run->batch;
    for (int64_t c = batch->first[t]; c <= batch->last[t]; c++)
        if (c != t) fv_bag_word(run, batch->kept[c]);
    fv_bag_open(run);
    fv_predict(run, batch->kept[t], fv_negatives_of(run, t), 0);
    fv_bag_close(run);
}

static void fv_train_given(fv_run *run, int64_t t) {
    const fv_word2vec_slice *slice = run->slice;
    const int64_t at = run->batch.position - run->batch.n + t;
    if (slice->weights) run->step.learning_rate = slice->learning_rate * slice->weights[at];
    fv_bag_word(run, run->batch.kept[t]);
    fv_bag_open(run);
    fv_predict(run, run->batch.first[t], fv_negatives_of(run, t), 0);
    fv_bag_close(run);
}

static FV_INLINE void fv_train_token(fv_run *run, int64_t t) {
    switch (run->slice->model) {
        case FV_WINDOW: fv_train_window(run, t); break;
        case FV_PAIRS: fv_train_pairs(run, t); break;
        case FV_CENTRE: fv_train_centre(run, t); break;
        case FV_BAG: fv_train_bag(run, t); break;
        default: fv_train_given(run, t);
    }
}

/* Returns 0 where the stop byte ended it. */
static int fv_train_batch(fv_run *run) {
    const fv_word2vec_slice *slice = run->slice;
    const int given = slice->model == FV_GIVEN, bag = slice->model == FV_BAG;
    fv_draw_negatives(run, 0);
    for (int64_t t = 0; t < run->batch.n; t++) {
        if (t % FV_LOOK == 0 && t > 0 && *slice->stop) return 0;
        if (t % FV_DRAWN == 0) fv_draw_negatives(run, t + FV_DRAWN);
        fv_look_ahead(run, t + FV_AHEAD);
        const int64_t contexts = given ? 1 : run->batch.last[t] - run->batch.first[t];
        if (contexts) fv_train_token(run, t);
        run->totals->predictions += bag ? contexts > 0 : contexts;
        run->totals->trained++;
    }
    return 1;
}

/* -- scratch ------------------------------------------------------------------------------------------------ */

/* All scratch of a run in one piece, 64-byte aligned parts. */
static char *fv_allocate(fv_run *run) {
    const fv_word2vec_slice *slice = run->slice;
    const int64_t tokens = slice->model == FV_GIVEN ? FV_BATCH : slice->end - slice->start + 1;
    const int64_t window = 2 * (int64_t)slice->window < tokens ? 2 * (int64_t)slice->window : tokens;
    const int64_t contexts = slice->model == FV_GIVEN ? 1 : window;
    const int64_t inputs = slice->model == FV_WINDOW ? contexts : 1;
    const int64_t bagged = slice->most_rows * (slice->model == FV_BAG ? contexts : 1);
    const int sampled = slice->loss == FV_NEGATIVE_SAMPLING, full = slice->loss == FV_SOFTMAX;
    const int64_t outputs = sampled ? slice->negative + 1 : full ? slice->outputs : slice->longest_path + 1;
    const int64_t predictions = slice->model == FV_PAIRS || slice->model == FV_CENTRE ? contexts : 1;
    run->most_draws = sampled ? slice->negative * predictions : 0;
    const int64_t aheads = run->most_draws + (full ? 0 : outputs) + slice->most_rows + 1;
    const struct {
        void **part;
        size_t size;
    } parts[] = {
        {(void **)&run->batch.kept, 4 * (size_t)tokens},
        {(void **)&run->batch.first, 4 * (size_t)tokens},
        {(void **)&run->batch.last, 4 * (size_t)tokens},
        {(void **)&run->batch.repeat, 4 * (size_t)tokens},
        {(void **)&run->ring, 4 * (size_t)(2 * FV_DRAWN * run->most_draws)},
        {(void **)&run->inputs, sizeof(float *) * (size_t)inputs},
        {(void **)&run->updates, sizeof(float *) * (size_t)inputs},
        {(void **)&run->bag.rows, sizeof(float *) * (size_t)bagged},
        {(void **)&run->bag.mean, 4 * (size_t)slice->stride},
        {(void **)&run->bag.gradient, 4 * (size_t)slice->stride},
        {(void **)&run->step.y, sizeof(float *) * (size_t)outputs},
        {(void **)&run->step.g, 4 * (size_t)(inputs * outputs + FV_BLOCK + FV_LANES)},
        {(void **)&run->step.old_x, 4 * (size_t)(inputs * slice->stride)},
        {(void **)&run->step.spare_row, 4 * (size_t)slice->stride},
        {(void **)&run->step.ahead, sizeof(float *) * (size_t)aheads},
        {(void **)&run->held, slice->row_rates ? 4 * (size_t)(inputs * slice->stride) : 0},
        {(void **)&run->scores, full ? 4 * (size_t)(inputs * fv_scores_stride(outputs)) : 0},
    };
    enum { PARTS = sizeof parts / sizeof *parts };
    size_t total = 64;
    for (int k = 0; k < PARTS; k++) total += (parts[k].size + 63) / 64 * 64;
    char *memory = malloc(total);
    if (!memory) return NULL;
    char *next = memory + (64 - (uintptr_t)memory % 64) % 64;
    for (int k = 0; k < PARTS; k++) {
        *parts[k].part = next;
        next += (parts[k].size + 63) / 64 * 64;
    }
    memset(run->step.spare_row, 0, 4 * (size_t)slice->stride);
    return memory;
}

static void fv_prepare(fv_run *run) {
    const fv_word2vec_slice *slice = run->slice;
    fv_signs_fill(&run->signs);
    run->loss = (fv_loss){.linear = vf_set1(0), .product = vf_set1(1)};
    run->bag.stride = run->step.stride = slice->stride;
    run->step.learning_rate = slice->learning_rate;
    const int bagged = slice->model >= FV_CENTRE;
    run->step.x = bagged ? &run->bag.mean : run->inputs;
    run->step.dx = bagged ? &run->bag.gradient : run->updates;
    if (slice->loss == FV_SOFTMAX) {
        run->step.outputs = slice->outputs;
        for (int64_t w = 0; w < slice->outputs; w++) run->step.y[w] = fv_out(run, w);
    }
}

static int fv_word2vec(const fv_word2vec_slice *slice, fv_word2vec_totals *totals) {
    fv_run run = {.slice = slice, .totals = totals};
    *totals = (fv_word2vec_totals){0};
    char *memory = fv_allocate(&run);
    if (!memory) return -1;
    fv_prepare(&run);
    run.batch.position = slice->start;
    run.batch.sentence = slice->sentence;
    while (run.batch.position < slice->end && !*slice->stop) {
        const int64_t start = run.batch.position, before = totals->trained;
        if (slice->model == FV_GIVEN) fv_gather_given(&run.batch, slice);
        else fv_gather_windows(&run.batch, slice);
        if (!fv_train_batch(&run)) { /* of the batch's tokens, count those that were trained, in proportion */
            run.batch.position = start + (run.batch.position - start) * (totals->trained - before) / run.batch.n;
            break;
        }
    }
    fv_loss_flush(&run.loss);
    totals->loss = run.loss.sum;
    totals->tokens = run.batch.position - slice->start;
    free(memory);
    return 0;
}

#endif
