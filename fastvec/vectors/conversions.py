"""Conversions between word vectors and the arrays of neural networks, for methods of WordVectors."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.numbers import choice, truth, whole
from fastvec.errors import MissingPackageError, SettingError, UnknownWordError
from fastvec.text.tokens import split_words
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors.record import vocabulary_of
from fastvec.vectors.subwords import SubwordVectors

Unknown: TypeAlias = "Literal['mean', 'zeros'] | None"

PAD = 0  # the row of padding, if there is one; the row of unknown words is the next


def embedding(vectors: NDArray[np.float32], *, freeze: bool, padding: bool, unk: Unknown) -> Any:
    """Return the vectors as a ``torch.nn.Embedding``; see :meth:`fastvec.WordVectors.to_torch`."""
    truth("freeze", freeze)
    first = _first_row(padding, unk)
    torch = _torch()
    if first or not freeze:
        rows = np.empty((first + len(vectors), vectors.shape[1]), np.float32)
        rows[first:] = vectors
        rows[:first] = 0
        if unk == "mean":
            rows[first - 1] = _mean(vectors)
        weight = torch.from_numpy(rows)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that the array is read-only
            weight = torch.from_numpy(vectors)
    return torch.nn.Embedding.from_pretrained(weight, freeze=freeze, padding_idx=PAD if padding else None)


def keyed_vectors(
    vocabulary: Vocabulary,
    vectors: NDArray[np.float32],
    counts: NDArray[np.int64] | None,
    subwords: SubwordVectors | None,
) -> Any:
    """Return gensim's own vectors; see :meth:`fastvec.WordVectors.to_gensim`."""
    try:
        models = import_module("gensim.models")
    except ImportError as error:
        raise MissingPackageError.of("gensim's own vectors", "gensim") from error
    n_words, size = vectors.shape
    if subwords is None:
        made = models.KeyedVectors(size, count=n_words)
    else:
        own = subwords.settings
        kind = import_module("gensim.models.fasttext").FastTextKeyedVectors
        made = kind(size, max(1, own.min_n), own.max_n, own.buckets, count=n_words)
        made.vectors_vocab = np.array(subwords.rows[:n_words])
        made.vectors_ngrams = np.zeros((own.buckets, size), np.float32)
        made.vectors_ngrams[subwords.buckets] = subwords.rows[n_words:]
    made.index_to_key, made.key_to_index = list(vocabulary.words), dict(vocabulary.index)
    made.vectors = np.array(vectors)
    if counts is not None:
        made.expandos["count"] = np.array(counts)
    if subwords is not None:
        made.recalc_char_ngram_buckets()
    return made


def encode(
    vocabulary: Vocabulary,
    tokens: str | Iterable[str] | Iterable[Iterable[str]],
    *,
    padding: bool,
    unk: Unknown,
) -> NDArray[np.int64]:
    """Return the rows of words in an embedding; see :meth:`fastvec.WordVectors.encode`."""
    first = _first_row(padding, unk)
    items: list[Any] = split_words(tokens) if isinstance(tokens, str) else _listed("tokens", tokens)
    if all(isinstance(item, str) for item in items):
        _check_words(vocabulary, items)
        return np.array(_rows(vocabulary, items, first, unk), np.int64)
    sentences = [_rows(vocabulary, _listed(f"tokens[{i}]", item), first, unk) for i, item in enumerate(items)]
    lengths = {len(sentence) for sentence in sentences}
    if len(lengths) > 1 and not padding:
        expected = "lists of one length, as there is no row for padding"
        raise SettingError(field="tokens", expected=expected, shown=f"{min(lengths)} to {max(lengths)} words")
    ids = np.full((len(sentences), max(lengths)), PAD, np.int64)
    for row, sentence in zip(ids, sentences, strict=True):
        row[: len(sentence)] = sentence
    return ids


def rows_of(
    words: Iterable[str] | Mapping[str, int], skip: int, arrays: Mapping[str, Any], counts: ArrayLike | None
) -> tuple[Vocabulary, dict[str, NDArray[Any]]]:
    """Return the words and their rows of some arrays; see :meth:`fastvec.WordVectors.from_arrays`."""
    given = {name: _as_numpy(name, values) for name, values in arrays.items()}
    first = whole("skip", skip, 0)
    if not isinstance(words, Mapping):
        vocabulary = vocabulary_of(words, None if counts is None else _as_numpy("counts", counts))
        for name, array in given.items():
            _check_rows(name, array, len(vocabulary), first)
        return vocabulary, {name: array[first:] for name, array in given.items()}
    if first:
        raise SettingError(field="skip", expected="0, as words gives the row of each word", got=skip)
    if counts is not None:
        given["counts"] = _as_numpy("counts", counts)
    ordered, rows = _by_row(words, given)
    picked = {name: array[rows] for name, array in given.items()}
    return vocabulary_of(ordered, picked.pop("counts", None)), picked


