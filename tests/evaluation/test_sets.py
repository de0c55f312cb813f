"""Which kind of test set a file is, and its score with the settings of that kind."""

import pytest

import fastvec as fv
from fastvec.evaluation.analogies import AnalogyScore
from fastvec.evaluation.sets import evaluate, has_analogies
from fastvec.evaluation.similarity import SimilarityScore

ROWS = [[1, 0, 1], [1, 1, 1], [1, 0, -1], [1, 1, -1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (": family\na b c d\n", True),
        ("a b c d\n", True),
        ("\n\na b c d\n", True),
        ("a b 3\n", False),
        ("a\tb\tnoun\t3\n", False),
        ("a,b, 3 ,4 x\n", False),
        ("word 1,word 2,human (mean)\n", False),
        ("a b 3 4 5\n", False),
    ],
)
def test_the_kind_of_a_file(tmp_path, text, expected):
    path = tmp_path / "set.txt"
    path.write_text(text)
    assert has_analogies(path) is expected


def test_an_empty_file_is_of_no_kind(tmp_path):
    path = tmp_path / "set.txt"
    path.write_text("\n \n")
    with pytest.raises(fv.FormatError, match="test set: expected analogies, or words and judgements, got none"):
        has_analogies(path)


def test_settings_are_those_of_the_kind(tmp_path):
    vectors = fv.WordVectors(["man", "king", "woman", "queen"], ROWS)
    settings = {"analogies": {"oov": "wrong"}, "similarity": {"oov": "zero"}}
    questions, pairs = tmp_path / "questions.txt", tmp_path / "pairs.txt"
    questions.write_text("man king woman queen\nman king girl queen\n")
    pairs.write_text("man king 3\nman girl 2\n")
    found = evaluate(vectors, questions, **settings)
    assert isinstance(found, AnalogyScore)
    assert (found.accuracy, found.n) == (0.5, 2)
    found = evaluate(vectors, pairs, **settings)
    assert isinstance(found, SimilarityScore)
    assert found.cosines[1] == 0
    assert evaluate(vectors, questions).coverage == evaluate(vectors, pairs).coverage == 0.5
