"""One slice of skip-gram with negative sampling; see csrc/sgns.h and kernels/reference.py for what it computes."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

cdef extern from "sgns.h" nogil:
    ctypedef struct fv_alias:
        pass
    ctypedef struct fv_sgns_slice:
        const int32_t *ids
        const int64_t *offsets
        int64_t sentence, start, end
        const uint32_t *keep
        const fv_alias *negatives
        float *W_in
        float *W_out
        int64_t words, stride
        int32_t window, negative, shrink_windows, share_negatives
        float learning_rate
        uint64_t[3] streams
        const uint8_t *stop
    ctypedef struct fv_sgns_totals:
        double loss
        int64_t pairs, trained, tokens
    ctypedef int (*fv_sgns_fn)(const fv_sgns_slice *, fv_sgns_totals *)

cdef extern from "dispatch.h" nogil:
    ctypedef struct fv_kernels:
        fv_sgns_fn sgns
    const fv_kernels *fv_kernels_of(int level)


def sgns_slice(
    *,
    # in
    const int32_t[::1] ids not None,
    const int64_t[::1] offsets not None,
    int64_t sentence,
    int64_t start,
    int64_t end,
    # tables
    const uint32_t[::1] keep not None,
    const uint64_t[::1] negatives not None,
    # written
    float[:, ::1] W_in not None,
    float[:, ::1] W_out not None,
    # scalars
    int window,
    int negative,
    bint shrink_windows,
    bint share_negatives,
    float learning_rate,
    tuple streams,
    const uint8_t[::1] stop not None,
    int level,
):
    """Train on tokens [start, end); returns (loss, pairs, trained, tokens).

    ids below V and offsets that fit them are the caller's promise (Corpus.validate).
    """
    cdef fv_sgns_slice task
    cdef fv_sgns_totals totals
    cdef const fv_kernels *kernels = fv_kernels_of(level)
    cdef int failed
    if kernels == NULL:
        raise ValueError(f"level: this build has no instruction set {level}")
    if start >= end:
        return 0.0, 0, 0, 0
    _check_shapes(keep.shape[0], negatives.shape[0], W_in, W_out)
    if window < 1 or negative < 0 or stop.shape[0] < 1:
        raise ValueError(f"window, negative, stop: expected at least 1, 0 and uint8[1], got {window}, {negative}")
    if not 0 <= start < end <= ids.shape[0] or not 0 <= sentence < offsets.shape[0] - 1:
        raise ValueError("start, end, sentence: outside ids and offsets")
    task.ids, task.offsets = &ids[0], &offsets[0]
    task.sentence, task.start, task.end = sentence, start, end
    task.keep, task.negatives = &keep[0], <const fv_alias *> &negatives[0]
    task.W_in, task.W_out = &W_in[0, 0], &W_out[0, 0]
    task.words, task.stride = W_in.shape[0], W_in.shape[1]
    task.window, task.negative = window, negative
    task.shrink_windows, task.share_negatives = shrink_windows, share_negatives
    task.learning_rate = learning_rate
    task.streams[0], task.streams[1], task.streams[2] = streams
    task.stop = &stop[0]
    with nogil:
        failed = kernels.sgns(&task, &totals)
    if failed:
        raise MemoryError("scratch of an SGNS slice")
    return totals.loss, totals.pairs, totals.trained, totals.tokens


cdef _check_shapes(Py_ssize_t kept, Py_ssize_t slots, float[:, ::1] W_in, float[:, ::1] W_out):
    cdef Py_ssize_t words = W_in.shape[0], stride = W_in.shape[1]
    if words < 1 or stride < 16 or stride % 16 != 0:
        raise ValueError(f"W_in: expected float32[V, P] with P a multiple of 16, got [{words}, {stride}]")
    if W_out.shape[0] != words or W_out.shape[1] != stride:
        raise ValueError(f"W_out: expected float32[{words}, {stride}], got [{W_out.shape[0]}, {W_out.shape[1]}]")
    if kept != words or slots != words:
        raise ValueError(f"keep, negatives: expected {words} entries, got {kept} and {slots}")
