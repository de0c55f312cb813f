"""A folder in the layout of Hugging Face's static embeddings: what sentence-transformers and model2vec load.

``model.safetensors`` has the tensor ``embedding.weight``, float[V + 1, D]: the rows of the words, then one of
zeros for all others. ``tokenizer.json`` splits a text into words and has their rows. ``modules.json`` and
``config_sentence_transformers.json`` say that the embedding of a text is the mean of its rows.
"""

from __future__ import annotations

import errno
import json
import warnings
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError, SettingError, StorageError
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import reading_errors, type_of_path
from fastvec.io.tensors import map_tensors, save_tensors
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors.formats.compact import DType, float16
from fastvec.vectors.formats.model_card import Card, model_card
from fastvec.vectors.formats.tokenizer import Splitting, tokenizer_of, words_of
from fastvec.vectors.record import Record

FORMAT, VERSION = "fastvec.pretrained", "1"
MODEL, TOKENIZER, MODULES = "model.safetensors", "tokenizer.json", "modules.json"
CONFIG = (
    "config_sentence_transformers.json"  # with config.json instead, model2vec would want other names of tensors
)
README = "README.md"
NESTED = "0_StaticEmbedding"  # where older versions of sentence-transformers put the first two
EMBEDDING = ("embedding.weight", "embeddings")  # the second is model2vec's
MODULE = {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"}
NO_MORE = Card()
SETTINGS: dict[str, Any] = {"prompts": {}, "default_prompt_name": None, "similarity_fn_name": "cosine"}


def files(path: type_of_path) -> list[Path]:
    """Return the files that are written into a folder; the folder itself if it does not exist.

    >>> [file.name for file in files("no such folder")]
    ['no such folder']
    """
    folder = Path(path)
    names = (MODEL, TOKENIZER, MODULES, CONFIG, README)
    return [folder / name for name in names] if folder.is_dir() else [folder]


def read(path: type_of_path, *, mmap: bool = True) -> Record:
    """Map (or read) the embedding of a folder, and read the words of its tokenizer.

    Those of other programs are read too. If their tokens are parts of words, so are the words here, with a
    warning.

    Raises
    ------
    FormatError
        If a file is damaged, or the tokenizer has ids that are no rows.
    StorageError
        If a file is missing.
    """
    folder = Path(path)
    folder = folder / NESTED if (folder / NESTED / TOKENIZER).is_file() else folder
    if not (folder / TOKENIZER).is_file():
        message = f"{path}: a folder, but not one of a static model: it has no {TOKENIZER}"
        raise StorageError(message, path=path, errno=errno.ENOENT)
    words, rows = _words(folder / TOKENIZER)
    tensors, fields = map_tensors(folder / MODEL, mmap=mmap)
    matrix = _matrix(folder / MODEL, tensors)
    if max(rows) >= len(matrix):
        expected, got = f"ids of the {len(matrix)} rows of {MODEL}", max(rows)
        raise FormatError(path=folder / TOKENIZER, field="vocab", expected=expected, got=got)
    picked: slice | list[int] = slice(0, len(rows)) if rows == list(range(len(rows))) else rows
    own = fields.get("format") == FORMAT
    counts = tensors.get("counts") if own else None
    return Record(
        Vocabulary(words, counts), matrix[picked], settings=_settings(folder / MODEL, fields) if own else {}
    )


def _words(path: Path) -> tuple[list[str], list[int]]:
    """Return the words of a tokenizer, and their rows in ascending order."""
    with reading_errors(path):
        data = path.read_bytes()
    try:
        words, kind = words_of(json.loads(data))
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{path}: is no tokenizer: {error}", path=path, field="tokenizer") from error
    if kind != "WordLevel":
        warnings.warn(
            f"{path}: a tokenizer of the kind {kind}: some of these words are parts of words", stacklevel=5
        )
    ordered = sorted(words, key=words.__getitem__)
    return ordered, [words[word] for word in ordered]


def _matrix(path: Path, tensors: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """Return the rows of the tokens; model2vec may share rows between them, and weight them."""
    matrix = next((tensors[name] for name in EMBEDDING if name in tensors), None)
    if matrix is None or matrix.ndim != 2:
        raise FormatError(path=path, field=EMBEDDING[0], expected="float[V, D]", got=matrix)
    mapping, weights = tensors.get("mapping"), tensors.get("weights")
    if mapping is not None:
        if mapping.ndim != 1 or mapping.dtype.kind not in "iu" or not len(mapping):
            raise FormatError(path=path, field="mapping", expected="int[tokens]", got=mapping)
        if mapping.min() < 0 or mapping.max() >= len(matrix):
            expected = f"rows from 0 to {len(matrix) - 1}"
            raise FormatError(
                path=path, field="mapping", expected=expected, shown=f"{mapping.min()} to {mapping.max()}"
            )
        matrix = matrix[mapping]
    if weights is not None:
        if weights.shape != (len(matrix),) or weights.dtype.kind != "f":
            raise FormatError(path=path, field="weights", expected=f"float[{len(matrix)}]", got=weights)
        matrix = matrix.astype(np.float32) * weights.astype(np.float32)[:, None]
    return matrix


def _settings(path: Path, fields: Mapping[str, str]) -> dict[str, Any]:
    try:
        settings = json.loads(fields.get("settings", "{}"))
    except (ValueError, RecursionError):
        settings = None
    if not isinstance(settings, dict):
        raise FormatError(path=path, field="settings", expected="JSON of a dict", got=fields.get("settings"))
    return settings


def write(
    path: type_of_path,
    record: Record,
    *,
    dtype: DType = "float32",
    splitting: Splitting | None = None,
    card: Card | None = NO_MORE,
) -> None:
    """Write the files of a folder, which is made if it does not exist; each file all or nothing.

    ``splitting`` says how texts are split into words, by default as the words suggest. ``card`` is what the model
    card says besides facts of the vectors; with None, none is written.

    Raises
    ------
    SettingError
        If no word is text, or a number is too large for ``dtype``.
    StorageError
        If a file cannot be written.
    """
    folder = Path(path)
    words, tensors = _rows(folder, record, dtype)
    splitting = splitting or Splitting.of(words)
    texts = {
        TOKENIZER: json.dumps(tokenizer_of(words, splitting), ensure_ascii=False),
        MODULES: json.dumps([MODULE], indent=2),
        CONFIG: json.dumps(SETTINGS, indent=2),
    }
    if card is not None:
        texts[README] = model_card(folder.absolute().name, record, words, splitting, dtype, card)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise StorageError.of(folder, error, "cannot be made: ", writing=True) from error
    with ExitStack() as stack:
        for name, text in texts.items():
            stack.enter_context(atomic_path(folder / name)).write_text(text, encoding="utf-8")
        fields = {"format": FORMAT, "version": VERSION, "settings": json.dumps(dict(record.settings))}
        save_tensors(folder / MODEL, tensors, fields)


def _rows(folder: Path, record: Record, dtype: DType) -> tuple[list[str], dict[str, NDArray[Any]]]:
    """Return the words that are text, and their rows with one of zeros after them."""
    n_words, vector_size = record.vectors.shape
    kept = [i for i, word in enumerate(record.vocabulary) if _is_text(word)]
    if not kept:
        raise SettingError(field="words", expected="words that are text in UTF-8", shown="none")
    if len(kept) < n_words:
        warnings.warn(f"{folder}: {n_words - len(kept)} words that are no UTF-8 were left out", stacklevel=4)
    matrix = np.zeros((len(kept) + 1, vector_size), np.float32)
    matrix[:-1] = record.vectors if len(kept) == n_words else record.vectors[kept]
    tensors: dict[str, NDArray[Any]] = {EMBEDDING[0]: matrix if dtype == "float32" else float16("vectors", matrix)}
    if record.counts is not None:
        tensors["counts"] = record.counts[kept]
    return [record.vocabulary.words[i] for i in kept], tensors


def _is_text(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True
