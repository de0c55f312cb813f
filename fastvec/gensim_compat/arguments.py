"""What the arguments of models have to be; NumPy's numbers become Python's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from fastvec.checks.numbers import real, whole
from fastvec.errors import SettingError
from fastvec.gensim_compat.names import ArgumentTypeError

Check = Callable[[str, Any], Any]


def _or_none(check: Check) -> Check:
    return lambda name, value: None if value is None else check(name, value)


def _number(name: str, value: Any) -> Any:
    real(name, value)
    return value


def _switch(name: str, value: Any) -> Any:
    if not isinstance(value, int) or value not in (0, 1):
        raise SettingError(field=name, expected="0 or 1", got=value)
    return value


def _callbacks(name: str, value: Any) -> Any:
    if value is not None and (not isinstance(value, Iterable) or isinstance(value, (str, bytes))):
        hint = "callbacks=[callback] for one"
        raise ArgumentTypeError(field=name, expected="a list of CallbackAny2Vec", got=value, hint=hint)
    return value


def _function(name: str, value: Any) -> Any:
    if not callable(value):
        raise ArgumentTypeError(field=name, expected="a function of a word, its count and min_count", got=value)
    return value


def _whole(least: int, most: int = 1 << 62) -> Check:
    return partial(whole, least=least, most=most)


CHECKS: dict[str, Check] = {
    "vector_size": _whole(1, 1 << 20),
    "seed": _whole(0, (1 << 64) - 1),
    "workers": _whole(1, 1 << 20),
    "min_count": _number,
    "max_vocab_size": _or_none(_whole(1)),
    "max_final_vocab": _or_none(_whole(1)),
    **dict.fromkeys(("alpha", "min_alpha", "sample", "ns_exponent"), _number),
    **dict.fromkeys(("start_alpha", "end_alpha"), _or_none(_number)),
    **dict.fromkeys(("sg", "hs", "cbow_mean", "dm", "dbow_words", "shrink_windows"), _switch),
    "dm_mean": _or_none(_switch),
    **dict.fromkeys(("min_n", "max_n", "bucket"), _whole(0, (1 << 31) - 1)),
    "callbacks": _callbacks,
    "trim_rule": _or_none(_function),
}


def checked(given: dict[str, Any]) -> dict[str, Any]:
    """Return arguments as models take them.

    Raises
    ------
    SettingError
        If one cannot be used.

    Examples
    --------
    >>> checked({"vector_size": np.int64(8), "alpha": np.float64(0.5), "comment": None})
    {'vector_size': 8, 'alpha': 0.5, 'comment': None}
    """
    plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in given.items()}
    return {name: CHECKS[name](name, value) if name in CHECKS else value for name, value in plain.items()}
