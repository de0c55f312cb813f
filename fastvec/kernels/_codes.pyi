import numpy as np
from numpy.typing import NDArray

def encode(
    *, rows: NDArray[np.float32], codes: NDArray[np.int8], scales: NDArray[np.float32], errors: NDArray[np.float32]
) -> None: ...
def dots(*, codes: NDArray[np.int8], query: NDArray[np.int16], products: NDArray[np.int32]) -> None: ...
