"""Inference: rows for new texts, trained against the frozen rows of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels import _word2vec
from fastvec.kernels.random import stream
from fastvec.kernels.simd import level_number
from fastvec.running.progress import OnProgress, Reporter
from fastvec.running.workers import new_stop_flag, run
from fastvec.text.corpus import Corpus
from fastvec.training.learning_rate import linear
from fastvec.training.losses import loss_of
from fastvec.training.matrices import fill_rows, new_matrix, unpadded
from fastvec.training.subsampling import keep_probabilities, keep_thresholds

if TYPE_CHECKING:
    from fastvec.training.documents.trainer import DocumentVectors
    from fastvec.vectors.word_vectors import WordVectors

AT_ONCE = 64  # texts that a thread takes: some 20 ms


def infer_rows(
    trainer: DocumentVectors,
    words: WordVectors,
    texts: Corpus,
    threads: int,
    on_progress: OnProgress | None = None,
) -> NDArray[np.float32]:
    """Return a row for each sentence of a corpus in the vocabulary of the words, float32[S, D].

    Each is trained alone, from the same start and with the same draws, so that it depends on its own text only.
    """
    table = _Table(trainer, words)
    rows = new_matrix(texts.n_sentences, trainer.vector_size)
    fill_rows(rows[:1], trainer.vector_size, 0.5 / trainer.vector_size, stream(trainer.seed, 6), 1)
    rows[1:] = rows[:1]
    stop, done = new_stop_flag(), [0]

    def infer(first: int, _worker: int) -> int:
        last = min(first + AT_ONCE, texts.n_sentences)
        for text in range(first, last):
            ids = texts.ids[texts.offsets[text] : texts.offsets[text + 1]]
            if len(ids) and not stop[0]:
                table.train(ids, rows[text : text + 1], stop)
        return last - first

    def count(n: int) -> None:
        done[0] += n

    reporter = Reporter(on_progress)
    reporter.begin("inferring", "texts", texts.n_sentences, lambda: done[0])
    starts = range(0, texts.n_sentences, AT_ONCE)
    run(infer, starts, threads=threads, stop=stop, on_result=count, on_tick=reporter.report)
    reporter.report()
    return unpadded(rows, trainer.vector_size)


class _Table:
    """What the kernel needs to train one row at a time; nothing but that row changes."""

    def __init__(self, trainer: DocumentVectors, words: WordVectors) -> None:
        counts, model = words.vocabulary.counts, trainer.model()
        loss = loss_of(trainer.loss, counts, trainer.negative, trainer.ns_exponent)
        outputs = words.context_vectors if loss.paths is None else words.output_nodes
        assert outputs is not None
        W_out = _padded(outputs, len(counts), trainer.vector_size)
        is_bag = model.name == "bag"
        W_in = _padded(words.word_vectors, len(counts), trainer.vector_size) if is_bag else W_out
        self.trainer = trainer
        self.keep = keep_thresholds(keep_probabilities(counts, trainer.sample))
        self.arguments: dict[str, Any] = dict(
            negatives=loss.negatives, paths=loss.paths, W_in=W_in, W_out=W_out, freeze_outputs=True,
            in_rates=np.zeros(len(W_in), np.float32) if is_bag else None,
            model=model.name, context=model.context, divide_gradient=model.divide_gradient,
            sum_inputs=trainer.bag == "sum", loss=loss.name, negative=loss.negative,
            share_negatives=trainer.shares_negatives(model, loss), window=trainer.window,
            shrink_windows=trainer.shrink_windows, level=level_number(), keep=self.keep,
            tags=(np.array([0, 1]), np.zeros(1, np.int32)),
        )  # fmt: skip

    def train(self, ids: NDArray[np.int32], row: NDArray[np.float32], stop: NDArray[np.uint8]) -> None:
        """Train the row of one text."""
        trainer, offsets = self.trainer, np.array([0, len(ids)])
        rates = trainer.learning_rate, trainer.min_learning_rate
        for epoch in range(trainer.epochs):
            place = (0, len(ids), 0, stream(trainer.seed, epoch, 0, 0), stream(trainer.seed, epoch, 0, 1))
            _word2vec.word2vec_slice(
                ids=ids, offsets=offsets, places=[place], W_tags=row, stop=stop,
                learning_rate=linear(*rates, (epoch + 0.5) / trainer.epochs),
                negative_stream=stream(trainer.seed, epoch, 0, 2), **self.arguments,
            )  # fmt: skip


def _padded(rows: NDArray[np.float32], n: int, columns: int) -> NDArray[np.float32]:
    matrix = new_matrix(n, columns)
    matrix[: len(rows), :columns] = rows
    return matrix
