"""word2vec: skip-gram and CBOW."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from fastvec import checks as check
from fastvec.errors import CorpusError
from fastvec.text.pairs import Pairs
from fastvec.text.subwords import Subwords
from fastvec.training.predicting import Predicting, Text
from fastvec.training.settings import knows_other_names, with_inherited_settings

OTHER_SIDE = {"left": "right", "right": "left", "both": "both"}

# fastText's own defaults (its args.cc; the exponent from its loss.cc, the last rate from its fasttext.cc)
FASTTEXT: dict[str, Any] = {
    "vector_size": 100,
    "window": 5,
    "negative": 5,
    "ns_exponent": 0.5,
    "sample": 1e-4,
    "epochs": 5,
    "learning_rate": 0.05,
    "min_learning_rate": 0.0,
    "subwords": Subwords(min_n=3, max_n=6, buckets=2_000_000),
}


@knows_other_names
@with_inherited_settings
@dataclass(frozen=True, kw_only=True)
class SkipGram(Predicting):
    """Skip-gram, as in word2vec: each word of a window predicts the word at its centre.

    With negative sampling (SGNS), for each pair of a centre word c and a context word x in its window, and K words
    n drawn as noise, the loss is

        -log s(W_out[c] . W_in[x])  -  sum_n log s(-W_out[n] . W_in[x]),        s(z) = 1 / (1 + exp(-z))

    (Mikolov, Sutskever, Chen, Corrado and Dean 2013, "Distributed Representations of Words and Phrases and their
    Compositionality", equation 4). As in word2vec.c the row of ``W_in``, which is kept as the word's vector, is
    the *context* word's, and the rows of ``W_out`` are the centre word's and the negatives'. Over a text the two
    ways round see the same pairs.

    With ``context="left"`` or ``"right"`` the kept row of a word is trained to predict the words on that side: c
    stands on that side of x.

    Parameters
    ----------
    {settings}
    negative_sharing : "window" or "pair"
        Whether K negatives are drawn once for all contexts of a centre or for each pair. The former is Ji,
        Satish, Li and Dubey (2016), "Parallelizing Word2Vec in Shared and Distributed Memory", and 2.5 times as
        fast; the latter is word2vec.c's and gives no better vectors (the README has the scores of five seeds).
        In either, the gradients of a step are taken at the rows as they were before it. With ``subwords`` there
        it is "pair": the centre predicts its context words, each with negatives of its own, as in fastText.

    Raises
    ------
    SettingError
        A setting out of range, or one under another library's name.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["the king rules", "the queen rules"] * 50, min_count=1)
    >>> vectors = fv.SkipGram(vector_size=8, sample=0, epochs=20).train(corpus, threads=1)
    >>> vectors.vectors.shape
    (4, 8)
    """

    negative_sharing: Literal["window", "pair"] = "window"

    def __post_init__(self) -> None:
        super().__post_init__()
        check.choice("negative_sharing", self.negative_sharing, ("window", "pair"))
        if self.subwords is not None:
            object.__setattr__(self, "negative_sharing", "pair")

    def _model(self) -> dict[str, Any]:
        if self.subwords is not None:  # fastText's way round: composed once, the centre predicts its contexts
            return {"model": "centre", "context": self.context}
        # the row that is kept is the context word's: one to the centre's right is trained on a word to its left
        model = "window" if self.negative_sharing == "window" else "pairs"
        return {"model": model, "context": OTHER_SIDE[self.context]}


@knows_other_names
@with_inherited_settings
@dataclass(frozen=True, kw_only=True)
class CBOW(Predicting):
    """Continuous bag of words, as in word2vec: the mean of a window's words predicts the word at its centre.

    With h the mean of the context words' rows of ``W_in``, c the centre word and K words n drawn as noise, the
    loss is

        -log s(W_out[c] . h)  -  sum_n log s(-W_out[n] . h),        s(z) = 1 / (1 + exp(-z))

    (Mikolov, Chen, Corrado and Dean 2013, "Efficient Estimation of Word Representations in Vector Space", section
    3.1). It is faster than skip-gram and takes a higher learning rate; word2vec.c's is 0.05, as here.

    Parameters
    ----------
    {settings}
    context_gradient : "sum" or "mean"
        What each of n context rows gets of the gradient of h: all of it, as in word2vec.c (the error ``neu1e`` is
        added to each row), gensim with ``cbow_mean=1`` and fastText; or 1/n, the derivative of the mean, as
        Rong (2014), "word2vec Parameter Learning Explained", equation 16, and Irsoy, Benton and Stratos (2021),
        "Corrected CBOW Performs as well as Skip-gram", have it. The latter wants a higher learning rate.
    negative_sharing : "group" or "centre"
        Whether K negatives are drawn for four centres from distant places of the text, which are one step, or for
        each centre. The former moves fewer rows through the caches and gives no worse vectors.

    Raises
    ------
    SettingError
        A setting out of range, or one under another library's name.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["the king rules", "the queen rules"] * 50, min_count=1)
    >>> vectors = fv.CBOW(vector_size=8, sample=0, epochs=20).train(corpus, threads=1)
    >>> vectors.vectors.shape
    (4, 8)
    """

    learning_rate: float = 0.05
    context_gradient: Literal["sum", "mean"] = "sum"
    negative_sharing: Literal["group", "centre"] = "group"

    def __post_init__(self) -> None:
        super().__post_init__()
        check.choice("context_gradient", self.context_gradient, ("sum", "mean"))
        check.choice("negative_sharing", self.negative_sharing, ("group", "centre"))

    def _read_pairs(self, pairs: Pairs) -> Text:
        raise CorpusError("corpus: pairs have no bags of words; SkipGram trains on them", field="corpus")

    def _model(self) -> dict[str, Any]:
        divide = self.context_gradient == "mean"
        grouped = self.negative_sharing == "group" and self.loss == "negative_sampling"
        return {
            "model": "groups" if grouped else "bag",
            "context": self.context,
            "divide_gradient": divide,
        }
