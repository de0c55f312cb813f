"""gensim's documents with tags, and the ids of their tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError
from fastvec.gensim_compat.keyedvectors import KeyedVectors
from fastvec.gensim_compat.text import Lines, LineSentence


class TaggedDocument(NamedTuple):
    """A document: a list of words, and a list of tags, which are str or whole numbers from 0.

    Examples
    --------
    >>> TaggedDocument(["the", "king"], [7]).tags
    [7]
    """

    words: Sequence[Any]
    tags: Sequence[Any]

    def __str__(self) -> str:
        return f"{type(self).__name__}<{self.words}, {self.tags}>"


class TaggedLineDocument(LineSentence):
    r"""The lines of a file as documents; the tag of each is its number.

    Parameters
    ----------
    source : path, or file
        As for :class:`LineSentence`.

    Examples
    --------
    >>> import io
    >>> [document.tags for document in TaggedLineDocument(io.BytesIO(b"the cat\nthe dog"))]
    [[0], [1]]
    """

    def __init__(self, source: Any) -> None:
        super().__init__(source)

    def __iter__(self) -> Iterator[TaggedDocument]:  # type: ignore[override]
        for number, line in enumerate(self.lines()):
            yield TaggedDocument((line.decode("utf-8") if isinstance(line, bytes) else line).split(), [number])

    def text(self) -> Lines:
        """Return the words of the documents, for fastvec's reader: each line is one, empty ones too."""
        return Lines(self.source_lines(), None)


class Documents:
    """The words of documents; their tags are kept while they are read.

    Parameters
    ----------
    documents : iterable of TaggedDocument
        Or of anything with ``words`` and ``tags``.
    """

    def __init__(self, documents: Iterable[Any]) -> None:
        self.documents = documents
        self.tags: list[Sequence[Any]] = []

    def __iter__(self) -> Iterator[Any]:
        self.tags = []
        for number, document in enumerate(self.documents):
            if not (hasattr(document, "words") and hasattr(document, "tags")):
                hint = "TaggedDocument(words, [number]) for each, as those of enumerate"
                field, expected = f"documents: item {number}", "a TaggedDocument(words, tags)"
                raise CorpusError(field=field, expected=expected, got=document, hint=hint)
            self.tags.append(_listed(document.tags, number))
            yield document.words


def _listed(tags: Any, number: int) -> Sequence[Any]:
    """Return the tags of a document; one that is not in a list is a tag too."""
    listed = [tags] if isinstance(tags, (str, Integral)) else tags
    expected, field = "tags that are str or whole numbers from 0", f"documents: item {number}"
    if not isinstance(listed, Iterable):
        raise CorpusError(field=field, expected=expected, got=tags)
    found = list(listed)
    for tag in found:
        is_number = isinstance(tag, Integral) and not isinstance(tag, bool) and int(tag) >= 0
        if not is_number and not isinstance(tag, str):
            raise CorpusError(field=field, expected=expected, got=tag)
    return found


def keys_of(tags: Iterable[Sequence[Any]], old: Sequence[Any] = ()) -> list[Any]:
    """Return the keys of tags by their rows: numbers up to the greatest, then the others as they come.

    >>> keys_of([["a", 2], [0, "b"]])
    [0, 1, 2, 'a', 'b']
    """
    found = dict.fromkeys(chain(old, chain.from_iterable(tags)))
    most = max((int(tag) for tag in found if not isinstance(tag, str)), default=-1)
    return [*range(most + 1), *(tag for tag in found if isinstance(tag, str))]


def ids_of(documents: Documents | None, n: int, dv: KeyedVectors) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the tags of each of n documents as rows: offsets[n + 1] and ids. Tags without a row are passed over.

    Parameters
    ----------
    documents : Documents or None
        None: the tag of each is its number.
    n : int
    dv : KeyedVectors
    """
    if documents is None:
        known = min(n, len(dv))
        return np.minimum(np.arange(n + 1), known), np.arange(known, dtype=np.int32)
    rows = [[row for tag in tags if (row := dv.get_index(tag, -1)) >= 0] for tags in documents.tags]
    offsets = np.zeros(n + 1, np.int64)
    np.cumsum([len(each) for each in rows], out=offsets[1:])
    return offsets, np.fromiter(chain.from_iterable(rows), np.int32, int(offsets[-1]))
