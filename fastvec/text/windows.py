"""Windows and their training pairs, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, TypeAlias, get_args, overload

from fastvec.checks import numbers as check
from fastvec.errors import CorpusError, SettingError
from fastvec.text.corpus import Corpus
from fastvec.text.tokens import split_words

Context = Literal["both", "left", "right"]  # the side of the centre on which context words are taken
CONTEXTS: tuple[Context, ...] = get_args(Context)

Text: TypeAlias = "str | Corpus | Iterable[str] | Iterable[Iterable[str]]"
Pair: TypeAlias = "tuple[str, str]"
Bag: TypeAlias = "tuple[tuple[str, ...], str]"


@overload
def training_pairs(
    text: Text, window: int = 5, *, cbow: Literal[False] = False, context: Context = "both"
) -> list[Pair]: ...
@overload
def training_pairs(
    text: Text, window: int = 5, *, cbow: Literal[True], context: Context = "both"
) -> list[Bag]: ...
@overload
def training_pairs(
    text: Text, window: int = 5, *, cbow: bool, context: Context = "both"
) -> list[Pair] | list[Bag]: ...
def training_pairs(
    text: Text, window: int = 5, *, cbow: bool = False, context: Context = "both"
) -> list[Pair] | list[Bag]:
    """List the training pairs of a text: each token as the centre of a window, with the tokens around it.

    These are the pairs of the whole window (Mikolov, Chen, Corrado and Dean 2013, "Efficient Estimation of Word
    Representations in Vector Space", section 3). Training may use fewer: with ``shrink_windows`` a pair at a
    distance of d tokens is trained in (window - d + 1) / window of the epochs, and ``sample`` leaves out tokens
    of frequent words first.

    Parameters
    ----------
    text : str, list of str, list of list of str, or Corpus
        The text itself, a sentence a line, with white space between the words; or one sentence as a list of
        words; or several of these; or a corpus, whose out-of-vocabulary words are left out.
    window : int
        Tokens to each side of the centre.
    cbow : bool
        Return the pairs of CBOW: all context words of a window together, and the centre that they predict.
    context : "both", "left" or "right"
        On which side of the centre context words are taken, as in the trainers' settings.

    Returns
    -------
    list of (str, str)
        Centre and context, in reading order: by the centre, then by the context.
    list of (tuple of str, str)
        With ``cbow``, context words and centre; a centre without a context word gives no pair.

    Raises
    ------
    SettingError
        If ``window``, ``cbow``, ``context`` or ``text`` is wrong.
    CorpusError
        If a word is empty or not a str.

    Examples
    --------
    >>> from fastvec import training_pairs
    >>> training_pairs("the cat sat", window=1)
    [('the', 'cat'), ('cat', 'the'), ('cat', 'sat'), ('sat', 'cat')]
    >>> training_pairs("the cat sat", window=2, cbow=True)
    [(('cat', 'sat'), 'the'), (('the', 'sat'), 'cat'), (('the', 'cat'), 'sat')]
    >>> training_pairs([["the", "cat"], ["a", "dog"]], context="left")
    [('cat', 'the'), ('dog', 'a')]
    """
    check_window(window, context)
    check.truth("cbow", cbow)
    if cbow:
        return [bag for sentence in _sentences(text) for bag in bags_of(sentence, window, context)]
    return [pair for sentence in _sentences(text) for pair in pairs_of(sentence, window, context)]


def check_window(window: Any, context: Any) -> None:
    """Raise if a trainer could not use this window or context."""
    check.whole("window", window, 1, 1 << 20)
    check.choice("context", context, CONTEXTS)


def window_places(n_words: int, centre: int, width: int, context: Context = "both") -> list[int]:
    """Return the positions of the context words of position ``centre`` in a sentence of ``n_words``.

    Examples
    --------
    >>> window_places(6, 1, 2), window_places(6, 1, 2, "right")
    ([0, 2, 3], [2, 3])
    """
    first = centre if context == "right" else max(0, centre - width)
    last = centre if context == "left" else min(n_words - 1, centre + width)
    return [place for place in range(first, last + 1) if place != centre]


def pairs_of(sentence: list[str], window: int, context: Context) -> Iterator[Pair]:
    """Yield (centre, context) of one sentence, which is checked already."""
    for t, centre in enumerate(sentence):
        for place in window_places(len(sentence), t, window, context):
            yield centre, sentence[place]


def bags_of(sentence: list[str], window: int, context: Context) -> Iterator[Bag]:
    """Yield (context words, centre) of one sentence, which is checked already."""
    for t, centre in enumerate(sentence):
        if places := window_places(len(sentence), t, window, context):
            yield tuple(sentence[place] for place in places), centre


def _sentences(text: Text) -> Iterator[list[str]]:
    if isinstance(text, Corpus):
        return iter(text)
    if isinstance(text, str):
        return (split_words(line) for line in text.split("\n"))
    if isinstance(text, (bytes, bytearray)) or not isinstance(text, Iterable):
        expected = "a str, a list of words, a list of sentences or a Corpus"
        hint = "Corpus.from_text(path, min_count=1) reads a file"
        raise SettingError(field="text", expected=expected, got=text, hint=hint)
    items: list[Any] = list(text)
    if not any(isinstance(item, str) for item in items):
        return iter([_words(item, f": sentence {number}") for number, item in enumerate(items)])
    for word in _words(items):
        if split_words(word) != [word]:
            raise SettingError(
                field="text",
                expected="words without white space: a list of str is one sentence",
                got=word,
                hint="for several lines join them with '\\n'; for words with spaces put the list in a list",
            )
    return iter([items])


def _words(sentence: Any, place: str = "") -> list[str]:
    found = list(sentence) if isinstance(sentence, Iterable) and not isinstance(sentence, bytes) else [sentence]
    for word in found:
        if not isinstance(word, str) or not word:
            raise CorpusError(field=f"text{place}", expected="words that are non-empty str", got=word)
    return found
