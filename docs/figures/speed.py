"""Draw ``speed.svg`` from ``speed.csv``: ``pip install ".[plot]" && python docs/figures/speed.py``.

One pair of bars a task: fastvec and the program beside it, on the same text, settings and machine, one thread.
"""

import csv
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

HERE = Path(__file__).parent
OURS, THEIRS, INK = "#2f9e6e", "#8b949e", "#808891"  # each legible on white and on GitHub's dark page


def pairs() -> list[tuple[dict[str, str], dict[str, str]]]:
    """Return (fastvec's row, the other program's) of each task on one thread."""
    with open(HERE / "speed.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["threads"] == "1"]
    return [(ours, theirs) for ours, theirs in zip(rows[::2], rows[1::2], strict=True)]


def draw(path: Path) -> None:
    """Draw the bars, as long as the time each program takes over fastvec's."""
    tasks = pairs()
    plt.rcParams.update({"font.size": 11, "font.family": "DejaVu Sans", "svg.hashsalt": "fastvec"})
    figure, axes = plt.subplots(figsize=(8, 0.78 * len(tasks) + 0.5))
    for place, (ours, theirs) in enumerate(tasks):
        base = float(ours["seconds"])
        for row, shift, colour in ((ours, -0.19, OURS), (theirs, 0.19, THEIRS)):
            length = float(row["seconds"]) / base
            axes.barh(place + shift, length, height=0.34, color=colour)
            name = f"{row['program']}  {float(row['seconds']):.3g} s"
            times = "" if row is ours else f"   {length:.1f} times" if length < 10 else f"   {length:.0f} times"
            axes.text(length + 0.15, place + shift, name + times, va="center", color=OURS if row is ours else INK)
    labels = [ours["task"] + ("*" if ours["kernels"] == "before" else "") for ours, _ in tasks]
    axes.set_yticks(range(len(tasks)), labels)
    axes.set_xlim(0, 22)
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.tick_params(colors=INK, length=0)
    axes.spines[:].set_visible(False)
    axes.set_title("Training time on one thread, shorter is better", color=INK, fontsize=12, loc="left")
    figure.text(0.99, 0.01, "* fastvec's kernels of the version before", ha="right", color=INK, fontsize=9)
    figure.savefig(path, transparent=True, bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    draw(HERE / "speed.svg")
