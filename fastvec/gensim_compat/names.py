"""Names and arguments that came with gensim: what is told of them, and what an argument has to be."""

from __future__ import annotations

import inspect
import os
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from fastvec.errors import CorpusError, FormatError, SettingError
from fastvec.io.decompression import type_of_path

# arguments that change nothing here: how gensim cuts its work, and what it takes care of in other ways
IGNORED = {
    "batch_words": 10_000,
    "hashfxn": hash,
    "sorted_vocab": 1,
    "null_word": 0,
    "queue_factor": 2,
    "report_delay": 1.0,
    "progress_per": 10_000,
    "keep_raw_vocab": False,
    "word_ngrams": 1,
}
OLD_ARGUMENTS = {"size": "vector_size", "iter": "epochs", "cum_table": None}
_told: set[str] = set()


class ArgumentTypeError(SettingError, TypeError):
    """An argument of another type than gensim takes; a TypeError, as there."""


class NoVocabularyError(CorpusError, RuntimeError):
    """Training or a question before there are words; a RuntimeError, as in gensim."""


class NoUnicodeError(FormatError, UnicodeDecodeError):
    """A line of a text that is not UTF-8; a UnicodeDecodeError, as in gensim."""

    def __init__(self, path: type_of_path, line: int, error: UnicodeDecodeError) -> None:
        UnicodeDecodeError.__init__(self, *error.args)
        self.path, self.line, self.field = os.fspath(path), line, f"line {line}"
        self.offset, self.expected, self.got = None, "UTF-8", error.object[error.start : error.end]

    def __str__(self) -> str:
        hint = "Corpus.from_text(path, encoding=...) reads others"
        return f"{self.path}: {self.field}: expected {self.expected}, got {self.got!r} ({self.reason}); {hint}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.path, self.line, UnicodeDecodeError(*self.args))


def tell_once(message: str) -> None:
    """Warn, the first time that a program meets this."""
    if message not in _told:
        _told.add(message)
        warnings.warn(message, stacklevel=_level())


def tell_renamed(old: str, new: str) -> None:
    """Warn that a name is gensim 3's."""
    warnings.warn(f"{old} is gensim 3's name; use {new}", stacklevel=_level())


def ignored(values: dict[str, Any]) -> None:
    """Tell of arguments that were given and change nothing."""
    for name, value in values.items():
        if name in IGNORED and value != IGNORED[name]:
            tell_once(f"{name}= changes nothing in fastvec.gensim_compat")


def new_names(given: dict[str, Any], place: str) -> dict[str, Any]:
    """Return keyword arguments by gensim 4's names; one that it does not have is a TypeError."""
    renamed: dict[str, Any] = {}
    for name, value in given.items():
        new = OLD_ARGUMENTS.get(name)
        if new is None:
            raise ArgumentTypeError(f"{place}() got an unexpected argument {name!r}", field=name, got=value)
        tell_renamed(f"{place}({name}=)", f"{new}=")
        renamed[new] = value
    return renamed


def old_attribute(old: str, new: str, read: Callable[[Any], Any] | None = None) -> property:
    """Return a property under gensim 3's name that warns and has, and sets, what the new one has."""

    def get(self: Any) -> Any:
        tell_renamed(old, new)
        return getattr(self, new) if read is None else read(self)

    def put(self: Any, value: Any) -> None:
        tell_renamed(old, new)
        setattr(self, new, value)

    return property(get, put if read is None else None, doc=f"gensim 3's name for ``{new}``.")


def one_corpus(corpus: Iterable[Any] | None, corpus_file: Any, passes: int) -> None:
    """Refuse no corpus, two, one that is no iterable, and a generator where it is read more than once.

    >>> one_corpus((line for line in [["a"]]), None, passes=5)
    Traceback (most recent call last):
    ...
    fastvec.gensim_compat.names.ArgumentTypeError: sentences: expected something that can be read 5 times, ...
    """
    if (corpus is None) == (corpus_file is None):
        which = "neither" if corpus is None else "both"
        raise ArgumentTypeError(
            field="sentences", expected="either sentences or corpus_file", shown=which,
            hint="corpus_file is the path of a text of one sentence a line",
        )  # fmt: skip
    if corpus_file is not None and not (isinstance(corpus_file, str) or hasattr(corpus_file, "__fspath__")):
        raise ArgumentTypeError(field="corpus_file", expected="the path of a text", got=corpus_file)
    if isinstance(corpus, (str, bytes)):
        raise ArgumentTypeError(
            field="sentences", expected="an iterable of lists of words", got=corpus,
            hint="corpus_file= takes the path of a text; [text.split()] is a corpus of one sentence",
        )  # fmt: skip
    columns = getattr(corpus, "columns", None)
    if columns is not None and hasattr(corpus, "iloc"):  # a table of pandas, which yields names of columns
        column = next(iter(columns), "text")
        raise ArgumentTypeError(
            field="sentences", expected="an iterable of lists of words", shown="a DataFrame",
            hint=f"df[{column!r}] is a column, whose items must be lists of words",
        )  # fmt: skip
    if corpus is not None and not hasattr(corpus, "__iter__"):
        raise ArgumentTypeError(field="sentences", expected="an iterable of lists of words", got=corpus)
    if passes > 1 and hasattr(corpus, "__next__"):
        raise ArgumentTypeError(
            field="sentences", expected=f"something that can be read {passes} times", shown="a one-shot iterator",
            hint="list(sentences) keeps it, or a class whose __iter__ begins anew",
        )  # fmt: skip


def _level() -> int:
    """Return the stacklevel of the nearest caller outside this package."""
    frame, level = inspect.currentframe(), 0
    while frame is not None and str(frame.f_globals.get("__name__", "")).startswith("fastvec.gensim_compat"):
        frame, level = frame.f_back, level + 1
    return max(1, level)
