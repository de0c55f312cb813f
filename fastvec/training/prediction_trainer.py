"""What skip-gram and CBOW share: inputs predict words, window after window."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Self

from fastvec.checks import numbers as check
from fastvec.checks.settings import setting
from fastvec.errors import SettingError
from fastvec.io.decompression import type_of_path
from fastvec.kernels.random import stream
from fastvec.pairs.pairs import Pairs
from fastvec.running.progress import OnProgress, Progress
from fastvec.running.workers import resolve_threads
from fastvec.text.corpus import Corpus
from fastvec.text.mapped import naming_file
from fastvec.text.subwords import Subwords
from fastvec.text.windows import CONTEXTS, Context
from fastvec.training.checkpoints.arguments import documents_checkpoints
from fastvec.training.checkpoints.checkpoints import Checkpoints
from fastvec.training.checkpoints.identity import of_prediction
from fastvec.training.checkpoints.schedule import EVERY
from fastvec.training.composition import check_subwords
from fastvec.training.freezing import Freeze, frozen_rows
from fastvec.training.initialization import (
    Init,
    StartingRows,
    check_combines,
    copy_nodes,
    starting_rows,
    vectors_of,
)
from fastvec.training.inputs import Inputs, inputs_of_pairs, inputs_of_text
from fastvec.training.losses import FullSoftmax, HierarchicalSoftmax, Loss, NegativeSampling, check_loss, loss_of
from fastvec.training.matrices import taken, unpadded
from fastvec.training.outputs import output_rows
from fastvec.training.settings import Trainer
from fastvec.training.slice_kernel import Model, kernel_arguments, slice_arguments, slice_kernel
from fastvec.training.slice_run import SliceRun
from fastvec.training.supersteps import SuperstepRun
from fastvec.vectors.combination import COMBINATIONS, WHAT_IT_IS, Combine
from fastvec.vectors.subwords import SubwordVectors
from fastvec.vectors.word_vectors import WordVectors

OnEpoch = Callable[[Progress, WordVectors], Any]

ROUND = 4  # centres; with eight the analogies lose half a point, and rows leave L1
# with fewer words a round is one centre: four have words in common, whose updates add up and overshoot
FEW_WORDS = 1_000
SHARINGS = ("round", "none")


# fastText's defaults where they differ (its args.cc; exponent: its loss.cc, last rate: its fasttext.cc)
FASTTEXT: dict[str, Any] = {
    "ns_exponent": 0.5,
    "sample": 1e-4,
    "learning_rate": 0.05,
    "min_learning_rate": 0.0,
    "subwords": Subwords(min_n=3, max_n=6, buckets=2_000_000),
}


@dataclass(frozen=True, kw_only=True)
class PredictionTrainer(Trainer):
    """Base of SkipGram and CBOW.

    Parameters
    ----------
    vector_size : int
        Dimensions of a vector (D).
    window : int
        Tokens to each side of the centre.
    shrink_windows : bool
        Draw each centre's width uniformly from 1 .. window (as word2vec does), so that near words weigh more.
    context : "both", "left" or "right"
        The side of a word on which its context words are: those that its vector is trained to predict or, in
        CBOW, that predict it.
    loss : "negative_sampling", "hierarchical_softmax" or "softmax"
        How a word is predicted: against a few noise words; as a path in a Huffman tree (Morin and Bengio 2005;
        Mikolov et al. 2013, equation 3); or against the whole vocabulary, which the other two approximate. The
        work of the last grows with V.
    negative : int
        Noise words (K) for each prediction, for negative sampling. One that equals the predicted word is skipped.
    negative_sharing : "round" or "none"
        Which predictions share their K noise words. "none": each has its own, as in word2vec.c. "round": those of
        a round, which is four centre words from distant places of the text, with all of their contexts; they are
        trained in one step. A round moves a quarter of the rows through the caches and scores as well
        (``docs/predict.md``). With fewer than 1,000 words a round is one centre, as in Ji, Satish, Li and Dubey
        (2016), "Parallelizing Word2Vec in Shared and Distributed Memory". Gradients are those of the rows before
        the step. It is ignored for given pairs and for skip-gram over n-grams. With another loss it decides
        whether skip-gram trains a window in one step ("round") or pair by pair ("none").
    ns_exponent : float
        Noise words are drawn in proportion to count ** ns_exponent.
    sample : float
        Subsampling: a token of a word with the count c is kept with probability sqrt(r) + r, where
        r = sample * total / c. 0 keeps every token.
    epochs : int
        Passes over the corpus.
    learning_rate : float
        Learning rate at the start; it falls in a straight line.
    min_learning_rate : float
        Learning rate at the end.
    subwords : Subwords, optional
        Compose words of the rows of their character n-grams, as fastText does.
    combine : "word", "sum", "concat" or "context"
        What the vectors are: W_in, as in word2vec; W_in + W_out; both side by side (2 D dimensions); or W_out.
        Training is the same, and both matrices are kept; see :meth:`fastvec.WordVectors.combined`. Only "word"
        with hierarchical softmax, whose output rows are not those of words.
    seed : int
        Seed of all random draws. One thread and one seed give the same bytes every time, on one instruction set.
        Several threads update the same rows without locks (Hogwild), so that runs differ about as two seeds do;
        they also train copies of rows that one thread trains in place.
    deterministic : bool
        Give the same bytes on any number of threads: 16 slices of the text train side by side on copies of rows,
        whose changes are merged in order. Scores are about the same; it is 0.6 times as fast (n-grams: 0.3), and
        no more than 16 threads train (``docs/deterministic.md``). Not with loss="softmax".
    """

    window: int = setting(5, "tokens to each side of the centre", check.whole, 1, 1 << 20)
    shrink_windows: bool = setting(
        True, "draw the width of each window from 1 to the given one, so that near words weigh more", check.truth
    )
    context: Context = setting("both", "the side of a word on which its context words are", check.choice, CONTEXTS)
    loss: Literal["negative_sampling", "hierarchical_softmax", "softmax"] = setting(
        "negative_sampling",
        "how a word is predicted: against noise words, as a path in a Huffman tree, or against all words",
        check_loss,
    )
    negative: int = setting(5, "noise words for each prediction, for negative sampling")
    negative_sharing: Literal["round", "none"] = setting(
        "round",
        "which predictions share their noise words: those of a round (four centres), or none",
        check.choice,
        SHARINGS,
    )
    ns_exponent: float = setting(0.75, "noise words are drawn in proportion to count ** X", check.real)
    sample: float = setting(
        1e-3,
        "subsampling of frequent words: the lower, the fewer of their tokens stay; 0 keeps all",
        check.real,
        0,
    )
    epochs: int = setting(5, "passes over the corpus", check.whole, 1)
    learning_rate: float = setting(
        0.025, "learning rate at the start; it falls in a straight line", check.real, above=0
    )
    min_learning_rate: float = setting(1e-4, "learning rate at the end", check.real, 0)
    subwords: Subwords | None = setting(
        None, "compose words of the rows of their character n-grams, as fastText does", check_subwords
    )
    combine: Combine = setting("word", WHAT_IT_IS, check.choice, COMBINATIONS)
    deterministic: bool = setting(False, "give the same bytes on any number of threads, slower", check.truth)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Put the settings that are documented here where a subclass has ``{settings}`` in its docstring."""
        super().__init_subclass__(**kwargs)
        settings = inspect.cleandoc(PredictionTrainer.__doc__ or "").partition("----------\n")[2]
        cls.__doc__ = inspect.cleandoc(cls.__doc__ or "").replace("{settings}", settings)

    def __post_init__(self) -> None:
        super().__post_init__()
        least = 1 if self.loss == NegativeSampling.name else 0
        check.whole("negative", self.negative, least, 1 << 20)
        check.at_most("min_learning_rate", self.min_learning_rate, "learning_rate", self.learning_rate)
        if self.deterministic and self.loss == FullSoftmax.name:
            raise SettingError(
                field="deterministic", expected="False with loss='softmax'", got=True,
                hint="its steps use all rows; threads=1 gives the same bytes too",
            )  # fmt: skip
        if self.combine != "word" and self.loss == HierarchicalSoftmax.name:
            raise SettingError(
                field="combine", expected="'word' with loss='hierarchical_softmax'", got=self.combine,
                hint="its output rows are those of the nodes of a tree, not of words",
            )  # fmt: skip

    @classmethod
    def fasttext(cls, **settings: Any) -> Self:
        """Return a trainer with fastText's default settings.

        Parameters
        ----------
        **settings
            Settings to override.

        Returns
        -------
        SkipGram or CBOW

        Raises
        ------
        SettingError
            If a setting is unknown or out of range.

        Examples
        --------
        >>> import fastvec as fv
        >>> trainer = fv.CBOW.fasttext(epochs=3)
        >>> trainer.epochs, trainer.ns_exponent, trainer.subwords
        (3, 0.5, Subwords(min_n=3, max_n=6, buckets=2000000))
        """
        return cls(**{**FASTTEXT, **settings})

    @documents_checkpoints
    def train(
        self,
        data: Corpus | Pairs,
        *,
        init: Init | None = None,
        freeze: Freeze | None = None,
        freeze_context: bool | Freeze = False,
        threads: int | None = None,
        backend: Literal["compiled", "numpy"] = "compiled",
        on_progress: OnProgress | None = None,
        on_epoch: OnEpoch | None = None,
        checkpoint: type_of_path | None = None,
        checkpoint_every: str | int = EVERY,
        resume: bool = False,
    ) -> WordVectors:
        """Train on a corpus, or on given pairs.

        Parameters
        ----------
        data : Corpus or Pairs
            A corpus of V words. Or (SkipGram only) pairs: the word of each has a row in W_in, which is kept, and
            its context a row in W_out; the weight multiplies the learning rate. ``window``, ``shrink_windows``,
            ``context``, ``sample`` and ``negative_sharing`` are ignored for pairs.
        init : WordVectors or path, optional
            Earlier vectors to start from, or a file of them (word2vec, GloVe, fastText or fastvec). Words that
            they lack start at random. Old words that ``data`` lacks are kept, unchanged, behind the others (with
            ``subwords``, which must be the same, the n-grams that they share with other words do change). Context
            vectors are used too if there are any: .safetensors files and fastText's .bin have them. All words with
            context vectors are drawn as noise then, by their counts in both texts, so that new words learn how
            they differ from the old ones. Both matrices go on from where they are, whatever ``combine`` is. With
            hierarchical softmax the tree has all words, and the output nodes are used if it is that of the old
            vectors. The learning rate is that of the settings: one lower than in the first run changes the old
            vectors less. Another ``seed`` makes other draws than the first run had.
        freeze : iterable of words, or mapping from word to float, optional
            Words whose vectors do not change; or a factor from 0 to 1 for the steps of each word.
        freeze_context : bool, iterable of words, or mapping from word to float
            True: no context vector (with hierarchical softmax: no output node) of ``init`` changes. New words then
            learn their place among the old ones, from a few contexts or from texts of another time. Or some of
            them, as for ``freeze`` (negative sampling only). New words have context vectors of zeros then.
        threads : int, optional
            None: all usable cores.
        backend : "compiled" or "numpy"
            "numpy" is the reference. It makes the same draws, differs by rounding (on one thread) and is far
            slower.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` about ten times a second; when it returns False, training stops and
            the vectors so far are returned.
        on_epoch : callable, optional
            Gets, after each epoch, a :class:`fastvec.Progress` (``epoch`` is the one that ended, ``loss`` the mean
            in it) and the vectors so far, a copy. When it returns False, training stops as for ``on_progress``. It
            is called on the calling thread, and training waits. On one thread the vectors are the same bytes as
            without it. Not with ``deterministic=True``, whose supersteps reach across epochs.
        {checkpoints}

        Returns
        -------
        WordVectors
            ``word_vectors``, and with ``combine="word"`` ``vectors``, is W_in, float32[V, D]; with ``subwords``
            each is the mean of the rows of the word, and the rows are in ``subwords``. ``context_vectors`` is
            W_out, by words or, where contexts of pairs are not words, by ``context_vocabulary``; after
            hierarchical softmax the rows of W_out are ``output_nodes``. What ``init`` has of the other kind is
            kept. ``history`` has, for each slice of the text, the tokens (or pairs) so far, the
            mean loss of a prediction and the learning rate; and as ``epoch_loss`` the mean loss in each epoch. The
            loss is that of each prediction when it was made. At a high rate vectors adapt to the text just read,
            so with subwords it may rise while the rate falls.

        Raises
        ------
        CorpusError
            If ``data`` is something else; if no sentence has two words, or there is no pair; if CBOW gets pairs.
        TrainingError
            If the loss diverged, because of the learning rate.
        FormatError
            If a corpus file has ids out of range, or the file of ``init`` is damaged.
        UnknownWordError
            If a frozen word has no row.
        SettingError
            If ``init`` has another number of dimensions or other ``subwords``; if ``freeze`` is given with
            ``subwords``; if ``combine`` is not "word" and contexts of pairs are not words.

        Warns
        -----
        UserWarning
            If contexts of pairs are the word of no pair, so that they get no vector, and ``undirected`` is None.

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
        checkpoints = Checkpoints.of(checkpoint, checkpoint_every, resume)
        self._check_epochs(on_epoch)
        model, inputs = self._read(data)
        old = None if init is None else vectors_of(init, self.vector_size)
        start, loss = self.start_from(old, inputs, n_threads)
        check_combines(start, self.combine)
        frozen = frozen_rows(start, loss, freeze, freeze_context)
        run = (SuperstepRun if self.deterministic else SliceRun)(
            inputs.offsets,
            self.epochs,
            (self.learning_rate, self.min_learning_rate),
            loss.untrained_loss,
            places=self.places(model, loss, len(inputs.outputs)),
            threads=n_threads,
            unit=inputs.unit,
        )
        share = self.shares_negatives(model, loss)
        arguments = kernel_arguments(self, model, inputs, loss, start, frozen, run, share)
        arguments_of = slice_arguments(self.seed)
        if isinstance(run, SuperstepRun):
            run.prepare(arguments, arguments_of, backend)
        run.keep(
            checkpoints, {"W_in": start.W_in, "W_out": start.W_out},
            lambda: of_prediction(self._settings(), backend, inputs, start, frozen),
        )  # fmt: skip

        def vectors(so_far: bool = False) -> WordVectors:
            run.check_finite(start.W_in, start.W_out)
            return self._vectors(start, loss, old, run, copy=so_far)

        with naming_file(data):
            if isinstance(run, SuperstepRun):
                run.train(on_progress)
            else:
                after = None if on_epoch is None else lambda now: on_epoch(now, vectors(so_far=True))
                run.run(slice_kernel(arguments, arguments_of, backend), on_progress, after)
        return vectors()

    def _check_epochs(self, on_epoch: OnEpoch | None) -> None:
        """Refuse to pause after epochs where sixteen slices, which may be of two, are under way at any time."""
        if self.deterministic and on_epoch is not None:
            raise SettingError(field="on_epoch", expected="None: deterministic=True overlaps epochs", got=on_epoch)

    def shares_negatives(self, model: Model, loss: Loss) -> bool:
        """Return whether the centres of a round are trained in one step."""
        return loss.negative > 0 and self.negative_sharing == "round" and model.joint

    def places(self, model: Model, loss: Loss, n_words: int) -> int:
        """Return how many places of the text, which has so many words, a slice has."""
        return ROUND if self.shares_negatives(model, loss) and n_words >= FEW_WORDS else 1

    def _read(self, data: Corpus | Pairs) -> tuple[Model, Inputs]:
        """Return what predicts which word, and the tokens or pairs to train on."""
        if isinstance(data, Pairs):
            return Model("given"), self._pairs(data)
        return self.model(), inputs_of_text(data, self.sample)

    def _pairs(self, pairs: Pairs) -> Inputs:
        return inputs_of_pairs(pairs)

    def model(self) -> Model:
        """Return what predicts which word, over a text."""
        raise NotImplementedError

    def start_from(self, old: WordVectors | None, inputs: Inputs, threads: int) -> tuple[StartingRows, Loss]:
        """Return what training starts from, and the loss over all words that there are: old ones too."""
        start = starting_rows(
            old, inputs.words, self.vector_size, stream=stream(self.seed), contexts=inputs.contexts,
            subwords=self.subwords, of_tree=self.loss == HierarchicalSoftmax.name, threads=threads,
        )  # fmt: skip
        loss = loss_of(self.loss, start.output_counts, self.negative, self.ns_exponent)
        if old is not None and loss.paths is not None:
            copy_nodes(old, start, loss.paths)
        return start, loss

    def _vectors(
        self, start: StartingRows, loss: Loss, old: WordVectors | None, run: SliceRun, copy: bool
    ) -> WordVectors:
        """Return the vectors, in the memory of the matrices or of a copy."""
        rows_of = taken if copy else unpadded
        vectors, subwords, composed = rows_of(start.W_in, self.vector_size), None, start.composition
        if composed is not None:
            subwords = SubwordVectors(composed.settings, vectors, composed.buckets)
            vectors = subwords.means(composed.offsets, composed.rows, threads=run.threads)
        return WordVectors(
            start.words,
            vectors,
            **output_rows(start, loss, old, rows_of(start.W_out, self.vector_size)),
            counts=start.total_counts,
            history=run.history(),
            settings=self._settings(),
            subwords=subwords,
            combine=self.combine,
        )
