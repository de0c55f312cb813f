"""Freezing: a factor for the change of each row, 0 where it is frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import real
from fastvec.errors import SettingError, UnknownWordError
from fastvec.training.losses import Loss, NegativeSampling

if TYPE_CHECKING:
    from fastvec.training.initialization import StartingRows

Freeze: TypeAlias = "Iterable[str] | Mapping[str, float]"


class Frozen(NamedTuple):
    """Factors by which rows change, float32[V]; None where all are 1."""

    in_rates: NDArray[np.float32] | None
    out_rates: NDArray[np.float32] | None = None
    all_outputs: bool = False  # no row of W_out changes


def row_rates(freeze: Freeze | None, words: Sequence[str], setting: str = "freeze") -> NDArray[np.float32] | None:
    """Return a factor for the change of each row: 0 if it is frozen, 1 if it is free.

    Parameters
    ----------
    freeze : iterable of str, or mapping from str to float, optional
        Words whose rows do not change (WordVectors: all of their words), or a factor in [0, 1] for each of some
        words. The others are free.
    words : sequence of str
        Those of the rows, V of them.
    setting : str
        The name of ``freeze`` in messages.

    Returns
    -------
    float32[V], or None if all rows are free

    Raises
    ------
    UnknownWordError
        If a word has no row.
    SettingError
        If a factor is out of range, or ``freeze`` is not made of words.

    Examples
    --------
    >>> row_rates({"b": 0.5, "c": 0}, ["a", "b", "c"])
    array([1. , 0.5, 0. ], dtype=float32)
    >>> row_rates(["a"], ["a", "b", "c"])
    array([0., 1., 1.], dtype=float32)
    """
    if freeze is None:
        return None
    if isinstance(freeze, (str, bytes)) or not isinstance(freeze, Iterable):
        raise SettingError(field=setting, expected="a list of words, or a factor in [0, 1] by word", got=freeze)
    factors: Iterable[tuple[Any, Any]] = (
        freeze.items() if isinstance(freeze, Mapping) else ((w, 0) for w in freeze)
    )
    index = {word: i for i, word in enumerate(words)}
    rates = np.ones(len(words), np.float32)
    for word, factor in factors:
        if not isinstance(word, str):
            raise SettingError(field=setting, expected="words, str", got=word)
        real(f"{setting}[{word!r}]", factor, 0, 1)
        if word not in index:
            raise UnknownWordError(word, words, f"{setting}: no vector for")
        rates[index[word]] = factor
    return None if (rates == 1).all() else rates


def frozen_rows(start: StartingRows, loss: Loss, inputs: Freeze | None, outputs: bool | Freeze) -> Frozen:
    """Return the factors of all rows of a run of skip-gram or CBOW.

    Parameters
    ----------
    start : StartingRows
    loss : Loss
    inputs, outputs
        The arguments ``freeze`` and ``freeze_context`` of ``train``.

    Raises
    ------
    UnknownWordError
        If a word has no row.
    SettingError
        If words share rows of n-grams, there are no old output rows to freeze, or the loss has none of words.
    """
    rates = row_rates(inputs, start.words)
    if rates is not None and start.composition is not None:
        raise SettingError(
            "freeze: cannot be used with subwords, because words share the rows of n-grams", field="freeze"
        )
    if outputs is False:
        return Frozen(rates)
    if not start.W_out.any():
        raise SettingError(
            "freeze_context: needs an init with context vectors (with hierarchical softmax: with output nodes "
            "of the same tree); .safetensors files and fastText's .bin have them",
            field="freeze_context",
        )
    if outputs is True:
        return Frozen(rates, all_outputs=True)
    if not isinstance(loss, NegativeSampling):
        raise SettingError(
            field="freeze_context", expected=f"True or False with loss={loss.name!r}", got=outputs,
            hint="only negative sampling takes words",
        )  # fmt: skip
    return Frozen(rates, row_rates(outputs, start.outputs, "freeze_context"))
