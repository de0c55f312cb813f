"""Words as bytes: they come back, and sort as Python sorts them."""

import numpy as np
import pytest

from fastvec import Corpus
from fastvec.kernels._text import frequency_order
from fastvec.text.vocabulary import frequency_order as order_of
from fastvec.text.words import Words

STRANGE = ["b", "", "a\nb", "\n", "é", "\udcff", "\ud800", "\uffff", "\U0001f600", "a\0", "a", "東京", "x" * 100]


@pytest.mark.parametrize(
    "words", [[], [""], ["one", "two"], STRANGE, [word for word in STRANGE if "\n" not in word]]
)
def test_words_come_back(words):
    made = Words.of(words)
    assert made.decoded() == words
    assert made.take(np.arange(len(words))[::-1].copy()).decoded() == words[::-1]
    assert made.comparable() is made


def test_words_sort_as_python_sorts_them():
    words = Words.of(STRANGE)
    order = frequency_order(np.ones(len(STRANGE), np.int64), words.starts, words.text)
    assert [STRANGE[i] for i in order.tolist()] == sorted(STRANGE)
    counts = np.array([1 + i % 3 for i in range(len(STRANGE))])
    expected = sorted((i for i in range(len(STRANGE)) if counts[i] > 1), key=lambda i: (-counts[i], STRANGE[i]))
    assert order_of(STRANGE, counts, min_count=2).tolist() == expected
    assert order_of(STRANGE, counts, min_count=2, max_size=3).tolist() == expected[:3]


def test_bytes_that_are_no_utf8_sort_as_the_str_do():
    spelled = ["\udcff", "\uffff", "a", "\ud7ff", "\udcc3z"]
    text = np.frombuffer(
        b"\n".join([*(word.encode("utf-8", "surrogateescape") for word in spelled), b""]), np.uint8
    )
    words = Words(np.append(0, np.flatnonzero(text == 10) + 1), text)
    assert words.decoded() == words.comparable().decoded() == spelled
    found = words.comparable()
    order = frequency_order(np.ones(5, np.int64), found.starts, found.text)
    assert [spelled[i] for i in order.tolist()] == sorted(spelled)
    assert Corpus.from_text([spelled], min_count=1).vocabulary.words == sorted(spelled)
