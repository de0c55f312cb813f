"""Output layers: how a word is predicted. What the kernel reads of each, and what an untrained one would lose."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError
from fastvec.training.huffman import Paths, huffman_paths
from fastvec.training.negative_sampling import AliasTable, noise_weights


class OutputLayer(ABC):
    """Base of the output layers; the tables that a layer does not use are None.

    Parameters
    ----------
    counts : int64[V]
        How often each word that can be predicted comes.
    """

    loss: ClassVar[str]  # its name in the settings and in the kernel
    negatives: NDArray[np.uint64] | None = None  # an alias table
    negative: int = 0
    paths: Paths | None = None  # with them the rows of W_out are inner nodes', and else row w is that of word w

    def __init__(self, counts: NDArray[np.int64]) -> None:
        if not counts.any():
            raise CorpusError("corpus: the vocabulary's counts are all 0", field="counts", got=0)
        self.counts = counts

    @property
    @abstractmethod
    def untrained_loss(self) -> float:
        """The mean loss of a prediction while all rows of W_out are zero."""


class NegativeSampling(OutputLayer):
    """Against K noise words (Mikolov et al. 2013, equation 4)."""

    loss = "negative_sampling"

    def __init__(self, counts: NDArray[np.int64], negative: int, exponent: float) -> None:
        super().__init__(counts)
        self.negative = negative
        self.negatives = AliasTable(noise_weights(counts, exponent)).table

    @property
    def untrained_loss(self) -> float:
        """That of 1 + K coins."""
        return (1 + self.negative) * float(np.log(2))


class HierarchicalSoftmax(OutputLayer):
    """By the turns on the way through a Huffman tree; the rows of W_out are its inner nodes'."""

    loss = "hierarchical_softmax"
    paths: Paths

    def __init__(self, counts: NDArray[np.int64]) -> None:
        super().__init__(counts)
        if len(counts) < 2:
            raise CorpusError("corpus: hierarchical softmax needs two different words to predict", field="corpus")
        self.paths = huffman_paths(counts)

    @property
    def untrained_loss(self) -> float:
        """That of a coin for each turn."""
        return float(np.diff(self.paths[0]) @ self.counts / self.counts.sum() * np.log(2))


class FullSoftmax(OutputLayer):
    """Against the whole vocabulary."""

    loss = "softmax"

    @property
    def untrained_loss(self) -> float:
        """That of a die with V sides; at least of a coin, as a loss of 0 would make every run look diverged."""
        return float(np.log(max(2, len(self.counts))))


def output_layer(loss: str, counts: NDArray[np.int64], negative: int, exponent: float) -> OutputLayer:
    """The layer that the settings name."""
    if loss == NegativeSampling.loss:
        return NegativeSampling(counts, negative, exponent)
    return HierarchicalSoftmax(counts) if loss == HierarchicalSoftmax.loss else FullSoftmax(counts)
