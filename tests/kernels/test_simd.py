"""The choice of the instruction set."""

from __future__ import annotations

import pytest

import fastvec as fv
from fastvec.kernels.simd import LEVELS, available_levels, level_number


def test_the_best_level_is_the_default(monkeypatch):
    monkeypatch.delenv("FASTVEC_SIMD", raising=False)
    assert fv.simd_level() == available_levels()[-1]


@pytest.mark.parametrize("name", available_levels())
def test_the_environment_forces_a_level(monkeypatch, name):
    monkeypatch.setenv("FASTVEC_SIMD", name)
    assert fv.simd_level() == name
    assert LEVELS[level_number()] == name


@pytest.mark.parametrize("name", ["sse9", "AVX2", *({*LEVELS} - {*available_levels()})])
def test_a_level_that_is_not_there_is_an_error(monkeypatch, name):
    monkeypatch.setenv("FASTVEC_SIMD", name)
    with pytest.raises(fv.SettingError, match=f"FASTVEC_SIMD: expected one of scalar.*, got {name!r}"):
        fv.simd_level()
