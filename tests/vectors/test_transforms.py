"""Transformed vectors, against full SVDs in float64."""

import json

import numpy as np
import pytest

import fastvec as fv
from fastvec.vectors import components

WORDS = [f"w{i}" for i in range(60)]


@pytest.fixture(params=[7, 4096])
def block(request, monkeypatch):
    monkeypatch.setattr(components, "BLOCK", request.param)


@pytest.fixture(scope="module")
def vectors():
    draw = np.random.default_rng(1)
    rows = draw.standard_normal((60, 8)) * draw.uniform(0.3, 3, 8) + 2
    more = {"context_vectors": draw.standard_normal((60, 8)), "history": {"loss": [1.0]}, "settings": {"seed": 1}}
    return fv.WordVectors(WORDS, rows, counts=np.arange(60), **more)


@pytest.fixture(scope="module")
def with_subwords():
    """Half of the buckets have a row."""
    settings = fv.Subwords(min_n=3, max_n=4, buckets=60)
    words = ["tea", "milk", "water", "sugar", "teapot", "kettle"]
    used = sorted(set(settings.rows(words)[1].tolist()) - set(range(6)))
    buckets = np.array(used) - 6
    rows = np.random.default_rng(3).standard_normal((6 + len(buckets), 5)).astype(np.float32) + 1
    subwords = fv.SubwordVectors(settings, rows, buckets)
    return fv.WordVectors(words, subwords.of_words(words), subwords=subwords)


def orthogonal(size, seed=0):
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((size, size)))[0]


def test_centred(vectors, block):
    rows = vectors.vectors.astype(np.float64)
    made = vectors.centred()
    assert made.vectors == pytest.approx(rows - rows.mean(axis=0), abs=1e-6)
    assert made.settings == {"seed": 1, "transforms": [{"name": "centred"}]}
    assert made.vocabulary is vectors.vocabulary
    assert made.history["loss"].tolist() == [1.0]
    assert made.context_vectors is None, "they belong to the old vectors"
    assert vectors.settings == {"seed": 1}


@pytest.mark.parametrize("k", [0, 1, 3, 7])
def test_without_top(vectors, block, k):
    rows = vectors.vectors.astype(np.float64)
    rows -= rows.mean(axis=0)
    top = np.linalg.svd(rows, full_matrices=False)[2][:k]
    made = vectors.without_top(k)
    assert made.vectors == pytest.approx(rows - rows @ top.T @ top, abs=1e-5)
    assert made.settings["transforms"] == [{"name": "without_top", "k": k}]


def test_normalized(vectors):
    made = vectors.centred().normalized()
    assert np.linalg.norm(made.vectors, axis=1) == pytest.approx(np.ones(60), abs=1e-6)
    assert made.settings["transforms"] == [{"name": "centred"}, {"name": "normalized"}]
    assert json.loads(json.dumps(made.settings)) == made.settings


@pytest.mark.parametrize(
    "change", [lambda v: v.centred(), lambda v: v.without_top(2), lambda v: v.align(v.centred())]
)
def test_ngrams_change_alike(with_subwords, change):
    made = change(with_subwords)
    words = with_subwords.index_to_key
    assert made.subwords.of_words(words) == pytest.approx(made.vectors, abs=1e-5)
    assert made.subwords.settings == with_subwords.subwords.settings


def test_out_of_vocabulary_words_are_centred_too(with_subwords):
    unseen = "teapots"  # with n-grams that have no row
    mean = with_subwords.vectors.mean(axis=0)
    _, rows = with_subwords.subwords.settings.rows([unseen])
    found = with_subwords.subwords.rows_of(rows[1:] - 1)
    assert 0 < (found < 0).sum() < len(found)
    filled = np.array([with_subwords.subwords.rows[i] if i >= 0 else mean for i in found])
    assert with_subwords.centred()[unseen] == pytest.approx(filled.mean(axis=0) - mean, abs=1e-6)


def test_normalized_leaves_ngrams_out(with_subwords):
    with pytest.warns(UserWarning, match="n-grams are left out"):
        made = with_subwords.normalized()
    assert made.subwords is None
    with pytest.raises(fv.UnknownWordError):
        _ = made["teapots"]


def test_align_finds_a_rotation(vectors):
    rotation = orthogonal(8)
    there = fv.WordVectors(WORDS[::-1], (vectors.vectors @ rotation)[::-1] * 3)
    made = vectors.align(there)
    assert made.vectors == pytest.approx(vectors.vectors @ rotation, abs=1e-4)
    assert made.context_vectors @ made.vectors.T == pytest.approx(
        vectors.context_vectors @ vectors.vectors.T, abs=1e-4
    )
    assert made.settings["transforms"] == [{"name": "align", "words": 60}]


