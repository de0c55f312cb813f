"""One slice of skip-gram or CBOW; specified in csrc/word2vec.h and kernels/reference/word2vec.py."""

import numpy as np

from fastvec.checks.changes import text_changed

from libc.stdlib cimport free, malloc
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t, uintptr_t

cdef extern from "word2vec.h" nogil:
    int FV_PLACES
    ctypedef struct fv_alias:
        pass
    cdef enum fv_model_kind:
        FV_WINDOW, FV_PAIRS, FV_CENTRE, FV_BAG, FV_TAGS, FV_GIVEN
    cdef enum fv_loss_kind:
        FV_NEGATIVE_SAMPLING, FV_HIERARCHICAL_SOFTMAX, FV_SOFTMAX
    ctypedef struct fv_range:
        int64_t start, end, sentence
        uint64_t keep, width
    ctypedef struct fv_word2vec_slice:
        const int32_t *ids
        const int64_t *offsets
        const int32_t *targets
        const float *weights
        fv_range *ranges
        int64_t n_ranges
        const uint32_t *keep
        const fv_alias *negatives
        const int64_t *path_offsets
        const int32_t *path_nodes
        const float *path_signs
        const int64_t *row_offsets
        const int32_t *word_rows
        const int64_t *tag_offsets
        const int32_t *tag_rows
        const float *in_rates
        const float *out_rates
        float *W_in
        float *W_out
        float *W_tags
        int64_t words, outputs, stride, longest_path, most_tags, n_offsets
        int32_t model, loss, window, negative, share_negatives, freeze_outputs, threads
        int32_t shrink_windows, before, after, sum_inputs, divide_gradient
        float learning_rate
        uint64_t negative_stream
        const uint8_t *stop
    ctypedef struct fv_word2vec_totals:
        double loss
        int64_t predictions, trained, tokens, changed
    ctypedef int (*fv_word2vec_fn)(const fv_word2vec_slice *, fv_word2vec_totals *)
    int FV_PARTS
    ctypedef struct fv_copies:
        float *rows
        int32_t *row
        int32_t *uses
        int64_t n, capacity, most
    ctypedef struct fv_changes:
        fv_copies copies
        int32_t *order
    ctypedef struct fv_shard_place:
        int64_t trained, predictions, sets
        double loss
    ctypedef struct fv_shard:
        fv_word2vec_slice slice
        fv_word2vec_totals totals
        fv_changes inputs, outputs
        void *run
        int over
    ctypedef struct fv_slots:
        int32_t *inputs
        int32_t *outputs
        int32_t *of_word
    ctypedef struct fv_change:
        pass
    ctypedef struct fv_merge_scratch:
        fv_change *changes
        int32_t *first
        int32_t *last
        int32_t *rows
        float **copies
    ctypedef struct fv_superstep_fns:
        int (*open)(fv_shard *) noexcept nogil
        void (*train)(fv_shard *, int64_t, const fv_slots *) noexcept nogil
        void (*close)(fv_shard *) noexcept nogil
        void (*save)(const fv_shard *, fv_shard_place *) noexcept nogil
        int (*go_to)(fv_shard *, const fv_shard_place *) noexcept nogil
        void (*merge)(fv_shard **, int64_t, int, int, float, fv_merge_scratch *) noexcept nogil

cdef extern from "dispatch.h" nogil:
    ctypedef struct fv_kernels:
        fv_word2vec_fn word2vec
        fv_superstep_fns superstep
    const fv_kernels *fv_kernels_of(int level)

MODELS = {
    "window": FV_WINDOW, "pairs": FV_PAIRS, "centre": FV_CENTRE, "bag": FV_BAG, "tags": FV_TAGS, "given": FV_GIVEN,
}
LOSSES = {
    "negative_sampling": FV_NEGATIVE_SAMPLING,
    "hierarchical_softmax": FV_HIERARCHICAL_SOFTMAX,
    "softmax": FV_SOFTMAX,
}
CONTEXTS = {"left": (1, 0), "right": (0, 1), "both": (1, 1)}  # of the centre word: (before, after)


