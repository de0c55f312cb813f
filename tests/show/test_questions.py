"""Analogies as parallelograms, neighbours as bars."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from matplotlib.text import Annotation

import fastvec as fv


def texts(axes):
    return {child.get_text(): child for child in axes.get_children() if isinstance(child, Annotation)}


def test_the_parallelogram(royals):
    axes = fv.plot_analogy(royals, "man", "king", "woman", expected="queen")
    assert axes.get_title() == "man : king = woman : ?\nanswer: queen, cosine 0.98, as expected"
    unit = {word: royals.get_vector(word, norm=True) for word in royals}
    a, b, c = (np.array(texts(axes)[word].xy) for word in ("man", "king", "woman"))
    corner = np.array(texts(axes)["king - man + woman"].xy)
    assert corner == pytest.approx(b - a + c, abs=1e-6)
    assert np.linalg.norm(b - a) == pytest.approx(np.linalg.norm(unit["king"] - unit["man"]), abs=1e-6)
    assert np.linalg.norm(c - b) == pytest.approx(np.linalg.norm(unit["woman"] - unit["king"]), abs=1e-6)
    for word, cosine in royals.analogy("man", "king", "woman", topn=4):
        assert f"{word} {cosine:.2f}" in texts(axes)
    assert axes.get_xlabel() == "along king - man (vectors have length 1)"


def test_a_wrong_answer_is_said_to_be_wrong(royals):
    axes = fv.plot_analogy(royals, "man", "king", "woman", expected="stone", topn=1)
    asked = royals.most_similar(["king", "woman"], ["man"], topn=10)
    place = [word for word, _ in asked].index("stone") + 1
    verdict = f"answer: queen, cosine 0.98; expected: stone, place {place}, cosine {dict(asked)['stone']:.2f}"
    assert axes.get_title().split("\n")[1] == verdict
    assert f"stone {dict(asked)['stone']:.2f}" in texts(axes)
    right, wrong = texts(axes)["queen 0.98"], texts(axes)[f"stone {dict(asked)['stone']:.2f}"]
    assert right.get_color() != wrong.get_color()
    plain = fv.plot_analogy(royals, "man", "king", "woman")
    assert plain.get_title().endswith("answer: queen, cosine 0.98")


def test_words_on_one_line(axes):
    vectors = fv.WordVectors(list("abcd"), [[1, 0], [-1, 0], [2, 0], [0, 1]])
    assert fv.plot_analogy(vectors, "a", "b", "c", ax=axes) is axes
    assert all(np.isfinite(text.xy).all() for text in texts(axes).values())


def test_words_of_all_kinds(odd, tmp_path):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")
        fv.plot_analogy(odd, *odd.index_to_key[:3], expected=4).figure.savefig(tmp_path / "odd.png")
        fv.plot_neighbors(odd, odd.index_to_key[:4], title="$_").tolist()[0].figure.savefig(tmp_path / "odd.svg")


@pytest.mark.parametrize(
    ("words", "settings", "error", "message"),
    [
        (["man", "king", "man"], {}, fv.SettingError, "a, b, c: expected three different words"),
        (["man", "king", 0], {}, fv.SettingError, "a, b, c: expected three different words"),
        (["man", "king", "wuman"], {}, fv.UnknownWordError, "did you mean 'woman'"),
        (["man", "king", "woman"], {"expected": "quean"}, fv.UnknownWordError, "did you mean 'queen'"),
        (["man", "king", "woman"], {"expected": "man"}, fv.SettingError, "expected: expected another word"),
        (["man", "king", "woman"], {"topn": 0}, fv.SettingError, "topn"),
    ],
)
def test_analogies_that_cannot_be_drawn(royals, words, settings, error, message):
    with pytest.raises(error, match=message):
        fv.plot_analogy(royals, *words, **settings)


def test_analogies_without_an_answer(broken):
    with pytest.raises(fv.SettingError, match="vectors: expected finite vectors"):
        fv.plot_analogy(broken, "a", "b", "c")
    with pytest.raises(fv.SettingError, match="vectors: expected a word besides these three, got 3 words"):
        fv.plot_analogy(fv.WordVectors(list("abc"), np.eye(3)), "a", "b", "c")


def test_bars_are_cosines(vectors):
    axes = fv.plot_neighbors(vectors, "cat3", topn=7)
    near = vectors.most_similar("cat3", topn=7)
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([cosine for _, cosine in near])
    assert [label.get_text() for label in axes.get_yticklabels()] == [word for word, _ in near]
    assert [text.get_text() for text in axes.texts] == [f"{cosine:.2f}" for _, cosine in near]
    assert (axes.get_title(), axes.get_xlabel()) == ("cat3", "cosine")
    assert axes.yaxis_inverted()
    assert fv.plot_neighbors(vectors, np.int64(3)).get_title() == "cat3"


def test_several_words_share_their_axis(vectors, axes):
    several = fv.plot_neighbors(vectors, ["cat3", "town8", "verb1", "cat5"])
    assert [place.get_title() for place in several] == ["cat3", "town8", "verb1", "cat5"]
    assert len({place.get_xlim() for place in several}) == 1
    assert len(several[0].figure.axes) == 4
    assert len(fv.plot_neighbors(vectors, vectors.index_to_key[:5])[0].figure.axes) == 5
    two = axes.figure.subplots(1, 2)
    assert fv.plot_neighbors(vectors, ["cat3", "cat4"], ax=two).tolist() == two.tolist()
    assert fv.plot_neighbors(vectors, "cat3", ax=axes, title="$a") is axes
    assert axes.get_title() == "$a"


def test_negative_cosines_have_room():
    vectors = fv.WordVectors(["a", "b", "c"], [[1, 0], [-1, 0.1], [-1, -0.2]])
    axes = fv.plot_neighbors(vectors, "a")
    assert axes.get_xlim()[0] < -1
    assert axes.get_xlim()[1] > 0


def test_neighbors_that_cannot_be_drawn(vectors, axes, broken):
    with pytest.raises(fv.SettingError, match="words: expected at most 30, got 31"):
        fv.plot_neighbors(vectors, vectors.index_to_key[:31])
    with pytest.raises(fv.SettingError, match="words: expected at least one word"):
        fv.plot_neighbors(vectors, [])
    with pytest.raises(fv.SettingError, match="ax: expected 2 Axes of matplotlib, got 1"):
        fv.plot_neighbors(vectors, ["cat3", "cat4"], ax=axes)
    with pytest.raises(fv.SettingError, match="topn: expected"):
        fv.plot_neighbors(vectors, "cat3", topn=0)
    with pytest.raises(fv.SettingError, match="vectors: expected at least two words, got 1"):
        fv.plot_neighbors(fv.WordVectors(["a"], [[1]]), "a")
    with pytest.raises(fv.SettingError, match="finite vectors"):
        fv.plot_neighbors(broken, "b")
    with pytest.raises(fv.UnknownWordError):
        fv.plot_neighbors(vectors, "nothing")
