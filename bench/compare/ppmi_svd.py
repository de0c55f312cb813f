"""Truncated SVD of a PPMI matrix by fastvec and by scikit-learn: time, peak memory, singular values.

    python bench/compare/ppmi_svd.py TEXT --window 10 --vector-size 100

Each runs in a fresh process, which reads the matrix from a file; its peak is that of the whole process.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import common
import numpy as np
from scipy import sparse

from fastvec import Corpus, count_cooccurrences
from fastvec.benchmark.figures import plain_text, table
from fastvec.benchmark.worker import peak_bytes
from fastvec.counting.association import ppmi
from fastvec.running.workers import new_stop_flag, resolve_threads

PARTS = ("data", "indices", "indptr")
WAYS = {
    "only loading the matrix": {},
    "fastvec, 1 thread": {"threads": 1},
    "fastvec": {"threads": None},
    "scikit-learn, randomized, n_iter=5 (default)": {"algorithm": "randomized"},
    "scikit-learn, randomized, n_iter=7": {"algorithm": "randomized", "n_iter": 7},
    "scikit-learn, arpack": {"algorithm": "arpack"},
}


def decompose(matrix, size, seed, way):
    """Return the singular values, the largest first."""
    if "threads" in way:
        from fastvec.training.truncated_svd import Products, truncated_svd

        products = Products(matrix, resolve_threads(way["threads"]), new_stop_flag())
        return truncated_svd(matrix, size, products, symmetric=False, dense=False, seed=seed)[1]
    if way:
        from sklearn.decomposition import TruncatedSVD

        return np.sort(TruncatedSVD(size, random_state=seed, **way).fit(matrix).singular_values_)[::-1]
    return np.zeros(size)


def child(path, size, seed, name):
    parts = [np.load(f"{path}.{part}.npy") for part in PARTS]
    matrix = sparse.csr_array(tuple(parts), shape=2 * (len(parts[2]) - 1,))
    began, cpu = time.perf_counter(), time.process_time()
    sigma = decompose(matrix, size, seed, WAYS[name])
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak_bytes(), "sigma": sigma.tolist()}))


def main():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("--window", type=int, default=10)
    made.add_argument("--vector-size", type=int, default=100)
    made.add_argument("--context-smoothing", type=float, default=0.75)
    made.add_argument("--min-count", type=int, default=5)
    made.add_argument("--seed", type=int, default=1)
    args = made.parse_args()
    with tempfile.TemporaryDirectory(prefix="fastvec-svd-") as name:
        path = Path(name, "ppmi")
        corpus = Corpus.from_text(plain_text(args.text, Path(name), args.bytes), min_count=args.min_count)
        counts = count_cooccurrences(corpus, window=args.window)
        weights = ppmi(counts, context_smoothing=args.context_smoothing)
        for part in PARTS:
            np.save(f"{path}.{part}.npy", getattr(weights, part))
        print(
            f"{counts.nnz:,} pairs of {len(corpus.vocabulary):,} words, {weights.nnz:,} of them with PPMI above 0"
        )
        rows = [["", "seconds", "CPU seconds", "peak MB", "sigma_1", f"sigma_{args.vector_size}", "difference, %"]]
        exact = None
        for way in WAYS:
            command = [sys.executable, __file__, "child", path, args.vector_size, args.seed, way]
            done = subprocess.run([*map(str, command)], stdout=subprocess.PIPE, text=True, check=True)
            found = json.loads(done.stdout)
            sigma = np.array(found["sigma"])
            numbers = ["", "", ""]
            if sigma.any():
                exact = sigma if exact is None else exact
                off = 100 * np.abs(sigma / exact - 1).max()
                numbers = [f"{sigma[0]:.2f}", f"{sigma[-1]:.2f}", f"{off:.1e}"]
            rows.append(
                [way, f"{found['seconds']:.1f}", f"{found['cpu']:.1f}", f"{found['peak'] / 1e6:.0f}", *numbers]
            )
        print(table(rows))


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
    else:
        main()
