"""Vectors into a neural network and out of one: the methods of WordVectors that meet other people's arrays."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.numbers import choice, truth, whole
from fastvec.errors import MissingPackageError, UnknownWordError
from fastvec.text.tokens import split_words
from fastvec.vectors import checks

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

Unknown: TypeAlias = "Literal['mean', 'zeros'] | None"

PAD = 0  # the row, where there is one; that of unknown words comes next


def to_torch(self: WordVectors, *, freeze: bool = True, padding: bool = True, unk: Unknown = "mean") -> Any:
    """Give the vectors as a ``torch.nn.Embedding``, whose ids :meth:`encode` makes from words.

    ====  =======================  ====================================
    row   by default               there if
    ====  =======================  ====================================
    0     padding, zeros           ``padding``; also its ``padding_idx``
    1     unknown words            ``unk`` is not None
    2...  the words, by their ids  always; next after those above
    ====  =======================  ====================================

    Parameters
    ----------
    freeze : bool
        Whether training leaves the rows alone (``requires_grad=False``). The row of padding always stays zero.
    padding : bool
        Whether there is a row for the places after the end of a short sentence.
    unk : "mean", "zeros" or None
        The row for words without a vector: the mean of all vectors, zeros, or none.

    Returns
    -------
    torch.nn.Embedding
        float32[V + 2, D] by default, a copy. Only with ``padding=False, unk=None, freeze=True`` nothing is copied:
        the embedding then reads the memory of these vectors, or of their file, and must not be written to.

    Raises
    ------
    MissingPackageError
        An ImportError: PyTorch is not installed.
    SettingError
        A bad argument, or vectors whose mean is not finite.

    Examples
    --------
    >>> from fastvec import WordVectors
    >>> vectors = WordVectors(["king", "queen"], [[1, 2], [3, 4]])
    >>> embedding = vectors.to_torch()                              # doctest: +SKIP
    >>> embedding(torch.from_numpy(vectors.encode("queen dowager")))  # doctest: +SKIP
    tensor([[3., 4.],
            [2., 3.]])
    """
    truth("freeze", freeze)
    first = _first_row(padding, unk)
    torch = _torch()
    if first or not freeze:
        rows = np.empty((first + len(self), self.vector_size), np.float32)
        rows[first:] = self.vectors
        rows[:first] = 0
        if unk == "mean":
            rows[first - 1] = _mean(self.vectors)
        weight = torch.from_numpy(rows)
    else:
        weight = _shared(torch, self.vectors)
    return torch.nn.Embedding.from_pretrained(weight, freeze=freeze, padding_idx=PAD if padding else None)


def encode(
    self: WordVectors,
    tokens: str | Iterable[str] | Iterable[Iterable[str]],
    *,
    padding: bool = True,
    unk: Unknown = "mean",
) -> NDArray[np.int64]:
    """The rows of words in the embedding that :meth:`to_torch` makes with the same ``padding`` and ``unk``.

    Parameters
    ----------
    tokens : str, list of str, or list of list of str
        Words with white space between them, or a list of words, or several such lists (a Corpus will do).
    padding, unk
        As for :meth:`to_torch`.

    Returns
    -------
    int64[N], or int64[B, longest]
        Of B lists, each is a row, short ones with 0, the row of padding, behind their end. An unknown word is the
        row for these, one that subwords could compose too: ``from_arrays(words, vectors[words])`` gives such words
        rows of their own first.

    Raises
    ------
    UnknownWordError
        A KeyError: with ``unk=None``, a word without a vector.
    SettingError
        No words; lists of different lengths with ``padding=False``.

    Examples
    --------
    >>> from fastvec import WordVectors
    >>> vectors = WordVectors(["king", "queen"], [[1, 2], [3, 4]])
    >>> vectors.encode(["queen", "of", "king"])
    array([3, 1, 2])
    >>> vectors.encode([["king"], ["queen", "king"]], unk=None)
    array([[1, 0],
           [2, 1]])
    >>> vectors.encode("king queen", padding=False, unk=None)
    array([0, 1])
    """
    first = _first_row(padding, unk)
    items: list[Any] = split_words(tokens) if isinstance(tokens, str) else _listed("tokens", tokens)
    if all(isinstance(item, str) for item in items):
        _check_words_alone(self, items)
        return np.array(_rows(self, items, first, unk), np.int64)
    sentences = [_rows(self, _listed(f"tokens[{i}]", item), first, unk) for i, item in enumerate(items)]
    lengths = {len(sentence) for sentence in sentences}
    if len(lengths) > 1 and not padding:
        found = f"{min(lengths)} to {max(lengths)} words in one"
        raise checks.refused("tokens", "lists of one length, as there is no row for padding", found)
    ids = np.full((len(sentences), max(lengths)), PAD, np.int64)
    for row, sentence in zip(ids, sentences, strict=True):
        row[: len(sentence)] = sentence
    return ids


def from_arrays(
    cls: type[WordVectors],
    words: Sequence[str] | Mapping[str, int],
    vectors: Any,
    *,
    skip: int = 0,
    context_vectors: Any = None,
    counts: ArrayLike | None = None,
) -> WordVectors:
    """Make WordVectors of words and any arrays: NumPy's, torch's, lists.

    Parameters
    ----------
    words : sequence of str, or mapping from str to int
        V distinct words, in the order of their rows; or the row of each (a tokenizer's vocabulary).
    vectors : array[V + skip, D], torch.Tensor, or torch.nn.Embedding
        Real, finite numbers of any type and device. Not copied if they are C-contiguous float32 in the memory of
        the CPU, so that later changes to them show here; hand over a copy (``.copy()``, ``.clone()``) if there
        will be some.
    skip : int
        Rows at the start that stand for no word: 2 for an embedding by :meth:`to_torch` with its defaults.
    context_vectors : the same, optional
        The output rows, in the same order.
    counts : int[V], optional
        How often each word occurred, in the order of ``words``; where that is a mapping, by row as the others.

    Raises
    ------
    SettingError
        Words that are repeated or not str, shapes that do not fit, values that are not finite or no real numbers.

    Examples
    --------
    >>> from fastvec import WordVectors
    >>> WordVectors.from_arrays(["king", "queen"], [[0, 0], [1, 2], [3, 4]], skip=1)["queen"]
    array([3., 4.], dtype=float32)
    >>> WordVectors.from_arrays({"queen": 2, "king": 0}, [[0, 0], [1, 2], [3, 4]])["queen"]
    array([3., 4.], dtype=float32)
    """
    arrays: dict[str, Any] = {"vectors": _as_numpy("vectors", vectors)}
    for name, values in (("context_vectors", context_vectors), ("counts", counts)):
        if values is not None:
            arrays[name] = _as_numpy(name, values)
    first = whole("skip", skip, 0)
    if isinstance(words, Mapping):
        if first:
            raise checks.refused("skip", "0, as words says which rows there are", repr(skip))
        words, rows = _by_row(words, arrays)
        arrays = {name: array[rows] for name, array in arrays.items()}
    else:
        words = list(map(str, checks.words_of(words)))  # NumPy's str are str, but larger
        for name in arrays.keys() - {"counts"}:
            _check_rows(name, arrays[name], len(words), first)
            arrays[name] = arrays[name][first:]
    made = cls(words, **arrays)
    for name in arrays.keys() - {"counts"}:
        checks.check_finite(name, getattr(made, name), made.index_to_key)
    return made


def _first_row(padding: bool, unk: Unknown) -> int:
    """The row of the first word; those for padding and unknown words stand before it."""
    truth("padding", padding)
    if unk is not None:
        choice("unk", unk, ("mean", "zeros"))
    return int(padding) + (unk is not None)


def _torch() -> Any:
    try:
        return import_module("torch")
    except (ImportError, OSError) as error:
        if getattr(error, "name", None) == "torch":
            told = "is not installed: pip install torch"
        else:
            told = f"is installed, but cannot be loaded ({error}): pip install --force-reinstall torch"
        raise MissingPackageError(
            f"to_torch needs PyTorch, which {told}; for a processor alone, add --index-url "
            "https://download.pytorch.org/whl/cpu",
            field="torch",
        ) from error


def _shared(torch: Any, vectors: NDArray[np.float32]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that what is read-only cannot be written to
        return torch.from_numpy(vectors)


def _mean(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        mean: NDArray[np.float64] = vectors.mean(axis=0, dtype=np.float64)
    if not np.isfinite(mean).all():
        raise checks.refused("vectors", "finite numbers, for unk='mean'", "nan or inf")
    return mean


def _listed(field: str, tokens: Any) -> list[Any]:
    if isinstance(tokens, (str, bytes)) or not isinstance(tokens, Iterable):
        raise checks.refused(field, "a list of words", checks.describe(tokens))
    return list(tokens)


def _check_words_alone(vectors: WordVectors, words: list[str]) -> None:
    """Refuse lines in the place of words, all of which would be unknown."""
    for word in words:
        if word not in vectors.key_to_index and len(split_words(word)) > 1:
            expected = "a list of words (for several sentences, a list of lists)"
            raise checks.refused("tokens", expected, f"{word!r:.60}, with white space in it")


def _rows(vectors: WordVectors, words: list[Any], first: int, unk: Unknown) -> list[int]:
    index = vectors.key_to_index
    for word in words:
        if not isinstance(word, str):
            raise checks.refused("tokens", "words, str", checks.describe(word))
        if unk is None and word not in index:
            raise UnknownWordError(word, vectors.index_to_key)
    return [index[word] + first if word in index else first - 1 for word in words]


def _as_numpy(field: str, values: Any) -> NDArray[Any]:
    """The values of an array, a tensor or an embedding, in the same memory where that can be."""
    if hasattr(values, "embedding_dim"):
        values = values.weight
    if hasattr(values, "detach"):
        values = values.detach().cpu()
        # NumPy has no bfloat16
        values = values.float() if "bfloat16" in str(values.dtype) else values
    try:
        array = np.asarray(values)
    except (TypeError, ValueError, RuntimeError) as error:
        raise checks.refused(field, "an array of numbers", f"{type(values).__name__} ({error})") from error
    if not array.ndim:
        raise checks.refused(field, "an array of numbers", repr(values)[:80])
    return array


def _check_rows(field: str, array: NDArray[Any], n_words: int, first: int) -> None:
    n_rows = len(array)
    if n_rows != first + n_words:
        hint = f"; skip={n_rows - n_words} leaves out the first" if n_rows > n_words else ""
        raise checks.refused(field, f"{first + n_words} rows, skip + one for each word", f"{n_rows}{hint}")


def _by_row(rows: Mapping[str, int], arrays: Mapping[str, NDArray[Any]]) -> tuple[list[str], Any]:
    """Words in the order of their rows, and what picks these rows: a slice where they follow each other."""
    words = sorted(rows, key=lambda word: whole(f"words[{word!r}]", rows[word], 0))
    picked = [int(rows[word]) for word in words]
    fewest = min(map(len, arrays.values()))
    if picked and picked[-1] >= fewest:
        raise checks.refused(f"words[{words[-1]!r}]", f"a row from 0 to {fewest - 1}", str(picked[-1]))
    follow = bool(picked) and picked == list(range(picked[0], picked[0] + len(picked)))
    return words, slice(picked[0], picked[-1] + 1) if follow else np.array(picked, np.int64)
