/* The row of each tag of a document predicts each of its words (PV-DBOW: Le and Mikolov 2014), all tags in one step.
 * Inputs are copies: two places may lie in one document. */
#ifndef FASTVEC_MODELS_TAGS_H
#define FASTVEC_MODELS_TAGS_H

#include "../run.h"

static void fv_tags_lay_out(fv_run *run, fv_arena *arena) {
    run->most_inputs = run->slice->n_ranges * run->slice->most_tags;
    run->mean = fv_floats(arena, run->most_inputs * run->slice->stride);
    run->gradient = fv_floats(arena, run->most_inputs * run->slice->stride);
}

static void fv_tags_want(fv_run *run, const fv_place *place, int64_t t) { run->outputs->want(run, place->tokens[t].word); }

static FV_INLINE int64_t fv_tag_slot(const fv_run *run, int64_t number, int64_t k) {
    return (number * run->slice->most_tags + k) * run->slice->stride;
}

static void fv_tags_train(fv_run *run, fv_place *place, int64_t number) {
    const fv_rows tags = fv_tags_of(run->slice, place, place->t);
    const size_t bytes = sizeof(float) * (size_t)run->slice->stride;
    for (int64_t k = 0; k < tags.n; k++) {
        const int64_t at = fv_tag_slot(run, number, k);
        run->step.x[run->step.inputs] = memcpy(run->mean + at, run->slice->W_tags + tags.row[k] * run->slice->stride, bytes);
        run->step.dx[run->step.inputs++] = memset(run->gradient + at, 0, bytes);
    }
    if (tags.n) fv_close_group(run, place->tokens[place->t].word, NULL);
}

static void fv_tags_finish(fv_run *run, fv_place *place, int64_t number) {
    const fv_rows tags = fv_tags_of(run->slice, place, place->t);
    const int64_t stride = run->slice->stride;
    for (int64_t k = 0; k < tags.n; k++) {
        float *row = run->slice->W_tags + tags.row[k] * stride;
        const float *change = run->gradient + fv_tag_slot(run, number, k);
        for (int64_t d = 0; d < stride; d += FV_LANES) vf_store(row + d, vf_add(vf_load(row + d), vf_load(change + d)));
    }
}

static const fv_model fv_tags_model = {fv_tags_lay_out, fv_tags_want, fv_tags_train, fv_tags_finish, .windows = 1};

#endif
