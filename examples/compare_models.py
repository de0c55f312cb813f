"""CBOW, skip-gram and GloVe on one text, as measured.

One learns that the three make different vectors of the same text, and how to compare them: by the time they take,
by the analogies they solve, with intervals, and by the neighbours of a word.

    python examples/compare_models.py [TEXT] [--questions FILE] [--word WORD] [--output FOLDER]

TEXT has a sentence or paragraph a line; without it the text of the demo is made. FILE has analogies in the format
of questions-words.txt. It takes some ten seconds and needs ``pip install "fastvec[plot]"``.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import fastvec as fv

TRAINERS: dict[str, fv.CBOW | fv.SkipGram | fv.GloVe] = {
    "CBOW": fv.CBOW(vector_size=50, window=5, epochs=5, context_gradient="mean", learning_rate=0.2, seed=1),
    "skip-gram": fv.SkipGram(vector_size=50, window=5, epochs=5, seed=1),
    "GloVe": fv.GloVe(vector_size=50, x_max=10, epochs=25, seed=1),
}


def draw(trained: dict[str, fv.WordVectors], word: str, path: Path) -> None:
    """Write the neighbours of a word in each model, side by side."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(trained), figsize=(11, 3.6), layout="constrained")
    for (name, vectors), ax in zip(trained.items(), axes, strict=True):
        fv.plot_neighbors(vectors, word, topn=10, title=name, ax=ax)
        ax.set_xlim(0, 1.15)
    figure.suptitle(f"The nearest words of {word}", parse_math=False)
    figure.savefig(path, dpi=90)
    print(f"picture: {path}")


def main(arguments: list[str] | None = None) -> dict[str, dict[str, float]]:
    """Run the lesson; return what it found, by model."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("text", nargs="?", type=Path, metavar="TEXT", help="by default the text of the demo")
    parser.add_argument("--questions", type=Path, metavar="FILE", help="analogies; by default those of the demo")
    parser.add_argument("--word", default="king", help="whose neighbours are shown (default: king)")
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help="for the picture; by default a temporary one"
    )
    given = parser.parse_args(arguments)
    folder = given.output or Path(tempfile.mkdtemp(prefix="fastvec-"))
    folder.mkdir(parents=True, exist_ok=True)

    demo = fv.datasets.demo_corpus()
    corpus = fv.Corpus.from_text(given.text or demo.sentences, min_count=5)
    print(f"{corpus.n_tokens:,} tokens, {len(corpus.vocabulary):,} words; one thread")
    trained: dict[str, fv.WordVectors] = {}
    found: dict[str, dict[str, float]] = {}
    for name, trainer in TRAINERS.items():
        began = time.perf_counter()
        vectors = trained[name] = trainer.train(corpus, threads=1)  # GloVe counts first
        seconds = time.perf_counter() - began
        score = fv.evaluate_analogies(vectors, given.questions or demo.questions)
        right, asked = int(score.correct.sum()), int(score.asked.sum())
        found[name] = {"seconds": seconds, "right": right, "asked": asked}
        line = f"{name:>9}: {seconds:5.1f} s, {right:,} of {asked:,} analogies right"
        if asked > 100:
            low, high = score.interval()
            line += f", {score.accuracy:.1%} (95 % interval: {low:.1%} to {high:.1%})"
        print(line)
        if given.word in vectors:
            print(
                " " * 11
                + f"near {given.word}: "
                + ", ".join(w for w, _ in vectors.most_similar(given.word, topn=6))
            )

    if given.word in corpus.vocabulary:
        draw(trained, given.word, folder / "compare_models.png")
    else:
        print(f"The text has no {given.word}: --word shows the neighbours of another word.")
    return found


if __name__ == "__main__":
    main()
