"""What skip-gram and CBOW have in common: inputs predict words, window after window."""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fastvec import checks as check
from fastvec.errors import CorpusError, FormatError, SettingError
from fastvec.kernels import _word2vec, reference_word2vec
from fastvec.kernels.simd import level_number
from fastvec.running.loop import resolve_threads
from fastvec.running.progress import OnProgress
from fastvec.text.checks import check_ids
from fastvec.text.corpus import Corpus, no_corpus
from fastvec.text.pairs import Pairs
from fastvec.text.subwords import Subwords
from fastvec.text.vocabulary import Vocabulary
from fastvec.training.huffman import huffman_paths
from fastvec.training.initial import Freeze, Init, StartingRows, row_rates, starting_rows
from fastvec.training.matrices import unpadded
from fastvec.training.sampling import (
    AliasTable,
    keep_probabilities,
    keep_thresholds,
    noise_weights,
    stream,
)
from fastvec.training.sliced import Slice, SlicedRun, Totals
from fastvec.vectors.subwords import SubwordVectors
from fastvec.vectors.word_vectors import WordVectors

FEW_LEFT = 0.3  # of the tokens: below this, subsampling is more likely a mistake than a wish
CONTEXTS = ("both", "left", "right")
OTHER_LOSSES = {"ns": "negative_sampling", "hs": "hierarchical_softmax"}  # fastText's names


@dataclass(frozen=True)
class Text:
    """What is trained on, in the kernel's words."""

    words: Vocabulary
    contexts: Vocabulary | None  # what is predicted, where it is not the words
    offsets: NDArray[np.int64]
    arguments: dict[str, Any]

    @property
    def outputs(self) -> Vocabulary:
        return self.words if self.contexts is None else self.contexts


