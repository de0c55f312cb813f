"""The words of a map as a table for Embedding Atlas: a Parquet file with places, vectors and nearest words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import MissingPackageError
from fastvec.explore.contents import Contents
from fastvec.explore.packing import valid
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import type_of_path
from fastvec.vectors.nearest import nearest
from fastvec.vectors.queries import row_norms


def pyarrow() -> Any:
    """Return the package with ``parquet``; raise MissingPackageError if it is not installed."""
    try:
        import pyarrow as package
        import pyarrow.parquet
    except ImportError:
        raise MissingPackageError.of("Parquet files", "fastvec[tables]") from None
    return package


def write(
    path: type_of_path,
    contents: Contents,
    points: NDArray[np.float32],
    districts: list[str],
    n_neighbors: int,
) -> None:
    """Write the table; see :meth:`fastvec.Explorer.save_parquet`."""
    arrow = pyarrow()
    units = contents.units
    words = [valid(word) for word in contents.words]
    columns = {"word": words, "x": points[:, 0], "y": points[:, 1], "district": districts}
    if contents.counts is not None:
        columns["count"] = contents.counts
    size = units.shape[1]
    columns["vector"] = arrow.FixedSizeListArray.from_arrays(units.reshape(-1), size)
    columns["neighbors"] = _neighbors(arrow, units, n_neighbors)
    with atomic_path(path) as part:
        arrow.parquet.write_table(arrow.table(columns), part)


def _neighbors(arrow: Any, units: NDArray[np.float32], n_neighbors: int) -> Any:
    """Return for each row ``{"ids": [...], "distances": [...]}``: row numbers, and 1 - cosine."""
    left_out = [[i] for i in range(len(units))]
    best = nearest(units, row_norms(units), units.astype(np.float64), n_neighbors, left_out)
    known = best.ids >= 0
    offsets = np.append(0, np.cumsum(known.sum(axis=1))).astype(np.int32)
    lists = [arrow.ListArray.from_arrays(offsets, values[known]) for values in (best.ids, 1 - best.cosines)]
    return arrow.StructArray.from_arrays(lists, ["ids", "distances"])
