"""What can be said of an output before there are vectors to write: its format, its words, the room on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from fastvec.errors import StorageError
from fastvec.io.decompression import type_of_path
from fastvec.vectors.formats import FORMATS, format_to_write
from fastvec.vectors.formats.rows import check_dimensions
from fastvec.vectors.formats.spaces import without_spaces

# bytes that a number takes at least; in text, those of trained vectors
BYTES = {"word2vec-text": 8, "glove": 8}
BINARY_BYTES = 4


def check_vectors(
    path: type_of_path,
    words: Iterable[str],
    vector_size: int,
    *,
    format: str | None = None,
    spaces: str | None = None,
    buckets: int | None = None,
) -> None:
    """Refuse, before a long run, vectors that ``save`` would refuse after it.

    Parameters
    ----------
    path : path
        The output.
    words : iterable of str
        V distinct words.
    vector_size : int
        D.
    format, spaces : str, optional
        As for :meth:`fastvec.WordVectors.save`.
    buckets : int, optional
        Those of subwords, if the vectors have subwords.

    Raises
    ------
    SettingError
        If the format cannot hold a word, or that many dimensions.
    StorageError
        If the disk has less room than the vectors take at least.
    """
    name = format_to_write(path, format, subwords=buckets is not None)
    words = list(words) if spaces is None else without_spaces(words, spaces)
    check_words = FORMATS[name].check_words
    if check_words is not None:
        check_dimensions(vector_size)
        check_words(words)
    rows = 2 * len(words) + (buckets or 0) if name == "fasttext" else len(words)
    _check_room(path, rows * vector_size * BYTES.get(name, BINARY_BYTES))


def _check_room(path: type_of_path, n_bytes: int) -> None:
    folder = Path(path).resolve().parent
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise StorageError.of(path, error, "cannot write there: ", writing=True) from error
    if n_bytes > free:
        shown, hint = f"{free:,} free on its disk", "make room, or write elsewhere"
        expected = f"at least {n_bytes:,} bytes"
        raise StorageError(
            path=path, field="room", expected=expected, got=free, shown=shown, hint=hint, writing=True
        )