def word2vec_slice(*, list places not None, float learning_rate, uint64_t negative_stream, **others):
    """Train on places (start, end, sentence, keep stream, width stream).

    Returns (loss, predictions, trained, tokens).
    The caller ensures that rows, nodes and their offsets are in range. Ids and offsets of the text are checked as
    they are read, since a mapped file may change: CorpusError.
    """
    cdef _Arguments arguments = _Arguments(**others)
    cdef fv_word2vec_slice task
    cdef fv_word2vec_totals totals
    cdef int failed
    arguments.set(&task, places, learning_rate, negative_stream)
    if not task.n_ranges:
        return 0.0, 0, 0, 0
    with nogil:
        failed = arguments.kernels.word2vec(&task, &totals)
    if failed:
        raise MemoryError("scratch of a slice")
    return _result(&totals)


cdef tuple _result(const fv_word2vec_totals *totals):
    if totals.changed:
        raise text_changed()
    return totals.loss, totals.predictions, totals.trained, totals.tokens


def word2vec_slices(*, list slices not None, **others):
    """Train slice after slice, each (places, learning rate, negative stream), without the GIL in between."""
    cdef _Arguments arguments = _Arguments(**others)
    cdef Py_ssize_t k, n = len(slices)
    cdef int failed = 0
    cdef int64_t changed = 0
    cdef fv_word2vec_totals totals
    cdef fv_word2vec_slice *tasks = <fv_word2vec_slice *> malloc(n * sizeof(fv_word2vec_slice) + 1)
    if tasks == NULL:
        raise MemoryError("slices")
    try:
        for k in range(n):
            places, learning_rate, negative_stream = slices[k]
            arguments.set(&tasks[k], places, learning_rate, negative_stream)
        with nogil:
            for k in range(n):
                if tasks[k].n_ranges and not failed:
                    failed = arguments.kernels.word2vec(&tasks[k], &totals)
                    changed |= 0 if failed else totals.changed
    finally:
        free(tasks)
    if failed:
        raise MemoryError("scratch of a slice")
    if changed:
        raise text_changed()


cdef class _Arguments:
    """All arguments but those of a slice: checked once."""

    cdef fv_word2vec_slice task
    cdef const fv_kernels *kernels
    cdef const int32_t[::1] ids
    cdef const int64_t[::1] offsets
    cdef int64_t rows_in, rows_out, most_rows  # of the matrices, and of a word
    cdef tuple arrays                          # that C points into

    def __cinit__(
        self,
        *,
        # in
        const int32_t[::1] ids not None,
        const int64_t[::1] offsets=None,
        const int32_t[::1] targets=None,
        const float[::1] weights=None,
        # tables
        const uint32_t[::1] keep=None,
        const uint64_t[::1] negatives=None,
        tuple paths=None,
        tuple rows=None,
        tuple tags=None,
        const float[::1] in_rates=None,
        const float[::1] out_rates=None,
        # written
        float[:, ::1] W_in not None,
        float[:, ::1] W_out not None,
        float[:, ::1] W_tags=None,
        # scalars
        str model not None,
        str loss not None,
        int window=1,
        int negative=0,
        bint share_negatives=True,
        bint freeze_outputs=False,
        int threads=1,
        bint shrink_windows=False,
        str context not None="both",
        bint sum_inputs=False,
        bint divide_gradient=False,
        const uint8_t[::1] stop not None,
        int level,
    ):
        cdef fv_word2vec_slice *task = &self.task
        self.kernels = fv_kernels_of(level)
        if self.kernels == NULL:
            raise ValueError(f"level: this build has no instruction set {level}")
        if window < 1 or negative < 0 or threads < 1 or stop.shape[0] < 1:
            raise ValueError(
                f"window, negative, threads, stop: expected at least 1, 0, 1 and uint8[1], "
                f"got {window}, {negative}, {threads}"
            )
        self.ids, self.offsets = ids, offsets
        self.arrays = (
            targets, weights, keep, negatives, paths, rows, tags, in_rates, out_rates, W_in, W_out, W_tags, stop,
        )
        task.model, task.loss = MODELS[model], LOSSES[loss]
        _set_text(task, ids, offsets, targets, weights, keep)
        _set_matrices(task, W_in, W_out)
        _set_outputs(task, negatives, paths, out_rates)
        _set_rows(task, rows, in_rates, W_in.shape[0])
        _set_tags(task, tags, W_tags, 0 if offsets is None else offsets.shape[0])
        task.sum_inputs = sum_inputs
        task.window, task.negative, task.shrink_windows = window, negative, shrink_windows
        task.share_negatives, task.freeze_outputs, task.threads = share_negatives, freeze_outputs, threads
        task.before, task.after = CONTEXTS[context]
        task.divide_gradient, task.stop = divide_gradient, &stop[0]
        self.rows_in, self.rows_out = W_in.shape[0], W_out.shape[0]
        _set_words(task, keep, paths, rows, W_in.shape[0])
        self.most_rows = 1 if rows is None else int(np.diff(rows[0]).max())

    cdef set(self, fv_word2vec_slice *task, list places, float learning_rate, uint64_t negative_stream):
        """Set the arguments of one slice."""
        task[0] = self.task
        _set_places(task, places, self.ids, self.offsets)
        if task.n_ranges:
            task.ids = &self.ids[0]
        task.learning_rate, task.negative_stream = learning_rate, negative_stream


