"""What a matrix of counts must be, of whatever source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError, SettingError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

BLOCK = 1 << 20  # cells looked at together: some 30 MB of scratch memory

Kind = type[SettingError] | type[FormatError]


def cleaned(matrix: Any, n_words: int) -> csr_array:
    """Any sparse matrix as a float64 CSR with sorted rows, no duplicates, no zeros; copied only where needed."""
    from scipy.sparse import csr_array, issparse

    if not issparse(matrix) or matrix.shape != (n_words, n_words) or matrix.dtype.kind not in "fiub":
        came = f"{matrix.dtype}{list(matrix.shape)}" if issparse(matrix) else type(matrix).__name__
        raise SettingError(
            f"matrix: expected a scipy.sparse matrix of numbers [{n_words}, {n_words}], a row and a column "
            f"for each word, got {came}",
            field="matrix", expected=(n_words, n_words), got=came,
        )  # fmt: skip
    compressed = matrix.format == "csr"
    if compressed:
        check_row_ends(matrix.indptr, len(matrix.indices), SettingError)
    if compressed or matrix.format == "coo":
        columns = matrix.indices if compressed else matrix.col
        rows = columns[:0] if compressed else matrix.row
        for ids in (columns, rows):
            if len(ids) and not 0 <= int(ids.min()) <= int(ids.max()) < n_words:
                wrong = int(ids.min()) if ids.min() < 0 else int(ids.max())
                _refuse(SettingError, "ids", f"0 to {n_words - 1}", wrong)
    csr = csr_array(matrix, dtype=np.float64)
    if not csr.has_canonical_format or np.count_nonzero(csr.data) < csr.nnz:
        csr = csr.copy()
        csr.sum_duplicates()
        csr.eliminate_zeros()
    if csr.indices.dtype != np.int32:
        csr.indices = csr.indices.astype(np.int32)
    return csr


def check_row_ends(row_ends: NDArray[np.integer], n_cells: int, kind: Kind) -> None:
    """Refuse row ends that do not lead from 0 to the number of cells, or that descend somewhere."""
    if len(row_ends) == 0 or row_ends[0] != 0 or row_ends[-1] != n_cells or (np.diff(row_ends) < 0).any():
        _refuse(kind, "indptr", f"0 to {n_cells}, ascending", row_ends)


def check_cells(
    row_ends: NDArray[np.integer],
    columns: NDArray[np.int32],
    values: NDArray[np.float64],
    n_words: int,
    kind: Kind,
) -> None:
    """Refuse columns out of range or not ascending in their row, and values (or a sum) not finite and above 0."""
    total = 0.0
    for start in range(0, len(columns), BLOCK):
        block = columns[max(0, start - 1) : start + BLOCK]
        if block.min() < 0 or block.max() >= n_words:
            _refuse(kind, "indices", f"0 to {n_words - 1}", int(block.min() if block.min() < 0 else block.max()))
        descents = np.flatnonzero(block[1:] <= block[:-1]) + max(0, start - 1) + 1
        if not (row_ends[np.searchsorted(row_ends, descents)] == descents).all():
            _refuse(kind, "indices", "columns that ascend in each row", "others")
        counts = values[start : start + BLOCK]
        if not (np.isfinite(counts).all() and counts.min() > 0):
            wrong = counts[~(np.isfinite(counts) & (counts > 0))][0]
            _refuse(kind, "counts", "finite numbers of at least 0", float(wrong))
        with np.errstate(over="ignore"):
            total += float(counts.sum())
    if not np.isfinite(total):
        _refuse(kind, "counts", "a finite sum", total)


def _refuse(kind: Kind, name: str, expected: str, found: Any) -> None:
    raise kind(f"{name}: expected {expected}, got {found!r:.80}", field=name, expected=expected, got=found)
