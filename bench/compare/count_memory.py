"""Peak memory of counting co-occurrences, without and with a limit; both must give the same bytes.

    python bench/compare/count_memory.py TEXT --max-memory 256MiB

Each count runs in a fresh process, on an encoded corpus. Peaks are above what the process held before it counted,
with the libraries loaded (outside Linux: above its peak until then).
"""

import contextlib
import filecmp
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import common

from fastvec import Corpus, count_cooccurrences
from fastvec.benchmark.figures import plain_text, table
from fastvec.benchmark.worker import peak_bytes
from fastvec.counting.memory_plan import memory_bytes

BEYOND = 64 << 20  # bytes that the whole call may take above max_memory


def child(path, save_to, settings):
    count_cooccurrences(Corpus.from_ids([0, 1], [0, 2], ["a", "b"]))  # loads the kernels
    corpus = Corpus.load(path)
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins at what is held now
    before, began = peak_bytes(), time.perf_counter()
    counts = count_cooccurrences(corpus, **settings)
    seconds, peak = time.perf_counter() - began, peak_bytes() - before
    if "save_to" not in settings:
        counts.save(save_to)
    print(json.dumps({"pairs": counts.nnz, "seconds": seconds, "peak": peak, "before": before}))


def run(path, save_to, settings):
    command = [sys.executable, __file__, "child", path, save_to, json.dumps(settings)]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def main():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("--window", type=int, default=10)
    made.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    made.add_argument("--max-memory", default="256MiB")
    made.add_argument("--min-count", type=int, default=5)
    args = made.parse_args()
    limit = memory_bytes(args.max_memory) + BEYOND
    rows = [["counting", "threads", "seconds", "peak MB", "bound MB", "the same bytes"]]
    with tempfile.TemporaryDirectory(prefix="fastvec-memory-") as name:
        folder = Path(name)
        encoded, first, other = (str(folder / file) for file in ("text.fvc", "first.fvm", "other.fvm"))
        corpus = Corpus.from_text(plain_text(args.text, folder, args.bytes), min_count=args.min_count)
        corpus.save(encoded)
        for threads in args.threads:
            for within in (False, True):
                path = other if Path(first).exists() else first
                settings = {"window": args.window, "threads": threads}
                limits = {"max_memory": args.max_memory, "save_to": path} if within else {}
                found = run(encoded, path, {**settings, **limits})
                what = f"within {args.max_memory}, to disk" if within else "in memory"
                figures = f"{found['seconds']:.1f}", f"{found['peak'] / 1e6:.0f}", f"{limit / 1e6:.0f}" * within
                same = "yes" if filecmp.cmp(first, path, shallow=False) else "no"
                rows.append([what, str(threads), *figures, same])
        size = Path(first).stat().st_size
    print(f"{corpus.n_tokens:,} tokens, {len(corpus.vocabulary):,} words, window {args.window}")
    print(f"{found['pairs']:,} pairs, a file of {size / 1e6:.0f} MB; held before: {found['before'] / 1e6:.0f} MB")
    print(table(rows))


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(*sys.argv[2:4], json.loads(sys.argv[4]))
    else:
        main()
