"""What the dot products of skip-gram and GloVe mean: PMI.

One learns that predicting words and counting them come to the same. The dot product of a word and a context is

- in skip-gram with k negative samples, PMI(w, c) - log k (docs/sgns-factorises-pmi.md has the derivation);
- in GloVe, log X(w, c) - b(w) - b~(c): PMI too, apart from a number of each word and of each context, which are up
  to its biases.

PMI(w, c) = log(P(w, c) / (P(w) P(c))): how much more often two words occur together than by chance, in nats.

    python examples/dot_products_and_pmi.py [--output FOLDER]

It takes some seconds and needs ``pip install "fastvec[plot]"``.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

import fastvec as fv

WINDOW, NEGATIVE = 3, 5
Values: TypeAlias = NDArray[np.float64]


class Fit(NamedTuple):
    """Points, and the line through them."""

    x: Values
    y: Values
    correlation: float
    slope: float
    intercept: float


def fit(x: Values, y: Values) -> Fit:
    """Return how y follows x."""
    slope, intercept = np.polyfit(x, y, 1).tolist()
    return Fit(x, y, float(np.corrcoef(x, y)[0, 1]), slope, intercept)


def without_biases(values: Values, rows: NDArray[np.int32], columns: NDArray[np.int32]) -> Values:
    """Return what is left of the values of pairs after the best number for each row and for each column."""
    design = np.zeros((len(values), rows.max() + columns.max() + 2))
    pairs = np.arange(len(values))
    design[pairs, rows] = design[pairs, rows.max() + 1 + columns] = 1
    return np.asarray(values - design @ np.linalg.lstsq(design, values, rcond=None)[0])


def dots(vectors: fv.WordVectors, pairs: Any) -> Values:
    """Return w . c of each observed pair."""
    assert vectors.context_vectors is not None
    return np.asarray((vectors.word_vectors @ vectors.context_vectors.T)[pairs.row, pairs.col], np.float64)


def draw(fits: dict[str, Fit], runs: dict[str, fv.WordVectors], folder: Path) -> None:
    """Write the dots over PMI, and the losses."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(fits), figsize=(12, 4.4), layout="constrained")
    for (name, found), ax in zip(fits.items(), axes, strict=True):
        ax.plot(found.x, found.y, ".", color="#0072B2", markersize=4, alpha=0.5)
        line = f"dot = {found.slope:.2f} x {round(found.intercept, 2) + 0:+.2f}"
        ax.axline((0, found.intercept), slope=found.slope, color="#D55E00", label=line)
        ax.set_title(f"{name}\ncorrelation {found.correlation:.3f}, slope {found.slope:.2f}", fontsize="medium")
        ax.set(xlabel=f"PMI - log {NEGATIVE}" if "skip" in name else "PMI", ylabel="dot product")
        ax.spines[["top", "right"]].set_visible(False)
        ax.legend(frameon=False, fontsize="small")
    losses, axes = pyplot.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
    for (name, vectors), ax in zip(runs.items(), axes, strict=True):
        fv.plot_loss(vectors, names=[name], ax=ax)
    for name, one in (("dots_over_pmi", figure), ("losses", losses)):
        one.savefig(folder / f"{name}.png", dpi=80)
        print(f"picture: {folder / name}.png")


def main(arguments: list[str] | None = None) -> dict[str, Fit]:
    """Run the lesson; return what it found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="for pictures; by default a temporary one")
    folder = parser.parse_args(arguments).output or Path(tempfile.mkdtemp(prefix="fastvec-"))
    folder.mkdir(parents=True, exist_ok=True)

    corpus = fv.Corpus.from_text(fv.datasets.kingdom() * 500, min_count=1)  # often, so that vectors come to rest
    counts = fv.count_cooccurrences(corpus, window=WINDOW, weighting="flat")
    pmi = fv.pmi(counts).tocoo()
    print(f"{len(corpus.vocabulary)} words, {pmi.nnz} pairs that occur within {WINDOW} words of each other")

    # as many dimensions as words, whole windows, noise in proportion to counts: the settings of the theorem
    skip_gram = fv.SkipGram(
        vector_size=len(corpus.vocabulary), window=WINDOW, shrink_windows=False, negative=NEGATIVE, sample=0,
        ns_exponent=1, epochs=20, learning_rate=0.1, min_learning_rate=1e-3,
    ).train(corpus, threads=1)  # fmt: skip
    # biases that learn slowly: at the rate of the vectors they take more, and the correlation is 0.70
    glove = fv.GloVe(vector_size=16, epochs=300, bias_learning_rate=0.01).train(counts, threads=1)

    both = (without_biases(values, pmi.row, pmi.col) for values in (pmi.data, dots(glove, pmi)))
    fits = {
        "skip-gram": fit(pmi.data - np.log(NEGATIVE), dots(skip_gram, pmi)),
        "GloVe": fit(pmi.data, dots(glove, pmi)),
        "GloVe, both without biases": fit(*both),
    }
    for name, found in fits.items():
        print(f"  {name}: correlation {found.correlation:.4f}, slope {found.slope:.3f}")
    print("The last line takes the best number of each word and of each context from PMI and from the dots alike.")
    weights = [f"f({x}) = {min(1, (x / 100) ** 0.75):.3f}" for x in (1, 10, 80, 100, 500)]
    print("GloVe weighs a pair that occurs x times by f(x) = min(1, (x / 100)^0.75): " + ", ".join(weights))
    draw(fits, {"skip-gram": skip_gram, "GloVe": glove}, folder)
    return fits


if __name__ == "__main__":
    main()
