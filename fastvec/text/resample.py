"""Resamples: a corpus of documents drawn from another one, with replacement."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.arrays import check_offsets, integers
from fastvec.checks.changes import text_changed
from fastvec.errors import SettingError
from fastvec.text.building import Built
from fastvec.text.corpus import Corpus
from fastvec.text.vocabulary import Vocabulary

TOKENS_AT_ONCE = 1 << 20  # copied: their places take 8 MiB


def document_bounds(documents: ArrayLike | None, n_sentences: int) -> NDArray[np.int64]:
    """Return the first sentence of each document and the end of the last, int64[M + 1].

    Parameters
    ----------
    documents : int[M + 1] or None
        From 0 to the number of sentences, never decreasing. None: each sentence is a document.
    n_sentences : int

    Raises
    ------
    SettingError
        If they are other numbers, or there is no document.

    Examples
    --------
    >>> document_bounds(None, 3).tolist(), document_bounds([0, 2, 3], 3).tolist()
    ([0, 1, 2, 3], [0, 2, 3])
    """
    if documents is None:
        return np.arange(n_sentences + 1)
    bounds: NDArray[np.int64] = integers("documents", documents, np.int64)
    try:
        check_offsets(bounds, n_sentences, SettingError)
    except SettingError as error:
        message = str(error).removeprefix("offsets: ")
        raise SettingError(
            f"documents: {message}; document d has the sentences documents[d] to documents[d + 1] - 1",
            field="documents",
            got=documents,
        ) from None
    return bounds


def resampled(corpus: Corpus, bounds: NDArray[np.int64], drawn: NDArray[np.int64]) -> Corpus:
    """Return a corpus of drawn documents, in the order in which they were drawn.

    Parameters
    ----------
    corpus : Corpus
    bounds : int64[M + 1]
        Document d has the sentences ``bounds[d]`` to ``bounds[d + 1] - 1``.
    drawn : int64[any number]
        Numbers of documents. One that is there twice is in the result twice.

    Returns
    -------
    Corpus
        Its vocabulary has the words that occur in it, in the order of the corpus, with their counts in it. It has
        its own copy of the ids (4 bytes a token) and, while it is made, 32 bytes a sentence.

    Raises
    ------
    CorpusError
        If ids or offsets are out of range: a mapped file was overwritten since it was checked.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["a b", "c", "a c"], min_count=1)
    >>> again = resampled(corpus, document_bounds(None, 3), np.array([2, 2, 1]))
    >>> list(again), again.vocabulary.words, again.vocabulary.counts.tolist()
    ([['a', 'c'], ['a', 'c'], ['c']], ['a', 'c'], [2, 3])
    """
    sentences = _ranges(bounds[drawn], bounds[drawn + 1] - bounds[drawn])
    starts = corpus.offsets[sentences]
    ends = corpus.offsets[sentences + 1]
    if starts.min(initial=0) < 0 or (ends < starts).any() or ends.max(initial=0) > corpus.n_tokens:
        raise text_changed()
    lengths = ends - starts
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    ids = np.empty(offsets[-1], np.int32)
    counts = np.zeros(len(corpus.vocabulary), np.int64)
    for part in _parts(offsets):
        tokens = slice(offsets[part.start], offsets[part.stop])
        ids[tokens] = corpus.ids[_ranges(starts[part], lengths[part])]
        if ids[tokens].min(initial=0) < 0 or ids[tokens].max(initial=0) >= len(counts):
            raise text_changed()
        counts += np.bincount(ids[tokens], minlength=len(counts))
    occurring = np.flatnonzero(counts)
    if len(occurring) < len(counts):
        new_ids = np.zeros(len(counts), np.int32)
        new_ids[occurring] = np.arange(len(occurring))
        for start in range(0, len(ids), TOKENS_AT_ONCE):
            ids[start : start + TOKENS_AT_ONCE] = new_ids[ids[start : start + TOKENS_AT_ONCE]]
    words = corpus.vocabulary.words
    vocabulary = Vocabulary([words[i] for i in occurring.tolist()], counts[occurring])
    return Corpus._of(Built(ids, offsets, vocabulary, 0, None))


def _parts(offsets: NDArray[np.int64]) -> Iterator[slice]:
    """Yield sentences, from one to another, with about TOKENS_AT_ONCE tokens or one sentence that has more."""
    last = len(offsets) - 1
    cuts = np.searchsorted(offsets, np.arange(TOKENS_AT_ONCE, int(offsets[-1]), TOKENS_AT_ONCE))
    ends = np.unique([0, *cuts.tolist(), last]).tolist()
    return (slice(start, end) for start, end in pairwise(ends))


def _ranges(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers from each start on, so many of them, one range after the other."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))
