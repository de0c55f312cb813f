"""WordVectors: what it is given, what it answers; checked against loops over float64 Python numbers."""

import math

import numpy as np
import pytest

from fastvec import FormatError, SettingError, Vocabulary, WordVectors

WORDS = [f"w{i}" for i in range(50)]


def random_vectors(n=50, d=7, seed=0):
    return np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)


def cosine(a, b):
    a, b = [float(x) for x in a], [float(x) for x in b]
    lengths = math.sqrt(sum(x * x for x in a)) * math.sqrt(sum(x * x for x in b))
    return sum(x * y for x, y in zip(a, b, strict=True)) / lengths if lengths else 0.0


def direction(rows, weights):
    total = [0.0] * len(rows[0])
    for row, weight in zip(rows, weights, strict=True):
        length = math.sqrt(sum(float(x) ** 2 for x in row))
        total = [t + weight * float(x) / length for t, x in zip(total, row, strict=True)]
    return total


def expected_nearest(vectors, query, left_out, topn):
    scored = [(-cosine(row, query), i) for i, row in enumerate(vectors) if i not in left_out]
    return [(f"w{i}", -score) for score, i in sorted(scored)[:topn]]


def same(answer, expected):
    assert [word for word, _ in answer] == [word for word, _ in expected]
    assert [score for _, score in answer] == pytest.approx([score for _, score in expected], abs=1e-9)


@pytest.fixture(scope="module")
def vectors():
    return WordVectors(WORDS, random_vectors())


# --- queries ---


@pytest.mark.parametrize("size", [1, 2, 7, 16, 33, 100])
def test_most_similar_is_that_of_plain_python(size):
    rows = random_vectors(d=size)
    vectors = WordVectors(WORDS, rows)
    same(vectors.most_similar("w3", topn=5), expected_nearest(rows, rows[3], {3}, 5))
    query = direction(rows[[1, 2, 9]], [1, 1, -1])
    answer = vectors.most_similar(positive=["w1", 2], negative=["w9"], topn=8)
    same(answer, expected_nearest(rows, query, {1, 2, 9}, 8))


def test_weights_take_the_place_of_plus_and_minus_one(vectors):
    query = direction(vectors.vectors[[1, 2, 9]], [2.5, 1, -0.5])
    answer = vectors.most_similar(positive=[("w1", 2.5), "w2"], negative=[("w9", -0.5)])
    same(answer, expected_nearest(vectors.vectors, query, {1, 2, 9}, 10))
    assert vectors.most_similar(("w1", 2.0)) == vectors.most_similar("w1")


def test_a_vector_leaves_nothing_out(vectors):
    row = vectors["w4"]
    assert vectors.most_similar(row * 3)[0] == ("w4", pytest.approx(1))
    assert vectors.similar_by_vector(row.astype(np.float64)) == vectors.most_similar(positive=[row])
    assert vectors.most_similar(vectors.vectors[[4, 5]], topn=3) == vectors.most_similar(
        [vectors["w4"], vectors["w5"]], topn=3
    )


def test_analogy_leaves_the_three_out(vectors):
    query = direction(vectors.vectors[[5, 6, 7]], [-1, 1, 1])
    same(vectors.analogy("w5", "w6", "w7", topn=4), expected_nearest(vectors.vectors, query, {5, 6, 7}, 4))
    assert len(vectors.analogy("w5", "w6", "w7")) == 1


def test_more_is_asked_for_than_there_is(vectors):
    assert len(vectors.most_similar("w0", topn=1000)) == 49
    assert vectors.most_similar("w0", topn=0) == []
    one = WordVectors(["w0"], [[1.0]])
    assert one.most_similar("w0") == []


def test_restrict_vocab_looks_among_the_first_words(vectors):
    same(
        vectors.most_similar("w30", restrict_vocab=10, topn=3),
        expected_nearest(vectors.vectors[:10], vectors["w30"], set(), 3),
    )


def test_ties_are_broken_by_id():
    rows = np.tile(random_vectors(1, 37), (1000, 1))
    vectors = WordVectors([f"w{i}" for i in range(1000)], rows)
    answer = vectors.most_similar("w500", topn=600)
    assert [word for word, _ in answer] == [f"w{i}" for i in range(601) if i != 500]
    assert {score for _, score in answer} == {1.0}


