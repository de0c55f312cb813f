"""What a long call tells its caller while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment of a long call, as ``on_progress`` gets it.

    Attributes
    ----------
    stage : str
        ``"reading"`` a text; ``"compiling"`` what counts (the first time in a process), ``"counting"`` and, past
        ``max_memory``, ``"merging"`` co-occurrences; ``"counting"`` pairs of words, ``"joining"`` them to phrases
        and ``"numbering"`` what comes of it; ``"training"``.
    done, total : int
        How far it is, in ``unit``; total is None where it cannot be known (a pipe, the products of an SVD).
    unit : str
        ``"B"`` (bytes) of a text; ``"words"``; ``"pairs"``, the non-zeros of a matrix, where counts are merged or
        trained on.
    seconds : float
        Since the call began; a trainer that counts a corpus first begins again with its training.
    words : int
        Words handled so far (in training: raw words, all epochs together), or pairs where that is the unit of
        training.
    words_per_second : float
    epoch : int or None
        From 1; training by epochs only, like the two below.
    learning_rate : float or None
    loss : float or None
        Mean over the pairs of the newest slices; of counts, over those of the newest epoch (its cost).

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["a b c"], min_count=1)
    >>> def show(now):
    ...     print(f"{now.stage}: {now.done} of {now.total} {now.unit}")
    >>> vectors = fv.SkipGram(vector_size=2, sample=0, epochs=2).train(corpus, on_progress=show)
    training: 6 of 6 words
    """

    stage: str
    done: int
    total: int | None
    unit: str
    seconds: float
    words: int
    words_per_second: float
    epoch: int | None = None
    learning_rate: float | None = None
    loss: float | None = None


OnProgress = Callable[[Progress], Any]
