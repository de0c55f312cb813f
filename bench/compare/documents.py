"""Vectors of documents beside gensim's Doc2Vec, in speed and on a task with a known answer.

    pip install gensim
    python bench/compare/documents.py wiki-a.txt [--paragraphs 5000] [--threads 2]

Each of the first paragraphs that are long enough is cut in two halves, which are documents. The answer
for a half is the other one: its rank among all other halves, by cosine. Vectors are trained on all halves; those
that are inferred are of the second halves, by a model of the first ones. Seconds are those of all cores together
(processor time), so that other work on the machine counts little.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

import fastvec as fv

SETTINGS = {"vector_size": 100, "window": 5, "negative": 5, "sample": 1e-3, "epochs": 10, "seed": 1}
RATE = 0.025
KINDS = {
    "dbow": {"mode": "dbow"},
    "dbow, rate 0.1": {"mode": "dbow", "learning_rate": 0.1},
    "dbow, with words": {"mode": "dbow", "dbow_words": True},
    "dm, mean": {"mode": "dm"},
    "dm, sum": {"mode": "dm", "bag": "sum"},
}


def halves_of(path: Path, n: int, least: int) -> tuple[list[list[str]], list[list[str]]]:
    """Return the first and the second halves of n paragraphs of at least so many words."""
    first, second = [], []
    with path.open(encoding="utf-8") as lines:
        for words in map(str.split, lines):
            if len(words) >= least and len(first) < n:
                first.append(words[: len(words) // 2])
                second.append(words[len(words) // 2 :])
    return first, second


def ranks(queries: np.ndarray, answers: np.ndarray, others: np.ndarray | None = None) -> np.ndarray:
    """Return the rank of answer i for query i among all answers, and among other rows but i's own."""
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (queries, answers)]
    rest = None if others is None else others / np.linalg.norm(others, axis=1, keepdims=True)
    found = np.empty(len(queries), int)
    for start in range(0, len(queries), 500):
        some = slice(start, start + 500)
        cosines = unit[0][some] @ unit[1].T
        own = cosines[np.arange(len(cosines)), np.arange(some.start, some.start + len(cosines))]
        found[some] = (cosines > own[:, None]).sum(axis=1) + 1
        if rest is not None:
            beside = unit[0][some] @ rest.T
            beside[np.arange(len(beside)), np.arange(some.start, some.start + len(beside))] = -2
            found[some] += (beside > own[:, None]).sum(axis=1)
    return found


def summary(found: np.ndarray) -> str:
    """Return the share of first ranks, the mean reciprocal rank and the median."""
    return f"{np.mean(found == 1):7.1%} {np.mean(1 / found):7.3f} {np.median(found):7.0f}"


def by_fastvec(
    kind: dict[str, object], documents: list[list[str]], new: Iterable[list[str]], threads: int
) -> Iterator[np.ndarray | float]:
    """Yield the processor seconds of training, the rows, the seconds of inference, and the inferred rows."""
    corpus = fv.Corpus.from_text(iter(documents), min_count=5)
    trainer = fv.DocumentVectors(**{**SETTINGS, "learning_rate": RATE, **kind})
    began = time.process_time()
    model = trainer.train(corpus, threads=threads)
    yield time.process_time() - began
    yield model.documents.vectors
    began = time.process_time()
    rows = model.infer(new, threads=threads)
    yield time.process_time() - began
    yield rows


def by_gensim(
    kind: dict[str, object], documents: list[list[str]], new: Iterable[list[str]], threads: int
) -> Iterator[np.ndarray | float]:
    """Yield the same of gensim, which infers one text at a time, on one thread."""
    from gensim.models.doc2vec import Doc2Vec, TaggedDocument

    model = Doc2Vec(
        **SETTINGS, dm=int(kind["mode"] == "dm"), dm_mean=int(kind.get("bag") != "sum"),
        dbow_words=int("dbow_words" in kind), alpha=kind.get("learning_rate", RATE), workers=threads, min_count=5,
    )  # fmt: skip
    texts = [TaggedDocument(words, [i]) for i, words in enumerate(documents)]
    model.build_vocab(texts)
    began = time.process_time()
    model.train(texts, total_examples=model.corpus_count, epochs=model.epochs)
    yield time.process_time() - began
    yield model.dv.vectors
    began = time.process_time()
    rows = np.array([model.infer_vector(words) for words in new])
    yield time.process_time() - began
    yield rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path)
    parser.add_argument("--paragraphs", type=int, default=5000)
    parser.add_argument("--least", type=int, default=100, help="words of a paragraph (default: 100)")
    parser.add_argument("--inferred", type=int, default=1000, help="texts that are inferred (default: 1000)")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    first, second = halves_of(args.text, args.paragraphs, args.least)
    tokens = sum(map(len, first + second))
    print(f"{2 * len(first):,} halves, {tokens:,} tokens, {args.threads} threads; inferred: {args.inferred:,}")
    print(f"{'':28}{'train s':>9}{'rank 1':>8}{'1/rank':>8}{'median':>8}{'infer s':>9}{'rank 1':>8}{'1/rank':>8}")
    for name, kind in KINDS.items():
        seconds = {}
        for program, train in {"fastvec": by_fastvec, "gensim": by_gensim}.items():
            took, rows, _, _ = train(kind, first + second, second[:1], args.threads)
            own, other = rows[: len(first)], rows[len(first) :]
            found = np.concatenate([ranks(own, other, own), ranks(other, own, other)])
            _, known, inferring, inferred = train(kind, first, second[: args.inferred], args.threads)
            later = summary(ranks(inferred, known))
            print(f"{name + ', ' + program:28}{took:9.1f} {summary(found)}{inferring:9.1f} {later}", flush=True)
            seconds[program] = took, inferring
        ratios = [theirs / ours for ours, theirs in zip(seconds["fastvec"], seconds["gensim"], strict=True)]
        print(f"{name + ', times as fast':28}{ratios[0]:9.1f}{'':24}{ratios[1]:9.1f}")


if __name__ == "__main__":
    main()
