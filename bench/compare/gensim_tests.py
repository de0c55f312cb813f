"""gensim's tests that depend on random numbers: how many seeds pass each with fastvec.gensim_compat, and gensim.

    python bench/compare/gensim_tests.py --seeds 10

These tests train on few words and ask for a rank or a similarity that gensim's developers chose by trial. Run N
gives all models ``seed=N``, whatever the test says. The tests are those of the installed gensim, or of the folder
``gensim/test`` of a clone. Each run is a process of its own; --results keeps the finished ones.
"""

import argparse
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib import import_module
from importlib.util import find_spec
from itertools import product
from pathlib import Path

from fastvec.benchmark.figures import table

SIDES = {"fastvec": "fastvec.gensim_compat", "gensim": "gensim.models"}
TESTS = {
    "test_word2vec.py": {
        "Word2Vec: rank of a neighbor": r"(cbow|sg)_(hs|neg|fixedwindowsize)(_fromfile)?|parallel",
        "Word2Vec: correlation with word pairs": r"evaluate_word_pairs(_from_file)?",
        "Word2Vec: new words": r"(cbow|sg)_(hs|neg)_online",
    },
    "test_fasttext.py": {
        "FastText: known neighbors": r"(cbow|sg)_(hs|neg)_training(_fromfile)?",
        "FastText: new words": r"(cbow|sg)_(hs|neg)_online",
    },
    "test_doc2vec.py": {
        "Doc2Vec: ranks of documents": r"(dbow|dmm|dms)_(hs|neg|fixedwindowsize)(_fromfile)?"
        r"|training(_fromfile)?|parallel",
    },
}  # fmt: skip


def pytest_configure():
    """Put a side's classes where the tests take gensim's from, and give their models a seed."""
    run = json.loads(os.environ["GENSIM_TESTS"])
    import_module("gensim.test").__path__ = [run["tests"]]  # helpers and texts
    module = import_module(SIDES[run["side"]])
    for name in ("Word2Vec", "FastText", "Doc2Vec"):
        give_seed(getattr(module, name), run["seed"])
    if run["side"] == "fastvec":
        for home in ("", ".keyedvectors", ".word2vec", ".fasttext", ".doc2vec"):
            gensims = import_module(f"gensim.models{home}")
            for name in set(module.__all__) & set(vars(gensims)):
                setattr(gensims, name, getattr(module, name))


def give_seed(model, seed):
    begin = model.__init__

    @functools.wraps(begin)
    def with_seed(self, *args, **settings):
        begin(self, *args, **settings | {"seed": seed})

    model.__init__ = with_seed


def group_of(nodeid):
    """Return the group of a test; None if it does not depend on random numbers."""
    file, name = nodeid.split("::")[0], re.sub(r".*::test_|\[.*", "", nodeid)
    return next((group for group, tests in TESTS[file].items() if re.fullmatch(tests, name)), None)


def pytest_collection_modifyitems(items):
    """Leave out, too, the tests of Word2Vec that the file of FastText imports."""
    items[:] = [each for each in items if group_of(each.nodeid) and each.location[0] == each.path.name]


def pytest_runtest_logreport(report):
    if report.when == "call" or not report.passed:
        outcome = {"passed": report.passed, "seconds": report.duration, "error": report.longreprtext[-500:]}
        with open("outcomes.jsonl", "a") as file:
            file.write(json.dumps([report.nodeid, outcome]) + "\n")


def run(tests, side, seed):
    """Return what became of each test, by name."""
    with tempfile.TemporaryDirectory() as folder:
        for name in TESTS:
            shutil.copy(tests / name, folder)
        here = Path(__file__).resolve().parent
        paths = filter(None, [str(here), str(here.parents[1]), os.environ.get("PYTHONPATH")])
        settings = json.dumps({"tests": str(tests), "side": side, "seed": seed})
        environment = {"PYTHONPATH": os.pathsep.join(paths), "TMPDIR": folder, "GENSIM_TESTS": settings}
        environment["OPENBLAS_NUM_THREADS"] = "1"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "gensim_tests",
            "-c",
            os.devnull,
            "--rootdir",
            folder,
        ]
        done = subprocess.run(
            [*command, *TESTS], cwd=folder, env=os.environ | environment, capture_output=True, text=True
        )
        if done.returncode not in (0, 1):
            raise SystemExit(f"{side}, seed {seed}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        lines = Path(folder, "outcomes.jsonl").read_text().splitlines()
        return dict(map(json.loads, lines))


def main():
    made = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    made.add_argument("tests", type=Path, nargs="?", default=Path(find_spec("gensim").origin).with_name("test"))
    made.add_argument("--seeds", type=int, default=10)
    made.add_argument("--results", type=Path, default=Path("gensim-tests.jsonl"), help="JSON lines: finished runs")
    args = made.parse_args()
    lines = args.results.read_text().splitlines() if args.results.exists() else []
    done = {(line["side"], line["seed"]): line["tests"] for line in map(json.loads, lines)}
    groups, tests = {}, {}
    for side, seed in product(SIDES, range(1, args.seeds + 1)):
        if (side, seed) not in done:
            done[side, seed] = run(args.tests.resolve(), side, seed)
            with open(args.results, "a") as file:
                file.write(json.dumps({"side": side, "seed": seed, "tests": done[side, seed]}) + "\n")
        passed = {name: outcome["passed"] for name, outcome in done[side, seed].items()}
        print(f"{side}, seed {seed}: {sum(passed.values())} of {len(passed)}", file=sys.stderr, flush=True)
        for name in passed:
            for key, counts in ((group_of(name), groups), (name, tests)):
                counts.setdefault(key, {known: [] for known in SIDES})[side].append(passed[name])
    failed = {key: by for key, by in tests.items() if not all(map(all, by.values()))}
    for title, counts in (("tests", groups), ("failed by some", failed)):
        rows = [[key, *(f"{sum(by[side])} of {len(by[side])}" for side in SIDES)] for key, by in counts.items()]
        print(table([[title, *SIDES], *rows]))


if __name__ == "__main__":
    main()
