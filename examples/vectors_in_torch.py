"""Word vectors of a file in a network of PyTorch.

One learns to put the vectors of any text file, such as GloVe's, into an ``nn.Embedding``: frozen, with a row of
zeros for padding and one for unknown words. And what this is good for: a classifier that saw sentences about kings
and queens also knows monks from nuns, whom it never saw, as their vectors differ in the same way.

    python examples/vectors_in_torch.py [VECTORS] [--output FOLDER]

VECTORS is a file such as glove.6B.100d.txt; without it, vectors are trained on the demo's text and written in
GloVe's format. It takes some seconds and needs PyTorch and ``pip install "fastvec[plot]"``.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import fastvec as fv

SEEN = ["king queen", "prince princess", "man woman", "boy girl", "father mother", "brother sister", "uncle aunt"]
NEW = ["duke duchess", "actor actress", "waiter waitress", "monk nun", "hero heroine", "wizard witch"]
NAMES = "john peter james henry thomas robert george edward mary anna jane alice emma sarah helen clara"
TELLING = {*NAMES.split(), "he", "she", "his", "her", "himself", "herself", "mr", "mrs", "sir", "lady"}


def examples_of(pairs: list[str], sentences: list[str]) -> tuple[list[list[str]], NDArray[np.int64]]:
    """Return sentences with one of the words, without others that tell; and its place in its pair."""
    label = {word: i for pair in pairs for i, word in enumerate(pair.split())}
    found = [(words, [w for w in words if w in label]) for words in map(str.split, sentences)]
    chosen = [(words, label[of[0]]) for words, of in found if len(of) == 1]
    return [[w for w in words if w not in TELLING] for words, _ in chosen], np.array([i for _, i in chosen])


def accuracy(vectors: fv.WordVectors, texts: list[Any], labels: list[Any], steps: int = 200) -> list[float]:
    """Train a linear layer on means of frozen vectors; return the share it gets right of seen and of new words."""
    embedding = vectors.to_torch(freeze=True)  # row 0: padding, row 1: unknown words
    import torch

    torch.manual_seed(1)
    ids = [torch.from_numpy(vectors.encode(text)) for text in texts]  # int64[sentences, longest]
    means = [embedding(part).sum(dim=1) / (part != 0).sum(dim=1, keepdim=True) for part in ids]
    answers = [torch.from_numpy(part) for part in labels]
    layer = torch.nn.Linear(vectors.vector_size, 2)
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.05)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(layer(means[0]), answers[0]).backward()
        optimizer.step()
    pairs = zip(means, answers, strict=True)
    return [float((layer(mean).argmax(dim=1) == answer).float().mean()) for mean, answer in pairs]


def main(arguments: list[str] | None = None) -> dict[str, list[float]]:
    """Run the lesson; return the shares that are right, of trained and of random vectors."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "vectors", nargs="?", type=Path, metavar="VECTORS", help="by default made of the demo's text"
    )
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help="for the picture; by default a temporary one"
    )
    given = parser.parse_args(arguments)
    folder = given.output or Path(tempfile.mkdtemp(prefix="fastvec-"))
    folder.mkdir(parents=True, exist_ok=True)

    sentences = fv.datasets.demo_corpus().sentences[:40_000]
    if given.vectors is None:
        given.vectors = Path(tempfile.mkdtemp(prefix="fastvec-")) / "vectors.txt"
        corpus = fv.Corpus.from_text(sentences, min_count=5)
        trained = fv.SkipGram(vector_size=50, epochs=8, sample=0, seed=1).train(corpus, threads=1)
        trained.save(given.vectors, format="glove")
    vectors = fv.WordVectors.load(given.vectors)
    print(f"{given.vectors}: {len(vectors):,} words, {vectors.vector_size} dimensions")
    print(f"ids of 'the king xyzzy': {vectors.encode('the king xyzzy').tolist()} (1: unknown, 0: padding)")

    groups = {
        f"{which}, {kind}": [pair.split()[i] for pair in pairs if pair.split()[i] in vectors]
        for which, pairs in (("seen", SEEN), ("new", NEW))
        for i, kind in enumerate(("male", "female"))
    }
    axes = fv.plot_map(vectors, groups=groups)
    axes.figure.savefig(folder / "vectors_in_torch.png", dpi=90)
    print(f"picture: {folder / 'vectors_in_torch.png'}")

    texts, labels = zip(*(examples_of(pairs, sentences) for pairs in (SEEN, NEW)), strict=True)
    print(f"{len(texts[0]):,} sentences with words to learn from, {len(texts[1]):,} with new words, such as:")
    print(f"  {' '.join(texts[1][0])} ({('male', 'female')[labels[1][0]]})")
    random = np.random.default_rng(1).standard_normal((len(vectors), vectors.vector_size))
    found: dict[str, list[float]] = {}
    for name, rows in (("trained", vectors), ("random", fv.WordVectors(vectors.index_to_key, random))):
        try:
            found[name] = accuracy(rows, list(texts), list(labels))
        except ImportError as error:
            print(f"The classifier is left out: {error}")
            return {}
        seen, new = found[name]
        print(f"  {name} vectors: {seen:.0%} right with the words it learned from, {new:.0%} with new words")
    return found


if __name__ == "__main__":
    main()
