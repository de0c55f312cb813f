"""Hypothesis: what a format can hold comes back from it, and any bytes are vectors or an error of fastvec's."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import fastvec as fv

few = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
words = st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=6, unique=True)
floats = st.floats(width=32, allow_nan=False, allow_infinity=False)
NAMES = {
    "v.bin": "word2vec", "v.txt": "word2vec-text", "v.glove": "glove", "v.safetensors": "safetensors",
    "v.npy": "npy", "f.bin": "fasttext", "t.tsv": "projector",
}  # fmt: skip
STARTS = [
    b"", b"2 3\n", b"1 1\na ", b"\x93NUMPY\x01\x00v\x00{'descr': ", b"\xba\x16O/\x0c\x00\x00\x00", b"\x80\x04\x95",
    b'\x10\0\0\0\0\0\0\0{"a":', b"the 1 2\n", b"\x1f\x8b\x08",
]  # fmt: skip


@st.composite
def vectors(draw):
    chosen = draw(words)
    shape = (len(chosen), draw(st.integers(1, 5)))
    return chosen, draw(arrays.arrays(np.float32, shape, elements=floats))


@pytest.mark.parametrize("name", NAMES)
@few
@given(given_vectors=vectors())
def test_vectors_come_back_or_are_refused_before_a_byte_is_written(tmp_path_factory, name, given_vectors):
    chosen, matrix = given_vectors
    folder = tmp_path_factory.mktemp("formats")
    path = folder / name
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            fv.WordVectors(chosen, matrix).save(path, format=NAMES[name])
        except fv.FastvecError:
            assert list(folder.iterdir()) == []
            return
        for mmap in (True, False):
            loaded = fv.WordVectors.load(path, format=NAMES[name], mmap=mmap)
            assert loaded.index_to_key == chosen
            assert np.array_equal(loaded.vectors, matrix)


@pytest.mark.parametrize("name", [*NAMES, "v.kv"])
@few
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=120), named=st.booleans())
def test_any_bytes_are_vectors_or_refused(tmp_path_factory, name, start, rest, named):
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(start + rest)
    form = NAMES.get(name, "gensim") if named else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            loaded = fv.WordVectors.load(path, format=form)
        except (fv.FormatError, fv.StorageError):
            return
    assert loaded.vectors.shape == (len(loaded.index_to_key), loaded.vector_size)
