"""Bootstrap, the result: means, intervals and agreement by hand; runs without a word; files."""

from __future__ import annotations

import numpy as np
import pytest

import fastvec as fv
from fastvec.evaluation.stability import SCHEMA
from fastvec.io.container import read, write


def at_angles(*runs):
    """Runs of vectors in the plane, given their angles in degrees."""
    radians = np.radians(np.array(runs, float))
    return np.stack([np.cos(radians), np.sin(radians)], axis=-1)


@pytest.fixture
def runs():
    """Word a at 0 degrees: b is always the nearest, c and d take turns, and e is far."""
    return fv.Bootstrap(
        ["a", "b", "c", "d", "e"],
        at_angles([0, 5, 10, 20, 90], [0, 6, 30, 20, 90], [0, 7, 10, 40, 90], [0, 8, 10, 20, 90]),
    )


def test_a_similarity_has_the_mean_and_the_percentiles_of_the_runs(runs):
    found = runs.similarity("a", "b")
    cosines = np.cos(np.radians([5, 6, 7, 8]))
    assert found.values == pytest.approx(cosines, abs=1e-6)
    assert found.mean == pytest.approx(cosines.mean(), abs=1e-6)
    assert found.std == pytest.approx(cosines.std(ddof=1), rel=1e-3)
    low, high = found.interval
    # of four values sorted, the percentile q is 3 q places from the first
    ordered = np.sort(cosines)
    assert low == pytest.approx(ordered[0] + 0.075 * (ordered[1] - ordered[0]), abs=1e-6)
    assert high == pytest.approx(ordered[3] - 0.075 * (ordered[3] - ordered[2]), abs=1e-6)
    assert runs.similarity("a", "b", level=1).interval == pytest.approx((cosines.min(), cosines.max()), abs=1e-6)
    assert runs.similarity("a", "b", level=0).interval == pytest.approx([np.median(cosines)] * 2, abs=1e-6)
    assert runs.similarity("a", "a").values.tolist() == pytest.approx([1] * 4)
    assert fv.Bootstrap(["a"], [[[1.0]]]).similarity("a", "a").std == 0


def test_agreement_is_the_share_of_runs_with_a_word_among_the_nearest(runs):
    near = runs.most_similar("a", topn=2)
    assert [(each.word, each.agreement, each.runs) for each in near] == [("b", 1.0, 4), ("c", 0.75, 4)]
    assert near[1].similarity == pytest.approx(np.cos(np.radians([10, 30, 10, 10])).mean(), abs=1e-6)
    assert near[1].interval == runs.similarity("a", "c").interval
    near = runs.most_similar("a", topn=3)
    assert [(each.word, each.agreement) for each in near] == [("b", 1.0), ("c", 1.0), ("d", 1.0)]
    assert [each.word for each in runs.most_similar("a", topn=99)] == ["b", "c", "d", "e"]
    assert runs.most_similar("a", topn=0) == []
    assert runs.most_similar("a", 1, level=1)[0].interval == runs.similarity("a", "b", level=1).interval


def test_a_word_has_no_vector_in_runs_without_it():
    # c is missing in run 0 and b in all but run 2; what stands in their rows must not be used
    vectors = at_angles([0, 1, 1, 50], [0, 1, 30, 50], [0, 10, 40, 50], [0, 1, 60, 50])
    counts = [[3, 0, 0, 1], [2, 0, 1, 1], [1, 5, 1, 1], [1, 0, 9, 1]]
    runs = fv.Bootstrap(fv.Vocabulary(["a", "b", "c", "d"], [5, 4, 3, 2]), vectors, counts)
    assert runs.similarity("a", "c").values == pytest.approx(np.cos(np.radians([30, 40, 60])), abs=1e-6)
    near = runs.most_similar("a", topn=1)  # b is in one of four runs: left out, though it is nearest there
    assert [(each.word, each.agreement, each.runs) for each in near] == [("c", 0.25, 3)]
    assert [each.word for each in runs.most_similar("a")] == ["c", "d"]
    assert [each.word for each in runs.most_similar("b")] == ["a", "c", "d"]  # of the one run that has b
    assert runs[0].index_to_key == ["a", "d"]
    assert runs[0].counts.tolist() == [3, 1]
    assert runs[-2].index_to_key == ["a", "b", "c", "d"]
    assert runs[1]["c"] == pytest.approx(vectors[1, 2], abs=1e-6)
    assert "b" not in runs[1]
    assert runs.evaluate(len).values.tolist() == [2, 3, 4, 3]


