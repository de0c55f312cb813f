"""The errors of fastvec: all that it raises on purpose are FastvecErrors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import islice
from typing import Any


class FastvecError(Exception):
    """The root of fastvec's errors.

    Parameters
    ----------
    message : str, optional
        What went wrong and what to do about it. By default it is composed of the others:
        ``{path}: {field}: expected {expected}, got {got}; {hint}``.
    path, offset, field, expected, got : optional
        The file, the byte in it, the field or argument, what was expected and what was given. Each is an
        attribute too.
    shown : str, optional
        How the message shows ``got``; by default as :func:`describe` does.
    hint : str, optional
        What to do about it.

    Examples
    --------
    >>> print(SettingError(field="window", expected="a whole number", got="5", hint="leave the quotes off"))
    window: expected a whole number, got '5'; leave the quotes off
    """

    def __init__(
        self,
        message: str | None = None,
        *,
        path: str | os.PathLike[str] | None = None,
        offset: int | None = None,
        field: str | None = None,
        expected: Any = None,
        got: Any = None,
        shown: str | None = None,
        hint: str = "",
    ) -> None:
        if message is None:
            came = describe(got) if shown is None else shown
            places = [str(place) for place in (path, field) if place is not None]
            message = ": ".join([*places, f"expected {expected}, got {came}"]) + (f"; {hint}" if hint else "")
        super().__init__(message)
        self.path = None if path is None else os.fspath(path)
        self.offset = offset
        self.field = field
        self.expected = expected
        self.got = shown if got is None else got


class SettingError(FastvecError, ValueError):
    """An argument that cannot be used; the message names it."""


class FormatError(FastvecError, ValueError):
    """A file that is truncated, mislabelled or inconsistent, or of another format."""


class CorpusError(FastvecError, ValueError):
    """Text or ids that cannot be trained on: empty, one-shot where a second pass is needed, out of range."""


class TrainingError(FastvecError, RuntimeError):
    """Training that went wrong: a learning rate that diverges, or no pair of words left to train on."""


class ResourceError(FastvecError, RuntimeError):
    """Something that the system refused, such as starting a thread."""


class Cancelled(FastvecError, RuntimeError):
    """A call that ``on_progress`` stopped and that has no partial result.

    Every long call takes ``on_progress``, which stops it by returning False. Reading and training then return what
    they have so far (a corpus, pairs, vectors). Counts, phrases and SVD raise this.
    """


class CheckpointWarning(UserWarning):
    """A checkpoint that could not be written (training goes on without it) or read (the one before it is used).

    Examples
    --------
    To end training where a checkpoint cannot be written:

    >>> import warnings
    >>> import fastvec as fv
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", fv.CheckpointWarning)
    """


class StorageError(FastvecError, OSError):
    """A path that cannot be read or written: missing, not permitted, full.

    ``errno`` is the system's, if any; ``writing`` says whether the path was to be written.
    """

    def __init__(
        self, message: str | None = None, *, errno: int | None = None, writing: bool = False, **where: Any
    ) -> None:
        super().__init__(message, **where)
        self.errno, self.writing = errno, writing

    @classmethod
    def of(
        cls, path: str | os.PathLike[str], error: OSError, what: str = "", *, writing: bool = False
    ) -> StorageError:
        """Return an error of the system with its path, and ``what`` before what the system says."""
        message = f"{path}: {what}{error.strerror or error}"
        kind = MissingFileError if cls is StorageError and isinstance(error, FileNotFoundError) else cls
        return kind(message, path=path, errno=error.errno, writing=writing)


class MissingFileError(StorageError, FileNotFoundError):
    """A path that does not exist; a FileNotFoundError too, as of ``open``."""


class MissingPackageError(FastvecError, ImportError):
    """A package that only this call needs and that is not installed; the message has the command to install it."""

    @classmethod
    def of(cls, what: str, package: str) -> MissingPackageError:
        """Return the error of what needs a package.

        >>> print(MissingPackageError.of("pictures", "fastvec[plot]"))
        pictures need one more package: pip install 'fastvec[plot]'
        """
        return cls(f"{what} need one more package: pip install '{package}'")


class UnknownWordError(FastvecError, KeyError):
    """A word (or an id) that is out of the vocabulary; the message offers similar spellings.

    They are searched when the message is asked for (0.1 s in half a million words), so catching the error costs
    nothing.

    Examples
    --------
    >>> print(UnknownWordError("pariss", ["paris", "rome"]))
    no vector for 'pariss'; did you mean 'paris'?
    """

    def __init__(self, word: object, words: Sequence[str], what: str = "no vector for") -> None:
        super().__init__(f"{what} this word", field="word", expected="a known word", got=word)
        self.word, self.what = word, what
        self._words = words

    def __reduce__(self) -> tuple[type[UnknownWordError], tuple[object, list[str], str]]:
        """Pickle the hint, not the vocabulary."""
        spellings = closest_spellings(self.word, self._words) if isinstance(self.word, str) else []
        return UnknownWordError, (self.word, spellings, self.what)

    def __str__(self) -> str:
        if not isinstance(self.word, str):
            return f"{self.what} the id {self.word!r}: ids go from 0 to {len(self._words) - 1}"
        spellings = closest_spellings(self.word, self._words)
        hint = f"; did you mean {' or '.join(map(repr, spellings))}?" if spellings else ""
        return f"{self.what} {self.word!r}{hint}"


def describe(value: object) -> str:
    """Return the dtype and shape of an array, the repr of anything else, cut to 80 characters.

    >>> describe("5"), describe(None)
    ("'5'", 'None')
    """
    if hasattr(value, "dtype") and hasattr(value, "shape") and value.shape:  # else a scalar of NumPy
        return f"{value.dtype}{list(value.shape)}"
    return f"{value!r:.80}"


def closest_spellings(word: str, words: Sequence[str], count: int = 3) -> list[str]:
    """Return up to ``count`` of ``words`` that are spelled most like ``word`` in any case, the closest first.

    Only the first 500,000 words are compared: the most frequent ones, if words are sorted by count.
    """
    import difflib  # most programs never ask

    folded = word.casefold()
    letters, shortest, longest = set(folded), len(folded) - 1, len(folded) + 1
    # difflib takes 5 us a word: it sees 5,000 at most, all of about this length and these letters
    searched = islice(words, 500_000)
    likely = (w for w in searched if shortest <= len(w) <= longest and len(letters ^ set(w)) <= 2)
    return difflib.get_close_matches(folded, islice(likely, 5000), count)
