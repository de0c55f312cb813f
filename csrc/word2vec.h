/* The predict family on one slice of a corpus, on one thread: skip-gram and CBOW (Mikolov, Chen, Corrado and Dean
 * 2013, "Efficient Estimation of Word Representations in Vector Space"), by negative sampling, hierarchical
 * softmax or full softmax (Mikolov et al. 2013, "Distributed Representations of Words and Phrases and their
 * Compositionality"), with words of one row or of many (fastText's n-grams: Bojanowski et al. 2017).
 *
 * An input x is a row of W_in or the mean of several; it predicts a word through rows of W_out:
 *
 *   FV_WINDOW   each context word's row predicts the centre word, all with the same negatives
 *   FV_PAIRS    the same, negatives drawn for each
 *   FV_CENTRE   the mean of the centre word's rows predicts each context word
 *   FV_BAG      the mean of all context words' rows predicts the centre word (CBOW)
 *   FV_GIVEN    no windows: word ids[p] predicts targets[p]
 *   FV_GROUPS   FV_BAG, but FV_GROUP centres from distant places have the same negatives (group.h)
 */
#ifndef FASTVEC_WORD2VEC_H
#define FASTVEC_WORD2VEC_H

#include <stdint.h>

#include "sampling.h"

/* For FV_GROUPS: neighbouring centres in a group, and groups in a round. */
#define FV_GROUP 4

/* In this order: those before FV_CENTRE have rows as inputs. */
enum fv_model { FV_WINDOW, FV_PAIRS, FV_CENTRE, FV_BAG, FV_GIVEN, FV_GROUPS };
enum fv_loss_kind { FV_NEGATIVE_SAMPLING, FV_HIERARCHICAL_SOFTMAX, FV_SOFTMAX };

typedef struct {
    /* in */
    const int32_t *ids;     /* [tokens] */
    const int64_t *offsets; /* [sentences + 1]: sentence s is ids[offsets[s] .. offsets[s + 1]) */
    const int32_t *targets; /* [tokens] what each predicts, for FV_GIVEN */
    const float *weights;   /* [tokens] factors of the learning rate, for FV_GIVEN; or NULL */
    int64_t sentence;       /* the sentence that holds token `start` */
    int64_t start, end;     /* the slice: tokens [start, end) */
    /* tables */
    const uint32_t *keep;         /* [words]: a token stays if its draw's high half is at most this */
    const fv_alias *negatives;    /* [outputs] for negative sampling */
    const int64_t *path_offsets;  /* [outputs + 1] for hierarchical softmax: the path of word w is ... */
    const int32_t *path_nodes;    /* ... these rows of W_out, from the root down, with ... */
    const float *path_signs;      /* ... +1 where the way goes left (code 0), -1 where it goes right */
    const int64_t *row_offsets;   /* [words + 1]: word w is the mean of the rows ... */
    const int32_t *word_rows;     /* ... of W_in named here; NULL: of row w alone */
    const float *row_rates;       /* [rows of W_in] factors of the learning rate, 0 holds a row; or NULL */
    /* written: rows of `stride` floats, 64-byte aligned, zero behind the vector's end */
    float *W_in, *W_out;
    /* scalars */
    int64_t outputs, stride;  /* words that can be predicted; floats in a row */
    int64_t most_rows;        /* of a word; 1 without row_offsets */
    int64_t longest_path;
    int32_t model, loss;
    int32_t window, negative;
    int32_t threads;           /* that train at once; see near.h */
    int32_t shrink_windows;    /* 1: the width is uniform in 1 .. window */
    int32_t before, after;     /* 1: the window has the words before, after the centre */
    int32_t divide_gradient;   /* 1: a row of a mean of n gets 1/n of the mean's gradient; 0: all of it */
    float learning_rate;
    uint64_t streams[3]; /* of the keep, width and negative draws */
    const volatile uint8_t *stop;
} fv_word2vec_slice;

typedef struct {
    double loss;         /* summed over the predictions: -log of their probability, or SGNS's loss */
    int64_t predictions; /* of a word by an input */
    int64_t trained, tokens;
} fv_word2vec_totals;

/* Returns 0, or -1 if memory ran out (then nothing was trained). */
typedef int (*fv_word2vec_fn)(const fv_word2vec_slice *slice, fv_word2vec_totals *totals);

#endif
