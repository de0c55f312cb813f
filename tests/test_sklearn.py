"""The scikit-learn face: its own checks where they take texts, and what pipelines and searches rely on."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

import fastvec as fv

pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install 'fastvec[sklearn]'")
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from fastvec.sklearn import WordVectorizer

SMALL = fv.LSA(vector_size=4)
TRAINERS = [fv.SkipGram, fv.CBOW, fv.GloVe, fv.LogCountFactorization, fv.PPMISVD, fv.LSA]
# those of scikit-learn's checks that give no matrix to ``fit``
WITHOUT_DATA = [
    "check_do_not_raise_errors_in_init_or_set_params", "check_estimator_cloneable", "check_estimator_repr",
    "check_estimator_tags_renamed", "check_get_params_invariance", "check_mixin_order",
    "check_no_attributes_set_in_init", "check_parameters_default_constructible", "check_set_params",
    "check_valid_tag_types",
]  # fmt: skip


@pytest.fixture(scope="module")
def texts():
    wanted = {"king", "queen", "paris", "rome"}
    return [s for s in fv.datasets.demo_corpus(seed=1).sentences[:15_000] if wanted & set(s.split())]


@pytest.fixture(scope="module")
def royal(texts):
    return np.array([bool({"king", "queen"} & set(text.split())) for text in texts])


@pytest.fixture(scope="module")
def vectors(texts):
    return fv.LSA(vector_size=8).train(fv.Corpus.from_text(texts, min_count=1), threads=1)


@parametrize_with_checks([WordVectorizer(SMALL), WordVectorizer(vectors=fv.WordVectors(["a"], [[1.0]]))])
def test_checks_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize("name", WITHOUT_DATA)
@pytest.mark.parametrize(
    "estimator", [WordVectorizer(), WordVectorizer(SMALL, method="sif")], ids=["plain", "sif"]
)
def test_checks_that_need_no_data(name, estimator):
    getattr(estimator_checks, name)("WordVectorizer", estimator)


def test_given_vectors_are_those_of_embed(vectors, texts):
    found = WordVectorizer(vectors=vectors, tokens="whitespace", lowercase=False).fit_transform(texts)
    assert np.array_equal(found, vectors.embed(texts))
    assert (found.dtype, found.shape) == (np.float32, (len(texts), 8))


def test_sif_keeps_the_component_of_the_documents_of_fit(vectors, texts):
    estimator = WordVectorizer(vectors=vectors, method="sif").fit(texts)
    expected = fv.SIF().fit(vectors, texts).transform(texts[:3])
    assert np.array_equal(estimator.transform(texts[:3]), expected)
    assert estimator.transform(texts[:1]).any()  # alone, nothing would be left of it
    two = WordVectorizer(vectors=vectors, method=fv.SIF(components=2)).fit(texts)
    assert len(two.sif_.common) == 2


@pytest.mark.parametrize("trainer", TRAINERS)
def test_every_trainer_trains(trainer, texts):
    fast = {"epochs": 1} if "epochs" in trainer().get_params() else {}
    estimator = WordVectorizer(trainer(vector_size=4, **fast), threads=1).fit(texts)
    corpus = fv.Corpus.from_text(texts, min_count=1, tokens="words", lowercase=True)
    expected = trainer(vector_size=4, **fast).train(corpus, threads=1)
    assert np.array_equal(estimator.vectors_.vectors, expected.vectors)


@pytest.mark.parametrize("trainer", TRAINERS)
def test_trainers_are_cloned(trainer):
    one = trainer(vector_size=7, seed=3)
    assert clone(one) == one
    assert clone(WordVectorizer(one)).trainer == one


def test_a_trainer_with_subwords_is_cloned():
    one = fv.CBOW(subwords=fv.Subwords(min_n=2), epochs=3)
    assert clone(one) == one


def test_documents_in_any_form(vectors, texts):
    estimator = WordVectorizer(vectors=vectors)
    expected = estimator.fit_transform(texts[:5])
    for given in (
        tuple(texts[:5]),
        np.array(texts[:5]),
        np.array(texts[:5], object),
        iter(texts[:5]),
        [text.split() for text in texts[:5]],
        [text.upper() for text in texts[:5]],
    ):
        assert np.array_equal(estimator.fit_transform(given), expected)
    assert estimator.transform([]).shape == (0, 8)
    assert not estimator.transform(["", "!"]).any()


def test_a_file_of_vectors(vectors, texts, tmp_path):
    vectors.save(tmp_path / "v.safetensors")
    found = WordVectorizer(vectors=tmp_path / "v.safetensors").fit_transform(texts[:3])
    assert np.array_equal(found, WordVectorizer(vectors=vectors).fit_transform(texts[:3]))


def test_parameters(vectors):
    estimator = WordVectorizer(SMALL)
    assert estimator.get_params()["trainer__vector_size"] == 4
    assert "trainer__vector_size" not in estimator.get_params(deep=False)
    assert estimator.set_params(trainer__vector_size=9, method="sif") is estimator
    assert (estimator.trainer.vector_size, estimator.method, SMALL.vector_size) == (9, "sif", 4)
    assert WordVectorizer().set_params(trainer__epochs=3).trainer == fv.SkipGram(epochs=3)
    changed = WordVectorizer(SMALL).set_params(trainer=fv.GloVe(), trainer__x_max=5)
    assert changed.trainer == fv.GloVe(x_max=5)
    with pytest.raises(fv.SettingError, match="no setting 'size'; use vector_size"):
        estimator.set_params(trainer__size=3)
    with pytest.raises(ValueError, match="Invalid parameter 'window'"):
        estimator.set_params(window=3)


def test_a_clone_is_unfitted_and_shares_the_vectors(vectors, texts):
    estimator = WordVectorizer(vectors=vectors).set_output(transform="pandas").fit(texts)
    copied = clone(estimator)
    assert copied.vectors is vectors is estimator.vectors
    assert not hasattr(copied, "vectors_")
    assert copied._sklearn_output_config == {"transform": "pandas"}
    assert clone(make_pipeline(estimator))[0].vectors is vectors


def test_not_fitted(texts):
    for call in (lambda e: e.transform(texts), lambda e: e.get_feature_names_out()):
        with pytest.raises(NotFittedError):
            call(WordVectorizer(SMALL))


def test_a_failed_fit_leaves_the_former_one(vectors, texts):
    estimator = WordVectorizer(vectors=vectors).fit(texts)
    before = estimator.transform(texts[:3])
    with pytest.raises(fv.SettingError, match="texts in more directions"):
        estimator.set_params(method="sif").fit(texts[:1])
    assert np.array_equal(estimator.transform(texts[:3]), before)


def test_fitting_anew_forgets(texts):
    estimator = WordVectorizer(SMALL, method="sif", threads=1).fit(texts)
    again = estimator.set_params(method="mean", trainer__vector_size=6).fit(texts)
    assert again.sif_ is None
    assert again.transform(texts).shape == (len(texts), 6)
    fresh = WordVectorizer(SMALL.replace(vector_size=6), threads=1).fit_transform(texts)
    assert np.array_equal(again.transform(texts), fresh)


def test_names_of_features_and_output_as_a_table(vectors, texts):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    estimator = WordVectorizer(vectors=vectors).set_output(transform="pandas")
    names = [f"wordvectorizer{i}" for i in range(8)]
    series = pandas.Series(texts[:4], index=list("abcd"))
    for table in (estimator.fit_transform(series), estimator.transform(series)):
        assert table.columns.tolist() == estimator.get_feature_names_out().tolist() == names
        assert table.shape == (4, 8)
    columns = ColumnTransformer([("text", WordVectorizer(vectors=vectors), "text")])
    found = columns.fit_transform(pandas.DataFrame({"text": texts[:4], "other": range(4)}))
    assert np.array_equal(found, vectors.embed(texts[:4]))


def test_a_pipeline_learns(vectors, texts, royal):
    pipeline = make_pipeline(WordVectorizer(SMALL, method="sif", threads=1), LogisticRegression())
    assert cross_val_score(pipeline, texts, royal, cv=3).min() > 0.9
    fitted = pipeline.fit(texts, royal)
    again = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(again.predict_proba(texts), fitted.predict_proba(texts))


def test_a_grid_search_reaches_the_trainer(texts, royal):
    steps = Pipeline([("words", WordVectorizer(SMALL, threads=1)), ("classify", LogisticRegression())])
    grid = {"words__trainer__vector_size": [1, 5], "words__method": ["mean", fv.SIF(components=0)]}
    found = GridSearchCV(steps, grid, cv=2, error_score="raise").fit(texts, royal)
    best = found.best_estimator_
    assert best["words"].trainer.vector_size == found.best_params_["words__trainer__vector_size"]
    assert best["words"].vectors_.vector_size == best["words"].trainer.vector_size
    assert steps["words"].trainer is SMALL
    assert len(found.cv_results_["params"]) == 4


@pytest.mark.parametrize(
    ("estimator", "field"),
    [
        (WordVectorizer(fv.LSA), "trainer"),
        (WordVectorizer(vectors=np.eye(3)), "vectors"),
        (WordVectorizer(SMALL, vectors=fv.WordVectors(["a"], [[1]])), "trainer, vectors"),
        (WordVectorizer(SMALL, method="median"), "method"),
        (WordVectorizer(SMALL, method=None), "method"),
        (WordVectorizer(SMALL, tokens="letters"), "tokens"),
        (WordVectorizer(SMALL, lowercase=1), "lowercase"),
        (WordVectorizer(SMALL, min_count=-1), "min_count"),
        (WordVectorizer(SMALL, threads=0), "threads"),
    ],
)
def test_parameters_are_checked_by_fit(estimator, field, vectors, texts):
    with pytest.raises(fv.SettingError, match=f"^{field}: expected"):
        estimator.fit(texts)
    if field in ("method", "tokens", "lowercase", "threads"):  # checked by fit of given vectors too
        with pytest.raises(fv.SettingError, match=f"^{field}: expected"):
            clone(estimator).set_params(trainer=None, vectors=vectors).fit(texts)


@pytest.mark.parametrize("wrong", ["a text", b"a text", {"a": 1}, 5, None, np.array([["a"], ["b"]])])
def test_what_are_no_documents_is_refused(vectors, texts, wrong):
    estimator = WordVectorizer(vectors=vectors)
    for call in (estimator.fit, estimator.fit_transform, estimator.fit(texts).transform):
        with pytest.raises(ValueError, match=r"^X: expected documents"):
            call(wrong)
    with pytest.raises(ValueError, match="item 0: expected a line or a list of tokens"):
        estimator.fit_transform([1, 2])


def test_no_words_to_train_on():
    with pytest.raises(fv.CorpusError):
        WordVectorizer(SMALL).fit(["", "!"])


def test_scikit_learn_is_loaded_by_this_module_alone():
    script = (
        "import sys; sys.modules['sklearn'] = None; import fastvec as fv; [getattr(fv, n) for n in fv.__all__]\n"
        "try:\n    import fastvec.sklearn\nexcept fv.MissingPackageError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "estimators need one more package: pip install 'fastvec[sklearn]'\n"
