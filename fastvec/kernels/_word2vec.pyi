from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

MODELS: dict[str, int]
LOSSES: dict[str, int]
CONTEXTS: dict[str, tuple[int, int]]

def word2vec_slice(
    *,
    ids: NDArray[np.int32],
    offsets: NDArray[np.int64] | None = None,
    targets: NDArray[np.int32] | None = None,
    weights: NDArray[np.float32] | None = None,
    places: list[tuple[int, int, int, int, int]],
    keep: NDArray[np.uint32] | None = None,
    negatives: NDArray[np.uint64] | None = None,
    paths: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32], int] | None = None,
    rows: tuple[NDArray[np.int64], NDArray[np.int32]] | None = None,
    tags: tuple[NDArray[np.int64], NDArray[np.int32]] | None = None,
    in_rates: NDArray[np.float32] | None = None,
    out_rates: NDArray[np.float32] | None = None,
    W_in: NDArray[np.float32],
    W_out: NDArray[np.float32],
    W_tags: NDArray[np.float32] | None = None,
    model: str,
    loss: str,
    window: int = 1,
    negative: int = 0,
    share_negatives: bool = True,
    freeze_outputs: bool = False,
    threads: int = 1,
    shrink_windows: bool = False,
    context: str = "both",
    sum_inputs: bool = False,
    divide_gradient: bool = False,
    learning_rate: float,
    negative_stream: int,
    stop: NDArray[np.uint8],
    level: int,
) -> tuple[float, int, int, int]: ...
def word2vec_slices(
    *, slices: list[tuple[list[tuple[int, int, int, int, int]], float, int]], **others: Any
) -> None: ...

State = tuple[int, int, NDArray[np.int64], NDArray[np.float64], dict[int, tuple[float, int, int, int]]]

class Supersteps:
    def __init__(
        self,
        *,
        slices: Iterator[tuple[list[tuple[int, int, int, int, int]], float, int]],
        on_result: Callable[[int, tuple[float, int, int, int]], object],
        shards: int,
        centres: int,
        damping: tuple[float, float],
        places: int,
        reach: int,
        workers: int,
        spin: bool = True,
        **others: Any,
    ) -> None: ...
    def pause(self) -> None: ...
    def go_on(self) -> bool: ...
    def state(self) -> State: ...
    def restore(
        self,
        supersteps: int,
        given: int,
        shards: NDArray[np.int64],
        losses: NDArray[np.float64],
        waiting: Mapping[int, tuple[float, int, int, int]],
    ) -> None: ...
    def work(self, worker: int) -> None: ...
