/* Skip-gram pair by pair: each context word's row predicts the centre word in a step of its own. */
#ifndef FASTVEC_MODELS_PAIRS_H
#define FASTVEC_MODELS_PAIRS_H

#include "window.h"

static void fv_pairs_lay_out(fv_run *run, fv_arena *arena) {
    fv_hold_inputs(run);
    run->contexts = fv_part(arena, sizeof(float *) * (size_t)(run->most_contexts + FV_POINTERS));
}

static void fv_pairs_train(fv_run *run, fv_place *place, int64_t number) {
    const int64_t n = fv_contexts(place, run->contexts);
    (void)number;
    for (int64_t i = 0; i < n; i++) fv_predict_one(run, run->contexts[i], run->contexts[i], place->tokens[place->t].word, NULL);
    fv_restore_frozen(run, place);
}

static const fv_model fv_pairs_model = {fv_pairs_lay_out, fv_window_want, fv_pairs_train, NULL, .windows = 1};

#endif
