"""Speed of every job of fastvec and of other programs on 1, 2, 4, ... all usable cores: a table and a picture.

    python bench/compare/scaling.py TEXT --json scaling.jsonl --plot scaling.png
    python bench/compare/scaling.py TEXT --json scaling.jsonl --seconds 500      # resumes that study
    python bench/compare/scaling.py --from scaling.jsonl --plot scaling.png      # measures nothing

Every run is a fresh process, and the rounds are interleaved: in each, fastvec first, then the rivals from many
threads to few. A rate is work divided by the seconds of the whole call (all of ``train()``), without reading.
"""

import dataclasses
import json
import os
import sys
import tempfile
from pathlib import Path
from time import monotonic

import common
import programs
import scaling_plot
import scaling_report
from scaling_jobs import JOBS, planned, thread_counts

from fastvec import Corpus
from fastvec.benchmark.figures import machine, plain_text
from fastvec.errors import TrainingError
from fastvec.running.workers import resolve_threads

RIVALS = ("gensim", "fasttext", "word2vec", "pword2vec")


def arguments(given=None):
    made = common.parser(__doc__.splitlines()[0], text_needed=False)
    made.add_argument("--jobs", nargs="+", choices=JOBS, default=list(JOBS), metavar="JOB", help=", ".join(JOBS))
    made.add_argument("--threads", nargs="+", type=int, help="default: 1, 2, 4, ... and all usable cores")
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--rivals", nargs="*", choices=RIVALS, default=list(RIVALS), help="if installed")
    made.add_argument("--word2vec", metavar="PATH", help="word2vec.c, compiled, instead of the installed one")
    made.add_argument("--pword2vec", metavar="PATH", help="Intel's pWord2Vec")
    made.add_argument("--seconds", type=float, help="start no run after this time")
    made.add_argument("--json", type=Path, help="a file for the runs; those it has are not repeated")
    made.add_argument("--from", dest="source", type=Path, help="a file of --json: print and draw, measure nothing")
    made.add_argument("--plot", type=Path, help="a picture, .png or .svg; needs fastvec[plot]")
    made.add_argument(
        "--max-others",
        type=float,
        metavar="CORES",
        help="leave out runs during which other processes used more cores",
    )
    made.add_argument("--markdown", action="store_true", help="print a short table in Markdown too")
    args = made.parse_args(given)
    if (args.text is None) == (args.source is None):
        made.error("expected either TEXT or --from")
    if args.rounds < 1 or min(args.threads or [1]) < 1:
        made.error("--rounds, --threads: expected at least 1")
    return args


def main():
    args = arguments()
    header, runs, failed = (*load(args.source), set()) if args.source else study(args)
    runs = undisturbed(runs, args.max_others)
    if not runs:
        sys.exit("nothing was measured")
    print("\n" + scaling_report.report(header, runs))
    if args.markdown:
        print("\n" + scaling_report.markdown(runs))
    if args.plot:
        print(scaling_plot.draw(header, runs, args.plot))
    if any(who == "fastvec" for _, who in failed):
        sys.exit("fastvec itself failed")


def undisturbed(runs, max_others):
    if max_others is None:
        return runs
    kept = [run for run in runs if (run.get("others") or 0.0) <= max_others]
    if len(kept) < len(runs):
        what = f"other processes used more than {max_others:g} cores"
        print(f"\nleft out: {len(runs) - len(kept)} of {len(runs)} runs, while {what}")
    return kept


def study(args):
    """Measure what ``--json`` does not have yet; return the header, all runs, and what failed."""
    began = monotonic()
    paths = {who: path for who in ("word2vec", "pword2vec") if (path := getattr(args, who))}
    rivals, lacking = at_hand(args.rivals, paths)
    with tempfile.TemporaryDirectory(prefix="fastvec-scaling-") as name:
        folder = Path(name)
        text = plain_text(args.text, folder, args.bytes)
        header = header_of(args.text, text, lacking)
        keeper = Keeper(args.json, header)
        print(scaling_report.header_lines(header), flush=True)
        runs = planned(args.jobs, args.threads or thread_counts(resolve_threads(None)), args.rounds, rivals, paths)
        failed = set()
        try:
            failed = measure_all(runs, text, keeper, None if args.seconds is None else began + args.seconds)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
    return header, keeper.runs, failed


