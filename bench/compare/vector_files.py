"""Files of word vectors, read and written beside gensim: medians, and gensim's time over fastvec's.

python bench/compare/vector_files.py --words 400000 --vector-size 300 --rounds 3
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from fastvec.benchmark.figures import table

# each is a process of its own; it prints its seconds, without the imports, and a sum of the vectors to compare
FASTVEC = """
import json, sys, time
import numpy as np
import fastvec as fv
path, out, format = sys.argv[1:4]
began = time.perf_counter()
vectors = fv.WordVectors.load(path)
read = time.perf_counter() - began
began = time.perf_counter()
vectors.save(out, format=format)
written = time.perf_counter() - began
print(json.dumps([read, written, len(vectors), float(np.abs(vectors.vectors).sum(dtype=np.float64))]))
"""
GENSIM = """
import json, sys, time
import numpy as np
from gensim.models import KeyedVectors
path, out, format = sys.argv[1:4]
binary, header = format == "word2vec", format != "glove"
began = time.perf_counter()
vectors = KeyedVectors.load_word2vec_format(path, binary=binary, no_header=not header)
read = time.perf_counter() - began
began = time.perf_counter()
vectors.save_word2vec_format(out, binary=binary, write_header=header)
written = time.perf_counter() - began
print(json.dumps([read, written, len(vectors), float(np.abs(vectors.vectors).sum(dtype=np.float64))]))
"""
MAKE = """
import sys
import numpy as np
import fastvec as fv
n, size, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
rows = np.random.default_rng(0).standard_normal((n, size), dtype=np.float32) * np.float32(0.4)
rows = np.round(rows, 5)  # as GloVe's files have them
vectors = fv.WordVectors([f"word{i}" for i in range(n)], rows)
for format in ("glove", "word2vec-text", "word2vec"):
    vectors.save(f"{folder}/{format}", format=format)
"""


def python(script, *args):
    done = subprocess.run([sys.executable, "-c", script, *map(str, args)], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout or b"null")


def main():
    made = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    made.add_argument("--words", type=int, default=400_000)
    made.add_argument("--vector-size", type=int, default=300)
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--formats", nargs="+", default=["glove", "word2vec"])
    args = made.parse_args()
    rows = [["format", "MB", "program", "reading, s", "MB/s", "writing, s", "MB/s"]]
    ratios = []
    with tempfile.TemporaryDirectory(prefix="fastvec-vectors-") as folder:
        python(MAKE, args.words, args.vector_size, folder)
        for format in args.formats:
            path, out = Path(folder, format), Path(folder, "out")
            megabytes = path.stat().st_size / 1e6
            runs = {"fastvec": [], "gensim": []}
            for _ in range(args.rounds):
                runs["fastvec"].append(python(FASTVEC, path, out, format))
                runs["gensim"].append(python(GENSIM, path, out, format))
                ours, theirs = (found[-1][2:] for found in runs.values())
                assert ours == theirs, f"{format}: other vectors: {ours}, {theirs}"
            times = {name: [median(run[i] for run in found) for i in (0, 1)] for name, found in runs.items()}
            for name, (read, written) in times.items():
                cells = [f"{read:.2f}", f"{megabytes / read:.0f}", f"{written:.2f}", f"{megabytes / written:.0f}"]
                rows.append([format, f"{megabytes:.0f}", name, *cells])
            for i, what in enumerate(("reading", "writing")):
                ratio = [g[i] / f[i] for f, g in zip(runs["fastvec"], runs["gensim"], strict=True)]
                shown = f"{median(ratio):.1f} ({min(ratio):.1f}-{max(ratio):.1f})"
                ratios.append(f"{format}, {what}: gensim's time / fastvec's {shown}")
    print(f"{args.words:,} words, {args.vector_size} dimensions, medians of {args.rounds} rounds")
    print(table(rows))
    print("\n".join(ratios))


if __name__ == "__main__":
    main()
