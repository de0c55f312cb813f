"""The geometry of vectors beside that of random ones: angles, lengths, directions, projection."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import SettingError
from fastvec.geometry.diagnosis import Diagnosis
from fastvec.show.figures import DARK, GIVEN, GREY, RANDOM, many_axes_of, plain

POINTS = 4000  # words in the picture of lengths: more would hide each other, and make an SVG of 10 MB


def plot_geometry(diagnosis: Diagnosis, *, title: str = "", ax: Any = None) -> Any:
    """Draw cosines, lengths by frequency, variances and distortions, each beside those of random vectors.

    Parameters
    ----------
    diagnosis : Diagnosis
        As :func:`fastvec.geometry.diagnose` returns it.
    title : str
        Of the whole figure; by default, on a new one, the size of the vectors.
    ax : array of four matplotlib.axes.Axes, optional
        Where to draw; by default on a new figure.

    Returns
    -------
    array of four matplotlib.axes.Axes

    Raises
    ------
    SettingError
        If ``ax`` is not four axes.
    MissingPackageError
        If matplotlib is not installed.

    Examples
    --------
    >>> import fastvec as fv
    >>> found = fv.geometry.diagnose(fv.geometry.random_vectors(500, 20))
    >>> axes = fv.plot_geometry(found)  # doctest: +SKIP
    """
    if not isinstance(diagnosis, Diagnosis):
        hint = "fastvec.geometry.diagnose(vectors) makes one"
        raise SettingError(field="diagnosis", expected="a Diagnosis", got=diagnosis, hint=hint)
    axes = many_axes_of(ax, 4, (11, 8), (2, 2))
    if title or ax is None:
        given = diagnosis.given
        heading = title or f"{given.n_words:,} words, {given.vector_size} dimensions"
        axes[0].figure.suptitle(heading, parse_math=False)
    for place, draw in zip(axes, (draw_cosines, draw_norms, draw_variances, draw_distortions), strict=True):
        draw(place, diagnosis)
    return axes


def draw_cosines(axes: Any, diagnosis: Diagnosis) -> None:
    """Draw how the cosines of random pairs are distributed.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    diagnosis : Diagnosis
    """
    both = (diagnosis.given.cosines, diagnosis.random.cosines)
    low, high = (min(c.min() for c in both), max(c.max() for c in both))
    edges = np.linspace(low, high, 101) if high > low else np.array([low - 0.01, low + 0.01])
    for cosines, (name, colour, line) in zip(both, (GIVEN, RANDOM), strict=True):
        axes.hist(cosines, bins=edges, density=True, histtype="stepfilled", color=colour, alpha=0.25)
        spread = f"{name}: mean |cosine| {np.abs(cosines).mean():.3f}"
        axes.hist(cosines, bins=edges, density=True, histtype="step", color=colour, linestyle=line, label=spread)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set(title="Angles of random pairs of words", xlabel="cosine", ylabel="density of pairs")
    axes.set_ylim(0, 1.2 * axes.get_ylim()[1])  # room for the legend
    _finish(axes, legend="upper right")


def draw_norms(axes: Any, diagnosis: Diagnosis) -> None:
    """Draw the length of vectors by the count of their words, or by their position in the file without counts.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    diagnosis : Diagnosis
    """
    given, random = diagnosis.given, diagnosis.random
    counts = given.counts if given.counts is not None and given.counts.any() else None
    by = np.arange(1, given.n_words + 1) if counts is None else counts
    known = by > 0
    for space, (name, colour, line), marker in ((given, GIVEN, "o"), (random, RANDOM, "x")):
        shown = _thinned(by, known)
        axes.plot(by[shown], space.norms[shown], marker, color=colour, markersize=2.5, alpha=0.35, zorder=1)
        x, medians = _medians(by[known], space.norms[known])
        axes.plot(
            x, medians, line, color=DARK[colour], marker=marker, markersize=6, linewidth=2, zorder=3,
            label=f"{name}: median",
        )  # fmt: skip
    axes.set_xscale("log")
    _plain_numbers(axes.xaxis)
    axes.set_ylim(bottom=0)
    what = "position in the file (no counts known)" if counts is None else "count of the word"
    axes.set(title="Length and frequency", xlabel=f"{what}, logarithmic", ylabel="length of the vector")
    _finish(axes)


def draw_variances(axes: Any, diagnosis: Diagnosis) -> None:
    """Draw the share of the variance that each principal component has.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    diagnosis : Diagnosis
    """
    for space, (name, colour, line) in ((diagnosis.given, GIVEN), (diagnosis.random, RANDOM)):
        shares = space.variances / (space.variances.sum() or 1)
        kept = np.flatnonzero(shares > 0)
        label = f"{name}: {space.effective_dimension:.1f} effective dimensions"
        marker = "." if len(kept) < 30 else None  # a line through few points shows nothing
        axes.plot(kept + 1, 100 * shares[kept], color=colour, linestyle=line, marker=marker, label=label)
    axes.set_yscale("log")
    _plain_numbers(axes.yaxis)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set(
        title="Variance by direction",
        xlabel="principal component",
        ylabel="share of the variance (%), logarithmic",
    )
    _finish(axes)


def draw_distortions(axes: Any, diagnosis: Diagnosis) -> None:
    """Draw what random projections do to squared distances, and what the formulas say.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    diagnosis : Diagnosis
    """
    sizes = np.array(sorted(diagnosis.given.distortions))
    k = np.geomspace(sizes[0], sizes[-1], 200)
    bound = np.sqrt(8 * np.log(diagnosis.given.n_words) / k)
    chance = 1.645 * np.sqrt(2 / k)  # 90 % of a normal distribution
    axes.fill_between(
        k, 1 - chance, 1 + chance, color=GREY, alpha=0.25, label="chance: 90 % within 1 ± 1.645 √(2/k)"
    )
    for sign in (-1, 1):
        label = "Johnson-Lindenstrauss: all within 1 ± √(8 ln n / k)" if sign > 0 else None
        axes.plot(k, 1 + sign * bound, color=GREY, linestyle=":", label=label)
    both = ((diagnosis.given, GIVEN, "o", 0.96), (diagnosis.random, RANDOM, "x", 1.04))
    for space, (name, colour, _), marker, shift in both:
        powers = [size for size in sizes.tolist() if size.bit_count() == 1]  # half of D would hide its neighbour
        measured = [(size, space.distortions[size]) for size in powers if len(space.distortions[size])]
        if measured:
            low, middle, high = np.array([np.quantile(ratios, (0.05, 0.5, 0.95)) for _, ratios in measured]).T
            places = shift * np.array([size for size, _ in measured])
            axes.errorbar(
                places, middle, yerr=[middle - low, high - middle], fmt=marker, color=colour, capsize=2,
                markersize=5, label=f"{name}: median, 5 to 95 % of pairs",
            )  # fmt: skip
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_ylim(0, 3.4)  # room for the legend
    axes.set(
        title=f"Random projection from {diagnosis.given.vector_size} dimensions",
        xlabel="dimensions after projection (k), logarithmic",
        ylabel="squared distance, after / before",
    )
    _finish(axes, legend="upper right")


def _finish(axes: Any, legend: str = "best") -> None:
    plain(axes, grid="both")
    axes.legend(framealpha=0.9, edgecolor="white", fontsize="small", loc=legend)


def _thinned(by: NDArray[Any], known: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the numbers of words to draw: some of each frequency, evenly on a logarithmic axis."""
    order: NDArray[np.int64] = np.flatnonzero(known)[np.argsort(by[known], kind="stable")]
    if len(order) <= POINTS:
        return order
    values = np.geomspace(by[order[0]], by[order[-1]], POINTS // 2)
    evenly = np.linspace(0, len(order) - 1, POINTS // 2).astype(np.int64)  # where most words are
    by_value = np.searchsorted(by[order], values).clip(max=len(order) - 1)
    return np.take(order, np.union1d(by_value, evenly))


def _medians(by: NDArray[Any], norms: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return medians of the norms in bins of a logarithmic axis that have at least five words, or the most."""
    edges = np.geomspace(by.min(), by.max() + 1, 13)
    which = np.searchsorted(edges, by, side="right")
    sizes = np.bincount(which, minlength=len(edges) + 1)
    bins = np.flatnonzero(sizes >= min(5, sizes.max()))
    middle = [float(np.exp(np.log(by[which == i]).mean())) for i in bins]
    return np.array(middle), np.array([np.median(norms[which == i]) for i in bins])


def _plain_numbers(axis: Any) -> None:
    """Label a logarithmic axis with 1, 2, 5, 10, ... where there are few decades, else with 1, 10, 100, ..."""
    low, high = axis.get_view_interval()
    shown = "125" if high / low < 1000 else "1"
    for set_formatter in (axis.set_major_formatter, axis.set_minor_formatter):
        set_formatter(lambda x, _: f"{x:,.15g}" if f"{x:e}"[0] in shown else "")
