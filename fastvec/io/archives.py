"""Archives: the only file in a zip or tar archive is read as if it were given itself."""

from __future__ import annotations

import contextlib
import errno
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from fastvec.errors import FormatError

TAR, TAR_AT = b"ustar", 257  # all tar programs have written it there since 1988
SHOWN = 5  # members
# NotImplementedError: a method of compression; RuntimeError: a password; the last two: a place outside the file
DAMAGE = (
    *(zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError),
    *(NotImplementedError, RuntimeError, ValueError, OSError),
)


def is_tar(start: bytes) -> bool:
    """Return whether a file that begins so is a tar archive; 512 bytes tell."""
    return start[TAR_AT:].startswith(TAR)


def only_in_zip(path: Path, archive: Any) -> IO[bytes]:
    """Return the only file in a zip archive, which is a seekable binary file.

    Raises
    ------
    FormatError
        If it has several files or none, or one with a password, or is damaged.
    """
    if not archive.seekable():
        raise in_a_pipe(path, "zip", "unzip -p")
    with archive_errors(path):
        members = zipfile.ZipFile(archive)
        return members.open(_only(path, "zip", members.namelist(), "unzip -p"))


def name_in_zip(path: Path) -> str:
    """Return the name of the only file in a zip archive; "" if it is no such archive."""
    with contextlib.suppress(FormatError, OSError), open(path, "rb") as file, archive_errors(path):
        return _only(path, "zip", zipfile.ZipFile(file).namelist(), "unzip -p")
    return ""


def only_name(path: Path, archive: Any) -> str:
    """Return the name of the only file in a tar archive, read from its beginning to its end.

    Raises
    ------
    FormatError
        As :func:`only_in_zip`.
    """
    with archive_errors(path), tarfile.open(fileobj=archive, mode="r|") as members:
        return _only(path, "tar", (member.name for member in members if member.isfile()), "tar -xOf")


def named_in_tar(path: Path, archive: Any, name: str) -> IO[bytes]:
    """Return the file of this name in a tar archive."""
    with archive_errors(path):
        members = tarfile.open(fileobj=archive, mode="r|")
        found = next(member for member in members if member.name == name and member.isfile())
        file = members.extractfile(found)
    assert file is not None
    return file


@contextlib.contextmanager
def archive_errors(path: Path) -> Iterator[None]:
    """Turn the errors of zipfile and tarfile into fastvec's."""
    try:
        yield
    except DAMAGE as error:
        if isinstance(error, FormatError) or getattr(error, "errno", None) not in (None, errno.EINVAL):
            raise
        raise FormatError(f"{path}: damaged archive, or one with a password ({error})", path=path) from error


def _only(path: Path, kind: str, names: Iterable[str], program: str) -> str:
    """Return the only name of a file; raise if there are others."""
    found = []
    for name in names:
        if not name.endswith("/") and not _is_of_macs(name):
            found.append(name)
        if len(found) > SHOWN:
            break
    if len(found) == 1:
        return found[0]
    some = ", ".join(map(repr, found[:SHOWN])) + (", ..." if len(found) > SHOWN else "")
    hint = f"read one of them: {program} {path.name} MEMBER | fastvec ... -" if found else ""
    shown = f"a {kind} archive with the files {some}" if found else f"a {kind} archive without files"
    raise FormatError(path=path, offset=0, expected="a file, or an archive of one", shown=shown, hint=hint)


def _is_of_macs(name: str) -> bool:
    """Return whether a member only holds what macOS keeps beside a file."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith("._")


def in_a_pipe(path: Path, kind: str, program: str) -> FormatError:
    """Return the error for an archive that cannot be read at any place."""
    shown, hint = f"a {kind} archive in a pipe", f"unpack it on the way: {program} ... | fastvec ... -"
    return FormatError(
        path=path, offset=0, expected="a file that can be read at any place", shown=shown, hint=hint
    )
