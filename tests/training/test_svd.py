"""PPMISVD and LSA against LAPACK on dense matrices; threads, stopping, ranks, refusals."""

from __future__ import annotations

import threading
import warnings

import numpy as np
import oracles_association as oracle
import pytest
from scipy import sparse
from training.contract import Contract, matrix_of

import fastvec as fv
from fastvec.counting.association import ppmi, tf_idf
from fastvec.counting.documents import DocumentMatrix, count_documents
from fastvec.running.workers import new_stop_flag
from fastvec.training import truncated_svd as svd


class TestPPMISVD(Contract):
    trainer = fv.PPMISVD
    settings = {"vector_size": 10}  # noqa: RUF012
    refused = [  # noqa: RUF012
        ("vector_size", 10.0, "a whole number"),
        ("negative", 0, "a finite number above 0"),
        ("negative", float("nan"), "a finite number"),
        ("context_smoothing", -1, "a finite number of at least 0"),
        ("context_smoothing", True, "a finite number"),
        ("eigenvalue_power", -0.5, "a finite number of at least 0"),
        ("seed", 2**64, "a whole number"),
    ]
    draws = iterates = has_checkpoints = False


class TestLSA(Contract):
    trainer = fv.LSA
    settings = {"vector_size": 10}  # noqa: RUF012
    refused = [  # noqa: RUF012
        ("sublinear", 1, "True or False"),
        ("eigenvalue_power", float("inf"), "a finite number of at least 0"),
        ("seed", 0.5, "a whole number"),
    ]
    draws = iterates = takes_counts = has_checkpoints = False
    refuses_counts = "a CooccurrenceMatrix has no documents"

    @pytest.mark.parametrize("text", [["a b", "b a"], ["a"]])
    def test_a_text_without_pairs_is_refused(self, text):
        """Pairs of a word and a document, here: no word tells one document from another."""
        super().test_a_text_without_pairs_is_refused(text)


def some_counts(n, *, symmetric=False, seed=0, density=0.1):
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, 30, (n, n)) * (rng.random((n, n)) < density)
    counts[0, 0] += 1
    return counts + counts.T if symmetric else counts


@pytest.fixture
def always_sparse(monkeypatch):
    """Lanczos for small matrices too, in several blocks of rows."""
    monkeypatch.setattr(svd, "SMALL", 0)
    monkeypatch.setattr(svd, "SPLIT", 100)


def expected_product(weights, size):
    """The best approximation of the rank ``size``, which singular vectors of any sign give."""
    U, sigma, Vt = np.linalg.svd(weights)
    return (U[:, :size] * sigma[:size]) @ Vt[:size]


@pytest.mark.usefixtures("always_sparse")
@pytest.mark.parametrize("n", [9, 33, 100])
@pytest.mark.parametrize("symmetric", [False, True])
@pytest.mark.parametrize(("smoothing", "k"), [(1.0, 1), (0.75, 1), (1.0, 2)])
def test_words_times_contexts_is_the_best_approximation(n, symmetric, smoothing, k):
    counts = some_counts(n, symmetric=symmetric, density=0.4)
    trainer = fv.PPMISVD(vector_size=6, negative=k, context_smoothing=smoothing)
    vectors = trainer.train(matrix_of(counts))
    expected = expected_product(oracle.ppmi(counts, k, smoothing), 6)
    assert vectors.vectors @ vectors.context_vectors.T == pytest.approx(expected, abs=2e-5)


@pytest.mark.usefixtures("always_sparse")
@pytest.mark.parametrize("symmetric", [False, True])
@pytest.mark.parametrize("power", [0, 0.5, 1, 2])
def test_the_power_of_the_eigenvalues(symmetric, power):
    counts = some_counts(60, symmetric=symmetric)
    trainer = fv.PPMISVD(vector_size=7, context_smoothing=1, eigenvalue_power=power)
    vectors = trainer.train(matrix_of(counts))
    sigma = np.linalg.svd(oracle.ppmi(counts), compute_uv=False)[:7]
    for side, exponent in ((vectors.vectors, power), (vectors.context_vectors, 1 - power)):
        columns = side / sigma**exponent
        assert columns.T @ columns == pytest.approx(np.eye(7), abs=1e-5)


