"""One tile of GloVe; see csrc/glove.h and kernels/reference_glove.py for what it computes."""

from libc.stdint cimport int32_t, int64_t, uint8_t

cdef extern from "glove.h" nogil:
    ctypedef struct fv_glove_tile:
        const int32_t *rows
        const int32_t *columns
        const float *log_counts
        const float *weights
        int64_t start, end
        float *W
        float *C
        int64_t stride
        float learning_rate
        const uint8_t *stop
    ctypedef struct fv_glove_totals:
        double cost
        int64_t pairs
    ctypedef void (*fv_glove_fn)(const fv_glove_tile *, fv_glove_totals *)

cdef extern from "dispatch.h" nogil:
    ctypedef struct fv_kernels:
        fv_glove_fn glove
    const fv_kernels *fv_kernels_of(int level)


def glove_tile(
    *,
    # in
    const int32_t[::1] rows not None,
    const int32_t[::1] columns not None,
    const float[::1] log_counts not None,
    const float[::1] weights not None,
    int64_t start,
    int64_t end,
    # written
    float[:, ::1] W not None,
    float[:, ::1] C not None,
    # scalars
    float learning_rate,
    const uint8_t[::1] stop not None,
    int level,
):
    """Train on pairs [start, end); returns (cost, pairs).

    Rows and columns that W and C have are the caller's promise.
    """
    cdef fv_glove_tile tile
    cdef fv_glove_totals totals
    cdef const fv_kernels *kernels = fv_kernels_of(level)
    cdef Py_ssize_t n = rows.shape[0], width = W.shape[1]
    if kernels == NULL:
        raise ValueError(f"level: this build has no instruction set {level}")
    if start >= end:
        return 0.0, 0
    if columns.shape[0] != n or log_counts.shape[0] != n or weights.shape[0] != n or not 0 <= start < end <= n:
        raise ValueError("start, end: outside rows, columns, log_counts and weights")
    if W.shape[0] < 1 or C.shape[0] < 1 or width < 32 or width % 32 != 0 or C.shape[1] != width:
        raise ValueError(
            f"W, C: expected float32[V, 2 P] with P a multiple of 16, got {width} and {C.shape[1]} columns"
        )
    tile.rows, tile.columns = &rows[0], &columns[0]
    tile.log_counts, tile.weights = &log_counts[0], &weights[0]
    tile.start, tile.end = start, end
    tile.W, tile.C = &W[0, 0], &C[0, 0]
    tile.stride = width // 2
    tile.learning_rate = learning_rate
    tile.stop = &stop[0]
    with nogil:
        kernels.glove(&tile, &totals)
    return totals.cost, totals.pairs
