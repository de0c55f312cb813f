"""The file of a phrase table: JSON, with the settings on the first line and then a phrase a line."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

from fastvec.errors import FormatError, SettingError
from fastvec.io.atomic import atomic_path
from fastvec.io.container import check_version
from fastvec.io.decompression import open_decompressed, reading_errors, type_of_path
from fastvec.io.limits import JSON_BYTES, PHRASE_BYTES
from fastvec.io.lines import next_line

FORMAT, VERSION = "fastvec phrases", "1"
OPEN, CLOSE = '"phrases": [', "]}"
FIELDS = {"level": int, "words": list, "count": int, "score": float}


def write(path: type_of_path, settings: Mapping[str, Any], phrases: Iterable[Mapping[str, Any]]) -> None:
    """Write settings and phrases, each with the fields of :data:`FIELDS`, all or nothing.

    Raises
    ------
    SettingError
        If the settings or a phrase are longer than a reader accepts.
    """
    head = f"{_line({'format': FORMAT, 'version': VERSION, 'settings': dict(settings)}, JSON_BYTES)[:-1]}, {OPEN}"
    lines = ",\n".join([_line(phrase, PHRASE_BYTES) for phrase in phrases])
    with atomic_path(path) as part:
        part.write_text(f"{head}\n{lines}\n{CLOSE}\n", encoding="utf-8", newline="\n")


@contextmanager
def reading(path: type_of_path) -> Iterator[tuple[dict[str, Any], Iterator[dict[str, Any]]]]:
    """Give the settings and, one after the other, the phrases; their types are checked, their values are not.

    A line for each phrase, as :func:`write` has them, is parsed at a time, so that JSON takes no more memory than
    one of them. In other JSON the lines may be anywhere, up to JSON_BYTES.

    Raises
    ------
    StorageError
        If the file cannot be read.
    FormatError
        If it is not what :func:`write` writes.
    """
    with open_decompressed(path) as file, reading_errors(path):
        head = file.readline(JSON_BYTES)
        if head.endswith(OPEN.encode() + b"\n"):
            yield _checked(path, _parsed(path, head + CLOSE.encode())), _phrases(path, file)
            return
        data = head + file.read(JSON_BYTES + 1 - len(head))
        if len(data) > JSON_BYTES:
            expected = f"a phrase a line, or at most {JSON_BYTES:,} bytes of JSON"
            raise FormatError(path=path, field="content", expected=expected, shown="more")
        table = _parsed(path, data)
        yield (
            _checked(path, table),
            (_sound(path, number, phrase) for number, phrase in enumerate(table["phrases"], 1)),
        )


def _parsed(path: type_of_path, data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        expected, shown = "a table of phrases in JSON", f"other bytes ({error})"
        raise FormatError(path=path, field="content", expected=expected, shown=shown) from error


def _checked(path: type_of_path, table: Any) -> dict[str, Any]:
    """Return the settings of a table."""
    if not isinstance(table, dict):
        raise FormatError(path=path, field="content", expected="a table of phrases", got=table)
    check_version(path, table, FORMAT, VERSION)
    settings, phrases = table.get("settings"), table.get("phrases")
    if not isinstance(settings, dict) or not isinstance(phrases, list):
        raise FormatError(path=path, field="content", expected="settings and phrases", got=sorted(table))
    return settings


def _phrases(path: type_of_path, file: BinaryIO) -> Iterator[dict[str, Any]]:
    """Yield the phrases of the lines from the second on, up to the end of the table."""
    number, comma = 0, True
    while line := next_line(path, file, number + 2, PHRASE_BYTES):
        line = line.strip()
        if line == CLOSE.encode() and (number == 0 or not comma):
            if rest := file.read(64).strip():
                raise FormatError(path=path, field="content", expected=f"nothing after {CLOSE}", got=rest)
            return
        if line:
            number += 1
            if not comma:
                raise FormatError(path=path, field=f"phrase {number}", expected="a comma before it", got=line[:80])
            yield _sound(path, number, _parsed(path, line.removesuffix(b",")))
            comma = line.endswith(b",")
    raise FormatError(path=path, field="content", expected=f"{CLOSE} at its end", shown="none: it is truncated")


def _sound(path: type_of_path, number: int, phrase: Any) -> dict[str, Any]:
    if not _is_sound(phrase):
        expected = "level, words, count and score"
        raise FormatError(path=path, field=f"phrase {number}", expected=expected, got=phrase)
    sound: dict[str, Any] = phrase
    return sound


def _is_sound(phrase: Any) -> bool:
    if not isinstance(phrase, dict) or phrase.keys() != FIELDS.keys():
        return False
    if any(type(phrase[name]) is not kind for name, kind in FIELDS.items()):
        return False
    return math.isfinite(phrase["score"]) and all(isinstance(word, str) for word in phrase["words"])


def _line(value: Any, longest: int) -> str:
    line = json.dumps(value, ensure_ascii=False)
    try:
        size = len(line.encode())
    except UnicodeEncodeError:  # bytes of words that were not UTF-8 are written as escapes, which is valid JSON
        line = json.dumps(value)
        size = len(line)
    if size > longest - len(OPEN) - 4:
        expected = f"at most {longest:,} bytes of JSON for the settings, or for a phrase"
        raise SettingError(field="phrases", expected=expected, got=value, shown=f"{size:,}")
    return line
