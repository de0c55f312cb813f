"""Half precision and int8 in .safetensors: what is lost, what others read, and files that are damaged."""

import contextlib
import json

import numpy as np
import pytest

from fastvec import FormatError, SettingError, Subwords, SubwordVectors, WordVectors
from fastvec.io.container import map_tensors, save_tensors
from fastvec.vectors.formats.compact import ROWS as BLOCK
from fastvec.vectors.formats.compact import expanded, float16, int8

WORDS = [f"w{i}" for i in range(50)]
ROWS = np.random.default_rng(0).standard_normal((50, 20)).astype(np.float32)
DTYPES = ("float16", "int8")


def stored(rows, dtype):
    """What float32 rows are after they were stored."""
    if dtype == "float16":
        return rows.astype(np.float16).astype(np.float32)
    scales = (np.abs(rows.astype(np.float64)).max(axis=1, keepdims=True) / 127).astype(np.float32)
    codes = np.rint(rows.astype(np.float64) / np.where(scales == 0, 1, scales).astype(np.float64))
    return codes.astype(np.float32) * scales


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_matrix_is_stored_small(tmp_path, dtype):
    settings = Subwords(min_n=2, max_n=3, buckets=7)
    subwords = SubwordVectors(settings, ROWS[: 50 + 0].repeat(2, axis=0)[:57])
    vectors = WordVectors(
        WORDS, ROWS, context_vectors=2 * ROWS, output_nodes=-ROWS[1:], counts=range(50, 0, -1),
        history={"loss": [0.5, 0.25]}, settings={"window": 5}, subwords=subwords,
    )  # fmt: skip
    vectors.save(tmp_path / "v.safetensors")
    vectors.save(tmp_path / "small.safetensors", dtype=dtype)
    full, small = ((tmp_path / f"{name}.safetensors").stat().st_size for name in ("v", "small"))
    assert full - small > (0.45 if dtype == "float16" else 0.6) * 4 * (3 * 50 + 56) * 20
    loaded = WordVectors.load(tmp_path / "small.safetensors")
    assert loaded.index_to_key == WORDS
    assert loaded.counts.tolist() == vectors.counts.tolist()
    assert loaded.settings == {"window": 5}
    assert loaded.history["loss"].tolist() == [0.5, 0.25]
    for found, given in [
        (loaded.vectors, ROWS),
        (loaded.context_vectors, 2 * ROWS),
        (loaded.output_nodes, -ROWS[1:]),
        (loaded.subwords.rows, subwords.rows),
    ]:
        assert found.dtype == np.float32
        assert np.array_equal(found, stored(np.asarray(given), dtype))
    assert loaded.most_similar("w3", topn=3)[0][0] == vectors.most_similar("w3", topn=3)[0][0]
    loaded.save(tmp_path / "again.safetensors")
    assert np.array_equal(WordVectors.load(tmp_path / "again.safetensors").vectors, loaded.vectors)


def test_float32_stays_version_1(tmp_path):
    WordVectors(WORDS, ROWS).save(tmp_path / "v.safetensors")
    assert map_tensors(tmp_path / "v.safetensors")[1]["version"] == "1"
    WordVectors(WORDS, ROWS).save(tmp_path / "v.safetensors", dtype="float16")
    assert map_tensors(tmp_path / "v.safetensors")[1]["version"] == "2"


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_safetensors_library_reads_them(tmp_path, dtype):
    from safetensors.numpy import load_file

    WordVectors(WORDS, ROWS).save(tmp_path / "v.safetensors", dtype=dtype)
    tensors = load_file(tmp_path / "v.safetensors")
    found = tensors["embedding.weight"]
    assert found.dtype == dtype
    if dtype == "int8":
        found = found.astype(np.float32) * tensors["embedding.weight.scale"][:, None]
    assert np.array_equal(found.astype(np.float32), stored(ROWS, dtype))


def test_torch_reads_float16(tmp_path):
    torch = pytest.importorskip("torch")
    from safetensors.torch import load_file

    WordVectors(WORDS, ROWS).save(tmp_path / "v.safetensors", dtype="float16")
    weight = load_file(tmp_path / "v.safetensors")["embedding.weight"]
    assert weight.dtype == torch.float16
    assert np.array_equal(weight.float().numpy(), stored(ROWS, "float16"))


