"""The file of a phrase table: JSON, with the settings on the first line and then a phrase a line."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from fastvec.errors import FormatError
from fastvec.io.atomic import atomic_path
from fastvec.io.container import check_version
from fastvec.io.decompression import open_decompressed, reading_errors, type_of_path

FORMAT, VERSION = "fastvec phrases", "1"
FIELDS = {"level": int, "words": list, "count": int, "score": float}


def write(path: type_of_path, settings: Mapping[str, Any], phrases: Iterable[Mapping[str, Any]]) -> None:
    """Write settings and phrases, each with the fields of :data:`FIELDS`, all or nothing."""
    head = _line({"format": FORMAT, "version": VERSION, "settings": dict(settings)})
    lines = ",\n".join([_line(phrase) for phrase in phrases])
    with atomic_path(path) as part:
        part.write_text(f'{head[:-1]}, "phrases": [\n{lines}\n]}}\n', encoding="utf-8")


def read(path: type_of_path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the settings and phrases of a file; their types are checked, their values are not.

    Raises
    ------
    StorageError
        If the file cannot be read.
    FormatError
        If it is not what :func:`write` writes.
    """
    with open_decompressed(path) as file, reading_errors(path):
        data = file.read()
    try:
        table = json.loads(data)
    except (ValueError, RecursionError) as error:
        shown = f"other bytes ({error})"
        raise FormatError(
            path=path, field="content", expected="a table of phrases in JSON", shown=shown
        ) from error
    if not isinstance(table, dict):
        raise FormatError(path=path, field="content", expected="a table of phrases", got=table)
    check_version(path, table, FORMAT, VERSION)
    settings, phrases = table.get("settings"), table.get("phrases")
    if not isinstance(settings, dict) or not isinstance(phrases, list):
        raise FormatError(path=path, field="content", expected="settings and phrases", got=sorted(table))
    for number, phrase in enumerate(phrases, 1):
        if not _is_sound(phrase):
            expected = "level, words, count and score"
            raise FormatError(path=path, field=f"phrase {number}", expected=expected, got=phrase)
    return settings, phrases


def _is_sound(phrase: Any) -> bool:
    if not isinstance(phrase, dict) or phrase.keys() != FIELDS.keys():
        return False
    if any(type(phrase[name]) is not kind for name, kind in FIELDS.items()):
        return False
    return math.isfinite(phrase["score"]) and all(isinstance(word, str) for word in phrase["words"])


def _line(value: Any) -> str:
    line = json.dumps(value, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:  # bytes of words that were not UTF-8 are written as escapes, which is valid JSON
        return json.dumps(value)
    return line