def test_the_cosine_of_a_zero_vector_is_zero(recwarn):
    vectors = WordVectors(["w0", "w1", "w2"], [[0, 0], [1, 2], [-1, -2]])
    assert vectors.similarity("w0", "w1") == 0.0
    assert vectors.most_similar("w0") == [("w1", 0.0), ("w2", 0.0)]
    assert vectors.most_similar("w1") == [("w0", 0.0), ("w2", pytest.approx(-1))]
    assert vectors.most_similar(positive=["w1"], negative=["w1"]) == [("w0", 0.0), ("w2", 0.0)]
    assert vectors.get_vector("w0", norm=True).tolist() == [0, 0]
    assert not recwarn.list


def test_rows_that_are_not_finite_are_no_answer(recwarn):
    vectors = WordVectors(["w0", "w1", "w2", "w3"], [[1, 1], [np.nan, 1], [1, 0], [np.inf, 1]])
    assert vectors.most_similar("w0") == [("w2", pytest.approx(math.sqrt(0.5)))]
    for word in ("w1", "w3"):
        with pytest.raises(SettingError, match="finite vectors"):
            vectors.most_similar(["w0", word])
    assert not recwarn.list


def test_large_and_tiny_numbers_have_right_cosines():
    for scale in (1e-30, 1e18):
        vectors = WordVectors(["a", "b"], np.array([[1, 1], [1, 0]]) * scale)
        assert vectors.similarity("a", "b") == pytest.approx(math.sqrt(0.5))
        assert vectors.most_similar("a") == [("b", pytest.approx(math.sqrt(0.5)))]
    for scale in (1e-200, 1e200):
        assert vectors.most_similar(np.array([2, 0]) * scale, topn=1) == [("b", pytest.approx(1))]


def test_similarity_of_words_and_ids(vectors):
    expected = cosine(vectors.vectors[3], vectors.vectors[8])
    assert vectors.similarity("w3", 8) == pytest.approx(expected, abs=1e-12)
    assert vectors.similarity("w3", "w8") == vectors.similarity("w8", "w3")
    assert vectors.distance("w3", "w8") == 1 - vectors.similarity("w3", "w8")
    assert vectors.similarity("w3", "w3") == pytest.approx(1)


def test_n_similarity_compares_means(vectors):
    rows = vectors.vectors.astype(np.float64)
    expected = cosine(rows[[1, 2]].mean(0), rows[[3, 4, 5]].mean(0))
    assert vectors.n_similarity(["w1", "w2"], ["w3", 4, "w5"]) == pytest.approx(expected)
    with pytest.raises(SettingError, match="at least one word"):
        vectors.n_similarity([], ["w1"])


def test_doesnt_match_is_the_furthest_from_the_mean(vectors):
    for start in range(0, 45, 5):
        ids = range(start, start + 5)
        mean = direction(vectors.vectors[start : start + 5], [1] * 5)
        expected = min(ids, key=lambda i: cosine(vectors.vectors[i], mean))
        assert vectors.doesnt_match([f"w{i}" for i in ids]) == f"w{expected}"


def test_rank_is_the_place_among_the_nearest(vectors):
    order = [word for word, _ in vectors.most_similar("w1", topn=49)]
    assert [vectors.rank("w1", word) for word in order] == list(range(1, 50))
    assert vectors.rank("w1", "w1") == 1


