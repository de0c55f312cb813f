"""What every trainer promises. A trainer's test module has one subclass of Contract, which says how it is."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import threading
from typing import Any, ClassVar

import numpy as np
import pytest
from scipy.sparse import coo_array

import fastvec as fv


def lines(n=120, seed=0) -> list[str]:
    """Two kinds of sentence that share no word but one."""
    rng = np.random.default_rng(seed)
    kinds = [[f"a{i}" for i in range(8)], [f"b{i}" for i in range(8)]]
    return [" ".join(rng.choice([*kinds[i % 2], "the"], 9)) for i in range(n)]


def matrix_of(counts: Any) -> fv.CooccurrenceMatrix:
    """Counts of the words w0, w1, ..., each of which comes nine times."""
    n = len(counts)
    vocabulary = fv.Vocabulary([f"w{i}" for i in range(n)], [9] * n)
    return fv.CooccurrenceMatrix(coo_array(np.asarray(counts, float)), vocabulary)


class Contract:
    """Inherit from it as ``class TestSomething(Contract)`` and set these."""

    trainer: ClassVar[Any]
    settings: ClassVar[dict[str, Any]]  # of a short run
    refused: ClassVar[list[tuple[str, Any, str]]]  # settings, values and what is expected in their place
    takes_counts = True  # a CooccurrenceMatrix in the place of a Corpus; otherwise:
    refuses_counts: ClassVar[str] = r"make one by Corpus\.from_text"
    exact_on_threads = True  # the same bytes for any number of threads
    more: ClassVar[list[str]] = []  # other arguments of train()
    has_checkpoints = True
    tells_epochs = False
    many = 100_000  # epochs that take longer than any test may
    draws = True  # another seed gives other vectors
    iterates = True  # has epochs: a history, and something to return when it is stopped
    diverges: ClassVar[tuple[float, ...]] = ()  # learning rates
    within = 2e-5  # what the NumPy backend may differ by

    @pytest.fixture
    def corpus(self) -> fv.Corpus:
        return fv.Corpus.from_text(lines(), min_count=1)

    def train(self, corpus: Any, *, settings: dict[str, Any] | None = None, **arguments: Any) -> fv.WordVectors:
        vectors = self.trainer(**{**self.settings, **(settings or {})}).train(corpus, **arguments)
        assert isinstance(vectors, fv.WordVectors)
        return vectors

    def test_it_returns_a_vector_for_each_word(self, corpus):
        vectors = self.train(corpus)
        assert vectors.index_to_key == corpus.vocabulary.words
        assert np.array_equal(vectors.counts, corpus.vocabulary.counts)
        assert vectors.vectors.dtype == np.float32
        assert vectors.vectors.shape == (len(corpus.vocabulary), self.settings["vector_size"])
        assert np.isfinite(vectors.vectors).all()
        assert vectors.context_vectors is None or vectors.context_vectors.shape == vectors.vectors.shape

    def test_neighbours_are_of_the_same_kind(self, corpus):
        vectors = self.train(corpus)
        same = [
            other[0] == word[0]
            for word in ("a0", "a5", "b1", "b7")
            for other, _ in vectors.most_similar(word, topn=3)
        ]
        assert sum(same) >= 10

    def test_settings_are_kept_with_the_vectors(self, corpus, tmp_path):
        trainer = self.trainer(**self.settings)
        vectors = trainer.train(corpus)
        assert vectors.settings == {"model": self.trainer.__name__, **dataclasses.asdict(trainer)}
        json.dumps(vectors.settings)
        vectors.save(tmp_path / "v.safetensors")
        again = fv.WordVectors.load(tmp_path / "v.safetensors")
        assert again.settings == vectors.settings
        assert again.vectors.tobytes() == vectors.vectors.tobytes()

    def test_it_is_frozen_and_takes_names_only(self):
        trainer = self.trainer(**self.settings)
        with pytest.raises(dataclasses.FrozenInstanceError):
            trainer.vector_size = 3
        with pytest.raises(TypeError):
            self.trainer(10)
        assert self.trainer(**self.settings) == trainer

    def test_all_train_alike(self):
        parameters = inspect.signature(self.trainer.train).parameters
        last = ["checkpoint", "checkpoint_every", "resume"] if self.has_checkpoints else []
        told = ["on_epoch"] if self.tells_epochs else []
        assert [*parameters][1:] == ["data", *self.more, "threads", "backend", "on_progress", *told, *last]
        assert {parameter.kind for parameter in [*parameters.values()][2:]} == {inspect.Parameter.KEYWORD_ONLY}

    def test_one_seed_gives_the_same_bytes(self, corpus):
        first, again = (self.train(corpus, threads=1) for _ in range(2))
        assert first.vectors.tobytes() == again.vectors.tobytes()
        if self.draws:
            assert (
                first.vectors.tobytes() != self.train(corpus, settings={"seed": 99}, threads=1).vectors.tobytes()
            )

    def test_any_number_of_threads_gives_the_same_bytes(self, corpus):
        one, *several = (self.train(corpus, threads=threads) for threads in (1, 2, 3, 8, 16))
        for other in several:
            if self.exact_on_threads:
                assert one.vectors.tobytes() == other.vectors.tobytes()
            else:
                assert one.vectors.shape == other.vectors.shape

    def test_numpy_makes_the_same_run(self, corpus):
        compiled, plain = (self.train(corpus, threads=1, backend=backend) for backend in ("compiled", "numpy"))
        assert np.abs(compiled.vectors - plain.vectors).max() <= self.within

    def test_counts_stand_for_their_corpus(self, corpus):
        counts = fv.count_cooccurrences(corpus)
        if self.takes_counts:
            assert (
                self.train(counts, threads=1).vectors.tobytes() == self.train(corpus, threads=1).vectors.tobytes()
            )
        else:
            with pytest.raises(fv.CorpusError, match=f"data: expected .*Matrix.*; {self.refuses_counts}"):
                self.train(counts)

    def test_the_history_goes_by_steps(self, corpus):
        vectors = self.train(corpus)
        if self.iterates:
            names = ("epoch_loss", "perplexity")
            by_epoch = {name: column for name, column in vectors.history.items() if name in names}
            columns = [column for name, column in vectors.history.items() if name not in by_epoch]
            assert len(columns) >= 2
            assert {len(column) for column in columns} == {len(columns[0])}
            assert len(columns[0]) >= self.settings["epochs"]
            assert all(len(column) == self.settings["epochs"] for column in by_epoch.values())

    def test_it_reports_and_can_be_stopped(self, corpus):
        seen = []

        def stop(progress):
            seen.append(progress)
            return progress.stage != "training"  # counting goes on to its end

        if self.iterates:
            vectors = self.train(corpus, settings={"epochs": self.many}, on_progress=stop)
            assert np.isfinite(vectors.vectors).all()
            last = seen[-1]
            assert 0 < last.done < last.total
            assert last.epoch >= 1
            assert last.loss > 0
        else:
            with pytest.raises(fv.Cancelled, match="stopped"):
                self.train(corpus, on_progress=stop)
        assert seen[-1].stage == "training"
        assert isinstance(seen[-1], fv.Progress)

    @pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
    def test_an_error_of_the_callback_and_ctrl_c_end_it(self, corpus, error):
        def fails(progress):
            raise error("my own")

        before = threading.active_count()
        with pytest.raises(error, match="my own"):
            self.train(corpus, settings={"epochs": self.many} if self.iterates else {}, on_progress=fails)
        assert threading.active_count() == before

    def test_a_rate_far_too_high_is_named(self, corpus):
        for rate in self.diverges:
            with pytest.raises(fv.TrainingError, match=r"diverged.*learning rate of") as caught:
                self.train(corpus, settings={"learning_rate": rate})
            assert caught.value.field == "learning_rate"

    @pytest.mark.parametrize("text", [["a", "b"], ["", "a"]])
    def test_a_text_without_pairs_is_refused(self, text):
        with pytest.raises(fv.CorpusError, match="data: no"):
            self.train(fv.Corpus.from_text(text, min_count=1))

    @pytest.mark.parametrize("n", [0, 1, 5])
    def test_a_matrix_without_pairs_is_refused(self, n):
        if self.takes_counts:
            with pytest.raises(fv.CorpusError, match="data: no"):
                self.train(matrix_of(np.zeros((n, n))))

    def test_a_word_without_neighbours_has_a_finite_vector(self):
        if self.takes_counts:
            vectors = self.train(matrix_of([[0, 3, 0], [3, 0, 0], [0, 0, 0]]))
            assert np.isfinite(vectors.vectors).all()
            assert np.abs(vectors["w2"]).max() < np.abs(vectors["w0"]).max()

    def test_what_is_no_corpus_is_refused(self):
        with pytest.raises(fv.CorpusError, match=r"Corpus\.from_text"):
            self.train([["a", "list", "of", "tokens"]])

    def test_settings_out_of_range_are_named(self):
        everywhere = [("vector_size", 0, "a whole number"), ("seed", -1, "a whole number")]
        for name, value, expected in [*everywhere, *self.refused]:
            with pytest.raises(fv.SettingError, match=f"{name}: expected {expected}.*got") as caught:
                self.trainer(**{name: value})
            assert caught.value.field == name

    def test_settings_of_other_libraries_are_translated(self):
        name = self.trainer.__name__
        for make in (self.trainer, self.trainer().replace):
            with pytest.raises(fv.SettingError, match=f"{name}: no setting 'size'; use vector_size") as caught:
                make(size=100)
            assert caught.value.field == "size"
            with pytest.raises(
                fv.SettingError, match=f"{name}: no setting 'nonsense'; its settings are vector_size,"
            ):
                make(nonsense=1)

    def test_settings_are_listed_and_replaced(self):
        trainer = self.trainer(**self.settings)
        fields = [field.name for field in dataclasses.fields(self.trainer)]
        assert [*trainer.get_params()] == [*trainer.get_params(deep=False)] == fields
        assert self.trainer(**trainer.get_params()) == trainer
        changed = trainer.replace(vector_size=3)
        assert (type(changed), changed.vector_size, trainer.vector_size) == (
            self.trainer, 3, self.settings["vector_size"]
        )  # fmt: skip
        assert changed.replace(vector_size=trainer.vector_size) == trainer
        with pytest.raises(fv.SettingError, match="vector_size: expected"):
            trainer.replace(vector_size=0)

    def test_numbers_of_numpy_are_kept_as_pythons(self):
        assert type(self.trainer(vector_size=np.int64(3)).get_params()["vector_size"]) is int

    def test_scikit_learn_can_clone_it(self):
        base = pytest.importorskip("sklearn.base")
        trainer = self.trainer(**self.settings)
        copy = base.clone(trainer)
        assert copy == trainer
        assert copy is not trainer

    def test_the_docstring_names_every_setting(self):
        described = re.search(
            r"Parameters\n-+\n(.*?)\n\n(?:Raises|Notes)\n", inspect.getdoc(self.trainer), re.DOTALL
        )
        named = re.findall(r"^(\w+(?:, \w+)*) : ", described[1], re.MULTILINE)
        fields = {field.name: field.metadata["help"] for field in dataclasses.fields(self.trainer)}
        assert {name for names in named for name in names.split(", ")} == set(fields)
        assert all(text and not text.endswith(".") for text in fields.values())

    def test_arguments_are_checked(self, corpus):
        with pytest.raises(fv.SettingError, match="threads: expected a whole number"):
            self.train(corpus, threads=0)
        with pytest.raises(fv.SettingError, match="backend: expected 'compiled' or 'numpy'"):
            self.train(corpus, backend="cuda")
