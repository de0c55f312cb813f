"""Text to ids in plain Python; imports nothing from fastvec."""

import re
import unicodedata
from collections import Counter


def lines_of(data):
    """The lines of a file's bytes: a byte order mark is no text, a last newline makes no line."""
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


def selects(c):
    """Whether it is a variation selector, which changes how the character before it looks."""
    return "\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef"


def tokens_of(line, tokens="whitespace"):
    if tokens == "whitespace":
        return [token.decode("utf-8", "surrogateescape") for token in re.split(rb"[ \t\v\f\r]+", line) if token]
    text = line.decode("utf-8", "surrogateescape")
    kept = (c if c == "_" or (unicodedata.category(c)[0] in "LNM" and not selects(c)) else " " for c in text)
    return [token.strip("_") for token in "".join(kept).split(" ")]


def corpus_of(sentences, min_count=1, max_size=None, lowercase=False, normalize=None, words=None):
    """A dict of ids, offsets, words, counts and n_dropped of lists of tokens."""

    def changed(token):
        token = token.lower() if lowercase else token
        return normalize(token) if normalize else token

    sentences = [[token for token in sentence if token] for sentence in sentences]
    n_tokens = sum(map(len, sentences))
    sentences = [[changed(token) for token in sentence] for sentence in sentences]
    counts = Counter(token for sentence in sentences for token in sentence if token)
    if words is None:
        kept = sorted((word for word in counts if counts[word] >= min_count), key=lambda w: (-counts[w], w))
        words = kept[:max_size]
    index = {word: i for i, word in enumerate(words)}
    ids, offsets = [], [0]
    for sentence in sentences:
        ids += [index[token] for token in sentence if token in index]
        offsets.append(len(ids))
    return {
        "ids": ids,
        "offsets": offsets,
        "words": words,
        "counts": [counts[word] for word in words],
        "n_dropped": n_tokens - len(ids),
    }