@pytest.mark.parametrize("topn", [-1, math.nan, 2.0, "3", True])
def test_a_bad_topn_is_refused(vectors, topn):
    with pytest.raises(SettingError, match="topn: expected a whole number of at least 0, got"):
        vectors.most_similar("w1", topn=topn)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda v: v.most_similar(), "at least one word"),
        (lambda v: v.most_similar(None, []), "at least one word"),
        (lambda v: v.most_similar(3.5), "words, ids, vectors"),
        (lambda v: v.most_similar(np.array(3)), "words, ids, vectors"),
        (lambda v: v.most_similar([0.5, 0.5]), "a word or an id, got 0.5"),
        (lambda v: v.most_similar([("w1", math.nan)]), "weight: expected a finite number, got nan"),
        (lambda v: v.most_similar([("w1", "w2")]), "weight: expected a finite number, got 'w2'"),
        (lambda v: v.most_similar(np.ones(6)), r"vector: expected real numbers\[7\], got float64\[6\]"),
        (lambda v: v.most_similar(np.ones(7) * 1j), "complex128"),
        (lambda v: v.most_similar(np.full(7, np.nan)), "finite numbers"),
        (lambda v: v.most_similar("w1", restrict_vocab=0), "restrict_vocab"),
        (lambda v: v.doesnt_match("w1"), r"words: expected a list of words, got 'w1'; give \['w1'\]"),
        (lambda v: v.doesnt_match([]), "words: expected at least one word, got none"),
        (lambda v: v.n_similarity("cat", "dog"), r"a: expected a list of words, got 'cat'; give \['cat'\]"),
        (lambda v: v.n_similarity(["w1"], b"dog"), "b: expected a list of words"),
        (lambda v: v.n_similarity(["w1"], 5), "b: expected a list of words"),
        (lambda v: v[1.5], "key: expected"),
        (lambda v: v[np.ones(2, bool)], "key: expected"),
        (lambda v: v[True], "key: expected"),
        (lambda v: v.get_index(None), "key: expected"),
    ],
)
def test_bad_questions_are_refused(vectors, ask, message):
    with pytest.raises(SettingError, match=message):
        ask(vectors)


# --- look-up ---


def test_look_up(vectors):
    rows = vectors.vectors
    assert (vectors["w3"] == rows[3]).all()
    assert (vectors[3] == rows[3]).all()
    assert (vectors[np.int32(3)] == rows[3]).all()
    assert (vectors[2:9:2] == rows[2:9:2]).all()
    assert (vectors[["w3", "w1"]] == rows[[3, 1]]).all()
    assert (vectors[[3, 1]] == rows[[3, 1]]).all()
    assert (vectors[np.array(["w3", "w1"])] == rows[[3, 1]]).all()
    assert (vectors[np.array([[3, 1], [0, 0]], np.uint16)] == rows[[[3, 1], [0, 0]]]).all()
    assert vectors[[]].shape == (0, 7)
    assert vectors[np.array([], np.int32)].shape == (0, 7)


def test_words_and_ids(vectors):
    assert len(vectors) == 50
    assert list(vectors) == vectors.index_to_key == WORDS
    assert vectors.key_to_index["w9"] == vectors.get_index("w9") == vectors.get_index(9) == 9
    assert "w9" in vectors
    assert "W9" not in vectors
    assert 9 not in vectors
    assert vectors.has_index_for("w9")
    assert vectors.vector_size == 7
    assert repr(vectors) == "WordVectors(50 words, 7 dimensions)"


def test_norms_and_unit_vectors(vectors):
    lengths = np.sqrt((vectors.vectors.astype(np.float64) ** 2).sum(1))
    assert vectors.norms == pytest.approx(lengths, rel=1e-6)
    assert vectors.norms.dtype == np.float32
    assert np.linalg.norm(vectors.get_normed_vectors(), axis=1) == pytest.approx(np.ones(50), rel=1e-6)
    assert vectors.get_vector("w3", norm=True) == pytest.approx(vectors["w3"] / lengths[3], rel=1e-6)


# --- what it is given ---


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.astype(np.float64),
        np.asfortranarray,
        lambda m: m.astype(">f4"),
        lambda m: np.repeat(m, 2, axis=1)[:, ::2],
        lambda m: m[::-1].copy()[::-1],
        lambda m: m.tolist(),
        lambda m: np.frombuffer(b"\0" + m.tobytes(), np.uint8)[1:].view(np.float32).reshape(m.shape),
    ],
    ids=["float64", "fortran", "byte-swapped", "strided", "reversed", "list", "misaligned"],
)
def test_any_layout_of_real_numbers_is_right(change):
    rows = random_vectors()
    vectors = WordVectors(WORDS, change(rows))
    assert vectors.vectors.dtype == np.float32
    assert vectors.vectors.flags.c_contiguous
    assert vectors.vectors.flags.aligned
    assert (vectors.vectors == rows).all()


def test_float32_is_neither_copied_nor_written_to():
    rows = random_vectors()
    vectors = WordVectors(WORDS, rows)
    assert np.shares_memory(vectors.vectors, rows)
    with pytest.raises(ValueError, match="read-only"):
        vectors["w1"][0] = 1
    rows[0, 0] = 5  # the caller's array stays the caller's
    frozen = random_vectors()
    frozen.flags.writeable = False
    assert np.shares_memory(WordVectors(WORDS, frozen).vectors, frozen)


