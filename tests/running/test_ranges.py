"""Ranges cover everything once; slices follow the sentences of a text, and depend on nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.running.ranges import CUT, LONGEST, cut, slice_bounds


@pytest.mark.parametrize(
    "lengths", [[1], [5, 0, 0, 3], [300_000], [7] * 50_000, [0] * 100 + [2], [2_000] * 300, [30] * 3]
)
def test_slices_cover_every_token_once(lengths):
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    bounds = slice_bounds(offsets)
    assert bounds[0] == 0
    assert bounds[-1] == offsets[-1]
    assert (np.diff(bounds) > 0).all()
    assert np.diff(bounds).max() <= LONGEST + CUT


def test_short_sentences_are_never_cut():
    lengths = np.random.default_rng(0).integers(0, 90, 30_000)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    bounds = slice_bounds(offsets)
    assert np.isin(bounds, offsets).all()
    assert len(bounds) > 100, "a hundred points of history"


def test_a_hundred_slices_even_of_a_few_lines():
    assert len(slice_bounds(np.arange(0, 18_001, 900))) - 1 >= 100


def test_long_lines_are_cut():
    assert len(slice_bounds(np.array([0, 17_000_000]))) - 1 == 340


def test_no_text_no_slices():
    assert len(slice_bounds(np.array([0, 0, 0]))) == 1


@pytest.mark.parametrize("sizes", [[], [0], [0, 0, 5], [5, 0, 4, 0], [1, 1, 1, 1], [3, 1, 2, 9, 0]])
@pytest.mark.parametrize("most", [1, 2, 4, 100])
def test_ranges_cover_everything_once_and_stay_within_bounds(sizes, most):
    ranges = cut(np.array(sizes, np.int64), most)
    assert [i for first, last in ranges for i in range(first, last)] == list(range(len(sizes)))
    assert all(sum(sizes[first:last]) <= most or last == first + 1 for first, last in ranges)
