"""What the trainers of counts share: what they take (a corpus is counted first) and what they give."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from fastvec.checks.numbers import choice
from fastvec.errors import CorpusError
from fastvec.running.progress import OnProgress
from fastvec.running.workers import resolve_threads
from fastvec.text.corpus import Corpus
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from fastvec.counting.cooccurrence import CooccurrenceMatrix

Backend: TypeAlias = Literal["compiled", "numpy"]


def checked_threads(threads: int | None, backend: Backend) -> int:
    """The number of threads, if that and the backend can be used."""
    choice("backend", backend, ("compiled", "numpy"))
    return resolve_threads(threads)


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
    expected = "a fastvec.Corpus or a CooccurrenceMatrix"
    is_matrix = hasattr(corpus, "tocsr")  # SciPy's, without words
    hint = "CooccurrenceMatrix(matrix, vocabulary)" if is_matrix else "Corpus.from_text(...)"
    raise CorpusError(field="corpus", expected=expected, shown=type(corpus).__name__, hint=f"{hint} makes one")


def vectors_of(trainer: Any, vocabulary: Vocabulary, vectors: Any, **others: Any) -> WordVectors:
    """The vectors of a vocabulary with the settings of their trainer, a dataclass."""
    settings = {"model": type(trainer).__name__, **asdict(trainer)}
    return WordVectors(vocabulary.words, vectors, counts=vocabulary.counts, settings=settings, **others)


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
