"""One-hot vectors beside dense ones.

One learns what a word vector is for: one-hot vectors are all equally far apart, dense ones know that king is near
queen. Also why words are compared by cosines and not by distances, and how much memory either kind takes.

    python examples/one_hot_or_dense.py [--output FOLDER]

It takes some seconds and needs ``pip install "fastvec[plot]"``.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import fastvec as fv

SHOWN = ["king", "queen", "prince", "princess", "man", "woman", "cat", "dog", "paris", "rome", "france", "italy"]


def nearest(rows: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the nearest other row of each row, int64[V], by cosine and by Euclidean distance."""
    squares = (rows**2).sum(axis=1)
    dots = rows @ rows.T
    cosines = dots / np.sqrt(np.outer(squares, squares))
    distances = squares[:, None] + squares - 2 * dots  # squared
    np.fill_diagonal(cosines, -np.inf)
    np.fill_diagonal(distances, np.inf)
    return cosines.argmax(axis=1), distances.argmin(axis=1)


def draw(one_hot: fv.WordVectors, dense: fv.WordVectors, path: Path) -> None:
    """Write both heat maps of cosines, side by side."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(11.5, 4.9), layout="compressed")
    title = "One-hot: every word as far from every other"
    fv.plot_similarity(one_hot, SHOWN, title=title, ax=axes[0])
    title = f"Dense: {dense.vector_size} numbers a word, of a skip-gram"
    fv.plot_similarity(dense, SHOWN, title=title, ax=axes[1])
    figure.savefig(path, dpi=80)
    print(f"picture: {path}")


def main(arguments: list[str] | None = None) -> dict[str, float]:
    """Run the lesson; return what it found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help="for the picture; by default a temporary one"
    )
    folder = parser.parse_args(arguments).output or Path(tempfile.mkdtemp(prefix="fastvec-"))
    folder.mkdir(parents=True, exist_ok=True)

    corpus = fv.Corpus.from_text(fv.datasets.kingdom(), min_count=1)
    words = corpus.vocabulary.words
    one_hot = fv.WordVectors(words, np.eye(len(words)))
    dense = fv.SkipGram(vector_size=50, epochs=300, sample=0, seed=1).train(corpus, threads=1)

    V, D = dense.vectors.shape
    print(f"{corpus.n_tokens} tokens, {V} words. A one-hot vector has {V} numbers, {V - 1} of them 0.")
    pairs = [("king", "queen"), ("paris", "rome"), ("king", "paris")]
    for a, b in pairs:
        print(
            f"  cosine of {a} and {b}: one-hot {one_hot.similarity(a, b):.2f}, dense {dense.similarity(a, b):.2f}"
        )
    largest = float(np.abs(one_hot.vectors @ one_hot.vectors.T - np.eye(V)).max())
    print(f"The largest cosine of two one-hot words is {largest:.2f}, and all are √2 apart.")

    by_cosine, by_distance = nearest(dense.vectors.astype(np.float64))
    differ = np.flatnonzero(by_cosine != by_distance)
    print(f"Cosine and Euclidean distance disagree about the nearest neighbour of {len(differ)} of {V} words:")
    lengths = np.linalg.norm(dense.vectors, axis=1)
    for i in differ[np.argsort(-lengths[differ])][:3]:
        near, close = words[by_cosine[i]], words[by_distance[i]]
        print(f"  {words[i]} (length {lengths[i]:.1f}): {near} by the angle, {close} by the distance")
    unit = dense.vectors / lengths[:, None]
    agree = int((np.equal(*nearest(unit.astype(np.float64)))).sum())
    print(f"At length 1 they agree about {agree} of {V}, as |a - b|² = 2 - 2 cos(a, b).")

    print("Memory of float32 vectors, one-hot and dense:")
    for n, size in ((V, D), (400_000, 100)):
        print(f"  {n:,} words, {size} dimensions: {n * n * 4 / 1e6:,.2f} MB and {n * size * 4 / 1e6:,.2f} MB")
    draw(one_hot, dense, folder / "one_hot_or_dense.png")
    return {
        "largest": largest,
        "king_queen": dense.similarity("king", "queen"),
        "differ": len(differ),
        "agree": agree,
    }


if __name__ == "__main__":
    main()
