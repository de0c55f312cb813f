"""What skip-gram and CBOW have in common: inputs predict words, window after window."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fastvec.checks import numbers as check
from fastvec.errors import SettingError
from fastvec.kernels import _word2vec
from fastvec.kernels.random import stream
from fastvec.kernels.reference import word2vec as reference_word2vec
from fastvec.kernels.simd import level_number
from fastvec.pairs.pairs import Pairs
from fastvec.running.progress import OnProgress
from fastvec.running.workers import resolve_threads
from fastvec.text.corpus import Corpus
from fastvec.text.subwords import Subwords
from fastvec.text.windows import CONTEXTS, Context
from fastvec.training.freezing import Freeze, row_rates
from fastvec.training.huffman import is_tree_of
from fastvec.training.initialization import Init, StartingRows, starting_rows
from fastvec.training.inputs import Inputs, inputs_of_pairs, inputs_of_text
from fastvec.training.losses import NegativeSampling, OutputLayer, output_layer
from fastvec.training.matrices import unpadded
from fastvec.training.slice_run import Slice, SliceRun, Totals
from fastvec.vectors.subwords import SubwordVectors
from fastvec.vectors.word_vectors import WordVectors

ROUND = 4  # centres; with eight the analogies lose half a point, and rows leave L1
FEW_WORDS = (
    1_000  # with fewer a round is one centre: four have words in common, whose updates add up and overshoot
)
SHARINGS = ("round", "none")
OTHER_LOSSES = {"ns": "negative_sampling", "hs": "hierarchical_softmax"}  # fastText's names


@dataclass(frozen=True)
class Model:
    """What predicts which word, in the kernel's words."""

    name: Literal["window", "pairs", "centre", "bag", "given"]
    context: Context = "both"
    divide_gradient: bool = False
    joint: bool = False  # the centres of several places may be one step, with the same negatives


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
    negative_sharing : "round" or "none"
        How often K noise words are drawn. "none": for each prediction, as in word2vec.c. "round": for a round,
        which is four centre words from distant places of the text, with all of their contexts; they are trained
        in one step. A round moves a quarter of the rows through the caches and scores as well
        (``docs/predict.md``). With fewer than 1,000 words a round is one centre, as in Ji, Satish, Li and Dubey
        (2016), "Parallelizing Word2Vec in Shared and Distributed Memory". In either, gradients are taken at the
        rows as they were before the step. Given pairs and skip-gram over n-grams ignore it; with another loss
        than negative sampling it says whether skip-gram trains a window in one step or pair by pair.
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
        Several threads race for rows (Hogwild), and differ from run to run by about as much as two seeds do; they
        also train copies of rows that one thread trains in place.
    """

    vector_size: int = 100
    window: int = 5
    shrink_windows: bool = True
    context: Context = "both"
    loss: Literal["negative_sampling", "hierarchical_softmax", "softmax"] = "negative_sampling"
    negative: int = 5
    negative_sharing: Literal["round", "none"] = "round"
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
        check.choice("negative_sharing", self.negative_sharing, SHARINGS)
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
        freeze_context: bool | Freeze = False,
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
            files do not. With hierarchical softmax the
            inner nodes go on where the tree, which the counts make, is the same, and else start anew.
            Words they lack start anew; old words that the corpus lacks are kept, unchanged, behind the others
            (with ``subwords``, which must be theirs too, the n-grams that they share with others do change). The
            rates are the settings': a lower ``learning_rate`` than that of a first run changes less.
        freeze : iterable of words, or mapping from word to float, optional
            Words whose vectors stay as they start; or by what factor, from 0 to 1, the steps of some are damped.
        freeze_context : bool, iterable of words, or mapping from word to float
            True: all context vectors (W_out; with hierarchical softmax the inner nodes of the same tree) stay as
            ``init`` has them, so that new words find their place among the old ones: vectors of words from a few
            contexts, of texts of another time. Or some of them, as with ``freeze`` (negative sampling only). A new
            word has a context vector of zeros then. Noise words are drawn from the new text alone, so a text
            about a few words only pushes them away from their own contexts, the more the longer it is.
        threads : int, optional
            None: all usable cores.
        backend : "compiled" or "numpy"
            The NumPy reference makes the same draws and differs by rounding (on one thread); it is far slower.
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
        if isinstance(corpus, Pairs):
            model, inputs = Model("given"), self._pairs(corpus)
        else:
            model, inputs = self._model(), inputs_of_text(corpus, self.sample)
        layer = output_layer(self.loss, inputs.outputs.counts, self.negative, self.ns_exponent)
        start = starting_rows(
            init, inputs.words, self.vector_size,
            stream=stream(self.seed), contexts=inputs.contexts, subwords=self.subwords, tree=layer.paths,
            threads=n_threads,
        )  # fmt: skip
        share = layer.negative > 0 and self.negative_sharing == "round" and model.joint
        places = ROUND if share and len(inputs.outputs) >= FEW_WORDS else 1
        run = SliceRun(
            inputs.offsets, self.epochs, (self.learning_rate, self.min_learning_rate), layer.untrained_loss,
            places=places, threads=n_threads, unit=inputs.unit,
        )  # fmt: skip
        kernel = (_word2vec if backend == "compiled" else reference_word2vec).word2vec_slice
        rows, in_rates = self._rows_of_words(start), self._in_rates(start, freeze)
        out_rates, level = self._out_rates(start, layer, init, freeze_context), level_number(None)

        def train_slice(part: Slice, worker: int) -> Totals:
            at = [
                (
                    *place[1:],
                    stream(self.seed, part.epoch, place.number, 0),
                    stream(self.seed, part.epoch, place.number, 1),
                )
                for place in part.places
            ]
            totals: Totals = kernel(
                ids=inputs.ids, offsets=inputs.offsets, targets=inputs.targets, weights=inputs.weights, places=at,
                keep=inputs.keep, negatives=layer.negatives, paths=layer.paths, rows=rows,
                in_rates=in_rates, out_rates=out_rates,
                W_in=start.W_in, W_out=start.W_out[: len(inputs.outputs)],
                model=model.name, loss=layer.loss, window=self.window, negative=layer.negative,
                share_negatives=share, freeze_outputs=freeze_context is True, threads=n_threads,
                shrink_windows=self.shrink_windows, context=model.context, divide_gradient=model.divide_gradient,
                learning_rate=part.learning_rate, negative_stream=stream(self.seed, part.epoch, part.number, 2),
                stop=run.stop, level=level,
            )  # fmt: skip
            return totals

        run.run(train_slice, on_progress)
        run.check_finite(start.W_in, start.W_out)
        return self._vectors(start, layer, run.history(), n_threads)

    def _model(self) -> Model:
        """What predicts which word, over a text."""
        raise NotImplementedError

    def _pairs(self, pairs: Pairs) -> Inputs:
        return inputs_of_pairs(pairs)

    def _rows_of_words(self, start: StartingRows) -> tuple[NDArray[np.int64], NDArray[np.int32]] | None:
        """The rows that words are composed of."""
        return None if start.composition is None else (start.composition.offsets, start.composition.rows)

    def _in_rates(self, start: StartingRows, freeze: Freeze | None) -> NDArray[np.float32] | None:
        rates = row_rates(freeze, start.words)
        if rates is not None and start.composition is not None:
            raise SettingError("freeze: has no meaning with subwords, whose rows all words share", field="freeze")
        return rates

    def _out_rates(
        self, start: StartingRows, layer: OutputLayer, init: Init | None, freeze: bool | Freeze
    ) -> NDArray[np.float32] | None:
        """By how much each row of W_out changes; None where ``freeze`` is True or False."""
        if freeze is False:
            return None
        if init is None or not start.W_out.any():
            raise SettingError(
                "freeze_context: needs an init with context vectors (with hierarchical softmax: with nodes of the "
                "same tree), which stay as they are; .safetensors files and fastText's .bin have them",
                field="freeze_context",
            )
        if freeze is True:
            return None
        if not isinstance(layer, NegativeSampling):
            raise SettingError(
                f"freeze_context: expected True or False with loss={self.loss!r}; words can be named with "
                f"negative sampling",
                field="freeze_context",
            )
        rates = row_rates(freeze, start.outputs, "freeze_context")
        return None if rates is None else rates[: len(layer.counts)]

    def _vectors(
        self, start: StartingRows, layer: OutputLayer, history: dict[str, NDArray[np.generic]], threads: int
    ) -> WordVectors:
        vectors, subwords, composed = unpadded(start.W_in, self.vector_size), None, start.composition
        if composed is not None:
            subwords = SubwordVectors(composed.settings, vectors, composed.buckets)
            vectors = subwords.means(composed.offsets, composed.rows, threads=threads)
        context_vectors = output_nodes = None
        W_out = unpadded(start.W_out, self.vector_size)
        if layer.paths is None:
            context_vectors = in_order_of(start.words, start.outputs, W_out)
        elif start.outputs == start.words and is_tree_of(start.total_counts, layer.paths):
            output_nodes = W_out[:-1]  # else they are those of a tree over other words
        return WordVectors(
            start.words,
            vectors,
            context_vectors=context_vectors,
            output_nodes=output_nodes,
            counts=start.total_counts,
            history=history,
            settings={"model": type(self).__name__, **asdict(self)},
            subwords=subwords,
        )
