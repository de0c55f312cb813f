"""What the trainers of counts take: a matrix, or a corpus that is counted first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastvec.errors import CorpusError
from fastvec.running.progress import OnProgress
from fastvec.text.corpus import Corpus

if TYPE_CHECKING:
    from fastvec.counting.cooccurrence import CooccurrenceMatrix


def counts_of(
    corpus: Corpus | CooccurrenceMatrix, *, threads: int | None = None, on_progress: OnProgress | None = None
) -> CooccurrenceMatrix:
    """The matrix itself, or that of a corpus with the defaults of :func:`fastvec.count_cooccurrences`.

    Raises
    ------
    CorpusError
        Neither a corpus nor a matrix was given.

    Examples
    --------
    >>> import fastvec as fv
    >>> counts_of(fv.Corpus.from_text(["a b", "a b"], min_count=1))["a", "b"]
    2.0
    """
    from fastvec.counting.cooccurrence import CooccurrenceMatrix  # here, since it loads SciPy

    if isinstance(corpus, CooccurrenceMatrix):
        return corpus
    if isinstance(corpus, Corpus):
        from fastvec.counting.counting import count_cooccurrences  # here, since it loads Numba

        return count_cooccurrences(corpus, threads=threads, on_progress=on_progress)
    found = type(corpus).__name__
    raise CorpusError(
        f"corpus: expected a fastvec.Corpus or a CooccurrenceMatrix, got {found}; "
        "make one by Corpus.from_text(...)",
        field="corpus", expected="Corpus or CooccurrenceMatrix", found=found,
    )  # fmt: skip


def observed_pairs(counts: CooccurrenceMatrix) -> Any:
    """The matrix as SciPy's CSR, if it has a pair.

    Raises
    ------
    CorpusError
        No pair of words was observed.
    """
    if not counts.nnz:
        raise CorpusError(
            "corpus: no two words of the vocabulary stand near each other, so there is no pair to train on; "
            "one line is one sentence, and min_count leaves rare words out",
            field="corpus",
        )
    return counts.to_csr()
