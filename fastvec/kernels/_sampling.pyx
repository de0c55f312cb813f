"""Alias tables and uniform fills; specified in csrc/sampling.h and kernels/random.py."""

from libc.stdint cimport int32_t, int64_t, uint64_t

cdef extern from "sampling.h" nogil:
    ctypedef struct fv_alias:
        pass
    int fv_alias_build(const double *weights, int64_t words, fv_alias *table)
    void fv_alias_draws(const fv_alias *table, int64_t words, uint64_t stream, int64_t n, int32_t *drawn)
    void fv_fill_uniform(float *out, int64_t rows, int64_t columns, int64_t stride, float half, uint64_t stream)


def alias_build(const double[::1] weights not None, uint64_t[::1] table not None):
    """Fill table[words]: the threshold in the low half, the alias in the high half of each entry."""
    cdef int failed
    if weights.shape[0] < 1:
        raise ValueError("weights: expected float64[V] of at least one word, got none")
    if table.shape[0] != weights.shape[0]:
        raise ValueError(f"table: expected uint64[{weights.shape[0]}], got uint64[{table.shape[0]}]")
    with nogil:
        failed = fv_alias_build(&weights[0], weights.shape[0], <fv_alias *> &table[0])
    if failed:
        raise MemoryError("alias table")


def alias_draws(const uint64_t[::1] table not None, uint64_t stream, int32_t[::1] drawn not None):
    """Fill drawn[n] with draws 0 .. n-1 of the stream."""
    if table.shape[0] < 1:
        raise ValueError("table: expected uint64[V] of at least one word, got none")
    if drawn.shape[0] > 0:
        with nogil:
            fv_alias_draws(<const fv_alias *> &table[0], table.shape[0], stream, drawn.shape[0], &drawn[0])


def fill_uniform(float[:, ::1] out not None, int64_t columns, float half, uint64_t stream):
    """Fill out[:, :columns] with numbers uniform in [-half, half), drawn row by row; the rest is 0."""
    if not 0 <= columns <= out.shape[1]:
        raise ValueError(f"columns: expected 0 to {out.shape[1]}, got {columns}")
    if out.shape[0] > 0 and out.shape[1] > 0:
        with nogil:
            fv_fill_uniform(&out[0, 0], out.shape[0], columns, out.shape[1], half, stream)
