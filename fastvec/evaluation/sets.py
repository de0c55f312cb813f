"""Test sets of either kind, by what is in the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastvec.errors import FormatError
from fastvec.evaluation.analogies import AnalogyScore, evaluate_analogies
from fastvec.evaluation.similarity import SimilarityScore, evaluate_similarity
from fastvec.io.decompression import type_of_path
from fastvec.io.limits import TEST_LINE_BYTES
from fastvec.io.lines import numbered_lines

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors


def has_analogies(path: type_of_path) -> bool:
    """Return whether a test set has analogies, by its first line that says so.

    Raises
    ------
    FormatError
        If no line has a word.
    """
    for _, line in numbered_lines(path, TEST_LINE_BYTES):
        fields = line.split(None, 4)
        if fields:
            return fields[0].startswith(b":") or (len(fields) == 4 and b"\t" not in line and b"," not in line)
    raise FormatError(path=path, field="test set", expected="analogies, or words and judgements", shown="none")


def evaluate(
    vectors: WordVectors,
    path: type_of_path,
    *,
    analogies: Mapping[str, Any] | None = None,
    similarity: Mapping[str, Any] | None = None,
) -> AnalogyScore | SimilarityScore:
    r"""Score word vectors on the test set of a file.

    Parameters
    ----------
    vectors : WordVectors
    path : path
    analogies, similarity : dict, optional
        The settings of :func:`fastvec.evaluate_analogies` and :func:`fastvec.evaluate_similarity`; those of the
        kind that the file has are used.

    Raises
    ------
    FormatError, StorageError, SettingError
        As these do.

    Examples
    --------
    >>> import os, tempfile
    >>> import fastvec as fv
    >>> vectors = fv.WordVectors(["man", "king", "woman", "queen"], [[1, 0, 1], [1, 1, 1], [1, 0, -1], [1, 1, -1]])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with open(path := os.path.join(folder, "questions.txt"), "w") as file:
    ...         _ = file.write(": family\nman king woman queen\n")
    ...     print(evaluate(vectors, path, similarity={"oov": "zero"}))
    <AnalogyScore: 1.000, 1 of 1 right, coverage 1.00>
    """
    if has_analogies(path):
        return evaluate_analogies(vectors, path, **(analogies or {}))
    return evaluate_similarity(vectors, path, **(similarity or {}))
