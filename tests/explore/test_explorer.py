"""Explorer: which words are on the page, where, and in which group; what it refuses."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

import fastvec as fv
from fastvec.explore.districts import districts_of, names_of


def units(rows):
    rows = np.asarray(rows, np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_most_frequent_words_are_on_the_page():
    rng = np.random.default_rng(0)
    counts = rng.permutation(500)
    vectors = fv.WordVectors([f"w{i}" for i in range(500)], rng.standard_normal((500, 8)), counts=counts)
    explorer = vectors.explore(n_words=50)
    assert explorer.contents.words == [f"w{i}" for i in np.argsort(-counts)[:50]]
    assert explorer.contents.counts == sorted(counts, reverse=True)[:50]
    assert explorer.n_words == 50
    assert explorer.contents.n_all == 500
    np.testing.assert_allclose(
        explorer.contents.units, units([vectors[word] for word in explorer.contents.words]), rtol=1e-6
    )


def test_without_counts_the_first_words_are():
    explorer = fv.WordVectors(["b", "a", "c"], np.eye(3)).explore(n_words=2)
    assert explorer.contents.words == ["b", "a"]
    assert explorer.contents.counts is None


def test_half_a_million_words(tmp_path):
    rows = np.random.default_rng(0).standard_normal((500_000, 4), dtype=np.float32)
    vectors = fv.WordVectors([str(i) for i in range(500_000)], rows)
    explorer = vectors.explore(tmp_path / "many.html")
    assert explorer.n_words == 20_000
    assert '"nWords":20000,"nAll":500000' in explorer.html
    assert (tmp_path / "many.html").stat().st_size < 1_000_000


def test_places_are_within_the_map_and_those_of_the_projection():
    rows = np.random.default_rng(0).standard_normal((300, 10)).astype(np.float32)
    explorer = fv.WordVectors([str(i) for i in range(300)], rows).explore()
    points = explorer.points.astype(np.float64)
    assert np.abs(points).max() == pytest.approx(1)
    np.testing.assert_allclose(points.min(axis=0), -points.max(axis=0), atol=1e-6)  # in the middle
    projected = fv.geometry.project(units(rows)).astype(np.float64)
    gaps = [np.linalg.norm(each - each[0], axis=1)[1:] for each in (points, projected)]
    np.testing.assert_allclose(gaps[0] / gaps[1], (gaps[0] / gaps[1])[0], rtol=1e-4)


@pytest.mark.parametrize(("n_words", "size"), [(1, 3), (2, 1), (3, 1), (4, 2)])
def test_few_words_and_dimensions_have_places(n_words, size):
    rows = np.arange(1, n_words * size + 1).reshape(n_words, size) ** 2
    explorer = fv.WordVectors([str(i) for i in range(n_words)], rows).explore()
    assert explorer.points.shape == (n_words, 2)
    assert np.isfinite(explorer.points).all()


def test_a_row_that_is_not_finite_is_refused():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        vectors = fv.WordVectors(["a", "b", "c"], [[1, 2], [3, 4], [np.nan, 1]])
    with pytest.raises(
        fv.SettingError, match="vectors: expected finite numbers, got nan or inf in the row of 'c'"
    ):
        vectors.explore()
    assert vectors.explore(n_words=2).n_words == 2  # the others can be shown


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_words": 0}, "n_words: expected a whole number of at least 1, got 0"),
        ({"n_words": 2.5}, "n_words: expected a whole number"),
        ({"method": "guess"}, "method: expected 'pca' or 'umap' or 'tsne', got 'guess'"),
        ({"seed": -1}, "seed: expected a whole number"),
        ({"names": ("a", "b")}, "names: expected as many names as files, 1"),
        ({"names": "a"}, "names: expected as many names as files, 1, got 'a'"),
        ({"other": np.eye(2)}, r"other: expected fastvec\.WordVectors"),
    ],
)
def test_settings_are_checked(settings, message):
    with pytest.raises(fv.SettingError, match=message):
        fv.WordVectors(["a", "b"], np.eye(2)).explore(**settings)


def test_the_files_have_names():
    vectors = fv.WordVectors(["a", "b"], np.eye(2))
    assert [each.name for each in fv.Explorer(vectors, vectors)._contents] == ["vectors", "others"]
    assert "<title>mine \u00b7" in vectors.explore(names=["mine"]).html
    with pytest.raises(
        fv.SettingError, match=r"vectors: expected fastvec\.WordVectors, got .*; WordVectors\(words"
    ):
        fv.Explorer(np.eye(2))


def test_progress_and_stopping(tmp_path):
    vectors = fv.WordVectors(["a", "b", "c"], np.eye(3))
    stages = []
    vectors.explore(tmp_path / "a.html", on_progress=lambda now: stages.append((now.stage, now.total)))
    assert stages == [("projecting", 3), ("grouping", 3), ("packing", 3)]
    with pytest.raises(fv.Cancelled, match="grouping"):
        vectors.explore(tmp_path / "b.html", on_progress=lambda now: now.stage != "grouping")
    assert not (tmp_path / "b.html").exists()


def test_a_page_that_cannot_be_written_leaves_the_old_one(tmp_path):
    vectors = fv.WordVectors(["a", "b"], np.eye(2))
    with pytest.raises(fv.StorageError):
        vectors.explore(tmp_path / "nowhere" / "a.html")
    (tmp_path / "folder").mkdir()
    with pytest.raises(fv.StorageError):
        vectors.explore(tmp_path / "folder")


def test_the_same_vectors_give_the_same_page(kingdom):
    assert kingdom.explore(seed=3).html == kingdom.explore(seed=3).html


def test_combined_vectors_are_what_is_shown(kingdom):
    both = kingdom.combined("sum")
    explorer = both.explore()
    np.testing.assert_allclose(explorer.contents.units[0], units(both.vectors[:1])[0], rtol=1e-5)


def test_districts_find_groups():
    rng = np.random.default_rng(1)
    centres = np.eye(4)[[0, 1, 2]]
    which = np.repeat([0, 1, 2], [50, 200, 100])
    rows = units(centres[which] + 0.1 * rng.standard_normal((350, 4)))
    found = districts_of(rows, 3, seed=1)
    assert np.bincount(found).tolist() == [200, 100, 50]  # the largest is number 0
    assert all(len(set(found[which == group])) == 1 for group in range(3))
    names = names_of(rows, found)
    assert [found[ids].tolist() for ids in names] == [[0, 0, 0], [1, 1, 1], [2, 2, 2]]
    centre = rows[which == 1].sum(axis=0)
    frequent = np.flatnonzero(which == 1)[:20]
    assert names[0] == frequent[np.argsort(-(rows[frequent] @ centre))[:3]].tolist()


def test_districts_of_equal_or_few_rows():
    assert districts_of(np.ones((5, 2), np.float32), 3, seed=1).tolist() == [0] * 5
    assert sorted(districts_of(np.eye(2, dtype=np.float32), 8, seed=1).tolist()) == [0, 1]
    assert districts_of(np.zeros((3, 2), np.float32), 2, seed=1).max() == 0


def test_the_loss_of_a_long_run_is_averaged():
    loss = np.linspace(4, 2, 10_001)
    loss[5] = np.nan
    tokens = np.arange(1, 10_002) * 100
    vectors = fv.WordVectors(
        ["a", "b"], np.eye(2), history={"tokens": tokens, "loss": loss, "epoch_loss": [3, np.inf]}
    )
    contents = vectors.explore().contents
    shown_tokens, shown_loss, *names = contents.course
    assert len(shown_tokens) == len(shown_loss) == 400
    assert shown_tokens[-1] == tokens[-1]
    assert np.isnan(shown_loss[0])
    assert shown_loss[1] == pytest.approx(loss[25:50].mean())
    assert names == ["tokens trained on", "loss (nats per prediction)"]
    assert contents.about()["course"]["y"][:2] == [None, pytest.approx(shown_loss[1])]
    assert contents.about()["epochs"]["y"] == [3.0, None]
    assert "NaN" not in re.sub(
        r'<script type="text/plain".*?</script>', "", vectors.explore().html, flags=re.DOTALL
    )


def test_settings_are_shown_whatever_they_hold():
    settings = {"model": "X", "rate": float("inf"), "nested": {"a": [1, None]}, "html": "</script>"}
    page = fv.WordVectors(["a"], [[1]], settings=settings).explore().html
    assert '"rate":null' in page
    assert '"html":"\\u003c/script>"' in page


def test_it_shows_itself():
    explorer = fv.WordVectors(["a", "b"], np.eye(2)).explore()
    assert repr(explorer) == "Explorer(2 words, 2 dimensions)"
    frame = explorer._repr_html_()
    assert frame.startswith('<iframe srcdoc="&lt;!doctype html&gt;')
    assert 'sandbox="allow-scripts"' in frame
    assert frame.count("<") == 2


@pytest.mark.parametrize(("method", "title"), [("umap", "UMAP"), ("tsne", "t-SNE")])
def test_other_methods_place_the_words(monkeypatch, method, title):
    asked = []

    def project(rows, **settings):
        asked.append(settings)
        return rows[:, 1:]

    monkeypatch.setattr("fastvec.explore.explorer.project", project)
    explorer = fv.WordVectors(["a", "b", "c"], np.eye(3)).explore(method=method, seed=5)
    assert asked == [{"method": method, "seed": 5}]
    assert explorer.points.tolist() == [[-1, -1], [1, -1], [-1, 1]]
    assert f'"method":"{title}"' in explorer.html
