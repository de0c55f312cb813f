"""Reading: lines of files, or items of an iterable, to pairs of ids, on several threads."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, takewhile
from typing import Any, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError, FormatError, SettingError
from fastvec.io.limits import LINE_BYTES
from fastvec.pairs.blocks import NoPairError, PairBlock, Part, encode_pairs, fields_of_first
from fastvec.running.progress import OnProgress
from fastvec.running.workers import new_stop_flag, run
from fastvec.text.corpus import Corpus
from fastvec.text.encoding import Encoder
from fastvec.text.merging import merge, new_secret
from fastvec.text.pruning import prune_vocabulary
from fastvec.text.reading import Meter, not_a_table, paths_of, text_blocks
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


class PairReader:
    """Encodes pairs block by block on several threads, and gives them their final ids at the end.

    Parameters
    ----------
    source, threads
        As for :meth:`fastvec.Pairs.from_pairs`.
    """

    def __init__(self, source: Any, threads: int) -> None:
        self.source = _of_mapping(source) if isinstance(source, Mapping) else source
        self.is_text = _is_text(source)
        # items of an iterable are handled under the GIL: more threads would only wait for it
        self.threads = threads if self.is_text else 1
        self.stop = new_stop_flag()
        secret = new_secret()
        self.encoders = [Encoder("whitespace", self.stop, secret) for _ in range(self.threads)]
        self.workers: list[int] = []  # that encoded each part
        self.parts: list[Part] = []
        self.n_lines = self.n_pairs = 0

    def read(self, on_progress: OnProgress | None) -> None:
        """Encode each block of pairs to the ids of the worker that gets it."""
        meter = Meter()

        def task(block: tuple[PairBlock, int], worker: int) -> tuple[int, Part | NoPairError]:
            try:
                return worker, encode_pairs(*block, self.encoders[worker])
            except NoPairError as error:  # its line number is known when its turn comes
                return worker, error

        blocks = _like_the_first(self._blocks(meter))
        report = meter.reporting(on_progress)
        run(task, blocks, threads=self.threads, stop=self.stop, on_result=self._collect, on_tick=report)
        report()

    def _blocks(self, meter: Meter) -> Iterator[Any]:
        if not self.is_text:
            return _chunks(self.source, meter)
        paths = paths_of(self.source) or []
        blocks = text_blocks(paths, meter, whole_lines=True, longest=LINE_BYTES)
        # the block that was being read when reading was stopped may end within a line
        return takewhile(lambda _: not meter.stopped, blocks)

    def _collect(self, result: tuple[int, Part | NoPairError]) -> None:
        worker, part = result
        if isinstance(part, NoPairError):
            self._refuse(part)
        if len(part.ids):
            self.workers.append(worker)
            self.parts.append(part)
        self.n_pairs += len(part.ids)
        self.n_lines += part.n_lines

    def _refuse(self, error: NoPairError) -> NoReturn:
        number, expected, got = self.n_lines + error.place, error.expected, error.got
        if not self.is_text:
            hint = "to read files, give a path or Path objects" if isinstance(got, str) else ""
            raise CorpusError(field=f"source: item {number}", expected=expected, got=got, hint=hint)
        path = os.fspath(self.source) if isinstance(self.source, (str, os.PathLike)) else "source"
        is_one_file = path == "-" or os.path.exists(path)
        field = f"line {number + 1}" + ("" if is_one_file else " of all files together")
        raise FormatError(path=path, field=field, expected=expected, got=got)

    def numbered(self, min_count: int) -> Numbered:
        """Return the pairs with ids sorted by count, without the rare words and contexts."""
        merged = merge([encoder.table for encoder in self.encoders], self.stop)
        numbers = merged.for_tables(np.arange(len(merged.counts), dtype=np.int32))
        for part, worker in zip(self.parts, self.workers, strict=True):
            part.ids[:] = numbers[worker][part.ids]
        columns = [_concatenated([part.ids[:, side] for part in self.parts], np.int32) for side in (0, 1)]
        weights = [part.weights for part in self.parts if part.weights is not None]
        all_weights = _concatenated(weights, np.float32) if weights else None
        self.parts = []
        often = [(np.bincount(column) >= min_count)[column] for column in columns]
        stays = often[0] & often[1]
        n_dropped = len(stays) - int(np.count_nonzero(stays))
        if n_dropped == len(stays):
            raise _none_left(len(stays), min_count)
        if n_dropped:
            columns = [column[stays] for column in columns]
            all_weights = None if all_weights is None else all_weights[stays]
        words, contexts = (
            prune_vocabulary(
                np.bincount(column, minlength=len(merged.counts)), merged.words,
                lowercase=False, normalize=None, vocabulary=None, min_count=1, max_size=None,
            )
            for column in columns
        )  # fmt: skip
        word_ids, context_ids = words.new_ids[columns[0]], contexts.new_ids[columns[1]]
        return Numbered(words.vocabulary, contexts.vocabulary, word_ids, context_ids, all_weights, n_dropped)


def _is_text(source: Any) -> bool:
    """Return whether the pairs are lines of files, not items of an iterable."""
    if isinstance(source, (bytes, bytearray, Corpus)) or not isinstance(source, (str, os.PathLike, Iterable)):
        hint = "training_pairs(corpus) gives the pairs of its windows" if isinstance(source, Corpus) else ""
        expected = "a path, paths, an iterable of pairs or a mapping"
        raise SettingError(field="source", expected=expected, got=source, hint=hint)
    if hasattr(source, "columns"):
        raise not_a_table(source.columns, "pairs", "give zip(table['word'], table['context'])")
    first = source[0] if isinstance(source, (list, tuple)) and source else source
    return isinstance(first, os.PathLike) or isinstance(source, str)


def _chunks(source: Any, meter: Meter) -> Iterator[list[Any]]:
    items = iter(source)
    while not meter.stopped and (chunk := list(islice(items, CHUNK))):
        yield chunk
        meter.done += 2 * TOKEN_BYTES * len(chunk)


def _like_the_first(blocks: Iterator[PairBlock]) -> Iterator[tuple[PairBlock, int]]:
    """Yield each block, and the number of fields of its pairs: as many as the first pair has."""
    n_fields = 0
    for block in blocks:
        n_fields = n_fields or fields_of_first(block)
        yield block, n_fields


def _of_mapping(weights: Mapping[Any, Any]) -> Iterator[tuple[Any, ...]]:
    for pair, weight in weights.items():
        yield (*pair, weight) if isinstance(pair, tuple) and len(pair) == 2 else (pair,)


def _concatenated(parts: list[Any], dtype: type) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0, dtype)


def _none_left(n_pairs: int, min_count: int) -> CorpusError:
    if n_pairs == 0:
        return CorpusError("source: it holds no pairs", field="source")
    why = "in each one the word or its context occurs less often; min_count=1 keeps all"
    message = f"min_count={min_count} leaves none of {n_pairs:,} pairs: {why}"
    return CorpusError(message, field="min_count", got=min_count)
