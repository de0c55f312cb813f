"""BLAS on one thread a call: the threads are fastvec's, so that results do not depend on their number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep every call of BLAS on the thread that makes it, in the whole process, until the block ends.

    Apple's Accelerate cannot be told and shares its calls out by itself.
    """
    from threadpoolctl import threadpool_limits  # here, since it looks through all loaded libraries

    with threadpool_limits(1, user_api="blas"):
        yield
