"""The scores of pairs: gensim's two, and functions of the caller's."""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable
from typing import Any

from fastvec.errors import SettingError

Scorer = Callable[..., float]
TAKEN = ("worda_count", "wordb_count", "bigram_count", "len_vocab", "min_count", "corpus_word_count")


def original_scorer(
    worda_count: float,
    wordb_count: float,
    bigram_count: float,
    len_vocab: float,
    min_count: float,
    corpus_word_count: float,
) -> float:
    """Return (c(ab) - min_count) * V / (c(a) * c(b)), V the number of different words and pairs.

    Mikolov, Sutskever, Chen, Corrado and Dean 2013, "Distributed Representations of Words and Phrases and their
    Compositionality", equation 6; V, in the place of the number of tokens, is gensim's.

    Parameters
    ----------
    worda_count, wordb_count, bigram_count : int
        How often the words and the pair occur.
    len_vocab, min_count, corpus_word_count : int
        V; the setting; and the number of tokens, which is not used.

    Returns
    -------
    float

    Examples
    --------
    >>> original_scorer(2, 2, 2, len_vocab=30, min_count=1, corpus_word_count=100)
    7.5
    """
    product = worda_count * wordb_count
    return (bigram_count - min_count) / product * len_vocab if product else -math.inf


def npmi_scorer(
    worda_count: float,
    wordb_count: float,
    bigram_count: float,
    len_vocab: float,
    min_count: float,
    corpus_word_count: float,
) -> float:
    """Return ln(p(ab) / (p(a) * p(b))) / -ln p(ab): 1 if the words occur only together, 0 if independently.

    Bouma 2009, "Normalized (Pointwise) Mutual Information in Collocation Extraction".

    Parameters
    ----------
    worda_count, wordb_count, bigram_count : int
        How often the words and the pair occur.
    len_vocab, min_count, corpus_word_count : int
        Not used; a pair that is rarer is no phrase; and the number of tokens.

    Returns
    -------
    float
        -inf for a pair that is too rare.

    Examples
    --------
    >>> npmi_scorer(2, 2, 2, len_vocab=30, min_count=1, corpus_word_count=100)
    1.0
    """
    if bigram_count < min_count or not worda_count or not wordb_count or not bigram_count:
        return -math.inf
    if bigram_count == corpus_word_count:  # p = 1, whose logarithm is 0
        return -math.inf
    share = bigram_count * corpus_word_count / (worda_count * wordb_count)
    return math.log(share) / math.log(corpus_word_count / bigram_count)


NAMED: dict[str, Scorer] = {"default": original_scorer, "npmi": npmi_scorer}


def scorer_of(scoring: Any) -> Scorer:
    """Return the function that a ``scoring=`` means.

    Raises
    ------
    SettingError
        If it is no known name, and no function of the six arguments that gensim's have.
    """
    if isinstance(scoring, str) and scoring in NAMED:
        return NAMED[scoring]
    if not callable(scoring):
        expected = '"default", "npmi" or a function'
        raise SettingError(field="scoring", expected=expected, got=scoring)
    parameters = inspect.signature(scoring).parameters
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    missing = [] if takes_any else [name for name in TAKEN if name not in parameters]
    if missing:
        expected = f"a function that takes {', '.join(TAKEN)}"
        raise SettingError(field="scoring", expected=expected, shown=f"one without {', '.join(missing)}")
    scorer: Scorer = scoring
    return scorer


def name_of(scorer: Scorer) -> str:
    """Return the name of a scorer, for a file: its own, or of the caller's function ``module:name``.

    Raises
    ------
    SettingError
        If it has no name in its module, as a lambda has none.
    """
    for name, known in NAMED.items():
        if scorer is known:
            return name
    module, name = getattr(scorer, "__module__", ""), getattr(scorer, "__qualname__", "")
    if getattr(sys.modules.get(module), name, None) is not scorer:
        expected, hint = "a function with a name in its module, to save it", "define it by def, outside functions"
        raise SettingError(field="scoring", expected=expected, got=scorer, hint=hint)
    return f"{module}:{name}"


def scorer_named(name: str) -> Scorer | None:
    """Return the scorer of a name; a caller's function only from a module that is imported already.

    Nothing is imported or run for the name in a file. None: there is no such function.
    """
    if name in NAMED:
        return NAMED[name]
    module, _, function = name.partition(":")
    found = vars(sys.modules[module]).get(function) if module in sys.modules else None
    return scorer_of(found) if inspect.isfunction(found) and set(TAKEN) <= set(_parameters(found)) else None


def _parameters(function: Scorer) -> list[str]:
    return [*inspect.signature(function).parameters]
