"""Word2Vec, as in gensim.models.word2vec."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable
from itertools import islice
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import whole
from fastvec.errors import SettingError, TrainingError
from fastvec.gensim_compat import vocabulary
from fastvec.gensim_compat.arguments import checked
from fastvec.gensim_compat.corpora import BrownCorpus as BrownCorpus
from fastvec.gensim_compat.corpora import Text8Corpus as Text8Corpus
from fastvec.gensim_compat.engine import Training, Weights
from fastvec.gensim_compat.keyedvectors import KeyedVectors
from fastvec.gensim_compat.model_files import Files
from fastvec.gensim_compat.model_settings import SETTINGS
from fastvec.gensim_compat.model_words import Words
from fastvec.gensim_compat.names import (
    NoVocabularyError,
    ignored,
    new_names,
    one_corpus,
)
from fastvec.gensim_compat.old_model import OldNames
from fastvec.gensim_compat.scores import Scorer
from fastvec.gensim_compat.text import Lines, lines_of
from fastvec.gensim_compat.text import LineSentence as LineSentence
from fastvec.gensim_compat.text import PathLineSentences as PathLineSentences
from fastvec.text.corpus import Corpus
from fastvec.text.subwords import Subwords
from fastvec.training.huffman import huffman_paths
from fastvec.training.learning_rate import linear
from fastvec.training.prediction_trainer import PredictionTrainer
from fastvec.training.word2vec import CBOW, SkipGram

# of a text: with fewer, each pair has noise words of its own, as in gensim. With 58,000 the neighbor that a test
# of gensim's looks for has the rank 20 so (11 to 39, ten seeds), 25 (13 to 74) where those of a round share them
FEW_WORDS = 200_000
# of a vocabulary, likewise: on walks over 500 and 2,000 nodes 97 and 98 % of a node's ten nearest are of its own
# community, as with gensim; 91 and 92 % where those of a round share them (bench/compare/walks.py)
SMALL_VOCABULARY = 5_000


class Word2Vec(Words, Files, OldNames):
    """word2vec with gensim's arguments and attributes, trained by fastvec's SkipGram and CBOW.

    Parameters
    ----------
    sentences : iterable of lists of words, optional
        It is read once: a text whose sentences change from pass to pass is trained by ``train(epochs=1)`` in a
        loop. With it (or ``corpus_file``) the model is trained at once; else ``build_vocab`` and ``train`` follow.
    corpus_file : path, optional
        A text of one sentence a line, as ``LineSentence(corpus_file)``. Texts of ``LineSentence`` and
        ``PathLineSentences`` are read fastest: in compiled code, on several threads.
    vector_size, window, shrink_windows, negative, ns_exponent, sample, epochs, seed
        As for :class:`fastvec.SkipGram`.
    alpha, min_alpha : float
        The learning rate at the start and at the end.
    min_count : int
        Words that occur less often are left out.
    max_vocab_size, max_final_vocab : int, optional
        At most so many words.
    workers : int
        Threads; no more than there are cores, and one for each 10,000 words.
    sg : int
        1: skip-gram; 0: CBOW.
    hs : int
        1: hierarchical softmax; beside negative sampling, unless ``negative`` is 0.
    cbow_mean : int
        1: CBOW predicts by the mean of the context words; 0: by their sum.
    trim_rule : callable, optional
        Gets a word, its count and ``min_count``, and returns what becomes of it.
    compute_loss : bool
        The loss is known in any case.
    callbacks : iterable of CallbackAny2Vec
    comment : str, optional
    hashfxn, null_word, sorted_vocab, batch_words
        They change nothing.

    Attributes
    ----------
    wv : KeyedVectors
    syn1neg, syn1 : float32[V, D]
        The output rows of words (``negative``) and of inner nodes (``hs``).
    corpus_count, corpus_total_words : int
        Sentences and words of the text of the vocabulary.

    Raises
    ------
    SettingError
        A ValueError, if an argument is out of range; a TypeError too, if it is of the wrong type.
    NoVocabularyError
        A RuntimeError, if no word is left.

    Examples
    --------
    >>> from fastvec.gensim_compat import Word2Vec
    >>> sentences = [["the", "king", "rules"], ["the", "queen", "rules"]] * 50
    >>> model = Word2Vec(sentences, vector_size=8, min_count=1, sample=0, workers=1)
    >>> model.wv.vectors.shape, int(model.wv.get_vecattr("the", "count"))
    ((4, 8), 100)
    """

    _vectors: ClassVar[type[KeyedVectors]] = KeyedVectors
    wv: KeyedVectors

    def __init__(
        self, sentences: Iterable[Any] | None = None, corpus_file: Any = None, vector_size: int = 100,
        alpha: float = 0.025, window: int = 5, min_count: int = 5, max_vocab_size: int | None = None,
        sample: float = 1e-3, seed: int = 1, workers: int = 3, min_alpha: float = 0.0001, sg: int = 0, hs: int = 0,
        negative: int = 5, ns_exponent: float = 0.75, cbow_mean: int = 1, hashfxn: Any = hash, epochs: int = 5,
        null_word: int = 0, trim_rule: vocabulary.TrimRule | None = None, sorted_vocab: int = 1,
        batch_words: int = 10_000, compute_loss: bool = False, callbacks: Iterable[Any] = (),
        comment: str | None = None, max_final_vocab: int | None = None, shrink_windows: bool = True, **old: Any,
    ) -> None:  # fmt: skip
        given = {name: value for name, value in locals().items() if name not in ("self", "old", "__class__")}
        given |= new_names(old, type(self).__name__)
        self._set(given)
        if sentences is not None or corpus_file is not None:
            one_corpus(sentences, corpus_file, passes=self.epochs + 1)
            corpus = self._learn_words(self._text(sentences, corpus_file), trim_rule, update=False)
            self._train(corpus, self.epochs, callbacks)

    def _set(self, given: dict[str, Any]) -> None:
        """Take the arguments that were given."""
        ignored(given)
        given = checked(given)
        for name in SETTINGS:
            setattr(self, name, given.get(name, 0))
        self.hashfxn, self.callbacks, self.trim_rule = hash, given["callbacks"], given["trim_rule"]
        self.min_alpha_yet_reached = float(self.alpha)
        self.sg, self.hs, self.cbow_mean = int(self.sg), int(self.hs), int(self.cbow_mean)
        self.layer1_size = self.vector_size
        self.raw_vocab = {}
        self.random = np.random.RandomState(self.seed % 2**32)
        self.wv = self._new_vectors(given)
        if not self.hs and not self.negative:
            raise SettingError(
                field="negative", expected="at least 1 with hs=0", got=self.negative,
                hint="negative=5 samples noise words, hs=1 is hierarchical softmax",
            )  # fmt: skip
        self._trainer()  # checks the others

    def _new_vectors(self, given: dict[str, Any]) -> KeyedVectors:
        return KeyedVectors(self.vector_size)

    def __str__(self) -> str:
        about = f"vocab={len(self.wv)}, vector_size={self.vector_size}, alpha={self.alpha}"
        return f"{type(self).__name__}<{about}>"

    # --- training ---

    def train(
        self, corpus_iterable: Iterable[Any] | None = None, corpus_file: Any = None,
        total_examples: int | None = None, total_words: int | None = None, epochs: int | None = None,
        start_alpha: float | None = None, end_alpha: float | None = None, word_count: int = 0,
        queue_factor: int = 2, report_delay: float = 1.0, compute_loss: bool = False,
        callbacks: Iterable[Any] = (), **old: Any,
    ) -> tuple[int, int]:  # fmt: skip
        """Train on a text, from where the rows are.

        Parameters
        ----------
        corpus_iterable, corpus_file
            As for the class; words out of the vocabulary are passed over.
        total_examples, total_words : int
            One of them must be given, as in gensim; the text itself says how long it is.
        epochs : int
            Must be given.
        start_alpha, end_alpha : float, optional
            The learning rate at the start and at the end of this call.
        compute_loss : bool
        callbacks : iterable of CallbackAny2Vec
        word_count, queue_factor, report_delay
            They change nothing.

        Returns
        -------
        (int, int)
            The words that were trained, after subsampling, and all words of the text, in all epochs.

        Raises
        ------
        SettingError
            A ValueError, if an argument is missing or wrong.
        NoVocabularyError
            A RuntimeError, if there is no vocabulary.
        TrainingError
            A RuntimeError, if there are no output rows to train, or the loss diverges.
        """
        corpus_iterable = old.pop("sentences", corpus_iterable)
        new_names(old, "train")
        ignored({"queue_factor": queue_factor, "report_delay": report_delay})
        self._check_trainable(epochs, total_examples, total_words)
        given = checked({"start_alpha": start_alpha, "end_alpha": end_alpha, "callbacks": callbacks})
        epochs = whole("epochs", epochs, 1)
        one_corpus(corpus_iterable, corpus_file, passes=epochs)
        self.alpha, self.min_alpha = given["start_alpha"] or self.alpha, given["end_alpha"] or self.min_alpha
        self.compute_loss, self.epochs = compute_loss, epochs
        text = self._text(corpus_iterable, corpus_file)
        corpus = vocabulary.read(text, self.workers, vocabulary=self._vocabulary()).corpus
        return self._train(corpus, epochs, callbacks or self.callbacks)

    def _check_trainable(self, epochs: Any, *totals: Any) -> None:
        if epochs is None or all(total is None for total in totals):
            raise SettingError(
                "train: expected epochs= and total_examples= (or total_words=); "
                "model.epochs and model.corpus_count are those of the vocabulary",
                field="epochs",
            )
        if not len(self.wv):
            raise NoVocabularyError("train: there is no vocabulary yet; build_vocab(sentences) first", field="wv")
        rows = [getattr(self, name, None) for name in ("syn1", "syn1neg")]
        if all(some is None or len(some) != len(self.wv) for some in rows):
            raise TrainingError(
                "train: these vectors have no output rows to go on with: a saved model has them, KeyedVectors and "
                "word2vec's format have not",
                field="wv",
            )

    def _train(self, corpus: Corpus, epochs: int, callbacks: Iterable[Any]) -> tuple[int, int]:
        """Train on a text by the model's ids."""
        begun, called, rates = time.monotonic(), tuple(callbacks or ()), (float(self.alpha), float(self.min_alpha))
        training = self._training(corpus, epochs, rates)
        self.running_training_loss = 0.0
        self._call(called, "on_train_begin")
        self._call(called, "on_epoch_begin")

        def between(done: int) -> None:
            self._trained(training.loss, linear(*rates, done / epochs))
            self._call(called, "on_epoch_end")
            if done < epochs:
                self._call(called, "on_epoch_begin")

        training.epochs(between if called else None)
        self._trained(training.loss, rates[1])
        self.train_count += 1
        self.total_train_time += time.monotonic() - begun
        self._call(called, "on_train_end")
        return training.trained_words, epochs * (corpus.n_tokens + corpus.n_dropped)

    def _training(self, corpus: Corpus, epochs: int, rates: tuple[float, float]) -> Training:
        return Training(
            self._trainer(), corpus, self._weights(), negative=self.negative, epochs=epochs, rates=rates,
            workers=self.workers,
        )  # fmt: skip

    def _trained(self, loss: float, rate: float) -> None:
        """Take note of the epochs so far."""
        self.running_training_loss, self.min_alpha_yet_reached = loss, rate
        self.wv.forget()

    def _call(self, callbacks: tuple[Any, ...], name: str) -> None:
        for callback in callbacks:
            getattr(callback, name)(self)

    def _trainer(self) -> PredictionTrainer:
        """Return the trainer that has the model's settings; each call of ``train`` draws anew."""
        settings: dict[str, Any] = {
            "vector_size": self.vector_size, "window": self.window, "shrink_windows": bool(self.shrink_windows),
            "loss": "negative_sampling" if self.negative else "hierarchical_softmax", "negative": self.negative,
            "ns_exponent": self.ns_exponent, "sample": self.sample, "seed": self.seed + self.train_count,
            "subwords": self._subwords(), "epochs": self.epochs, "learning_rate": max(self.alpha, self.min_alpha),
            "min_learning_rate": min(self.alpha, self.min_alpha),
        }  # fmt: skip
        if self.sg:
            small = self.corpus_total_words < FEW_WORDS or len(self.wv) < SMALL_VOCABULARY
            sharing: Literal["none", "round"] = "none" if small else "round"
            return SkipGram(**settings, negative_sharing=sharing)
        if not self.cbow_mean:  # gensim divides the gradient then
            settings |= {"bag": "sum", "context_gradient": "mean"}
        return CBOW(**settings)

    def _subwords(self) -> Subwords | None:
        return None

    def _weights(self) -> Weights:
        """Return the rows that are trained, those of the vectors in memory that can be written to."""
        wv = self.wv
        if wv.vectors.dtype != np.float32 or not wv.vectors.flags.writeable:
            wv.vectors = np.array(wv.vectors, np.float32)
        outputs = self.__dict__.get("syn1neg"), self.__dict__.get("syn1")
        return Weights(wv.vectors, *outputs, None, wv.vectors_lockf, wv.tree)

    def get_latest_training_loss(self) -> float:
        """Return the sum of the losses of all predictions in the newest call of ``train``, so far."""
        return float(self.running_training_loss)

    def init_sims(self, replace: bool = False) -> None:
        """Do what gensim 3 did under this name; see :meth:`KeyedVectors.init_sims`."""
        self.wv.init_sims(replace)

    # --- predictions ---

    def score(
        self, sentences: Iterable[Any], total_sentences: int = 1_000_000, chunksize: int = 100,
        queue_factor: int = 2, report_delay: float = 1,
    ) -> NDArray[np.float32]:  # fmt: skip
        """Return the log-likelihood of sentences, of a model of hierarchical softmax.

        Taddy (2015), "Document Classification by Inversion of Distributed Language Representations": each word is
        predicted by the words of its window. The numbers are those of gensim.

        Parameters
        ----------
        sentences : iterable of lists of words
            Words out of the vocabulary are passed over.
        total_sentences : int
            Only the first ones.
        chunksize, queue_factor, report_delay
            They change nothing.

        Returns
        -------
        float32[S]
            0 for a sentence without a known word.

        Raises
        ------
        NoVocabularyError
            A RuntimeError, if there is no vocabulary.
        TrainingError
            A RuntimeError, if the model has no inner nodes (``hs=0``).
        """
        nodes = self.__dict__.get("syn1")
        if not len(self.wv):
            raise NoVocabularyError("score: there is no vocabulary yet; build_vocab(sentences) first", field="wv")
        if not self.hs or nodes is None:
            hint = "fv.evaluate_loss(model.fastvec, corpus) returns the mean loss of a text for any model"
            raise TrainingError(f"score: needs a model of hierarchical softmax (hs=1, negative=0); {hint}")
        one_corpus(sentences, None, passes=1)
        text = self._text(sentences, None)
        first = text if lines_of(text) or isinstance(text, Lines) else islice(text, total_sentences)
        corpus = vocabulary.read(first, self.workers, vocabulary=self._vocabulary()).corpus
        paths = self.wv.tree or huffman_paths(self._vocabulary().counts)
        cbow = None if self.sg else "mean" if self.cbow_mean else "sum"
        return Scorer(self.wv.vectors, nodes, paths, self.window, cbow).scores(corpus)[:total_sentences]

    def predict_output_word(
        self, context_words_list: Iterable[Any], topn: int = 10
    ) -> list[tuple[Any, float]] | None:
        """Return the words that some context words predict, with their probabilities; None if none is known.

        Parameters
        ----------
        context_words_list : iterable of words or ids
        topn : int

        Raises
        ------
        TrainingError
            A RuntimeError, if the model has no output rows of words (``negative=0``).
        """
        rows = self.__dict__.get("syn1neg")
        if not self.negative or rows is None:
            raise TrainingError("predict_output_word: needs a model that was trained with negative sampling")
        ids = [i for i in (self.wv.get_index(word, -1) for word in context_words_list) if i >= 0]
        if not ids:
            warnings.warn("predict_output_word: all context words are out of the vocabulary", stacklevel=2)
            return None
        hidden = self.wv.vectors[ids].sum(axis=0, dtype=np.float64) / (len(ids) if self.cbow_mean else 1)
        scores = rows @ hidden
        weights = np.exp(scores - scores.max())
        best = np.argsort(-weights, kind="stable")[:topn]
        probabilities = weights / weights.sum()
        return [(self.wv.index_to_key[i], float(probabilities[i])) for i in best.tolist()]
