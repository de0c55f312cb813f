/* Skip-gram as fastText has it: the mean of the centre word's rows predicts each context word in turn. The mean moves
 * with each step, as it would if each of its rows were updated there; they are when all is done. */
#ifndef FASTVEC_MODELS_CENTRE_H
#define FASTVEC_MODELS_CENTRE_H

#include "../run.h"

static void fv_centre_lay_out(fv_run *run, fv_arena *arena) {
    if (run->outputs->rows_of_words) { /* a word is predicted by each centre that has it in its window */
        run->held = &run->out;
        run->held_rates = run->slice->out_rates;
    }
    run->mean = fv_floats(arena, run->slice->stride);
    run->gradient = fv_floats(arena, run->slice->stride);
}

static void fv_centre_want(fv_run *run, const fv_place *place, int64_t t) {
    fv_want_word(run, place->tokens[t].word);
    if (!run->held && place->tokens[t].last > t) run->outputs->want(run, place->tokens[place->tokens[t].last].word); /* it just entered */
}

/* The mean of a word's rows is the one input of the steps to come; `gradient` is what it was. */
static FV_INLINE void fv_open_word(fv_run *run, const int32_t *word) {
    const fv_rows rows = fv_rows_of(run->slice, word);
    const int64_t stride = run->slice->stride;
    fv_take(run->in.rows, fv_here(&run->in, rows, 1), run->mean, run->gradient, stride);
    for (int64_t d = 0; rows.n > 1 && d < stride; d += FV_LANES) {
        const vf mean = vf_mul(vf_set1(1.0f / (float)rows.n), vf_load(run->mean + d));
        vf_store(run->mean + d, mean);
        vf_store(run->gradient + d, mean);
    }
}

static FV_INLINE void fv_close_word(fv_run *run, const int32_t *word) {
    const fv_word2vec_slice *slice = run->slice;
    const fv_rows rows = fv_rows_of(slice, word);
    const float rate = slice->in_rates ? slice->in_rates[rows.row[0]] : 1.0f;
    if (rate != 0)
        fv_give(run->in.rows, fv_here(&run->in, rows, 0), run->mean, run->gradient, slice->divide_gradient ? rate / (float)rows.n : rate, slice->stride);
}

static void fv_centre_train(fv_run *run, fv_place *place, int64_t number) {
    const int64_t t = place->t;
    (void)number;
    if (place->tokens[t].first == place->tokens[t].last) return;
    fv_open_word(run, &place->tokens[t].word);
    for (int64_t c = place->tokens[t].first; c <= place->tokens[t].last; c++)
        if (c != t) fv_predict_one(run, run->mean, run->mean, place->tokens[c].word, run->held ? place->row[c] : NULL);
    fv_close_word(run, &place->tokens[t].word);
    if (run->held) fv_restore_frozen(run, place);
}

static const fv_model fv_centre_model = {fv_centre_lay_out, fv_centre_want, fv_centre_train, NULL, .windows = 1};

#endif
