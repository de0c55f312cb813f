from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Bytes = bytes | bytearray | memoryview | NDArray[np.uint8]

PADDING: int

class Line(IntEnum):
    ROW = 0
    SPACED = 1
    NO_WORD = 2
    BARE = 3
    BLANK = 4
    SHORT = 5

def parse_rows(
    *,
    text: NDArray[np.uint8],
    n: int,
    vectors: NDArray[np.float32],
    lines: NDArray[np.int64],
    fields: NDArray[np.int64],
) -> tuple[int, int, int, int]: ...
def split_rows(
    *, text: Bytes, n: int, longest: int, vectors: NDArray[np.float32], lines: NDArray[np.int64]
) -> tuple[int, int]: ...
def write_rows(
    *, words: NDArray[np.uint8], starts: NDArray[np.int64], vectors: NDArray[np.float32], exponent: bool
) -> NDArray[np.uint8]: ...
