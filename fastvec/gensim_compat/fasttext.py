"""FastText, as in gensim.models.fasttext."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from fastvec.errors import SettingError, UnknownWordError
from fastvec.gensim_compat import storage
from fastvec.gensim_compat.arguments import checked
from fastvec.gensim_compat.engine import Weights
from fastvec.gensim_compat.keyedvectors import KeyedVectors
from fastvec.gensim_compat.names import tell_renamed
from fastvec.gensim_compat.word2vec import Word2Vec
from fastvec.io.decompression import type_of_path
from fastvec.kernels.random import stream
from fastvec.text.subwords import Subwords
from fastvec.training.composition import Composition
from fastvec.training.initialization import starting_rows
from fastvec.vectors.subwords import SubwordVectors
from fastvec.vectors.word_vectors import WordVectors


class FastTextKeyedVectors(KeyedVectors):
    """Vectors of words that are composed of their n-grams, so that words never seen have some too.

    Parameters
    ----------
    vector_size : int
    min_n, max_n : int
        Characters of the shortest and the longest n-gram.
    bucket : int
        Rows that n-grams are hashed into; 0: there are none. Only those in use take memory.
    count, dtype
        As for KeyedVectors.

    Attributes
    ----------
    vectors : float32[V, D]
        The mean of the rows of each word; ``adjust_vectors()`` computes it anew.
    vectors_vocab : float32[V, D]
        The words' own rows.
    vectors_ngrams : float32[bucket, D]
        The rows of n-grams; zeros, read-only, where some buckets are not in use. It can be set.
    vectors_vocab_lockf, vectors_ngrams_lockf : float32[1]
        Ones: rows that words share cannot be locked.

    Examples
    --------
    >>> from fastvec.gensim_compat import FastText
    >>> sentences = [["the", "king", "rules"], ["the", "queen", "rules"]] * 50
    >>> wv = FastText(sentences, vector_size=8, min_count=1, sample=0, bucket=1000, workers=1).wv
    >>> "kings" in wv.key_to_index, wv["kings"].shape, wv.vectors_ngrams.shape
    (False, (8,), (1000, 8))
    """

    def __init__(
        self, vector_size: int, min_n: int = 3, max_n: int = 6, bucket: int = 2_000_000, count: int = 0,
        dtype: DTypeLike = np.float32,
    ) -> None:  # fmt: skip
        super().__init__(vector_size, count, dtype)
        self.min_n, self.max_n, self.bucket = min_n, max_n, bucket
        self.compatible_hash = True
        self.vectors_vocab_lockf = np.ones(1, np.float32)
        self.vectors_ngrams_lockf = np.ones(1, np.float32)
        self._rows_of_all = np.zeros((count, vector_size), np.float32)  # of words, then of the buckets in use
        self._buckets = np.empty(0, np.int32)

    @property
    def subwords(self) -> Subwords | None:
        """The n-grams, as fastvec has them; None if there are none."""
        if self.bucket < 1 or self.max_n < max(1, self.min_n):
            return None
        return Subwords(min_n=self.min_n, max_n=self.max_n, buckets=self.bucket)

    @property
    def subword_vectors(self) -> SubwordVectors | None:
        """The rows of words and n-grams, as fastvec has them."""
        settings = self.subwords
        return None if settings is None else SubwordVectors(settings, self._rows_of_all, self._buckets)

    @property
    def vectors_vocab(self) -> NDArray[np.float32]:
        """The words' own rows, float32[V, D]."""
        return self.vectors if self.subwords is None else self._rows_of_all[: self._n_words]

    @property
    def _n_words(self) -> int:
        return len(self._rows_of_all) - len(self._buckets)

    @property
    def vectors_ngrams(self) -> NDArray[np.float32]:
        """The rows of all buckets, float32[bucket, D]."""
        used = self._rows_of_all[self._n_words :]
        if len(self._buckets) == self.bucket:
            return used
        rows = np.zeros((self.bucket, self.vector_size), np.float32)
        rows[self._buckets] = used
        rows.flags.writeable = False  # what is written to it would be lost
        return rows

    @vectors_ngrams.setter
    def vectors_ngrams(self, rows: ArrayLike) -> None:
        given = np.asarray(rows, np.float32)
        if given.shape != (self.bucket, self.vector_size):
            expected = f"float32[{self.bucket}, {self.vector_size}]"
            raise SettingError(field="vectors_ngrams", expected=expected, got=given)
        self.set_rows(np.concatenate([self.vectors_vocab, given]), np.arange(self.bucket, dtype=np.int32))

    def set_rows(self, rows: NDArray[np.float32], buckets: NDArray[np.int32]) -> None:
        """Take the rows of all words and of some buckets, and compose the vectors of words."""
        self._rows_of_all, self._buckets = rows, buckets
        self.adjust_vectors()

    def adjust_vectors(self) -> None:
        """Compose the vectors of all words anew of their rows."""
        composed = self.subword_vectors
        if composed is not None:
            self.vectors = composed.of_words(self.names())
        self.forget()

    def composition(self) -> Composition | None:
        """Return which rows each word is composed of."""
        settings, composed = self.subwords, self.subword_vectors
        if settings is None or composed is None:
            return None
        offsets, rows = settings.rows(self.names())
        ngrams = rows >= len(self)
        rows[ngrams] = composed.rows_of(rows[ngrams] - np.int32(len(self)))
        return Composition(settings, offsets, rows, self._buckets)

    def __contains__(self, word: Any) -> bool:
        return word in self.key_to_index if self.subwords is None else True

    def get_vector(self, word: Any, norm: bool = False) -> NDArray[np.float32]:
        """Return the vector[D] of a word, an id, or a word never seen, of its n-grams: zeros if it has none."""
        if self.get_index(word, -1) >= 0:
            return super().get_vector(word, norm)
        composed = self.subword_vectors
        if composed is None or not isinstance(word, str):
            raise UnknownWordError(word, self.names(), "Key not present:")
        row = composed.compose(word)
        row = np.zeros(self.vector_size, np.float32) if row is None else row
        return self.unit_row(row) if norm else row

    def get_sentence_vector(self, sentence: Sequence[str]) -> NDArray[np.float32]:
        """Return the mean of the vectors of words, each at length 1."""
        return self.get_mean_vector(sentence)

    def _grow(self) -> None:
        super()._grow()
        more = len(self.index_to_key) - self._n_words
        if more > 0 and self.subwords is not None:
            words, ngrams = self._rows_of_all[: self._n_words], self._rows_of_all[self._n_words :]
            self._rows_of_all = np.concatenate([words, np.zeros((more, self.vector_size), np.float32), ngrams])

    def _reorder(self, order: NDArray[np.int64]) -> None:
        super()._reorder(order)
        if self.subwords is not None:
            self._rows_of_all[: len(order)] = self._rows_of_all[order]

    def recalc_char_ngram_buckets(self) -> None:
        """Do nothing: n-grams are found when they are needed."""

    def save(self, fname: type_of_path, *_: Any, **__: Any) -> None:
        """Write one file, all or nothing; see :meth:`KeyedVectors.save`."""
        storage.save_vectors(self, fname, subwords=self.subword_vectors)

    @classmethod
    def _of(cls, found: WordVectors) -> Self:
        composed = found.subwords
        settings = Subwords(max_n=0, min_n=0) if composed is None else composed.settings
        kv = cls(found.word_vectors.shape[1], settings.min_n, settings.max_n, settings.buckets)
        kv.vectors = found.word_vectors
        kv._rows_of_all = np.array(found.word_vectors)
        if composed is not None:
            kv._rows_of_all, kv._buckets = np.array(composed.rows), np.array(composed.buckets)
        return kv


