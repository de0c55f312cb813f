"""What all pictures share: matplotlib, colours that colour-blind people tell apart, plain axes, saving."""

from __future__ import annotations

from typing import Any

from fastvec.errors import MissingPackageError
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import type_of_path

# name, colour of Okabe and Ito 2008 (blue, vermilion), line
GIVEN = ("given", "#0072B2", "-")
RANDOM = ("random", "#D55E00", "--")
DARK = {"#0072B2": "#003F66", "#D55E00": "#7A3600"}  # for a line among points of the colour
GREY = "#666666"


def figure_class() -> Any:
    """Return ``matplotlib.figure.Figure``, which needs no display.

    Raises
    ------
    MissingPackageError
        If matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingPackageError.of("pictures", "fastvec[plot]") from None
    return Figure


def plain(axes: Any, *, legend: str = "best") -> None:
    """Take away what says nothing, and add the legend."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.2)
    axes.set_axisbelow(True)
    axes.legend(framealpha=0.9, edgecolor="white", fontsize="small", loc=legend)


def save(drawing: Any, path: type_of_path) -> None:
    """Write a picture in the format of its suffix, all or nothing."""
    with atomic_path(path) as part, open(part, "wb") as file:
        drawing.savefig(file, format=str(path).rpartition(".")[2].lower(), dpi=150)
