import numpy as np
from numpy.typing import NDArray

def glove_tile(
    *,
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    log_counts: NDArray[np.float32],
    weights: NDArray[np.float32],
    start: int,
    end: int,
    W: NDArray[np.float32],
    C: NDArray[np.float32],
    learning_rate: float,
    stop: NDArray[np.uint8],
    level: int,
) -> tuple[float, int]: ...
