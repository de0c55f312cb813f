import numpy as np
from numpy.typing import NDArray

def subword_rows(
    *, text: NDArray[np.uint8], starts: NDArray[np.int64], min_n: int, max_n: int, buckets: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]: ...
def mean_rows(
    *,
    W: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    rows: NDArray[np.int32],
    start: int,
    end: int,
    means: NDArray[np.float32],
    stop: NDArray[np.uint8],
) -> None: ...
