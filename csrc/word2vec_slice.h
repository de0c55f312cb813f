/* A slice in rounds, each of one centre of every place. */
#ifndef FASTVEC_WORD2VEC_SLICE_H
#define FASTVEC_WORD2VEC_SLICE_H

#include <stdlib.h>

#include "models/bag.h"
#include "models/centre.h"
#include "models/given.h"
#include "models/pairs.h"
#include "models/tags.h"
#include "models/window.h"
#include "outputs/negatives.h"
#include "outputs/path.h"
#include "outputs/softmax.h"

static const fv_model *const fv_models[FV_MODELS] = {
    [FV_WINDOW] = &fv_window_model, [FV_PAIRS] = &fv_pairs_model, [FV_CENTRE] = &fv_centre_model, [FV_BAG] = &fv_bag_model,
    [FV_TAGS] = &fv_tags_model, [FV_GIVEN] = &fv_given_model,
};
static const fv_outputs *const fv_output_layers[FV_LOSSES] = {
    [FV_NEGATIVE_SAMPLING] = &fv_negative_sampling,
    [FV_HIERARCHICAL_SOFTMAX] = &fv_hierarchical_softmax,
    [FV_SOFTMAX] = &fv_full_softmax,
};

/* -- held rows ---------------------------------------------------------------------------------------------- */

static FV_INLINE fv_rows fv_held_rows(const fv_run *run, const int32_t *word) {
    return run->held == &run->in ? fv_rows_of(run->slice, word) : (fv_rows){word, 1};
}

/* One more token holds the row of this word: whether one did before. (Or, by chance, that of another word: then a copy is made
 * for nothing.) */
static FV_INLINE int fv_hold_again(fv_run *run, int32_t word) {
    return run->holders && run->holders[word & (FV_HOLDERS - 1)]++ > 0;
}

static FV_INLINE void fv_hold_until(fv_run *run, fv_place *place, int64_t last) {
    const int64_t stride = run->slice->stride;
    fv_matrix *held = run->held;
    for (; place->taken <= last; place->taken++) {
        const int64_t token = place->taken, at = place->slot * stride;
        if (run->in_place && !fv_hold_again(run, place->tokens[token].word)) {
            place->row[token] = fv_row(held, place->tokens[token].word);
            continue;
        }
        place->row[token] = place->now + at;
        if (++place->slot == place->slots) place->slot = 0;
        fv_take(held->rows, fv_here(held, fv_held_rows(run, &place->tokens[token].word), 1), place->now + at, place->before + at, stride);
    }
}

static FV_INLINE void fv_give_until(fv_run *run, fv_place *place, int64_t end) {
    if (run->in_place && !run->holders) return;
    for (; place->given < end; place->given++) {
        const int64_t token = place->given;
        if (run->in_place) {
            run->holders[place->tokens[token].word & (FV_HOLDERS - 1)]--;
            if (place->row[token] == fv_row_there(run->held, place->tokens[token].word)) continue;
        }
        const fv_rows rows = fv_held_rows(run, &place->tokens[token].word);
        const float rate = run->held_rates ? run->held_rates[place->tokens[token].word] : 1.0f;
        if (rate == 0 || (run->slice->freeze_outputs && run->held == &run->out)) continue;
        fv_give(run->held->rows, fv_here(run->held, rows, 0), place->row[token], fv_before(place, token), rate / (float)rows.n, run->slice->stride);
    }
}

/* Name the rows that a later centre will want. */
static FV_INLINE void fv_look_ahead(fv_run *run, fv_place *place) {
    const int64_t t = place->t + FV_AHEAD, far = t + 2 * FV_AHEAD;
    if (run->outputs->look_up && far < place->n) run->outputs->look_up(run, place, far);
    if (t >= place->n) return;
    if (run->held)
        for (; place->wanted <= place->tokens[t].to; place->wanted++)
            fv_want_rows(run, run->held, fv_held_rows(run, &place->tokens[place->wanted].word));
    run->model->want(run, place, t);
}

/* -- rounds ------------------------------------------------------------------------------------------------- */

