"""fastvec's own format: a container of all that a WordVectors holds, memory-mapped when read.

Its tensors are those of :data:`SCHEMA` (``embedding.weight`` is the name that Hugging Face models use) and
``history.*``; ``network.*`` are the other matrices of a model. Its text fields hold the settings, and those of
subwords, in JSON.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError, SettingError
from fastvec.io import container
from fastvec.io.decompression import type_of_path
from fastvec.text.subwords import Subwords
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors.record import Record
from fastvec.vectors.subwords import SubwordVectors

HISTORY = "history."
NETWORK = "network."
SCHEMA = container.Schema(
    "fastvec.vectors",
    "1",
    {
        "embedding.weight": "float32[V, D]",
        "words": "uint8[bytes]",
        "word_lengths": "int64[V]?",
        "context.weight": "float32[V, D]?",
        "output_nodes": "float32[V - 1, D]?",
        "counts": "int64[V]?",
        "subwords.weight": "float32[rows, D]?",
        "subwords.buckets": "int32[B]?",  # all buckets if it is missing
    },
)


def read(path: type_of_path) -> Record:
    """Map a file."""
    file = container.read(path, SCHEMA)
    tensors = file.tensors
    history, network = (_named(tensors, prefix) for prefix in (HISTORY, NETWORK))
    for name, values in network.items():
        if values.dtype != np.float32:
            raise file.wrong(NETWORK + name, "float32", values)
    return Record(
        Vocabulary(file.words(), tensors.get("counts")),
        tensors["embedding.weight"],
        context_vectors=tensors.get("context.weight"),
        output_nodes=tensors.get("output_nodes"),
        history=history or None,
        settings=file.settings(),
        subwords=_subwords(file),
        network=network or None,
    )


def _named(tensors: dict[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}


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


def write(path: type_of_path, record: Record) -> None:
    """Write everything, all or nothing."""
    tensors: dict[str, NDArray[np.generic] | None] = {
        "embedding.weight": record.vectors,
        "context.weight": record.context_vectors,
        "output_nodes": record.output_nodes,
        "counts": record.counts,
    }
    fields = {"settings": json.dumps(record.settings)}
    if record.subwords is not None:
        tensors |= {"subwords.weight": record.subwords.rows, "subwords.buckets": record.subwords.buckets}
        fields["subwords"] = json.dumps(asdict(record.subwords.settings))
    tensors |= {HISTORY + name: values for name, values in (record.history or {}).items()}
    tensors |= {NETWORK + name: values for name, values in (record.network or {}).items()}
    container.write(path, SCHEMA, record.vocabulary.words, tensors, fields)
