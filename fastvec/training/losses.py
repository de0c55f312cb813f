"""Losses: what the kernel reads of each, and how high it is before training."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from fastvec.checks import numbers as check
from fastvec.errors import CorpusError, SettingError
from fastvec.kernels import _word2vec
from fastvec.training.huffman import Paths, huffman_paths
from fastvec.training.negative_sampling import AliasTable, noise_weights

OTHER_NAMES = {"ns": "negative_sampling", "hs": "hierarchical_softmax"}  # fastText's


def check_loss(name: str, value: object) -> None:
    """Refuse what is no loss; fastText's names get a hint."""
    if isinstance(value, str) and value in OTHER_NAMES:
        raise SettingError(f"{name}: no {value!r}; use {OTHER_NAMES[value]!r}", field=name, got=value)
    check.choice(name, value, tuple(_word2vec.LOSSES))


class Loss(ABC):
    """Base of the losses; the tables that a loss does not use are None.

    Parameters
    ----------
    counts : int64[V]
        How often each word that can be predicted occurs.
    """

    name: ClassVar[str]  # in the settings and in the kernel
    negatives: NDArray[np.uint64] | None = None  # an alias table
    negative: int = 0
    paths: Paths | None = None  # with them the rows of W_out are inner nodes', and else row w is that of word w

    def __init__(self, counts: NDArray[np.int64]) -> None:
        if not counts.any():
            raise CorpusError("data: all counts of the vocabulary are 0", field="data")
        self.counts = counts

    @property
    @abstractmethod
    def untrained_loss(self) -> float:
        """Mean loss of a prediction while all rows of W_out are zero."""


class NegativeSampling(Loss):
    """A word is distinguished from K noise words (Mikolov et al. 2013, equation 4)."""

    name = "negative_sampling"

    def __init__(self, counts: NDArray[np.int64], negative: int, exponent: float) -> None:
        super().__init__(counts)
        self.negative = negative
        self.negatives = AliasTable(noise_weights(counts, exponent)).table

    @property
    def untrained_loss(self) -> float:
        """Loss of 1 + K guesses between two."""
        return (1 + self.negative) * float(np.log(2))


class HierarchicalSoftmax(Loss):
    """A word is a path in a Huffman tree; the rows of W_out are those of its inner nodes."""

    name = "hierarchical_softmax"
    paths: Paths

    def __init__(self, counts: NDArray[np.int64]) -> None:
        super().__init__(counts)
        if len(counts) < 2:
            raise CorpusError("data: hierarchical softmax needs two different words to predict", field="data")
        self.paths = huffman_paths(counts)

    @property
    def untrained_loss(self) -> float:
        """Loss of a guess between two at each node of the path."""
        return float((np.diff(self.paths[0]) * self.counts).sum() / self.counts.sum() * np.log(2))


class FullSoftmax(Loss):
    """-log p of the word over the whole vocabulary."""

    name = "softmax"

    @property
    def untrained_loss(self) -> float:
        """Loss of a guess among V words; among two at least, for with 0 every run would look diverged."""
        return float(np.log(max(2, len(self.counts))))


def loss_of(name: str, counts: NDArray[np.int64], negative: int, exponent: float) -> Loss:
    """Return the loss that the settings name."""
    makers: dict[str, Callable[[], Loss]] = {
        NegativeSampling.name: lambda: NegativeSampling(counts, negative, exponent),
        HierarchicalSoftmax.name: lambda: HierarchicalSoftmax(counts),
        FullSoftmax.name: lambda: FullSoftmax(counts),
    }
    return makers[name]()
