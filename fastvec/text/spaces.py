"""White space of Unicode, as ``str.split`` has it, in blocks of UTF-8."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SPACE = ord(" ")
# str.isspace beyond the white space of C, by the bytes of each character
_SPACES = [chr(code).encode() for code in range(0x3001) if chr(code).isspace() and chr(code) not in " \t\n\r\v\f"]
_OF_ONE = [space for space in _SPACES if len(space) == 1]


class _OfLength:
    """The spaces of some bytes: a table by number, from the least that a character may have that begins so."""

    def __init__(self, length: int) -> None:
        spaces = [space for space in _SPACES if len(space) == length]
        self.length, self.first, self.last = length, spaces[0][0], spaces[-1][0]
        self.least = int.from_bytes(bytes([self.first, *[0x80] * (length - 1)]), "big")
        most = int.from_bytes(bytes([self.last, *[0xBF] * (length - 1)]), "big")
        self.table = np.zeros(most - self.least + 1, np.bool_)
        self.table[[int.from_bytes(space, "big") - self.least for space in spaces]] = True

    def blank(self, data: NDArray[np.uint8]) -> None:
        at = np.flatnonzero((data >= self.first) & (data <= self.last))
        number = np.zeros(len(at), np.int32)
        for i in range(self.length):
            number = number << 8 | data[at + i]
        at = at[self.table[number - self.least]]
        for i in range(self.length):
            data[at + i] = SPACE


_OF_MORE = (_OfLength(2), _OfLength(3))


def blank_unicode_spaces(text: bytearray, size: int) -> None:
    """Replace white space that is not ASCII's by spaces; text without any is left alone.

    Parameters
    ----------
    text : bytearray
        Its first ``size`` bytes are UTF-8 and end between two characters.
    size : int

    Raises
    ------
    UnicodeDecodeError
        If they are not.

    Examples
    --------
    >>> text = bytearray("10\u00a0km_\u3000_far".encode())
    >>> blank_unicode_spaces(text, len(text))
    >>> text
    bytearray(b'10  km_   _far')
    """
    data = np.frombuffer(text, np.uint8, size)
    for space in _OF_ONE:
        if text.find(space, 0, size) >= 0:
            data[data == space[0]] = SPACE
    if not size or data.max() < 0x80:
        return
    with memoryview(text) as view:
        str(view[:size], "utf-8")
    for spaces in _OF_MORE:
        spaces.blank(data)
