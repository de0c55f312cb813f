"""The table for Embedding Atlas."""

from __future__ import annotations

import builtins

import numpy as np
import pytest

import fastvec as fv


@pytest.fixture
def parquet():
    return pytest.importorskip("pyarrow.parquet")


def test_the_table(parquet, kingdom, tmp_path):
    explorer = kingdom.explore(n_words=40)
    explorer.save_parquet(tmp_path / "words.parquet", n_neighbors=5)
    table = parquet.read_table(tmp_path / "words.parquet")
    assert table.column_names == ["word", "x", "y", "district", "count", "vector", "neighbors"]
    rows = table.to_pylist()
    assert [row["word"] for row in rows] == explorer.contents.words
    assert [row["count"] for row in rows] == explorer.contents.counts
    np.testing.assert_array_equal([[row["x"], row["y"]] for row in rows], explorer.points)
    np.testing.assert_array_equal([row["vector"] for row in rows], explorer.contents.units)
    few = fv.WordVectors(explorer.contents.words, explorer.contents.units)
    for row in rows:
        near = few.most_similar(row["word"], topn=5)
        assert [rows[i]["word"] for i in row["neighbors"]["ids"]] == [word for word, _ in near]
        assert row["neighbors"]["distances"] == pytest.approx([1 - cosine for _, cosine in near], abs=1e-6)


def test_words_that_are_not_utf8_and_few_words(parquet, tmp_path):
    fv.WordVectors(["caf\udce9", "b"], np.eye(2)).explore().save_parquet(tmp_path / "two.parquet")
    rows = parquet.read_table(tmp_path / "two.parquet").to_pylist()
    assert rows[0]["word"] == "caf\\udce9"
    assert rows[0]["neighbors"]["ids"] == [1]
    assert "count" not in rows[0]


def test_it_needs_pyarrow(monkeypatch, tmp_path):
    explorer = fv.WordVectors(["a", "b"], np.eye(2)).explore()
    original = builtins.__import__

    def without(name, *more):
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return original(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(fv.MissingPackageError, match=r"fastvec\[tables\]"):
        explorer.save_parquet(tmp_path / "a.parquet")


def test_how_many_neighbors_is_checked(tmp_path):
    with pytest.raises(fv.SettingError, match="n_neighbors"):
        fv.WordVectors(["a"], [[1]]).explore().save_parquet(tmp_path / "a.parquet", n_neighbors=0)
