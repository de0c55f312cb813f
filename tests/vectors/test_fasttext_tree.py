"""Hierarchical softmax in fastText's .bin: the rows of inner nodes, read and written again."""

import gzip
import struct
import warnings

import numpy as np
import pytest

from fastvec import Subwords, WordVectors
from fastvec.vectors.formats import fasttext as fasttext_bin
from fastvec.vectors.subwords import SubwordVectors

LOSS = 8 + 24  # where the loss stands
ROWS = np.array([[0.0, -1.5, 2, -0.0], [7, 1e-40, -3, 0.1]], np.float32)


@pytest.fixture
def data(tmp_path):
    """A model of three words, whose output rows are those of two inner nodes, and one unused."""
    rows = np.random.default_rng(0).standard_normal((3 + 5, 4)).astype(np.float32)
    subwords = SubwordVectors(Subwords(min_n=2, max_n=3, buckets=5), rows)
    words, settings = ["ab", "c", "de"], {"loss": "negative_sampling"}
    vectors = WordVectors(
        words, subwords.of_words(words), context_vectors=[*ROWS, [0] * 4], counts=[7, 2, 1], subwords=subwords,
        settings=settings,
    )  # fmt: skip
    vectors.save(tmp_path / "words.bin")
    data = bytearray((tmp_path / "words.bin").read_bytes())
    assert data.endswith(ROWS.tobytes() + bytes(16))
    struct.pack_into("<i", data, LOSS, 1)
    return bytes(data)


@pytest.mark.parametrize(("suffix", "compress"), [("", bytes), (".gz", gzip.compress)])
def test_the_tree_of_hierarchical_softmax_is_read_and_written_again(tmp_path, data, suffix, compress):
    """fastText has them with the other sign."""
    (tmp_path / f"model.bin{suffix}").write_bytes(compress(data))
    vectors = WordVectors.load(tmp_path / f"model.bin{suffix}")
    assert vectors.context_vectors is None
    assert vectors.output_nodes.tobytes() == (-ROWS).tobytes()
    assert vectors.settings["loss"] == "hierarchical_softmax"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        vectors.save(tmp_path / "again.bin")
        vectors.save(tmp_path / "vectors.safetensors")
        WordVectors.load(tmp_path / "vectors.safetensors").save(tmp_path / "and_again.bin")
    assert (tmp_path / "again.bin").read_bytes() == (tmp_path / "and_again.bin").read_bytes() == data


@pytest.mark.parametrize("block", [1, 2, 4096])
def test_a_tree_is_written_in_blocks(tmp_path, monkeypatch, block):
    monkeypatch.setattr(fasttext_bin, "BLOCK", block)
    rows = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    settings = {"loss": "hierarchical_softmax"}
    for n in (1, 2, 5):
        of_n = WordVectors([*"abcde"[:n]], rows[:n], output_nodes=-rows[: n - 1], settings=settings)
        of_n.save(tmp_path / "v.bin", format="fasttext")
        assert WordVectors.load(tmp_path / "v.bin").output_nodes.tobytes() == (-rows[: n - 1]).tobytes()
        assert (tmp_path / "v.bin").read_bytes().endswith(rows[: n - 1].tobytes() + bytes(12))


def test_rows_of_the_other_kind_are_not_written(tmp_path):
    """Rows of words are none of inner nodes, nor the other way round: zeros, and it is told."""
    rows = np.ones((3, 2), np.float32)
    for loss, more, lacking in (
        ("hierarchical_softmax", {"context_vectors": rows}, r"no rows of inner nodes \(output_nodes\)"),
        ("negative_sampling", {"output_nodes": rows[1:]}, "no context vectors"),
    ):
        vectors = WordVectors(["a", "b", "c"], rows, settings={"loss": loss}, **more)
        with pytest.warns(UserWarning, match=lacking) as caught:
            vectors.save(tmp_path / "v.bin", format="fasttext")
        assert [warning.filename for warning in caught] == [__file__]
        assert (tmp_path / "v.bin").read_bytes().endswith(bytes(3 * 2 * 4))
        loaded = WordVectors.load(tmp_path / "v.bin")
        written, other = loaded.context_vectors, loaded.output_nodes
        if loss == "hierarchical_softmax":
            written, other = other, written
        assert not written.any()
        assert other is None
