"""spaCy reads what fastvec writes: its command ``init vectors`` takes .vec and .txt files."""

import subprocess
import sys

import numpy as np
import pytest

from fastvec import WordVectors

WORDS = ["the", "king", "naïve", "東京"]
ROWS = np.random.default_rng(0).standard_normal((4, 5)).astype(np.float32)


@pytest.mark.parametrize("name", ["v.vec", "v.txt"])
def test_init_vectors(tmp_path, name):
    spacy = pytest.importorskip("spacy")
    WordVectors(WORDS, ROWS).save(tmp_path / name)
    command = [sys.executable, "-m", "spacy", "init", "vectors", "xx", tmp_path / name, tmp_path / "model"]
    subprocess.run(command, check=True, capture_output=True)
    nlp = spacy.load(tmp_path / "model")
    assert nlp.vocab.vectors.shape == (4, 5)
    for word, row in zip(WORDS, ROWS, strict=True):
        assert np.array_equal(nlp.vocab[word].vector, row)
    assert nlp("the king").vector == pytest.approx(ROWS[:2].mean(axis=0))
