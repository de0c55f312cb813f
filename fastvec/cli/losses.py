"""The losses that ``fastvec evaluate --loss-on`` prints."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fastvec.cli.outputs import ENCODED
from fastvec.cli.reading import corpus_of
from fastvec.cli.terminal import print_table, printable

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors


class LossRow(NamedTuple):
    """The loss of one file of vectors on one text."""

    text: str
    vectors: str
    loss: float
    perplexity: float | None  # None where the loss is not -log p
    tokens: int
    dropped: int  # tokens out of the vocabulary


def losses(args: argparse.Namespace, names: list[str], models: list[WordVectors]) -> list[LossRow]:
    """Return the loss of each file on each text, read with the vocabulary of the file."""
    from fastvec.evaluation.loss import evaluate_loss
    from fastvec.text.corpus import Corpus

    rows = []
    for path in args.loss_on:
        for name, vectors in zip(names, models, strict=True):
            # flags are for the texts: a corpus that is encoded already has its tokens
            encoded = path.endswith(ENCODED)
            corpus = Corpus.load(path) if encoded else corpus_of(args, [path], vocabulary=vectors.vocabulary)
            loss = evaluate_loss(vectors, corpus)
            perplexity = None if vectors.settings.get("loss") == "negative_sampling" else _exp(loss)
            text = os.path.basename(path)
            rows.append(LossRow(text, name, loss, perplexity, corpus.n_tokens, corpus.n_dropped))
    return rows


def print_losses(rows: list[LossRow]) -> None:
    """Print a table of them."""
    table = [["text", "vectors", "loss", "perplexity", "tokens", "dropped"]]
    for row in rows:
        perplexity = "" if row.perplexity is None else f"{row.perplexity:.1f}"
        cells = [row.text, row.vectors, f"{row.loss:.4f}", perplexity, f"{row.tokens:,}", f"{row.dropped:,}"]
        table.append([printable(cell) for cell in cells])
    print_table(table)
    print("\nloss: the mean of a prediction, in nats; perplexity: exp of it, where it is -log p of a word")


def as_json(row: LossRow) -> dict[str, Any]:
    """Return a row in the form of ``--json``."""
    return {"measure": "loss", **row._asdict()}


def _exp(loss: float) -> float:
    with np.errstate(over="ignore"):
        return float(np.exp(loss))
