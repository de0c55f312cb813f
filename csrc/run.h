/* What all models and output layers share: their few functions, the step, scratch, and the rows wanted soon. */
#ifndef FASTVEC_RUN_H
#define FASTVEC_RUN_H

#include "place.h"
#include "row_step.h"

#define FV_AHEAD 2   /* rounds between the prefetch of rows and their use; with 1 SGNS is 5 % slower */
#define FV_WANTED 128 /* rows that may wait for their prefetch; further ones are left to the caches */
#define FV_SHARE 32  /* of them a step prefetches: a burst fills the miss buffers of the core and stalls the step itself */

#define FV_HOLDERS 1024 /* with four places of window 5, one row in 25 is copied for a chance hit */

typedef struct fv_run fv_run;

/* Scratch in one piece: laid out twice, the first time to learn its size. */
typedef struct {
    char *memory;
    size_t used;
} fv_arena;

/* What predicts which word. */
typedef struct {
    void (*lay_out)(fv_run *run, fv_arena *arena);
    void (*want)(fv_run *run, const fv_place *place, int64_t t); /* name the rows, beside those held, of centre t */
    /* Centre place->t: add its inputs to the step that the places of a round have in common, or train it now. */
    void (*train)(fv_run *run, fv_place *place, int64_t number);
    void (*finish)(fv_run *run, fv_place *place, int64_t number); /* after that step; or NULL */
    int windows;                                                  /* whether tokens have windows */
    int distinct; /* held rows are inputs of one step, which reads all of them before it writes any: none may stand there twice */
} fv_model;

/* How a word is predicted. */
typedef struct {
    void (*lay_out)(fv_run *run, fv_arena *arena);
    void (*open)(fv_run *run); /* a slice begins ... */
    void (*close)(fv_run *run);
    void (*open_round)(fv_run *run); /* a round begins ... */
    void (*close_round)(fv_run *run);
    void (*look_up)(fv_run *run, const fv_place *place, int64_t t); /* prefetch what `want` will read for centre t; or NULL */
    void (*want)(fv_run *run, int32_t word);    /* name the rows that predicting this word will use */
    void (*predict)(fv_run *run); /* the inputs of each group predict its word, in one step */
    int look;                     /* rounds between two looks at the stop byte: some 100 microseconds */
    int rows_of_words;            /* a prediction uses the row of its word and few others (full softmax: all) */
} fv_outputs;

typedef struct {
    uint64_t *draws;     /* [2 * FV_DRAWN][negative] from the stream, by set ... */
    int32_t *drawn;      /* ... and the words they stand for */
    int64_t sets, ready; /* how many were used, and drawn */
    const int32_t *words;
    float *now, *before; /* [(negative + FV_PLACES) * stride] copies of rows that stand twice in a step, or have a rate */
    int32_t *copied;     /* [negative + FV_PLACES] whose they are */
    int64_t copies;
    float *signs;        /* [1 + negative + FV_LANES] one label 1, then labels 0 */
} fv_negatives;

typedef struct {
    float *now, *before; /* [rows * stride]: as this thread has them, and as they were at the last exchange */
    int64_t first, rows; /* rows first .. first + rows - 1 of W_out; the last is the root */
    int64_t uses, turns;
    float *signs;        /* [longest path + FV_LANES] */
} fv_path;

struct fv_run {
    const fv_word2vec_slice *slice;
    fv_word2vec_totals *totals;
    const fv_model *model;
    const fv_outputs *outputs;
    fv_place places[FV_PLACES];
    int64_t most_contexts, most_outputs, most_inputs;
    fv_matrix in, out;      /* W_in and W_out */
    fv_matrix *held;        /* what the places' held rows are of, or NULL */
    const float *held_rates;
    int in_place;           /* one thread trains them where they are: nobody else writes them */
    int32_t *holders;       /* [FV_HOLDERS] tokens that hold a row now, by the lowest bits of their words */
    float *mean, *gradient; /* [places * stride] of bags, or [stride] of a word's rows */
    float **contexts; /* [places * most_contexts] the held rows of the bags */
    float *shares;    /* [most_contexts] what each gets of its bag's gradient; NULL: all of it */
    fv_group groups[FV_PLACES];
    fv_negatives negatives;
    fv_path path;
    float *scores; /* [inputs][fv_scores_stride(outputs)] of full softmax */
    float *wanted[FV_WANTED];
    uint64_t first_wanted, after_wanted;
    fv_step step;
    fv_loss loss;
};

