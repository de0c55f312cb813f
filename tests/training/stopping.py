"""Runs that are stopped after so many slices and go on."""

from __future__ import annotations

import pytest

import fastvec as fv
from fastvec.training.slice_run import SliceRun
from fastvec.training.tile_run import TileRun


class Stopped(Exception):
    """Ends a run."""


def parts_of(vectors):
    rows = [vectors.word_vectors, vectors.context_vectors, vectors.output_nodes]
    rows += [] if vectors.subwords is None else [vectors.subwords.rows]
    if isinstance(vectors, fv.NeuralLanguageModel):
        rows += [vectors.network.embeddings, vectors.network.hidden, vectors.network.output]
    return [None if part is None else part.tobytes() for part in (*rows, *vectors.history.values())]


def stop_after(monkeypatch, n):
    """Make a run fail after n slices, or parts of the turns."""
    left = [n]

    def counted(add):
        def counting(self, *result):
            left[0] -= 1
            if left[0] < 0:
                raise Stopped
            return add(self, *result)

        return counting

    monkeypatch.setattr(SliceRun, "add", counted(SliceRun.add))
    work = TileRun._by_parts

    def by_parts(self, checkpoints):
        for worker in work(self, checkpoints):
            left[0] -= 1
            if left[0] < 0:
                raise Stopped
            yield worker

    monkeypatch.setattr(TileRun, "_by_parts", by_parts)


def stopped_and_resumed(monkeypatch, trainer, data, path, places, every=53, **arguments):
    """Return the vectors of a run that is stopped after so many slices, again and again."""
    arguments = {"threads": 1, "checkpoint": path, "checkpoint_every": every, "resume": True, **arguments}
    for n in places:
        with monkeypatch.context() as patch:
            stop_after(patch, n)
            with pytest.raises(Stopped):
                trainer.train(data, **arguments)
    seen = []
    vectors = trainer.train(data, **arguments, on_progress=seen.append)
    assert 0 < seen[-1].resumed < seen[-1].done == seen[-1].total
    return vectors