def test_no_run_with_a_word_or_with_both_is_said():
    runs = fv.Bootstrap(["a", "b", "c"], np.ones((2, 3, 2)), [[1, 0, 0], [0, 1, 0]])
    with pytest.raises(fv.SettingError, match="a, b: expected words that occur in one run, got 'a' and 'b'"):
        runs.similarity("a", "b")
    with pytest.raises(fv.SettingError, match="word: expected a word that occurs in one run, got 'c'"):
        runs.most_similar("c")
    assert runs.most_similar("a") == []
    with pytest.raises(fv.UnknownWordError, match="'x'"):
        runs.most_similar("x")
    with pytest.raises(fv.UnknownWordError, match="'x'"):
        runs.similarity("a", "x")


def test_any_function_of_the_vectors_gets_an_interval(runs):
    found = runs.evaluate(lambda vectors: vectors.similarity("a", "c"), level=0.5)
    assert found == runs.similarity("a", "c", level=0.5)
    values = iter([1.0, np.nan, 3, np.float32(2)])
    assert runs.evaluate(lambda vectors: next(values)).values.tolist() == [1, 3, 2]
    nothing = runs.evaluate(lambda vectors: np.nan)
    assert np.isnan([nothing.mean, *nothing.interval]).all()
    for wrong in ("1", None, True, [1.0]):
        with pytest.raises(fv.SettingError, match="function: expected a number of run 0"):
            runs.evaluate(lambda vectors, wrong=wrong: wrong)


@pytest.mark.parametrize("level", [-0.1, 1.1, None])
def test_a_level_is_a_share(runs, level):
    for ask in (lambda: runs.similarity("a", "b", level=level), lambda: runs.most_similar("a", level=level),
                lambda: runs.evaluate(len, level=level)):  # fmt: skip
        with pytest.raises(fv.SettingError, match="level: expected a finite number from 0 to 1"):
            ask()


