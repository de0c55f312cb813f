"""The Numba kernels against the NumPy ones, argument for argument."""

from __future__ import annotations

import os

import numpy as np
import pytest
from counting.conftest import random_corpus
from sizes import EDGE_SIZES

from fastvec.counting.postings import Postings
from fastvec.counting.rows import RowBuffers, Scratch
from fastvec.kernels import counting_numba
from fastvec.kernels.reference import counting as reference_counting

NO_STOP = np.zeros(1, np.uint8)
LEFT, RIGHT = np.array([6, 3, 2], np.uint64), np.array([5, 0], np.uint64)
SIZES = [*EDGE_SIZES, 1023, 1024, 1025]


def placed(kernels, corpus, threads, start=0, end=None):
    return Postings(corpus, start, corpus.n_tokens if end is None else end, 3, kernels, threads, NO_STOP)


def counted(kernels, text, first, last, stop=NO_STOP):
    scratch = Scratch(len(text.starts) - 1, RowBuffers(100_000))
    ends, (columns, values) = np.zeros(last - first, np.int64), scratch.buffers.take()
    n = kernels.count_rows(
        text=text.text, places=text.places, starts=text.starts, first=first, last=last, left=LEFT, right=RIGHT,
        **scratch.row, ends=ends, columns=columns, values=values, stop=stop,
    )  # fmt: skip
    if not stop[0]:
        assert not any(array.any() for array in scratch.row.values()), "scratch memory is zero again"
    return ends, columns[:n], values[:n]


@pytest.mark.parametrize("words", SIZES)
def test_rows_of_every_size(words):
    text = placed(reference_counting, random_corpus(words, words=words), 1)
    for first, last in ((0, words), (words // 2, words), (words, words)):
        for found, wanted in zip(
            counted(counting_numba, text, first, last), counted(reference_counting, text, first, last), strict=True
        ):
            np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize(("start", "end"), [(0, 600), (0, 1), (37, 38), (100, 450), (299, 600), (599, 600)])
def test_texts_are_laid_out_alike(start, end):
    corpus = random_corpus(2)
    wanted = placed(reference_counting, corpus, 1, start, end)
    for kernels in (counting_numba, reference_counting):
        for threads in (1, 4):
            text = placed(kernels, corpus, threads, start, end)
            for part in ("text", "places", "starts"):
                np.testing.assert_array_equal(getattr(text, part), getattr(wanted, part))
    words = wanted.text[wanted.places]
    assert np.array_equal(words, np.sort(corpus.ids[start:end])), "every centre once, in the order of words"


def test_threads_lay_out_alike():
    corpus = random_corpus(4, tokens=20_000, sentences=3000)
    one, many = (placed(counting_numba, corpus, threads) for threads in (1, 7))
    for part in ("text", "places", "starts"):
        np.testing.assert_array_equal(getattr(one, part), getattr(many, part))


@pytest.mark.parametrize("runs", [1, 2, 5])
def test_merged_rows(runs):
    rng = np.random.default_rng(runs)
    n_words, n_rows = 70, 6
    dense = rng.integers(0, 3, (runs, n_rows, n_words)).astype(np.uint64) * np.uint64(2**60)
    sizes = np.count_nonzero(dense, axis=2)
    ends = np.cumsum(sizes).reshape(runs, n_rows)
    bounds = np.concatenate([ends[:, :1] - sizes[:, :1], ends], axis=1)
    _, _, columns = np.nonzero(dense)
    results = []
    for kernels in (counting_numba, reference_counting):
        scratch, row_ends = Scratch(n_words, RowBuffers(1000)), np.zeros(n_rows, np.int64)
        found_columns, found_values = scratch.buffers.take()
        n = kernels.merge_rows(
            run_columns=columns.astype(np.int32), run_values=dense[dense > 0], bounds=bounds, **scratch.row,
            ends=row_ends, columns=found_columns, values=found_values, stop=NO_STOP,
        )  # fmt: skip
        results.append((row_ends, found_columns[:n], found_values[:n]))
    total = dense.sum(axis=0)
    np.testing.assert_array_equal(results[0][2], total[total > 0])
    for found, wanted in zip(*results, strict=True):
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("kernels", [counting_numba, reference_counting])
def test_cells_are_added(kernels):
    sums = np.arange(5, dtype=np.uint64)
    kernels.add_cells(np.array([0, 3], np.int32), np.array([7, 2**40], np.uint64), sums)
    assert sums.tolist() == [7, 1, 2, 3 + 2**40, 4]


def test_the_stop_byte_ends_a_call():
    text = placed(counting_numba, random_corpus(), 1)
    for kernels in (counting_numba, reference_counting):
        assert len(counted(kernels, text, 0, 70, stop=np.ones(1, np.uint8))[1]) == 0
        n = kernels.merge_rows(
            run_columns=np.zeros(1, np.int32), run_values=np.ones(1, np.uint64), bounds=np.array([[0, 1]]),
            **Scratch(1, RowBuffers(1)).row, ends=np.zeros(1, np.int64), columns=np.zeros(1, np.int32),
            values=np.zeros(1, np.uint64), stop=np.ones(1, np.uint8),
        )  # fmt: skip
        assert n == 0


def test_read_only_arrays_are_welcome():
    corpus = random_corpus()
    assert not corpus.ids.flags.writeable
    text = placed(counting_numba, corpus, 1)
    text.text.flags.writeable = text.places.flags.writeable = text.starts.flags.writeable = False
    counted(counting_numba, text, 0, 70)


@pytest.mark.skipif(os.name != "posix", reason="owners of folders")
def test_compiled_code_is_kept_in_a_folder_of_the_user():
    for kernel in (counting_numba.count_rows, counting_numba.merge_rows):
        assert os.stat(kernel.stats.cache_path).st_uid == os.getuid()
