import numpy as np
from numpy.typing import NDArray

def lay_out(
    *,
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    data: NDArray[np.float64],
    words: NDArray[np.int32],
    row_cell: NDArray[np.int32],
    column_cell: NDArray[np.int32],
    bounds: NDArray[np.int64],
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    counts: NDArray[np.float64],
    stream: int,
) -> None: ...
def tally(ids: NDArray[np.int32], tallies: NDArray[np.int64]) -> None: ...
