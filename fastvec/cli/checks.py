"""What is refused about an output before any work is done for it."""

from __future__ import annotations

from fastvec.errors import SettingError
from fastvec.files import check_writable

ENCODED = ".fvc"


def check_output(path: str, format: str | None = None) -> None:
    """Refuse a file of vectors whose suffix names no format, or that cannot be written."""
    from fastvec.vectors.formats import writer

    writer(path, format)
    check_writable(path)


def check_encoded_output(path: str) -> None:
    """Refuse an encoded corpus that ``train`` would take for text, or that cannot be written."""
    if not path.endswith(ENCODED):
        raise SettingError(
            f"{path}: expected a name that ends in {ENCODED} for an encoded corpus",
            field="output", expected=ENCODED, found=path,
        )  # fmt: skip
    check_writable(path)
