"""A corpus in the ids of another vocabulary."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError
from fastvec.text.corpus import Corpus, check_corpus
from fastvec.text.vocabulary import Vocabulary


def ids_in(corpus: Corpus, vocabulary: Vocabulary, name: str = "corpus") -> NDArray[np.int32]:
    """Return the tokens of a corpus, an argument of this name, as ids of a vocabulary, int32[N].

    Raises
    ------
    CorpusError
        If this is no corpus, if it has no token, or one of a word that the vocabulary lacks.
    FormatError
        If an id is out of range.

    Examples
    --------
    >>> ids_in(Corpus.from_text(["a b a"], min_count=1), Vocabulary(["b", "c", "a"])).tolist()
    [2, 0, 2]
    """
    check_corpus(corpus, name)
    if not corpus.n_tokens:
        raise CorpusError(f"{name}: it has no token of the vocabulary", field=name)
    own = corpus.vocabulary
    if own is vocabulary or own.words == vocabulary.words:
        return corpus.ids
    ids = np.array([vocabulary.index.get(word, -1) for word in own.words], np.int32)
    found: NDArray[np.int32] = ids[corpus.ids]
    if unknown := int(np.count_nonzero(found < 0)):
        word = own.words[int(corpus.ids[int((found < 0).argmax())])]
        raise CorpusError(
            f"{name}: {unknown:,} of its {corpus.n_tokens:,} tokens are out of the vocabulary, such as {word!r}; "
            "Corpus.from_text(..., vocabulary=...) leaves them out and counts them in n_dropped",
            field=name,
            got=word,
        )
    return found