class FastText(Word2Vec):
    """fastText's n-grams with gensim's arguments and attributes, trained by fastvec's trainers with ``subwords``.

    Parameters
    ----------
    min_n, max_n : int
        Characters of the shortest and the longest n-gram.
    bucket : int
        Rows that n-grams are hashed into; 0: none. Only those that occur take memory.
    word_ngrams : int
        It changes nothing.
    **others
        As for :class:`Word2Vec`.

    Attributes
    ----------
    wv : FastTextKeyedVectors

    Examples
    --------
    >>> from fastvec.gensim_compat import FastText
    >>> sentences = [["the", "king", "rules"], ["the", "queen", "rules"]] * 50
    >>> model = FastText(sentences, vector_size=8, min_count=1, sample=0, bucket=1000, workers=1)
    >>> model.wv.similarity("king", "kings") > model.wv.similarity("king", "rules")
    True
    """

    _vectors: ClassVar[type[KeyedVectors]] = FastTextKeyedVectors
    wv: FastTextKeyedVectors

    def __init__(
        self, sentences: Iterable[Any] | None = None, corpus_file: Any = None, sg: int = 0, hs: int = 0,
        vector_size: int = 100, alpha: float = 0.025, window: int = 5, min_count: int = 5,
        max_vocab_size: int | None = None, word_ngrams: int = 1, sample: float = 1e-3, seed: int = 1,
        workers: int = 3, min_alpha: float = 0.0001, negative: int = 5, ns_exponent: float = 0.75,
        cbow_mean: int = 1, hashfxn: Any = hash, epochs: int = 5, null_word: int = 0, min_n: int = 3,
        max_n: int = 6, sorted_vocab: int = 1, bucket: int = 2_000_000, trim_rule: Any = None,
        batch_words: int = 10_000, callbacks: Iterable[Any] = (), max_final_vocab: int | None = None,
        shrink_windows: bool = True, **others: Any,
    ) -> None:  # fmt: skip
        given = {name: value for name, value in locals().items() if name not in ("self", "others", "__class__")}
        self._ngrams = checked({name: given.pop(name) for name in ("min_n", "max_n", "bucket")})
        given.pop("word_ngrams")
        super().__init__(**given, **others)

    @classmethod
    def load_fasttext_format(cls, model_file: type_of_path, encoding: str = "utf-8") -> FastText:
        """Do what gensim 3 did under this name; see :func:`load_facebook_model`."""
        tell_renamed("FastText.load_fasttext_format", "load_facebook_model")
        return load_facebook_model(model_file, encoding)

    def _new_vectors(self, given: dict[str, Any]) -> KeyedVectors:
        return FastTextKeyedVectors(self.vector_size, **self._ngrams)

    def _subwords(self) -> Subwords | None:
        return self.wv.subwords

    def _make_weights(self, n_old: int) -> None:
        wv, size, settings = self.wv, self.vector_size, self.wv.subwords
        if settings is None:
            super()._make_weights(n_old)
            return
        old = None
        if n_old:
            rows = np.ascontiguousarray(wv._rows_of_all)
            composed = SubwordVectors(settings, rows, wv._buckets)
            old = WordVectors(wv.names()[:n_old], rows[:n_old], subwords=composed)
        start = starting_rows(old, self._vocabulary(), size, stream=stream(self.seed), subwords=settings)
        assert start.composition is not None
        wv.set_rows(np.ascontiguousarray(start.W_in[:, :size]), start.composition.buckets)
        self._make_outputs(n_old)

    def _weights(self) -> Weights:
        wv, weights = self.wv, super()._weights()
        composition = wv.composition()
        if composition is None:
            return weights
        factors = np.concatenate([wv.vectors_lockf, wv.vectors_vocab_lockf, wv.vectors_ngrams_lockf])
        return Weights(wv._rows_of_all, weights.syn1neg, weights.syn1, composition, factors, wv.tree)

    def _trained(self, loss: float, rate: float) -> None:
        super()._trained(loss, rate)
        self.wv.adjust_vectors()

    def _others(self) -> dict[str, Any]:
        return super()._others() | {"subwords": self.wv.subword_vectors}


