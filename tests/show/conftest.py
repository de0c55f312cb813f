"""Words for pictures, and figures that no window shows."""

from __future__ import annotations

import os

import numpy as np
import pytest

import fastvec as fv

os.environ.setdefault("MPLBACKEND", "agg")
pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install 'fastvec[plot]'")

ODD = ["$x^{$", "_hidden", "😀", "العربية", "a" * 10_000, "tab\there", "\udcff", "東京", "", "100%", "\\frac{1}"]


@pytest.fixture
def axes():
    from matplotlib.figure import Figure

    return Figure().add_subplot()


@pytest.fixture(autouse=True)
def _no_figure_stays():
    yield
    from matplotlib import pyplot

    pyplot.close("all")


@pytest.fixture(scope="session")
def vectors():
    """Three families of 400 words in 12 dimensions, the first words the most frequent."""
    draw = np.random.default_rng(0)
    centres = 0.8 * draw.standard_normal((3, 12))
    rows = np.concatenate([centre + draw.standard_normal((400, 12)) for centre in centres])
    words = [f"{name}{i}" for name in ("cat", "town", "verb") for i in range(400)]
    return fv.WordVectors(words, rows, counts=np.arange(1200, 0, -1) * 7)


@pytest.fixture(scope="session")
def royals():
    rows = [[1, 0, 1], [1, 1, 1], [1, 0, -1], [1, 1, -1], [0, 1, 0], [0.2, 1, -1], [-1, 0, 0]]
    return fv.WordVectors(["man", "king", "woman", "queen", "rule", "lady", "stone"], rows)


@pytest.fixture(scope="session")
def odd():
    words = [word for word in ODD if word]
    return fv.WordVectors(words, np.random.default_rng(1).standard_normal((len(words), 4)))


@pytest.fixture(scope="session")
def broken():
    """Vectors one of which has a NaN."""
    return fv.WordVectors(["a", "b", "c", "d"], [[1, 0], [np.nan, 1], [0, 1], [1, 1]])
