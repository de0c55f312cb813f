"""Tokens: text between white space, runs of letters and digits, or what a function returns."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import SettingError

Tokens = Literal["whitespace", "words"] | Callable[[str], Iterable[str]]

# planes 4 to 13 are unassigned, 15 and 16 private: a fifth of the time of asking for every code point
ASSIGNED = (range(0x40000), range(0xE0000, 0xE1000))

# marks that choose how the character before them looks; after an emoji one would be an invisible word
VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


NO_WHITESPACE = re.compile(r"[^ \t\n\r\v\f]+")


def split_words(text: str) -> list[str]:
    r"""Return the tokens between ASCII white space, as reading with ``tokens="whitespace"`` does.

    >>> split_words("new york\u00a0city\n")
    ['new', 'york\xa0city']
    """
    return NO_WHITESPACE.findall(text)


def check_tokens(tokens: object) -> None:
    """Raise if ``tokens=`` is neither a known name nor callable."""
    if tokens not in ("whitespace", "words") and not callable(tokens):
        expected = "'whitespace', 'words' or a function from a line to its tokens"
        raise SettingError(field="tokens", expected=expected, got=tokens)


@cache
def word_characters() -> NDArray[np.uint8]:
    """Return the set of letters, digits and combining marks (Unicode L*, N*, M*) as a bit map.

    It is uint8[0x110000 / 8]: bit ``c & 7`` of byte ``c >> 3`` is for code point ``c``.
    """
    kept = np.zeros(sys.maxunicode + 1, np.bool_)
    category = unicodedata.category
    for codes in ASSIGNED:
        kept[codes.start : codes.stop] = [category(chr(code))[0] in "LNM" for code in codes]
    for selectors in VARIATION_SELECTORS:
        kept[selectors.start : selectors.stop] = False
    return np.packbits(kept, bitorder="little")
