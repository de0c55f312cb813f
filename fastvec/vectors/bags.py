"""Texts as bags of words that have a vector: the rows of the distinct words, and which of them each text holds."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.arrays import check_finite
from fastvec.checks.numbers import truth
from fastvec.errors import SettingError
from fastvec.kernels._text import remap
from fastvec.running.progress import OnProgress
from fastvec.running.workers import resolve_threads
from fastvec.text.building import TextSettings, build
from fastvec.text.corpus import Corpus, check_corpus
from fastvec.text.tokens import Tokens, check_tokens
from fastvec.vectors.lookup import Lookup
from fastvec.vectors.means import means_of

Texts = os.PathLike[str] | Iterable[os.PathLike[str]] | Corpus | Iterable[str] | Iterable[Iterable[str]]


class Bags(NamedTuple):
    """Texts as rows of words.

    Attributes
    ----------
    rows : float32[U, D]
        The vector of each distinct word that has one.
    ids : int64[U]
        Its id in the vocabulary of the vectors; -1 for one that is composed of n-grams.
    tokens : int32[N]
        The row of each token that has a vector.
    offsets : int64[n + 1]
        The tokens of text i are ``tokens[offsets[i] : offsets[i + 1]]``.
    n_unknown : int64[n]
        The tokens of each text that have no vector.
    """

    rows: NDArray[np.float32]
    ids: NDArray[np.int64]
    tokens: NDArray[np.int32]
    offsets: NDArray[np.int64]
    n_unknown: NDArray[np.int64]

    def means(self, weights: NDArray[np.float64] | None = None, *, threads: int | None) -> NDArray[np.float32]:
        """Return the mean over the tokens of each text of weight[word] * row[word], float32[n, D]."""
        rows = self.rows
        if weights is not None:
            rows = rows * weights[:, None].astype(np.float32)
        return means_of(rows, self.offsets, self.tokens, threads=threads)


def bags_of(
    vectors: Lookup,
    texts: Texts,
    *,
    tokens: Tokens,
    lowercase: bool,
    threads: int | None,
    on_progress: OnProgress | None = None,
) -> Bags:
    """Return texts as bags; the arguments are those of :meth:`fastvec.WordVectors.embed`."""
    words, read, ends = _read(texts, tokens, lowercase, resolve_threads(threads), on_progress)
    index = vectors.key_to_index
    ids = np.array([index.get(word, -1) for word in words], np.int64)
    rows, has_vector = _rows_of(vectors, words, ids, threads)
    check_finite("vectors", rows, lambda row: repr(words[row]))
    n_all = np.diff(ends)
    places = np.where(has_vector, np.cumsum(has_vector) - 1, -1).astype(np.int32)
    left = remap(read, ends[1:], places)
    bags = Bags(rows[has_vector], ids[has_vector], read[:left], ends, n_all - np.diff(ends))
    _warn_of_unknown(bags, words, has_vector, lowercase)
    return bags


def _read(
    texts: Texts, tokens: Tokens, lowercase: bool, threads: int, on_progress: OnProgress | None
) -> tuple[list[str], NDArray[np.int32], NDArray[np.int64]]:
    """Return the distinct words, the ids[N] of all tokens, and the ends[n + 1] of texts; all may be changed."""
    check_tokens(tokens)
    truth("lowercase", lowercase)
    if isinstance(texts, Corpus):
        if lowercase or tokens != "whitespace":
            hint = "leave lowercase and tokens out: a corpus has its tokens"
            raise SettingError(field="texts", expected="texts, for these settings", got=texts, hint=hint)
        check_corpus(texts)
        return texts.vocabulary.words, np.array(texts.ids), np.array(texts.offsets)
    if isinstance(texts, (str, bytes, bytearray)):
        hint = "one text is [text]; a file is Path(name)"
        raise SettingError(field="texts", expected="a list of texts", got=texts, hint=hint)
    if isinstance(texts, (list, tuple)) and not any(isinstance(text, os.PathLike) for text in texts):
        texts = iter(texts)  # a text may have the name of a file
    built = build(texts, TextSettings(0, None, tokens, lowercase, None, None, threads), on_progress)
    return built.vocabulary.words, built.ids, built.offsets


def _rows_of(
    vectors: Lookup, words: list[str], ids: NDArray[np.int64], threads: int | None
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return the vectors of words, zeros for those that have none, and which have one."""
    has_vector = ids >= 0
    if has_vector.all():
        return vectors.vectors[ids], has_vector
    rows = np.zeros((len(ids), vectors.vector_size), np.float32)
    rows[has_vector] = vectors.vectors[ids[has_vector]]
    if (ngrams := vectors._ngrams) is not None:
        unknown = np.flatnonzero(~has_vector)
        composed, found = ngrams.compose_many([words[i] for i in unknown.tolist()], threads=threads)
        rows[unknown], has_vector[unknown] = vectors._beside_zeros(composed), found
    return rows, has_vector


def _warn_of_unknown(bags: Bags, words: list[str], has_vector: NDArray[np.bool_], lowercase: bool) -> None:
    """Warn if most tokens have no vector: they may be split otherwise than those that were trained on."""
    n_unknown, n_known = int(bags.n_unknown.sum()), len(bags.tokens)
    if n_unknown > n_known:
        example = words[int(has_vector.argmin())]
        hint = "" if lowercase else "; are the vectors' words split otherwise, or in lower case (lowercase=True)?"
        share = n_unknown / (n_unknown + n_known)
        warnings.warn(f"{share:.0%} of the tokens have no vector, such as {example!r:.80}{hint}", stacklevel=4)
