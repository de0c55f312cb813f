"""A whole run of SkipGram or CBOW by the float64 oracle, where an epoch is one slice (fixture ``one_slice``)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import oracles
import oracles_subwords
import pytest

import fastvec as fv
from fastvec.training.huffman import huffman_paths
from fastvec.training.initial import starting_rows
from fastvec.training.sampling import AliasTable, noise_weights, stream

LOSSES = ["negative_sampling", "hierarchical_softmax", "softmax"]
each_trainer = pytest.mark.parametrize("trainer", [fv.SkipGram, fv.CBOW])
each_sharing = pytest.mark.parametrize(
    ("trainer", "sharing"),
    [(fv.SkipGram, "window"), (fv.SkipGram, "pair"), (fv.CBOW, "group"), (fv.CBOW, "centre")],
)
each_loss = pytest.mark.parametrize("loss", LOSSES)
SMALL = {"vector_size": 7, "sample": 0, "epochs": 2, "seed": 3}
STILL = {"learning_rate": 1e-30, "min_learning_rate": 0}  # too small to change a float


def by_oracle(trainer: Any, source: Any, init: Any = None, freeze: Any = None) -> tuple[np.ndarray, np.ndarray]:
    """W_in and W_out after the run; ``freeze`` maps words to factors."""
    given = isinstance(source, fv.Pairs)
    contexts = source.contexts if given else None
    vocabulary = source.words if given else source.vocabulary
    size, subwords = trainer.vector_size, trainer.subwords
    start = starting_rows(
        init, vocabulary, size, stream=stream(trainer.seed), contexts=contexts, subwords=subwords
    )
    W_in, W_out = (matrix[:, :size].astype(float) for matrix in (start.W_in, start.W_out))
    counts = (contexts or vocabulary).counts
    rows = [[word] for word in range(len(start.words))]
    if subwords is not None:
        numbers = len(rows), subwords.min_n, subwords.max_n, subwords.buckets
        place = {len(rows) + bucket: len(rows) + i for i, bucket in enumerate(start.composition.buckets.tolist())}
        numbered = [oracles_subwords.rows(i, word.encode(), *numbers) for i, word in enumerate(start.words)]
        rows = [[place.get(number, number) for number in of_word] for of_word in numbered]
    if trainer.loss == "hierarchical_softmax":
        W_out[:] = 0
    settings = {
        **_text(trainer, source), **_outputs(trainer, counts), "loss": trainer.loss, "rows": rows,
        "row_rates": [(freeze or {}).get(word, 1) for word in start.words] + [1] * (len(W_in) - len(rows)),
        "keep": [2**32 - 1] * len(vocabulary), "negative": trainer.negative,
    }  # fmt: skip
    for epoch in range(trainer.epochs):
        middle = (epoch + 0.5) / trainer.epochs
        rate = trainer.learning_rate + middle * (trainer.min_learning_rate - trainer.learning_rate)
        streams = tuple(stream(trainer.seed, epoch, 0, use) for use in range(3))
        oracles.word2vec(W_in=W_in, W_out=W_out[: len(counts)], learning_rate=rate, streams=streams, **settings)
    return W_in, W_out


def _text(trainer: Any, source: Any) -> dict[str, Any]:
    divide = getattr(trainer, "context_gradient", "sum") == "mean"
    windows = {
        "window": trainer.window, "shrink_windows": trainer.shrink_windows, "context": trainer.context,
        "divide_gradient": divide,
    }  # fmt: skip
    if isinstance(source, fv.Pairs):
        weights = None if source.weights is None else source.weights.tolist()
        sentences = [source.word_ids.tolist()]
        return {
            "sentences": sentences, "targets": source.context_ids.tolist(), "weights": weights, "model": "given",
            **windows,
        }  # fmt: skip
    sharing = trainer.negative_sharing if trainer.loss == "negative_sampling" else "centre"
    if isinstance(trainer, fv.CBOW):
        model = "groups" if sharing == "group" else "bag"
    elif trainer.subwords:
        model = "centre"
    else:
        model = "window" if trainer.negative_sharing == "window" else "pairs"
    sentences = [source.ids[a:b].tolist() for a, b in pairwise(source.offsets)]
    return {"sentences": sentences, "model": model, **windows}


def _outputs(trainer: Any, counts: np.ndarray) -> dict[str, Any]:
    table = AliasTable(noise_weights(counts, trainer.ns_exponent)).table
    offsets, nodes, signs, _ = huffman_paths(counts)
    return {
        "threshold": (table & 0xFFFFFFFF).astype(int).tolist(), "alias": (table >> 32).astype(int).tolist(),
        "paths": [
            list(zip(nodes[a:b].tolist(), (signs[a:b] > 0).tolist(), strict=True)) for a, b in pairwise(offsets)
        ],
    }  # fmt: skip


def agree(vectors: fv.WordVectors, expected: tuple[np.ndarray, np.ndarray], within: float = 2e-5) -> None:
    """The rows that a run returns are those of the oracle, as far as they are returned."""
    W_in, W_out = expected
    got = vectors.vectors if vectors.subwords is None else vectors.subwords.rows
    assert got.shape == W_in.shape
    assert np.abs(got - W_in).max() <= within
    if vectors.context_vectors is not None and vectors.context_vectors.shape == W_out.shape:
        assert np.abs(vectors.context_vectors - W_out).max() <= within
