"""Sentences of a length, and white space of Unicode, in blocks of text."""

from __future__ import annotations

import random
import sys

import numpy as np
import pytest

from fastvec.text.cutting import SentenceCut
from fastvec.text.encoding import Encoded
from fastvec.text.spaces import blank_unicode_spaces


def sentences_of(lines, longest):
    return [line[start : start + longest] for line in lines for start in range(0, len(line), longest)]


@pytest.mark.parametrize("longest", [1, 2, 3, 7, 100])
def test_blocks_of_any_size(longest):
    draw = random.Random(longest)
    for _ in range(200):
        lines = [list(range(draw.choice((0, 0, 1, 2, 3, 6, 7, 8, 30)))) for _ in range(draw.randrange(6))]
        tokens = [token for line in lines for token in line]
        line_ends = np.cumsum([len(line) for line in lines], dtype=np.int64)
        cut, ends, start, first = SentenceCut(longest), [], 0, 0
        while first < len(lines) or start < len(tokens):
            end = min(len(tokens), start + draw.randrange(9))
            last = first  # how many lines end in this block; where it ends, some may or all
            while last < len(lines) and line_ends[last] <= end and (line_ends[last] < end or draw.random() < 0.7):
                last += 1
            block = Encoded(np.zeros(end - start, np.int32), line_ends[first:last] - start)
            ends += (cut.ends(block) + start).tolist()
            start, first = end, last
        assert ends == np.cumsum([len(words) for words in sentences_of(lines, longest)]).tolist()


def test_every_space_of_unicode():
    characters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    text = "_".join(characters)
    block = bytearray(text.encode() + bytes(64))
    blank_unicode_spaces(block, len(block) - 64)
    assert bytes(block[:-64]).split() == [word.encode() for word in text.split()]
    assert block[-64:] == bytes(64)


@pytest.mark.parametrize("text", [b"", b"plain ascii_ _text\n", "naïve “čaj” 東京\n".encode()])
def test_text_without_them_stays(text):
    block = bytearray(text)
    blank_unicode_spaces(block, len(block))
    assert block == text


def test_what_is_not_utf_8():
    with pytest.raises(UnicodeDecodeError):
        blank_unicode_spaces(bytearray(b"caf\xe9 "), 5)
    blank_unicode_spaces(bytearray(b"cafe \xe9"), 5)  # beyond the block
