"""Analogies: a is to b as c is to d."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import choice, real, whole
from fastvec.errors import FormatError, SettingError
from fastvec.evaluation.resampling import RESAMPLES, Comparison, Interval, bootstrap, comparison
from fastvec.evaluation.vocabulary import ScoredVocabulary
from fastvec.io.decompression import type_of_path
from fastvec.io.limits import TEST_LINE_BYTES
from fastvec.io.lines import numbered_lines

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

Method: TypeAlias = Literal["3cosadd", "3cosmul"]
OutOfVocabulary: TypeAlias = Literal["skip", "wrong"]

BLOCK = 256  # questions whose scores are in memory at a time: 30 MB with 30,000 words


class Question(NamedTuple):
    """a : b = c : d."""

    section: str
    a: str
    b: str
    c: str
    d: str


class Section(NamedTuple):
    """The part of a test set under one heading."""

    name: str
    correct: int
    asked: int
    skipped: int

    @property
    def accuracy(self) -> float:
        """The share of the questions asked that are right."""
        return self.correct / self.asked if self.asked else float("nan")


@dataclass(frozen=True, repr=False)
class AnalogyScore:
    """How many analogies are right.

    Attributes
    ----------
    sections : tuple of Section
        In the order of the test set.
    asked, correct : bool[Q], read-only
        Of each question.
    groups : int64[Q], read-only
        Of each question the number of its answer. Questions with the same one are right or wrong together more
        often than others, so that intervals and tests draw groups, each with all of its questions.
    """

    names: tuple[str, ...]
    section_of: NDArray[np.int64]
    asked: NDArray[np.bool_]
    correct: NDArray[np.bool_]
    groups: NDArray[np.int64]

    def __repr__(self) -> str:
        right = int(self.correct[self.asked].sum())
        return f"<AnalogyScore: {self.accuracy:.3f}, {right:,} of {self.n:,} right, coverage {self.coverage:.2f}>"

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The scores by section."""
        return tuple(
            Section(
                name, int(self.correct[here].sum()), int(self.asked[here].sum()), int((~self.asked[here]).sum())
            )
            for name, here in ((name, self.section_of == i) for i, name in enumerate(self.names))
        )

    @property
    def accuracy(self) -> float:
        """The share of the questions asked that are right."""
        return self._accuracy(self.asked)

    @property
    def n(self) -> int:
        """How many questions are asked."""
        return int(self.asked.sum())

    @property
    def coverage(self) -> float:
        """The share of all questions that are asked."""
        return float(self.asked.mean()) if len(self.asked) else float("nan")

    @property
    def syntactic(self) -> float:
        """The accuracy of the sections whose names begin with "gram", as in questions-words.txt."""
        return self._accuracy(self.asked & self._is_syntactic)

    @property
    def semantic(self) -> float:
        """The accuracy of the other sections."""
        return self._accuracy(self.asked & ~self._is_syntactic)

    @property
    def _is_syntactic(self) -> NDArray[np.bool_]:
        return np.array([name.startswith("gram") for name in self.names], np.bool_)[self.section_of]

    def _accuracy(self, which: NDArray[np.bool_]) -> float:
        return float(self.correct[which].mean()) if which.any() else float("nan")

    def interval(self, level: float = 0.95, *, resamples: int = RESAMPLES, seed: int = 1) -> Interval:
        """Return a confidence interval of the accuracy, by the bootstrap over answers.

        Parameters
        ----------
        level : float
            The share of resamples inside.
        resamples, seed : int

        Examples
        --------
        >>> import fastvec as fv
        >>> rows = [[1, 0, 1], [1, 1, 1], [1, 0, -1], [1, 1, -1]]
        >>> vectors = fv.WordVectors(["man", "king", "woman", "queen"], rows)
        >>> fv.evaluate_analogies(vectors, [("man", "king", "woman", "queen")] * 9).interval()
        Interval(low=1.0, high=1.0)
        """
        right = self.correct[self.asked]
        return bootstrap(
            lambda items: float(right[items].mean()), len(right), groups=self.groups[self.asked],
            level=level, resamples=resamples, seed=seed,
        )  # fmt: skip

    def compare(self, other: AnalogyScore, *, level: float = 0.95, resamples: int = RESAMPLES) -> Comparison:
        """Compare with the score of other vectors on the same questions, of which both have all words.

        Parameters
        ----------
        other : AnalogyScore
            Of the same test set.
        level : float
            Of the interval of the difference.
        resamples : int

        Returns
        -------
        Comparison
            ``difference`` is the other accuracy less this one. The test swaps the questions of an answer
            together.

        Raises
        ------
        SettingError
            If the other score is of another test set.

        Examples
        --------
        >>> import fastvec as fv
        >>> rows = np.array([[1, 0, 1], [1, 1, 1], [1, 0, -1], [1, 1, -1], [1, 9, 9]])
        >>> good = fv.WordVectors(["man", "king", "woman", "queen", "car"], rows)
        >>> bad = fv.WordVectors(["man", "king", "woman", "car", "queen"], rows)
        >>> questions = [("man", "king", "woman", "queen")] * 9
        >>> fv.evaluate_analogies(bad, questions).compare(fv.evaluate_analogies(good, questions)).difference
        1.0
        """
        if not isinstance(other, AnalogyScore) or len(other.asked) != len(self.asked):
            raise SettingError(field="other", expected="a score of the same questions", got=other)
        both = self.asked & other.asked
        gain = other.correct[both].astype(float) - self.correct[both]
        return comparison(
            lambda items: float(gain[items].mean()),
            lambda swap: float(np.where(swap, -gain, gain).mean()),
            len(gain), groups=self.groups[both], level=level, resamples=resamples,
        )  # fmt: skip


