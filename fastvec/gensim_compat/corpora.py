"""gensim's readers of two corpora: text8, and the Brown corpus with its parts of speech."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from fastvec.checks.numbers import whole
from fastvec.errors import StorageError
from fastvec.gensim_compat.tagged_documents import TaggedDocument
from fastvec.gensim_compat.text import LONGEST_SENTENCE, Lines, lines_of_file
from fastvec.io.decompression import reading_errors, type_of_path
from fastvec.text.content import open_text

BLOCK = 1 << 16  # bytes: a text8 is one line of 100 MB


class Text8Corpus:
    r"""The words of a file without sentences, such as text8, in parts of a length.

    Parameters
    ----------
    fname : path
        It may be compressed.
    max_sentence_length : int
        Words of a part; the last one may be shorter.

    Raises
    ------
    SettingError
        If ``max_sentence_length`` is below 1.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "text8").write_text(" anarchism originated as a term of abuse")
    ...     list(Text8Corpus(Path(folder, "text8"), max_sentence_length=4))
    [['anarchism', 'originated', 'as', 'a'], ['term', 'of', 'abuse']]
    """

    def __init__(self, fname: type_of_path, max_sentence_length: int = LONGEST_SENTENCE) -> None:
        self.fname = fname
        self.max_sentence_length = whole("max_sentence_length", max_sentence_length, 1)

    def __iter__(self) -> Iterator[list[str]]:
        words: list[str] = []
        for text in self._parts():
            words += text.decode("utf-8").split()
            for start in range(0, len(words) - self.max_sentence_length + 1, self.max_sentence_length):
                yield words[start : start + self.max_sentence_length]
            words = words[len(words) // self.max_sentence_length * self.max_sentence_length :]
        if words:
            yield words

    def _parts(self) -> Iterator[bytes]:
        """Yield the text in parts that end between two words."""
        rest = b""
        with open_text(self.fname) as file, reading_errors(self.fname):
            while block := file.read(BLOCK):
                text, space, rest = (rest + block).rpartition(b" ")
                yield text + space
        yield rest

    def text(self) -> Lines | None:
        """Return what fastvec's reader reads: the path, if all is one line; None: it has several."""
        with open_text(self.fname) as file, reading_errors(self.fname):
            for block in iter(lambda: file.read(BLOCK), b""):
                if b"\n" in block and (block.partition(b"\n")[2].strip() or file.read().strip()):
                    return None
        return Lines([Path(self.fname)], self.max_sentence_length)


class BrownCorpus:
    """The sentences of the Brown corpus as NLTK has it: a folder of files with a sentence a line.

    Tokens of the form ``word/TAG`` become ``word/TA``, in lower case; those whose tag has no letters are left out.

    Parameters
    ----------
    dirname : path

    Raises
    ------
    StorageError
        While it is read, if there is no such folder.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "ca01").write_text("The/at Jury/nn-tl said/vbd ./.")
    ...     list(BrownCorpus(folder))
    [['the/at', 'jury/nn', 'said/vb']]
    """

    def __init__(self, dirname: type_of_path) -> None:
        self.dirname = dirname

    def __iter__(self) -> Iterator[list[str]]:
        return (words for _, _, words in _brown_lines(self.dirname))


class TaggedBrownCorpus(BrownCorpus):
    """The sentences of :class:`BrownCorpus` as documents; the tag of each is its file and the number of its line.

    Parameters
    ----------
    dirname : path
    """

    def __iter__(self) -> Iterator[TaggedDocument]:  # type: ignore[override]
        for path, number, words in _brown_lines(self.dirname):
            yield TaggedDocument(words, [f"{path}_SENT_{number}"])


def _brown_lines(folder: type_of_path) -> Iterator[tuple[str, int, list[str]]]:
    """Yield the path, the number of the line and the words of each sentence."""
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise StorageError.of(folder, error) from error
    paths = [os.path.join(folder, name) for name in names]
    numbered = ((path, enumerate(lines_of_file(path, None))) for path in paths if os.path.isfile(path))
    for path, number, line in chain.from_iterable(((p, n, line) for n, line in lines) for p, lines in numbered):
        parts = [token.split("/") for token in line.decode("utf-8").split()]
        pairs = [(part[0].lower(), part[1][:2]) for part in parts if len(part) == 2]
        if words := [f"{word}/{tag}" for word, tag in pairs if tag.isalpha()]:
            yield path, number, words
