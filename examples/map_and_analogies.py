"""A map of the words of a text, and its analogies.

One learns to train on a text, to look at what came out, and to test it: near words have near vectors, and the step
from man to king is the step from woman to queen. Any text will do; the larger, the better.

    python examples/map_and_analogies.py [TEXT] [--output FOLDER]

TEXT has a sentence or paragraph a line (compressed too). Without it, the demo's text is made: a million tokens of
a small grammar. It takes some seconds and needs ``pip install "fastvec[plot]"``.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import fastvec as fv

GROUPS = {
    "people": "man woman king queen prince princess boy girl father mother son daughter",
    "countries": "france italy germany spain england japan russia china",
    "capitals": "paris rome berlin madrid london tokyo moscow beijing",
    "animals": "dog cat horse cow puppy kitten foal calf",
    "verbs": "walk walked walking swim swam swimming sing sang singing",
    "adjectives": "big bigger biggest small smaller smallest fast faster fastest",
}
TRAINED = 5_000_000  # tokens, in all epochs together: small texts need more epochs
LARGE = 5_000_000  # tokens, from which on frequent words are subsampled


def train(corpus: fv.Corpus) -> fv.WordVectors:
    """Train skip-gram, with settings for the size of the text."""
    epochs = min(100, max(5, TRAINED // max(1, corpus.n_tokens)))
    sample = 1e-3 if corpus.n_tokens > LARGE else 0.0
    size = 100 if corpus.n_tokens > LARGE else 50
    return fv.SkipGram(vector_size=size, epochs=epochs, sample=sample, seed=1).train(corpus)


def draw(vectors: fv.WordVectors, question: tuple[str, str, str, str] | None, folder: Path) -> None:
    """Write the map, the loss, and the parallelogram of an analogy if there is one."""
    known = {name: [word for word in words.split() if word in vectors] for name, words in GROUPS.items()}
    groups = {name: words for name, words in known.items() if len(words) > 2}
    if groups:
        from matplotlib import pyplot

        _, ax = pyplot.subplots(figsize=(9.5, 8), layout="constrained")  # room for the labels
        pictures = {"map": fv.plot_map(vectors, groups=groups, ax=ax)}
    else:
        skipped = min(30, len(vectors) // 10)  # the most frequent words are mostly grammar
        pictures = {"map": fv.plot_map(vectors, vectors.index_to_key[skipped : skipped + 150])}
    pictures["loss"] = fv.plot_loss(vectors)
    if question:
        a, b, c, expected = question
        pictures["analogy"] = fv.plot_analogy(vectors, a, b, c, expected=expected)
    for name, axes in pictures.items():
        axes.figure.savefig(folder / f"{name}.png", dpi=90)
        print(f"picture: {folder / name}.png")


def main(arguments: list[str] | None = None) -> dict[str, float]:
    """Run the lesson; return what it found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("text", nargs="?", type=Path, metavar="TEXT", help="by default the text of the demo")
    parser.add_argument("--min-count", type=int, default=5, metavar="N", help="leave out rarer words (default: 5)")
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="for pictures; by default a temporary one")
    given = parser.parse_args(arguments)
    folder = given.output or Path(tempfile.mkdtemp(prefix="fastvec-"))
    folder.mkdir(parents=True, exist_ok=True)

    demo = fv.datasets.demo_corpus()
    corpus = fv.Corpus.from_text(given.text or demo.sentences, min_count=given.min_count)
    print(
        f"{corpus.n_tokens:,} tokens, {len(corpus.vocabulary):,} words that occur {given.min_count} times or more"
    )
    vectors = train(corpus)
    assert vectors.history is not None
    first, last = vectors.history["epoch_loss"][[0, -1]]
    print(f"{len(vectors.history['epoch_loss'])} epochs; the loss fell from {first:.2f} to {last:.2f}")

    for word in ("king", "paris", "dog", "walked"):
        if word in vectors:
            print(f"  near {word}: " + ", ".join(near for near, _ in vectors.most_similar(word, topn=5)))

    asked = [question for question in demo.questions if all(word in vectors for word in question)]
    right = 0
    for a, b, c, expected in asked:
        answer = vectors.analogy(a, b, c)[0][0]
        right += answer == expected
        print(f"  {a} : {b} = {c} : {answer}" + ("" if answer == expected else f" (expected: {expected})"))
    if asked:
        print(f"{right} of {len(asked)} analogies are right")
    else:
        print("The text has the words of no analogy of the demo; vectors.analogy(a, b, c) asks your own.")
    draw(vectors, asked[0] if asked else None, folder)
    return {"asked": len(asked), "right": right, "first_loss": float(first), "last_loss": float(last)}


if __name__ == "__main__":
    main()
