"""The loss during training, of one run or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.errors import SettingError
from fastvec.show.figures import COLOURS, LINES, axes_of, figure_class, name_entries
from fastvec.show.words import text_of
from fastvec.vectors.record import checked_history
from fastvec.vectors.word_vectors import WordVectors

Run: TypeAlias = "WordVectors | Mapping[str, ArrayLike]"
STEPS = ("tokens", "pairs")
AXES = {"tokens": "tokens trained on", "pairs": "pairs trained on", "epoch": "epoch"}
UNITS = {"loss": "loss (nats per prediction)", "cost": "cost of a pair (half its squared error)"}
SMOOTHED = 20  # points of the smoothed line that do not share a slice
FEW = 40  # points: so few are drawn as they are


class Curve(NamedTuple):
    """What is drawn of a run."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]


def plot_loss(*runs: Run, names: Sequence[str] | None = None, title: str = "", ax: Any = None) -> Any:
    """Draw the loss during training, as it was and smoothed, of one run or several.

    Runs that saw tokens, or pairs, are drawn over these; factorisations of counts, and runs of different kinds,
    over epochs.

    Parameters
    ----------
    *runs : WordVectors, or their ``history``
        Vectors as a trainer returned them, or as a ``.safetensors`` file has them.
    names : sequence of str, optional
        Of the runs, for the legend; by default what distinguishes their settings, or their numbers.
    title : str
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default on a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Faint: each slice of the text; strong: the mean over a twentieth of the run. Epochs are drawn as they are.

    Raises
    ------
    SettingError
        If there is no run, one has no history, or losses of predictions are to stand beside costs of pairs.
    MissingPackageError
        If matplotlib is not installed.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(fv.datasets.kingdom(), min_count=1)
    >>> runs = [fv.SkipGram(vector_size=8, epochs=5, seed=seed).train(corpus) for seed in (1, 2)]
    >>> ax = fv.plot_loss(*runs)  # doctest: +SKIP
    """
    histories = [_history(number, run) for number, run in enumerate(runs)]
    if not histories:
        raise SettingError(field="runs", expected="at least one", shown="none")
    shown = _names(runs, names)
    measure, by = _kind(histories)
    curves = [_curve(history, measure, by) for history in histories]
    # means of epochs have no noise to smooth
    strong = [curve if by == "epoch" or len(curve.x) <= FEW else smoothed(curve) for curve in curves]
    figure_class()
    axes = axes_of(ax, (8, 5))
    handles = []
    for number, (curve, mean) in enumerate(zip(curves, strong, strict=True)):
        colour, line = COLOURS[number % len(COLOURS)], LINES[number // len(COLOURS) % len(LINES)]
        if mean is not curve:
            axes.plot(*curve, color=colour, alpha=0.3, linewidth=0.7)
        handles += axes.plot(
            *mean, line, color=colour, marker="o" if len(curve.x) <= FEW else None, markersize=4, linewidth=1.8
        )
    axes.set(xlabel=AXES[by], ylabel=UNITS[measure])
    if by == "epoch":
        axes.xaxis.get_major_locator().set_params(integer=True)
    else:
        axes.xaxis.set_major_formatter(_with_unit)
        axes.set_xlim(left=0)
    axes.set_title(title or "Loss during training", parse_math=False, fontsize="medium")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.2)
    legend = axes.legend(handles, [str(i) for i in range(len(shown))], frameon=False, fontsize="small")
    name_entries(legend, [f"{name}, last: {curve.y[-1]:.3g}" for name, curve in zip(shown, strong, strict=True)])
    return axes


def smoothed(curve: Curve) -> Curve:
    """Return the means over a twentieth of the points around each.

    A point weighs as much as it has tokens: the last slice of an epoch may be very short. At the start, where
    losses fall fast, as many points are taken on either side; at the end as many as there are.

    >>> smoothed(Curve(np.arange(60.0), np.arange(60.0))).y[[0, 30, 59]]
    array([ 0. , 30. , 58.5])
    """
    half = max(1, len(curve.x) // SMOOTHED // 2)
    steps = np.diff(curve.x, prepend=0)
    weights = steps if (steps > 0).all() else np.ones(len(curve.x))
    sums = np.cumsum([np.zeros(2), *np.column_stack([weights * curve.y, weights])], axis=0)
    places = np.arange(len(curve.y))
    low = (places - half).clip(min=0)
    high = (np.minimum(places + half, 2 * places) + 1).clip(max=len(curve.y))
    total, weight = (sums[high] - sums[low]).T
    return Curve(curve.x, total / weight)


def _history(number: int, run: Run) -> dict[str, NDArray[Any]]:
    """Return the history of a run, if it has a loss."""
    found = run.history if isinstance(run, WordVectors) else run
    if isinstance(found, Mapping):
        history = checked_history(found)
        if any(len(history.get(measure, ())) for measure in ("loss", "epoch_loss", "cost")):
            return history
    hint = "vectors have one after training by epochs, and .safetensors files keep it"
    raise SettingError(field=f"runs[{number}]", expected="vectors with a history of losses", got=run, hint=hint)


def _kind(histories: list[dict[str, NDArray[Any]]]) -> tuple[str, str]:
    """Return the measure, and what to draw it over: what all runs have."""
    measures = {"cost" if "cost" in history else "loss" for history in histories}
    if len(measures) > 1:
        hint = "draw them in two pictures, with ax="
        shown = "losses of predictions and costs of pairs"
        raise SettingError(field="runs", expected="losses of one kind", shown=shown, hint=hint)
    (measure,) = measures
    for by in STEPS:
        if all(by in history and len(history.get(measure, ())) == len(history[by]) > 0 for history in histories):
            return measure, by
    return measure, "epoch"


def _curve(history: dict[str, NDArray[Any]], measure: str, by: str) -> Curve:
    if by != "epoch":
        return Curve(history[by].astype(np.float64), history[measure].astype(np.float64))
    losses = history["epoch_loss" if measure == "loss" else "cost"]
    return Curve(np.arange(1.0, len(losses) + 1), losses.astype(np.float64))


def _names(runs: Sequence[Run], names: Sequence[str] | None) -> list[str]:
    if names is not None:
        if isinstance(names, str) or len(names) != len(runs):
            raise SettingError(field="names", expected=f"{len(runs)} names", got=names)
        return [text_of(name) for name in names]
    settings = [run.settings if isinstance(run, WordVectors) else {} for run in runs]
    keys = dict.fromkeys(key for one in settings for key in one if key not in ("fastvec", "threads"))
    differing = [key for key in keys if len({repr(one.get(key)) for one in settings}) > 1][:3]
    found = [
        " ".join(f"{'' if key == 'model' else key + '='}{one[key]}" for key in differing if key in one)
        or (str(one.get("model", "loss")) if len(runs) == 1 else f"run {number + 1}")
        for number, one in enumerate(settings)
    ]
    return found if len(set(found)) == len(found) else [f"run {i + 1}" for i in range(len(runs))]


def _with_unit(value: float, _: Any = None) -> str:
    """Return a number of tokens with its unit.

    >>> _with_unit(2_500_000), _with_unit(300)
    ('2.5 M', '300')
    """
    for least, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= least:
            return f"{value / least:g}{unit}"
    return f"{value:g}"
