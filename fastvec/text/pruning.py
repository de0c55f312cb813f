"""Pruning: the vocabulary of a text from its distinct words, and the new id of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError, SettingError
from fastvec.kernels._text import frequency_order
from fastvec.text.vocabulary import Vocabulary
from fastvec.text.words import Words

Normalize = Callable[[str], str | None]


class PrunedVocabulary(NamedTuple):
    """A vocabulary, new_ids int32[distinct words] (-1: left out) and the number of tokens that stay."""

    vocabulary: Vocabulary
    new_ids: NDArray[np.int32]
    n_kept: int


def prune_vocabulary(
    counts: NDArray[np.int64],
    words: Words,
    *,
    lowercase: bool,
    normalize: Normalize | None,
    vocabulary: Vocabulary | None,
    min_count: int,
    max_size: int | None,
) -> PrunedVocabulary:
    """Normalise each distinct word once, and keep the words that the settings ask for.

    Parameters
    ----------
    counts : int64[W]
        How often each distinct word of the text occurs.
    words : Words
    lowercase, normalize, vocabulary, min_count, max_size
        As for :meth:`fastvec.Corpus.from_text`; ``min_count=0`` keeps all words, even if there are none.

    Raises
    ------
    CorpusError
        If no word is left.
    SettingError
        If ``normalize`` returned neither a str nor None.
    """
    as_they_are = not lowercase and normalize is None
    # rare words are not decoded, unless several may become one word
    at_least = min_count if as_they_are and vocabulary is None else 0
    first = np.flatnonzero(counts >= at_least)
    words, all_counts, counts = words.take(first), counts, counts[first]
    merged = None
    if not as_they_are:
        changed, merged = _changed(words.decoded(), lowercase, normalize)
        words, counts = Words.of(changed), _added_up(counts, merged, len(changed))
    if vocabulary is None:
        vocabulary, final = _most_frequent(words.comparable(), counts, min_count, max_size)
        if not len(vocabulary) and min_count > 0:
            raise _empty(len(all_counts), all_counts if as_they_are else counts, min_count)
    else:
        index = vocabulary.index
        final = np.array([index.get(word, -1) for word in words.decoded()], np.int32)
    new_ids = np.full(len(all_counts), -1, np.int32)
    new_ids[first] = final if merged is None else np.append(final, np.int32(-1))[merged]  # -1, the last, stays
    return PrunedVocabulary(vocabulary, new_ids, int(all_counts[new_ids >= 0].sum()))


def _most_frequent(
    words: Words, counts: NDArray[np.int64], min_count: int, max_size: int | None
) -> tuple[Vocabulary, NDArray[np.int32]]:
    """Return the vocabulary, and the id of each word in it (-1: left out)."""
    order = frequency_order(counts, words.starts, words.text)
    order = order[: np.count_nonzero(counts >= min_count)][:max_size]
    final = np.full(len(counts), -1, np.int32)
    final[order] = np.arange(len(order), dtype=np.int32)
    return Vocabulary._of_distinct(words.take(order).decoded(), counts[order]), final


def _added_up(counts: NDArray[np.int64], places: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    sums = np.zeros(n, np.int64)
    np.add.at(sums, places[places >= 0], counts[places >= 0])
    return sums


def _changed(
    words: Iterable[str], lowercase: bool, normalize: Normalize | None
) -> tuple[list[str], NDArray[np.int64]]:
    """Return the distinct changed words, and the index of each word among them (-1: dropped)."""
    places: dict[str, int] = {}
    merged = []
    for word in words:
        changed: str | None = word.lower() if lowercase else word
        if normalize is not None:
            changed = normalize(changed)  # type: ignore[arg-type]
            if changed is not None and not isinstance(changed, str):
                hint = f"it was called with {word!r:.80}"
                expected = "a function that returns a str or None"
                raise SettingError(field="normalize", expected=expected, got=changed, hint=hint)
        merged.append(places.setdefault(changed, len(places)) if changed else -1)
    return list(places), np.array(merged, np.int64)


def _empty(n_distinct: int, counts: NDArray[np.int64], min_count: int) -> CorpusError:
    """Return the error for a vocabulary without words: of ``n_distinct`` words, with ``counts`` once changed."""
    if n_distinct == 0:
        return CorpusError("source: it holds no words", field="source")
    if len(counts) == 0:
        return CorpusError("normalize: it dropped every word", field="normalize")
    highest = np.sort(counts)[::-1]
    kept = min(100, len(highest))
    return CorpusError(
        field="min_count",
        expected=f"at most {highest[0]:,}, the highest count",
        got=min_count,
        hint=f"min_count={highest[kept - 1]} would keep {'100 words' if kept == 100 else f'all {kept}'}",
    )
