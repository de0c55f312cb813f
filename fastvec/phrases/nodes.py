"""What the ids of a text stand for while words are joined to phrases, and phrases to longer ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError
from fastvec.text.vocabulary import Vocabulary, frequency_order

Parts = tuple[int, ...]


class Joins(NamedTuple):
    """The phrases of a pass as `reference_phrases.join` wants them."""

    starts: NDArray[np.int64]  # [nodes before the pass + 1]
    keys: NDArray[np.uint64]
    lengths: NDArray[np.int32]
    nodes: NDArray[np.int32]


class Spelling(NamedTuple):
    """The words that each node becomes, as `reference_phrases.spell` wants them."""

    starts: NDArray[np.int64]  # [nodes + 1]
    pieces: NDArray[np.int32]


class Nodes:
    """Words, and what they were joined to; a node's id is its place.

    Two nodes may look alike: the phrase *new* + *york* and a word *new_york* that the text held before. They are
    counted as one word, but only the phrase can be taken apart again.

    Parameters
    ----------
    vocabulary : Vocabulary
        The words; its counts do not matter.
    delimiter : str
    connector_words : set of str
        Numbered in their order, from 1.
    """

    def __init__(self, vocabulary: Vocabulary, delimiter: str, connector_words: frozenset[str]) -> None:
        self.tokens = list(vocabulary.words)
        self.n_words = len(self.tokens)
        self.delimiter = delimiter
        self.connectors = {word: number for number, word in enumerate(sorted(connector_words), 1)}
        self.base = len(connector_words) + 1
        self.parts: list[Parts] = []  # of the nodes after the words
        self.index = dict(vocabulary.index)  # the first that looks so
        self.alike: dict[int, list[int]] = {}  # from the first to all, where there are several

    def __len__(self) -> int:
        return len(self.tokens)

    def roles(self) -> NDArray[np.int32]:
        """The role of each node, see `reference_phrases`; none is -1."""
        roles = np.zeros(len(self), np.int32)
        for word, number in self.connectors.items():
            if word in self.index:
                first = self.index[word]
                roles[self.alike.get(first, [first])] = number
        return roles

    def firsts(self) -> NDArray[np.int32] | None:
        """For each node the first that looks alike; None: no two do."""
        if not self.alike:
            return None
        firsts = np.arange(len(self), dtype=np.int32)
        for first, nodes in self.alike.items():
            firsts[nodes] = first
        return firsts

    def find(self, phrases: Iterable[Sequence[str]]) -> list[Parts]:
        """Those phrases whose parts are all here, as the first nodes that look so."""
        get = self.index.get
        found = (tuple([get(part, -1) for part in parts]) for parts in phrases)
        return [parts for parts in found if -1 not in parts]

    def parts_of(self, first: int, key: int) -> Parts:
        """A pair that was counted: its first node, the connectors between, its last."""
        between, last = divmod(key, 1 << 32)
        parts = [last]
        words = list(self.connectors) if between else []
        while between:
            between, number = divmod(between, self.base)
            parts.append(self.index[words[number - 1]])
        return (first, *reversed(parts))

    def join(self, phrases: Iterable[Parts]) -> Joins:
        """Make nodes of phrases, given by the first nodes that look like their parts."""
        n_before = len(self)
        if self.alike:
            alike = {first: tuple(nodes) for first, nodes in self.alike.items()}
            phrases = [p for parts in phrases for p in product(*(alike.get(part, (part,)) for part in parts))]
        for parts in phrases:
            self._add(parts)
        added = self.parts[n_before - self.n_words :]
        first_words = np.array([parts[0] for parts in added], np.int64)
        keys = np.array([self._key(parts) for parts in added], np.uint64)
        order = np.lexsort((keys, first_words))
        starts = np.zeros(n_before + 1, np.int64)
        np.cumsum(np.bincount(first_words, minlength=n_before), out=starts[1:])
        lengths = np.array([len(parts) for parts in added], np.int32)
        return Joins(starts, keys[order], lengths[order], (n_before + order).astype(np.int32))

    def _add(self, parts: Parts) -> None:
        node, token = len(self), self.delimiter.join([self.tokens[part] for part in parts])
        self.tokens.append(token)
        self.parts.append(parts)
        first = self.index.setdefault(token, node)
        if first != node:
            self.alike.setdefault(first, [first]).append(node)

    def _key(self, parts: Parts) -> int:
        between = 0
        for part in parts[1:-1]:
            between = between * self.base + self.connectors[self.tokens[part]]
        return (between << 32) + parts[-1]

    def vocabulary(self, counts: NDArray[np.int64], min_count: int) -> tuple[Vocabulary, Spelling, int]:
        """What comes at least ``min_count`` times; a phrase that does not is spelled as its parts.

        The last that returns is the number of tokens that no word is left for.

        Parameters
        ----------
        counts : int64[nodes]
            How often each node comes.
        min_count : int
            At least 1.

        Raises
        ------
        CorpusError
            No word is left of some.
        """
        alike, rare = self._taken_apart(counts, min_count)
        order = frequency_order(self.tokens, alike, min_count)
        if not len(order) and counts.any():
            raise CorpusError(
                f"min_count={min_count} leaves no word: the highest count is {alike.max():,}",
                field="min_count", expected=f"<= {alike.max()}", got=min_count,
            )  # fmt: skip
        final = np.full(len(self), -1, np.int32)
        final[order] = np.arange(len(order), dtype=np.int32)
        firsts = self.firsts()
        if firsts is not None:
            final = final[firsts]
        lengths = (final >= 0).astype(np.int64)
        apart: dict[int, list[int]] = {}
        for node in rare:
            parts = self.parts[node - self.n_words]
            apart[node] = [word for part in parts for word in apart.get(part, final[part : part + 1].tolist())]
            apart[node] = [word for word in apart[node] if word >= 0]
            lengths[node] = len(apart[node])
        starts = np.zeros(len(self) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        pieces = np.empty(starts[-1], np.int32)
        whole = final >= 0
        whole[rare] = False
        pieces[starts[:-1][whole]] = final[whole]
        for node, words in apart.items():
            pieces[starts[node] : starts[node + 1]] = words
        vocabulary = Vocabulary._of_distinct([self.tokens[node] for node in order.tolist()], alike[order])
        return vocabulary, Spelling(starts, pieces), int(alike.sum()) - vocabulary.total

    def _taken_apart(self, counts: NDArray[np.int64], min_count: int) -> tuple[NDArray[np.int64], list[int]]:
        """How often what looks alike comes (at the first node), when phrases too rare, ascending, are apart.

        From the last phrase to the first: a part may be a phrase too, and frequent enough with these.
        """
        firsts = self.firsts()
        look = range(len(self)) if firsts is None else firsts.tolist()
        here = counts.tolist()
        alike = counts.tolist() if firsts is None else [0] * len(self)
        if firsts is not None:
            for node, count in enumerate(here):
                alike[look[node]] += count
        rare = []
        for node in range(len(self) - 1, self.n_words - 1, -1):
            if alike[look[node]] >= min_count:
                continue
            rare.append(node)
            alike[look[node]] -= here[node]
            for part in self.parts[node - self.n_words]:
                here[part] += here[node]
                alike[look[part]] += here[node]
        return np.array(alike, np.int64), rare[::-1]
