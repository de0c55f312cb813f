"""Files of Phrases and FrozenPhrases: a safetensors container of tokens and numbers; gensim's pickles are read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from fastvec.errors import FormatError
from fastvec.gensim_compat.phrase_scores import Scorer, name_of, scorer_named
from fastvec.io import container
from fastvec.io.decompression import open_decompressed, reading_errors, type_of_path
from fastvec.io.pickles import PickledObject, read_pickle

WORDS = {"words": "uint8[bytes]", "word_lengths": "int64[V]?"}
COUNTED = container.Schema("fastvec.gensim_compat.Phrases", "1", {"counts": "int64[V]", **WORDS})
FROZEN = container.Schema("fastvec.gensim_compat.FrozenPhrases", "1", {"scores": "float64[V]", **WORDS})
MODULE = "gensim.models.phrases"
SCORERS = {f"{MODULE}.original_scorer": "default", f"{MODULE}.npmi_scorer": "npmi"}
CLASSES = frozenset(f"{MODULE}.{name}" for name in ("Phrases", "FrozenPhrases", "Phraser"))


def write(
    path: type_of_path, schema: container.Schema, numbers: Mapping[str, float], settings: Mapping[str, Any]
) -> None:
    """Write tokens with their counts or scores, and the settings, all or nothing.

    Raises
    ------
    SettingError
        If the scorer has no name that a file could hold.
    StorageError
        If the file cannot be written.
    """
    held = dict(settings)
    held["scoring"] = name_of(settings["scoring"])
    held["connector_words"] = sorted(settings["connector_words"])
    name, dtype = ("counts", np.int64) if schema is COUNTED else ("scores", np.float64)
    values = np.fromiter(numbers.values(), dtype, len(numbers))
    container.write(path, schema, list(numbers), {name: values}, {"settings": json.dumps(held)})


def read(
    path: type_of_path, schema: container.Schema, scoring: Scorer | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the tokens with their numbers, and the settings, of a file of ours or of gensim.

    Raises
    ------
    FormatError
        If it is neither, or its scorer is a function that is not there.
    StorageError
        If it cannot be read.
    """
    if is_container(path):
        found = container.read(path, schema, mmap=False)
        values = found.tensors["counts" if schema is COUNTED else "scores"].tolist()
        numbers, settings = dict(zip(found.words(), values, strict=True)), found.settings()
    else:
        numbers, settings = _of_gensim(path, schema)
    settings["connector_words"] = frozenset(settings.get("connector_words") or ())
    name = settings.get("scoring", "default")
    scorer = scorer_named(name) if scoring is None and isinstance(name, str) else scoring
    if scorer is None:
        hint = "import its module first, or name it: load(path, scoring=function)"
        expected = "a scoring function that is there"
        raise FormatError(path=path, field="scoring", expected=expected, got=name, hint=hint)
    settings["scoring"] = scorer
    return numbers, settings


def is_container(path: type_of_path) -> bool:
    """Whether a file begins as safetensors do; no pickle has a brace there."""
    with open_decompressed(path) as file, reading_errors(path):
        return file.read(9)[8:] == b"{"


def _of_gensim(path: type_of_path, schema: container.Schema) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a pickle of gensim 3.6 to 4 holds; bytes were text before gensim 4."""
    model = read_pickle(path, CLASSES | frozenset(SCORERS))
    if not isinstance(model, PickledObject) or (model.kind == f"{MODULE}.Phrases") is not (schema is COUNTED):
        kind = model.kind if isinstance(model, PickledObject) else type(model).__name__
        expected = f"{MODULE}.{'Phrases' if schema is COUNTED else 'FrozenPhrases'}"
        raise FormatError(path=path, field="class", expected=expected, shown=kind)
    delimiter = _text(model.get("delimiter") or "_")
    given = model.get("vocab" if schema is COUNTED else "phrasegrams")
    if not isinstance(given, Mapping):
        raise FormatError(path=path, field="vocab", expected="a dict of counts or scores", got=given)
    settings = {
        name: model.get(name)
        for name in ("min_count", "threshold", "max_vocab_size", "min_reduce", "progress_per", "corpus_word_count")
        if model.get(name) is not None
    }
    words = model.get("connector_words", "common_terms") or ()
    scoring = model.get("scoring")
    name = getattr(scoring, "name", scoring)
    settings |= {"delimiter": delimiter, "connector_words": {_text(word) for word in words}}
    settings["scoring"] = SCORERS.get(name, name) if name else "default"
    return {_token(key, delimiter): _number(value) for key, value in given.items()}, settings


def _text(value: Any) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


def _token(key: Any, delimiter: str) -> str:
    """Return the joined token; before gensim 4 phrases were tuples of words."""
    return delimiter.join(map(_text, key)) if isinstance(key, tuple) else _text(key)


def _number(value: Any) -> Any:
    """Return the score; before gensim 3.8 it came after a count."""
    return value[1] if isinstance(value, tuple) and len(value) == 2 else value