def test_runs_are_a_sequence(runs):
    assert len(runs) == len(list(runs)) == 4
    with pytest.raises(IndexError):
        runs[4]
    with pytest.raises(TypeError):
        runs["a"]
    assert repr(runs) == "<Bootstrap: 4 runs, 5 words, 2 dimensions>"
    assert not runs.vectors.flags.writeable


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"vectors": np.ones((0, 2, 3))}, "vectors: expected at least one run and one dimension"),
        ({"vectors": np.ones((2, 2, 0))}, "vectors: expected at least one run and one dimension"),
        ({"vectors": np.ones((2, 3, 3))}, r"vectors: expected float32\[any number, 2, any number\]"),
        ({"vectors": np.ones((2, 3))}, "vectors: expected float32"),
        ({"counts": np.ones((2, 3), int)}, r"counts: expected int64\[2, 2\]"),
        ({"counts": [[1, 0], [-1, 2]]}, "counts: expected numbers of at least 0, got -1"),
        ({"seeds": [1]}, r"seeds: expected uint64\[2\]"),
        ({"settings": {"x": {1}}}, "settings: expected a dict of values that JSON can hold"),
        ({"words": ["a", "a"]}, "words: expected distinct words"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    with pytest.raises(fv.SettingError, match=message):
        fv.Bootstrap(**{"words": ["a", "b"], "vectors": np.ones((2, 2, 3)), **arguments})


@pytest.mark.parametrize("mmap", [True, False])
@pytest.mark.parametrize("full", [True, False])
def test_a_file_has_everything(full, mmap, tmp_path):
    path, words = tmp_path / "runs.safetensors", ["naïve", "x y", "line\nend"]
    vectors = np.random.default_rng(0).standard_normal((2, 3, 4)).astype(np.float32)
    if full:
        made = fv.Bootstrap(
            fv.Vocabulary(words, [3, 2, 1]), vectors, [[1, 2, 0], [1, 1, 1]],
            seeds=np.array([1, 2**64 - 1], np.uint64), settings={"model": "GloVe"},
        )  # fmt: skip
    else:
        made = fv.Bootstrap(words, vectors)
    made.save(path)
    again = fv.Bootstrap.load(path, mmap=mmap)
    assert again.vectors.tobytes() == vectors.tobytes()
    assert again.vocabulary.words == words
    assert again.vocabulary.has_counts == full
    assert again.settings == made.settings
    assert again[1].settings == made[1].settings
    assert again[0].index_to_key == words[: 2 if full else 3]
    if full:
        assert again.counts.tolist() == made.counts.tolist()
        assert again[1].settings == {"model": "GloVe", "seed": 2**64 - 1}
    else:
        assert again.counts is again.seeds is None
    assert again.most_similar("x y") == made.most_similar("x y")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"vectors": np.ones((2, 3, 3), np.float32)}, r"counts: expected int64\[2, 3\], got int64\[2, 2\]"),
        ({"vectors": np.ones((2, 2), np.float32)}, r"vectors: expected float32\[n, V, D\], got float32\[2, 2\]"),
        ({"counts": np.ones((1, 2), np.int64)}, r"counts: expected int64\[2, 2\], got int64\[1, 2\]"),
        ({"counts": -np.ones((2, 2), np.int64)}, "counts: expected numbers of at least 0"),
        ({"counts": None}, r"counts: expected int64\[2, 2\], got nothing"),
        ({"seeds": np.ones(3, np.uint64)}, r"seeds: expected uint64\[2\]"),
        ({"vectors": np.ones((0, 2, 3), np.float32), "counts": np.ones((0, 2), np.int64)}, "at least one run"),
        ({"has_counts": "x"}, "has_counts: expected a whole number, got 'x'"),
        ({"settings": "[]"}, "settings: expected JSON of a dict"),
    ],
)
def test_damaged_files_are_refused(changes, message, tmp_path):
    path = tmp_path / "runs.safetensors"
    tensors = {"vectors": np.ones((2, 2, 3), np.float32), "counts": np.ones((2, 2), np.int64)}
    fields = {"settings": "{}", "has_counts": "1"}
    for name, value in changes.items():
        (fields if isinstance(value, str) else tensors)[name] = value
    write(path, SCHEMA, ["a", "b"], tensors, fields)
    with pytest.raises(fv.FormatError, match=message):
        fv.Bootstrap.load(path)


def test_other_files_are_refused(runs, tmp_path):
    runs[0].save(tmp_path / "v.safetensors")
    with pytest.raises(fv.FormatError, match=r"format: expected 'fastvec bootstrap', got 'fastvec\.vectors'"):
        fv.Bootstrap.load(tmp_path / "v.safetensors")
    with pytest.raises(fv.StorageError):
        fv.Bootstrap.load(tmp_path / "none.safetensors")
    with pytest.raises(fv.SettingError, match="mmap"):
        fv.Bootstrap.load(tmp_path / "v.safetensors", mmap=1)
    runs.save(tmp_path / "r.safetensors")
    assert read(tmp_path / "r.safetensors", SCHEMA).n_words == 5
    with pytest.raises(fv.FormatError, match=r"format: expected 'fastvec\.vectors', got 'fastvec bootstrap'"):
        fv.WordVectors.load(tmp_path / "r.safetensors")
