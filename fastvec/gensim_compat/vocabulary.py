"""The vocabulary of a model from sentences: fastvec's corpus, gensim's rules of what stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from os import PathLike
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError
from fastvec.gensim_compat.names import NoUnicodeError
from fastvec.gensim_compat.tagged_documents import Documents
from fastvec.gensim_compat.text import Lines, lines_of, lines_of_file
from fastvec.running.workers import resolve_threads
from fastvec.text.building import TextSettings, build
from fastvec.text.corpus import Corpus
from fastvec.text.vocabulary import Vocabulary

RULE_DEFAULT, RULE_DISCARD, RULE_KEEP = 0, 1, 2
TrimRule = Callable[[Any, int, int], int]


class Read(NamedTuple):
    """A corpus, and whether its words are whole numbers."""

    corpus: Corpus
    whole_words: bool

    @property
    def total_words(self) -> int:
        """The words of the text, those out of the vocabulary too."""
        return self.corpus.n_tokens + self.corpus.n_dropped

    def keys(self) -> list[Any]:
        """Return the words as they were in the sentences."""
        words = self.corpus.vocabulary.words
        return [int(word) for word in words] if self.whole_words else list(words)


class _Sentences:
    """Sentences, each looked at: a str is none, and words are all str or all whole numbers."""

    def __init__(self, sentences: Iterable[Any]) -> None:
        self.sentences = sentences
        self.types: set[type] = set()  # of words

    @property
    def kinds(self) -> set[bool]:
        """Whether words are numbers."""
        return {not issubclass(kind, str) for kind in self.types}

    def __iter__(self) -> Iterator[Any]:
        for number, sentence in enumerate(self.sentences):
            if isinstance(sentence, (str, bytes)):
                raise CorpusError(
                    field=f"sentences: item {number}", expected="a list of words", got=sentence,
                    hint="sentence.split() makes one; corpus_file= takes the path of a text",
                )  # fmt: skip
            words = _listed(sentence)
            if isinstance(words, (list, tuple)):
                self.types.update(map(type, words))
            yield words


def _listed(sentence: Any) -> Any:
    """Return the words of a sentence as a list, those of a set in the order of their spelling, as it has none."""
    if isinstance(sentence, (list, tuple)):
        return sentence
    if isinstance(sentence, np.ndarray):
        return sentence.tolist()
    if isinstance(sentence, Set):
        return sorted(sentence, key=str)
    is_list = isinstance(sentence, Iterable) and not isinstance(sentence, (Mapping, PathLike))
    return list(sentence) if is_list else sentence


def read(
    sentences: Iterable[Any] | Lines, workers: int, *, min_count: int = 1, vocabulary: Vocabulary | None = None
) -> Read:
    """Return a corpus, read once.

    Parameters
    ----------
    sentences : iterable of lists of words, or Lines
        A sentence may be a list, an array or a set.
    workers : int
        Threads.
    min_count : int
        0 or 1: all words, even if there are none.
    vocabulary : Vocabulary, optional
        Encode by this one.
    """
    lines = sentences if isinstance(sentences, Lines) else lines_of(sentences)
    looked_at = _Sentences(sentences)
    threads, least = resolve_threads(workers), max(1, min_count)
    try:
        if lines is not None:
            return Read(corpus_of_lines(lines, threads, least, vocabulary), False)
        settings = TextSettings(least, None, "whitespace", False, None, vocabulary, threads)
        corpus = Corpus._of(build(looked_at, settings))
    except CorpusError as error:
        if error.field not in ("source", "min_count"):
            raise _by_argument(error, sentences) from None
        corpus = _nothing()
    if len(looked_at.kinds) == 2:
        raise CorpusError(field="sentences", expected="words that are all str, or all whole numbers", shown="both")
    return Read(corpus, looked_at.kinds == {True})


def _by_argument(error: CorpusError, sentences: Any) -> CorpusError:
    """Return the error of fastvec's reader with the name of gensim's argument."""
    field = str(error.field)
    if not field.startswith("source: "):
        return error
    name = "documents" if isinstance(sentences, Documents) else "sentences"
    message = str(error).replace("source: ", f"{name}: ", 1)
    return CorpusError(
        message, field=field.replace("source", name, 1), expected=error.expected, got=error.got
    )  # fmt: skip


def corpus_of_lines(
    lines: Lines, threads: int, min_count: int = 1, vocabulary: Vocabulary | None = None
) -> Corpus:
    """Return the corpus of what gensim's readers read, by fastvec's, without an object for each word.

    Raises
    ------
    CorpusError
        If no word is left.
    NoUnicodeError
        A UnicodeDecodeError, as in gensim, if it is not UTF-8.
    """
    settings = TextSettings(
        min_count, None, "unicode", False, None, vocabulary, threads, longest_sentence=lines.longest
    )
    try:
        return Corpus._of(build(lines.source, settings))
    except UnicodeDecodeError as error:
        raise _place_of(error, lines) from None


def _place_of(error: UnicodeDecodeError, lines: Lines) -> Exception:
    """Return the error with its file and line, if there are files."""
    for path in lines.source if isinstance(lines.source, list) else ():
        for number, line in enumerate(lines_of_file(path, None)):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as found:
                return NoUnicodeError(path, number + 1, found)
    return error


def _nothing() -> Corpus:
    return Corpus(np.empty(0, np.int32), np.zeros(1, np.int64), Vocabulary([], np.empty(0, np.int64)))


def kept(
    counts: Mapping[Any, int],
    min_count: int,
    trim_rule: TrimRule | None = None,
    max_vocab_size: int | None = None,
    max_final_vocab: int | None = None,
) -> tuple[dict[Any, int], int]:
    """Return the words that stay, in their order, and the least count of those that no rule keeps.

    Parameters
    ----------
    counts : mapping from word to count
        The most frequent words first.
    min_count : int
    trim_rule : callable, optional
        Gets a word, its count and ``min_count``; returns RULE_KEEP, RULE_DISCARD or RULE_DEFAULT.
    max_vocab_size, max_final_vocab : int, optional
        At most so many words, all as frequent as the last or none: of all words, of those that stay.

    Examples
    --------
    >>> kept({"a": 9, "b": 5, "c": 5, "d": 1}, 2, max_final_vocab=2)
    ({'a': 9}, 6)
    """
    ordered = list(counts.values())
    least = max(min_count, *(_least_of(ordered, most) for most in (max_vocab_size, max_final_vocab)))
    stays = {}
    for word, count in counts.items():
        rule = RULE_DEFAULT if trim_rule is None else trim_rule(word, count, min_count)
        if rule == RULE_KEEP or (rule != RULE_DISCARD and count >= least):
            stays[word] = count
    return stays, least


def _least_of(counts: list[int], most: int | None) -> int:
    """Return the least count with which at most ``most`` words stay."""
    return 0 if most is None or most >= len(counts) else counts[most] + 1


def encoded(corpus: Corpus, ids: NDArray[np.int32], vocabulary: Vocabulary) -> Corpus:
    """Return a corpus by another vocabulary: word i has ``ids[i]`` in it, or -1 if it is not there."""
    new = ids[corpus.ids]
    stays = new >= 0
    ends = np.concatenate([[0], np.cumsum(stays)])
    n_dropped = corpus.n_dropped + int(len(new) - ends[-1])
    return Corpus(new[stays], ends[corpus.offsets], vocabulary, n_dropped)
