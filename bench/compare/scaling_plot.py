"""The picture of scaling.py: speed relative to one thread on the left, rates on the right."""

from itertools import pairwise
from statistics import median

from scaling_jobs import JOBS
from scaling_report import rows_of

# Okabe and Ito's colours for colour-blind readers, without their yellow, which is too pale for a line
COLOURS = ("#000000", "#7f7f7f", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "*")
STYLES = dict(zip(JOBS, zip(COLOURS, MARKERS, strict=True), strict=True))
LINE_HEIGHT = 0.047  # of a label, in heights of a panel


def draw(header, runs, path):
    """Write the picture; return a message."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return "no picture: it needs matplotlib (pip install 'fastvec[plot]')"
    lines = lines_of(runs)
    figure = Figure(figsize=(11, 5.4), layout="constrained", facecolor="white")
    left, right = figure.subplots(1, 2)
    _times(left, rows_of(runs))
    _rates(right, lines)
    here, text = header["machine"], header["text"]
    title = (
        f"{here['processor']}, {here['cores']} cores, {here['simd']}; {text['name']}, {text['bytes'] / 1e6:.0f} MB"
    )
    figure.suptitle(title, fontsize=10, color="#555555")
    figure.savefig(path, dpi=110)
    return f"{path}: written"


def _times(axes, rows):
    shown = {}
    for row in rows:
        if row["who"] == "fastvec" and row["times"]:
            shown.setdefault((row["job"], row["who"]), []).append((row["threads"], row["times"]["median"]))
    counts = sorted({row["threads"] for row in rows})
    most = counts[-1]
    axes.set_title("Speed relative to one thread", loc="left", fontsize=11)
    axes.plot([1, most], [1, most], color="#999999", linestyle=(0, (2, 2)), linewidth=1.2)
    labels = [(most, most, "ideal", "#777777")]
    labels += _lines(axes, shown, lambda job, who, last: f"{JOBS[job].label}  {last:.3g}")
    ticks = [1, 1.2, 1.4, 1.6, 1.8, 2] if most == 2 else counts
    axes.set_yscale("log", base=2)
    axes.set_yticks(ticks)
    _finish(axes, labels)


def _rates(axes, lines):
    axes.set_title("Millions per second; dashed: other programs", loc="left", fontsize=11)
    labels = _lines(axes, lines, lambda job, who, last: f"{_name(job, who)}  {last:.3g} {JOBS[job].unit}")
    axes.set_yscale("log")
    _finish(axes, labels)


def _name(job, who):
    return JOBS[job].label if who == "fastvec" else f"{who}, {JOBS[job].label}"


def _lines(axes, lines, text_of):
    """Draw the lines; return the labels of their ends: x, y, text, colour."""
    labels = []
    for (job, who), points in lines.items():
        colour, marker = STYLES[job]
        line = {"linestyle": "-", "linewidth": 2} if who == "fastvec" else {"linestyle": "--", "linewidth": 1.2}
        axes.plot(*zip(*points, strict=True), color=colour, marker=marker, markersize=5, **line)
        labels.append((*points[-1], text_of(job, who, points[-1][1]), colour))
    return labels


def _finish(axes, labels):
    """Set logarithmic axes with whole numbers at the ticks, and the labels beside the ends of the lines."""
    axes.set_xscale("log", base=2)
    counts = sorted({x for line in axes.lines for x in line.get_xdata()})
    axes.set_xticks(counts, [str(count) for count in counts])
    axes.set_xlim(counts[0] / 1.08, counts[-1] * 1.08)
    axes.minorticks_off()
    axes.set_xlabel("threads")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.grid(color="#e5e5e5", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    to_axes = (axes.transScale + axes.transLimits).transform
    ends = [to_axes((x, y)) for x, y, _, _ in labels]
    heights = spaced([float(y) for _, y in ends], LINE_HEIGHT)
    for (x, y, text, colour), height in zip(labels, heights, strict=True):
        leader = {"arrowstyle": "-", "color": colour, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 3}
        leader["linestyle"] = "-" if x == counts[-1] else ":"  # dotted where more threads were not measured
        axes.annotate(
            text, (x, y), (1.04, height), textcoords="axes fraction", va="center", fontsize=9, color="#222222",
            arrowprops={**leader, "relpos": (0, 0.5)}, annotation_clip=False,
        )  # fmt: skip


def lines_of(runs):
    """Return (job, who) -> [(threads, median rate), ...], by threads."""
    rates = {}
    for run in runs:
        by_threads = rates.setdefault((run["job"], run["who"]), {})
        by_threads.setdefault(run["threads"], []).append(run["work"] / run["seconds"] / 1e6)
    return {
        case: [(threads, median(found)) for threads, found in sorted(by_threads.items())]
        for case, by_threads in sorted(rates.items(), key=lambda item: list(JOBS).index(item[0][0]))
    }


def spaced(heights, gap):
    """Move the heights of labels apart to at least ``gap``, in the same order, within 0..1; return them."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    moved = list(heights)
    for _ in range(200):
        for low, high in pairwise(order):
            short = gap - (moved[high] - moved[low])
            if short > 1e-9:
                moved[low] -= short / 2
                moved[high] += short / 2
        moved = [min(max(height, 0.0), 1.0) for height in moved]
    return moved
