"""gensim's readers of text: sentences of files, and words of a document."""

from __future__ import annotations

import os
import re
import unicodedata
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, NamedTuple

from fastvec.checks.numbers import whole
from fastvec.errors import CorpusError, SettingError, StorageError
from fastvec.io.decompression import reading_errors, type_of_path
from fastvec.io.rows import table_suffix
from fastvec.text.content import open_text

LONGEST_SENTENCE = 10_000  # words, gensim's
WORD = re.compile(r"[^\W\d]+")  # letters and underscores


class LineSentence:
    r"""The lines of a file as lists of words, again each time it is iterated.

    Parameters
    ----------
    source : path, or file
        A file may be compressed (``.gz .bz2 .xz .zst``). An open file must have ``seek``.
    max_sentence_length : int
        A longer line becomes several sentences; empty ones become none.
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
        return sentences_of_lines(self.lines(), self.max_sentence_length)

    def lines(self) -> Iterator[str | bytes]:
        """Yield the lines as they are in the file."""
        if isinstance(self.source, (str, os.PathLike)):
            return lines_of_file(self.source, self.limit)
        self.source.seek(0)
        return islice(self.source, self.limit)

    def source_lines(self) -> Any:
        """Return what fastvec's reader reads: the path, or lines."""
        is_path = isinstance(self.source, (str, os.PathLike))
        return _of_paths([self.source], self.limit) if is_path else self.lines()


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
            yield from sentences_of_lines(lines_of_file(path, self.limit), self.max_sentence_length)


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


class Lines(NamedTuple):
    """Text that fastvec's reader splits: paths or lines, and where sentences end.

    Attributes
    ----------
    source : list of Path, or iterable of str or bytes
    longest : int or None
        Words of a sentence: a longer line becomes several, and an empty one none. None: a line is a sentence.
    """

    source: Any
    longest: int | None


def lines_of(sentences: Any) -> Lines | None:
    """Return what a reader of lines reads, for fastvec's to read it at once; None: these are others.

    >>> lines_of(LineSentence("wiki.txt")), lines_of([["a", "b"]])
    (Lines(source=[PosixPath('wiki.txt')], longest=10000), None)
    """
    if type(sentences) is LineSentence:  # another class may have another __iter__
        lines = sentences.source_lines()
    elif type(sentences) is PathLineSentences:
        lines = _of_paths(sentences.input_files, sentences.limit)
    else:
        return None
    return Lines(lines, sentences.max_sentence_length)


def _of_paths(paths: Sequence[Any], limit: int | None) -> Any:
    """Return whole files as paths; first lines, and those of tables, which other calls read by field, as lines."""
    if limit is None and not any(map(table_suffix, paths)):
        return [Path(path) for path in paths]
    return chain.from_iterable(lines_of_file(path, limit) for path in paths)


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


def lines_of_file(path: type_of_path, limit: int | None) -> Iterator[bytes]:
    """Yield the first lines of a file, which may be compressed, as UTF-8."""
    with open_text(path) as file, reading_errors(path):
        for number, line in enumerate(islice(file, limit)):
            yield line if number else line.removeprefix(BOM_UTF8)


def sentences_of_lines(lines: Iterable[str | bytes], longest: int) -> Iterator[list[str]]:
    """Yield lines as lists of at most ``longest`` words."""
    for line in lines:
        words = (line.decode("utf-8") if isinstance(line, bytes) else line).split()
        for start in range(0, len(words), longest):
            yield words[start : start + longest]