cdef _set_matrices(fv_word2vec_slice *task, float[:, ::1] W_in, float[:, ::1] W_out):
    """Check and set the matrices."""
    cdef Py_ssize_t stride = W_in.shape[1]
    if W_in.shape[0] < 1 or stride < 16 or stride % 16 != 0:
        raise ValueError(f"W_in: expected float32[n, P] with P a multiple of 16, got [{W_in.shape[0]}, {stride}]")
    if W_out.shape[0] < 1 or W_out.shape[1] != stride:
        raise ValueError(f"W_out: expected float32[rows, {stride}], got [{W_out.shape[0]}, {W_out.shape[1]}]")
    task.W_in, task.W_out = &W_in[0, 0], &W_out[0, 0]
    task.outputs, task.stride = W_out.shape[0], stride


cdef _set_places(fv_word2vec_slice *task, list places, const int32_t[::1] ids, const int64_t[::1] offsets):
    """Set the places that have tokens."""
    cdef fv_range place
    task.n_ranges = 0
    if len(places) > FV_PLACES:
        raise ValueError(f"places: expected at most {FV_PLACES}, got {len(places)}")
    for place.start, place.end, place.sentence, place.keep, place.width in places:
        if not 0 <= place.start <= place.end <= ids.shape[0]:
            raise ValueError("places: outside ids")
        if place.start == place.end:
            continue
        if offsets is not None:
            if not 0 <= place.sentence < offsets.shape[0] - 1 or place.end > offsets[offsets.shape[0] - 1]:
                raise text_changed("places: sentence or end outside offsets")
            if not offsets[place.sentence] <= place.start < offsets[place.sentence + 1]:
                raise text_changed("places: expected start within the sentence")
        task.ranges[task.n_ranges] = place
        task.n_ranges += 1
    if task.n_ranges > 1 and task.loss != FV_NEGATIVE_SAMPLING:
        raise ValueError("loss: expected negative sampling with several places, which share negatives")


cdef _set_text(fv_word2vec_slice *task, const int32_t[::1] ids, const int64_t[::1] offsets,
               const int32_t[::1] targets, const float[::1] weights, const uint32_t[::1] keep):
    """Check and set what the model reads."""
    task.offsets, task.targets, task.weights, task.keep = NULL, NULL, NULL, NULL
    if task.model == FV_GIVEN:
        if targets is None or targets.shape[0] != ids.shape[0]:
            raise ValueError(f"targets: expected int32[{ids.shape[0]}]")
        if weights is not None and weights.shape[0] != ids.shape[0]:
            raise ValueError(f"weights: expected float32[{ids.shape[0]}]")
        task.targets = &targets[0]
        if weights is not None:
            task.weights = &weights[0]
        return
    if offsets is None or offsets.shape[0] < 2:
        raise ValueError("offsets: expected int64[S + 1]")
    if keep is None or keep.shape[0] < 1:
        raise ValueError("keep: expected uint32[V]")
    task.offsets, task.keep, task.n_offsets = &offsets[0], &keep[0], offsets.shape[0]


cdef _set_words(fv_word2vec_slice *task, const uint32_t[::1] keep, tuple paths, tuple rows, Py_ssize_t n_rows):
    """Set below which number ids of words and of what they predict must be."""
    task.words = n_rows if rows is None else len(rows[0]) - 1
    if keep is not None:
        task.words = min(task.words, keep.shape[0])
    if paths is not None:
        task.outputs = min(task.outputs, len(paths[0]) - 1)
    if task.model != FV_GIVEN:  # a text predicts its own words
        task.words = min(task.words, task.outputs)


