"""Fixtures of the trainers' tests."""

import pytest

from fastvec.running import ranges


@pytest.fixture
def one_slice(monkeypatch):
    """Each epoch is one slice, so that its random streams are those of slice 0."""
    monkeypatch.setattr(ranges, "SLICES", 1)
