"""When a checkpoint is due: after a time, or after so many tokens or epochs."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

from fastvec.checks import numbers as check
from fastvec.errors import SettingError

EVERY = "5min"
SECONDS = {"s": 1, "min": 60, "h": 3600}
PATTERN = re.compile(r"(\d+(?:\.\d+)?) ?(s|min|h|epochs?)")


@dataclass
class Schedule:
    """One of seconds, tokens (or pairs) and epochs is given.

    >>> Schedule.of("90s"), Schedule.of("2 epochs"), Schedule.of(10_000)
    (Schedule(seconds=90.0, tokens=None, epochs=None), Schedule(seconds=None, tokens=None, epochs=2.0), \
Schedule(seconds=None, tokens=10000, epochs=None))
    """

    seconds: float | None = None
    tokens: int | None = None
    epochs: float | None = None
    mark: int | None = field(default=None, init=False, repr=False)  # the tokens at which the next one is due

    @classmethod
    def of(cls, every: Any) -> Schedule:
        """Return what ``checkpoint_every`` means.

        Raises
        ------
        SettingError
            If it means nothing.
        """
        if not isinstance(every, str):
            return cls(tokens=check.whole("checkpoint_every", every, 1, 1 << 62))
        match = PATTERN.fullmatch(every.strip())
        if match is None or float(match[1]) == 0:
            expected = "a time such as '30s', '5min' or '1h', '1 epoch', or a number of tokens"
            raise SettingError(field="checkpoint_every", expected=expected, got=every)
        number, unit = float(match[1]), match[2]
        return cls(epochs=number) if unit.startswith("epoch") else cls(seconds=number * SECONDS[unit])

    def begin(self, done: int, epoch: int) -> None:
        """Begin at ``done`` tokens; an epoch has so many."""
        self._step = self.tokens or (None if self.epochs is None else max(1, round(self.epochs * epoch)))
        self.taken(done)

    def taken(self, done: int) -> None:
        """Note that one was taken."""
        self._due = float("inf") if self.seconds is None else time.monotonic() + self.seconds
        self.mark = None if self._step is None else (done // self._step + 1) * self._step

    def is_due(self, done: int) -> bool:
        """Return whether one is due when so many tokens are done."""
        return time.monotonic() >= self._due if self.mark is None else done >= self.mark