def evaluate_analogies(
    vectors: WordVectors,
    questions: type_of_path | Iterable[tuple[str, str, str, str]],
    *,
    method: Method = "3cosadd",
    restrict_vocab: int | None = 300_000,
    ignore_case: bool = True,
    oov: OutOfVocabulary = "skip",
    epsilon: float = 1e-6,
) -> AnalogyScore:
    """Score word vectors on analogies: a is to b as c is to d.

    The answer is the word x, other than a, b and c, that has the highest

        3CosAdd   cos(x, b) - cos(x, a) + cos(x, c)
        3CosMul   s(x, b) s(x, c) / (s(x, a) + epsilon),      s(x, y) = (1 + cos(x, y)) / 2

    (Levy and Goldberg 2014, "Linguistic Regularities in Sparse and Explicit Word Representations", equations 4 and
    5). Of equal ones the more frequent word is taken.

    Parameters
    ----------
    vectors : WordVectors
    questions : path, or iterable of (a, b, c, d)
        A file with four words a line, and ``: name`` before each section, as word2vec's questions-words.txt.
    method : "3cosadd" or "3cosmul"
    restrict_vocab : int or None
        Questions and answers have the first so many words only, the most frequent ones; None: all. word2vec's
        compute-accuracy is often run with 30,000; gensim's default is 300,000, as here.
    ignore_case : bool
        Fold the case of words.
    oov : "skip" or "wrong"
        What a question with an out-of-vocabulary word is: not asked, or wrong (gensim's ``dummy4unknown``).
    epsilon : float
        Of 3CosMul; 1e-6 as in gensim, 0.001 in the paper.

    Returns
    -------
    AnalogyScore

    Raises
    ------
    FormatError
        If a line of a file has not four words, and it names the line; or no line has.
    StorageError
        If the file cannot be read.
    SettingError
        If a setting is out of range, or vectors are not finite.

    Examples
    --------
    >>> import fastvec as fv
    >>> rows = [[1, 0, 1], [1, 1, 1], [1, 0, -1], [1, 1, -1]]
    >>> vectors = fv.WordVectors(["man", "king", "woman", "queen"], rows)
    >>> questions = [("man", "king", "woman", "queen"), ("man", "king", "girl", "queen")]
    >>> score = fv.evaluate_analogies(vectors, questions)
    >>> score.accuracy, score.coverage
    (1.0, 0.5)
    """
    choice("method", method, ("3cosadd", "3cosmul"))
    choice("oov", oov, ("skip", "wrong"))
    real("epsilon", epsilon, 0)
    limit = None if restrict_vocab is None else whole("restrict_vocab", restrict_vocab, 1)
    given = read_questions(questions)
    names = tuple(dict.fromkeys(question.section for question in given))
    number = {name: i for i, name in enumerate(names)}
    vocabulary = ScoredVocabulary(vectors, limit, ignore_case)
    ids = np.array([[vocabulary(word) for word in question[1:]] for question in given], np.int64).reshape(-1, 4)
    known: NDArray[np.bool_] = np.asarray((ids >= 0).all(axis=1))
    correct = np.zeros(len(ids), np.bool_)
    correct[known] = _answers(vocabulary.unit, ids[known, :3], method, epsilon) == ids[known, 3]
    section_of = np.array([number[question.section] for question in given], np.int64)
    asked = known if oov == "skip" else np.ones(len(ids), np.bool_)
    numbers: dict[str, int] = {}
    answers = [numbers.setdefault(q.d.lower() if ignore_case else q.d, len(numbers)) for q in given]
    return AnalogyScore(names, section_of, asked, correct, np.array(answers, np.int64))


