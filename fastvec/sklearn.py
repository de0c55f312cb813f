"""The scikit-learn face: documents in, vectors out; needs scikit-learn (``pip install 'fastvec[sklearn]'``)."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import truth, whole
from fastvec.errors import MissingPackageError, SettingError
from fastvec.running.workers import resolve_threads
from fastvec.text.corpus import Corpus
from fastvec.text.tokens import Tokens, check_tokens
from fastvec.training.settings import Trainer
from fastvec.vectors.sif import SIF
from fastvec.vectors.texts import Method
from fastvec.vectors.word_vectors import WordVectors

try:
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
    from sklearn.utils.validation import check_is_fitted
except ImportError:
    raise MissingPackageError.of("estimators", "fastvec[sklearn]") from None

NESTED = "trainer__"


class WordVectorizer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A scikit-learn transformer from documents to vectors: means of the vectors of their words, or SIF.

    It trains word vectors on the documents that it is fitted to, or takes given ones. It stands where
    ``TfidfVectorizer`` stands in a Pipeline; its result is dense.

    Parameters
    ----------
    trainer : SkipGram, CBOW, GloVe, PPMISVD, LSA or LogCountFactorization, optional
        What trains the vectors; by default ``SkipGram()``. Its settings are parameters too:
        ``trainer__vector_size`` for a grid search. A document is a sentence: windows do not leave it.
    vectors : WordVectors or path, optional
        Vectors to take as they are, instead of training some. A clone shares them.
    method : "mean", "sif" or SIF
        How a document's vector is made, as for :meth:`fastvec.WordVectors.embed`. SIF takes out the common
        component of the documents of ``fit``. With it, they must be in more than one direction.
    tokens : "words", "whitespace" or callable
        What a token is, as for :meth:`fastvec.Corpus.from_text`.
    lowercase : bool
        Convert words to lower case. Leave it out for vectors of words with capitals.
    min_count : int
        In training, words that occur less often are left out.
    threads : int, optional
        None: all usable cores. With one thread, a seed gives the same vectors each time; with more,
        ``SkipGram`` and ``CBOW`` give slightly different ones.

    Attributes
    ----------
    vectors_ : WordVectors
        After ``fit``: the vectors, trained or given.
    sif_ : FittedSIF or None
        After ``fit``: what ``method="sif"`` took from the documents.

    Raises
    ------
    MissingPackageError
        From ``import fastvec.sklearn``, if scikit-learn is not installed.

    See Also
    --------
    fastvec.WordVectors.embed : The same without scikit-learn.

    Examples
    --------
    >>> import fastvec as fv
    >>> vectors = fv.WordVectors(["good", "bad", "film"], [[1, 0], [-1, 0], [0, 1]])
    >>> WordVectorizer(vectors=vectors).fit_transform(["A good film!", "Bad", ""])
    array([[ 0.5,  0.5],
           [-1. ,  0. ],
           [ 0. ,  0. ]], dtype=float32)
    >>> WordVectorizer(trainer=fv.LSA(vector_size=2)).set_params(trainer__seed=7).trainer.seed
    7
    """

    def __init__(
        self,
        trainer: Trainer | None = None,
        *,
        vectors: WordVectors | str | os.PathLike[str] | None = None,
        method: Method = "mean",
        tokens: Tokens = "words",
        lowercase: bool = True,
        min_count: int = 1,
        threads: int | None = None,
    ) -> None:
        self.trainer = trainer
        self.vectors = vectors
        self.method = method
        self.tokens = tokens
        self.lowercase = lowercase
        self.min_count = min_count
        self.threads = threads

    def fit(self, X: Iterable[str] | Iterable[Iterable[str]], y: Any = None) -> Self:
        """Train vectors on documents, or take the given ones, and fit SIF to the documents.

        Parameters
        ----------
        X : iterable of str, or of lists of tokens
            The documents: a list, an array of one axis, a Series, a generator.
        y : ignored

        Returns
        -------
        WordVectorizer
            Itself.

        Raises
        ------
        SettingError
            A ValueError: if X are not documents, or a parameter cannot be used.
        CorpusError
            A ValueError: if no word is left to train on, or an item is not a text.

        Examples
        --------
        >>> import fastvec as fv
        >>> texts = ["a tall tree", "a small tree", "a tall house"]
        >>> WordVectorizer(fv.LSA(vector_size=2)).fit(texts).vectors_
        WordVectors(5 words, 2 dimensions)
        """
        documents = _documents(X)
        sif = self._check()
        vectors = self._trained(documents) if self.vectors is None else self._given()
        fitted = sif.fit(vectors, documents, **self._reading()) if sif is not None else None
        self.vectors_, self.sif_ = vectors, fitted  # both or neither
        return self

    def transform(self, X: Iterable[str] | Iterable[Iterable[str]]) -> NDArray[np.float32]:
        """Return the vectors of documents.

        Parameters
        ----------
        X : iterable of str, or of lists of tokens

        Returns
        -------
        float32[n, D]
            Dense; a document without a known word gets zeros. After ``set_output(transform="pandas")`` a
            DataFrame.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before ``fit``.
        SettingError
            A ValueError: if X are not documents.

        Examples
        --------
        >>> import fastvec as fv
        >>> vectors = fv.WordVectors(["good", "film"], [[1, 0], [0, 1]])
        >>> WordVectorizer(vectors=vectors).fit([]).transform([["film"], ["good", "film"]])
        array([[0. , 1. ],
               [0.5, 0.5]], dtype=float32)
        """
        check_is_fitted(self, "vectors_")
        documents = _documents(X)
        if self.sif_ is not None:
            return self.sif_.transform(documents, threads=self.threads)
        embedded: NDArray[np.float32] = self.vectors_.embed(documents, **self._reading())
        return embedded

    def fit_transform(self, X: Iterable[str] | Iterable[Iterable[str]], y: Any = None) -> NDArray[np.float32]:
        """Fit to documents and return their vectors, as ``fit(X).transform(X)``; X may be a generator.

        Parameters
        ----------
        X : iterable of str, or of lists of tokens
        y : ignored

        Raises
        ------
        SettingError, CorpusError
            As for ``fit``.

        Examples
        --------
        >>> import fastvec as fv
        >>> vectors = fv.WordVectors(["good", "film"], [[1, 0], [0, 1]])
        >>> WordVectorizer(vectors=vectors).fit_transform(text for text in ["film"])
        array([[0., 1.]], dtype=float32)
        """
        documents = _documents(X)
        return self.fit(documents, y).transform(documents)

    def set_params(self, **params: Any) -> Self:
        """Set parameters; ``trainer__vector_size=50`` replaces the trainer by a changed one.

        Trainers do not change, so that one may serve several estimators.

        Parameters
        ----------
        **params
            Parameters of this estimator, and settings of its trainer after ``trainer__``.

        Raises
        ------
        ValueError
            If there is no such parameter (a SettingError, for the trainer's).

        Examples
        --------
        >>> WordVectorizer().set_params(trainer__epochs=2, method="sif").trainer.epochs
        2
        """
        nested = {name.removeprefix(NESTED): params[name] for name in params if name.startswith(NESTED)}
        super().set_params(**{name: params[name] for name in params if not name.startswith(NESTED)})
        if nested:
            self.trainer = self._trainer().replace(**nested)
        return self

    def __sklearn_clone__(self) -> Self:
        """Return an unfitted copy that shares the vectors, which do not change and may be gigabytes."""
        bare = copy.copy(self)
        bare.vectors = None
        cloned: Self = super(WordVectorizer, bare).__sklearn_clone__()
        cloned.vectors = self.vectors
        return cloned

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = True, False
        tags.transformer_tags.preserves_dtype = []
        tags.non_deterministic = self.vectors is None and self.threads != 1
        return tags

    @property
    def _n_features_out(self) -> int:
        return int(self.vectors_.vector_size)

    def _check(self) -> SIF | None:
        """Refuse parameters that cannot be used; return the SIF to fit, if any."""
        check_tokens(self.tokens)
        truth("lowercase", self.lowercase)
        whole("min_count", self.min_count, 0)
        resolve_threads(self.threads)
        if isinstance(self.method, SIF):
            return self.method
        if not isinstance(self.method, str) or self.method not in ("mean", "sif"):
            raise SettingError(field="method", expected="'mean', 'sif' or fv.SIF(...)", got=self.method)
        return SIF() if self.method == "sif" else None

    def _trainer(self) -> Trainer:
        if self.trainer is None:
            from fastvec.training.word2vec import SkipGram

            return SkipGram()
        if not isinstance(self.trainer, Trainer):
            expected = "a trainer such as fv.SkipGram(vector_size=50)"
            raise SettingError(field="trainer", expected=expected, got=self.trainer)
        return self.trainer

    def _trained(self, documents: list[Any]) -> WordVectors:
        trainer: Any = self._trainer()
        corpus = Corpus.from_text(iter(documents), min_count=self.min_count, **self._reading())
        trained: WordVectors = trainer.train(corpus, threads=self.threads)
        return trained

    def _given(self) -> WordVectors:
        if self.trainer is not None:
            shown = "both"
            raise SettingError(field="trainer, vectors", expected="one of the two", shown=shown)
        if isinstance(self.vectors, (str, os.PathLike)):
            return WordVectors.load(self.vectors)
        if not isinstance(self.vectors, WordVectors):
            raise SettingError(field="vectors", expected="WordVectors or the path of a file", got=self.vectors)
        return self.vectors

    def _reading(self) -> dict[str, Any]:
        return {"tokens": self.tokens, "lowercase": self.lowercase, "threads": self.threads}


def _documents(X: Any) -> list[Any]:
    """Return documents as a list, which can be read twice."""
    expected = "documents: an iterable of str, or of lists of tokens"
    if isinstance(X, (str, bytes, os.PathLike, dict)) or not hasattr(X, "__iter__"):
        raise SettingError(field="X", expected=expected, got=X, hint="one document is [text]")
    if getattr(X, "ndim", 1) != 1:
        hint = "of a DataFrame, give one column: ColumnTransformer([(name, vectorizer, 'column')])"
        raise SettingError(field="X", expected=expected, got=X, shown=f"{X.ndim} axes", hint=hint)
    return list(X)
