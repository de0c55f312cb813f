"""Phrases in Numba: pairs listed by their first word, counted, joined; `reference/phrases.py` specifies them.

Pairs are listed by their first word and then counted row by row, in a table that mostly fits the L2 cache. One
table for all pairs of a text takes 1.5 times as long, and threads could not share it. Words can be chosen so that
100,000 partners of one all meet in it (20 s); such a row is counted once more, by a hash with a random key.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fastvec.kernels.numba_types import (
    INT32_IN,
    INT32_OUT,
    INT64_IN,
    INT64_OUT,
    UINT8_IN,
    UINT64_IN,
    UINT64_OUT,
    compiled,
)

NONE = 2**64 - 1
SPREAD = 0x9E3779B97F4A7C15  # 2**64 / golden ratio: Fibonacci hashing (Knuth, volume 3, 6.4)
STEPS = 4  # to other slots that the search for a key may take on average: 0.5 at random ...
STEPS_AT_LEAST = 1000  # ... in a row of any length
NUMBER = types.int64


@compiled(types.void(INT32_IN, NUMBER, NUMBER, INT64_OUT))
def tally(ids, start, end, tallies):  # type: ignore[no-untyped-def]
    """Count each word in tokens [start, end)."""
    for place in range(start, end):
        tallies[ids[place]] += 1


@compiled(
    types.void(
        INT32_IN, INT64_IN, NUMBER, NUMBER, NUMBER, INT32_IN, NUMBER, NUMBER, NUMBER, NUMBER,
        INT64_OUT, UINT64_OUT, UINT8_IN,
    )
)  # fmt: skip
def list_partners(  # type: ignore[no-untyped-def]
    ids, offsets, sentence, start, end, roles, base, most, first, last, cursors, partners, stop
):
    """Write the key of each token of role 0 in words [first, last) to where the cursor of its word is."""
    while start < end and not stop[0]:
        sentence_end = offsets[sentence + 1]
        for place in range(start, min(sentence_end, end)):
            word = ids[place]
            if roles[word] != 0 or word < first or word >= last:
                continue
            key, between = np.uint64(NONE), 0
            # written out: in a separate function it takes twice the time, inlined by Numba or not
            for after in range(place + 1, min(place + 2 + most, sentence_end)):
                role = roles[ids[after]]
                if role == 0:
                    key = np.uint64(between << 32 | np.int64(ids[after]))
                    break
                if role < 0:
                    break
                between = between * base + role
            cursor = cursors[word - first]
            partners[cursor] = key
            cursors[word - first] = cursor + 1
        start = sentence_end
        sentence += 1


@compiled(NUMBER(types.uint64, NUMBER), inline="always")
def home(key, shift):  # type: ignore[no-untyped-def]
    """Return the slot at which the search for a key begins."""
    return np.int64((key * np.uint64(SPREAD)) >> np.uint64(shift))


@compiled(NUMBER(types.uint64, NUMBER, types.uint64, types.uint64), inline="always")
def keyed_home(key, shift, add, factor):  # type: ignore[no-untyped-def]
    """Return it where words may have been chosen so that all begin at the same slot: nobody can foresee this one.

    It takes a fifth longer than the other, and finds words by frequency a third more often in the way.
    """
    mixed = (key ^ add) * factor
    return home(mixed ^ (mixed >> np.uint64(32)), shift)


@compiled(
    NUMBER(
        UINT64_IN, INT64_IN, NUMBER, NUMBER, NUMBER, NUMBER, UINT64_IN,
        UINT64_OUT, INT32_OUT, INT64_OUT, INT32_OUT, INT32_OUT, UINT64_OUT, INT64_OUT, UINT8_IN,
    )
)  # fmt: skip
def count_rows(  # type: ignore[no-untyped-def]
    partners, starts, first, last, least, distinct, secret, slots, owners, sums, used, rows, keys, counts, stop
):
    """Count the pairs whose first word is in [first, last), and return how many there are."""
    n, add, factor = 0, secret[0], secret[1] | np.uint64(1)
    for row in range(first, last):
        if stop[0]:
            return n
        start, end = starts[row - first], starts[row - first + 1]
        if end - start < least:
            continue
        size, shift = 2, 63
        while size < 2 * min(end - start, distinct):
            size, shift = 2 * size, shift - 1
        keyed, steps, most = False, 0, STEPS * (end - start) + STEPS_AT_LEAST
        n_used, k = 0, start
        while k < end:
            key = partners[k]
            k += 1
            if key == np.uint64(NONE):
                continue
            slot = keyed_home(key, shift, add, factor) if keyed else home(key, shift)
            while owners[slot] == row + 1 and slots[slot] != key and steps < most:
                slot = (slot + 1) & (size - 1)
                steps += 1
            if steps >= most:  # once more, with the secret
                for at in range(n_used):
                    owners[used[at]] = 0
                keyed, steps, most, n_used, k = True, 0, np.int64(1) << 62, 0, start
                continue
            if owners[slot] != row + 1:
                owners[slot], slots[slot], sums[slot] = row + 1, key, 0
                used[n_used] = slot
                n_used += 1
            sums[slot] += 1
        for k in range(n_used):
            slot = used[k]
            if sums[slot] >= least:
                rows[n], keys[n], counts[n] = row, slots[slot], sums[slot]
                n += 1
    return n


@compiled(NUMBER(INT32_IN, NUMBER, NUMBER, INT32_IN, NUMBER, NUMBER, INT64_IN, UINT64_IN))
def _phrase_at(ids, place, sentence_end, roles, base, most, starts, keys):  # type: ignore[no-untyped-def]
    """Return the phrase that the words from ``place`` on may join to, or -1."""
    low = starts[ids[place]]
    n = starts[ids[place] + 1] - low
    if n == 0:
        return -1
    between = 0
    for after in range(place + 1, min(place + 2 + most, sentence_end)):
        role = roles[ids[after]]
        if role > 0:
            between = between * base + role
            continue
        key = np.uint64(between << 32 | np.int64(ids[after]))
        while n > 1:  # without a branch on the keys: joining takes 0.4 of the time
            half = n >> 1
            low = low + half if keys[low + half] <= key else low
            n -= half
        return low if keys[low] == key else -1
    return -1


@compiled(NUMBER(INT32_IN, NUMBER, NUMBER, INT32_IN, NUMBER, NUMBER, INT64_IN, UINT64_IN, INT32_IN, UINT8_IN))
def find_cut(ids, place, sentence_end, roles, base, most, starts, keys, lengths, stop):  # type: ignore[no-untyped-def]
    """Return the first place from ``place`` on, or soon after, that no phrase can cross."""
    while place < sentence_end and roles[ids[place]] > 0:
        place += 1
    while place < sentence_end and not stop[0]:
        phrase = _phrase_at(ids, place, sentence_end, roles, base, most, starts, keys)
        if phrase < 0:
            return place + 1
        place += lengths[phrase] - 1
    return place


@compiled(
    NUMBER(
        INT32_IN, INT64_IN, NUMBER, NUMBER, NUMBER, INT32_IN, NUMBER, NUMBER,
        INT64_IN, UINT64_IN, INT32_IN, INT32_IN, INT32_OUT, INT64_OUT, UINT8_IN,
    )
)  # fmt: skip
def join(  # type: ignore[no-untyped-def]
    ids, offsets, sentence, start, end, roles, base, most, starts, keys, lengths, nodes, out, ends, stop
):
    """Replace phrases by their ids, greedily from left to right; return the number of tokens written."""
    n = 0
    for k in range(len(ends) + 1):
        if stop[0] or (k == len(ends) and start == end):
            return n
        sentence_end = offsets[sentence + k + 1]
        stretch_end = min(sentence_end, end)
        while start < stretch_end:
            phrase = -1
            if roles[ids[start]] == 0:
                phrase = _phrase_at(ids, start, sentence_end, roles, base, most, starts, keys)
            out[n] = ids[start] if phrase < 0 else nodes[phrase]
            start += 1 if phrase < 0 else lengths[phrase]
            n += 1
        if k < len(ends):
            ends[k] = n
    return n


@compiled(
    NUMBER(
        INT32_IN, INT64_IN, NUMBER, NUMBER, NUMBER, INT64_IN, INT32_IN, INT32_OUT, INT64_OUT, UINT8_IN
    )
)  # fmt: skip
def spell(ids, offsets, sentence, start, end, starts, pieces, out, ends, stop):  # type: ignore[no-untyped-def]
    """Replace each id by its pieces; return the number of tokens written."""
    n = 0
    for k in range(len(ends) + 1):
        if stop[0] or (k == len(ends) and start == end):
            return n
        for place in range(start, min(offsets[sentence + k + 1], end)):
            for piece in range(starts[ids[place]], starts[ids[place] + 1]):
                out[n] = pieces[piece]
                n += 1
        if k < len(ends):
            ends[k] = n
            start = offsets[sentence + k + 1]
    return n