@pytest.mark.parametrize("power", [100, 1000])
def test_a_power_that_float32_cannot_hold(power):
    with pytest.raises(fv.SettingError, match=f"eigenvalue_power: .* to the power of {power} are not finite"):
        fv.PPMISVD(vector_size=3, eigenvalue_power=power).train(matrix_of(some_counts(60)))


@pytest.mark.parametrize("smoothing", [1.0, 0.75])
def test_the_numpy_backend_makes_the_same_vectors(smoothing, monkeypatch):
    counts = matrix_of(some_counts(80, symmetric=True))
    trainer = fv.PPMISVD(vector_size=10, context_smoothing=smoothing)
    plain = trainer.train(counts, backend="numpy")
    monkeypatch.setattr(svd, "SMALL", 0)
    compiled = trainer.train(counts)
    assert compiled.vectors == pytest.approx(plain.vectors, abs=1e-5), "signs too"
    assert compiled.context_vectors == pytest.approx(plain.context_vectors, abs=1e-5)


@pytest.mark.usefixtures("always_sparse")
@pytest.mark.parametrize("symmetric", [False, True])
def test_the_same_bytes_for_any_number_of_threads(symmetric):
    counts = matrix_of(some_counts(150, symmetric=symmetric))
    trainer = fv.PPMISVD(vector_size=9, context_smoothing=1)
    first, *others = (trainer.train(counts, threads=threads) for threads in (1, 1, 2, 5))
    for other in others:
        assert other.vectors.tobytes() == first.vectors.tobytes()
        assert other.context_vectors.tobytes() == first.context_vectors.tobytes()


@pytest.mark.usefixtures("always_sparse")
def test_another_seed_changes_rounding_only():
    counts = matrix_of(some_counts(150))
    first, other = (fv.PPMISVD(vector_size=9, seed=seed).train(counts) for seed in (1, 2))
    assert other.vectors == pytest.approx(first.vectors, abs=1e-5)


@pytest.mark.usefixtures("always_sparse")
@pytest.mark.parametrize("shape", [(40, 7), (7, 40), (300, 200)])
def test_products(shape):
    rng = np.random.default_rng(2)
    dense = rng.random(shape) * (rng.random(shape) < 0.3)
    x, y = rng.random(shape[1]), rng.random(shape[0])
    for threads in (1, 3):
        products = svd.Products(sparse.csr_array(dense), threads, new_stop_flag())
        assert products.times(x) == pytest.approx(dense @ x)
        assert products.transposed_times(y) == pytest.approx(dense.T @ y)
        assert products.times(x[:, None]) == pytest.approx(dense @ x), "a column will do"
        assert products.done == 3
    assert len(products.blocks) <= svd.BLOCKS + 1
    assert shape != (300, 200) or len(products.blocks) > 1


@pytest.mark.usefixtures("always_sparse")
@pytest.mark.parametrize("shape", [(5, 30), (30, 5), (30, 30)])
@pytest.mark.parametrize("size", [1, 3, 4])
def test_shapes_of_truncated_svd(shape, size):
    dense = np.random.default_rng(3).random(shape)
    matrix = sparse.csr_array(dense)
    products = svd.Products(matrix, 1, new_stop_flag())
    U, sigma, V = svd.truncated_svd(matrix, size, products, symmetric=False, dense=False, seed=1)
    assert (U.shape, sigma.shape, V.shape) == ((shape[0], size), (size,), (shape[1], size))
    assert (U * sigma) @ V.T == pytest.approx(expected_product(dense, size) if size else 0, abs=1e-9)
    largest = np.abs(U).max(axis=0)
    for column, most in zip(U.T, largest, strict=True):
        assert next(entry for entry in column if abs(entry) >= most / 2) > 0
    assert products.done > 0


# --- ranks and sizes ---


