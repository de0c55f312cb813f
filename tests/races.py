"""Trains every kind of model on four threads, for ThreadSanitizer; ``python tests/sanitizers.py thread`` runs it.

``python tests/races.py deterministic|hogwild``: trainers whose threads share no row, or those that race for rows.
"""

from __future__ import annotations

import sys

import numpy as np

import fastvec as fv
from fastvec.kernels.simd import available_levels

THREADS = 4


def text() -> fv.Corpus:
    ids = np.random.default_rng(1).zipf(1.2, (300, 20)) % 200
    return fv.Corpus.from_ids(ids, words=[f"w{i}" for i in range(200)])


def of_predictions(**settings: object) -> None:
    for loss in ("negative_sampling", "hierarchical_softmax"):
        for subwords in (None, fv.Subwords(buckets=100)):
            for trainer in (fv.SkipGram, fv.CBOW):
                more = {
                    "loss": loss,
                    "subwords": subwords,
                    "vector_size": 20,
                    "sample": 1e-2,
                    "epochs": 2,
                    **settings,
                }
                trainer(**more).train(text(), threads=THREADS)  # type: ignore[arg-type]
                print(trainer.__name__, loss, "n-grams" if subwords else "words", settings, flush=True)


def deterministic() -> None:
    corpus = text()
    of_predictions(deterministic=True)
    lines = [" ".join(f"w{word}" for word in row) for row in np.asarray(corpus.ids).reshape(-1, 20).tolist()]
    fv.Corpus.from_text(lines * 20, min_count=1, threads=THREADS)
    counts = fv.count_cooccurrences(corpus, window=3, threads=THREADS)
    fv.GloVe(vector_size=20, epochs=2).train(counts, threads=THREADS)
    print("text, counts, GloVe")


def hogwild() -> None:
    of_predictions()
    of_predictions(negative_sharing="none")
    fv.SkipGram(vector_size=20, sample=0, epochs=1, loss="softmax").train(text(), threads=THREADS)


if __name__ == "__main__":
    print("instruction sets:", ", ".join(available_levels()))
    {"deterministic": deterministic, "hogwild": hogwild}[sys.argv[1]]()
