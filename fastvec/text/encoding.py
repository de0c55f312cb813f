"""Encoding: blocks of text to provisional ids, by one worker."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError, SettingError
from fastvec.io.growing import own_pages
from fastvec.kernels._text import PADDING, WordTable, blank_separators
from fastvec.text.reading import Block, FileBlock, ItemBlock, Line, TextBlock
from fastvec.text.tokens import Tokens, word_characters


class Encoded(NamedTuple):
    """The ids of a block, int32[n], in the numbering of its worker, and the number of ids before each line end."""

    ids: NDArray[np.int32]
    ends: NDArray[np.int64]


class Encoder:
    """One worker's words and scratch memory.

    Parameters
    ----------
    tokens : "whitespace", "words" or callable
    stop : uint8[1]
    secret : uint64[2]
        The key of the table of words; tables with the same one can be merged.
    """

    def __init__(self, tokens: Tokens, stop: NDArray[np.uint8], secret: NDArray[np.uint64]) -> None:
        self.tokens = tokens
        self.stop = stop
        self.table = WordTable(secret)
        self.n_empty = 0
        self.ids = np.empty(1, np.int32)
        self.ends = np.empty(1, np.int64)
        self.buffer = bytearray()

    def encode(self, block: Block) -> Encoded:
        """Encode a block and count its words."""
        if isinstance(block, ItemBlock):
            return self._items(block)
        block = self.loaded(block)
        if not callable(self.tokens):
            return self._text(block.text, block.size)
        lines = block.text[: block.size].split(b"\n")[:-1]
        return self._lists(map(self._tokens_of, lines), "what tokens= returned")

    def loaded(self, block: TextBlock | FileBlock) -> TextBlock:
        """Return the text of a block; read it now if it is still in its file, to memory that is used again."""
        if isinstance(block, FileBlock):
            block = block.read(self.buffer)
            self.buffer = block.text
        return block

    def _text(self, text: bytearray, size: int) -> Encoded:
        if self.tokens == "words":
            blank_separators(text, size, word_characters())
        if len(self.ends) < size:
            self.ids = np.empty(size // 2 + 1, np.int32)  # only what is written becomes memory
            self.ends = np.empty(size, np.int64)
        n_ids, n_ends = self.table.encode(text, size, self.ids, self.ends, self.stop)
        return Encoded(own_pages(self.ids[:n_ids]), own_pages(self.ends[:n_ends]))

    def _items(self, block: ItemBlock) -> Encoded:
        place = f"items {block.first} to {block.first + len(block.items) - 1}"
        parts = []
        for is_list, items in groupby(block.items, key=lambda item: isinstance(item, list)):
            run: list[Any] = list(items)
            if is_list:
                parts.append(self._lists(run, place))
            elif callable(self.tokens):
                parts.append(self._lists(map(self._tokens_of, run), place))
            else:
                lines = b"".join(map(_line_bytes, run))
                parts.append(self._text(bytearray(lines + bytes(PADDING)), len(lines)))
        return _joined(parts)

    def _tokens_of(self, line: Line) -> Iterable[Any]:
        assert callable(self.tokens)
        text = line if isinstance(line, str) else line.decode("utf-8", "surrogateescape")
        tokens = self.tokens(text.removesuffix("\n").removesuffix("\r"))
        if isinstance(tokens, (str, bytes)) or not isinstance(tokens, Iterable):
            raise SettingError(field="tokens", expected="a function that returns a list of str", got=tokens)
        return tokens

    def _lists(self, lists: Iterable[Iterable[Any]], place: str) -> Encoded:
        ids: list[int] = []
        ends: list[int] = []
        add = self.table.add
        for tokens in lists:
            if self.stop[0]:
                break
            for token in tokens:
                if token == "":
                    self.n_empty += 1
                    continue
                try:
                    ids.append(add(token))
                except (TypeError, UnicodeEncodeError) as error:
                    expected = "str tokens that UTF-8 can hold"
                    raise CorpusError(field=f"source: {place}", expected=expected, got=token) from error
            ends.append(len(ids))
        return Encoded(own_pages(np.array(ids, np.int32)), own_pages(np.array(ends, np.int64)))


def _line_bytes(line: Line) -> bytes:
    try:
        data = line.encode("utf-8", "surrogateescape") if isinstance(line, str) else bytes(line)
    except UnicodeEncodeError as error:
        came, hint = error.object[error.start : error.end], "line.encode('utf-8', 'replace') replaces it"
        raise CorpusError(field="source", expected="lines that UTF-8 can hold", got=came, hint=hint) from error
    return data.removesuffix(b"\n").replace(b"\n", b" ") + b"\n"


def _joined(parts: list[Encoded]) -> Encoded:
    if len(parts) == 1:
        return parts[0]
    shifts = np.cumsum([0, *(len(part.ids) for part in parts)])
    ends = [part.ends + shift for part, shift in zip(parts, shifts, strict=False)]
    return Encoded(own_pages(np.concatenate([part.ids for part in parts])), own_pages(np.concatenate(ends)))