@pytest.mark.parametrize("sparse_one", [False, True])
@pytest.mark.parametrize("size", [4, 5, 6, 50])
def test_dimensions_past_the_rank_are_zero_and_said_to_be(size, sparse_one, monkeypatch):
    if sparse_one:
        monkeypatch.setattr(svd, "SMALL", 0)
    block = np.ones((5, 5))
    counts = np.kron(np.eye(4), block)  # four topics: rank 4
    for power in (0, 0.5):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            vectors = fv.PPMISVD(vector_size=size, eigenvalue_power=power).train(matrix_of(counts))
        said = [str(warning.message) for warning in caught]
        assert said == (
            [] if size == 4 else [f"vector_size={size}, but the matrix has rank 4: the dimensions past it are 0"]
        )
        assert vectors.vectors.shape == (20, size)
        assert not vectors.vectors[:, 4:].any()
        assert not vectors.context_vectors[:, 4:].any()
        product = vectors.vectors @ vectors.context_vectors.T
        assert product == pytest.approx(oracle.ppmi(counts, 1, 0.75), abs=1e-5)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_tiny_matrices(n):
    counts = np.eye(n) if n > 1 else np.array([[0.5]])
    if n == 1:  # log(1) = 0: no association
        with pytest.raises(fv.CorpusError, match=r"more often than by chance.*nothing to decompose"):
            fv.PPMISVD(vector_size=2).train(matrix_of(counts))
    else:
        vectors = fv.PPMISVD(vector_size=n).train(matrix_of(counts))
        assert vectors.vectors @ vectors.context_vectors.T == pytest.approx(np.eye(n) * np.log(n), abs=1e-6)


def test_a_word_without_neighbours_has_a_vector_of_zeros():
    counts = some_counts(20, symmetric=True)
    counts[7] = counts[:, 7] = 0
    vectors = fv.PPMISVD(vector_size=3).train(matrix_of(counts))
    assert not vectors.vectors[7].any()
    assert np.isfinite(vectors.vectors).all()


# --- running ---


@pytest.fixture
def slow_products(monkeypatch):
    """A decomposition that takes seconds, however small the matrix."""
    monkeypatch.setattr(svd, "SMALL", 0)
    times, called = svd.Products.times, threading.Event()

    def slow(self, x):
        called.set()
        threading.Event().wait(0.02)
        return times(self, x)

    monkeypatch.setattr(svd.Products, "times", slow)
    return called


def test_progress_counts_pairs(slow_products):
    seen = []
    counts = matrix_of(some_counts(100))
    fv.PPMISVD(vector_size=5).train(counts, on_progress=seen.append)
    assert len(seen) >= 2
    assert {(progress.stage, progress.unit, progress.total) for progress in seen} == {("training", "pairs", None)}
    done = [progress.done for progress in seen]
    assert done == sorted(done)
    assert done[-1] > 0
    assert seen[-1].rate == pytest.approx(done[-1] / seen[-1].seconds, rel=0.1)


def test_stopping_says_that_there_are_no_vectors_yet(slow_products):
    before = threading.active_count()
    with pytest.raises(fv.Cancelled, match="stopped by on_progress; no partial result"):
        fv.PPMISVD(vector_size=30).train(
            matrix_of(some_counts(300)), on_progress=lambda progress: not slow_products.is_set()
        )
    assert threading.active_count() == before


@pytest.mark.parametrize("error", [RuntimeError("my own"), KeyboardInterrupt()])
def test_an_error_of_the_callback_ends_the_run(slow_products, error):
    def fails(progress):
        if slow_products.is_set():  # at work in a decomposition
            raise error

    with pytest.raises(type(error)):
        fv.PPMISVD(vector_size=30).train(matrix_of(some_counts(300)), on_progress=fails)
    for thread in threading.enumerate():
        if thread.name.startswith("fastvec"):
            thread.join(5)
            assert not thread.is_alive(), "the worker ends at its next product"


def test_weighing_looks_at_the_stop_flag():
    stop = new_stop_flag()
    stop[0] = 1
    for weigh in (ppmi, tf_idf):
        with pytest.raises(fv.Cancelled, match="stopped while weighting"):
            weigh(sparse.csr_array(some_counts(30)), stop=stop)