@pytest.mark.parametrize("n", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1])
def test_int8_is_wrong_by_half_a_scale_at_most(n):
    rows = np.random.default_rng(n).standard_normal((n, 3)).astype(np.float32) * 10.0 ** (
        np.arange(n)[:, None] % 60 - 30
    )
    rows = rows.astype(np.float32)
    rows[n // 2 : n // 2 + 1] = 0
    codes, scales = int8(rows)
    assert codes.dtype == np.int8
    assert scales.dtype == np.float32
    assert np.array_equal(expanded(codes, scales), stored(rows, "int8"))
    assert n == 0 or (np.abs(expanded(codes, scales) - rows) <= 0.5001 * scales[:, None]).all()
    assert n < 3 or codes.min() >= -127


def test_the_smallest_and_largest_numbers():
    rows = np.array([[1e-45, -1e-45], [3.4e38, -3.4e38], [65504, 1e-8]], np.float32)
    codes, scales = int8(rows)
    assert np.isfinite(expanded(codes, scales)).all()
    assert float16("x", rows[2:]).tolist() == [[65504, 0]]
    with pytest.raises(
        SettingError, match=r"x: expected numbers up to 65504, for float16, got 3.4e\+38; save float32"
    ):
        float16("x", rows)


def test_float16_that_overflows_leaves_the_old_file(tmp_path):
    path = tmp_path / "v.safetensors"
    path.write_bytes(b"old")
    with pytest.raises(SettingError, match=r"context.weight: expected numbers up to 65504"):
        WordVectors(["a"], [[1]], context_vectors=[[1e6]]).save(path, dtype="float16")
    assert path.read_bytes() == b"old"
    for dtype in ("float64", "F16", None):
        with pytest.raises(SettingError, match="dtype: expected 'float32' or 'float16' or 'int8'"):
            WordVectors(["a"], [[1]]).save(path, dtype=dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_file_with_any_byte_changed_is_refused_or_read(tmp_path, dtype):
    path = tmp_path / "v.safetensors"
    WordVectors(["a", "é"], ROWS[:2, :3], counts=[2, 1]).save(path, dtype=dtype)
    data = path.read_bytes()
    for i in range(len(data)):
        path.write_bytes(data[:i])
        with pytest.raises(FormatError):
            WordVectors.load(path)
        for flip in (0x01, 0x10, 0x80, data[i]):
            path.write_bytes(data[:i] + bytes([data[i] ^ flip]) + data[i + 1 :])
            with contextlib.suppress(FormatError):
                assert WordVectors.load(path).vectors.shape == (2, 3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"embedding.weight.scale": None}, "embedding.weight.scale: expected a scale for each row of int8"),
        ({"embedding.weight.scale": np.ones(3, np.float32)}, r"embedding.weight.scale: expected float32\[50\]"),
        ({"embedding.weight": ROWS}, r"embedding.weight: expected float16\|int8\[V, D\]"),
        (
            {"embedding.weight": ROWS.astype(np.float16)},
            "embedding.weight.scale: expected a scale for each row of int8",
        ),
    ],
)
def test_scales_that_do_not_fit(tmp_path, change, message):
    path = tmp_path / "v.safetensors"
    WordVectors(WORDS, ROWS).save(path, dtype="int8")
    tensors, fields = map_tensors(path)
    tensors = {name: tensor for name, tensor in (tensors | change).items() if tensor is not None}
    save_tensors(path, tensors, fields)
    with pytest.raises(FormatError, match=message):
        WordVectors.load(path)


def test_it_can_be_trained_on(tmp_path):
    import fastvec as fv

    corpus = fv.Corpus.from_text(["a b c d e f g"] * 30, min_count=1)
    trainer = fv.SkipGram(vector_size=8, epochs=1, sample=0)
    trainer.train(corpus, threads=1).save(tmp_path / "v.safetensors", dtype="int8")
    assert len(trainer.train(corpus, init=tmp_path / "v.safetensors", threads=1)) == 7
    assert json.dumps(WordVectors.load(tmp_path / "v.safetensors").settings)
