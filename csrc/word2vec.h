/* The predict family on one slice, on one thread: skip-gram and CBOW (Mikolov, Chen, Corrado and Dean 2013,
 * "Efficient Estimation of Word Representations in Vector Space"), by negative sampling, hierarchical softmax or
 * full softmax (Mikolov et al. 2013, "Distributed Representations of Words and Phrases and their
 * Compositionality"), with words of one row or of many (fastText's n-grams: Bojanowski et al. 2017).
 *
 * An input x is a row of W_in or the mean of several; it predicts a word through rows of W_out. A model
 * (models/) says what predicts which word, an output layer (outputs/) how.
 *
 * A slice is up to FV_PLACES ranges of tokens from distant places of the text. It is trained in rounds of one centre of
 * each place. With FV_WINDOW and FV_BAG the centres of a round are one step; with the others each has steps of its own.
 */
#ifndef FASTVEC_WORD2VEC_H
#define FASTVEC_WORD2VEC_H

#include <stdint.h>

#include "matrix.h"
#include "sampling.h"

#define FV_PLACES 16

enum fv_model_kind { FV_WINDOW, FV_PAIRS, FV_CENTRE, FV_BAG, FV_TAGS, FV_GIVEN, FV_MODELS };
enum fv_loss_kind { FV_NEGATIVE_SAMPLING, FV_HIERARCHICAL_SOFTMAX, FV_SOFTMAX, FV_LOSSES };

typedef struct {
    int64_t start, end, sentence; /* tokens [start, end); sentence: the one that holds token `start` */
    uint64_t keep, width;         /* streams of its draws */
} fv_range;

typedef struct {
    /* in */
    const int32_t *ids;     /* [tokens] */
    const int64_t *offsets; /* [sentences + 1]: sentence s is ids[offsets[s] .. offsets[s + 1]) */
    const int32_t *targets; /* [tokens] what each predicts, for FV_GIVEN */
    const float *weights;   /* [tokens] factors of the learning rate, for FV_GIVEN; or NULL */
    fv_range ranges[FV_PLACES];
    int64_t n_ranges;
    /* tables */
    const uint32_t *keep;        /* [words]: a token stays if its draw's high half is at most this */
    const fv_alias *negatives;   /* [outputs] for negative sampling */
    const int64_t *path_offsets; /* [outputs + 1] for hierarchical softmax: the path of word w is ... */
    const int32_t *path_nodes;   /* ... these rows of W_out, from the root down, with ... */
    const float *path_signs;     /* ... +1 where the way goes left (code 0), -1 where it goes right */
    const int64_t *row_offsets;  /* [words + 1]: word w is the mean of the rows ... */
    const int32_t *word_rows;    /* ... of W_in named here; NULL: of row w alone */
    const int64_t *tag_offsets;  /* [sentences + 1]: the tags of sentence s, of its document, are the rows ... */
    const int32_t *tag_rows;     /* ... of W_tags named here; NULL: none has any */
    const float *in_rates;       /* [rows of W_in], factors of the change of a row, 0 freezes it; or NULL */
    const float *out_rates;      /* [outputs] the same of W_out, for negative sampling; or NULL */
    /* written: rows of `stride` floats, 64-byte aligned, zero behind the vector's end */
    float *W_in, *W_out;
    float *W_tags; /* with tags, for FV_BAG and FV_TAGS */
    /* scalars */
    int64_t words, outputs, stride; /* those of ids; those that can be predicted; floats in a row */
    int64_t n_offsets;
    int64_t longest_path, most_tags; /* of a word; of a sentence */
    int32_t model, loss;
    int32_t window, negative;
    int32_t share_negatives;  /* 1: `negative` are drawn for a round; 0: for each step */
    int32_t freeze_outputs;   /* 1: W_out is read only */
    int32_t threads;          /* that train at once; see place.h and outputs/path.h */
    int32_t shrink_windows;   /* 1: the width is uniform in 1 .. window */
    int32_t before, after;    /* 1: the window has the words before, after the centre */
    int32_t sum_inputs;       /* 1: FV_BAG takes the sum of its rows in the place of the mean */
    int32_t divide_gradient;  /* 1: a row of a mean of n gets 1/n of the mean's gradient; 0: all of it */
    float learning_rate;
    uint64_t negative_stream; /* of the negative draws */
    const volatile uint8_t *stop;
} fv_word2vec_slice;

typedef struct {
    double loss;         /* summed over the predictions: -log of their probability, or SGNS's loss */
    int64_t predictions; /* of a word by an input */
    int64_t trained, tokens;
    int64_t changed; /* places of the text where an id or an offset was out of range: nothing was trained from there on */
} fv_word2vec_totals;

/* Returns 0, or -1 if memory ran out (then nothing was trained). */
typedef int (*fv_word2vec_fn)(const fv_word2vec_slice *slice, fv_word2vec_totals *totals);

/* -- slices in supersteps: see superstep.h --------------------------------------------------------------------- */

#define FV_PARTS 16 /* of the rows of a matrix, each merged by one thread */

/* What a slice changed in a superstep: its copies, in the order of their parts. */
typedef struct {
    fv_copies copies;
    int32_t *order;                /* [capacity] */
    int32_t starts[FV_PARTS + 1];
} fv_changes;

/* How far a slice is between two supersteps. Draws depend on their number alone, and no row is held then: so this and
 * the matrices are all that the rest of it depends on. */
typedef struct {
    int64_t trained, predictions; /* centres; and predictions of them */
    int64_t sets;                 /* of negatives that were used */
    double loss;
} fv_shard_place;

typedef struct {
    fv_word2vec_slice slice;
    fv_word2vec_totals totals;
    fv_changes inputs, outputs;
    struct fv_shard_run *run; /* NULL: no slice is open */
    int over;
} fv_shard;

/* Of one thread: where copies are. */
typedef struct {
    int32_t *inputs, *outputs; /* [rows] -1 */
    int32_t *of_word;  /* [most rows of a word] */
} fv_slots;

typedef struct {
    float *copy;
    float uses; /* times the learning rate */
    int32_t next; /* of the same row, or -1 */
} fv_change;

/* Of one thread, for a merge. */
typedef struct {
    fv_change *changes;    /* [those of a part] */
    int32_t *first, *last; /* [rows of a part] the first of each row, -1 before and after */
    int32_t *rows;         /* [rows of a part] those that were changed */
    float **copies;        /* [shards] */
} fv_merge_scratch;

typedef struct {
    int (*open)(fv_shard *shard); /* returns 0, or -1 if memory ran out */
    void (*train)(fv_shard *shard, int64_t centres, const fv_slots *slots);
    void (*close)(fv_shard *shard);
    void (*save)(const fv_shard *shard, fv_shard_place *place);
    int (*go_to)(fv_shard *shard, const fv_shard_place *place); /* of one just opened; returns -1 if it has no such place */
    void (*merge)(fv_shard *const *shards, int64_t n_shards, int output, int part, float damping, fv_merge_scratch *scratch);
} fv_superstep_fns;

#endif