def test_the_warning_of_a_low_rank_names_the_line_of_the_call(corpus):
    counts = matrix_of(np.kron(np.eye(4), np.ones((5, 5))))
    with pytest.warns(UserWarning, match="has rank 4") as caught:
        fv.PPMISVD(vector_size=6).train(counts)
    with pytest.warns(UserWarning, match="has rank") as also:
        fv.LSA(vector_size=6).train(corpus)
    assert {warning.filename for warning in [*caught, *also]} == {__file__}


# --- LSA ---

DOCUMENTS = ["the king and the queen", "the queen and the king", "a cat saw a dog", "a dog saw the cat", ""]


@pytest.fixture(scope="module")
def corpus():
    return fv.Corpus.from_text(DOCUMENTS, min_count=1)


@pytest.mark.parametrize("sublinear", [False, True])
@pytest.mark.parametrize("power", [0.5, 1])
def test_words_and_documents_get_vectors(corpus, sublinear, power):
    trainer = fv.LSA(vector_size=3, sublinear=sublinear, eigenvalue_power=power)
    words, documents = trainer.train_with_documents(corpus)
    weights = oracle.tf_idf(count_documents(corpus).matrix.toarray(), sublinear)
    U, sigma, Vt = np.linalg.svd(weights)
    assert words.vectors @ words.vectors.T == pytest.approx(
        (U[:, :3] * sigma[:3] ** (2 * power)) @ U[:, :3].T, abs=1e-5
    )
    assert documents.vectors @ documents.vectors.T == pytest.approx(
        (Vt[:3].T * sigma[:3] ** (2 * power)) @ Vt[:3], abs=1e-5
    )
    if power == 0.5:
        assert words.vectors @ documents.vectors.T == pytest.approx(expected_product(weights, 3), abs=1e-5)
    assert documents.index_to_key == ["0", "1", "2", "3", "4"]
    assert not documents["4"].any(), "an empty line is a document too"
    assert documents.most_similar("0", topn=1)[0][0] == "1"
    assert documents.most_similar(words["dog"], topn=2)[1][0] in ("2", "3")
    assert trainer.train(corpus).vectors.tobytes() == words.vectors.tobytes()


def test_lsa_takes_the_matrix_of_its_documents(corpus):
    of_matrix, of_corpus = (fv.LSA(vector_size=2).train(counts) for counts in (count_documents(corpus), corpus))
    assert of_matrix.vectors.tobytes() == of_corpus.vectors.tobytes()


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -1])
def test_documents_with_counts_that_are_none(wrong):
    counts = sparse.csr_array([[1, 0, 2], [0, wrong, 0.0]])
    with pytest.raises(fv.SettingError, match="counts: expected"):
        fv.LSA(vector_size=2).train(DocumentMatrix(counts, fv.Vocabulary(["a", "b"], [3, 1])))


def test_documents_that_are_all_alike():
    with pytest.raises(fv.CorpusError, match=r"no word tells one document from another \(a line is a document\)"):
        fv.LSA().train(fv.Corpus.from_text(["a b", "b a"], min_count=1))


def test_a_matrix_of_scipys_is_told_what_it_lacks():
    with pytest.raises(
        fv.CorpusError, match=r"got float64\[3, 3\]; make one by CooccurrenceMatrix\(matrix, vocabulary\)"
    ):
        fv.PPMISVD().train(sparse.csr_array(np.eye(3)))


def test_names_of_other_libraries_are_told_where_they_mean_something():
    for trainer, name, here in (
        (fv.PPMISVD, "n_components", "vector_size"),
        (fv.PPMISVD, "k", "negative"),
        (fv.GloVe, "eta", "learning_rate"),
        (fv.GloVe, "window", r"count_cooccurrences\(window"),
        (fv.LSA, "iter", "vector_size"),
    ):  # fmt: skip
        with pytest.raises(
            fv.SettingError, match=f"{trainer.__name__}: no setting '{name}'; (use|its settings are) {here}"
        ):
            trainer(**{name: 5})
