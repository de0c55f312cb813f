/* Skip-gram: the row of each word of a window predicts the word at its centre, all in one step. */
#ifndef FASTVEC_MODELS_WINDOW_H
#define FASTVEC_MODELS_WINDOW_H

#include "../run.h"

static void fv_hold_inputs(fv_run *run) {
    run->held = &run->in;
    run->held_rates = run->slice->in_rates;
}

static void fv_window_lay_out(fv_run *run, fv_arena *arena) {
    (void)arena;
    fv_hold_inputs(run);
    run->most_inputs = run->slice->n_ranges * run->most_contexts;
}

static void fv_window_want(fv_run *run, const fv_place *place, int64_t t) { run->outputs->want(run, place->tokens[t].word); }

static void fv_window_train(fv_run *run, fv_place *place, int64_t number) {
    fv_step *step = &run->step;
    const int64_t n = fv_contexts(place, step->x + step->inputs);
    (void)number;
    if (!n) return;
    step->dx = step->x;
    step->inputs += n;
    fv_close_group(run, place->tokens[place->t].word, NULL);
}

static void fv_window_finish(fv_run *run, fv_place *place, int64_t number) {
    (void)number;
    fv_restore_frozen(run, place);
}

static const fv_model fv_window_model = {fv_window_lay_out, fv_window_want, fv_window_train, fv_window_finish, .windows = 1, .distinct = 1};

#endif
