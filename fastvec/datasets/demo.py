"""The demo corpus: a million tokens from a small grammar, in which the classic analogies hold."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastvec.datasets.grammar import AGREEMENT, FAMILIES, QUESTIONS, SHARED, Family

N_SENTENCES = 118_000  # about a million tokens


@dataclass(frozen=True)
class DemoCorpus:
    """A corpus with analogy questions that vectors trained on it can answer.

    Attributes
    ----------
    sentences : list of str
        Lower-case words separated by spaces.
    questions : list of tuple
        (a, b, c, expected): a is to b as c is to expected.
    """

    sentences: list[str]
    questions: list[tuple[str, str, str, str]]


def demo_corpus(seed: int = 1) -> DemoCorpus:
    """Generate about a million tokens about people, countries, animals, actions and comparisons.

    Each sentence is a frame of the grammar, filled with words from one row of its table and with words that all
    rows share. So *king* and *queen* are related only by their contexts.

    Parameters
    ----------
    seed : int
        The same seed gives the same text on any machine and with any version of Python.

    Returns
    -------
    DemoCorpus

    Examples
    --------
    >>> from fastvec.datasets import demo_corpus
    >>> corpus = demo_corpus(seed=1)
    >>> len(corpus.sentences)
    118000
    >>> corpus.questions[0]
    ('man', 'king', 'woman', 'queen')
    """
    patterns = [pattern for family in FAMILIES for pattern in _patterns(family)]
    # random() is the only method of Random whose stream never changes between versions of Python
    draw = random.Random(seed).random
    sentences = []
    for _ in range(N_SENTENCES):
        pattern = patterns[int(draw() * len(patterns))]
        sentences.append(
            " ".join([words if type(words) is str else words[int(draw() * len(words))] for words in pattern])
        )
    return DemoCorpus(sentences, list(QUESTIONS))


def _patterns(family: Family) -> Iterator[list[str | list[str]]]:
    """Yield every frame with every row, as a list of fixed texts and of lists of words to draw from."""
    slots = family.slots.split()
    for line in _lines(family.table):
        row = SHARED | dict(zip(slots, line.split(), strict=True))
        for frame in _lines(family.frames):
            if "{person}" not in frame:
                yield _fill(frame, row)
                continue
            for person, agreement in AGREEMENT.items():
                yield _fill(frame, row | agreement | {"person": row[person]})


def _fill(frame: str, row: dict[str, str]) -> list[str | list[str]]:
    # re.split returns the separators, here the names of slots, at odd positions
    parts = [part.strip() for part in re.split(r"\{(\w+)\}", frame)]
    pattern: list[str | list[str]] = []
    for index, part in enumerate(parts):
        if index % 2:
            words = row[part].split("|")
            pattern.append(words if len(words) > 1 else words[0])
        elif part:
            pattern.append(part)
    return pattern


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]
