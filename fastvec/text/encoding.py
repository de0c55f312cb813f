"""Encoding: blocks of text to provisional ids, by one worker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import SettingError
from fastvec.io.growing import own_pages
from fastvec.kernels._text import WordTable, blank_separators
from fastvec.text.items import LINES, Block, ItemBlock, Line, TokenBlock
from fastvec.text.reading import FileBlock, TextBlock
from fastvec.text.spaces import blank_unicode_spaces
from fastvec.text.tokens import Tokens, word_characters


class Encoded(NamedTuple):
    """The ids of a block, int32[n], in the numbering of its worker, and the number of ids before each line end."""

    ids: NDArray[np.int32]
    ends: NDArray[np.int64]


class Encoder:
    """One worker's words and scratch memory.

    Parameters
    ----------
    tokens : "whitespace", "words", "unicode" or callable
        "unicode": between white space of Unicode, as ``str.split`` has it; bytes that are not UTF-8 raise
        UnicodeDecodeError.
    stop : uint8[1]
    secret : uint64[2]
        The key of the table of words; tables with the same one can be merged.
    """

    def __init__(
        self, tokens: Tokens | Literal["unicode"], stop: NDArray[np.uint8], secret: NDArray[np.uint64]
    ) -> None:
        self.tokens = tokens
        self.stop = stop
        self.table = WordTable(secret)
        self.n_empty = 0
        self.ids = np.empty(1, np.int32)
        self.ends = np.empty(1, np.int64)
        self.buffer = bytearray()

    def encode(self, block: Block) -> Encoded:
        """Encode a block and count its words."""
        if isinstance(block, TokenBlock):
            return self._tokens(block)
        if isinstance(block, ItemBlock):
            return self._tokens(self._made_by_function(block))
        block = self.loaded(block)
        if callable(self.tokens):
            lines = block.text[: block.size].split(b"\n")[:-1]
            return self._tokens(self._made_by_function(ItemBlock(lines)))
        return self._text(block.text, block.size)

    def loaded(self, block: TextBlock | FileBlock) -> TextBlock:
        """Return the text of a block; read it now if it is still in its file, to memory that is used again."""
        if isinstance(block, FileBlock):
            block = block.read(self.buffer)
            self.buffer = block.text
        return block

    def _text(self, text: bytearray, size: int) -> Encoded:
        if self.tokens == "words":
            blank_separators(text, size, word_characters())
        elif self.tokens == "unicode":
            blank_unicode_spaces(text, size)
        if len(self.ends) < size:
            self.ids = np.empty(size // 2 + 1, np.int32)  # only what is written becomes memory
            self.ends = np.empty(size, np.int64)
        n_ids, n_ends = self.table.encode(text, size, self.ids, self.ends, self.stop)
        return Encoded(own_pages(self.ids[:n_ids]), own_pages(self.ends[:n_ends]))

    def _tokens(self, block: TokenBlock) -> Encoded:
        self.n_empty += block.tokens.n_empty
        ids = np.empty(len(block.tokens), np.int32)
        n_ids = self.table.encode_tokens(block.tokens, ids, self.stop)
        return Encoded(own_pages(ids[:n_ids]), own_pages(np.array(block.ends, np.int64)))

    def _made_by_function(self, block: ItemBlock) -> TokenBlock:
        """Call the function ``tokens`` for each item: for a line as str, for anything else as it is."""
        assert callable(self.tokens)
        made = TokenBlock()
        for item in block.items:
            if self.stop[0]:
                break
            tokens = self.tokens(_line(item) if isinstance(item, LINES) else item)
            if isinstance(tokens, (str, bytes)) or not isinstance(tokens, Iterable):
                raise SettingError(field="tokens", expected="a function that returns a list of str", got=tokens)
            made.add(tokens, "what tokens= returned")
        return made


def _line(line: Line) -> str:
    text = line if isinstance(line, str) else line.decode("utf-8", "surrogateescape")
    return text.removesuffix("\n").removesuffix("\r")
