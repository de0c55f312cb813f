"""What all pictures share: axes, colours that colour-blind people tell apart, plain axes, saving."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import Any, Literal, NamedTuple, TypeAlias

from fastvec.errors import MissingPackageError, SettingError
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import type_of_path

# the colours of Okabe and Ito 2008, without black; yellow, which is faint on white, is the last
Layout: TypeAlias = Literal["constrained", "compressed"]
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
LINES = ("-", "--", "-.", ":")
HEAT = "cividis"  # Nuñez, Anderton and Renslow 2018: the same to those who do not tell red from green
# name, colour, line
GIVEN = ("given", COLOURS[0], "-")
RANDOM = ("random", COLOURS[1], "--")
DARK = {"#0072B2": "#003F66", "#D55E00": "#7A3600"}  # for a line among points of the colour
GREY = "#666666"


class Style(NamedTuple):
    """How one of several things is drawn."""

    colour: str
    marker: str
    line: str


def style_of(number: int) -> Style:
    """Return the style of the thing of a number, from 0: 49 differ by colour and marker, 28 by colour and line.

    >>> style_of(0)[:2], style_of(7)[:2]
    (('#0072B2', 'o'), ('#0072B2', 's'))
    """
    turns, colour = divmod(number, len(COLOURS))
    return Style(COLOURS[colour], MARKERS[(number + turns) % len(MARKERS)], LINES[turns % len(LINES)])


_off_screen: ContextVar[bool] = ContextVar("off_screen", default=False)


def require_matplotlib() -> None:
    """Raise MissingPackageError if matplotlib is not installed; a picture that takes long asks first."""
    try:
        import_module("matplotlib.figure")
    except ImportError:
        raise MissingPackageError.of("pictures", "fastvec[plot]") from None


@contextmanager
def off_screen() -> Iterator[None]:
    """Make new figures that pyplot does not know: for a file, on a machine without a display."""
    token = _off_screen.set(True)
    try:
        yield
    finally:
        _off_screen.reset(token)


def new_figure(size: tuple[float, float], layout: Layout = "constrained") -> Any:
    """Return a figure of so many inches that a notebook shows, and a script at ``plt.show()``, no sooner.

    Several panels of square cells need the layout ``"compressed"``: else their titles may lie beyond the edge.
    """
    require_matplotlib()
    if _off_screen.get():
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        return FigureCanvasAgg(Figure(figsize=size, layout=layout)).figure  # which keeps its renderer
    from matplotlib import pyplot

    return pyplot.figure(figsize=size, layout=layout)


def axes_of(ax: Any, size: tuple[float, float]) -> Any:
    """Return the axes that were given, if they are axes, or those of a new figure."""
    if ax is None:
        return new_figure(size).add_subplot()
    require_matplotlib()
    from matplotlib.axes import Axes

    if not isinstance(ax, Axes):
        raise SettingError(field="ax", expected="one Axes of matplotlib, or None", got=ax)
    return ax


def many_axes_of(
    ax: Any, n: int, size: tuple[float, float], shape: tuple[int, int], layout: Layout = "constrained"
) -> Any:
    """Return an array of n axes: those that were given, if they are so many, or those of a new figure."""
    import numpy as np

    if ax is not None:
        given = list(np.ravel(np.asarray(ax, dtype=object)))
        if len(given) != n:
            raise SettingError(field="ax", expected=f"{n} Axes of matplotlib", got=ax, shown=str(len(given)))
        return np.array([axes_of(one, size) for one in given], dtype=object)
    found = new_figure(size, layout).subplots(*shape, squeeze=False).ravel()
    for unused in found[n:]:
        unused.remove()
    return found[:n]


def whole_figure(axes: Any) -> Any:
    """Return the figure that axes are in, also those of a part of it."""
    return axes.figure.figure


def plain(axes: Any, grid: str = "") -> None:
    """Take away what says nothing, and draw a faint grid behind the rest: along ``"x"``, ``"y"`` or ``"both"``."""
    axes.spines[["top", "right"]].set_visible(False)
    if grid:
        axes.grid(axis=grid, alpha=0.2)
        axes.set_axisbelow(True)


def darker(colour: str) -> str:
    """Return a colour in which letters can be read, beside markers of the given one.

    >>> darker("#E69F00")
    '#956700'
    """
    return "#" + "".join(f"{int(0.65 * int(colour[i : i + 2], 16)):02X}" for i in (1, 3, 5))


def name_entries(legend: Any, names: list[str]) -> None:
    """Write any names into a legend: matplotlib would leave ``_name`` out, and set ``$name$`` as a formula."""
    for text, name in zip(legend.get_texts(), names, strict=True):
        text.set_parse_math(False)
        text.set_text(name)


def save(drawing: Any, path: type_of_path) -> None:
    """Write a picture in the format of its suffix, all or nothing."""
    with atomic_path(path) as part, open(part, "wb") as file:
        drawing.savefig(file, format=str(path).rpartition(".")[2].lower(), dpi=150)