def in_order_of(words: list[str], outputs: list[str], W_out: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """The rows of W_out by word, zero for a word that has none; None if not all rows are those of words."""
    if outputs == words:
        return W_out
    ids = {word: i for i, word in enumerate(words)}
    if not all(output in ids for output in outputs):
        return None
    ordered = np.zeros((len(words), W_out.shape[1]), np.float32)
    ordered[[ids[output] for output in outputs]] = W_out
    return ordered


def pairs_as_text(pairs: Pairs) -> Text:
    """Pairs as a text of one line, without windows."""
    if not len(pairs):
        raise CorpusError("corpus: no pair to train on", field="corpus", expected="pairs", found=0)
    check_ids(pairs.word_ids, len(pairs.words), FormatError, "word_ids")  # may have changed behind the pairs
    check_ids(pairs.context_ids, len(pairs.contexts), FormatError, "context_ids")
    arguments = {"model": "given", "ids": pairs.word_ids, "targets": pairs.context_ids, "weights": pairs.weights}
    return Text(pairs.words, pairs.contexts, np.array([0, len(pairs)]), arguments)


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
        The side of a word on which its context words stand: those that its vector is trained to predict or, in
        CBOW, that predict it.
    loss : "negative_sampling", "hierarchical_softmax" or "softmax"
        How a word is predicted: against a few noise words; by the turns on its way through a Huffman tree (Morin
        and Bengio 2005; Mikolov et al. 2013, equation 3); or against the whole vocabulary, which is what the other
        two stand in for, and for small vocabularies (the work grows with V).
    negative : int
        Noise words (K) to a prediction, for negative sampling. One that equals the predicted word is skipped.
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
    subwords : Subwords, optional
        Compose words of the rows of their character n-grams, as fastText does: see :class:`fastvec.Subwords`.
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
    subwords: Subwords | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        check.whole("vector_size", self.vector_size, 1, 1 << 20)
        check.whole("window", self.window, 1, 1 << 20)
        check.truth("shrink_windows", self.shrink_windows)
        check.choice("context", self.context, CONTEXTS)
        if self.loss in OTHER_LOSSES:
            raise SettingError(f"loss: no {self.loss!r}; here it is {OTHER_LOSSES[self.loss]!r}", field="loss")
        check.choice("loss", self.loss, tuple(_word2vec.LOSSES))
        check.whole("negative", self.negative, 1 if self.loss == "negative_sampling" else 0, 1 << 20)
        check.real("ns_exponent", self.ns_exponent)
        check.real("sample", self.sample, 0)
        check.whole("epochs", self.epochs, 1)
        check.real("learning_rate", self.learning_rate, above=0)
        check.real("min_learning_rate", self.min_learning_rate, 0)
        check.at_most("min_learning_rate", self.min_learning_rate, "learning_rate", self.learning_rate)
        if self.subwords is not None and not isinstance(self.subwords, Subwords):
            raise SettingError(
                f"subwords: expected fastvec.Subwords(...) or None, got {self.subwords!r:.80}", field="subwords"
            )
        check.whole("seed", self.seed, 0, (1 << 64) - 1)

    def train(
        self,
        corpus: Corpus | Pairs,
        *,
        init: Init | None = None,
        freeze: Freeze | None = None,
        threads: int | None = None,
        backend: Literal["compiled", "numpy"] = "compiled",
        on_progress: OnProgress | None = None,
    ) -> WordVectors:
        """Train on a corpus, or on given pairs.

        Parameters
        ----------
        corpus : Corpus or Pairs
            N tokens, S sentences, V words. Or (SkipGram only) N pairs of a word, whose row of W_in is kept, and a
            context, a row of W_out, at a weight that multiplies the learning rate; they are all taken, as they
            are: ``window``, ``context``, ``sample`` and ``negative_sharing`` have no say.
        init : WordVectors or path, optional
            Earlier vectors to go on from, or a file of them (word2vec's, GloVe's, fastText's or fastvec's own).
            Context vectors go on too, where there are some: .safetensors and fastText's .bin have them, other
            files do not. Hierarchical softmax starts its tree anew.
            Words they lack start anew; old words that the corpus lacks are kept, unchanged, behind the others
            (with ``subwords``, which must be theirs too, the n-grams that they share with others do change). The
            rates are the settings': a lower ``learning_rate`` than that of a first run changes less.
        freeze : iterable of words, or mapping from word to float, optional
            Words whose vectors stay as they start; or by what factor, from 0 to 1, the steps of some are damped.
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
            ``vectors`` is W_in, float32[V, D], or with ``subwords`` the means of its rows, which stand in
            ``subwords``; ``context_vectors`` is W_out, or None where its rows belong to no word (hierarchical
            softmax, contexts of pairs that are no words); ``history`` has the words seen, the mean loss of a
            prediction and the learning rate of each slice of the text, and as ``epoch_loss`` the mean loss of each
            epoch. It is the loss of each prediction as it was made: at a high rate vectors adapt to the text just
            read, so that with subwords it may rise while the rate falls.

        Raises
        ------
        CorpusError
            No sentence has two words, or there is no pair; pairs for CBOW.
        TrainingError
            The learning rate made the loss diverge.
        FormatError
            A corpus file with ids out of range, or a damaged file of vectors.
        UnknownWordError
            A frozen word that has no row.
        SettingError
            ``init`` of another number of dimensions, or of other ``subwords``; ``freeze`` with ``subwords``.

        Examples
        --------
        >>> import fastvec as fv
        >>> old = fv.Corpus.from_text(["the king rules", "the queen rules"] * 50, min_count=1)
        >>> new = fv.Corpus.from_text(["the duchess rules"] * 50, min_count=1)
        >>> trainer = fv.SkipGram(vector_size=8, sample=0)
        >>> first = trainer.train(old)
        >>> second = trainer.train(new, init=first, freeze=["the", "rules"])
        >>> second.index_to_key
        ['duchess', 'rules', 'the', 'king', 'queen']
        >>> bool((second["rules"] == first["rules"]).all())
        True
        """
        n_threads = resolve_threads(threads)
        check.choice("backend", backend, ("compiled", "numpy"))
        text = self._read(corpus)
        start = starting_rows(
            init, text.words, self.vector_size,
            stream=stream(self.seed), contexts=text.contexts, subwords=self.subwords, threads=n_threads,
        )  # fmt: skip
        if init is not None and self.loss == "hierarchical_softmax":  # inner nodes: earlier vectors know none
            start.W_out.fill(0)
        tables = {**text.arguments, **self._inputs(start, freeze), **self._outputs(text.outputs.counts)}
        run = SlicedRun(
            text.offsets,
            self.epochs,
            (self.learning_rate, self.min_learning_rate),
            self._untrained_loss(text.outputs.counts, tables),
        )
        kernel = partial(
            (_word2vec if backend == "compiled" else reference_word2vec).word2vec_slice,
            **tables,
            W_in=start.W_in,
            W_out=start.W_out[: len(text.outputs)],
            stop=run.stop,
            threads=n_threads,
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
        run.check_finite(start.W_in, start.W_out)
        return self._vectors(start, run.history(), n_threads)

    def _model(self) -> dict[str, Any]:
        """What predicts which word, in the kernel's words."""
        raise NotImplementedError

    def _read(self, corpus: Corpus | Pairs) -> Text:
        """What the kernel reads."""
        if isinstance(corpus, Pairs):
            return self._read_pairs(corpus)
        _check_corpus(corpus)
        counts = corpus.vocabulary.counts
        keep = keep_probabilities(counts, self.sample)
        _warn_of_subsampling(counts, keep, self.sample)
        arguments = {
            **self._model(),
            "ids": corpus.ids,
            "offsets": corpus.offsets,
            "keep": keep_thresholds(keep),
            "window": self.window,
            "shrink_windows": self.shrink_windows,
        }
        return Text(corpus.vocabulary, None, corpus.offsets, arguments)

    def _read_pairs(self, pairs: Pairs) -> Text:
        return pairs_as_text(pairs)

    def _inputs(self, start: StartingRows, freeze: Freeze | None) -> dict[str, Any]:
        """The rows that words are composed of, and how much each row moves."""
        inputs: dict[str, Any] = {"row_rates": row_rates(freeze, start.words)}
        if start.composition is not None:
            if inputs["row_rates"] is not None:
                raise SettingError(
                    "freeze: has no meaning with subwords, whose rows all words share", field="freeze"
                )
            offsets = start.composition.offsets
            inputs["rows"] = offsets, start.composition.rows, int(np.diff(offsets).max())
        return inputs

    def _vectors(self, start: StartingRows, history: dict[str, NDArray[np.generic]], threads: int) -> WordVectors:
        vectors, subwords, composed = unpadded(start.W_in, self.vector_size), None, start.composition
        if composed is not None:
            subwords = SubwordVectors(composed.settings, vectors, composed.buckets)
            vectors = subwords.means(composed.offsets, composed.rows, threads=threads)
        context_vectors = None
        if self.loss != "hierarchical_softmax":
            context_vectors = in_order_of(start.words, start.outputs, unpadded(start.W_out, self.vector_size))
        return WordVectors(
            start.words,
            vectors,
            context_vectors=context_vectors,
            counts=start.total_counts,
            history=history,
            settings={"model": type(self).__name__, **asdict(self)},
            subwords=subwords,
        )

    def _outputs(self, counts: NDArray[np.int64]) -> dict[str, Any]:
        if not counts.any():
            raise CorpusError("corpus: the vocabulary's counts are all 0", field="counts", found=0)
        if self.loss == "negative_sampling":
            negatives = AliasTable(noise_weights(counts, self.ns_exponent)).table
            return {"loss": self.loss, "negative": self.negative, "negatives": negatives}
        if self.loss == "hierarchical_softmax":
            if len(counts) < 2:
                raise CorpusError(
                    "corpus: hierarchical softmax needs two different words to predict", field="corpus"
                )
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
        raise no_corpus(corpus)
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