cdef _set_outputs(fv_word2vec_slice *task, const uint64_t[::1] negatives, tuple paths, const float[::1] out_rates):
    """Check and set what the loss needs."""
    cdef const int64_t[::1] offsets
    cdef const int32_t[::1] nodes
    cdef const float[::1] signs
    task.negatives, task.path_offsets, task.path_nodes, task.path_signs = NULL, NULL, NULL, NULL
    task.longest_path, task.out_rates = 0, NULL
    if task.loss == FV_NEGATIVE_SAMPLING:
        if negatives is None or not 1 <= negatives.shape[0] <= task.outputs:
            raise ValueError(f"negatives: expected an alias table of 1 to {task.outputs} words")
        task.negatives = <const fv_alias *> &negatives[0]
        task.outputs = negatives.shape[0]
    elif task.loss == FV_HIERARCHICAL_SOFTMAX:
        if paths is None:
            raise ValueError("paths: expected (offsets, nodes, signs, longest)")
        offsets, nodes, signs, task.longest_path = paths
        if offsets.shape[0] < 2 or nodes.shape[0] != signs.shape[0] or nodes.shape[0] < 1:
            raise ValueError("paths: expected offsets [V + 1], as many nodes as signs, and at least one")
        task.path_offsets, task.path_nodes, task.path_signs = &offsets[0], &nodes[0], &signs[0]
    if out_rates is not None:
        if task.loss != FV_NEGATIVE_SAMPLING or out_rates.shape[0] != task.outputs:
            raise ValueError(f"out_rates: expected float32[{task.outputs}], for negative sampling")
        task.out_rates = &out_rates[0]


cdef _set_rows(fv_word2vec_slice *task, tuple rows, const float[::1] in_rates, Py_ssize_t n_rows):
    """Check and set the rows of words, and their rates."""
    cdef const int64_t[::1] offsets
    cdef const int32_t[::1] word_rows
    task.row_offsets, task.word_rows, task.in_rates = NULL, NULL, NULL
    if rows is not None:
        if in_rates is not None:
            raise ValueError("in_rates: expected none for words of several rows")
        if task.model == FV_WINDOW or task.model == FV_PAIRS:
            raise ValueError("rows: expected none with the models window and pairs")
        offsets, word_rows = rows
        if offsets.shape[0] < 2 or word_rows.shape[0] < 1:
            raise ValueError("rows: expected offsets [V + 1] and at least one row")
        task.row_offsets, task.word_rows = &offsets[0], &word_rows[0]
    if in_rates is not None:
        if in_rates.shape[0] != n_rows:
            raise ValueError(f"in_rates: expected float32[{n_rows}], got [{in_rates.shape[0]}]")
        task.in_rates = &in_rates[0]


cdef _set_tags(fv_word2vec_slice *task, tuple tags, float[:, ::1] W_tags, Py_ssize_t n_offsets):
    """Check and set the tags of sentences."""
    cdef const int64_t[::1] offsets
    cdef const int32_t[::1] tag_rows
    task.tag_offsets, task.tag_rows, task.W_tags, task.most_tags = NULL, NULL, NULL, 0
    if tags is None:
        if task.model == FV_TAGS:
            raise ValueError("tags: expected (offsets, rows) with the model tags")
        return
    if task.model != FV_TAGS and task.model != FV_BAG:
        raise ValueError("tags: expected none, but with the models bag and tags")
    offsets, tag_rows = tags
    if offsets.shape[0] != n_offsets or n_offsets > 1 << 31 or tag_rows.shape[0] < 1:
        raise ValueError(f"tags: expected int64[{n_offsets}] offsets and at least one row")
    if W_tags is None or W_tags.shape[0] < 1 or W_tags.shape[1] != task.stride:
        raise ValueError(f"W_tags: expected float32[rows, {task.stride}]")
    task.tag_offsets, task.tag_rows, task.W_tags = &offsets[0], &tag_rows[0], &W_tags[0, 0]
    task.most_tags = int(np.diff(tags[0]).max())


include "supersteps.pxi"
