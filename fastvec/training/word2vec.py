"""word2vec: skip-gram with negative sampling."""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from fastvec.errors import CorpusError
from fastvec.kernels import _sampling, _sgns, reference
from fastvec.kernels.simd import level_number
from fastvec.running.loop import resolve_threads
from fastvec.running.progress import OnProgress
from fastvec.text.corpus import Corpus
from fastvec.training import settings as check
from fastvec.training.matrices import new_matrix, unpadded
from fastvec.training.sampling import (
    AliasTable,
    keep_probabilities,
    keep_thresholds,
    noise_weights,
    stream,
)
from fastvec.training.sliced import Slice, SlicedRun
from fastvec.vectors.word_vectors import WordVectors

FEW_LEFT = 0.3  # of the tokens: below this, subsampling is more likely a mistake than a wish


@check.knows_other_names
@dataclass(frozen=True, kw_only=True)
class SkipGram:
    """Skip-gram with negative sampling (SGNS), as in word2vec.

    For each pair of a centre word c and a context word x in its window, and K words n drawn as noise, the loss is

        -log s(W_out[c] . W_in[x])  -  sum_n log s(-W_out[n] . W_in[x]),        s(z) = 1 / (1 + exp(-z))

    (Mikolov, Sutskever, Chen, Corrado and Dean 2013, "Distributed Representations of Words and Phrases and their
    Compositionality", equation 4). As in word2vec.c the row of ``W_in``, which is kept as the word's vector, is
    the *context* word's, and the rows of ``W_out`` are the centre word's and the negatives'. Over a text the two
    ways round see the same pairs.

    Parameters
    ----------
    vector_size : int
        Dimensions of a vector (D).
    window : int
        Words to each side of the centre.
    shrink_windows : bool
        Draw each centre's width uniformly from 1 .. window (as word2vec does), so that near words weigh more.
    negative : int
        Noise words (K) to a pair, or to a centre, see ``negative_sharing``. One that equals the centre is skipped.
    sample : float
        Subsampling: a token of a word with the count c stays with probability sqrt(r) + r, r = sample * total / c.
        0 keeps every token.
    ns_exponent : float
        Noise words are drawn in proportion to count ** ns_exponent.
    epochs : int
        Passes over the corpus.
    learning_rate : float
        Learning rate at the start; it falls in a straight line.
    min_learning_rate : float
        Learning rate at the end.
    negative_sharing : "window" or "pair"
        Whether K negatives are drawn once for all contexts of a centre or for each pair. The former is Ji,
        Satish, Li and Dubey (2016), "Parallelizing Word2Vec in Shared and Distributed Memory", and 2.5 times as
        fast; the latter is word2vec.c's and gives no better vectors (the README has the scores of five seeds).
        In either, the gradients of a step are taken at the rows as they were before it.
    seed : int
        Seed of every random draw. One thread and one seed give the same bytes every time, on one instruction set.
        Several threads race for rows (Hogwild), and differ from run to run by about as much as two seeds do.

    Raises
    ------
    SettingError
        A setting out of range, or one under another library's name.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["the king rules", "the queen rules"] * 50, min_count=1)
    >>> vectors = fv.SkipGram(vector_size=8, sample=0, epochs=20).train(corpus, threads=1)
    >>> vectors.vectors.shape
    (4, 8)
    """

    vector_size: int = 100
    window: int = 5
    shrink_windows: bool = True
    negative: int = 5
    sample: float = 1e-3
    ns_exponent: float = 0.75
    epochs: int = 5
    learning_rate: float = 0.025
    min_learning_rate: float = 1e-4
    negative_sharing: Literal["window", "pair"] = "window"
    seed: int = 1

    def __post_init__(self) -> None:
        check.whole("vector_size", self.vector_size, 1, 1 << 20)
        check.whole("window", self.window, 1, 1 << 20)
        check.truth("shrink_windows", self.shrink_windows)
        check.whole("negative", self.negative, 1, 1 << 20)
        check.real("sample", self.sample, 0)
        check.real("ns_exponent", self.ns_exponent)
        check.whole("epochs", self.epochs, 1)
        check.real("learning_rate", self.learning_rate, above=0)
        check.real("min_learning_rate", self.min_learning_rate, 0)
        check.at_most("min_learning_rate", self.min_learning_rate, "learning_rate", self.learning_rate)
        check.choice("negative_sharing", self.negative_sharing, ("window", "pair"))
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
            ``vectors`` is W_in, float32[V, D]; ``context_vectors`` is W_out; ``history`` has the words seen, the
            mean loss of a pair and the learning rate of each slice of the text.

        Raises
        ------
        CorpusError
            No sentence has two words.
        TrainingError
            The learning rate made the loss diverge.
        FormatError
            A corpus file with ids out of range.

        Examples
        --------
        See :class:`SkipGram`.
        """
        n_threads = resolve_threads(threads)
        check.choice("backend", backend, ("compiled", "numpy"))
        _check_corpus(corpus)
        W_in = new_matrix(len(corpus.vocabulary), self.vector_size)
        W_out = new_matrix(len(corpus.vocabulary), self.vector_size)
        _sampling.fill_uniform(W_in, self.vector_size, 0.5 / self.vector_size, stream(self.seed))
        untrained_loss = (1 + self.negative) * np.log(2)
        run = SlicedRun(corpus, self.epochs, (self.learning_rate, self.min_learning_rate), untrained_loss)
        sgns_slice = _sgns.sgns_slice if backend == "compiled" else reference.sgns_slice
        kernel = partial(sgns_slice, **self._tables(corpus), W_in=W_in, W_out=W_out, stop=run.stop)

        def train_slice(part: Slice, worker: int) -> tuple[float, int, int, int]:
            return kernel(
                sentence=part.sentence,
                start=part.start,
                end=part.end,
                learning_rate=part.learning_rate,
                streams=tuple(stream(self.seed, part.epoch, part.number, use) for use in range(3)),
            )

        run.run(train_slice, n_threads, on_progress)
        run.check_finite(W_in, W_out)
        return WordVectors(
            corpus.vocabulary.words,
            unpadded(W_in, self.vector_size),
            context_vectors=unpadded(W_out, self.vector_size),
            counts=corpus.vocabulary.counts,
            history=run.history(),
            settings={"model": "SkipGram", **asdict(self)},
        )

    def _tables(self, corpus: Corpus) -> dict[str, Any]:
        """The arguments of the kernel that are the same for every slice, but for what is written."""
        counts = corpus.vocabulary.counts
        keep = keep_probabilities(counts, self.sample)
        _warn_of_subsampling(counts, keep, self.sample)
        return {
            "ids": corpus.ids,
            "offsets": corpus.offsets,
            "keep": keep_thresholds(keep),
            "negatives": AliasTable(noise_weights(counts, self.ns_exponent)).table,
            "window": self.window,
            "negative": self.negative,
            "shrink_windows": self.shrink_windows,
            "share_negatives": self.negative_sharing == "window",
            "level": level_number(None),
        }


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
