"""The random streams of a run: no two share a draw, and neither threads nor other seeds change or repeat them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from statistics_tests import independent

import fastvec as fv
from fastvec.kernels.random import GAMMA, MASK, below, draws, stream
from fastvec.training import slice_kernel
from fastvec.training.slice_kernel import slice_arguments
from fastvec.training.slice_run import SliceRun

MOST_DRAWS = 1 << 24  # of a stream in a slice of 50,000 tokens: 330 for a token
BACK = pow(GAMMA, -1, MASK + 1)


def streams_of(seed: int, epochs: int = 5, sentences: int = 20_000, places: int = 16) -> list[int]:
    """Return all streams of a run."""
    run = SliceRun(np.arange(0, 50 * sentences + 1, 50), epochs, (0.025, 1e-4), 1.0, places=places)
    found = []
    for part in run.slices():
        ranges, _, negatives = slice_arguments(seed)(part)
        found += [negatives, *(number for place in ranges for number in place[3:])]
    return found


def least_distance(streams: list[int]) -> int:
    """Return how many draws lie between two streams at the least.

    All are parts of one sequence of 2^64 draws, at s / GAMMA for stream s.
    """
    places = np.sort(np.array([number * BACK & MASK for number in streams], np.uint64))
    gaps = np.diff(places, append=places[:1])  # modulo 2^64: around the end too
    return int(gaps.min())


def test_no_two_streams_of_runs_share_a_draw():
    streams = [number for seed in range(6) for number in streams_of(seed)]
    assert len(streams) > 100_000
    assert len(set(streams)) == len(streams)
    assert least_distance(streams) > MOST_DRAWS


def test_shared_draws_are_found():
    streams = streams_of(1, epochs=1)
    assert least_distance(streams) > MOST_DRAWS
    assert least_distance([*streams, (streams[7] + 1000 * GAMMA) & MASK]) == 1000
    assert least_distance([*streams, streams[3]]) == 0


def test_draws_of_different_streams_do_not_tell_each_other():
    """Of neighbouring slices, epochs, purposes and seeds, with every pair of them."""
    chosen = [
        stream(1, 0, 0, 0), stream(1, 0, 0, 1), stream(1, 0, 1, 0), stream(1, 1, 0, 0), stream(2, 0, 0, 0),
        stream(1, 0, 0, 2), stream(0, 0, 0, 0), stream(2**64 - 1, 0, 0, 0),
    ]  # fmt: skip
    n, even = 200_000, np.ones(8)
    drawn = [below(draws(number, 0, n), 8) for number in chosen]
    for one, other in combinations(drawn, 2):
        assert independent(one, other, even, even)
    later = below(draws(chosen[0], 1, n), 8)  # the same stream, one draw on
    assert independent(drawn[0], later, even, even)
    assert not independent(drawn[0][1:], later[:-1], even, even)


class Recorder:
    """The compiled kernel, and with which places and streams it was called."""

    def __init__(self) -> None:
        self.calls: list[tuple] = []
        self.kernel = slice_kernel._word2vec.word2vec_slice

    def word2vec_slice(self, **arguments):
        self.calls.append((tuple(arguments["places"]), arguments["learning_rate"], arguments["negative_stream"]))
        return self.kernel(**arguments)


@pytest.fixture(scope="module")
def text():
    return fv.Corpus.from_ids(
        np.random.default_rng(0).integers(0, 50, (400, 20)), words=[f"w{i}" for i in range(50)]
    )


def calls_of(monkeypatch, text, seed, threads):
    recorder = Recorder()
    monkeypatch.setattr(slice_kernel, "_word2vec", recorder)
    fv.SkipGram(vector_size=4, epochs=2, sample=0, seed=seed).train(text, threads=threads)
    monkeypatch.undo()
    assert len(recorder.calls) == len(set(recorder.calls)) > 10
    return sorted(recorder.calls)


def test_threads_share_out_the_same_draws(monkeypatch, text):
    alone = calls_of(monkeypatch, text, 1, 1)
    assert calls_of(monkeypatch, text, 1, 4) == alone
    others = calls_of(monkeypatch, text, 2, 4)
    assert {call[2] for call in others}.isdisjoint(call[2] for call in alone)
