"""fastvec's own format: a safetensors file of all that a WordVectors holds, memory-mapped when read.

Tensors: ``embedding.weight`` float32[V, D] (the name that Hugging Face models use), ``words`` (UTF-8, joined
by newlines), and where there are such: ``word_lengths`` int64[V] (in characters; only if a word has a newline
in it), ``context.weight`` float32[V, D], ``output_nodes`` float32[V - 1, D], ``subwords.weight`` float32[V + B, D]
and ``subwords.buckets`` int32[B] (all buckets in a file without it), ``counts`` int64[V], ``history.*``. Metadata:
format, version, and as JSON settings and the settings of subwords.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from fastvec.errors import FormatError, SettingError
from fastvec.io.container import map_tensors, save_tensors
from fastvec.io.decompression import type_of_path
from fastvec.text.subwords import Subwords
from fastvec.vectors.subwords import SubwordVectors

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

FORMAT = "fastvec.vectors"
VERSION = 1


def read(path: type_of_path) -> dict[str, Any]:
    """Map the file and return what it holds, as arguments of WordVectors."""
    tensors, metadata = map_tensors(path)
    missing = {"embedding.weight", "words"} - set(tensors)
    if metadata.get("format") != FORMAT or missing:
        raise FormatError(
            f"{path}: not word vectors of fastvec: expected the format {FORMAT!r}, found "
            f"{metadata.get('format')!r}; tensors missing: {', '.join(sorted(missing)) or 'none'}",
            path=path, field="format", expected=FORMAT, got=metadata.get("format"),
        )  # fmt: skip
    if metadata.get("version") != str(VERSION):
        raise FormatError(
            f"{path}: version: expected {VERSION}, found {metadata.get('version')!r}; try a newer fastvec",
            path=path, field="version", expected=VERSION, got=metadata.get("version"),
        )  # fmt: skip
    prefix = "history."
    return {
        "words": _unpack_words(path, tensors),
        "vectors": tensors["embedding.weight"],
        "context_vectors": tensors.get("context.weight"),
        "output_nodes": tensors.get("output_nodes"),
        "counts": tensors.get("counts"),
        "history": {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)} or None,
        "settings": _settings(path, metadata.get("settings", "{}")),
        "subwords": _subwords(path, tensors, metadata.get("subwords")),
    }


def _unpack_words(path: type_of_path, tensors: dict[str, np.ndarray]) -> list[str]:
    if tensors["embedding.weight"].ndim != 2:
        found = list(tensors["embedding.weight"].shape)
        raise FormatError(
            f"{path}: embedding.weight: expected two axes, found {found}",
            path=path, field="embedding.weight", expected="[V, D]", got=found,
        )  # fmt: skip
    if tensors["words"].dtype != np.uint8:
        raise FormatError(
            f"{path}: words: expected uint8, found {tensors['words'].dtype}",
            path=path, field="words", expected="uint8", got=tensors["words"].dtype,
        )  # fmt: skip
    data = tensors["words"].tobytes()
    lengths = tensors.get("word_lengths")
    n_words, n_lines = len(tensors["embedding.weight"]), data.count(b"\n") + 1
    if lengths is None and n_lines != n_words:  # before they are split: a word costs far more than its byte
        raise FormatError(
            f"{path}: words: expected {n_words}, found {n_lines}",
            path=path, field="words", expected=n_words, got=n_lines,
        )  # fmt: skip
    joined = data.decode("utf-8", "surrogateescape")
    if lengths is None:
        return joined.split("\n")
    if lengths.ndim != 1 or lengths.dtype != np.int64 or len(lengths) == 0 or lengths.min() < 0 or (
        lengths.max() > len(joined) or int(lengths.sum()) + len(lengths) - 1 != len(joined)
    ):  # fmt: skip
        raise FormatError(
            f"{path}: word_lengths: expected int64[V] that add up to the {len(joined)} characters of words",
            path=path, field="word_lengths",
        )  # fmt: skip
    ends = list(accumulate((lengths + 1).tolist()))
    return [joined[end - 1 - length : end - 1] for end, length in zip(ends, lengths.tolist(), strict=True)]


def _settings(path: type_of_path, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"{path}: settings: expected JSON ({error})"
        raise FormatError(message, path=path, field="settings") from error


def _subwords(path: type_of_path, tensors: dict[str, np.ndarray], settings: str | None) -> SubwordVectors | None:
    rows, buckets = tensors.get("subwords.weight"), tensors.get("subwords.buckets")
    if rows is None and settings is None:
        return None
    try:
        given = _settings(path, settings or "null")
        own = Subwords(**given)
        if given != asdict(own):
            raise SettingError(f"settings: expected {', '.join(asdict(own))}, found {given}")
        return SubwordVectors(own, np.empty(()) if rows is None else rows, buckets)
    except (SettingError, TypeError) as error:
        raise FormatError(f"{path}: subwords: {error}", path=path, field="subwords") from error


def write(path: type_of_path, word_vectors: WordVectors) -> None:
    """Write everything, all or nothing."""
    words = word_vectors.index_to_key
    try:
        joined = "\n".join(words).encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        word = error.object[error.start]
        raise SettingError(f"words: {word!r} cannot be written: {error.reason}", field="words") from error
    tensors: dict[str, np.ndarray | None] = {
        "embedding.weight": word_vectors.vectors,
        "words": np.frombuffer(joined, np.uint8),
        "context.weight": word_vectors.context_vectors,
        "output_nodes": word_vectors.output_nodes,
        "counts": word_vectors.counts,
    }
    if word_vectors.subwords is not None:
        tensors["subwords.weight"] = word_vectors.subwords.rows
        tensors["subwords.buckets"] = word_vectors.subwords.buckets
    if any("\n" in word for word in words):
        tensors["word_lengths"] = np.array([len(word) for word in words], np.int64)
    for name, values in (word_vectors.history or {}).items():
        tensors[f"history.{name}"] = values
    metadata = {"format": FORMAT, "version": str(VERSION), "settings": json.dumps(word_vectors.settings)}
    if word_vectors.subwords is not None:
        metadata["subwords"] = json.dumps(asdict(word_vectors.subwords.settings))
    save_tensors(path, {n: t for n, t in tensors.items() if t is not None}, metadata)
