"""Phrases in plain Python: what is found, joined and taken apart again. Imports nothing from fastvec.

A token is a word (str) or, when joined, the tuple of the tokens that it was joined from.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from math import log


def look(token, delimiter="_"):
    """A token as it stands in the text."""
    return token if isinstance(token, str) else delimiter.join(look(part, delimiter) for part in token)


def candidates(sentence, connectors, most):
    """(start, end) of each two words with nothing but connectors, ``most`` at most, between."""
    ends = [place for place, word in enumerate(sentence) if word not in connectors]
    return [(a, b + 1) for a, b in pairwise(ends) if b - a - 1 <= most]


def score(scoring, ab, a, b, n_tokens, min_count):
    if scoring == "word2vec":
        return (ab - min_count) * n_tokens / (a * b)
    p_ab, p_a, p_b = ab / n_tokens, a / n_tokens, b / n_tokens
    return log(p_ab / (p_a * p_b)) / -log(p_ab)


def find(sentences, *, min_count, threshold, scoring="word2vec", connectors=frozenset(), most=0):
    """{words of the phrase: (score, count)} of sentences of words."""
    words = Counter(word for sentence in sentences for word in sentence)
    pairs = Counter(
        tuple(sentence[a:b]) for sentence in sentences for a, b in candidates(sentence, connectors, most)
    )
    n_tokens = sum(words.values())
    scored = {
        pair: (score(scoring, count, words[pair[0]], words[pair[-1]], n_tokens, min_count), count)
        for pair, count in pairs.items()
        if count >= min_count
    }
    return {pair: found for pair, found in scored.items() if found[0] > threshold}


def join(sentence, phrases, connectors=frozenset(), delimiter="_"):
    """The tokens of a sentence with phrases joined, greedily from left to right."""
    looks = [look(token, delimiter) for token in sentence]
    joined, start = [], 0
    while start < len(sentence):
        end = start + 1
        if looks[start] not in connectors:
            while end < len(looks) and looks[end] in connectors:
                end += 1
        if tuple(looks[start : end + 1]) in phrases:
            joined.append(tuple(sentence[start : end + 1]))
            start = end + 1
        else:
            joined.append(sentence[start])
            start += 1
    return joined


def taken_apart(sentences, min_count, levels, delimiter="_"):
    """The sentences with joined tokens that come less often as their parts, the last level first; then without
    words that come less often, whose number is returned too. ``levels[i]`` are the phrases of a pass, no two of
    which may look alike."""
    for phrases in reversed(levels):
        counts = Counter(look(token, delimiter) for sentence in sentences for token in sentence)
        sentences = [
            [part for token in sentence for part in _parts(token, counts, min_count, phrases, delimiter)]
            for sentence in sentences
        ]
    texts = [[look(token, delimiter) for token in sentence] for sentence in sentences]
    counts = Counter(word for sentence in texts for word in sentence)
    left = [[word for word in sentence if counts[word] >= min_count] for sentence in texts]
    return left, sum(map(len, texts)) - sum(map(len, left))


def _parts(token, counts, min_count, phrases, delimiter):
    of_this_level = not isinstance(token, str) and tuple(look(part, delimiter) for part in token) in phrases
    return token if of_this_level and counts[look(token, delimiter)] < min_count else (token,)


def vocabulary(sentences):
    counts: dict[str, int] = defaultdict(int)
    for sentence in sentences:
        for word in sentence:
            counts[word] += 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
