"""Fixtures of the trainers' tests."""

import pytest

from fastvec.running import slices


@pytest.fixture
def one_slice(monkeypatch):
    """Each epoch is one slice, so that its random streams are those of slice 0."""
    monkeypatch.setattr(slices, "SLICES", 1)
