"""The instruction set of the kernels: the best of this processor, or the one in FASTVEC_SIMD."""

from __future__ import annotations

import os

from fastvec.errors import SettingError
from fastvec.kernels._simd import detect_levels

LEVELS = ("scalar", "avx2", "avx512", "neon")  # the order of enum fv_level in csrc/dispatch.h


def available_levels() -> list[str]:
    """Return the levels that this processor and this build have, the slowest first.

    Examples
    --------
    >>> from fastvec.kernels.simd import available_levels
    >>> available_levels()[0]
    'scalar'
    """
    mask = detect_levels()
    return [name for bit, name in enumerate(LEVELS) if mask >> bit & 1]


def simd_level() -> str:
    """Return the level that training uses: ``scalar``, ``avx2``, ``avx512`` or ``neon``.

    The environment variable FASTVEC_SIMD forces one.

    Raises
    ------
    SettingError
        If FASTVEC_SIMD is not a level of this processor.

    Examples
    --------
    >>> import fastvec as fv
    >>> fv.simd_level() in {"scalar", "avx2", "avx512", "neon"}
    True
    """
    available = available_levels()
    forced = os.environ.get("FASTVEC_SIMD", "")
    if not forced:
        return available[-1]
    if forced not in available:
        expected = f"one of {', '.join(available)} on this processor"
        raise SettingError(field="FASTVEC_SIMD", expected=expected, got=forced)
    return forced


def level_number() -> int:
    """Return the number of :func:`simd_level` in the kernels."""
    return LEVELS.index(simd_level())
