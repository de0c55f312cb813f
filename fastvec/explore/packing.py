"""Packing: arrays and words as text that can stand in a page."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVEL = 6  # of deflate: 9 takes three times as long for 0.1 % less


def packed(content: bytes) -> str:
    """Return content as deflate (RFC 1951) in base64, which has no character that HTML gives a meaning.

    >>> packed(b"a" * 100)
    'S0ykPQAA'
    """
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return base64.b64encode(deflate.compress(content) + deflate.flush()).decode("ascii")


def packed_words(words: Sequence[str]) -> str:
    """Return words as packed JSON in ASCII, so that undecodable bytes in them (lone surrogates) stay valid."""
    return packed(json.dumps(list(words), separators=(",", ":")).encode("ascii"))


def packed_vectors(units: NDArray[np.float32]) -> str:
    """Return float16[N, D] packed: the low bytes of all numbers, then the high bytes.

    Apart they take 7 % less: the high bytes have the sign and the exponent, which few values have; the low bytes
    are noise, which deflate stores as it is.
    """
    halves = units.astype("<f2").reshape(-1).view(np.uint8)
    return packed(np.concatenate([halves[0::2], halves[1::2]]).tobytes())


def valid(text: str) -> str:
    r"""Return text that UTF-8 can hold: undecodable bytes in it (lone surrogates) are written out.

    >>> valid("caf\udce9")
    'caf\\udce9'
    """
    return text.encode("utf-8", "backslashreplace").decode()


def script_safe(value: Any) -> str:
    r"""Return JSON that can stand inside a script element, whatever its strings hold.

    >>> script_safe({"name": "</script>"})
    '{"name":"\\u003c/script>"}'
    """
    # in JSON, < is only ever a part of a string
    return json.dumps(value, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
