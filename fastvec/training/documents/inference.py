"""Inference: rows for new texts, trained against the frozen rows of a model."""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels import _word2vec
from fastvec.kernels.random import stream
from fastvec.kernels.simd import level_number
from fastvec.running.progress import OnProgress, Reporter
from fastvec.running.workers import new_stop_flag, run
from fastvec.text.corpus import Corpus
from fastvec.text.mapped import naming_file
from fastvec.training.documents.settings import DocumentSettings
from fastvec.training.learning_rate import linear
from fastvec.training.losses import loss_of
from fastvec.training.matrices import new_matrix, unpadded
from fastvec.training.subsampling import keep_probabilities, keep_thresholds

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

AT_ONCE = 32  # texts that a thread takes: some 10 ms


def infer_rows(
    trainer: DocumentSettings,
    words: WordVectors,
    texts: Corpus,
    threads: int,
    on_progress: OnProgress | None = None,
) -> NDArray[np.float32]:
    """Return a row for each sentence of a corpus in the vocabulary of the words, float32[S, D].

    Each is trained alone, from zeros and with the same draws, so that it depends on its own text only. A text of
    which subsampling leaves nothing in any epoch, a short one of frequent words, is trained on all of its tokens.
    """
    table = InferenceTable(trainer, words, texts)
    stop, done = new_stop_flag(), [0]

    def infer(first: int, _worker: int) -> int:
        last = min(first + AT_ONCE, texts.n_sentences)
        table.train(range(first, last), stop)
        return last - first

    def count(n: int) -> None:
        done[0] += n

    reporter = Reporter(on_progress)
    reporter.begin("inferring", "texts", texts.n_sentences, lambda: done[0])
    starts = range(0, texts.n_sentences, AT_ONCE)
    with naming_file(texts):
        run(infer, starts, threads=threads, stop=stop, on_result=count, on_tick=reporter.report)
    reporter.report()
    return unpadded(table.rows, trainer.vector_size)[: texts.n_sentences]


class InferenceTable:
    """What the kernel needs to train the rows of texts; nothing else changes."""

    def __init__(self, trainer: DocumentSettings, words: WordVectors, texts: Corpus) -> None:
        counts, model, size = words.vocabulary.counts, trainer.model(), trainer.vector_size
        loss = loss_of(trainer.loss, counts, trainer.negative, trainer.ns_exponent)
        outputs = words.context_vectors if loss.paths is None else words.output_nodes
        assert outputs is not None
        W_out = _padded(outputs, len(counts), size)
        is_bag = model.name == "bag"
        W_in = _padded(words.word_vectors, len(counts), size) if is_bag else W_out
        self.rows, self.offsets = new_matrix(max(1, texts.n_sentences), size), texts.offsets
        self.arguments: dict[str, Any] = dict(
            ids=texts.ids, offsets=texts.offsets, keep=keep_thresholds(keep_probabilities(counts, trainer.sample)),
            negatives=loss.negatives, paths=loss.paths, W_in=W_in, W_out=W_out, W_tags=self.rows,
            tags=(np.arange(len(texts.offsets)), np.arange(max(1, texts.n_sentences), dtype=np.int32)),
            freeze_outputs=True, in_rates=np.zeros(len(W_in), np.float32) if is_bag else None,
            model=model.name, context=model.context, divide_gradient=model.divide_gradient,
            sum_inputs=trainer.bag == "sum", loss=loss.name, negative=loss.negative,
            share_negatives=trainer.shares_negatives(model, loss), window=trainer.window,
            shrink_windows=trainer.shrink_windows, level=level_number(),
        )  # fmt: skip
        self.epochs = epochs_of(trainer)

    def train(self, texts: range, stop: NDArray[np.uint8]) -> None:
        """Train the rows of some texts, one after the other."""
        ends = self.offsets[texts.start : texts.stop + 1].tolist()
        slices = {
            text: slices_of(start, end, text, self.epochs)
            for text, (start, end) in zip(texts, pairwise(ends), strict=True)
        }
        _word2vec.word2vec_slices(slices=[*chain.from_iterable(slices.values())], stop=stop, **self.arguments)
        for text in texts:
            if slices[text] and not stop[0] and not self.rows[text].any():
                _word2vec.word2vec_slices(slices=slices[text], stop=stop, **without_subsampling(self.arguments))


def without_subsampling(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return arguments of the kernel with which all tokens stay.

    >>> without_subsampling({"keep": np.array([7, 9], np.uint32)})["keep"].tolist()
    [4294967295, 4294967295]
    """
    keep = arguments["keep"]
    return arguments | {"keep": np.full_like(keep, np.iinfo(keep.dtype).max)}


def epochs_of(trainer: DocumentSettings) -> list[tuple[list[int], float]]:
    """Return the streams (keep, width, negatives) and the learning rate of each epoch; the same for each text."""
    rates, epochs = (trainer.learning_rate, trainer.min_learning_rate), trainer.epochs
    return [
        ([stream(trainer.seed, epoch, 0, use) for use in range(3)], linear(*rates, (epoch + 0.5) / epochs))
        for epoch in range(epochs)
    ]


def slices_of(start: int, end: int, text: int, epochs: list[tuple[list[int], float]]) -> list[Any]:
    """Return the slices that train the row of a text, of the tokens from start to end; none if it is empty."""
    if start == end:
        return []
    return [([(start, end, text, keep, width)], rate, negatives) for (keep, width, negatives), rate in epochs]


def _padded(rows: NDArray[np.float32], n: int, columns: int) -> NDArray[np.float32]:
    matrix = new_matrix(n, columns)
    matrix[: len(rows), :columns] = rows
    return matrix
