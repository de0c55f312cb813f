import numpy as np
from numpy.typing import NDArray

def sgns_slice(
    *,
    ids: NDArray[np.int32],
    offsets: NDArray[np.int64],
    sentence: int,
    start: int,
    end: int,
    keep: NDArray[np.uint32],
    negatives: NDArray[np.uint64],
    W_in: NDArray[np.float32],
    W_out: NDArray[np.float32],
    window: int,
    negative: int,
    shrink_windows: bool,
    share_negatives: bool,
    learning_rate: float,
    streams: tuple[int, int, int],
    stop: NDArray[np.uint8],
    level: int,
) -> tuple[float, int, int, int]: ...
