"""What checkpoints cost: the time of training with them over that without, and how long threads wait.

python bench/compare/checkpoints.py TEXT --every 60s --epochs 20 --threads 2 --rounds 5
"""

import tempfile
import time
from pathlib import Path

import common
import numpy as np

import fastvec as fv
from fastvec.benchmark.figures import plain_text, table
from fastvec.training.checkpoints.writer import Writer


class Waits:
    """Seconds that threads wait for each copy, and seconds of each write."""

    def __init__(self):
        self.copying, self.writing = [], []
        copy_and_write, write = Writer.copy_and_write, Writer.write
        Writer.copy_and_write = self.timed(copy_and_write, self.copying)
        Writer.write = self.timed(write, self.writing)

    @staticmethod
    def timed(function, seconds):
        def call(*arguments):
            began = time.perf_counter()
            function(*arguments)
            seconds.append(time.perf_counter() - began)

        return call


def one(trainer, corpus, threads, **checkpoints):
    """Return the seconds by the clock and of all processors."""
    began, used = time.perf_counter(), time.process_time()
    trainer.train(corpus, threads=threads, **checkpoints)
    return time.perf_counter() - began, time.process_time() - used


def main():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("--every", default="60s", help="checkpoint_every")
    made.add_argument("--model", choices=["SkipGram", "CBOW", "GloVe"], default="SkipGram")
    made.add_argument("--vector-size", type=int, default=100)
    made.add_argument("--epochs", type=int, default=20)
    made.add_argument("--threads", type=int, default=1)
    made.add_argument("--rounds", type=int, default=5, help="runs of each kind")
    made.add_argument("--folder", type=Path, help="where checkpoints are written (default: a temporary folder)")
    args = made.parse_args()
    trainer = getattr(fv, args.model)(vector_size=args.vector_size, epochs=args.epochs)
    waits, rows = Waits(), [["round", "s without", "s with", "ratio", "ratio of processor time"]]
    ratios, size = [], 0
    with tempfile.TemporaryDirectory(prefix="fastvec-checkpoints-", dir=args.folder) as name:
        path = Path(name) / "run.ckpt"
        text = plain_text(args.text, Path(name), args.bytes)
        corpus = fv.Corpus.from_text(text)
        data = fv.count_cooccurrences(corpus) if args.model == "GloVe" else corpus
        for number in range(args.rounds):
            times = {}
            for kept in (False, True) if number % 2 else (True, False):
                given = {"checkpoint": path, "checkpoint_every": args.every} if kept else {}
                times[kept] = one(trainer, data, args.threads, **given)
                size = path.stat().st_size if kept else size
                for file in path.parent.glob("run.ckpt*"):
                    file.unlink()
            ratio = [with_ / without for with_, without in zip(times[True], times[False], strict=True)]
            ratios.append(ratio)
            rows.append(
                [f"{number + 1}", f"{times[False][0]:.1f}", f"{times[True][0]:.1f}", *(f"{r:.3f}" for r in ratio)]
            )
    print(f"{corpus.n_tokens:,} tokens, {len(corpus.vocabulary):,} words, {args.threads} threads")
    print(f"every {args.every}: {size / 1e6:.0f} MB each")
    print(table(rows))
    median = np.median(ratios, axis=0)
    print(f"median ratio {median[0]:.3f}, of processor time {median[1]:.3f}")
    for what, seconds in (("threads waited", waits.copying), ("writing took", waits.writing)):
        if seconds:
            print(f"{what} {np.median(seconds):.3f} s (at most {max(seconds):.3f}), {len(seconds)} times")


if __name__ == "__main__":
    main()