/* The places that have a centre left, in their order. */
static int64_t fv_live_places(fv_run *run, fv_place **live) {
    int64_t n = 0;
    for (int64_t k = 0; k < run->slice->n_ranges; k++)
        if (fv_ready(&run->places[k], run->slice)) live[n++] = &run->places[k];
    return n;
}

static FV_INLINE void fv_finish_place(fv_run *run, fv_place *place, int64_t number) {
    const int64_t next = place->t + 1;
    if (run->model->finish) run->model->finish(run, place, number);
    if (run->held) fv_give_until(run, place, next < place->n ? place->tokens[next].from : place->n);
    place->t = next;
    run->totals->trained++;
}

/* All that is held is given back; what the next centres need is taken anew when training goes on. */
static void fv_give_all(fv_run *run) {
    for (int64_t k = 0; k < run->slice->n_ranges && run->held; k++) {
        fv_place *place = &run->places[k];
        fv_give_until(run, place, place->taken);
        place->taken = place->given = place->t < place->n ? place->tokens[place->t].from : place->n;
    }
}

/* Trains on rounds until `centres` are done, or there is no room for copies of more rows. Returns whether the slice is over. */
static int fv_train_rounds(fv_run *run, int64_t centres) {
    fv_place *live[FV_PLACES];
    const int64_t until = centres < INT64_MAX ? run->totals->trained + centres : INT64_MAX;
    int64_t n = 1;
    for (int until_look = 0;; until_look--) {
        if (!until_look) {
            if (*run->slice->stop) break;
            until_look = run->outputs->look;
        }
        if (!(n = fv_live_places(run, live))) break;
        if (run->totals->trained >= until || !fv_has_room(&run->in) || !fv_has_room(&run->out)) break;
        run->outputs->open_round(run);
        for (int64_t k = 0; k < n; k++) {
            fv_look_ahead(run, live[k]);
            if (run->held) fv_hold_until(run, live[k], live[k]->tokens[live[k]->t].to);
            run->model->train(run, live[k], k);
        }
        if (run->step.inputs) fv_predict(run);
        for (int64_t k = 0; k < n; k++) fv_finish_place(run, live[k], k);
        run->outputs->close_round(run);
    }
    fv_give_all(run);
    return !n || *run->slice->stop;
}

/* Goes on as if `trained` centres had been; returns -1 if no round ends there. */
static int fv_skip_rounds(fv_run *run, int64_t trained) {
    fv_place *live[FV_PLACES];
    while (run->totals->trained < trained) {
        const int64_t n = fv_live_places(run, live);
        if (!n) return -1;
        for (int64_t k = 0; k < n; k++) live[k]->t++;
        run->totals->trained += n;
    }
    fv_give_all(run); /* nothing is held: what the next centres need is taken from theirs on */
    for (int64_t k = 0; k < run->slice->n_ranges; k++) run->places[k].wanted = run->places[k].taken;
    return run->totals->trained == trained ? 0 : -1;
}

/* -- scratch ------------------------------------------------------------------------------------------------ */

static void fv_place_lay_out(fv_run *run, fv_place *place, const fv_range *range, fv_arena *arena) {
    const fv_word2vec_slice *slice = run->slice;
    const int64_t tokens = run->model->windows ? range->end - range->start + 1 : FV_BATCH;
    const int64_t reach = 1 + ((int64_t)slice->before + slice->after) * slice->window;
    *place = (fv_place){.position = range->start, .batch_start = range->start, .end = range->end, .sentence = range->sentence, .keep_stream = range->keep,
                        .width_stream = range->width, .slots = reach < tokens ? reach : tokens};
    place->tokens = fv_part(arena, sizeof(fv_token) * (size_t)tokens);
    const int64_t slots = run->held && (!run->in_place || run->model->distinct) ? place->slots : 0;
    place->row = fv_part(arena, run->held ? sizeof(float *) * (size_t)(tokens + FV_POINTERS) : 0);
    place->now = fv_floats(arena, slots * slice->stride);
    place->before = fv_floats(arena, slots * slice->stride);
}

