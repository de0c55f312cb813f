"""Reading: lines of files, or items of an iterable, to pairs of ids, on several threads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, takewhile
from typing import Any, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError, FormatError
from fastvec.pairs.blocks import NoPairError, PairBlock, Part, encode_pairs, layout_of_items
from fastvec.pairs.layout import Head, Layout, Options
from fastvec.pairs.lines import NO_SPACE
from fastvec.pairs.mirroring import Columns, mirrored
from fastvec.pairs.sources import OpenFile, is_undirected_graph, items_of, names_files, tables_of
from fastvec.running.progress import OnProgress
from fastvec.running.workers import new_stop_flag, run
from fastvec.text.encoding import Encoder
from fastvec.text.merging import Merged, merge, new_secret
from fastvec.text.pruning import prune_vocabulary
from fastvec.text.reading import FileBlock, Meter, open_files, paths_of
from fastvec.text.vocabulary import Vocabulary

CHUNK = 8192  # pairs of an iterable handled together
TOKEN_BYTES = 64  # of text: the cost of a word of an iterable, for the meter


class Numbered(NamedTuple):
    """The parts of :class:`fastvec.Pairs`."""

    words: Vocabulary
    contexts: Vocabulary
    word_ids: NDArray[np.int32]
    context_ids: NDArray[np.int32]
    weights: NDArray[np.float32] | None
    n_dropped: int


class Block(NamedTuple):
    """Lines or items to encode, their layout, and the file that they are of."""

    content: PairBlock
    layout: Layout
    path: str | None


class PairReader:
    """Encodes pairs block by block on several threads, and gives them their final ids at the end.

    Parameters
    ----------
    source, threads, undirected
        As for :meth:`fastvec.Pairs.from_pairs`.
    options : Options

    Attributes
    ----------
    n_skipped : int
        Lines of comments and headers.
    """

    def __init__(self, source: Any, threads: int, options: Options, undirected: bool | None) -> None:
        self.source, self.options, self.meter = source, options, Meter()
        self.files = (
            list(open_files(paths_of(source) or [], self.meter, options.encoding)) if names_files(source) else None
        )
        self.undirected = True if undirected is None and is_undirected_graph(source) else undirected
        self.tables = None if self.files is None else tables_of(self.files, options, self.meter)
        # items of an iterable are handled under the GIL: more threads would only wait for it
        self.threads = 1 if self.files is None or self.tables is not None else threads
        self.stop = new_stop_flag()
        secret = new_secret()
        self.encoders = [Encoder("whitespace", self.stop, secret) for _ in range(self.threads)]
        self.workers: list[int] = []  # that encoded each part
        self.parts: list[Part] = []
        self.path: str | None = None  # of the file whose lines are counted
        self.n_lines = self.n_skipped = 0
        self.has_separator = False

    def read(self, on_progress: OnProgress | None) -> None:
        """Encode each block of pairs to the ids of the worker that gets it."""

        def task(block: Block, worker: int) -> tuple[int, str | None, Part | NoPairError]:
            try:
                return worker, block.path, encode_pairs(block.content, block.layout, self.encoders[worker])
            except NoPairError as error:  # its line number is known when its turn comes
                return worker, block.path, error

        report = self.meter.reporting(on_progress)
        run(task, self._blocks(), threads=self.threads, stop=self.stop, on_result=self._collect, on_tick=report)
        report()

    def _blocks(self) -> Iterator[Block]:
        if self.files is None:
            return self._of_items(items_of(self.source, self.options), None)
        if self.tables is not None:
            return (block for path, rows in self.tables for block in self._of_items(rows, path))
        return self._of_lines(self.files)

    def _of_items(self, items: Iterable[Any], path: str | None) -> Iterator[Block]:
        layout, items = None, iter(items)
        while not self.meter.stopped and (chunk := list(islice(items, CHUNK))):
            layout = layout or layout_of_items(chunk)
            yield Block(chunk, layout, path)
            if path is None:
                self.meter.done += 2 * TOKEN_BYTES * len(chunk)

    def _of_lines(self, files: list[OpenFile]) -> Iterator[Block]:
        first: Layout | None = None
        for path, blocks in files:
            head = Head(path, self.options)
            # the block that was being read when reading was stopped may end within a line
            for content in takewhile(lambda _: not self.meter.stopped, blocks):
                if head.layout is None:
                    content = content.read(bytearray()) if isinstance(content, FileBlock) else content
                    head.look(content)
                    if head.layout is None:
                        yield Block(content, Layout((), 0), path)  # nothing but comments
                        continue
                    self.n_skipped += head.n_skipped
                    self.has_separator |= head.layout.separator is not None
                    first = first or head.layout
                    if len(first.columns) != len(head.layout.columns):
                        head.layout = first  # the error is about the line that differs
                yield Block(content, head.layout, path)

    def _collect(self, result: tuple[int, str | None, Part | NoPairError]) -> None:
        worker, path, part = result
        if path != self.path:
            self.path, self.n_lines = path, 0
        if isinstance(part, NoPairError):
            self._refuse(part)
        if len(part.ids):
            self.workers.append(worker)
            self.parts.append(part)
        self.n_lines += part.n_lines
        self.n_skipped += part.n_comments

    def _refuse(self, error: NoPairError) -> NoReturn:
        number = self.n_lines + error.place
        where: dict[str, Any] = {"expected": error.expected, "got": error.got, "shown": error.shown}
        if self.path is not None:
            field = f"line {number + 1}" if self.tables is None else f"row {number + 1}"
            raise FormatError(path=self.path, field=field, hint=error.hint, **where)
        is_str, is_row = isinstance(error.got, str), isinstance(error.got, dict)
        hint = "to read files, give a path or Path objects" if is_str else error.hint
        hint = 'fields=("user", "item") takes such fields of rows' if is_row else hint
        raise CorpusError(field=f"source: item {number}", hint=hint, **where)

    def numbered(self, min_count: int) -> Numbered:
        """Return the pairs with ids sorted by count, without the rare words and contexts."""
        merged = merge([encoder.table for encoder in self.encoders], self.stop)
        pairs = self._joined(merged)
        if self.undirected:
            pairs = mirrored(pairs)
        often = [(np.bincount(column) >= min_count)[column] for column in pairs[:2]]
        stays = often[0] & often[1]
        n_dropped = len(stays) - int(np.count_nonzero(stays))
        if n_dropped == len(stays):
            raise _none_left(len(stays), min_count)
        if n_dropped:
            pairs = Columns(*(None if column is None else column[stays] for column in pairs))  # type: ignore[arg-type]
        if self.has_separator:
            text = merged.words.text
            text[text == NO_SPACE] = ord(" ")
        words, contexts = (
            prune_vocabulary(
                np.bincount(column, minlength=len(merged.counts)), merged.words,
                lowercase=False, normalize=None, vocabulary=None, min_count=1, max_size=None,
            )
            for column in pairs[:2]
        )  # fmt: skip
        word_ids, context_ids = words.new_ids[pairs.words], contexts.new_ids[pairs.contexts]
        vocabularies = words.vocabulary, words.vocabulary if self.undirected else contexts.vocabulary
        return Numbered(*vocabularies, word_ids, context_ids, pairs.weights, n_dropped)

    def _joined(self, merged: Merged) -> Columns:
        """Return all pairs, with the ids of the merged words."""
        numbers = merged.for_tables(np.arange(len(merged.counts), dtype=np.int32))
        for part, worker in zip(self.parts, self.workers, strict=True):
            part.ids[:] = numbers[worker][part.ids]
        words, contexts = (_concatenated([part.ids[:, side] for part in self.parts], np.int32) for side in (0, 1))
        weights = [part.weights for part in self.parts if part.weights is not None]
        self.parts = []
        return Columns(words, contexts, _concatenated(weights, np.float32) if weights else None)


def _concatenated(parts: list[Any], dtype: type) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0, dtype)


def _none_left(n_pairs: int, min_count: int) -> CorpusError:
    if n_pairs == 0:
        return CorpusError("source: it holds no pairs", field="source")
    why = "in each one the word or its context occurs less often; min_count=1 keeps all"
    message = f"min_count={min_count} leaves none of {n_pairs:,} pairs: {why}"
    return CorpusError(message, field="min_count", got=min_count)
