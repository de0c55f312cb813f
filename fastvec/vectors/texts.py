"""Texts: the vectors of sentences and documents."""

from __future__ import annotations

from typing import Literal, overload

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import SettingError
from fastvec.running.progress import OnProgress
from fastvec.text.tokens import Tokens
from fastvec.vectors.bags import Texts, bags_of
from fastvec.vectors.lookup import Lookup
from fastvec.vectors.sif import SIF

Method = Literal["mean", "sif"] | SIF


class TextVectors(Lookup):
    """The part of :class:`fastvec.WordVectors` that embeds texts; see there."""

    @overload
    def embed(
        self,
        texts: Texts,
        method: Method = ...,
        *,
        tokens: Tokens = ...,
        lowercase: bool = ...,
        return_unknown: Literal[False] = ...,
        threads: int | None = ...,
        on_progress: OnProgress | None = ...,
    ) -> NDArray[np.float32]: ...
    @overload
    def embed(
        self,
        texts: Texts,
        method: Method = ...,
        *,
        tokens: Tokens = ...,
        lowercase: bool = ...,
        return_unknown: Literal[True],
        threads: int | None = ...,
        on_progress: OnProgress | None = ...,
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]: ...

    def embed(
        self,
        texts: Texts,
        method: Method = "mean",
        *,
        tokens: Tokens = "whitespace",
        lowercase: bool = False,
        return_unknown: bool = False,
        threads: int | None = None,
        on_progress: OnProgress | None = None,
    ) -> NDArray[np.float32] | tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return a vector for each text: a mean of the vectors of its words.

        Parameters
        ----------
        texts : iterable of str, iterable of lists of str, path, list of paths, or Corpus
            n texts: str, which are split as ``tokens`` says, lists of tokens, the lines of files (Path objects),
            or the sentences of a corpus. An iterable is read once, on another thread.
        method : "mean", "sif" or SIF
            "mean": the mean over all tokens that have a vector. "sif": rare words weigh more, and what these texts
            have in common is taken out; see :class:`fastvec.SIF`, which also has its settings.
            ``SIF().fit(vectors, texts)`` keeps the common component for other texts.
        tokens : "whitespace", "words" or callable
            What a token of a str is, as for :meth:`fastvec.Corpus.from_text`: split texts as those were split that
            the vectors were trained on.
        lowercase : bool
            Convert each word to lower case.
        return_unknown : bool
            Also return how many tokens of each text have no vector.
        threads : int, optional
            None: all usable cores. The result does not depend on it.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` of the reading. If it returns False, the texts read so far are
            embedded.

        Returns
        -------
        vectors : float32[n, D]
            Out-of-vocabulary words count with the vectors of their n-grams, if there are subwords, and are left
            out otherwise. A text without a word that has a vector gets zeros.
        n_unknown : int64[n], if ``return_unknown``
            The tokens of each text that were left out.

        Warns
        -----
        UserWarning
            If most tokens have no vector.

        Raises
        ------
        SettingError
            If ``texts`` is a lone str, a setting is wrong, a vector is not finite, or SIF has no counts.
        CorpusError
            If an item is not a text.
        StorageError
            If a file cannot be read.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> vectors = WordVectors(["a", "cat"], [[1, 0], [0, 2]])
        >>> vectors.embed(["a cat", "A cat cat", "dog"])
        array([[0.5, 1. ],
               [0. , 2. ],
               [0. , 0. ]], dtype=float32)
        >>> rows, n_unknown = vectors.embed([["a", "cat"], ["a", "dog"]], return_unknown=True)
        >>> n_unknown
        array([0, 1])
        """
        if method == "mean":
            bags = bags_of(
                self, texts, tokens=tokens, lowercase=lowercase, threads=threads, on_progress=on_progress
            )
            embedded, n_unknown = bags.means(threads=threads), bags.n_unknown
        else:
            if not isinstance(method, SIF) and method != "sif":
                raise SettingError(field="method", expected="'mean', 'sif' or fv.SIF(...)", got=method)
            sif = method if isinstance(method, SIF) else SIF()
            _, (embedded, n_unknown) = sif._fit(
                self, texts, tokens=tokens, lowercase=lowercase, threads=threads, on_progress=on_progress
            )
        return (embedded, n_unknown) if return_unknown else embedded