static void *fv_part(fv_arena *arena, size_t bytes) {
    void *part = arena->memory ? arena->memory + arena->used : NULL;
    arena->used += (bytes + 63) / 64 * 64;
    return part;
}

static void *fv_floats(fv_arena *arena, int64_t n) { return fv_part(arena, sizeof(float) * (size_t)n); }

/* Those of a word in W_in: its own alone, where words have no others. */
static FV_INLINE fv_rows fv_rows_of(const fv_word2vec_slice *slice, const int32_t *word) {
    if (!slice->row_offsets) return (fv_rows){word, 1};
    const int64_t from = slice->row_offsets[*word];
    return (fv_rows){slice->word_rows + from, slice->row_offsets[*word + 1] - from};
}

/* The word that centre t predicts, or that is predicted in its window. */
static FV_INLINE int32_t fv_predicted(const fv_run *run, const fv_place *place, int64_t t) {
    return run->model->windows ? place->tokens[t].word : place->tokens[t].first;
}

/* The tags of the centre. */
static FV_INLINE fv_rows fv_tags_of(const fv_word2vec_slice *slice, const fv_place *place, int64_t t) {
    if (!slice->tag_offsets) return (fv_rows){NULL, 0};
    const int64_t from = slice->tag_offsets[place->tokens[t].sentence];
    return (fv_rows){slice->tag_rows + from, slice->tag_offsets[place->tokens[t].sentence + 1] - from};
}

/* After a step: frozen words stay as they are in their held rows, too. */
static FV_INLINE void fv_restore_frozen(const fv_run *run, const fv_place *place) {
    if (!run->held_rates) return;
    const int64_t stride = run->slice->stride;
    for (int64_t c = place->tokens[place->t].first; c <= place->tokens[place->t].last; c++)
        if (run->held_rates[place->tokens[c].word] == 0) fv_restore(place->row[c], fv_before(place, c), stride);
}

/* -- rows wanted soon ------------------------------------------------------------------------------------------- */

static FV_INLINE void fv_want_rows(fv_run *run, const fv_matrix *matrix, fv_rows rows) {
    const uint64_t at = run->after_wanted, room = FV_WANTED - (at - run->first_wanted);
    const uint64_t n = (uint64_t)rows.n < room ? (uint64_t)rows.n : room;
    const fv_matrix here = *matrix; /* for all that the compiler knows, run->wanted might be in it */
    for (uint64_t r = 0; r < n; r++) run->wanted[(at + r) % FV_WANTED] = fv_row_there(&here, rows.row[r]);
    run->after_wanted = at + n;
}

static FV_INLINE void fv_want(fv_run *run, const fv_matrix *matrix, int32_t row) { fv_want_rows(run, matrix, (fv_rows){&row, 1}); }

static FV_INLINE void fv_want_word(fv_run *run, int32_t word) { fv_want_rows(run, &run->in, fv_rows_of(run->slice, &word)); }

/* The update of the step to come prefetches a share of them, line by line. */
static FV_INLINE void fv_prefetch_in_step(fv_run *run) {
    const uint64_t at = run->first_wanted % FV_WANTED, waiting = run->after_wanted - run->first_wanted;
    const uint64_t most = FV_WANTED - at < FV_SHARE ? FV_WANTED - at : FV_SHARE, n = waiting < most ? waiting : most;
    run->step.ahead = run->wanted + at;
    run->step.aheads = (int64_t)n;
    run->first_wanted += n;
}

/* -- steps ------------------------------------------------------------------------------------------------------ */

/* The inputs that were added since predict a word; y is a held copy of its row of W_out, or NULL. */
static FV_INLINE void fv_close_group(fv_run *run, int32_t word, float *y) {
    run->groups[run->step.n_groups++] = (fv_group){run->step.inputs, word, y};
}

/* The groups that stand ready predict their words; then there are none. */
static FV_INLINE void fv_predict(fv_run *run) {
    run->totals->predictions += run->step.inputs;
    fv_prefetch_in_step(run);
    run->outputs->predict(run);
    run->step.inputs = run->step.n_groups = 0;
}

static FV_INLINE void fv_predict_one(fv_run *run, float *x, float *dx, int32_t word, float *y) {
    run->step.x[0] = x;
    run->step.dx[0] = dx;
    run->step.inputs = 1;
    fv_close_group(run, word, y);
    fv_predict(run);
}

/* What an output layer may have no use for. */
static void fv_do_nothing(fv_run *run) { (void)run; }

#endif
