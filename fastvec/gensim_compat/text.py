"""gensim's readers of text: sentences of files, and words of a document."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

from fastvec.checks.numbers import whole
from fastvec.errors import CorpusError, SettingError, StorageError
from fastvec.io.decompression import open_decompressed, reading_errors, type_of_path

LONGEST_SENTENCE = 10_000  # words, gensim's
WORD = re.compile(r"[^\W\d]+")  # letters and underscores


class LineSentence:
    r"""The lines of a file as lists of words, again each time it is iterated.

    Parameters
    ----------
    source : path, or file
        A file may be compressed (``.gz .bz2 .xz .zst``). An open file must have ``seek``.
    max_sentence_length : int
        A longer line becomes several sentences.
    limit : int, optional
        Only the first lines.

    Raises
    ------
    SettingError
        If an argument is wrong.

    Examples
    --------
    >>> import io
    >>> list(LineSentence(io.BytesIO(b"the cat sat\nthe dog")))
    [['the', 'cat', 'sat'], ['the', 'dog']]
    """

    def __init__(
        self,
        source: type_of_path | IO[bytes] | IO[str],
        max_sentence_length: int = LONGEST_SENTENCE,
        limit: int | None = None,
    ) -> None:
        if not isinstance(source, (str, os.PathLike)) and not hasattr(source, "seek"):
            hint = "a list of lists of words is a corpus as it is"
            raise SettingError(field="source", expected="a path, or an open file", got=source, hint=hint)
        self.source = source
        self.max_sentence_length = whole("max_sentence_length", max_sentence_length, 1)
        self.limit = None if limit is None else whole("limit", limit, 0)

    def __iter__(self) -> Iterator[list[str]]:
        return self._lines()

    def _lines(self) -> Iterator[list[str]]:
        if isinstance(self.source, (str, os.PathLike)):
            return sentences_of_file(self.source, self.max_sentence_length, self.limit)
        self.source.seek(0)
        return sentences_of_lines(islice(self.source, self.limit), self.max_sentence_length)


class PathLineSentences:
    r"""The lines of all files of a folder, in the order of their names, as :class:`LineSentence` has them.

    Parameters
    ----------
    source : path
        A folder, without its subfolders; or one file.
    max_sentence_length : int
    limit : int, optional
        Only the first lines of each file.

    Attributes
    ----------
    input_files : list of str
        The paths of the files.

    Raises
    ------
    StorageError
        If there is no such folder or file.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.txt").write_text("the cat\nsat"), Path(folder, "b.txt").write_text("the dog")
    ...     list(PathLineSentences(folder))
    [['the', 'cat'], ['sat'], ['the', 'dog']]
    """

    def __init__(
        self, source: type_of_path, max_sentence_length: int = LONGEST_SENTENCE, limit: int | None = None
    ) -> None:
        self.source = source
        self.max_sentence_length = whole("max_sentence_length", max_sentence_length, 1)
        self.limit = None if limit is None else whole("limit", limit, 0)
        if os.path.isfile(source):
            self.input_files = [os.fspath(source)]
            return
        try:
            names = sorted(os.listdir(source))
        except OSError as error:
            raise StorageError.of(source, error) from error
        paths = [os.path.join(source, name) for name in names]
        self.input_files = [path for path in paths if os.path.isfile(path)]

    def __iter__(self) -> Iterator[list[str]]:
        for path in self.input_files:
            yield from sentences_of_file(path, self.max_sentence_length, self.limit)


def simple_preprocess(doc: str | bytes, deacc: bool = False, min_len: int = 2, max_len: int = 15) -> list[str]:
    """Return the words of a document in lower case: runs of letters, without those that are short or long.

    Parameters
    ----------
    doc : str or bytes
        Bytes are UTF-8; what is not is ignored.
    deacc : bool
        Take accents off.
    min_len, max_len : int
        The shortest and the longest word that is kept, in characters.

    Returns
    -------
    list of str

    Examples
    --------
    >>> simple_preprocess("Š: the Café of 42 cats!", deacc=True)
    ['the', 'cafe', 'of', 'cats']
    """
    if not isinstance(doc, (str, bytes)):
        raise SettingError(field="doc", expected="one document, a str", got=doc, hint="call it for each document")
    text = doc.decode("utf-8", "ignore") if isinstance(doc, bytes) else doc
    text = text.lower()
    if deacc:
        parts = unicodedata.normalize("NFD", text)
        text = unicodedata.normalize("NFC", "".join(c for c in parts if unicodedata.category(c) != "Mn"))
    found = (match[0] for match in WORD.finditer(text))
    return [word for word in found if min_len <= len(word) <= max_len and not word.startswith("_")]


def source_of(sentences: Any) -> Any:
    """Return what :meth:`fastvec.Corpus.from_text` reads fastest: the path of a whole file, or the sentences.

    >>> source_of(LineSentence("wiki.txt")), source_of([["a", "b"]])
    ('wiki.txt', [['a', 'b']])
    """
    if type(sentences) is not LineSentence or sentences.limit is not None:
        return sentences
    # no need to cut lines at gensim's limit, which is that of its buffers; one of the user's own is kept
    if sentences.max_sentence_length == LONGEST_SENTENCE and isinstance(sentences.source, (str, os.PathLike)):
        return os.fspath(sentences.source)
    return sentences


def lists_of_words(sentences: Any, field: str = "sentences") -> Iterator[Iterable[str]]:
    """Yield sentences; one that is a str, which would be read letter by letter elsewhere, raises.

    Raises
    ------
    CorpusError
        If these are no sentences, or one is a str.
    """
    hint = "line.split() makes a list of the words of a line"
    if isinstance(sentences, (str, bytes)) or not isinstance(sentences, Iterable):
        raise CorpusError(field=field, expected="lists of words", got=sentences, hint=hint)
    for number, sentence in enumerate(sentences):
        if isinstance(sentence, (str, bytes)) or not isinstance(sentence, Iterable):
            raise CorpusError(field=f"{field}[{number}]", expected="a list of words", got=sentence, hint=hint)
        yield sentence


def sentences_of_file(path: type_of_path, longest: int, limit: int | None) -> Iterator[list[str]]:
    """Yield the lines of a file, which may be compressed, as lists of words."""
    with open_decompressed(path) as file, reading_errors(path):
        yield from sentences_of_lines(islice(file, limit), longest)


def sentences_of_lines(lines: Iterable[str | bytes], longest: int) -> Iterator[list[str]]:
    """Yield lines as lists of at most ``longest`` words."""
    for line in lines:
        words = (line.decode("utf-8") if isinstance(line, bytes) else line).split()
        for start in range(0, len(words), longest):
            yield words[start : start + longest]
