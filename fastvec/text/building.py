"""Text to a corpus in one pass: encode while counting, then renumber by frequency."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.arrays import Kind, check_ids, check_offsets, integers
from fastvec.checks.numbers import truth, whole
from fastvec.errors import SettingError
from fastvec.io.atomic import warn_of_room
from fastvec.io.decompression import type_of_path
from fastvec.io.growing import Spool, own_pages
from fastvec.io.limits import TEXT_LINE_BYTES, TOKEN_BYTES
from fastvec.kernels._text import remap
from fastvec.running.progress import OnProgress
from fastvec.running.workers import new_stop_flag, run
from fastvec.text.cutting import SentenceCut
from fastvec.text.encoding import Encoded, Encoder
from fastvec.text.gaps import check_gaps, gaps_of
from fastvec.text.items import Block
from fastvec.text.merging import merge, new_secret
from fastvec.text.pruning import Normalize, PrunedVocabulary, prune_vocabulary
from fastvec.text.reading import Meter, Source
from fastvec.text.sources import open_source
from fastvec.text.tokens import Tokens, check_tokens
from fastvec.text.vocabulary import Vocabulary, check_limits

TOKEN_AND_SPACE = 6  # bytes of a token in text, with the space after it: 5.8 in English


@dataclass(frozen=True)
class TextSettings:
    """The settings of :meth:`fastvec.Corpus.from_text`."""

    min_count: int
    max_size: int | None
    tokens: Tokens | Literal["unicode"]
    lowercase: bool
    normalize: Normalize | None
    vocabulary: Vocabulary | None
    threads: int
    field: str | None = None
    encoding: str | None = None
    gaps: bool = False
    longest_sentence: int | None = None  # of lines: longer ones are cut, empty ones left out

    def check(self) -> None:
        """Raise SettingError if one is wrong; a reader checks ``field`` and ``encoding``."""
        check_limits(self.min_count, self.max_size)
        check_tokens(self.tokens)
        truth("gaps", self.gaps)
        if self.normalize is not None and not callable(self.normalize):
            expected = "a function from str to str or None"
            raise SettingError(field="normalize", expected=expected, got=self.normalize)
        if self.vocabulary is not None and not isinstance(self.vocabulary, Vocabulary):
            raise SettingError(field="vocabulary", expected="a Vocabulary", got=self.vocabulary)


@dataclass(frozen=True)
class Built:
    """The parts of a corpus: ids int32[N], offsets int64[S + 1], tokens left out, and their gaps."""

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]
    vocabulary: Vocabulary
    n_dropped: int
    gaps: NDArray[np.int64] | None

    @classmethod
    def of(
        cls, ids: ArrayLike, offsets: ArrayLike, vocabulary: Any, n_dropped: int, gaps: ArrayLike | None
    ) -> Built:
        """Return what a caller gave, checked; SettingError names what is wrong."""
        if not isinstance(vocabulary, Vocabulary):
            hint = "Vocabulary(words, counts) makes one"
            raise SettingError(field="vocabulary", expected="a fastvec.Vocabulary", got=vocabulary, hint=hint)
        tokens, ends = integers("ids", ids, np.int32), integers("offsets", offsets, np.int64)
        places = None if gaps is None else integers("gaps", gaps, np.int64)
        parts = cls(tokens, ends, vocabulary, whole("n_dropped", n_dropped, 0, 1 << 62), places)
        parts.check(SettingError)
        return parts

    def check(self, kind: Kind) -> None:
        """Raise this error if an id, an offset or a gap is out of range."""
        check_offsets(self.offsets, len(self.ids), kind)
        check_ids(self.ids, len(self.vocabulary), kind)
        check_gaps(self.gaps, len(self.ids), len(self.offsets) - 1, kind)


def build(
    source: Source,
    settings: TextSettings,
    on_progress: OnProgress | None = None,
    beside: type_of_path | None = None,
) -> Built:
    """Read all of ``source``; ids and offsets grow in memory, or in unnamed files in the folder of a path."""
    meter = Meter()
    whole = callable(settings.tokens)
    longest = TEXT_LINE_BYTES if whole or settings.tokens == "words" else TOKEN_BYTES
    blocks = open_source(
        source, meter, whole=whole, field=settings.field, encoding=settings.encoding, longest=longest
    )
    if beside is not None:
        _warn_of_room(beside, meter.total or 0)
    # a function for tokens may not be thread-safe, and holds the GIL anyway
    builder = _Builder(settings, 1 if whole else settings.threads, beside)
    try:
        builder.read(blocks, meter, on_progress)
        return builder.renumber(builder.merge())
    finally:
        builder.ids.close()
        builder.ends.close()


def _warn_of_room(beside: type_of_path, text_bytes: int) -> None:
    """Warn if a disk is too full for the ids of a text, twice, at six bytes a token; it may have fewer tokens."""
    needed = 2 * 4 * text_bytes // TOKEN_AND_SPACE
    warn_of_room(beside, Path(beside).resolve().parent, needed, stacklevel=5)


class _Builder:
    def __init__(self, settings: TextSettings, threads: int, beside: type_of_path | None) -> None:
        self.settings = settings
        self.threads = threads
        self.stop = new_stop_flag()
        secret = new_secret()
        self.encoders = [Encoder(settings.tokens, self.stop, secret) for _ in range(threads)]
        self.workers: list[int] = []  # that encoded each block
        self.ids = Spool(np.int32, beside)
        self.ends = Spool(np.int64, beside)
        self.ends.append(np.zeros(1, np.int64))
        longest = settings.longest_sentence
        self.cut = None if longest is None else SentenceCut(longest)

    def read(self, blocks: Iterable[Block], meter: Meter, on_progress: OnProgress | None) -> None:
        """Encode each block to the ids of the worker that gets it."""

        def task(block: Block, worker: int) -> tuple[int, Encoded]:
            return worker, self.encoders[worker].encode(block)

        def collect(result: tuple[int, Encoded]) -> None:
            worker, encoded = result
            self.workers.append(worker)
            self.ids.append(encoded.ids)
            self.ends.append(encoded.ends if self.cut is None else own_pages(self.cut.ends(encoded)))

        report = meter.reporting(on_progress)
        run(task, blocks, threads=self.threads, stop=self.stop, on_result=collect, on_tick=report)
        report()

    def merge(self) -> PrunedVocabulary:
        """Merge the words of all workers and prune the vocabulary."""
        settings = self.settings
        self.n_empty = sum(encoder.n_empty for encoder in self.encoders)
        merged = merge([encoder.table for encoder in self.encoders], self.stop)
        del self.encoders  # a quarter of all memory
        pruned = prune_vocabulary(
            merged.counts,
            merged.words,
            lowercase=settings.lowercase,
            normalize=settings.normalize,
            vocabulary=settings.vocabulary,
            min_count=settings.min_count,
            max_size=settings.max_size,
        )
        self.new_ids = merged.for_tables(pruned.new_ids)
        return pruned

    def renumber(self, pruned: PrunedVocabulary) -> Built:
        """Map the ids of every block to those of the vocabulary, in the memory of the old ids."""
        n_read = self.ids.length
        ids, offsets = self.ids.rewrite(pruned.n_kept), self.ends.rewrite(self.ends.length)
        offsets[:1] = self.ends.take(0)
        n_ids, n_ends = 0, 1

        gaps: list[NDArray[np.int64]] = []

        def task(block: int, _worker: int) -> tuple[Encoded, NDArray[np.int64] | None]:
            old, ends, new_ids = self.ids.take(block), self.ends.take(block + 1), self.new_ids[self.workers[block]]
            places = gaps_of(old, ends, new_ids) if self.settings.gaps else None
            left = remap(old, ends, new_ids)
            return Encoded(old[:left], ends), places

        def collect(made: tuple[Encoded, NDArray[np.int64] | None]) -> Callable[[], None]:
            nonlocal n_ids, n_ends
            result, places = made
            if places is not None:
                gaps.append(places + (n_ids + n_ends - 1))
            to = Encoded(ids[n_ids:][: len(result.ids)], offsets[n_ends:][: len(result.ends)])
            put = partial(_put, result, to, n_ids)
            n_ids += len(result.ids)
            n_ends += len(result.ends)
            return put

        run(task, range(len(self.workers)), threads=self.threads, stop=self.stop, on_result=collect)
        found = np.concatenate([np.empty(0, np.int64), *gaps]) if self.settings.gaps else None
        return Built(ids, offsets, pruned.vocabulary, n_read - n_ids + self.n_empty, found)


def _put(block: Encoded, to: Encoded, n_before: int) -> None:
    """Write a block to its place; it is its turn, so no earlier block is still to be read from there."""
    to.ids[:] = block.ids
    np.add(block.ends, n_before, out=to.ends)
