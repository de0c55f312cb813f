"""Arrays that nobody may write to, in objects that are copied and pickled too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Return a view of the array that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view


class ReadOnlyArrays:
    """Base of objects whose arrays are read-only: those of a deep or unpickled copy are, too.

    NumPy's own copies can be written to, so a copy of a corpus could get ids that its kernels trust.

    Examples
    --------
    >>> import copy
    >>> class Rows(ReadOnlyArrays):
    ...     def __init__(self, rows):
    ...         self.rows = read_only(rows)
    >>> copy.deepcopy(Rows(np.arange(3))).rows.flags.writeable
    False
    """

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        for value in state.values():
            for array in value.values() if isinstance(value, dict) else (value,):
                if isinstance(array, np.ndarray):
                    array.flags.writeable = False
        self.__dict__.update(state)
