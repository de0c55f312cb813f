/* Negative sampling: a word against K words drawn as noise, which are drawn for a round of centres from distant places
 * (Ji, Satish, Li and Dubey 2016 draw them for the contexts of one centre) or for each step.
 */
#ifndef FASTVEC_OUTPUTS_NEGATIVES_H
#define FASTVEC_OUTPUTS_NEGATIVES_H

#include "../run.h"

#define FV_SOON 4   /* predictions between the prefetch of negatives of their own and their use */
#define FV_DRAWN 16 /* sets of negatives that are drawn in one go: their misses in the alias table overlap */

static void fv_negatives_lay_out(fv_run *run, fv_arena *arena) {
    const int64_t K = run->slice->negative, stride = run->slice->stride;
    fv_negatives *negatives = &run->negatives;
    negatives->draws = fv_part(arena, 8 * (size_t)(2 * FV_DRAWN * K));
    negatives->drawn = fv_part(arena, 4 * (size_t)(2 * FV_DRAWN * K));
    negatives->now = fv_floats(arena, (K + FV_PLACES) * stride);
    negatives->before = fv_floats(arena, (K + FV_PLACES) * stride);
    negatives->copied = fv_part(arena, 4 * (size_t)(K + FV_PLACES));
    negatives->signs = fv_floats(arena, 1 + K + FV_LANES);
    run->step.exceptions = fv_part(arena, sizeof(fv_exception) * (size_t)(FV_PLACES * K));
    run->most_outputs = K + 1;
}

/* Where a set of draws or of words begins. */
static FV_INLINE int64_t fv_set(const fv_run *run, int64_t set) { return set % (2 * FV_DRAWN) * run->slice->negative; }

/* Draws the sets from `set` on, and has the slots of the alias table fetched that they will look up. */
static void fv_draw_sets(fv_run *run, int64_t set) {
    const fv_word2vec_slice *slice = run->slice;
    uint64_t *draws = run->negatives.draws + fv_set(run, set);
    const uint64_t first = (uint64_t)(set * slice->negative), n = (uint64_t)(FV_DRAWN * slice->negative);
    for (uint64_t k = 0; k < n; k++) draws[k] = fv_draw(slice->negative_stream, first + k); /* alone: in vectors */
    for (uint64_t k = 0; k < n; k++) FV_PREFETCH_L2(slice->negatives + fv_below(draws[k], (uint32_t)slice->outputs));
}

static void fv_negatives_open(fv_run *run) {
    for (int64_t k = 0; k < 1 + run->slice->negative + FV_LANES; k++) run->negatives.signs[k] = k ? -1.0f : 1.0f;
    run->step.signs = run->negatives.signs;
    fv_draw_sets(run, 0);
}

static void fv_look_up_sets(fv_run *run) {
    const fv_word2vec_slice *slice = run->slice;
    fv_negatives *negatives = &run->negatives;
    const int64_t at = fv_set(run, negatives->ready);
    fv_draw_sets(run, negatives->ready + FV_DRAWN);
    for (int64_t k = at; k < at + FV_DRAWN * slice->negative; k++)
        negatives->drawn[k] = fv_alias_draw(slice->negatives, (uint32_t)slice->outputs, negatives->draws[k]);
    negatives->ready += FV_DRAWN;
}

/* Goes on as if so many sets had been used. */
static void fv_negatives_skip(fv_run *run, int64_t sets) {
    fv_negatives *negatives = &run->negatives;
    negatives->sets = sets;
    negatives->ready = sets / FV_DRAWN * FV_DRAWN;
    fv_draw_sets(run, negatives->ready);
}

/* The next set of negatives; the rows of a later one are named to be prefetched. */
static FV_INLINE void fv_next_set(fv_run *run) {
    const fv_word2vec_slice *slice = run->slice;
    fv_negatives *negatives = &run->negatives;
    const int64_t later = negatives->sets + (slice->share_negatives ? FV_AHEAD : FV_SOON);
    while (later >= negatives->ready) fv_look_up_sets(run);
    negatives->words = negatives->drawn + fv_set(run, negatives->sets++);
    const int32_t *soon = negatives->drawn + fv_set(run, later);
    fv_want_rows(run, &run->out, (fv_rows){soon, slice->negative});
}

static void fv_negatives_open_round(fv_run *run) {
    if (run->slice->share_negatives) fv_next_set(run);
}

static void fv_negatives_want(fv_run *run, int32_t word) { fv_want(run, &run->out, word); }

/* -- the rows of a step ----------------------------------------------------------------------------------------- */

/* Words that were seen, by two parts of their numbers: of six words by chance 1 % of the times one seems to be seen. */
typedef struct {
    uint64_t low, high;
} fv_seen;

