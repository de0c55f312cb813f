"""Rare and out-of-vocabulary words: fastvec and fasttext, both with fastText's defaults, over seeds.

    python bench/compare/rare_words.py TEXT EN-RW-STANFORD.txt --seeds 1 2 3

All words in the first two columns of the word-pair files, in lower case, go into a .vec file, which is scored on
these files; the vectors of out-of-vocabulary words come from their n-grams. Each training is a fresh process; the
programs take turns. fasttext has no seed and differs from run to run by its races. It gets twelve threads, the
default of its command: on fewer than ten, version 0.9.3 draws only a part of its input rows at random.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import mean, stdev

import common
import numpy as np

from fastvec.benchmark.figures import plain_text, table

FASTTEXT_THREADS = 12


def train_fastvec(text: str, seed: int, options: Mapping[str, int]):
    import fastvec as fv

    corpus = fv.Corpus.from_text(text, min_count=options["min_count"], threads=options["threads"])
    trainer = fv.SkipGram.fasttext(epochs=options["epochs"], seed=seed)
    vectors = trainer.train(corpus, threads=options["threads"])
    return set(vectors.index_to_key), vectors.__getitem__


def train_fasttext(text: str, seed: int, options: Mapping[str, int]):
    import fasttext

    model = fasttext.train_unsupervised(
        text, epoch=options["epochs"], minCount=options["min_count"], thread=FASTTEXT_THREADS, verbose=0
    )
    return set(model.words), model.get_word_vector


PROGRAMS = {"fastvec": train_fastvec, "fasttext": train_fasttext}


def child(request):
    """Train, write the vectors of the words to the output, and print seconds and the number of OOV words."""
    began = time.perf_counter()
    known, vector_of = PROGRAMS[request["program"]](request["text"], request["seed"], request["options"])
    seconds = time.perf_counter() - began
    words = Path(request["words"]).read_text(encoding="utf-8").split("\n")
    rows = np.array([vector_of(word) for word in words])
    with open(request["output"], "w", encoding="utf-8") as file:
        file.write(f"{len(words)} {rows.shape[1]}\n")
        for word, row in zip(words, rows, strict=True):
            file.write(f"{word} {' '.join(f'{value:.7g}' for value in row)}\n")
    print(json.dumps({"seconds": seconds, "oov": sum(word not in known for word in words)}))


def words_of(pairs):
    """Return the words of the first two columns of some files, in lower case."""
    words = set()
    for path in pairs:
        for line in path.read_text(encoding="utf-8").splitlines():
            words.update(line.lower().split()[:2])
    return sorted(words)


def arguments():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("pairs", type=Path, nargs="+", help="word-pair files: two words and a score per line")
    made.add_argument("--programs", nargs="+", choices=PROGRAMS, default=list(PROGRAMS))
    made.add_argument(
        "--seeds", nargs="+", type=int, default=[1, 2, 3], help="seeds of fastvec; fasttext runs as many times"
    )
    made.add_argument("--epochs", type=int, default=5)
    made.add_argument("--min-count", type=int, default=5)
    made.add_argument("--threads", type=int, default=2, help="threads of fastvec")
    made.add_argument("--save-vectors", type=Path, help="a folder for the .vec files")
    return made.parse_args()


def main():
    args = arguments()
    results = {program: [] for program in args.programs}
    with tempfile.TemporaryDirectory(prefix="fastvec-rare-") as name:
        folder = Path(name)
        text, words = plain_text(args.text, folder, args.bytes), words_of(args.pairs)
        (folder / "words").write_text("\n".join(words), encoding="utf-8")
        print(f"{args.text.name}: {text.stat().st_size / 1e6:.1f} MB; {len(words):,} words to score", flush=True)
        for seed in args.seeds:
            for program in args.programs:
                output = (args.save_vectors or folder) / f"{program}-{seed}.vec"
                results[program].append(run(program, seed, text, folder / "words", output, args))
    print_results(results)


def run(program, seed, text, words, output, args):
    output.parent.mkdir(parents=True, exist_ok=True)
    options = {"epochs": args.epochs, "min_count": args.min_count, "threads": args.threads}
    request = {"program": program, "seed": seed, "text": str(text), "words": str(words), "output": str(output)}
    command = [sys.executable, __file__, "child", json.dumps({**request, "options": options})]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    found["scores"] = common.score(output, args.pairs)
    print(
        f"{program}, run {seed}: {found['seconds']:.0f} s, {found['oov']:,} out-of-vocabulary, {found['scores']}",
        flush=True,
    )
    return found


def print_results(results):
    names = list(next(iter(results.values()))[0]["scores"])
    rows = [["mean (standard deviation)", "runs", "seconds", *names]]
    for program, runs in results.items():
        columns = [[run["seconds"] for run in runs]]
        columns += [[run["scores"].get(name, float("nan")) for run in runs] for name in names]
        rows.append([program, str(len(runs)), *map(spread, columns)])
    print(table(rows))


def spread(values):
    return f"{mean(values):.1f}" + (f" ({stdev(values):.1f})" if len(values) > 1 else "")


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(json.loads(sys.argv[2]))
    else:
        main()
