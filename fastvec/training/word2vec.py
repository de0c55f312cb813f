"""word2vec: skip-gram and CBOW."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from fastvec.checks import numbers as check
from fastvec.checks.settings import setting
from fastvec.errors import CorpusError
from fastvec.pairs.pairs import Pairs
from fastvec.text.windows import Context
from fastvec.training.inputs import Inputs
from fastvec.training.prediction_trainer import PredictionTrainer
from fastvec.training.settings import knows_other_names
from fastvec.training.slice_kernel import Model

OTHER_SIDE: dict[Context, Context] = {"left": "right", "right": "left", "both": "both"}


def skipgram_model(trainer: PredictionTrainer) -> Model:
    """Return what predicts which word over a text, in skip-gram."""
    if trainer.subwords is not None:  # fastText's way round: composed once, the centre predicts its contexts
        return Model("centre", trainer.context)
    # the row that is kept is the context word's: one to the centre's right is trained on a word to its left
    context = OTHER_SIDE[trainer.context]
    if trainer.negative_sharing == "round":
        return Model("window", context, joint=True)
    return Model("pairs", context)


@knows_other_names
@dataclass(frozen=True, kw_only=True)
class SkipGram(PredictionTrainer):
    """Skip-gram, as in word2vec: each word of a window predicts its centre.

    With negative sampling (SGNS), for each pair of a centre word c and a context word x in its window, and K words
    n drawn as noise, the loss is

        -log s(W_out[c] . W_in[x])  -  sum_n log s(-W_out[n] . W_in[x]),        s(z) = 1 / (1 + exp(-z))

    (Mikolov, Sutskever, Chen, Corrado and Dean 2013, "Distributed Representations of Words and Phrases and their
    Compositionality", equation 4). As in word2vec.c the row of ``W_in``, which is kept as the word's vector, is
    the *context* word's, and the rows of ``W_out`` are the centre word's and the negatives'. Over a text both
    directions have the same pairs.

    With ``context="left"`` or ``"right"`` the kept row of a word is trained to predict the words on that side: c
    is on that side of x.

    Parameters
    ----------
    {settings}

    Raises
    ------
    SettingError
        If a setting is unknown or out of range.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["the king rules", "the queen rules"] * 50, min_count=1)
    >>> vectors = fv.SkipGram(vector_size=8, sample=0, epochs=20).train(corpus, threads=1)
    >>> vectors.vectors.shape
    (4, 8)
    """

    def model(self) -> Model:
        """Return what predicts which word, over a text."""
        return skipgram_model(self)


RECOMMENDED: dict[str, Any] = {
    "context_gradient": "mean", "learning_rate": 0.2, "window": 10, "sample": 1e-4, "combine": "sum",
}  # fmt: skip


@knows_other_names
@dataclass(frozen=True, kw_only=True)
class CBOW(PredictionTrainer):
    """Continuous bag of words, as in word2vec: the mean of the words of a window predicts its centre.

    With h the mean of the context words' rows of ``W_in``, c the centre word and K words n drawn as noise, the
    loss is

        -log s(W_out[c] . h)  -  sum_n log s(-W_out[n] . h),        s(z) = 1 / (1 + exp(-z))

    (Mikolov, Chen, Corrado and Dean 2013, "Efficient Estimation of Word Representations in Vector Space", section
    3.1). It is faster than skip-gram and takes a higher learning rate; word2vec.c's is 0.05, as here.

    Parameters
    ----------
    {settings}
    context_gradient : "sum" or "mean"
        How much of the gradient of h each of n context rows gets: all of it, as in word2vec.c (the error ``neu1e``
        is added to each row), gensim with ``cbow_mean=1`` and fastText; or 1/n, the derivative of the mean, as in
        Rong (2014), "word2vec Parameter Learning Explained", equation 16, and in Irsoy, Benton and Stratos (2021),
        "Corrected CBOW Performs as well as Skip-gram". The latter needs a higher learning rate.
    bag : "mean" or "sum"
        What h is. A sum grows with the window, so it takes ``context_gradient="mean"`` or a lower learning rate.

    Raises
    ------
    SettingError
        If a setting is unknown or out of range.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["the king rules", "the queen rules"] * 50, min_count=1)
    >>> vectors = fv.CBOW(vector_size=8, sample=0, epochs=20).train(corpus, threads=1)
    >>> vectors.vectors.shape
    (4, 8)
    """

    learning_rate: float = setting(
        0.05, "learning rate at the start; it falls in a straight line", check.real, above=0
    )
    context_gradient: Literal["sum", "mean"] = setting(
        "sum",
        "what each of n context rows gets of the gradient of their mean: all of it, as in word2vec, or 1/n",
        check.choice,
        ("sum", "mean"),
    )
    bag: Literal["mean", "sum"] = setting(
        "mean", "what predicts a word: the mean of its context words, or their sum", check.choice, ("mean", "sum")
    )

    @classmethod
    def recommended(cls, **settings: Any) -> CBOW:
        """Return a trainer with the settings that score best in the least time (``docs/quality.md``).

        Windows of 10, the mathematical gradient of the mean (Irsoy, Benton and Stratos 2021) with a learning rate
        of 0.2, stronger subsampling, and W_in + W_out as the vectors. ``negative=10, epochs=10`` score higher
        still, in twice the time. These vectors know topics well; for words of one kind, such as capitals near
        *paris*, take ``SkipGram(window=2)``.

        Parameters
        ----------
        **settings
            Settings to override.

        Raises
        ------
        SettingError
            If a setting is unknown or out of range.

        Examples
        --------
        >>> import fastvec as fv
        >>> trainer = fv.CBOW.recommended(vector_size=300)
        >>> trainer.window, trainer.context_gradient, trainer.learning_rate, trainer.sample, trainer.combine
        (10, 'mean', 0.2, 0.0001, 'sum')
        """
        return cls(**{**RECOMMENDED, **settings})

    def _pairs(self, pairs: Pairs) -> Inputs:
        raise CorpusError("data: CBOW cannot be trained on pairs; SkipGram can", field="data")

    def model(self) -> Model:
        """Return what predicts which word, over a text."""
        divide, total = self.context_gradient == "mean", self.bag == "sum"
        return Model("bag", self.context, divide_gradient=divide, sum_inputs=total, joint=True)
