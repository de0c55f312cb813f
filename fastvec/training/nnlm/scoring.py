"""The loss of a network on a text, without training."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fastvec.running.workers import new_stop_flag, run
from fastvec.training.nnlm.contexts import Contexts
from fastvec.training.nnlm.network import Network

BATCH = 256  # predictions that a thread makes at a time


def mean_loss(
    network: Network,
    contexts: Contexts,
    threads: int,
    on_done: Callable[[int], object] = lambda n: None,
    on_tick: Callable[[], object] | None = None,
) -> float:
    """Return the mean of -log p of all tokens; BLAS must be on one thread.

    Parameters
    ----------
    network : Network
    contexts : Contexts
    threads : int
        The result does not depend on it.
    on_done : callable
        Gets the tokens that were predicted, a batch at a time.
    on_tick : callable, optional
        Called about ten times a second; what it raises ends the call.
    """
    n_tokens, total = len(contexts.ids), 0.0

    def task(start: int, worker: int) -> tuple[float, int]:
        positions = np.arange(start, min(start + BATCH, n_tokens))
        return network.loss(*contexts.of(positions)), len(positions)

    def add(part: tuple[float, int]) -> None:
        nonlocal total
        total += part[0]
        on_done(part[1])

    run(task, range(0, n_tokens, BATCH), threads=threads, stop=new_stop_flag(), on_result=add, on_tick=on_tick)
    return total / n_tokens
