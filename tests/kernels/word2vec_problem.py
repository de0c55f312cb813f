"""A small text and what the kernel of skip-gram and CBOW wants to know about it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import oracles

from fastvec.kernels import _sampling
from fastvec.training.huffman import huffman_paths
from fastvec.training.matrices import new_matrix


class Problem:
    """A small text and everything a kernel wants to know about it; ``shared`` rows make words of many rows."""

    def __init__(
        self, seed=0, *, words=40, tokens=60, D=20, longest=25, shared=0, rates=None, out_rates=None, places=1,
        **settings: Any,
    ) -> None:  # fmt: skip
        rng = np.random.default_rng(seed)
        self.words, self.D = words, D
        self.ids = rng.integers(0, words, tokens).astype(np.int32)
        cuts = np.sort(rng.integers(0, tokens + 1, tokens // longest + 1))  # some sentences are empty
        self.offsets = np.concatenate([[0], cuts, [tokens]]).astype(np.int64)
        self.keep = np.where(rng.random(words) < 0.3, 2**31, 2**32 - 1).astype(np.uint32)
        self.negatives = np.empty(words, np.uint64)
        _sampling.alias_build(rng.random(words) + 0.01, self.negatives)
        self.W_in = rng.normal(0, 0.3, (words + shared, D))
        self.W_out = rng.normal(0, 0.3, (words, D))
        self.paths = huffman_paths(rng.integers(0, 1000, words))
        self.rows = None
        if shared:
            lengths = rng.integers(1, 7, words)
            members = [[w, *rng.integers(words, words + shared, n - 1)] for w, n in enumerate(lengths)]
            offsets = np.concatenate([[0], np.cumsum(lengths)])
            self.rows = offsets, np.concatenate(members).astype(np.int32)
        self.in_rates = None if rates is None else np.resize(rates, words + shared).astype(np.float32)
        self.out_rates = None if out_rates is None else np.resize(out_rates, words).astype(np.float32)
        self.targets = rng.integers(0, words, tokens).astype(np.int32)
        self.weights = rng.random(tokens).astype(np.float32)
        self.n_places = places
        self.stream = seed * 11 + 2**60
        self.settings = {
            "model": "window", "loss": "negative_sampling", "window": 5, "negative": 5, "shrink_windows": True,
            "share_negatives": settings.get("model") not in ("pairs", "centre", "given"),
            "freeze_outputs": False, "threads": 2, "context": "both", "divide_gradient": False,
            "learning_rate": 0.05, "negative_stream": seed * 7 + 2**50, **settings,
        }  # fmt: skip

    def places(self, start=0, end=None):
        """Ranges of as equal lengths as can be."""
        end = len(self.ids) if end is None else end
        cuts = np.linspace(start, end, self.n_places + 1).astype(int).tolist()
        return [
            (a, b, int(np.searchsorted(self.offsets, a, side="right")) - 1, self.stream + k, self.stream - 1 - k)
            for k, (a, b) in enumerate(pairwise(cuts))
        ]

    def matrices(self) -> tuple[np.ndarray, np.ndarray]:
        pair = new_matrix(len(self.W_in), self.D), new_matrix(self.words, self.D)
        pair[0][:, : self.D], pair[1][:, : self.D] = self.W_in, self.W_out
        return pair

    def arguments(self) -> dict[str, Any]:
        """What is read, with the settings."""
        given = {"targets": self.targets, "weights": self.weights} if self.settings["model"] == "given" else {}
        return {
            "ids": self.ids, "offsets": self.offsets, "keep": self.keep, "negatives": self.negatives,
            "paths": self.paths, "rows": self.rows, "in_rates": self.in_rates, "out_rates": self.out_rates,
            **given, **self.settings,
        }  # fmt: skip

    def run(self, kernel, level=0, start=0, end=None):
        W_in, W_out = self.matrices()
        totals = kernel(
            **self.arguments(), places=self.places(start, end), W_in=W_in, W_out=W_out, stop=np.zeros(1, np.uint8),
            level=level,
        )  # fmt: skip
        assert not W_in[:, self.D :].any()
        assert not W_out[:, self.D :].any(), "the padding stays zero"
        return W_in[:, : self.D], W_out[:, : self.D], totals

    def oracle(self, start=0, end=None, matrices=None, **others):
        W_in, W_out = matrices or (W.astype(np.float32).astype(float) for W in (self.W_in, self.W_out))
        table = {"threshold": self.negatives & 0xFFFFFFFF, "alias": self.negatives >> 32}
        table = {name: column.astype(int).tolist() for name, column in table.items()}
        paths = [
            list(zip(self.paths[1][a:b].tolist(), (self.paths[2][a:b] > 0).tolist(), strict=True))
            for a, b in pairwise(self.paths[0])
        ]
        rows = [[word] for word in range(self.words)]
        if self.rows:
            rows = [self.rows[1][a:b].tolist() for a, b in pairwise(self.rows[0])]
        totals = oracles.word2vec(
            self.places(start, end), self.ids.tolist(), self.offsets.tolist(), W_in, W_out,
            keep=self.keep.tolist(), **table, **{**self.settings, **others}, paths=paths, rows=rows,
            targets=self.targets.tolist(), weights=self.weights.tolist(),
            in_rates=[1.0] * len(W_in) if self.in_rates is None else self.in_rates.tolist(),
            out_rates=[1.0] * len(W_out) if self.out_rates is None else self.out_rates.tolist(),
        )  # fmt: skip
        return W_in, W_out, totals
