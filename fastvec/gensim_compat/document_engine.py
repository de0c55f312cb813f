"""Training of gensim's Doc2Vec by fastvec's kernels: rows of tags beside those of words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.gensim_compat.engine import Layer, Training, Weights
from fastvec.kernels import _word2vec
from fastvec.kernels.random import stream
from fastvec.running.workers import new_stop_flag
from fastvec.text.corpus import Corpus
from fastvec.training.documents.inference import InferenceTable, epochs_of, slices_of, without_subsampling
from fastvec.training.documents.kernels import document_kernel
from fastvec.training.documents.trainer import DocumentVectors
from fastvec.training.huffman import Paths
from fastvec.training.matrices import fill_rows, new_matrix, unpadded
from fastvec.training.slice_run import Slice, Totals
from fastvec.vectors.word_vectors import WordVectors

TagsOfSentences = tuple[NDArray[np.int64], NDArray[np.int32]]  # offsets[S + 1], ids


class DocumentTraining(Training):
    """A run of some epochs over documents.

    Parameters
    ----------
    trainer : DocumentVectors
    corpus : Corpus
        A sentence is a document.
    weights : Weights
    tag_rows : float32[M, D]
        The rows of tags, which are trained.
    tags : offsets and ids
        Those of each document.
    **more
        As for :class:`Training`.
    """

    trainer: DocumentVectors

    def __init__(
        self,
        trainer: DocumentVectors,
        corpus: Corpus,
        weights: Weights,
        tag_rows: NDArray[np.float32],
        tags: TagsOfSentences,
        **more: Any,
    ) -> None:
        self.tag_rows, self.tags, self.W_tags = tag_rows, tags, new_matrix(*tag_rows.shape)
        super().__init__(trainer, corpus, weights, **more)

    def _kernel(self, layer: Layer) -> Callable[[Slice, int], Totals]:
        is_sum = self.trainer.bag == "sum"
        more = {"tags": self.tags, "W_tags": self.W_tags, "sum_inputs": is_sum}
        if is_sum and self.trainer.mode == "dm":  # gensim divides the gradient then
            more["divide_gradient"] = True
        arguments = self._arguments(layer) | more
        return document_kernel(arguments, self.trainer.words_model(), self.trainer.seed, "compiled")

    def _pairs(self) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        return [*super()._pairs(), (self.W_tags, self.tag_rows)]


def new_tag_rows(n: int, size: int, seed: int) -> NDArray[np.float32]:
    """Return rows that tags start from, float32[n, size]."""
    rows = new_matrix(n, size)
    fill_rows(rows, size, 0.5 / size, stream(seed, 5), 1)
    return np.ascontiguousarray(rows[:, :size])


class Inference:
    """The frozen rows of a model, kept for one text after the other.

    Parameters
    ----------
    trainer : DocumentVectors
    words : WordVectors
        With output rows.
    tree : paths, optional
        Those of words to inner nodes, if they are not fastvec's.
    """

    def __init__(self, trainer: DocumentVectors, words: WordVectors, tree: Paths | None = None) -> None:
        nothing = Corpus(np.empty(0, np.int32), np.zeros(1, np.int64), words.vocabulary)
        self.arguments = InferenceTable(trainer, words, nothing).arguments
        if tree is not None and self.arguments["paths"] is not None:
            self.arguments["paths"] = tree
        self.index, self.stop = words.key_to_index, new_stop_flag()

    def row(self, words: list[str], trainer: DocumentVectors) -> NDArray[np.float32]:
        """Return the row of a text, float32[D]: zeros if none of its words is known."""
        ids = np.array([self.index[word] for word in words if word in self.index], np.int32)
        row, n = new_matrix(1, trainer.vector_size), len(ids)
        slices = slices_of(0, n, 0, epochs_of(trainer))
        of_text = {
            "ids": ids, "offsets": np.array([0, n]), "W_tags": row, "tags": (np.arange(2), np.zeros(1, np.int32))
        }  # fmt: skip
        if slices:
            arguments = self.arguments | of_text
            _word2vec.word2vec_slices(slices=slices, stop=self.stop, **arguments)
            if not row.any():  # subsampling left nothing
                _word2vec.word2vec_slices(slices=slices, stop=self.stop, **without_subsampling(arguments))
        return np.array(unpadded(row, trainer.vector_size)[0])
