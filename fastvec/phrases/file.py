"""The file of a phrase table: JSON, with the settings on the first line and then a phrase a line."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from fastvec.errors import FormatError
from fastvec.io.atomic import atomic_path
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
    """The settings and phrases of a file, of the right types, whatever their values.

    Raises
    ------
    StorageError
        The file cannot be read.
    FormatError
        It is something else than :func:`write` writes.
    """
    with open_decompressed(path) as file, reading_errors(path):
        data = file.read()
    try:
        table = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _error(path, "content", f"a {FORMAT} table (JSON)", f"other bytes ({error})") from error
    if not isinstance(table, dict):
        raise _error(path, "content", f"a {FORMAT} table", type(table).__name__)
    found = (table.get("format"), table.get("version"))
    if found != (FORMAT, VERSION):
        raise _error(
            path, "format", f"{FORMAT!r} of version {VERSION!r}", f"{found[0]!r:.80} of version {found[1]!r:.80}"
        )
    settings, phrases = table.get("settings"), table.get("phrases")
    if not isinstance(settings, dict) or not isinstance(phrases, list):
        raise _error(path, "content", "settings and phrases", sorted(map(str, table)))
    for number, phrase in enumerate(phrases, 1):
        if not _is_sound(phrase):
            raise _error(path, f"phrase {number}", "level, words, count and score", phrase)
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
    except UnicodeEncodeError:  # bytes of words that were no UTF-8 stay legal JSON as escapes
        return json.dumps(value)
    return line


def _error(path: type_of_path, field: str, expected: str, found: Any) -> FormatError:
    message = f"{path}: {field}: expected {expected}, got {found!s:.200}"
    return FormatError(message, path=path, field=field, expected=expected, got=found)
