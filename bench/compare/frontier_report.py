"""Tables and a picture of what frontier.py found.

    python bench/compare/frontier_report.py frontier.jsonl --plot frontier.svg
    python bench/compare/frontier_report.py frontier.jsonl --text second.txt

A row is a view of the vectors of a setting: means over its seeds, the standard deviation of the mean of all test
sets, and seconds (the median of the runs of --seconds where there are such, otherwise of all runs). The picture
has the settings with runs of --seconds, if there are any.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from statistics import mean, median, stdev
from typing import NamedTuple

import numpy as np
from frontier_settings import PARTS, SETTINGS

from fastvec.show.labels import place_labels

# Okabe and Ito's colours for colour-blind readers
FAMILIES = {
    "CBOW": ("#0072b2", "o"), "SkipGram": ("#d55e00", "s"), "GloVe": ("#009e73", "^"), "PPMISVD": ("#cc79a7", "v"),
}  # fmt: skip
RIVAL = ("#555555", "X")
SHORT = {"analogy_all": "analogies", "MEN-TR-3k": "MEN", "SIMLEX-999": "SimLex", "RW-STANFORD": "RW"}


class Row(NamedTuple):
    """A view of the vectors of a setting, over its seeds."""

    setting: str
    view: str
    seconds: float
    is_timed: bool  # in runs for the seconds alone
    scores: dict[str, list[float]]

    @property
    def family(self) -> str:
        """Return what is compared by colour."""
        return "other programs" if SETTINGS[self.setting].is_rival else SETTINGS[self.setting].trainer.__name__

    @property
    def means(self) -> list[float]:
        """Return the mean of all test sets, for each seed."""
        return [mean(each) for each in zip(*self.scores.values(), strict=True)]


def rows_of(lines):
    """Return the rows in the order in which their settings were first trained."""
    scores = defaultdict(lambda: defaultdict(list))
    seconds, timed = defaultdict(list), defaultdict(list)
    for line in lines:
        (seconds if "scores" in line else timed)[line["setting"]].append(line["seconds"])
        for view, found in line.get("scores", {}).items():
            for test, value in found.items():
                if test in PARTS:
                    continue
                scores[line["setting"], view][test].append(value)
    return [
        Row(setting, view, median(timed[setting] or seconds[setting]), bool(timed[setting]), found)
        for (setting, view), found in scores.items()
    ]


def print_table(rows):
    tests = list(rows[0].scores)
    names = [SHORT.get(test, test.removesuffix("-ALL").removesuffix("-3500")) for test in tests]
    print("| settings | vectors | seeds | seconds | mean | spread |", *(f" {name} |" for name in names), sep="")
    print("|---" * (6 + len(tests)) + "|")
    for row in rows:
        spread = f"{stdev(row.means):.1f}" if len(row.means) > 1 else ""
        cells = [row.setting, row.view, len(row.means), f"{row.seconds:.1f}", f"{mean(row.means):.1f}", spread]
        print("|", " | ".join(map(str, [*cells, *(f"{mean(row.scores[test]):.1f}" for test in tests)])), "|")


def best_views(rows):
    """Return for each setting the row of its best view."""
    best = {}
    for row in rows:
        if row.setting not in best or mean(row.means) > mean(best[row.setting].means):
            best[row.setting] = row
    return list(best.values())


def frontier(rows):
    """Return the rows that no other one beats in both seconds and score, the fastest first."""
    found = []
    for row in sorted(rows, key=lambda row: row.seconds):
        if not found or mean(row.means) > mean(found[-1].means):
            found.append(row)
    return found


def draw(rows, path, title):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 6), layout="constrained", facecolor="white")
    axes = figure.subplots()
    best = frontier(rows)
    axes.plot(
        [row.seconds for row in best], [mean(row.means) for row in best],
        color="#999999", linewidth=1, zorder=1, label="no setting is faster and better",
    )  # fmt: skip
    named = set()
    for row in rows:
        colour, marker = FAMILIES.get(row.family, RIVAL)
        axes.errorbar(
            row.seconds, mean(row.means), yerr=stdev(row.means) if len(row.means) > 1 else 0, color=colour,
            marker=marker, markersize=6, capsize=2, linestyle="none",
            label=None if row.family in named else row.family,
        )  # fmt: skip
        named.add(row.family)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("{x:g}")
    axes.set_xlabel("seconds of training, 2 threads")
    axes.set_ylabel("mean of the test sets (100 = all right)")
    axes.set_title(title, loc="left", fontsize=11)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower left", frameon=False)
    axes.margins(0.12)
    FigureCanvasAgg(figure)
    _label(axes, rows, best)
    figure.savefig(path)


def _label(axes, rows, best):
    """Name the points of the frontier and the rivals where there is room; the tables have all."""
    named = [row for row in rows if row in best or row.family not in FAMILIES]
    names = [row.setting if row.view == "word" else f"{row.setting} ({row.view})" for row in named]
    line = axes.lines[0].get_path().interpolated(20).vertices  # of the frontier
    axes.figure.canvas.draw()  # fixes the room
    place_labels(
        axes, np.array([(row.seconds, mean(row.means)) for row in named]),
        [name.replace(", 10 negatives", ",\n10 negatives") for name in names],
        order=range(len(named)), colours=["black"] * len(named), size=7.5, marker=10, rings=(1, 3, 6, 10, 15),
        avoid=np.vstack([line, [(row.seconds, mean(row.means)) for row in rows]]),
        taken=[axes.get_legend().get_window_extent()],
    )  # fmt: skip


def main():
    made = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    made.add_argument("results", type=Path)
    made.add_argument("--text", help="the name of the text; the first one if not given")
    made.add_argument("--plot", type=Path, metavar="FILE")
    args = made.parse_args()
    lines = [json.loads(line) for line in args.results.read_text().splitlines()]
    text = args.text or lines[0]["text"]
    rows = rows_of([line for line in lines if line["text"] == text])
    print_table(rows)
    if args.plot:
        timed = [row for row in rows if row.is_timed] or rows
        draw(best_views(timed), args.plot, f"{text}: score against seconds")


if __name__ == "__main__":
    main()
