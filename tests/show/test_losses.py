"""Losses during training: what is drawn over what, and with which names."""

from __future__ import annotations

import numpy as np
import pytest

import fastvec as fv
from fastvec.show import losses
from fastvec.show.figures import COLOURS


@pytest.fixture(scope="module")
def corpus():
    return fv.Corpus.from_text(fv.datasets.kingdom(), min_count=1)


@pytest.fixture(scope="module")
def runs(corpus):
    return [fv.SkipGram(vector_size=8, epochs=60, seed=seed).train(corpus) for seed in (1, 2)]


def entries(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_raw_and_smoothed(runs):
    axes = fv.plot_loss(*runs)
    raw, smooth, other_raw, other = axes.lines
    history = runs[0].history
    assert raw.get_xdata() == pytest.approx(history["tokens"])
    assert raw.get_ydata() == pytest.approx(history["loss"])
    expected = losses.smoothed(losses.Course(history["tokens"], history["loss"], "", "")).y
    assert smooth.get_ydata() == pytest.approx(expected)
    assert np.diff(smooth.get_ydata()).std() < 0.7 * np.diff(raw.get_ydata()).std()
    assert raw.get_color() == smooth.get_color() == COLOURS[0]
    assert other_raw.get_color() == other.get_color() == COLOURS[1]
    assert raw.get_alpha() < 1
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("tokens trained on", "loss (nats per prediction)")
    assert entries(axes) == [f"seed={i + 1}, last: {axes.lines[2 * i + 1].get_ydata()[-1]:.3g}" for i in (0, 1)]


def test_a_mean_has_as_many_points_as_there_are():
    y = np.random.default_rng(0).standard_normal(100)
    smooth = losses.smoothed(losses.Course(np.arange(100.0), y, "", "")).y
    expected = [y[0], y[:3].mean(), *(y[i - 2 : i + 3].mean() for i in range(2, 100))]
    assert smooth == pytest.approx(expected)


def test_a_short_slice_weighs_little():
    x, y = np.arange(1.0, 101) * 1000, np.ones(100)
    x[-1], y[-1] = x[-2] + 10, 0.0  # the last slice has 10 tokens
    smooth = losses.smoothed(losses.Course(x, y, "", "")).y
    assert smooth[-1] == pytest.approx(2000 / 2010)
    axes = fv.plot_loss({"tokens": x.astype(int), "loss": y, "epoch_loss": [0.99]})
    assert entries(axes)[0].endswith("last: 0.995")


def test_runs_of_different_kinds_share_epochs(runs, corpus):
    model = fv.NNLM(vector_size=4, hidden_size=4, epochs=3).train(corpus)
    axes = fv.plot_loss(runs[0], model, names=["_skip", "$n^n"])
    assert axes.get_xlabel() == "tokens trained on"
    assert axes.lines[-1].get_xdata() == pytest.approx(model.history["tokens"])
    only_epochs = fv.plot_loss(runs[0], {"epoch_loss": [3.0, 2.0, 1.5]}, names=["_skip", "$n^n$"])
    assert only_epochs.get_xlabel() == "epoch"
    assert only_epochs.lines[-1].get_xdata().tolist() == [1, 2, 3]
    assert entries(only_epochs)[1] == "$n^n$, last: 1.5"
    assert entries(only_epochs)[0].startswith("_skip")


def test_costs_of_pairs(corpus, axes):
    vectors = fv.GloVe(vector_size=4, epochs=5).train(corpus)
    assert fv.plot_loss(vectors, ax=axes, title="$") is axes
    assert axes.get_xlabel() == "epoch"
    assert axes.get_ylabel() == "cost of a pair (half its squared error)"
    assert axes.lines[0].get_ydata() == pytest.approx(vectors.history["cost"])
    assert entries(axes) == [f"GloVe, last: {vectors.history['cost'][-1]:.3g}"]


def test_epochs_are_not_smoothed(corpus):
    vectors = fv.LogCountFactorization(vector_size=4, epochs=100).train(corpus)
    (line,) = fv.plot_loss(vectors).lines
    assert line.get_ydata() == pytest.approx(vectors.history["cost"])


def test_a_file_keeps_it(runs, tmp_path, axes):
    runs[0].save(tmp_path / "run.safetensors")
    fv.plot_loss(fv.WordVectors.load(tmp_path / "run.safetensors"), ax=axes)
    assert axes.lines[0].get_ydata() == pytest.approx(runs[0].history["loss"])


def test_runs_that_do_not_differ_are_numbered(runs, axes):
    fv.plot_loss(runs[0], runs[0], ax=axes)
    assert [entry.split(",")[0] for entry in entries(axes)] == ["run 1", "run 2"]


@pytest.mark.parametrize(
    ("given", "settings", "message"),
    [
        ([], {}, "runs: expected at least one, got none"),
        ([fv.WordVectors(["a"], [[1]])], {}, r"runs\[0\]: expected vectors with a history"),
        ([{"epoch_loss": []}], {}, r"runs\[0\]: expected vectors with a history"),
        ([{"epoch_loss": [1.0]}, {"tokens": [3]}], {}, r"runs\[1\]: expected vectors with a history"),
        ([3], {}, r"runs\[0\]: expected vectors with a history"),
        ([{"loss": [1.0]}], {}, r"runs\[0\]: expected vectors with a history"),
        ([{"epoch_loss": [1.0]}, {"cost": [1.0]}], {}, "runs: expected losses of one kind"),
        ([{"tokens": [9], "loss": [1.0]}, {"epoch_loss": [1.0]}], {}, "runs: expected losses over the same"),
        ([{"epoch_loss": [1.0]}], {"names": ["a", "b"]}, "names: expected 1 names"),
        ([{"epoch_loss": [1.0]}], {"names": "a"}, "names: expected 1 names"),
    ],
)
def test_what_cannot_be_drawn_is_named(given, settings, message):
    with pytest.raises(fv.SettingError, match=message):
        fv.plot_loss(*given, **settings)
