"""fastvec's own format: a container of all that a WordVectors holds, memory-mapped when read.

Its tensors are those of :data:`SCHEMA` (``embedding.weight`` is the name that Hugging Face models use) and
``history.*``; ``network.*`` are the other matrices of a model. Its text fields hold the settings, and those of
subwords, in JSON. Version 2 is a file whose matrices are float16, or int8 with a scale for each row
(``embedding.weight.scale``); they are converted when it is read. Version 3 is a file of either kind with the field
``combine``, the vectors being more than ``embedding.weight``: earlier readers would take them for that alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError, SettingError
from fastvec.io import container
from fastvec.io.decompression import type_of_path
from fastvec.text.subwords import Subwords
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors.combination import COMBINATIONS
from fastvec.vectors.formats.compact import DType, expanded, float16, int8
from fastvec.vectors.record import Record
from fastvec.vectors.subwords import SubwordVectors

Tensor: TypeAlias = "NDArray[Any] | None"

HISTORY = "history."
CONTEXTS = "contexts."
NETWORK = "network."
DOCUMENTS = "documents."
SCHEMA = container.Schema(
    "fastvec.vectors",
    "1",
    {
        "embedding.weight": "float32[V, D]",
        "words": "uint8[bytes]",
        "word_lengths": "int64[V]?",
        "context.weight": "float32[V, D]?",
        # of contexts that are not the words
        "contexts.weight": "float32[C, D]?",
        "contexts.words": "uint8[context_bytes]?",
        "contexts.word_lengths": "int64[C]?",
        "contexts.counts": "int64[C]?",
        # of the tags of documents
        "documents.weight": "float32[M, D]?",
        "documents.words": "uint8[tag_bytes]?",
        "documents.word_lengths": "int64[M]?",
        "documents.counts": "int64[M]?",
        "output_nodes": "float32[V - 1, D]?",
        "counts": "int64[V]?",
        "subwords.weight": "float32[rows, D]?",
        "subwords.buckets": "int32[B]?",  # all buckets if it is missing
    },
)


MATRICES = [name for name, tensor in SCHEMA.tensors.items() if tensor.startswith("float32")]
SCALE = ".scale"
COMPACT = container.Schema(
    SCHEMA.format,
    "2",
    {name: tensor.replace("float32", "float16|int8") for name, tensor in SCHEMA.tensors.items()}
    | {name + SCALE: f"float32[{SCHEMA.tensors[name].partition('[')[2].partition(',')[0]}]?" for name in MATRICES},
)
COMBINED = container.Schema(
    SCHEMA.format,
    "3",
    {
        name: tensor.replace("float16|int8", "float32|float16|int8") if name in MATRICES else tensor
        for name, tensor in COMPACT.tensors.items()
    },
)


def read(path: type_of_path, *, mmap: bool = True) -> Record:
    """Map a file, or read it; matrices in float16 and int8 become float32 in memory."""
    file = _opened(path, mmap)
    tensors = file.tensors
    for name in MATRICES:
        if name in tensors and tensors[name].dtype != np.float32:
            scales = tensors.get(name + SCALE)
            if (scales is None) != (tensors[name].dtype == np.float16):
                raise file.wrong(name + SCALE, "a scale for each row of int8, and for none of float16", scales)
            tensors[name] = expanded(tensors[name], scales)
    history, network = (_named(tensors, prefix) for prefix in (HISTORY, NETWORK))
    for name, values in network.items():
        if values.dtype != np.float32:
            raise file.wrong(NETWORK + name, "float32", values)
    contexts = _contexts(file)
    return Record(
        Vocabulary(file.words(), tensors.get("counts")),
        tensors["embedding.weight"],
        context_vectors=tensors.get("context.weight" if contexts is None else "contexts.weight"),
        context_vocabulary=contexts,
        output_nodes=tensors.get("output_nodes"),
        history=history or None,
        settings=file.settings(),
        subwords=_subwords(file),
        network=network or None,
        combine=_combine(file),
        documents=_documents(file),
    )


def _named(tensors: dict[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}


def _opened(path: type_of_path, mmap: bool) -> container.Container:
    try:
        return container.read(path, SCHEMA, COMPACT, COMBINED, mmap=mmap)
    except FormatError as error:
        folder = Path(path).parent
        if error.field != "format" or not (folder / "tokenizer.json").is_file():
            raise
        raise FormatError(
            f"{error}; load its folder, {folder}", path=path, field="format", got=error.got
        ) from error


def _combine(file: container.Container) -> str:
    """Return what the vectors are, of both matrices."""
    combine = file.fields.get("combine", "word")
    if combine not in COMBINATIONS:
        raise file.wrong("combine", f"one of {', '.join(map(repr, COMBINATIONS))}", combine)
    if combine != "word" and "context.weight" not in file.tensors:
        raise FormatError(
            path=file.path, field="context.weight", expected=f"float32[V, D], for combine={combine!r}",
            shown="nothing",
        )  # fmt: skip
    return combine


def _contexts(file: container.Container) -> Vocabulary | None:
    """Return the contexts, if they are not the words."""
    rows, own = file.tensors.get("contexts.weight"), [name for name in file.tensors if name.startswith(CONTEXTS)]
    if not own:
        return None
    if rows is None or f"{CONTEXTS}words" not in own or "context.weight" in file.tensors:
        raise file.wrong("contexts", "contexts.weight and contexts.words, and no context.weight", own)
    try:
        return Vocabulary(file.words(CONTEXTS, len(rows)), file.tensors.get(f"{CONTEXTS}counts"))
    except SettingError as error:
        raise FormatError(f"{file.path}: contexts: {error}", path=file.path, field="contexts") from error


def _documents(file: container.Container) -> tuple[Vocabulary, NDArray[np.float32]] | None:
    """Return the tags of documents and their rows, if there are any."""
    rows, own = file.tensors.get("documents.weight"), [name for name in file.tensors if name.startswith(DOCUMENTS)]
    if not own:
        return None
    if rows is None or f"{DOCUMENTS}words" not in own:
        raise file.wrong("documents", "documents.weight and documents.words", own)
    try:
        return Vocabulary(file.words(DOCUMENTS, len(rows)), file.tensors.get(f"{DOCUMENTS}counts")), rows
    except SettingError as error:
        raise FormatError(f"{file.path}: documents: {error}", path=file.path, field="documents") from error


def _subwords(file: container.Container) -> SubwordVectors | None:
    rows, settings = file.tensors.get("subwords.weight"), file.settings("subwords")
    if rows is None and not settings:
        return None
    try:
        own = Subwords(**settings)
        if rows is None or settings != asdict(own):
            raise file.wrong("subwords", f"rows and {', '.join(asdict(own))}", settings)
        return SubwordVectors(own, rows, file.tensors.get("subwords.buckets"))
    except (SettingError, TypeError) as error:
        raise FormatError(f"{file.path}: subwords: {error}", path=file.path, field="subwords") from error


def write(path: type_of_path, record: Record, *, dtype: DType = "float32") -> None:
    """Write everything, all or nothing; ``dtype`` is that of all matrices."""
    tensors: dict[str, Tensor] = {
        "embedding.weight": record.vectors,
        "context.weight": record.context_vectors if record.context_vocabulary is None else None,
        "output_nodes": record.output_nodes,
        "counts": record.counts,
    }
    if (contexts := record.context_vocabulary) is not None:
        tensors |= container.pack_words(contexts.words, CONTEXTS, any_word=True)
        tensors |= {
            "contexts.weight": record.context_vectors,
            "contexts.counts": contexts.counts if contexts.has_counts else None,
        }
    if record.documents is not None:
        tags, rows = record.documents
        tensors |= container.pack_words(tags.words, DOCUMENTS, any_word=True)
        tensors |= {"documents.weight": rows, "documents.counts": tags.counts if tags.has_counts else None}
    fields = {"settings": json.dumps(record.settings)}
    if record.subwords is not None:
        tensors |= {"subwords.weight": record.subwords.rows, "subwords.buckets": record.subwords.buckets}
        fields["subwords"] = json.dumps(asdict(record.subwords.settings))
    tensors |= {HISTORY + name: values for name, values in (record.history or {}).items()}
    tensors |= {NETWORK + name: values for name, values in (record.network or {}).items()}
    schema = SCHEMA
    if dtype != "float32":
        schema, tensors = COMPACT, _compacted(tensors, dtype)
    if record.combine != "word":
        schema, fields["combine"] = COMBINED, record.combine
    container.write(path, schema, record.vocabulary.words, tensors, fields)


def _compacted(tensors: Mapping[str, Tensor], dtype: DType) -> dict[str, Tensor]:
    """Return the tensors with all matrices in float16, or in int8 and with scales."""
    made = dict(tensors)
    for name in MATRICES:
        matrix = tensors.get(name)
        if matrix is not None and dtype == "float16":
            made[name] = float16(name, matrix)
        elif matrix is not None:
            made[name], made[name + SCALE] = int8(matrix)
    return made