def load_facebook_model(path: type_of_path, encoding: str = "utf-8") -> FastText:
    """Read a ``.bin`` of fastText, so that training can go on.

    Parameters
    ----------
    path : path
    encoding : str
        Of its words.

    Raises
    ------
    FormatError
        If it is damaged, or of another format.
    NotImplementedError
        If it is a supervised model.
    """
    found = _of_facebook(path, encoding)
    settings = dict(found.settings)
    of_tree = settings.get("loss") == "hierarchical_softmax"
    known = {
        "window": settings["window"], "epochs": settings["epochs"], "min_count": settings["min_count"],
        "negative": settings["negative"], "sample": settings["sample"], "hs": int(of_tree),
        "sg": int(settings["model"] == "SkipGram"),
    }  # fmt: skip
    if not (known["hs"] or known["negative"]):
        known["negative"] = 5
    return FastText._of(found, known, found.output_nodes)


def load_facebook_vectors(path: type_of_path, encoding: str = "utf-8") -> FastTextKeyedVectors:
    """Read the vectors of a ``.bin`` of fastText, without its output rows.

    Parameters
    ----------
    path : path
    encoding : str
        Of its words.
    """
    return storage.vectors_of(FastTextKeyedVectors, _of_facebook(path, encoding))


def save_facebook_model(
    model: FastText, path: type_of_path, encoding: str = "utf-8", lr_update_rate: int = 100, word_ngrams: int = 1
) -> None:
    """Write a ``.bin`` of fastText, which its own program reads too.

    Parameters
    ----------
    model : FastText
    path : path
    encoding, lr_update_rate, word_ngrams
        They change nothing: words are written in UTF-8.

    Raises
    ------
    SettingError
        If a word cannot be written.
    """
    others = model._others()
    settings = others["settings"] | {"min_count": model.min_count, "epochs": model.epochs}
    if model.hs:  # as in gensim, which writes one output layer
        settings["loss"] = "hierarchical_softmax"
    vectors = WordVectors(
        model.wv.names(), model.wv.vectors, counts=model.wv._counts(), **others | {"settings": settings}
    )
    vectors.save(path, format="fasttext")


def _of_facebook(path: type_of_path, encoding: str) -> WordVectors:
    """Return what a ``.bin`` holds, with its words read as ``encoding``."""
    found = WordVectors.load(path, format="fasttext")
    if found.settings["model"] == "supervised":
        raise NotImplementedError(f"{path}: a supervised model; only models of words can be read")
    if encoding.lower().replace("-", "") == "utf8":
        return found
    words = [word.encode("utf-8", "surrogateescape").decode(encoding) for word in found.index_to_key]
    return WordVectors(
        words, found.word_vectors, context_vectors=found.context_vectors, output_nodes=found.output_nodes,
        counts=found.counts, settings=found.settings, subwords=copy.copy(found.subwords),
    )  # fmt: skip