def test_everything_else_is_kept():
    vectors = WordVectors(
        ["a", "b"],
        np.eye(2),
        context_vectors=np.ones((2, 2)),
        output_nodes=np.full((1, 2), 3),
        counts=[5, 3],
        history={"tokens": [1, 2, 3], "loss": [0.5, 0.4, 0.3]},
        settings={"window": 5},
    )
    assert vectors.context_vectors.dtype == vectors.output_nodes.dtype == np.float32
    assert vectors.output_nodes.tolist() == [[3, 3]]
    for matrix in (vectors.context_vectors, vectors.output_nodes):
        with pytest.raises(ValueError, match="read-only"):
            matrix[0] = 1
    assert vectors.counts.dtype == np.int64
    assert vectors.history["tokens"].dtype == np.int64
    assert vectors.history["loss"].dtype == np.float64
    assert vectors.settings == {"window": 5}


def test_the_words_are_those_of_a_vocabulary():
    vocabulary = Vocabulary(["a", "b"], [5, 3])
    vectors = WordVectors(vocabulary, np.eye(2))
    assert vectors.vocabulary is vocabulary
    assert vectors.index_to_key is vocabulary.words
    assert vectors.key_to_index is vocabulary.index
    assert vectors.counts is vocabulary.counts
    assert WordVectors(vocabulary, np.eye(2), counts=[1, 1]).counts.tolist() == [1, 1]
    assert vocabulary.counts.tolist() == [5, 3]
    assert WordVectors(["a", "b"], np.eye(2)).counts is None


def test_a_tree_of_one_word_has_no_inner_node():
    assert WordVectors(["a"], [[1, 2]], output_nodes=np.ones((0, 2))).output_nodes.shape == (0, 2)


@pytest.mark.parametrize(
    ("words", "rows", "more", "message"),
    [
        ([], np.ones((0, 2)), {}, "words: expected at least one word, got \\[\\]"),
        ("ab", np.ones((2, 2)), {}, "words: expected a sequence of words, got 'ab'"),
        (["a", b"b"], np.ones((2, 2)), {}, "words: expected str, got b'b'"),
        (["a", "b", "a"], np.ones((3, 2)), {}, "words: expected distinct words, got 'a' twice"),
        (["a", "b"], np.ones((3, 2)), {}, r"vectors: expected float32\[2, any number\], got float64\[3, 2\]"),
        (["a", "b"], np.ones(2), {}, r"got float64\[2\]"),
        (["a", "b"], np.ones((2, 0)), {}, "at least one dimension"),
        (["a", "b"], np.ones((2, 2), complex), {}, "complex128"),
        (["a", "b"], [["1", "2"], ["3", "4"]], {}, "vectors: expected float32"),
        (["a", "b"], [[1, 2], [3]], {}, "vectors: expected"),
        (["a", "b"], [[1, 2], [3, 1e300]], {}, "within the range of float32"),
        (["a", "b"], np.ones((2, 2)), {"context_vectors": np.ones((2, 3))}, "context_vectors: expected"),
        (
            ["a", "b"],
            np.ones((2, 2)),
            {"output_nodes": np.ones((2, 2))},
            r"output_nodes: expected float32\[1, 2\]",
        ),
        (["a", "b"], np.ones((2, 2)), {"output_nodes": [["x", "y"]]}, "output_nodes: expected float32"),
        (["a", "b"], np.ones((2, 2)), {"counts": [1]}, "counts: expected"),
        (
            ["a", "b"],
            np.ones((2, 2)),
            {"counts": [1, -1]},
            "counts: expected whole numbers of at least 0, got -1 to 1",
        ),
        (["a", "b"], np.ones((2, 2)), {"counts": [1.5, 1]}, "counts: expected int64"),
        (["a", "b"], np.ones((2, 2)), {"history": {"words": [1, 2], "loss": [[1.0]]}}, r"history\['loss'\]"),
        (["a", "b"], np.ones((2, 2)), {"settings": {"x": object()}}, "settings: expected"),
    ],
)
def test_what_does_not_fit_is_refused(words, rows, more, message):
    with pytest.raises(SettingError, match=message) as caught:
        WordVectors(words, rows, **more)
    assert not isinstance(caught.value, FormatError)
    assert caught.value.field
