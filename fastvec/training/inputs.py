"""What skip-gram and CBOW are trained on, as their kernel takes it: a text and its windows, or given pairs."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.arrays import check_ids
from fastvec.errors import CorpusError, FormatError
from fastvec.pairs.pairs import Pairs
from fastvec.text.corpus import Corpus
from fastvec.text.vocabulary import Vocabulary
from fastvec.training.subsampling import keep_probabilities, keep_thresholds

FEW_LEFT = 0.3  # of the tokens: below this, subsampling is more likely a mistake than a wish


@dataclass(frozen=True)
class Inputs:
    """Tokens or pairs. What only the other kind has is None.

    Attributes
    ----------
    words : Vocabulary
        Those whose vectors are trained.
    outputs : Vocabulary
        Those that are predicted.
    ids : int32[N]
    offsets : int64[S + 1]
        Where sentences begin and end; pairs are one sentence.
    keep : uint32[V], optional
        Of a text: a token of each word stays if its draw is at most this.
    targets : int32[N], optional
        Of pairs: what each word predicts.
    weights : float32[N], optional
        Of pairs: the factor of each one's learning rate.
    """

    words: Vocabulary
    outputs: Vocabulary
    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]
    keep: NDArray[np.uint32] | None = None
    targets: NDArray[np.int32] | None = None
    weights: NDArray[np.float32] | None = None

    @property
    def unit(self) -> str:
        """What N counts: tokens or pairs."""
        return "tokens" if self.targets is None else "pairs"

    @property
    def contexts(self) -> Vocabulary | None:
        """Vocabulary of the outputs; None if it is that of the words."""
        return None if self.outputs is self.words else self.outputs


def inputs_of_text(corpus: Corpus, sample: float) -> Inputs:
    """Return the tokens of a corpus, to be subsampled.

    Raises
    ------
    CorpusError
        If ``corpus`` is something else, or no sentence has two words.
    FormatError
        If an id is out of range.

    Warns
    -----
    UserWarning
        If ``sample`` drops most of the tokens.
    """
    check_text(corpus, "a fastvec.Corpus or fastvec.Pairs")
    counts = corpus.vocabulary.counts
    keep = keep_probabilities(counts, sample)
    _warn_of_subsampling(counts, keep, sample)
    return Inputs(corpus.vocabulary, corpus.vocabulary, corpus.ids, corpus.offsets, keep=keep_thresholds(keep))


def check_text(corpus: object, expected: str) -> None:
    """Refuse what is no corpus, and a corpus in which no sentence has two words.

    Raises
    ------
    CorpusError
        With what was ``expected``.
    FormatError
        If an id is out of range.
    """
    if not isinstance(corpus, Corpus):
        hint = "make one by Corpus.from_text(...)"
        raise CorpusError(field="data", expected=expected, got=corpus, hint=hint)
    corpus.validate()
    if not corpus.n_sentences or int(np.diff(corpus.offsets).max()) < 2:
        raise CorpusError(
            "data: no sentence has two words of the vocabulary, so there is no pair to train on; "
            "one line is one sentence, and min_count leaves rare words out",
            field="data",
        )


def inputs_of_pairs(pairs: Pairs) -> Inputs:
    """Return given pairs, as a text of one line.

    Raises
    ------
    CorpusError
        If there is no pair.
    FormatError
        If an id is out of range.

    Warns
    -----
    UserWarning
        If contexts are the word of no pair, and ``undirected`` was not said.
    """
    if not len(pairs):
        raise CorpusError("data: no pair to train on", field="data")
    # ids may have changed since the pairs were made
    check_ids(pairs.word_ids, len(pairs.vocabulary), FormatError, "word_ids")
    check_ids(pairs.context_ids, len(pairs.context_vocabulary), FormatError, "context_ids")
    if pairs.undirected is None:
        _warn_of_contexts(pairs.vocabulary, pairs.context_vocabulary)
    line = np.array([0, len(pairs)])
    targets, weights = pairs.context_ids, pairs.weights
    return Inputs(
        pairs.vocabulary, pairs.context_vocabulary, pairs.word_ids, line, targets=targets, weights=weights
    )


def _warn_of_contexts(words: Vocabulary, contexts: Vocabulary) -> None:
    """Warn if some contexts are the word of no pair: in a graph, nodes without a vector that is trained."""
    trained = {words.words[i] for i in np.flatnonzero(words.counts).tolist()}
    used = [contexts.words[i] for i in np.flatnonzero(contexts.counts).tolist()]
    n_without = sum(context not in trained for context in used)
    if n_without:
        warnings.warn(
            f"{n_without:,} of {len(used):,} contexts are the word of no pair: they get no vector of their own, "
            "only a context vector (vectors.contexts). If pairs are the edges of a graph, undirected=True "
            "(--undirected) gives each node a vector; undirected=False (--no-undirected) says that this is right",
            stacklevel=6,
        )


def _warn_of_subsampling(counts: NDArray[np.int64], keep: NDArray[np.float64], sample: float) -> None:
    left = float((counts * keep).sum() / max(1, counts.sum()))  # no @: BLAS's threads would wait for more work
    if left < FEW_LEFT:
        warnings.warn(
            f"sample={sample:g} drops {1 - left:.0%} of the tokens of this corpus; "
            f"a larger sample, or sample=0, keeps more",
            stacklevel=4,
        )