def read_questions(source: type_of_path | Iterable[tuple[str, str, str, str]]) -> list[Question]:
    """Return the questions of a file or an iterable; see :func:`evaluate_analogies`."""
    if not isinstance(source, (str, os.PathLike)):
        if not isinstance(source, Iterable):
            raise SettingError(field="questions", expected="a path, or questions of four words", got=source)
        return [Question("", *_four(f"questions[{i}]", words)) for i, words in enumerate(source)]
    questions, section = [], ""
    for number, line in numbered_lines(source, TEST_LINE_BYTES):
        text = line.decode("utf-8", "surrogateescape").strip()
        words = text.split(None, 4)
        if text.startswith(":"):
            section = text.removeprefix(":").strip()
        elif words and len(words) != 4:
            raise FormatError(
                path=source, field=f"line {number}", expected="four words, or ': section'", got=text[:200]
            )
        elif words:
            questions.append(Question(section, *words))
    if not questions:
        raise FormatError(path=source, field="questions", expected="lines of four words", shown="none")
    return questions


def _four(field: str, words: object) -> tuple[str, str, str, str]:
    found = tuple(words) if isinstance(words, (list, tuple)) else ()
    if len(found) != 4 or not all(isinstance(word, str) for word in found):
        raise SettingError(field=field, expected="four words", got=words)
    return found


def _answers(
    unit: NDArray[np.float32], ids: NDArray[np.int64], method: Method, epsilon: float
) -> NDArray[np.int64]:
    """Return the row that answers each question (a, b, c), int64[n]; -1 if there is none."""
    answers = np.empty(len(ids), np.int64)
    for start in range(0, len(ids), BLOCK):
        block = ids[start : start + BLOCK]
        a, b, c = (unit[block[:, i]] for i in range(3))
        if method == "3cosadd":
            scores = (b - a + c) @ unit.T
        else:
            scores = (1 + b @ unit.T) * (1 + c @ unit.T) / ((1 + a @ unit.T) / 2 + np.float32(epsilon))
        scores[np.arange(len(block))[:, None], block] = -np.inf
        best = scores.argmax(axis=1)
        # of a vocabulary that has no word but a, b and c there is no answer
        answers[start : start + BLOCK] = np.where(scores[np.arange(len(block)), best] == -np.inf, -1, best)
    return answers