def at_hand(rivals, paths):
    """Return those of ``rivals`` that can run, and how to get each of the others."""
    lacking = {}
    for who in rivals:
        if who == "pword2vec":
            how = None if who in paths else "--pword2vec PATH"
        else:
            how = None if who in paths else programs.missing(who)
        if how:
            lacking[who] = how
    return [who for who in rivals if who not in lacking], lacking


def header_of(name, text, lacking):
    corpus = Corpus.from_text(text, min_count=programs.Settings().min_count)
    sizes = {"bytes": text.stat().st_size, "tokens": corpus.n_tokens, "vocabulary": len(corpus.vocabulary)}
    return {
        "machine": {**machine(), "source": common.git_describe()},
        "text": {"name": name.name, **sizes},
        "not installed": lacking,
    }


def measure_all(runs, text, keeper, deadline):
    """Measure what is not kept yet; return the (job, program) pairs that failed, which are not repeated."""
    rounds, failed = max(run.round for run in runs), set()
    for run in runs:
        if run.key in keeper.keys or (run.job, run.who) in failed:
            continue
        if deadline is not None and monotonic() > deadline:
            print(f"time is up before round {run.round}: {JOBS[run.job].label}, {run.who}, threads {run.threads}")
            break
        try:
            found = measure_one(run, text, keeper.header)
        except TrainingError as error:
            failed.add((run.job, run.who))
            print(f"failed, and not repeated: {error}", flush=True)
            continue
        keeper.add(found)
        rate = found["work"] / found["seconds"] / 1e6
        print(
            f"round {run.round}/{rounds}: {JOBS[run.job].label}, {run.who}, threads {run.threads}: "
            f"{rate:.3g} {JOBS[run.job].unit} ({found['seconds']:.2f} s){disturbance(found)}",
            flush=True,
        )
    return failed


def disturbance(found):
    others = found.get("others") or 0.0
    return f", while other processes used {others:.1f} cores" if others >= 0.1 else ""


def measure_one(run, text, header):
    job = JOBS[run.job]
    save = text.with_name("vectors.bin")
    began, before = monotonic(), foreign_seconds()
    result = programs.measure(run.program, text, job.settings, threads=run.threads, save=save)
    others = None if before is None else max(foreign_seconds() - before, 0.0) / (monotonic() - began)
    save.unlink(missing_ok=True)
    work = result["nonzeros"] if job.work == "nonzeros" else header["text"][job.work]
    seconds = result["read" if job.work == "bytes" else "train"]
    version = result["version"]
    return {**dataclasses.asdict(run), "work": work, "seconds": seconds, "version": version, "others": others}


def foreign_seconds():
    """Return the CPU seconds of all other processes since the machine started; None where they are not known."""
    try:
        ticks = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    except (OSError, ValueError):
        return None
    user, nice, system, _, _, irq, softirq, steal = ticks
    ours = os.times()
    busy = (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
    return busy - ours.children_user - ours.children_system


class Keeper:
    """The runs of a study, in memory and in a file: a header, then one JSON object per line."""

    def __init__(self, path, header):
        self.path, self.header, self.runs = path, header, []
        if path is None:
            return
        if path.exists() and path.stat().st_size:
            old, self.runs = load(path)
            others = [
                f"{part} {key} {old[part].get(key)!r}, not {here!r}"
                for part in ("machine", "text")
                for key, here in header[part].items()
                if old[part].get(key) != here
            ]
            if others:
                sys.exit(f"{path}: has runs with another {'; '.join(others)}; choose another file")
        path.write_text("".join(json.dumps(line) + "\n" for line in (header, *self.runs)))

    @property
    def keys(self):
        return {(run["job"], run["who"], run["threads"], run["round"]) for run in self.runs}

    def add(self, run):
        self.runs.append(run)
        if self.path is not None:
            with self.path.open("a") as file:
                file.write(json.dumps(run) + "\n")


def load(path):
    """Return the header and the runs of a file, without a last line that was cut off."""
    lines = path.read_text().splitlines()
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(json.loads(line))
        except ValueError:
            if number < len(lines) or number == 1:
                sys.exit(f"{path}, line {number}: expected JSON")
    if not found or "machine" not in found[0]:
        sys.exit(f"{path}: expected a file that --json wrote")
    return found[0], found[1:]


if __name__ == "__main__":
    main()
