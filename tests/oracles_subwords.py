"""Subwords of one word in plain Python; imports nothing from fastvec."""

import re


def ngrams(word, min_n, max_n):
    """The n-grams of bytes: a character is one byte and the continuation bytes of UTF-8 behind it."""
    characters = re.findall(rb"[^\x80-\xbf][\x80-\xbf]*", b"<" + word + b">")
    last = len(characters) - 1
    found = []
    for i in range(len(characters)):
        for n in range(1, max_n + 1):
            alone_on_the_border = n == 1 and i in (0, last)
            if word != b"</s>" and min_n <= n <= len(characters) - i and not alone_on_the_border:
                found.append(b"".join(characters[i : i + n]))
    return found


def bucket(ngram, buckets):
    """FNV-1a of 32 bits, over bytes taken as int8."""
    hashed = 0x811C9DC5
    for k in range(len(ngram)):
        signed = int.from_bytes(ngram[k : k + 1], "little", signed=True)
        hashed = (hashed ^ (signed % 2**32)) * 0x01000193 % 2**32
    return hashed % buckets


def rows(word_id, word, n_words, min_n, max_n, buckets):
    return [word_id, *(n_words + bucket(ngram, buckets) for ngram in ngrams(word, min_n, max_n))]


def mean(W, numbers):
    """The mean of rows of W, added up in float64; zeros of none."""
    total = [0.0] * len(W[0])
    for number in numbers:
        total = [a + float(b) for a, b in zip(total, W[number], strict=True)]
    return [a / max(1, len(numbers)) for a in total]
