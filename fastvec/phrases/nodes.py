"""Nodes: the words and phrases of a text while words are joined to phrases, and phrases to longer ones."""

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
    """The phrases of a pass, as the kernel `join` takes them."""

    starts: NDArray[np.int64]  # [nodes before the pass + 1]
    keys: NDArray[np.uint64]
    lengths: NDArray[np.int32]
    nodes: NDArray[np.int32]


class Spelling(NamedTuple):
    """The words that each node becomes, as the kernel `spell` takes them."""

    starts: NDArray[np.int64]  # [nodes + 1]
    pieces: NDArray[np.int32]


class Nodes:
    """Words and phrases; the id of a node is its position.

    Two nodes may be spelled alike: the phrase *new* + *york*, and a word *new_york* that was in the text. They are
    counted as one word, but only the phrase can be split again.

    Parameters
    ----------
    vocabulary : Vocabulary
        The words; its counts are ignored.
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
        self.index = dict(vocabulary.index)  # the first node of each spelling
        self.alike: dict[int, list[int]] = {}  # from the first node to all that are spelled alike, if several

    def __len__(self) -> int:
        return len(self.tokens)

    def roles(self) -> NDArray[np.int32]:
        """Return the role of each node, see `reference.phrases`; no role is -1 here."""
        roles = np.zeros(len(self), np.int32)
        for word, number in self.connectors.items():
            if word in self.index:
                first = self.index[word]
                roles[self.alike.get(first, [first])] = number
        return roles

    def firsts(self) -> NDArray[np.int32] | None:
        """Return for each node the first that is spelled alike; None: no two are."""
        if not self.alike:
            return None
        firsts = np.arange(len(self), dtype=np.int32)
        for first, nodes in self.alike.items():
            firsts[nodes] = first
        return firsts

    def find(self, phrases: Iterable[Sequence[str]]) -> list[Parts]:
        """Return the phrases whose parts are all nodes, as the first nodes of these spellings."""
        get = self.index.get
        found = (tuple([get(part, -1) for part in parts]) for parts in phrases)
        return [parts for parts in found if -1 not in parts]

    def parts_of(self, first: int, key: int) -> Parts:
        """Return the nodes of a pair that was counted: the first, the connector words, the last."""
        between, last = divmod(key, 1 << 32)
        parts = [last]
        words = list(self.connectors) if between else []
        while between:
            between, number = divmod(between, self.base)
            parts.append(self.index[words[number - 1]])
        return (first, *reversed(parts))

    def join(self, phrases: Iterable[Parts]) -> Joins:
        """Make nodes of phrases, given by the first nodes that are spelled like their parts."""
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
        """Return the words that occur at least ``min_count`` times; a rarer phrase becomes its parts.

        Parameters
        ----------
        counts : int64[nodes]
            How often each node occurs.
        min_count : int
            At least 1.

        Returns
        -------
        vocabulary : Vocabulary
        spelling : Spelling
        n_rare : int
            Tokens that are left out.

        Raises
        ------
        CorpusError
            If there were words and none is left.
        """
        alike, rare = self._taken_apart(counts, min_count)
        order = frequency_order(self.tokens, alike, min_count)
        if not len(order) and counts.any():
            expected = f"at most {alike.max():,}, the highest count"
            raise CorpusError(field="min_count", expected=expected, got=min_count)
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
        """Split rare phrases; return the count of each spelling (at its first node), and these phrases in order.

        It goes from the last phrase to the first: a part may be a phrase too, which then occurs more often.
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
