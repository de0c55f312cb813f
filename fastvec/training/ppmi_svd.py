"""PPMISVD: word vectors by a truncated SVD of positive pointwise mutual information."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastvec.checks import numbers as check
from fastvec.checks.settings import setting
from fastvec.counting.association import ppmi
from fastvec.counting.cooccurrence import CooccurrenceMatrix
from fastvec.running.progress import OnProgress
from fastvec.text.corpus import Corpus
from fastvec.training.count_trainer import cooccurrences
from fastvec.training.settings import knows_other_names
from fastvec.training.svd_trainer import SVDTrainer
from fastvec.training.truncated_svd import Stop

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@knows_other_names
@dataclass(frozen=True, kw_only=True)
class PPMISVD(SVDTrainer[CooccurrenceMatrix]):
    """Truncated singular value decomposition of (shifted) positive pointwise mutual information.

    M = max(PMI - log k, 0) ~ U S V^T; W = U S^p and C = V S^(1 - p), so that W C^T is the best approximation of M
    of its rank (Levy, Goldberg and Dagan 2015, "Improving Distributional Similarity with Lessons Learned from Word
    Embeddings", equations 3, 8 and 9).

    Parameters
    ----------
    vector_size : int
        D, the singular values kept. Where the matrix has a lower rank, the dimensions past it are 0.
    negative : float
        k, by whose logarithm PMI is shifted; 1 is no shift. As ``negative`` of :class:`fastvec.SkipGram`.
    context_smoothing : float
        The probability of a context is in proportion to its count ** context_smoothing. As ``ns_exponent`` of
        :class:`fastvec.SkipGram`; 1 is plain PMI.
    eigenvalue_power : float
        p, the power of the singular values in the vectors. 1 is the classic SVD; 0.5 and 0 do better on most
        tasks.
    seed : int
        Seed of the vector that the decomposition starts from. Other seeds change rounding only.

    Raises
    ------
    SettingError
        If a setting is unknown or out of range.

    Examples
    --------
    >>> import fastvec as fv
    >>> lines = ["the king rules", "the queen rules", "the cat sleeps", "the dog sleeps"]
    >>> corpus = fv.Corpus.from_text(lines, min_count=1)
    >>> vectors = fv.PPMISVD(vector_size=3).train(corpus)
    >>> vectors.most_similar("king", topn=1)[0][0]
    'queen'
    """

    _nothing = "no two words are near each other more often than by chance, or than negative= asks for"

    negative: float = setting(1, "k, by whose logarithm PMI is shifted; 1 is no shift", check.real, above=0)
    context_smoothing: float = setting(
        0.75, "the power of the count to which the probability of a context is proportional", check.real, 0
    )
    eigenvalue_power: float = setting(0.5, "power of the singular values in the vectors", check.real, 0)

    def _counts(
        self, data: Corpus | CooccurrenceMatrix, threads: int | None, on_progress: OnProgress | None
    ) -> CooccurrenceMatrix:
        return cooccurrences(data, threads, on_progress)

    def _weights(self, counts: CooccurrenceMatrix, stop: Stop) -> csr_array:
        return ppmi(counts, negative=self.negative, context_smoothing=self.context_smoothing, stop=stop)

    def _is_symmetric(self, counts: CooccurrenceMatrix) -> bool:
        # smoothing gives contexts other weights than words
        return self.context_smoothing == 1 and counts.is_symmetric

    def _powers(self) -> tuple[float, float]:
        return self.eigenvalue_power, 1 - self.eigenvalue_power
