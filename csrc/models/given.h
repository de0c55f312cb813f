/* Pairs in the place of windows: word ids[p] predicts targets[p], at weights[p] times the learning rate. */
#ifndef FASTVEC_MODELS_GIVEN_H
#define FASTVEC_MODELS_GIVEN_H

#include "centre.h"

static void fv_given_lay_out(fv_run *run, fv_arena *arena) {
    run->mean = fv_floats(arena, run->slice->stride);
    run->gradient = fv_floats(arena, run->slice->stride);
}

static void fv_given_want(fv_run *run, const fv_place *place, int64_t t) {
    fv_want_word(run, place->tokens[t].word);
    run->outputs->want(run, place->tokens[t].first);
}

static void fv_given_train(fv_run *run, fv_place *place, int64_t number) {
    const fv_word2vec_slice *slice = run->slice;
    const int64_t t = place->t;
    (void)number;
    if (slice->weights) run->step.learning_rate = slice->learning_rate * slice->weights[place->batch_start + t];
    fv_open_word(run, &place->tokens[t].word);
    fv_predict_one(run, run->mean, run->mean, place->tokens[t].first, NULL);
    fv_close_word(run, &place->tokens[t].word);
}

static const fv_model fv_given_model = {fv_given_lay_out, fv_given_want, fv_given_train, NULL, .windows = 0};

#endif
