"""What skip-gram and CBOW have in common: inputs predict words, window after window."""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fastvec import checks as check
from fastvec.errors import CorpusError
from fastvec.kernels import _sampling, _word2vec, reference_word2vec
from fastvec.kernels.simd import level_number
from fastvec.running.loop import resolve_threads
from fastvec.running.progress import OnProgress
from fastvec.text.corpus import Corpus
from fastvec.training.huffman import huffman_paths
from fastvec.training.matrices import new_matrix, unpadded
from fastvec.training.sampling import (
    AliasTable,
    keep_probabilities,
    keep_thresholds,
    noise_weights,
    stream,
)
from fastvec.training.sliced import Slice, SlicedRun, Totals
from fastvec.vectors.word_vectors import WordVectors

FEW_LEFT = 0.3  # of the tokens: below this, subsampling is more likely a mistake than a wish
OTHER_SIDE = {"left": "right", "right": "left", "both": "both"}


@dataclass(frozen=True, kw_only=True)
class Predicting:
    """The settings that skip-gram and CBOW share, and their run.

    Parameters
    ----------
    vector_size : int
        Dimensions of a vector (D).
    window : int
        Words to each side of the centre.
    shrink_windows : bool
        Draw each centre's width uniformly from 1 .. window (as word2vec does), so that near words weigh more.
    context : "both", "left" or "right"
        The side of a word on which stand the words that its vector is trained to predict. (Or, in CBOW, to help
        predict: with "left" the bag of a word is the words to its right.)
    loss : "negative_sampling", "hierarchical_softmax" or "softmax"
        How a word is predicted: against a few noise words; by the turns on its way through a Huffman tree (Morin
        and Bengio 2005; Mikolov et al. 2013, equation 3); or against the whole vocabulary, which is what the other
        two stand in for, and for small vocabularies (the work grows with V).
    negative : int
        Noise words (K) to a prediction. One that equals the predicted word is skipped.
    ns_exponent : float
        Noise words are drawn in proportion to count ** ns_exponent.
    sample : float
        Subsampling: a token of a word with the count c stays with probability sqrt(r) + r, r = sample * total / c.
        0 keeps every token.
    epochs : int
        Passes over the corpus.
    learning_rate : float
        Learning rate at the start; it falls in a straight line.
    min_learning_rate : float
        Learning rate at the end.
    seed : int
        Seed of every random draw. One thread and one seed give the same bytes every time, on one instruction set.
        Several threads race for rows (Hogwild), and differ from run to run by about as much as two seeds do.
    """

    vector_size: int = 100
    window: int = 5
    shrink_windows: bool = True
    context: Literal["both", "left", "right"] = "both"
    loss: Literal["negative_sampling", "hierarchical_softmax", "softmax"] = "negative_sampling"
    negative: int = 5
    ns_exponent: float = 0.75
    sample: float = 1e-3
    epochs: int = 5
    learning_rate: float = 0.025
    min_learning_rate: float = 1e-4
    seed: int = 1

    def __post_init__(self) -> None:
        check.whole("vector_size", self.vector_size, 1, 1 << 20)
        check.whole("window", self.window, 1, 1 << 20)
        check.truth("shrink_windows", self.shrink_windows)
        check.choice("context", self.context, tuple(OTHER_SIDE))
        check.choice("loss", self.loss, tuple(_word2vec.LOSSES))
        check.whole("negative", self.negative, 1, 1 << 20)
        check.real("ns_exponent", self.ns_exponent)
        check.real("sample", self.sample, 0)
        check.whole("epochs", self.epochs, 1)
        check.real("learning_rate", self.learning_rate, above=0)
        check.real("min_learning_rate", self.min_learning_rate, 0)
        check.at_most("min_learning_rate", self.min_learning_rate, "learning_rate", self.learning_rate)
        check.whole("seed", self.seed, 0, (1 << 64) - 1)

    def train(
        self,
        corpus: Corpus,
        *,
        threads: int | None = None,
        backend: Literal["compiled", "numpy"] = "compiled",
        on_progress: OnProgress | None = None,
    ) -> WordVectors:
        """Train on a corpus.

        Parameters
        ----------
        corpus : Corpus
            N tokens, S sentences, V words.
        threads : int, optional
            None: all usable cores.
        backend : "compiled" or "numpy"
            The NumPy reference makes the same draws and differs by rounding; it is far slower.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` about ten times a second (epoch, words, words/s, learning rate,
            loss); when it returns False, training ends there and the vectors so far are returned.

        Returns
        -------
        WordVectors
            ``vectors`` is W_in, float32[V, D]; ``context_vectors`` is W_out, or None with hierarchical softmax,
            where its rows belong to no word; ``history`` has the words seen, the mean loss of a prediction and the
            learning rate of each slice of the text, and as ``epoch_loss`` the mean loss of each epoch.

        Raises
        ------
        CorpusError
            No sentence has two words.
        TrainingError
            The learning rate made the loss diverge.
        FormatError
            A corpus file with ids out of range.
        """
        n_threads = resolve_threads(threads)
        check.choice("backend", backend, ("compiled", "numpy"))
        _check_corpus(corpus)
        W_in = new_matrix(len(corpus.vocabulary), self.vector_size)
        W_out = new_matrix(len(corpus.vocabulary), self.vector_size)
        _sampling.fill_uniform(W_in, self.vector_size, 0.5 / self.vector_size, stream(self.seed))
        tables = self._tables(corpus)
        run = SlicedRun(
            corpus.offsets,
            self.epochs,
            (self.learning_rate, self.min_learning_rate),
            self._untrained_loss(corpus.vocabulary.counts, tables),
        )
        kernel = partial(
            (_word2vec if backend == "compiled" else reference_word2vec).word2vec_slice,
            **tables,
            W_in=W_in,
            W_out=W_out,
            stop=run.stop,
            level=level_number(None),
        )

        def train_slice(part: Slice, worker: int) -> Totals:
            totals: Totals = kernel(
                sentence=part.sentence,
                start=part.start,
                end=part.end,
                learning_rate=part.learning_rate,
                streams=tuple(stream(self.seed, part.epoch, part.number, use) for use in range(3)),
            )
            return totals

        run.run(train_slice, n_threads, on_progress)
        run.check_finite(W_in, W_out)
        return WordVectors(
            corpus.vocabulary.words,
            unpadded(W_in, self.vector_size),
            context_vectors=None if "paths" in tables else unpadded(W_out, self.vector_size),
            counts=corpus.vocabulary.counts,
            history=run.history(),
            settings={"model": type(self).__name__, **asdict(self)},
        )

    def _model(self) -> dict[str, Any]:
        """What predicts which word, in the kernel's words."""
        raise NotImplementedError

    def _tables(self, corpus: Corpus) -> dict[str, Any]:
        """The arguments of the kernel that are the same for every slice, but for what is written."""
        counts = corpus.vocabulary.counts
        keep = keep_probabilities(counts, self.sample)
        _warn_of_subsampling(counts, keep, self.sample)
        return {
            **self._model(),
            **self._outputs(counts),
            "ids": corpus.ids,
            "offsets": corpus.offsets,
            "keep": keep_thresholds(keep),
            "window": self.window,
            "shrink_windows": self.shrink_windows,
        }

    def _outputs(self, counts: NDArray[np.int64]) -> dict[str, Any]:
        if self.loss == "negative_sampling":
            negatives = AliasTable(noise_weights(counts, self.ns_exponent)).table
            return {"loss": self.loss, "negative": self.negative, "negatives": negatives}
        if self.loss == "hierarchical_softmax":
            if len(counts) < 2:
                raise CorpusError("corpus: hierarchical softmax needs two different words", field="corpus")
            return {"loss": self.loss, "paths": huffman_paths(counts)}
        return {"loss": self.loss}

    def _untrained_loss(self, counts: NDArray[np.int64], tables: dict[str, Any]) -> float:
        """The mean loss of a prediction while all rows of W_out are zero: coins, or a die with V sides."""
        if self.loss == "softmax":
            return float(np.log(max(2, len(counts))))
        coins = 1.0 + self.negative
        if self.loss == "hierarchical_softmax":
            coins = float(np.diff(tables["paths"][0]) @ counts / counts.sum())
        return coins * float(np.log(2))


def _check_corpus(corpus: Corpus) -> None:
    if not isinstance(corpus, Corpus):
        raise CorpusError(
            f"corpus: expected a fastvec.Corpus, got {type(corpus).__name__}; make one by Corpus.from_text(...)",
            field="corpus", expected="Corpus", found=type(corpus).__name__,
        )  # fmt: skip
    corpus.validate()
    if not corpus.n_sentences or int(np.diff(corpus.offsets).max()) < 2:
        raise CorpusError(
            "corpus: no sentence has two words of the vocabulary, so there is no pair to train on; "
            "one line is one sentence, and min_count leaves rare words out",
            field="corpus",
        )


def _warn_of_subsampling(counts: np.ndarray, keep: np.ndarray, sample: float) -> None:
    left = float(counts @ keep / max(1, counts.sum()))
    if left < FEW_LEFT:
        warnings.warn(
            f"sample={sample:g} drops {1 - left:.0%} of the tokens of this corpus; "
            f"a larger sample, or sample=0, keeps more",
            stacklevel=4,
        )
