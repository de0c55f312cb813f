"""The loss during training, of one run or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.errors import SettingError
from fastvec.show.figures import axes_of, name_entries, plain, style_of
from fastvec.show.words import text_of
from fastvec.vectors.courses import AXES, EPOCH, Course, courses_of
from fastvec.vectors.record import checked_history
from fastvec.vectors.word_vectors import WordVectors

Run: TypeAlias = "WordVectors | Mapping[str, ArrayLike]"
SMOOTHED = 20  # points of the smoothed line that do not share a slice
FEW = 40  # points: so few are drawn as they are


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
        If there is no run, one has no history, they share no axis, or losses of predictions are to stand beside
        costs of pairs.
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
    courses = _courses(histories)
    # means of epochs have no noise to smooth
    by_epoch = courses[0].x_name == AXES[EPOCH]
    strong = [course if by_epoch or len(course.x) <= FEW else smoothed(course) for course in courses]
    axes = axes_of(ax, (8, 5))
    handles = []
    for number, (course, mean) in enumerate(zip(courses, strong, strict=True)):
        colour, _, line = style_of(number)
        if mean is not course:
            axes.plot(course.x, course.y, color=colour, alpha=0.3, linewidth=0.7)
        marker = "o" if len(course.x) <= FEW else None
        handles += axes.plot(mean.x, mean.y, line, color=colour, marker=marker, markersize=4, linewidth=1.8)
    axes.set(xlabel=courses[0].x_name, ylabel=courses[0].y_name)
    if by_epoch:
        axes.xaxis.get_major_locator().set_params(integer=True)
    else:
        axes.xaxis.set_major_formatter(_with_unit)
        axes.set_xlim(left=0)
    axes.set_title(title or "Loss during training", parse_math=False, fontsize="medium")
    plain(axes, grid="both")
    legend = axes.legend(handles, [str(i) for i in range(len(shown))], frameon=False, fontsize="small")
    name_entries(legend, [f"{name}, last: {mean.y[-1]:.3g}" for name, mean in zip(shown, strong, strict=True)])
    return axes


def smoothed(course: Course) -> Course:
    """Return the means over a twentieth of the points around each.

    A point weighs as much as it has tokens: the last slice of an epoch may be very short. At the start, where
    losses fall fast, as many points are taken on either side; at the end as many as there are.

    >>> smoothed(Course(np.arange(60.0), np.arange(60.0), "", "")).y[[0, 30, 59]]
    array([ 0. , 30. , 58.5])
    """
    half = max(1, len(course.x) // SMOOTHED // 2)
    steps = np.diff(course.x, prepend=0)
    weights = steps if (steps > 0).all() else np.ones(len(course.x))
    sums = np.cumsum([np.zeros(2), *np.column_stack([weights * course.y, weights])], axis=0)
    places = np.arange(len(course.y))
    low = (places - half).clip(min=0)
    high = (np.minimum(places + half, 2 * places) + 1).clip(max=len(course.y))
    total, weight = (sums[high] - sums[low]).T
    return course._replace(y=total / weight)


def _history(number: int, run: Run) -> dict[str, NDArray[Any]]:
    """Return the history of a run, if it has a loss."""
    found = run.history if isinstance(run, WordVectors) else run
    if isinstance(found, Mapping):
        history = checked_history(found)
        if courses_of([history]):
            return history
    hint = "vectors have one after training by epochs, and .safetensors files keep it"
    raise SettingError(field=f"runs[{number}]", expected="vectors with a history of losses", got=run, hint=hint)


def _courses(histories: list[dict[str, NDArray[Any]]]) -> list[Course]:
    """Return the losses of all runs over the same, if they are of one kind."""
    courses = courses_of(histories)
    hint = "draw them in two pictures, with ax="
    if not courses:
        shown = "some over tokens, some over pairs or epochs"
        raise SettingError(field="runs", expected="losses over the same", shown=shown, hint=hint)
    if len({course.y_name for course in courses}) > 1:
        shown = "losses of predictions and costs of pairs"
        raise SettingError(field="runs", expected="losses of one kind", shown=shown, hint=hint)
    return courses


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
