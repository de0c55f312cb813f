"""Checking the settings of a trainer, at the door, in words."""

from __future__ import annotations

import functools
import inspect
import math
import numbers
from typing import Any, TypeVar

import numpy as np

from fastvec.errors import SettingError

# names that people bring from gensim 3, gensim 4 and word2vec.c
OTHER_NAMES = {
    "size": "vector_size",
    "vector_dim": "vector_size",
    "dim": "vector_size",
    "iter": "epochs",
    "epoch": "epochs",
    "alpha": "learning_rate",
    "lr": "learning_rate",
    "min_alpha": "min_learning_rate",
    "ws": "window",
    "neg": "negative",
    "random_state": "seed",
    "workers": "threads, an argument of train()",
    "threads": "threads, an argument of train()",
    "sentences": "the corpus that train() takes: Corpus.from_text(...)",
    "corpus_file": "the corpus that train() takes: Corpus.from_text(path)",
    "min_count": "min_count of Corpus.from_text()",
    "max_vocab_size": "max_size of Corpus.from_text()",
    "max_final_vocab": "max_size of Corpus.from_text()",
    "compute_loss": "on as it is: see the history of the vectors",
    "callbacks": "on_progress, an argument of train()",
    "sg": "the class: SkipGram",
    "negatives": "negative",
    "window_size": "window",
    "embedding_size": "vector_size",
    "vectorsize": "vector_size",
}
Trainer = TypeVar("Trainer")


def knows_other_names(trainer: type[Trainer]) -> type[Trainer]:
    """Let a trainer say what a setting is called here, for those who come from another library."""
    init = trainer.__init__
    known = inspect.signature(init).parameters

    @functools.wraps(init)
    def translated(self: Trainer, *args: Any, **given: Any) -> None:
        for name in given:
            if name not in known and name in OTHER_NAMES:
                raise SettingError(
                    f"{trainer.__name__}: no setting {name!r}; here it is {OTHER_NAMES[name]}", field=name
                )
        # NumPy's numbers are welcome, but no file of settings holds them
        plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in given.items()}
        init(self, *args, **plain)

    trainer.__init__ = translated  # type: ignore[method-assign, assignment]
    return trainer


def whole(name: str, value: Any, least: int, most: int = 2**31 - 1) -> None:
    """A whole number in [least, most]."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or not least <= int(value) <= most:
        bounds = f"of at least {least}" if most == 2**31 - 1 else f"from {least} to {most}"
        _refuse(name, f"a whole number {bounds}", value)


def real(name: str, value: Any, least: float = -math.inf, *, above: float = -math.inf) -> None:
    """A finite number of at least ``least`` and above ``above``."""
    wrong = isinstance(value, bool) or not isinstance(value, numbers.Real)
    if wrong or not math.isfinite(value) or value < least or value <= above:
        bound = (
            f" above {above:g}" if above > -math.inf else f" of at least {least:g}" if least > -math.inf else ""
        )
        _refuse(name, f"a finite number{bound}", value)


def at_most(name: str, value: float, other: str, bound: float) -> None:
    """No more than another setting."""
    if value > bound:
        _refuse(name, f"at most {other}={bound:g}", value)


def choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    """One of a few words."""
    if value not in choices:
        _refuse(name, " or ".join(map(repr, choices)), value)


def truth(name: str, value: Any) -> None:
    """True or False."""
    if not isinstance(value, bool):
        _refuse(name, "True or False", value)


def _refuse(name: str, expected: str, found: Any) -> None:
    raise SettingError(f"{name}: expected {expected}, got {found!r}", field=name, expected=expected, found=found)
