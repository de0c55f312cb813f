"""What checkpoints cost: the time of training with them over that without; or, of each, how long threads wait.

python bench/compare/checkpoints.py TEXT --every 60s --epochs 20 --threads 2 --rounds 5
python bench/compare/checkpoints.py --words 50000 500000 --threads 2

The first form trains a text with and without checkpoints in turn, and needs a machine of its own. The second
trains on random words, of which there are so many, with a checkpoint every few seconds, and says what one costs:
the time in which threads are held (they wait for the last, then the matrices are copied), and the processor time
of the write, which a thread does beside them. Both together are what training loses of a minute where every core
trains. (By the clock, and with the processor time of the copy, which other programs do not lengthen.)
"""

import tempfile
import time
from pathlib import Path

import common
import numpy as np

import fastvec as fv
from fastvec.benchmark.figures import plain_text, table
from fastvec.training.checkpoints.checkpoints import Checkpoints
from fastvec.training.checkpoints.writer import Writer

MINUTE = 60
EPOCHS = 200  # more than a run comes to, but not so many that their history is large


class Waits:
    """Seconds of each checkpoint in which threads wait for the last, and for the copy; and those of each write."""

    def __init__(self):
        self.waiting, self.copying, self.writing = [], [], []
        self.processor_copying, self.processor_writing = [], []
        settle, copy_and_write, write = Checkpoints.settle, Writer.copy_and_write, Writer.write
        waited = []

        def timed_settle(checkpoints):
            began = time.perf_counter()
            settled = settle(checkpoints)
            waited.append(time.perf_counter() - began)
            return settled

        def timed_copy(writer, arrays, facts, threads):
            began, used = time.perf_counter(), time.process_time()  # nobody trains meanwhile
            copy_and_write(writer, arrays, facts, threads)
            self.processor_copying.append(time.process_time() - used)
            self.copying.append(time.perf_counter() - began)
            self.waiting.append(sum(waited))
            waited.clear()

        def timed_write(writer, arrays, facts):
            began, used = time.perf_counter(), time.thread_time()
            write(writer, arrays, facts)
            self.writing.append(time.perf_counter() - began)
            self.processor_writing.append(time.thread_time() - used)

        Checkpoints.settle, Writer.copy_and_write, Writer.write = timed_settle, timed_copy, timed_write

    def clear(self):
        for column in vars(self).values():
            column.clear()


def one(trainer, corpus, threads, **checkpoints):
    """Return the seconds by the clock and of all processors."""
    began, used = time.perf_counter(), time.process_time()
    trainer.train(corpus, threads=threads, **checkpoints)
    return time.perf_counter() - began, time.process_time() - used


def trainer_of(args, **others):
    if args.model == "GloVe":
        return fv.GloVe(vector_size=args.vector_size, **others)
    return getattr(fv, args.model)(vector_size=args.vector_size, deterministic=args.deterministic, **others)


def remove(path):
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def rounds(args, path, waits):
    """Train with and without checkpoints, in turn; print the ratios of the times."""
    corpus = fv.Corpus.from_text(plain_text(args.text, path.parent, args.bytes))
    data = fv.count_cooccurrences(corpus) if args.model == "GloVe" else corpus
    trainer, ratios, size = trainer_of(args, epochs=args.epochs), [], 0
    rows = [["round", "s without", "s with", "ratio", "ratio of processor time"]]
    for number in range(args.rounds):
        times = {}
        for kept in (False, True) if number % 2 else (True, False):
            given = {"checkpoint": path, "checkpoint_every": args.every} if kept else {}
            times[kept] = one(trainer, data, args.threads, **given)
            size = path.stat().st_size if kept else size
            remove(path)
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


def random_text(words, tokens):
    """Return a corpus in which word k is drawn about 1 / k as often as the first, and every word comes."""
    rng = np.random.default_rng(0)
    drawn = (words ** rng.random(tokens - words) - 1).astype(np.int64)
    ids = np.append(drawn, np.arange(words))
    lines = ids[: len(ids) // 20 * 20].reshape(-1, 20)
    return fv.Corpus.from_ids(rng.permutation(lines), words=[f"w{i}" for i in range(words)])


def parts(args, path, waits):
    """Train on random words with many checkpoints; print what one costs."""
    header = ["words", "MB", "checkpoints", "threads wait", "copy", "write", "copy, processor", "write, processor"]
    rows = [[*header, "of a minute", "by processor"]]
    for words in args.words:
        corpus, began = random_text(words, args.tokens), time.monotonic()
        waits.clear()
        trainer_of(args, epochs=EPOCHS).train(
            corpus, threads=args.threads, checkpoint=path, checkpoint_every=args.every,
            on_progress=lambda _, until=began + args.seconds: time.monotonic() < until,
        )  # fmt: skip
        n, size = len(waits.copying), path.stat().st_size
        remove(path)
        columns = waits.waiting, waits.copying, waits.writing, waits.processor_copying, waits.processor_writing
        wait, copy, write, copied, written = (np.median(column[:n]) for column in columns)
        shares = wait + copy + written / args.threads, wait + (copied + written) / args.threads
        seconds = [f"{value:.3f}" for value in (wait, copy, write, copied, written)]
        percent = [f"{100 * share / MINUTE:.2f} %" for share in shares]
        rows.append([f"{words:,}", f"{size / 1e6:.0f}", f"{n}", *seconds, *percent])
        print(f"{words:,} words: at most {max(waits.waiting):.3f} s waiting, {max(waits.copying):.3f} s copying")
    print(f"{args.model}{', deterministic' * args.deterministic}, {args.threads} threads; medians, in seconds")
    print(table(rows))


def main():
    made = common.parser(__doc__.splitlines()[0], text_needed=False)
    made.add_argument(
        "--words", type=int, nargs="+", help="say what one costs with vectors of so many random words"
    )
    made.add_argument("--tokens", type=int, default=10_000_000, help="of these texts")
    made.add_argument("--seconds", type=float, default=40, help="of training on each")
    made.add_argument("--every", help="checkpoint_every (default: 60s, with --words 4s)")
    made.add_argument("--model", choices=["SkipGram", "CBOW", "GloVe"], default="SkipGram")
    made.add_argument("--deterministic", action="store_true", help="train with deterministic=True")
    made.add_argument("--vector-size", type=int, default=100)
    made.add_argument("--epochs", type=int, default=20)
    made.add_argument("--threads", type=int, default=1)
    made.add_argument("--rounds", type=int, default=5, help="runs of each kind")
    made.add_argument("--folder", type=Path, help="where checkpoints are written (default: a temporary folder)")
    args = made.parse_args()
    if (args.text is None) == (args.words is None):
        made.error("give TEXT or --words")
    args.every = args.every or ("60s" if args.words is None else "4s")
    with tempfile.TemporaryDirectory(prefix="fastvec-checkpoints-", dir=args.folder) as name:
        (rounds if args.words is None else parts)(args, Path(name) / "run.ckpt", Waits())


if __name__ == "__main__":
    main()
