"""The exercise of many courses: neighbours of *paris*, and king - man + woman, by settings and size of the text.

    python bench/compare/exercise.py TEXT

100 dimensions, 5 negatives, 3 epochs; on the first 2 million tokens, on all, and on WikiText-2 in lower case if
``fastvec download wikitext-2-train`` has brought it. The five nearest words to *paris* should be capitals, and
*queen* among the first three for king - man + woman. Capitals are a mean over seeds; the words are those of the
first seed.
"""

import tempfile
from pathlib import Path
from statistics import mean

import common

from fastvec import CBOW, Corpus, SkipGram
from fastvec.benchmark.figures import plain_text, table
from fastvec.datasets.named import data_folder
from fastvec.errors import FastvecError

COMMON = {"vector_size": 100, "negative": 5, "epochs": 3}
SETTINGS = {
    "SkipGram(window=5)": SkipGram(window=5, **COMMON),
    "SkipGram(window=2)": SkipGram(window=2, **COMMON),
    'CBOW.recommended(combine="sum")': CBOW.recommended(combine="sum", **COMMON),
    'CBOW.recommended(combine="word")': CBOW.recommended(combine="word", **COMMON),
}
CAPITALS = """
amsterdam ankara asuncion athens baghdad baku beijing beirut belgrade berlin bern bratislava brussels
bucharest budapest cairo canberra caracas copenhagen dakar damascus dublin hanoi havana helsinki islamabad
jerusalem kabul kiev kingston kinshasa lima lisbon ljubljana london luanda luxembourg madrid managua manila
minsk monaco montevideo moscow nairobi oslo ottawa prague pretoria pyongyang quito rabat reykjavik riga rome
santiago sarajevo seoul singapore sofia stockholm tallinn tbilisi tehran tirana tokyo tripoli tunis vaduz
valletta vienna vilnius warsaw washington wellington zagreb
"""


def first_tokens(text, n_tokens, path):
    with open(text, "rb") as source, open(path, "wb") as target:
        for line in source:
            tokens = line.split()[:n_tokens]
            n_tokens -= len(tokens)
            target.write(b" ".join(tokens) + b"\n")
            if n_tokens == 0:
                return path
    raise SystemExit(f"{text}: has {n_tokens:,} tokens too few")


def answer(vectors):
    """Return the five nearest to *paris*, and the rank of *queen* for king - man + woman."""
    near = [word for word, _ in vectors.most_similar("paris", topn=5)]
    ranked = [word for word, _ in vectors.analogy("man", "king", "woman", topn=len(vectors) - 3)]
    return near, ranked.index("queen") + 1


def rows_of(name, text, args, **reading):
    """Yield the rows of the table for one text."""
    corpus = Corpus.from_text(text, min_count=args.min_count, threads=args.threads, **reading)
    print(f"{name}: {corpus.n_tokens + corpus.n_dropped:,} tokens, {len(corpus.vocabulary):,} words", flush=True)
    for settings, trainer in SETTINGS.items():
        seeds = [trainer.replace(seed=seed).train(corpus, threads=args.threads) for seed in args.seeds]
        found = [answer(vectors) for vectors in seeds]
        capitals = mean(len(set(CAPITALS.split()).intersection(near)) for near, _ in found)
        ranks = ", ".join(str(rank) for _, rank in found)
        print(settings, found, flush=True)
        yield [name, settings, ", ".join(found[0][0]), f"{capitals:.1f}", ranks]


def wikitext():
    """Return the path of WikiText-2, or None if it was not downloaded."""
    try:
        path = data_folder() / "wikitext-2-wiki.train.tokens"
    except FastvecError as error:  # without pooch, which knows the folder
        print(f"WikiText-2: left out; {error}")
        return None
    if not path.exists():
        print(f"WikiText-2: left out, since there is no {path}; 'fastvec download wikitext-2-train' brings it")
        return None
    return path


def main():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("--tokens", type=int, default=2_000_000)
    made.add_argument("--min-count", type=int, default=5)
    made.add_argument("--threads", type=int)
    made.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    args = made.parse_args()
    rows = [["text", "settings", "nearest to paris", "capitals", "ranks of queen"]]
    with tempfile.TemporaryDirectory(prefix="fastvec-exercise-") as name:
        text = plain_text(args.text, Path(name), args.bytes)
        start = first_tokens(text, args.tokens, Path(name, "start.txt"))
        rows += rows_of(f"the first {args.tokens:,} tokens", start, args)
        rows += rows_of("all", text, args)
        if (path := wikitext()) is not None:
            rows += rows_of("WikiText-2", path, args, lowercase=True)
    print(table(rows))


if __name__ == "__main__":
    main()
