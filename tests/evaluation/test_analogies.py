"""Analogies: against plain loops, and gensim where it is installed."""

import numpy as np
import pytest

import fastvec as fv
from fastvec.evaluation import analogies
from fastvec.evaluation.analogies import evaluate_analogies, read_questions

WORDS = [f"w{i}" for i in range(60)]


@pytest.fixture(scope="module")
def vectors():
    rows = np.random.default_rng(3).normal(size=(60, 12))
    rows[7] = 0
    return fv.WordVectors(WORDS, rows)


@pytest.fixture(scope="module")
def questions():
    draw = np.random.default_rng(5)
    return [tuple(WORDS[i] for i in draw.choice(60, 4, replace=False)) for _ in range(400)]


def expected_answer(vectors, question, method, limit, epsilon):
    """By the definition, word by word, in float64."""
    rows = {word: vectors[word].astype(float) for word in WORDS}
    rows = {word: row / (np.linalg.norm(row) or 1) for word, row in rows.items()}
    a, b, c = (rows[word] for word in question[:3])
    best, found = -np.inf, None
    for word in WORDS[:limit]:
        if word in question[:3]:
            continue
        x = rows[word]
        if method == "3cosadd":
            score = x @ b - x @ a + x @ c
        else:
            score = (1 + x @ b) / 2 * (1 + x @ c) / 2 / ((1 + x @ a) / 2 + epsilon)
        if score > best:
            best, found = score, word
    return found


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
@pytest.mark.parametrize("limit", [None, 40])
@pytest.mark.parametrize("block", [1, 7, 256])
def test_against_the_definition(vectors, questions, method, limit, block, monkeypatch):
    monkeypatch.setattr(analogies, "BLOCK", block)
    answered = [
        (*question[:3], expected_answer(vectors, question, method, limit, 1e-6)) if i % 2 else question
        for i, question in enumerate(questions)
    ]
    score = evaluate_analogies(vectors, answered, method=method, restrict_vocab=limit)
    allowed = set(WORDS[:limit])
    assert score.asked.tolist() == [allowed.issuperset(question) for question in answered]
    wanted = [
        bool(asked) and expected_answer(vectors, question, method, limit, 1e-6) == question[3]
        for question, asked in zip(answered, score.asked, strict=True)
    ]
    assert score.correct.tolist() == wanted
    assert 0.3 < score.accuracy < 0.8
    assert score.accuracy == pytest.approx(sum(wanted) / score.asked.sum())


def test_sections_case_and_unknown_words(tmp_path):
    rows = [[1, 0, 1], [1, 1, 1], [1, 0, -1], [1, 1, -1]]
    vectors = fv.WordVectors(["man", "king", "woman", "Queen"], rows)
    path = tmp_path / "questions.txt"
    path.write_text(
        ": family\nman king woman queen\nMan King Woman Queen\n\n: gram1-plural\nman king boy prince\n"
        "king man queen king\n"
    )
    score = evaluate_analogies(vectors, path)
    assert [tuple(section) for section in score.sections] == [("family", 2, 2, 0), ("gram1-plural", 0, 1, 1)]
    assert (score.semantic, score.syntactic, score.coverage) == (1.0, 0.0, 0.75)
    assert score.sections[0].accuracy == 1
    assert evaluate_analogies(vectors, path, ignore_case=False).coverage == 0
    assert np.isnan(evaluate_analogies(vectors, path, ignore_case=False).accuracy)
    assert evaluate_analogies(vectors, path, oov="wrong").accuracy == 0.5
    assert evaluate_analogies(vectors, path, restrict_vocab=3).coverage == 0


def test_of_words_that_differ_by_case_the_first_is_meant():
    rows = [[1, 0, 1], [1, 1, 1], [1, 0, -1], [1, 1, -1], [5, 0, 0]]
    vectors = fv.WordVectors(["man", "king", "woman", "queen", "King"], rows)
    assert evaluate_analogies(vectors, [("man", "KING", "woman", "queen")]).accuracy == 1


def test_the_questions_of_an_answer_are_a_group(vectors):
    questions = [("w1", "w2", "w3", "w4"), ("w5", "w6", "w3", "W4"), ("w1", "w2", "w4", "w3")]
    score = evaluate_analogies(vectors, questions)
    assert score.groups.tolist() == [0, 0, 1]
    assert evaluate_analogies(vectors, questions, ignore_case=False).groups.tolist() == [0, 1, 2]
    right = evaluate_analogies(
        vectors, [(*q[:3], vectors.analogy(*map(str.lower, q[:3]))[0][0]) for q in questions]
    )
    assert right.interval() == (1, 1)


def test_intervals_and_comparison(vectors, questions):
    answered = [(*q[:3], expected_answer(vectors, q, "3cosadd", None, 0)) for q in questions[:200]]
    answered += questions[200:]
    good = evaluate_analogies(vectors, answered)
    noisy = fv.WordVectors(WORDS, vectors.vectors + np.random.default_rng(1).normal(size=(60, 12)).astype("f4"))
    bad = evaluate_analogies(noisy, answered)
    low, high = good.interval()
    assert low < good.accuracy < high
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(0.25 / 400), rel=0.15)
    found = bad.compare(good)
    assert found.difference == pytest.approx(good.accuracy - bad.accuracy)
    assert found.interval.low > 0
    assert found.p_value < 0.01
    same = good.compare(good)
    assert (same.difference, same.p_value, same.n) == (0, 1, 400)
    with pytest.raises(fv.SettingError, match="other: expected a score of the same questions"):
        good.compare(evaluate_analogies(vectors, answered[:5]))


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
def test_beside_gensim(vectors, questions, method, tmp_path):
    models = pytest.importorskip("gensim.models")
    path = tmp_path / "q.txt"
    path.write_text(": family\n" + "\n".join(map(" ".join, questions)) + "\n")
    rows = vectors.vectors.copy()
    rows[7] = 1  # gensim divides by the length of a row of zeros
    vectors, theirs = fv.WordVectors(WORDS, rows), models.KeyedVectors(12)
    theirs.add_vectors(WORDS, rows)
    similar = "most_similar" if method == "3cosadd" else "most_similar_cosmul"
    accuracy, _ = theirs.evaluate_word_analogies(str(path), similarity_function=similar)
    assert evaluate_analogies(vectors, path, method=method).accuracy == pytest.approx(accuracy, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "message"),
    [(": a\nx y z\n", "line 2: expected four words, or ': section'"), ("a b c d e\n", "line 1")],
)
def test_bad_files(tmp_path, text, message):
    path = tmp_path / "q.txt"
    path.write_text(text)
    with pytest.raises(fv.FormatError, match=message):
        read_questions(path)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "cos"}, "method: expected '3cosadd' or"),
        ({"restrict_vocab": 0}, "restrict_vocab"),
        ({"oov": "zero"}, "oov"),
        ({"epsilon": -1}, "epsilon"),
        ({"questions": [("a", "b", "c")]}, r"questions\[0\]: expected four words"),
        ({"questions": ["abcd"]}, "expected four words"),
    ],
)
def test_bad_settings(vectors, settings, message):
    with pytest.raises(fv.SettingError, match=message):
        evaluate_analogies(vectors, **{"questions": [], **settings})
    with pytest.raises(fv.StorageError, match="no"):
        evaluate_analogies(vectors, "no such file")
    assert np.isnan(evaluate_analogies(vectors, []).accuracy)