static FV_INLINE uint64_t fv_see(fv_seen *seen, int32_t word) {
    const uint64_t low = UINT64_C(1) << (word & 63), high = UINT64_C(1) << (word >> 6 & 63);
    const uint64_t again = (seen->low & low) != 0 && (seen->high & high) != 0;
    seen->low |= low;
    seen->high |= high;
    return again;
}

/* The rows of the groups' words and of the negatives. Returns whether a word may stand twice among them: then all are
 * compared. */
static FV_INLINE int fv_set_rows(fv_run *run) {
    const int32_t *words = run->negatives.words, negative = run->slice->negative;
    fv_step *step = &run->step;
    fv_seen seen = {0, 0};
    uint64_t again = 0;
    for (int32_t k = 0; k < negative; k++) again |= fv_see(&seen, words[k]);
    fv_rows_at(&run->out, words, negative, step->y + 1);
    for (int64_t k = 0; k < step->n_groups; k++) {
        fv_group *group = &run->groups[k];
        again |= fv_see(&seen, group->word);
        if (!group->y) group->y = fv_row(&run->out, group->word);
    }
    step->y[0] = run->groups[0].y;
    step->outputs = 1 + negative;
    return again != 0;
}

static float *fv_copy_output(fv_run *run, const int32_t *word) {
    fv_negatives *negatives = &run->negatives;
    const int64_t at = negatives->copies * run->slice->stride;
    fv_take(run->out.rows, fv_here(&run->out, (fv_rows){word, 1}, 0), negatives->now + at, negatives->before + at, run->slice->stride);
    negatives->copied[negatives->copies++] = *word;
    return negatives->now + at;
}

static int fv_needs_copy(const fv_run *run, int32_t word, int64_t negatives, int64_t groups) {
    if (run->slice->out_rates && run->slice->out_rates[word] != 1) return 1;
    for (int64_t k = 0; k < negatives; k++)
        if (run->negatives.words[k] == word) return 1;
    for (int64_t group = 0; group < groups; group++)
        if (run->groups[group].word == word) return 1;
    return 0;
}

/* A row that stands in the step already, or whose rate is not 1, is trained in a copy. */
static void fv_copy_rows(fv_run *run) {
    const int32_t *words = run->negatives.words;
    for (int32_t k = 0; k < run->slice->negative; k++)
        if (fv_needs_copy(run, words[k], k, 0)) run->step.y[1 + k] = fv_copy_output(run, &words[k]);
    for (int64_t k = 0; k < run->step.n_groups; k++) {
        fv_group *group = &run->groups[k];
        const int held = group->y != fv_row_there(&run->out, group->word);
        if (!held && fv_needs_copy(run, group->word, run->slice->negative, k)) group->y = fv_copy_output(run, &group->word);
    }
    run->step.y[0] = run->groups[0].y;
}

static void fv_give_copies(fv_run *run) {
    const fv_word2vec_slice *slice = run->slice;
    fv_negatives *negatives = &run->negatives;
    for (int64_t k = 0; k < negatives->copies; k++) {
        const int32_t *word = &negatives->copied[k];
        const float rate = slice->out_rates ? slice->out_rates[*word] : 1.0f;
        const int64_t at = k * slice->stride;
        if (rate != 0 && !slice->freeze_outputs)
            fv_give(run->out.rows, fv_here(&run->out, (fv_rows){word, 1}, 0), negatives->now + at, negatives->before + at, rate, slice->stride);
    }
    negatives->copies = 0;
}

/* A negative that is a group's own word is none to its inputs. */
static void fv_except_own_words(fv_run *run) {
    fv_step *step = &run->step;
    for (int64_t group = 0, from = 0; group < step->n_groups; from = run->groups[group++].end)
        for (int32_t k = 0; k < run->slice->negative; k++)
            if (run->negatives.words[k] == run->groups[group].word)
                step->exceptions[step->n_exceptions++] = (fv_exception){from, run->groups[group].end, 1 + k};
}

static void fv_negatives_predict(fv_run *run) {
    fv_step *step = &run->step;
    if (!run->slice->share_negatives) fv_next_set(run);
    const int repeats = fv_set_rows(run);
    if (repeats || run->slice->out_rates) fv_copy_rows(run);
    step->n_exceptions = 0;
    if (repeats) fv_except_own_words(run);
    fv_step_gradients(step, &run->loss);
    fv_step_update(step);
    if (run->negatives.copies) fv_give_copies(run);
}

static const fv_outputs fv_negative_sampling = {
    .lay_out = fv_negatives_lay_out, .open = fv_negatives_open, .close = fv_do_nothing,
    .open_round = fv_negatives_open_round, .close_round = fv_do_nothing, .want = fv_negatives_want,
    .predict = fv_negatives_predict, .look = 64, .rows_of_words = 1,
};

#endif
