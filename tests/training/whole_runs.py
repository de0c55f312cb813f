"""A whole run of SkipGram or CBOW by the float64 oracle."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import oracles
import oracles_subwords
import pytest
from oracles import LOSSES

import fastvec as fv
from fastvec.kernels.random import stream
from fastvec.training.huffman import huffman_paths
from fastvec.training.initialization import starting_rows
from fastvec.training.negative_sampling import AliasTable, noise_weights
from fastvec.training.slice_run import SliceRun

each_trainer = pytest.mark.parametrize("trainer", [fv.SkipGram, fv.CBOW])
each_sharing = pytest.mark.parametrize("sharing", ["round", "none"])
each_loss = pytest.mark.parametrize("loss", LOSSES)
SMALL = {"vector_size": 7, "sample": 0, "epochs": 2, "seed": 3}
STILL = {"learning_rate": 1e-30, "min_learning_rate": 0}  # too small to change a float


def by_oracle(
    trainer: Any, source: Any, init: Any = None, freeze: Any = None, freeze_context: Any = None
) -> tuple[np.ndarray, np.ndarray]:
    """W_in and W_out after the run; ``freeze`` and ``freeze_context`` map words to factors."""
    given = isinstance(source, fv.Pairs)
    contexts = source.context_vocabulary if given else None
    vocabulary = source.vocabulary
    size, subwords = trainer.vector_size, trainer.subwords
    start = starting_rows(
        init, vocabulary, size, stream=stream(trainer.seed), contexts=contexts, subwords=subwords,
        of_tree=trainer.loss == "hierarchical_softmax",
    )  # fmt: skip
    W_in, W_out = (matrix[:, :size].astype(float) for matrix in (start.W_in, start.W_out))
    rows = [[word] for word in range(len(start.words))]
    if subwords is not None:
        numbers = len(rows), subwords.min_n, subwords.max_n, subwords.buckets
        place = {len(rows) + bucket: len(rows) + i for i, bucket in enumerate(start.composition.buckets.tolist())}
        numbered = [oracles_subwords.rows(i, word.encode(), *numbers) for i, word in enumerate(start.words)]
        rows = [[place.get(number, number) for number in of_word] for of_word in numbered]
    text = _text(trainer, source)
    settings = {
        **text, **_outputs(trainer, start.output_counts), "loss": trainer.loss, "rows": rows,
        "in_rates": [(freeze or {}).get(word, 1) for word in start.words] + [1] * (len(W_in) - len(rows)),
        "out_rates": [(freeze_context or {}).get(word, 1) for word in start.outputs],
        "keep": [2**32 - 1] * len(vocabulary), "negative": trainer.negative, "freeze_outputs": False, "threads": 1,
    }  # fmt: skip
    joint = text["share_negatives"] and trainer.loss == "negative_sampling" and len(contexts or vocabulary) >= 1000
    rates = trainer.learning_rate, trainer.min_learning_rate
    run = SliceRun(np.array(text["offsets"]), trainer.epochs, rates, 1.0, places=4 if joint else 1)
    for part in run.slices():
        places = [
            (*place[1:], *(stream(trainer.seed, part.epoch, place.number, use) for use in range(2)))
            for place in part.places
        ]
        noise = stream(trainer.seed, part.epoch, part.number, 2)
        oracles.word2vec(
            places, W_in=W_in, W_out=W_out, learning_rate=part.learning_rate,
            negative_stream=noise, **settings,
        )  # fmt: skip
    return W_in, W_out


def _text(trainer: Any, source: Any) -> dict[str, Any]:
    windows = {
        "window": trainer.window, "shrink_windows": trainer.shrink_windows, "context": trainer.context,
        "divide_gradient": getattr(trainer, "context_gradient", "sum") == "mean",
        "sum_inputs": getattr(trainer, "bag", "mean") == "sum",
    }  # fmt: skip
    if isinstance(source, fv.Pairs):
        weights = None if source.weights is None else source.weights.tolist()
        return {
            "ids": source.word_ids.tolist(), "offsets": [0, len(source)], "targets": source.context_ids.tolist(),
            "weights": weights, "model": "given", "share_negatives": False, **windows,
        }  # fmt: skip
    bag = isinstance(trainer, fv.CBOW)
    share = trainer.negative_sharing == "round" and (bag or not trainer.subwords)
    model = "bag" if bag else "centre" if trainer.subwords else "window" if share else "pairs"
    text = {"ids": source.ids.tolist(), "offsets": source.offsets.tolist()}
    return {**text, "model": model, "share_negatives": share, **windows}


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
    if vectors.settings["loss"] == "hierarchical_softmax":
        if vectors.output_nodes is not None and len(vectors.output_nodes):
            assert np.abs(vectors.output_nodes - W_out[:-1]).max() <= within
    elif vectors.context_vectors.shape == W_out.shape:
        assert np.abs(vectors.context_vectors - W_out).max() <= within