static void fv_step_lay_out(fv_run *run, fv_arena *arena) {
    fv_step *step = &run->step;
    const int64_t inputs = run->most_inputs, outputs = run->most_outputs, stride = run->slice->stride;
    step->x = fv_part(arena, sizeof(float *) * (size_t)(inputs + FV_POINTERS));
    step->dx = fv_part(arena, sizeof(float *) * (size_t)inputs);
    step->olds = fv_part(arena, sizeof(float *) * (size_t)inputs);
    step->y = fv_part(arena, sizeof(float *) * (size_t)outputs);
    step->g = fv_floats(arena, inputs * outputs + FV_BLOCK + FV_LANES);
    float *old_x = fv_floats(arena, inputs * stride);
    for (int64_t i = 0; arena->memory && i < inputs; i++) step->olds[i] = old_x + i * stride;
    step->unused = fv_floats(arena, stride);
}

/* Returns how many bytes it takes. */
static size_t fv_lay_out(fv_run *run, char *memory) {
    const fv_word2vec_slice *slice = run->slice;
    fv_arena arena = {memory, 0};
    run->most_inputs = run->most_contexts = 1;
    for (int64_t k = 0; k < slice->n_ranges; k++) {
        const int64_t tokens = slice->ranges[k].end - slice->ranges[k].start + 1, window = 2 * (int64_t)slice->window + 1;
        const int64_t contexts = tokens < window ? tokens : window;
        if (contexts > run->most_contexts) run->most_contexts = contexts;
    }
    run->model->lay_out(run, &arena);
    const int sums = slice->row_offsets && run->held == &run->in; /* of a word's rows: only a copy has them */
    run->in_place = slice->threads == 1 && !run->held_rates && !sums;
    run->holders = run->in_place && run->model->distinct ? fv_part(&arena, 4 * FV_HOLDERS) : NULL;
    run->outputs->lay_out(run, &arena);
    for (int64_t k = 0; k < slice->n_ranges; k++) fv_place_lay_out(run, &run->places[k], &slice->ranges[k], &arena);
    fv_step_lay_out(run, &arena);
    return arena.used;
}

/* Returns the scratch memory, or NULL if there is none. The run stays where it is: it points into itself. */
static char *fv_open_slice(fv_run *run, const fv_word2vec_slice *slice, fv_word2vec_totals *totals) {
    *run = (fv_run){.slice = slice, .totals = totals, .model = fv_models[slice->model], .outputs = fv_output_layers[slice->loss]};
    *totals = (fv_word2vec_totals){0};
    char *memory = malloc(fv_lay_out(run, NULL) + 64);
    if (!memory) return NULL;
    fv_lay_out(run, memory + (64 - (uintptr_t)memory % 64) % 64);
    run->in = (fv_matrix){.rows = slice->W_in, .stride = slice->stride};
    run->out = (fv_matrix){.rows = slice->W_out, .stride = slice->stride};
    if (run->holders) memset(run->holders, 0, 4 * FV_HOLDERS);
    run->loss = (fv_loss){.linear = vf_set1(0), .product = vf_set1(1)};
    run->step.stride = slice->stride;
    run->step.learning_rate = slice->learning_rate;
    run->step.groups = run->groups;
    run->step.freeze_outputs = slice->freeze_outputs;
    run->outputs->open(run);
    return memory;
}

static void fv_close_slice(fv_run *run, char *memory) {
    const fv_word2vec_slice *slice = run->slice;
    run->outputs->close(run);
    fv_loss_flush(&run->loss);
    run->totals->loss = run->loss.sum;
    for (int64_t k = 0; k < slice->n_ranges; k++) {
        run->totals->tokens += fv_tokens_trained(&run->places[k], slice->ranges[k].start);
        run->totals->changed += run->places[k].changed;
    }
    free(memory);
}

static int fv_word2vec(const fv_word2vec_slice *slice, fv_word2vec_totals *totals) {
    fv_run run;
    char *memory = fv_open_slice(&run, slice, totals);
    if (!memory) return -1;
    fv_train_rounds(&run, INT64_MAX);
    fv_close_slice(&run, memory);
    return 0;
}

#endif
