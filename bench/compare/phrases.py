"""Phrases, found and joined by fastvec and by gensim: time, peak memory, agreement.

    python bench/compare/phrases.py TEXT --scoring word2vec npmi --connector-words none english

Timed are: text file to table of phrases (gensim reads with LineSentence), and sentences to joined sentences in
memory. Every run is a fresh process, the rounds are interleaved, ratios are of the same round. gensim's formula
has the number of distinct words and pairs instead of that of tokens; its threshold is adapted to that.
"""

import json
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

import common

from fastvec import ENGLISH_CONNECTOR_WORDS, Corpus, Phrases
from fastvec.benchmark.figures import plain_text, spread, table
from fastvec.benchmark.worker import peak_bytes

CONNECTORS = {"none": frozenset(), "english": ENGLISH_CONNECTOR_WORDS}
THRESHOLDS = {"word2vec": 100.0, "npmi": 0.5}


def of_gensim(text, scoring, connectors):
    from gensim.models.phrases import Phrases as Rival
    from gensim.models.word2vec import LineSentence

    began = time.perf_counter()
    # the threshold depends on the counts, and is set below
    rival = Rival(
        LineSentence(text), min_count=5, threshold=1 if scoring == "npmi" else 10, connector_words=connectors,
        scoring="npmi" if scoring == "npmi" else "default",
    )  # fmt: skip
    times = rival.corpus_word_count / len(rival.vocab) if scoring == "word2vec" else 1.0
    rival.threshold = THRESHOLDS[scoring] / times
    frozen = rival.freeze()
    found = time.perf_counter() - began
    sentences = list(LineSentence(text))
    began = time.perf_counter()
    joined = [frozen[sentence] for sentence in sentences]
    seconds = {"found": found, "joined": time.perf_counter() - began}
    n_tokens = rival.corpus_word_count
    return seconds, n_tokens, {token: score * times for token, score in frozen.phrasegrams.items()}, joined


def of_fastvec(text, scoring, connectors, threads):
    settings = Phrases(scoring=scoring, threshold=THRESHOLDS[scoring], connector_words=connectors)
    settings.fit(Corpus.from_text(["a b"], min_count=1))  # loads the kernels, as importing gensim does
    began = time.perf_counter()
    corpus = Corpus.from_text(text, min_count=1, threads=threads)
    read = time.perf_counter() - began
    found = settings.fit(corpus, threads=threads)
    seconds = {"found": time.perf_counter() - began, "read": read}
    began = time.perf_counter()
    joined = found.apply(corpus, threads=threads)
    seconds["joined"] = time.perf_counter() - began
    return seconds, corpus.n_tokens, {phrase.token: phrase.score for phrase in found}, joined


def child(text, scoring, connectors, threads, output):
    words = CONNECTORS[connectors]
    run = of_fastvec(text, scoring, words, threads) if threads else of_gensim(text, scoring, words)
    seconds, n_tokens, phrases, joined = run
    peak = peak_bytes()
    if output:
        Path(output).write_text(json.dumps(phrases))
        with open(f"{output}.txt", "w", encoding="utf-8") as file:
            file.writelines(" ".join(sentence) + "\n" for sentence in joined)
    print(json.dumps({"seconds": seconds, "tokens": n_tokens, "peak": peak, "phrases": len(phrases)}))


def agreement(mine, rivals):
    """Say whether two runs found and joined the same phrases."""
    ours, theirs = (json.loads(path.read_text()) for path in (mine, rivals))
    furthest = max((abs(ours[token] / theirs[token] - 1) for token in ours.keys() & theirs), default=0)
    same = "equal" if Path(f"{mine}.txt").read_bytes() == Path(f"{rivals}.txt").read_bytes() else "not equal"
    return (
        f"{len(ours):,} phrases by fastvec, {len(theirs):,} by gensim, {len(ours.keys() & theirs):,} by both; "
        f"scores differ by {furthest:.1e} at most; the joined texts are {same}"
    )


def in_short(values):
    found = spread(values)
    return f"{found['median']:.3g} ({found['low']:.3g} to {found['high']:.3g})"


def main():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("--scoring", nargs="+", choices=THRESHOLDS, default=["word2vec"])
    made.add_argument("--connector-words", nargs="+", choices=CONNECTORS, default=["none"])
    made.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    made.add_argument("--rounds", type=int, default=3)
    args = made.parse_args()
    with tempfile.TemporaryDirectory(prefix="fastvec-phrases-") as name:
        text = plain_text(args.text, Path(name), args.bytes)
        for scoring, connectors in product(args.scoring, args.connector_words):
            compare(text, Path(name), scoring, connectors, args)


def compare(text, folder, scoring, connectors, args):
    results = {threads: [] for threads in (*args.threads, 0)}
    for number in range(args.rounds):
        for threads, runs in results.items():
            output = folder / str(threads) if number == 0 else ""
            command = [sys.executable, __file__, "child", text, scoring, connectors, threads, output]
            done = subprocess.run([*map(str, command)], stdout=subprocess.PIPE, text=True, check=True)
            runs.append(json.loads(done.stdout))
    print(f"\n{results[0][0]['tokens']:,} tokens, scoring={scoring}, connector words: {connectors}")
    for threads in args.threads:
        print(agreement(folder / str(threads), folder / "0"))
    ratio = "gensim's time / its"
    rows = [["", "text to phrases, s", ratio, "joining, s", ratio, "peak MB"]]
    for threads, runs in results.items():
        row = [f"fastvec, {threads} thread(s)" if threads else "gensim"]
        for stage in ("found", "joined"):
            ratios = [b["seconds"][stage] / a["seconds"][stage] for a, b in zip(runs, results[0], strict=True)]
            row += [in_short([run["seconds"][stage] for run in runs]), in_short(ratios) if threads else ""]
        rows.append([*row, f"{max(run['peak'] for run in runs) / 1e6:.0f}"])
    print(table(rows), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(*sys.argv[2:5], int(sys.argv[5]), sys.argv[6])
    else:
        main()
