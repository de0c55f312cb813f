"""Advice: what the words of a text say of how it was read, as warnings."""

from __future__ import annotations

import re
import warnings

import numpy as np

from fastvec.text.vocabulary import Vocabulary

OTHER_BYTES = re.compile("[\udc80-\udcff]")  # of text that is not UTF-8, by surrogateescape
MANY = 0.5  # of the tokens


def warn_of_odd_words(vocabulary: Vocabulary) -> None:
    """Warn if words have bytes that are not UTF-8, or most of them are whole lines."""
    _warn_of_other_encodings(vocabulary)
    _warn_of_whole_lines(vocabulary)


def _warn_of_other_encodings(vocabulary: Vocabulary) -> None:
    try:
        "".join(vocabulary.words).encode()
    except UnicodeEncodeError:
        share, example = _found(vocabulary, [bool(OTHER_BYTES.search(word)) for word in vocabulary.words])
        if share:
            warnings.warn(
                f"{share:.1%} of the tokens are not UTF-8, such as {example!r}; of a file, encoding='latin-1' or "
                "'cp1252' reads what is most often meant",
                stacklevel=5,
            )


def _warn_of_whole_lines(vocabulary: Vocabulary) -> None:
    if not any(" " in word for word in vocabulary.words[:1000]):
        return
    share, example = _found(vocabulary, [" " in word for word in vocabulary.words])
    if share > MANY:
        warnings.warn(
            f"{share:.0%} of the tokens have spaces in them, such as {example!r:.80}: a list is one of tokens; "
            "give lines without lists around them, or tokens= to split them",
            stacklevel=5,
        )


def _found(vocabulary: Vocabulary, odd: list[bool]) -> tuple[float, str]:
    """Return the share of the tokens whose words are odd, and the most frequent one."""
    which = np.array(odd)
    share = float(vocabulary.counts[which].sum() / max(1, vocabulary.total))
    return share, vocabulary.words[int(which.argmax())]
