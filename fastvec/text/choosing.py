"""The distinct words of a text -> its vocabulary, and where each word went."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError, SettingError
from fastvec.text.vocabulary import Vocabulary, frequency_order

Normalize = Callable[[str], str | None]


class Chosen(NamedTuple):
    """A vocabulary, new_ids int32[distinct words] (-1: left out) and how many tokens stay."""

    vocabulary: Vocabulary
    new_ids: NDArray[np.int32]
    n_kept: int


def choose(
    counts: NDArray[np.int64],
    starts: NDArray[np.int64],
    text: NDArray[np.uint8],
    *,
    lowercase: bool,
    normalize: Normalize | None,
    vocabulary: Vocabulary | None,
    min_count: int,
    max_size: int | None,
) -> Chosen:
    """Decode the distinct words, change each once, and keep those that the settings ask for.

    Parameters
    ----------
    counts : int64[W]
        How often each distinct word of the text comes.
    starts : int64[W + 1], text : uint8[...]
        Word ``i`` is ``text[starts[i]:starts[i + 1]]``.
    lowercase, normalize, vocabulary, min_count, max_size
        As for :meth:`fastvec.Corpus.from_text`.

    Raises
    ------
    CorpusError
        No word is left.
    SettingError
        ``normalize`` returned neither a str nor None.
    """
    as_they_are = not lowercase and normalize is None
    # words too rare are not even decoded; if they may become one word, all must be
    at_least = min_count if as_they_are and vocabulary is None else 0
    first = np.flatnonzero(counts >= at_least)
    words = _decoded(first, starts, text)
    merged, n_merged = np.arange(len(first)), len(first)
    if not as_they_are:
        words, merged = _changed(words, lowercase, normalize)
        n_merged = len(words)
    merged_counts = np.zeros(n_merged, np.int64)
    np.add.at(merged_counts, merged[merged >= 0], counts[first][merged >= 0])
    if vocabulary is None:
        order = frequency_order(words, merged_counts, min_count, max_size)
        if not len(order):
            raise _empty(len(counts), counts if as_they_are else merged_counts, min_count)
        vocabulary = Vocabulary.of_distinct([words[i] for i in order], merged_counts[order])
        final = np.full(n_merged + 1, -1, np.int32)  # place -1, the last, stays -1
        final[order] = np.arange(len(order), dtype=np.int32)
    else:
        index = vocabulary.index
        final = np.array([*(index.get(word, -1) for word in words), -1], np.int32)
    new_ids = np.full(len(counts), -1, np.int32)
    new_ids[first] = final[merged]
    return Chosen(vocabulary, new_ids, int(counts[new_ids >= 0].sum()))


def _decoded(ids: NDArray[np.int64], starts: NDArray[np.int64], text: NDArray[np.uint8]) -> list[str]:
    data = text.tobytes()
    bounds = zip(starts[ids].tolist(), starts[ids + 1].tolist(), strict=True)
    return [data[start:end].decode("utf-8", "surrogateescape") for start, end in bounds]


def _changed(
    words: Iterable[str], lowercase: bool, normalize: Normalize | None
) -> tuple[list[str], NDArray[np.int64]]:
    """The distinct changed words, and the place of each word's among them (-1: dropped)."""
    places: dict[str, int] = {}
    merged = []
    for word in words:
        changed: str | None = word.lower() if lowercase else word
        if normalize is not None:
            changed = normalize(changed)  # type: ignore[arg-type]
            if changed is not None and not isinstance(changed, str):
                raise SettingError(
                    f"normalize: expected it to return a str or None, got {changed!r:.80} for {word!r:.80}",
                    field="normalize", expected="str or None", found=changed,
                )  # fmt: skip
        merged.append(places.setdefault(changed, len(places)) if changed else -1)
    return list(places), np.array(merged, np.int64)


def _empty(n_distinct: int, counts: NDArray[np.int64], min_count: int) -> CorpusError:
    """Why no word is left of ``n_distinct`` ones, which came ``counts`` times after they were changed."""
    if n_distinct == 0:
        return CorpusError("source: it holds no words", field="source", expected="words", found=0)
    if len(counts) == 0:
        return CorpusError("normalize: it dropped every word", field="normalize", found=n_distinct)
    highest = np.sort(counts)[::-1]
    kept = min(100, len(highest))
    return CorpusError(
        f"min_count={min_count} leaves no word: the highest count is {highest[0]:,}; "
        f"min_count={highest[kept - 1]} would keep {'100 words' if kept == 100 else f'all {kept}'}",
        field="min_count", expected=f"<= {highest[0]}", found=min_count,
    )  # fmt: skip
