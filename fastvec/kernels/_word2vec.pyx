"""One slice of skip-gram or CBOW; see csrc/word2vec.h and kernels/reference_word2vec.py for what it computes."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

cdef extern from "word2vec.h" nogil:
    ctypedef struct fv_alias:
        pass
    cdef enum fv_model:
        FV_WINDOW, FV_PAIRS, FV_CENTRE, FV_BAG, FV_GIVEN, FV_GROUPS
    cdef enum fv_loss_kind:
        FV_NEGATIVE_SAMPLING, FV_HIERARCHICAL_SOFTMAX, FV_SOFTMAX
    ctypedef struct fv_word2vec_slice:
        const int32_t *ids
        const int64_t *offsets
        const int32_t *targets
        const float *weights
        int64_t sentence, start, end
        const uint32_t *keep
        const fv_alias *negatives
        const int64_t *path_offsets
        const int32_t *path_nodes
        const float *path_signs
        const int64_t *row_offsets
        const int32_t *word_rows
        const float *row_rates
        float *W_in
        float *W_out
        int64_t outputs, stride, most_rows, longest_path
        int32_t model, loss, window, negative, threads, shrink_windows, before, after, divide_gradient
        float learning_rate
        uint64_t[3] streams
        const uint8_t *stop
    ctypedef struct fv_word2vec_totals:
        double loss
        int64_t predictions, trained, tokens
    ctypedef int (*fv_word2vec_fn)(const fv_word2vec_slice *, fv_word2vec_totals *)

cdef extern from "dispatch.h" nogil:
    ctypedef struct fv_kernels:
        fv_word2vec_fn word2vec
    const fv_kernels *fv_kernels_of(int level)

MODELS = {
    "window": FV_WINDOW,
    "pairs": FV_PAIRS,
    "centre": FV_CENTRE,
    "bag": FV_BAG,
    "given": FV_GIVEN,
    "groups": FV_GROUPS,
}
LOSSES = {
    "negative_sampling": FV_NEGATIVE_SAMPLING,
    "hierarchical_softmax": FV_HIERARCHICAL_SOFTMAX,
    "softmax": FV_SOFTMAX,
}
CONTEXTS = {"left": (1, 0), "right": (0, 1), "both": (1, 1)}  # of the centre word: (before, after)


def word2vec_slice(
    *,
    # in
    const int32_t[::1] ids not None,
    const int64_t[::1] offsets=None,
    const int32_t[::1] targets=None,
    const float[::1] weights=None,
    int64_t sentence=0,
    int64_t start,
    int64_t end,
    # tables
    const uint32_t[::1] keep=None,
    const uint64_t[::1] negatives=None,
    tuple paths=None,
    tuple rows=None,
    const float[::1] row_rates=None,
    # written
    float[:, ::1] W_in not None,
    float[:, ::1] W_out not None,
    # scalars
    str model not None,
    str loss not None,
    int window=1,
    int negative=0,
    int threads=1,
    bint shrink_windows=False,
    str context not None="both",
    bint divide_gradient=False,
    float learning_rate,
    tuple streams not None,
    const uint8_t[::1] stop not None,
    int level,
):
    """Train on tokens [start, end); returns (loss, predictions, trained, tokens).

    Ids and rows in range, and offsets that fit the ids, are the caller's promise (Corpus.validate).
    """
    cdef fv_word2vec_slice task
    cdef fv_word2vec_totals totals
    cdef const fv_kernels *kernels = fv_kernels_of(level)
    cdef int failed
    if kernels == NULL:
        raise ValueError(f"level: this build has no instruction set {level}")
    if not 0 <= start <= end <= ids.shape[0]:
        raise ValueError("start, end: outside ids")
    if start == end:
        return 0.0, 0, 0, 0
    if window < 1 or negative < 0 or threads < 1 or stop.shape[0] < 1:
        raise ValueError(
            f"window, negative, threads, stop: expected at least 1, 0, 1 and uint8[1], "
            f"got {window}, {negative}, {threads}"
        )
    if negative < 1 and model == "groups":
        raise ValueError("negative: groups share negatives, so they have at least 1")
    task.model, task.loss = MODELS[model], LOSSES[loss]
    task.ids, task.start, task.end, task.sentence = &ids[0], start, end, sentence
    _set_matrices(&task, W_in, W_out)
    _set_text(&task, ids, offsets, targets, weights, keep)
    _set_outputs(&task, negatives, paths)
    _set_rows(&task, rows, row_rates, W_in.shape[0])
    task.window, task.negative, task.shrink_windows = window, negative, shrink_windows
    task.threads = threads
    task.before, task.after = CONTEXTS[context]
    task.divide_gradient, task.learning_rate = divide_gradient, learning_rate
    task.streams[0], task.streams[1], task.streams[2] = streams
    task.stop = &stop[0]
    with nogil:
        failed = kernels.word2vec(&task, &totals)
    if failed:
        raise MemoryError("scratch of a slice")
    return totals.loss, totals.predictions, totals.trained, totals.tokens


cdef _set_matrices(fv_word2vec_slice *task, float[:, ::1] W_in, float[:, ::1] W_out):
    cdef Py_ssize_t stride = W_in.shape[1]
    if W_in.shape[0] < 1 or stride < 16 or stride % 16 != 0:
        raise ValueError(f"W_in: expected float32[n, P] with P a multiple of 16, got [{W_in.shape[0]}, {stride}]")
    if W_out.shape[0] < 1 or W_out.shape[1] != stride:
        raise ValueError(f"W_out: expected float32[rows, {stride}], got [{W_out.shape[0]}, {W_out.shape[1]}]")
    task.W_in, task.W_out = &W_in[0, 0], &W_out[0, 0]
    task.outputs, task.stride = W_out.shape[0], stride


cdef _set_text(fv_word2vec_slice *task, const int32_t[::1] ids, const int64_t[::1] offsets,
               const int32_t[::1] targets, const float[::1] weights, const uint32_t[::1] keep):
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
    if offsets is None or not 0 <= task.sentence < offsets.shape[0] - 1:
        raise ValueError("sentence: outside offsets")
    if keep is None or keep.shape[0] < 1:
        raise ValueError("keep: expected uint32[V]")
    task.offsets, task.keep = &offsets[0], &keep[0]


cdef _set_outputs(fv_word2vec_slice *task, const uint64_t[::1] negatives, tuple paths):
    cdef const int64_t[::1] offsets
    cdef const int32_t[::1] nodes
    cdef const float[::1] signs
    task.negatives, task.path_offsets, task.path_nodes, task.path_signs = NULL, NULL, NULL, NULL
    task.longest_path = 0
    if task.loss == FV_NEGATIVE_SAMPLING:
        if negatives is None or not 1 <= negatives.shape[0] <= task.outputs:
            raise ValueError(f"negatives: expected an alias table of 1 to {task.outputs} words")
        task.negatives = <const fv_alias *> &negatives[0]
        task.outputs = negatives.shape[0]
    elif task.model == FV_GROUPS:
        raise ValueError("loss: groups share negatives, so they go with negative sampling")
    elif task.loss == FV_HIERARCHICAL_SOFTMAX:
        if paths is None:
            raise ValueError("paths: expected (offsets, nodes, signs, longest)")
        offsets, nodes, signs, task.longest_path = paths
        if nodes.shape[0] != signs.shape[0] or nodes.shape[0] < 1:
            raise ValueError("paths: expected as many nodes as signs, and at least one")
        task.path_offsets, task.path_nodes, task.path_signs = &offsets[0], &nodes[0], &signs[0]


cdef _set_rows(fv_word2vec_slice *task, tuple rows, const float[::1] row_rates, Py_ssize_t n_rows):
    cdef const int64_t[::1] offsets
    cdef const int32_t[::1] word_rows
    task.row_offsets, task.word_rows, task.row_rates, task.most_rows = NULL, NULL, NULL, 1
    if rows is not None:
        if task.model == FV_WINDOW or task.model == FV_PAIRS:
            raise ValueError("rows: words of several rows go with the other models")
        offsets, word_rows, task.most_rows = rows
        task.row_offsets, task.word_rows = &offsets[0], &word_rows[0]
    if row_rates is not None:
        if row_rates.shape[0] != n_rows:
            raise ValueError(f"row_rates: expected float32[{n_rows}], got [{row_rates.shape[0]}]")
        task.row_rates = &row_rates[0]
