"""Network: the matrices of the neural language model, and what it predicts from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.arrays import first_not_finite, matrix
from fastvec.checks.read_only import ReadOnlyArrays
from fastvec.errors import SettingError
from fastvec.kernels import nnlm

Rows = NDArray[np.float32]
Ids = NDArray[np.int32]
BLOCK = 512  # words that are scored at a time: with 256 predictions half a megabyte, which stays in L2


@dataclass(frozen=True)
class Network(ReadOnlyArrays):
    """The matrices of a model of V words, D dimensions, H hidden units, n words before each prediction.

    Attributes
    ----------
    embeddings : float32[V + 1, D]
        C. The last row is the boundary's: that of the places before the beginning of a sentence.
    hidden : float32[n D + 1, H]
        The tanh layer; the last row is its bias d.
    output : float32[V, F]
        For each word its row of U [H], with direct connections that of W [n D], and its bias b.
    """

    embeddings: Rows
    hidden: Rows
    output: Rows

    @classmethod
    def checked(cls, embeddings: Rows, hidden: Rows, output: Rows) -> Network:
        """Return the network, if its shapes agree.

        Raises
        ------
        SettingError
            If they do not.
        """
        V, D = len(embeddings) - 1, embeddings.shape[1]
        if hidden.ndim != 2 or len(hidden) < D + 1 or (len(hidden) - 1) % D:
            raise SettingError(field="hidden", expected=f"float32[n * {D} + 1, H], n at least 1", got=hidden)
        H, inputs = hidden.shape[1], len(hidden) - 1
        if output.ndim != 2 or len(output) != V or output.shape[1] not in (H + 1, H + inputs + 1):
            expected = f"float32[{V}, {H + 1}], or [{V}, {H + inputs + 1}] with direct connections"
            raise SettingError(field="output", expected=expected, got=output)
        if H:
            hidden = matrix("hidden", hidden, (None, None))
        found = cls(embeddings, hidden, matrix("output", output, (None, None)))
        for name, rows in (("embeddings", embeddings), ("hidden", hidden), ("output", output)):
            if first_not_finite(rows) is not None:
                raise SettingError(field=name, expected="finite numbers", shown="nan or inf")
        return found

    @property
    def window(self) -> int:
        """n, the words before each prediction."""
        return int((len(self.hidden) - 1) // self.embeddings.shape[1])

    def features(self, contexts: Ids) -> nnlm.Layers:
        """Return what the layers make of contexts[B, n]."""
        return nnlm.layers(contexts, self.embeddings, self.hidden, self.output.shape[1])

    def loss(self, contexts: Ids, targets: Ids) -> float:
        """Return the summed -log p of the targets[B]; blocks of words are scored one after the other."""
        f = self.features(contexts).features
        scores = np.empty((len(f), BLOCK), np.float32)
        parts = []
        for first in range(0, len(self.output), BLOCK):
            rows = self.output[first : first + BLOCK]
            parts.append(nnlm.block_scores(f, rows, scores[:, : len(rows)]))
        greatest, sums = (np.array(part) for part in zip(*parts, strict=True))
        losses = nnlm.log_sums(greatest, sums) - nnlm.target_scores(f, self.output, targets)
        return float(losses.sum())

    def probabilities(self, context: Ids) -> NDArray[np.float64]:
        """Return p of each word after one context[n], float64[V]."""
        z = (self.output @ self.features(context[None]).features[0]).astype(np.float64)
        p: NDArray[np.float64] = np.exp(z - z.max())
        p /= p.sum()
        return p
