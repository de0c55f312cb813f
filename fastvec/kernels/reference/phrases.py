"""The phrase kernels in plain Python and NumPy: the specification of `phrases_numba.py`.

Each word has a *role*: 0 if it may begin or end a phrase, -1 if it cannot be in one; for a connector word, which
can only be between two others, its number, 1 .. base - 1. The *partner* of a word is the next word that is not a
connector word, if its role is 0, it is in the same sentence and at most ``most`` connector words are between them.
The pair is the first word and a *key*: the connector words between, as digits of a number in that base, times
2**32 plus the second word. NONE is the key of a word without a partner.

A slice is the tokens [start, end); its first token is in ``sentence``. ``len(ends)`` sentences end in it, and
``ends`` gets the number of tokens written when each ends.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NONE = 2**64 - 1


def tally(ids: NDArray[np.int32], start: int, end: int, tallies: NDArray[np.int64]) -> None:
    """Add the number of occurrences of each word in tokens [start, end) to tallies, int64[V]."""
    np.add.at(tallies, ids[start:end], 1)


def list_partners(
    # in
    ids: NDArray[np.int32],  # [N]
    offsets: NDArray[np.int64],  # [S + 1]
    # scalars
    sentence: int,
    start: int,
    end: int,
    # in
    roles: NDArray[np.int32],  # [V]
    # scalars
    base: int,
    most: int,
    first: int,
    last: int,
    # written
    cursors: NDArray[np.int64],  # [last - first]
    partners: NDArray[np.uint64],
    # scalars
    stop: NDArray[np.uint8],
) -> None:
    """Write the key of each token of role 0 in words [first, last) to where the cursor of its word is."""
    while start < end and not stop[0]:
        sentence_end = int(offsets[sentence + 1])
        for place in range(start, min(sentence_end, end)):
            word = int(ids[place])
            if roles[word] == 0 and first <= word < last:
                partners[cursors[word - first]] = _key(ids, place, sentence_end, roles, base, most)
                cursors[word - first] += 1
        start, sentence = sentence_end, sentence + 1


def _key(
    ids: NDArray[np.int32], place: int, sentence_end: int, roles: NDArray[np.int32], base: int, most: int
) -> int:
    """Return the key of the word at ``place``."""
    between = 0
    for word in ids[place + 1 : min(place + 2 + most, sentence_end)].tolist():
        role = int(roles[word])
        if role <= 0:
            return (between << 32) + word if role == 0 else NONE
        between = between * base + role
    return NONE


def count_rows(
    # in
    partners: NDArray[np.uint64],  # the keys of word `first`, then of the next word, ...
    starts: NDArray[np.int64],  # [last - first + 1], where those of each word begin
    # scalars
    first: int,
    last: int,
    least: int,  # pairs that occur less often are left out
    distinct: int,  # no word has more different keys
    # of the Numba kernel's table, whose slots nobody can foresee; the pairs do not depend on it
    secret: NDArray[np.uint64],  # [2]
    # scratch of the Numba kernel; `owners` is zero before the first of several calls with different words
    slots: NDArray[np.uint64],  # [T], T >= 4 * min(distinct, most keys of a word)
    owners: NDArray[np.int32],  # [T]
    sums: NDArray[np.int64],  # [T]
    used: NDArray[np.int32],  # [T]
    # written
    rows: NDArray[np.int32],  # [keys // least]
    keys: NDArray[np.uint64],
    counts: NDArray[np.int64],
    # scalars
    stop: NDArray[np.uint8],
) -> int:
    """Count the pairs whose first word is in [first, last), in the order of words; return how many there are.

    The pairs of one word are in any order.
    """
    n = 0
    for row in range(first, last):
        if stop[0]:
            return n
        found, times = np.unique(partners[starts[row - first] : starts[row - first + 1]], return_counts=True)
        kept = (times >= least) & (found != NONE)
        n_kept = int(kept.sum())
        rows[n : n + n_kept] = row
        keys[n : n + n_kept] = found[kept]
        counts[n : n + n_kept] = times[kept]
        n += n_kept
    return n


def _phrase_at(
    ids: NDArray[np.int32],
    place: int,
    sentence_end: int,
    roles: NDArray[np.int32],
    base: int,
    most: int,
    starts: NDArray[np.int64],
    keys: NDArray[np.uint64],
) -> int:
    """Return the phrase that the words from ``place`` on, the first of role 0, may join to, or -1."""
    word = int(ids[place])
    key = _key(ids, place, sentence_end, roles, base, most)
    found = np.flatnonzero(keys[starts[word] : starts[word + 1]] == key)
    return int(starts[word] + found[0]) if len(found) else -1


def find_cut(
    # in
    ids: NDArray[np.int32],
    # scalars
    place: int,
    sentence_end: int,
    # in
    roles: NDArray[np.int32],  # none is -1
    # scalars
    base: int,
    most: int,
    # in
    starts: NDArray[np.int64],
    keys: NDArray[np.uint64],
    lengths: NDArray[np.int32],
    # scalars
    stop: NDArray[np.uint8],
) -> int:
    """Return the first place from ``place`` on, or soon after, that no phrase can cross.

    Whether :func:`join` joins a pair depends on the pair before, so a slice may begin only where the words before
    and after cannot be a phrase.
    """
    while place < sentence_end and roles[ids[place]] > 0:
        place += 1
    while place < sentence_end and not stop[0]:
        phrase = _phrase_at(ids, place, sentence_end, roles, base, most, starts, keys)
        if phrase < 0:
            return place + 1
        place += int(lengths[phrase]) - 1
    return place


def join(
    # in
    ids: NDArray[np.int32],
    offsets: NDArray[np.int64],
    # scalars
    sentence: int,
    start: int,
    end: int,
    # in
    roles: NDArray[np.int32],  # none is -1
    # scalars
    base: int,
    most: int,
    # tables
    starts: NDArray[np.int64],  # [V + 1], where the phrases of each first word begin in the three below
    keys: NDArray[np.uint64],  # sorted for each word
    lengths: NDArray[np.int32],  # words of a phrase
    nodes: NDArray[np.int32],  # its id
    # written
    out: NDArray[np.int32],  # [end - start]
    ends: NDArray[np.int64],
    # scalars
    stop: NDArray[np.uint8],
) -> int:
    """Replace phrases by their ids, greedily from left to right; return the number of tokens written."""
    n = 0
    for k in range(len(ends) + 1):
        if stop[0] or (k == len(ends) and start == end):
            return n
        sentence_end = int(offsets[sentence + k + 1])
        while start < min(sentence_end, end):
            word, phrase = int(ids[start]), -1
            if roles[word] == 0:
                phrase = _phrase_at(ids, start, sentence_end, roles, base, most, starts, keys)
            out[n] = word if phrase < 0 else nodes[phrase]
            start += 1 if phrase < 0 else int(lengths[phrase])
            n += 1
        if k < len(ends):
            ends[k] = n
    return n


def spell(
    # in
    ids: NDArray[np.int32],
    offsets: NDArray[np.int64],
    # scalars
    sentence: int,
    start: int,
    end: int,
    # tables
    starts: NDArray[np.int64],  # [V + 1]
    pieces: NDArray[np.int32],  # id i becomes pieces[starts[i]:starts[i + 1]], perhaps none
    # written
    out: NDArray[np.int32],
    ends: NDArray[np.int64],
    # scalars
    stop: NDArray[np.uint8],
) -> int:
    """Replace each id by its pieces; return the number of tokens written."""
    n = 0
    for k in range(len(ends) + 1):
        stretch_end = int(offsets[sentence + k + 1]) if k < len(ends) else end
        for word in ids[start:stretch_end].tolist():
            if stop[0]:
                return n
            part = pieces[starts[word] : starts[word + 1]]
            out[n : n + len(part)] = part
            n += len(part)
        if k < len(ends):
            ends[k] = n
        start = stretch_end
    return n
