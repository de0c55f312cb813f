"""Counting words and their pairs for Phrases, by fastvec's compiled counting, by spelling as gensim has them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastvec.gensim_compat.text import lines_of, lists_of_words
from fastvec.gensim_compat.vocabulary import corpus_of_lines
from fastvec.phrases.pair_counts import count_pairs
from fastvec.phrases.phrase_text import PhraseText
from fastvec.running.workers import resolve_threads
from fastvec.text.corpus import Corpus


def count_spellings(
    sentences: Iterable[Any], delimiter: str, connector_words: frozenset[str]
) -> tuple[dict[str, int], int]:
    """Count the words of sentences, and their pairs with the connector words between them.

    Parameters
    ----------
    sentences : iterable of lists of str
        Read once.
    delimiter : str
        Between the words of a pair.
    connector_words : set of str
        They are not counted. At most as many in a row as 32 bits hold (8 of 15, 4 of a hundred): a pair with more
        is not counted either.

    Returns
    -------
    counts : dict of str to int
        What is spelled alike is counted together: a word *new_york*, and *new* before *york*.
    n_tokens : int

    Raises
    ------
    CorpusError
        If there is no word, or a sentence is a str.
    """
    lines = lines_of(sentences)
    if lines is None:
        corpus = Corpus.from_text(lists_of_words(sentences), min_count=1)
    else:
        corpus = corpus_of_lines(lines, resolve_threads(None))
    text = PhraseText(corpus, delimiter, connector_words, None, None)
    pairs, words = count_pairs(text, 1), text.nodes.tokens
    counts = dict(zip(words, pairs.words.tolist(), strict=True))
    for word in connector_words:
        counts.pop(word, None)
    get, parts_of = counts.get, text.nodes.parts_of
    for first, key, count in zip(pairs.first.tolist(), pairs.keys.tolist(), pairs.counts.tolist(), strict=True):
        if key >> 32:
            token = delimiter.join([words[part] for part in parts_of(first, key)])
        else:
            token = words[first] + delimiter + words[key]
        counts[token] = get(token, 0) + count
    return counts, corpus.n_tokens


def prune(counts: dict[str, int], most: int, rarest: int) -> int:
    """Take out the rarest until at most ``most`` are left; return the count that is too rare next."""
    while len(counts) > most:
        for token in [token for token, count in counts.items() if count <= rarest]:
            del counts[token]
        rarest += 1
    return rarest
