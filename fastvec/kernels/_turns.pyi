from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

class TileKernel:
    def __call__(self, start: int, end: int) -> tuple[float, int]: ...

def glove(
    *,
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    log_counts: NDArray[np.float32],
    weights: NDArray[np.float32],
    W: NDArray[np.float32],
    C: NDArray[np.float32],
    learning_rate: float,
    stop: NDArray[np.uint8],
    level: int,
) -> TileKernel: ...
def log_count(
    *,
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    targets: NDArray[np.float32],
    W: NDArray[np.float32],
    C: NDArray[np.float32],
    learning_rate: float,
    stop: NDArray[np.uint8],
    level: int,
) -> TileKernel: ...

class Turns:
    cost: NDArray[np.float64]
    pairs: NDArray[np.int64]
    order: NDArray[np.int64]
    n_turns: int
    def __init__(
        self,
        *,
        bounds: NDArray[np.int64],
        groups: int,
        epochs: int,
        stream: int,
        threads: int,
        worst: float,
        stop: NDArray[np.uint8],
    ) -> None: ...
    @property
    def turn(self) -> int: ...
    def run_until(self, turn: int) -> None: ...
    def pause(self) -> None: ...
    def go_on_from(self, turn: int) -> None: ...
    def work(self, worker: int, kernel: TileKernel | Callable[[int, int], tuple[float, int]]) -> None: ...
