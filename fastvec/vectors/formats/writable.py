"""What can be said of an output before there are vectors to write: its format, its words, the room on the disk."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from fastvec.io import atomic
from fastvec.io.decompression import type_of_path
from fastvec.vectors.formats import FORMATS, format_to_write
from fastvec.vectors.formats.rows import check_dimensions
from fastvec.vectors.formats.spaces import without_spaces

TEXT_BYTES = 8  # of a number of trained vectors, at least


def check_vectors(
    path: type_of_path,
    words: Iterable[str],
    vector_size: int,
    *,
    format: str | None = None,
    spaces: str | None = None,
    dtype: str = "float32",
    buckets: int | None = None,
    combine: str = "word",
    beside: int = 0,
) -> None:
    """Refuse, before a long run, vectors that ``save`` would refuse after it.

    Parameters
    ----------
    path : path
        The output.
    words : iterable of str
        V distinct words.
    vector_size : int
        D, of each matrix.
    format, spaces, dtype : str, optional
        As for :meth:`fastvec.WordVectors.save`.
    buckets : int, optional
        Those of subwords, if the vectors have subwords.
    combine : str
        What the vectors are, of both matrices.
    beside : int
        Numbers that a model has beside its vectors, at least; .safetensors has room for them.

    Raises
    ------
    SettingError
        If the format cannot hold a word, or that many dimensions.
    StorageError
        If the disk has less room than the vectors take at least.
    """
    name = format_to_write(path, format, subwords=buckets is not None)
    vector_size *= 2 if combine == "concat" and name != "fasttext" else 1
    words = list(words) if spaces is None else without_spaces(words, spaces)
    check_words = FORMATS[name].check_words
    if check_words is not None:
        check_dimensions(vector_size)
        check_words(words)
    rows = 2 * len(words) + (buckets or 0) if name == "fasttext" else len(words)
    numbers = rows * vector_size + (beside if name == "safetensors" and combine != "concat" else 0)
    atomic.check_room(path, numbers * _bytes_of(name, dtype))


def _bytes_of(format: str, dtype: str) -> int:
    """Return how many bytes a number takes at least."""
    return TEXT_BYTES if format in ("word2vec-text", "glove", "projector") else np.dtype(dtype).itemsize
