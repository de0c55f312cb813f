"""What the four pictures hold."""

import numpy as np
import pytest

import fastvec as fv
from fastvec.show import geometry
from fastvec.show.figures import off_screen, save


@pytest.fixture(scope="module")
def diagnosis():
    vectors = fv.geometry.random_vectors(6000, 40) * np.linspace(3, 1, 6000)[:, None]
    return fv.geometry.diagnose(vectors, counts=np.arange(6000, 0, -1))


def labels(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_cosines(axes, diagnosis):
    geometry.draw_cosines(axes, diagnosis)
    assert labels(axes) == [
        f"{name}: mean |cosine| {space.mean_absolute_cosine:.3f}"
        for name, space in (("given", diagnosis.given), ("random", diagnosis.random))
    ]
    heights = [patch.get_xy()[:, 1].max() for patch in axes.patches]
    assert heights[1] == pytest.approx(1 / np.sqrt(2 * np.pi / 40), rel=0.1)  # the normal density, at 0


def test_lengths(axes, diagnosis):
    geometry.draw_norms(axes, diagnosis)
    points, medians = axes.lines[:2]
    assert geometry.POINTS / 2 < len(points.get_xdata()) <= geometry.POINTS
    assert {1, 6000} <= set(points.get_xdata())
    by, lengths = medians.get_data()
    frequent = np.median(diagnosis.given.norms[diagnosis.given.counts > by[-2]])
    assert lengths[-1] == pytest.approx(frequent, rel=0.1)
    assert lengths[-1] > 2 * lengths[0]
    assert "count of the word" in axes.get_xlabel()


def test_lengths_without_counts(axes):
    geometry.draw_norms(axes, fv.geometry.diagnose(np.eye(3)))
    assert "position in the file" in axes.get_xlabel()
    assert axes.lines[0].get_xdata().tolist() == [1, 2, 3]


def test_words_that_never_occur_have_no_place_on_the_axis(axes):
    geometry.draw_norms(axes, fv.geometry.diagnose(np.eye(4), counts=[3, 2, 0, 0]))
    assert sorted(axes.lines[0].get_xdata()) == [2, 3]


def test_no_word_occurs(axes):
    geometry.draw_norms(axes, fv.geometry.diagnose(np.eye(4), counts=[0, 0, 0, 0]))
    assert "position in the file" in axes.get_xlabel()


def test_variances(axes, diagnosis):
    geometry.draw_variances(axes, diagnosis)
    assert axes.lines[0].get_ydata().sum() == pytest.approx(100)
    assert labels(axes)[0] == f"given: {diagnosis.given.effective_dimension:.1f} effective dimensions"


def test_distortions(axes, diagnosis):
    geometry.draw_distortions(axes, diagnosis)
    bound = axes.lines[1].get_data()
    assert bound[1][0] == pytest.approx(1 + np.sqrt(8 * np.log(6000) / bound[0][0]))
    medians = axes.containers[0].lines[0].get_ydata()
    assert medians[-1] == pytest.approx(np.median(diagnosis.given.distortions[1024]))
    assert len(medians) == len(set(diagnosis.given.distortions) - {20})


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_files(tmp_path, suffix, diagnosis):
    with off_screen():
        axes = fv.plot_geometry(diagnosis, title="a title of $")
    assert [place.get_title() for place in axes][:2] == ["Angles of random pairs of words", "Length and frequency"]
    assert axes[0].figure.get_suptitle() == "a title of $"
    save(axes[0].figure, tmp_path / f"picture.{suffix}")
    assert (tmp_path / f"picture.{suffix}").stat().st_size > 10_000


def test_axes_that_are_given(diagnosis, axes):
    four = axes.figure.subplots(2, 2)
    assert list(fv.plot_geometry(diagnosis, ax=four)) == list(four.flat)
    assert axes.figure.get_suptitle() == ""
    fv.plot_geometry(diagnosis, ax=four, title="$mine")
    assert axes.figure.get_suptitle() == "$mine"
    with pytest.raises(fv.SettingError, match="ax: expected 4 Axes of matplotlib, got 1"):
        fv.plot_geometry(diagnosis, ax=axes)
    with pytest.raises(fv.SettingError, match="diagnosis: expected a Diagnosis"):
        fv.plot_geometry(np.eye(3))


@pytest.mark.parametrize("vectors", [np.eye(2), np.ones((3, 4)), np.zeros((2, 1)), [[1], [2], [-4]]])
def test_spaces_with_nothing_in_them(tmp_path, vectors):
    axes = fv.plot_geometry(fv.geometry.diagnose(vectors))
    save(axes[0].figure, tmp_path / "picture.svg")
    assert (tmp_path / "picture.svg").exists()
