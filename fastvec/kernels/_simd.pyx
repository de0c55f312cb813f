"""The instruction sets of the processor; see csrc/dispatch.h."""

from libc.stdint cimport uint32_t

cdef extern from "dispatch.h" nogil:
    uint32_t fv_detect_levels()


def detect_levels():
    """Return the levels that this build and this processor both have, as a bit mask (bit 0: scalar)."""
    return fv_detect_levels()