def _first_row(padding: bool, unk: Unknown) -> int:
    """Return the row of the first word; those for padding and unknown words come before it."""
    truth("padding", padding)
    if unk is not None:
        choice("unk", unk, ("mean", "zeros"))
    return int(padding) + (unk is not None)


def _torch() -> Any:
    try:
        return import_module("torch")
    except (ImportError, OSError) as error:
        if getattr(error, "name", None) == "torch":
            problem = "is not installed: pip install torch"
        else:
            problem = f"is installed, but cannot be loaded ({error}): pip install --force-reinstall torch"
        raise MissingPackageError(
            f"to_torch needs PyTorch, which {problem}; its own site has the command for CPUs alone", field="torch"
        ) from error


def _mean(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        mean: NDArray[np.float64] = vectors.mean(axis=0, dtype=np.float64)
    if not np.isfinite(mean).all():
        raise SettingError(field="vectors", expected="finite numbers, for unk='mean'", shown="nan or inf")
    return mean


def _listed(field: str, tokens: Any) -> list[Any]:
    if isinstance(tokens, (str, bytes)) or not isinstance(tokens, Iterable):
        raise SettingError(field=field, expected="a list of words", got=tokens)
    return list(tokens)


def _check_words(vocabulary: Vocabulary, words: list[str]) -> None:
    """Refuse lines instead of words: all of them would be unknown."""
    for word in words:
        if word not in vocabulary and len(split_words(word)) > 1:
            expected, shown = "a list of words", f"{word!r:.60}, with white space in it"
            hint = "several sentences are a list of lists"
            raise SettingError(field="tokens", expected=expected, got=word, shown=shown, hint=hint)


def _rows(vocabulary: Vocabulary, words: list[Any], first: int, unk: Unknown) -> list[int]:
    index = vocabulary.index
    for word in words:
        if not isinstance(word, str):
            raise SettingError(field="tokens", expected="words, str", got=word)
        if unk is None and word not in index:
            raise UnknownWordError(word, vocabulary.words)
    return [index[word] + first if word in index else first - 1 for word in words]


def _as_numpy(field: str, values: Any) -> NDArray[Any]:
    """Return the values of an array, a tensor or an embedding, in the same memory if possible."""
    if hasattr(values, "embedding_dim"):
        values = values.weight
    if hasattr(values, "detach"):
        values = values.detach().cpu()
        # NumPy has no bfloat16
        values = values.float() if "bfloat16" in str(values.dtype) else values
    expected = "an array of numbers"
    try:
        array = np.asarray(values)
    except (TypeError, ValueError, RuntimeError) as error:
        shown = f"{type(values).__name__} ({error})"
        raise SettingError(field=field, expected=expected, got=values, shown=shown) from error
    if not array.ndim:
        raise SettingError(field=field, expected=expected, got=values)
    return array


def _check_rows(field: str, array: NDArray[Any], n_words: int, first: int) -> None:
    n_rows = len(array)
    if n_rows != first + n_words:
        hint = f"skip={n_rows - n_words} leaves out the first" if n_rows > n_words else ""
        expected = f"{first + n_words} rows, skip + one for each word"
        raise SettingError(field=field, expected=expected, got=n_rows, hint=hint)


def _by_row(
    rows: Mapping[str, int], arrays: Mapping[str, NDArray[Any]]
) -> tuple[list[str], slice | NDArray[np.int64]]:
    """Return the words in the order of their rows, and what selects these rows: a slice if they are contiguous."""
    words = sorted(rows, key=lambda word: whole(f"words[{word!r}]", rows[word], 0))
    selected = [int(rows[word]) for word in words]
    fewest = min(map(len, arrays.values()))
    if selected and selected[-1] >= fewest:
        expected = f"a row from 0 to {fewest - 1}"
        raise SettingError(field=f"words[{words[-1]!r}]", expected=expected, got=selected[-1])
    if selected and selected == list(range(selected[0], selected[0] + len(selected))):
        return words, slice(selected[0], selected[-1] + 1)
    return words, np.array(selected, np.int64)
