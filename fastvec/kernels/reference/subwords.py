"""Subwords in plain Python: the specification of `_subwords.pyx`, with the same signatures.

A word is bytes between ``<`` and ``>``. A character is a byte and the UTF-8 continuation bytes (10xxxxxx) after
it, so bytes that are not UTF-8 are split as in fastText.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

LINE_END = b"<</s>>"


def ngrams(word: bytes, min_n: int, max_n: int) -> Iterator[bytes]:
    """Yield the n-grams of a word by where they begin, then by length; ``<`` and ``>`` alone are not n-grams."""
    if word == LINE_END:
        return
    begins = [i for i, byte in enumerate(word) if byte & 0xC0 != 0x80] + [len(word)]
    n_characters = len(begins) - 1
    for i in range(n_characters):
        for n in range(max(1, min_n), min(max_n, n_characters - i) + 1):
            if n > 1 or 0 < i < n_characters - 1:
                yield word[begins[i] : begins[i + n]]


def fnv1a(ngram: bytes) -> int:
    """Return 32-bit FNV-1a of bytes taken as signed, -128 to 127, and sign-extended to 32 bits."""
    hashed = 2166136261
    for byte in ngram:
        hashed = (hashed ^ (byte if byte < 128 else byte + 0xFFFFFF00)) * 16777619 & 0xFFFFFFFF
    return hashed


def subword_rows(
    *,
    # in
    text: NDArray[np.uint8],
    starts: NDArray[np.int64],  # [V + 1]
    # scalars
    min_n: int,
    max_n: int,
    buckets: int,
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the rows of each word text[starts[i] .. starts[i + 1]), which is between < and >.

    Returns
    -------
    offsets : int64[V + 1]
    rows : int32[offsets[V]]
        Those of word i are at [offsets[i], offsets[i + 1]): i, then V + the bucket of each n-gram.
    """
    data, n_words = text.tobytes(), len(starts) - 1
    offsets, rows = np.zeros(n_words + 1, np.int64), []
    for i in range(n_words):
        word = data[starts[i] : starts[i + 1]]
        rows += [i, *(n_words + fnv1a(ngram) % buckets for ngram in ngrams(word, min_n, max_n))]
        offsets[i + 1] = len(rows)
    return offsets, np.array(rows, np.int32)


def mean_rows(
    *,
    # in
    W: NDArray[np.uint8],  # [N, 4 D], the bytes of float32[N, D]: in a file a row may begin at any address
    offsets: NDArray[np.int64],
    rows: NDArray[np.int32],
    # scalars
    start: int,
    end: int,
    # written
    means: NDArray[np.float32],
    # scalars
    stop: NDArray[np.uint8],
) -> None:
    """Write means[i], i in [start, end): the mean of the rows of W in rows[offsets[i] .. offsets[i + 1]).

    -1 is a row of zeros. Rows are added in float32 in their order and multiplied by 1 / their number, as in
    fastText; without rows the mean is zeros.
    """
    for i in range(start, end):
        if stop[0]:
            return
        part = rows[offsets[i] : offsets[i + 1]]
        total = np.zeros(means.shape[1], np.float32)
        for row in W[part[part >= 0]].view(np.float32):
            total += row
        means[i] = total * np.float32(1 / max(1, len(part)))