def test_align_is_scipys_procrustes(vectors, block):
    from scipy.linalg import orthogonal_procrustes

    draw = np.random.default_rng(4)
    there = fv.WordVectors([*WORDS[20:], "x"], draw.standard_normal((41, 8)))
    here, other = vectors.get_normed_vectors()[20:], there.get_normed_vectors()[:40]
    rotation, _ = orthogonal_procrustes(here, other)
    assert vectors.align(there).vectors == pytest.approx(vectors.vectors @ rotation, abs=1e-4)
    some = ["w21", "w22", *WORDS[30:40]]
    rows = [WORDS.index(word) - 20 for word in some]
    rotation, _ = orthogonal_procrustes(here[rows], other[rows])
    assert vectors.align(there, iter(some)).vectors == pytest.approx(vectors.vectors @ rotation, abs=1e-4)


def test_align_by_a_dictionary(vectors):
    rotation = orthogonal(8, 5)
    there = fv.WordVectors([f"ord{i}" for i in range(60)], vectors.vectors @ rotation)
    made = vectors.align(there, {f"w{i}": f"ord{i}" for i in range(0, 40, 2)})
    assert made.vectors == pytest.approx(there.vectors, abs=1e-4)
    assert there.similar_by_vector(made["w50"], topn=1)[0][0] == "ord50"


def test_transforms_are_saved(vectors, tmp_path):
    vectors.without_top(1).normalized().save(tmp_path / "v.safetensors")
    loaded = fv.WordVectors.load(tmp_path / "v.safetensors")
    assert loaded.settings["transforms"] == [{"name": "without_top", "k": 1}, {"name": "normalized"}]


NAN = fv.WordVectors(["w0", "w1"], np.array([[np.nan] * 8, [1] * 8]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda v: NAN.centred(), "vectors: expected finite numbers, got nan or inf in the row of 'w0'"),
        (lambda v: NAN.without_top(1), "vectors: expected finite numbers"),
        (lambda v: NAN.normalized(), "vectors: expected finite numbers"),
        (lambda v: v.without_top(8), "k: expected a whole number from 0 to 7, got 8"),
        (lambda v: v.without_top(-1), "k: expected"),
        (lambda v: v.align(v.vectors), "other: expected WordVectors"),
        (lambda v: v.align(fv.WordVectors(["w0"], [[1, 2]])), "other: expected vectors of 8 dimensions, got 2"),
        (lambda v: v.align(fv.WordVectors(["x"], [[1] * 8])), "other: expected words that both have, got none"),
        (lambda v: v.align(v, []), "other: expected words that both have"),
        (lambda v: v.align(v, "w0"), "words: expected a list of words"),
    ],
)
def test_what_cannot_be_used_is_refused(vectors, change, message):
    with pytest.raises(fv.SettingError, match=message):
        change(vectors)


def test_few_words_and_unknown_ones(vectors):
    with pytest.warns(UserWarning, match="2 words for 8 dimensions"):
        vectors.align(vectors, ["w0", "w1"])
    with pytest.raises(fv.UnknownWordError, match="no vector for 'x'"):
        vectors.align(vectors, ["x"])
    with (
        pytest.warns(UserWarning, match="for 8 dimensions"),
        pytest.raises(fv.SettingError, match="other: expected finite vectors"),
    ):
        vectors.align(NAN)


@pytest.mark.parametrize("combine", ["sum", "concat", "context"])
def test_what_is_combined_is_transformed(vectors, combine):
    combined = vectors.combined(combine)
    size = combined.vector_size
    for made in (combined.centred(), combined.without_top(1), combined.normalized()):
        assert (made.combine, made.vector_size, made.context_vectors) == ("word", size, None)
    assert np.allclose(combined.centred().vectors, combined.vectors - combined.vectors.mean(axis=0), atol=1e-5)
    turned = fv.WordVectors(WORDS, combined.vectors @ orthogonal(size))
    aligned = combined.align(turned)
    assert np.allclose(aligned.vectors, turned.vectors, atol=1e-4)
    if combine != "concat":
        assert aligned.combine == combine
        assert np.allclose(
            aligned.combined("word").similarity("w1", "w2"), vectors.similarity("w1", "w2"), atol=1e-5
        )


def test_ngrams_of_what_is_combined_are_left_out(with_subwords):
    both = fv.WordVectors(
        with_subwords.index_to_key, with_subwords.vectors, subwords=with_subwords.subwords, combine="sum",
        context_vectors=np.ones_like(with_subwords.vectors), settings={"combine": "sum"},
    )  # fmt: skip
    with pytest.warns(UserWarning, match="n-grams were left out, as combine='sum'"):
        made = both.centred()
    assert made.subwords is None
    assert made.settings["combine"] == "word"
