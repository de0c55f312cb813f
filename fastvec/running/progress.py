"""Progress: what a long call reports to ``on_progress``, which can stop it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from fastvec.errors import Cancelled

EVERY = 0.1  # seconds between reports


@dataclass(frozen=True, slots=True)
class Progress:
    """One report of a long call, as ``on_progress`` gets it.

    Attributes
    ----------
    stage : str
        ``"reading"`` a text; ``"compiling"`` kernels (the first time in a process); ``"counting"`` co-occurrences
        or phrases and, if ``max_memory`` is exceeded, ``"merging"`` them; ``"joining"`` phrases and
        ``"numbering"`` the result; ``"training"``; ``"evaluating"`` a loss; ``"writing"`` a file;
        ``"projecting"``, ``"grouping"`` and ``"packing"`` the words of a page.
    done, total : int
        How much of this stage is done, and how much there is, in ``unit``. ``total`` is None if it is not known (a
        pipe, the products of an SVD).
    unit : str
        ``"B"`` (bytes) of a text, ``"tokens"`` of a corpus, ``"pairs"`` (given pairs, or non-zeros of a matrix),
        ``"words"`` of a page.
    seconds : float
        Time since the call began.
    rate : float
        ``done`` per second of this stage.
    epoch : int or None
        From 1, if the call trains by epochs.
    learning_rate : float or None
        The current one, if the call trains by epochs.
    loss : float or None
        Mean loss of the latest predictions; for trainers of counts the mean cost of a pair in this epoch.
    run, runs : int or None
        Which of several runs this is, from 1, and how many there are; only from :func:`fastvec.bootstrap`.
    resumed : int or None
        How much was done already where the run went on from a checkpoint; it does not count for ``rate``.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["a b c"], min_count=1)
    >>> def show(now):
    ...     print(f"{now.stage}: {now.done} of {now.total} {now.unit}")
    >>> vectors = fv.SkipGram(vector_size=2, sample=0, epochs=2).train(corpus, on_progress=show)
    training: 6 of 6 tokens
    """

    stage: str
    done: int
    total: int | None
    unit: str
    seconds: float
    rate: float
    epoch: int | None = None
    learning_rate: float | None = None
    loss: float | None = None
    run: int | None = None
    runs: int | None = None
    resumed: int | None = None


OnProgress = Callable[[Progress], Any]


def stops(answer: object) -> bool:
    """Return whether a callback asks to stop: by False, or NumPy's, which a comparison of losses gives.

    >>> stops(False), stops(None), stops(0)
    (True, False, False)
    """
    return answer is False or (str(getattr(answer, "dtype", "")) == "bool" and not answer)


class EpochState(NamedTuple):
    """What training by epochs reports in addition; see :class:`Progress`."""

    epoch: int | None = None
    learning_rate: float | None = None
    loss: float | None = None


class Reporter:
    """Reports the stages of a call to its ``on_progress``, and says whether to continue.

    The rule for all calls: if ``on_progress`` returns False, a call that has a useful partial result returns it;
    the others raise :class:`fastvec.errors.Cancelled`.

    Parameters
    ----------
    on_progress : callable or None
    partial : bool
        The call has a partial result: :meth:`report` returns False. Otherwise it raises.

    Raises
    ------
    Cancelled
        From :meth:`report`, if ``on_progress`` returned False and there is no partial result.

    Examples
    --------
    >>> reporter = Reporter(lambda now: print(now.stage, now.done, now.total), partial=True)
    >>> reporter.begin("reading", "B", 100, done=lambda: 60)
    >>> reporter.report()
    reading 60 100
    True
    """

    def __init__(self, on_progress: OnProgress | None, *, partial: bool = False) -> None:
        self.on_progress, self.partial = on_progress, partial
        self.began = time.perf_counter()

    def begin(
        self,
        stage: str,
        unit: str,
        total: int | None,
        done: Callable[[], int] = lambda: 0,
        epoch_state: Callable[[], EpochState] = EpochState,
        resumed: int | None = None,
    ) -> None:
        """Begin a stage; every report calls ``done`` and ``epoch_state``."""
        self.stage, self.unit, self.total, self.done, self.epoch_state = stage, unit, total, done, epoch_state
        self.resumed = resumed
        self.stage_began = self.reported = time.perf_counter()

    def now(self) -> Progress:
        """Return where the current stage is."""
        now, done = time.perf_counter(), self.done()
        rate = (done - (self.resumed or 0)) / max(now - self.stage_began, 1e-9)
        seconds, state = now - self.began, self.epoch_state()
        return Progress(self.stage, done, self.total, self.unit, seconds, rate, *state, resumed=self.resumed)

    def is_due(self) -> bool:
        """Return whether the last report was a while ago."""
        return time.perf_counter() - self.reported >= EVERY

    def report(self) -> bool:
        """Report the current stage; return whether to continue."""
        self.reported = time.perf_counter()
        if self.on_progress is None or not stops(self.on_progress(self.now())):
            return True
        if not self.partial:
            raise Cancelled(f"{self.stage}: stopped by on_progress; no partial result is returned")
        return False
