"""fastvec's own format: a container of all that a WordVectors holds, memory-mapped when read.

Its tensors are those of :data:`SCHEMA` (``embedding.weight`` is the name that Hugging Face models use) and
``history.*``; its text fields hold the settings, and those of subwords, in JSON.
"""

from __future__ import annotations

import json
from dataclasses import asdict

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
CONTEXTS = "contexts."
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
    history = {name.removeprefix(HISTORY): t for name, t in tensors.items() if name.startswith(HISTORY)}
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
    )


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
    fields = {"settings": json.dumps(record.settings)}
    if record.subwords is not None:
        tensors |= {"subwords.weight": record.subwords.rows, "subwords.buckets": record.subwords.buckets}
        fields["subwords"] = json.dumps(asdict(record.subwords.settings))
    tensors |= {HISTORY + name: values for name, values in (record.history or {}).items()}
    container.write(path, SCHEMA, record.vocabulary.words, tensors, fields)
