"""to_torch, encode and from_arrays: with a stand-in for PyTorch, and with itself where it is installed."""

import subprocess
import sys
import types
import warnings

import numpy as np
import pytest

from fastvec import Corpus, MissingPackageError, SettingError, UnknownWordError, WordVectors

WORDS = ["king", "queen", "apple"]
ROWS = np.array([[1, 2], [3, 4], [5, 9]], np.float32)
LAYOUTS = [(True, "mean"), (True, "zeros"), (True, None), (False, "mean"), (False, "zeros"), (False, None)]


@pytest.fixture
def vectors():
    return WordVectors(WORDS, ROWS)


class Embedding:
    """What ``torch.nn.Embedding.from_pretrained`` is told, and looking rows up."""

    embedding_dim = 2

    def __init__(self, weight, freeze, padding_idx):
        self.weight, self.freeze, self.padding_idx = weight, freeze, padding_idx

    @classmethod
    def from_pretrained(cls, embeddings, freeze=True, padding_idx=None):
        return cls(embeddings, freeze, padding_idx)

    def __call__(self, ids):
        return self.weight.array[ids]


class Tensor:
    """As much of a tensor as is asked of one; ``graph`` says that gradients flow through it."""

    def __init__(self, array, dtype="torch.float32", graph=False):
        self.array, self.dtype, self.graph = array, dtype, graph

    def detach(self):
        return Tensor(self.array, self.dtype)

    def cpu(self):
        return self

    def float(self):
        return Tensor(self.array.astype(np.float32))

    def __array__(self, dtype=None, copy=None):
        if self.graph or self.dtype == "torch.bfloat16":
            raise RuntimeError("no NumPy array can be made of this tensor")
        return self.array


@pytest.fixture
def torch(monkeypatch):
    """A stand-in, as PyTorch is far too large to be installed for a test."""
    module = types.ModuleType("torch")
    module.nn = types.SimpleNamespace(Embedding=Embedding)
    module.from_numpy = Tensor
    monkeypatch.setitem(sys.modules, "torch", module)
    return module


@pytest.mark.parametrize("freeze", [True, False])
@pytest.mark.parametrize(("padding", "unk"), LAYOUTS)
def test_encoded_words_find_their_rows(torch, vectors, padding, unk, freeze):
    embedding = vectors.to_torch(freeze=freeze, padding=padding, unk=unk)
    rows = embedding.weight.array
    assert rows.shape == (3 + padding + (unk is not None), 2)
    assert rows.dtype == np.float32
    assert embedding.freeze is freeze
    assert embedding.padding_idx == (0 if padding else None)
    ids = vectors.encode(["apple", "king"], padding=padding, unk=unk)
    assert ids.dtype == np.int64
    assert embedding(ids).tolist() == [[5, 9], [1, 2]]
    if padding:
        assert rows[0].tolist() == [0, 0]
    if unk is not None:
        (unknown,) = vectors.encode(["nonesuch"], padding=padding, unk=unk)
        assert unknown == int(padding)
        assert rows[unknown].tolist() == ([3, 5] if unk == "mean" else [0, 0])


def test_the_defaults_fit_each_other(torch, vectors):
    ids = vectors.encode([["king", "of"], ["apple"]])
    assert ids.tolist() == [[2, 1], [4, 0]]
    assert vectors.to_torch()(ids).tolist() == [[[1, 2], [3, 5]], [[5, 9], [0, 0]]]


def test_a_copy_is_made_only_where_there_is_need(torch, vectors):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert vectors.to_torch(padding=False, unk=None).weight.array is vectors.vectors
    trained = vectors.to_torch(padding=False, unk=None, freeze=False).weight.array
    assert trained.flags.writeable
    assert not np.shares_memory(trained, vectors.vectors)


def test_torch_is_asked_for_only_when_it_is_used():
    code = (
        "import sys; from fastvec import WordVectors\n"
        "v = WordVectors(['a'], [[1.0]]); v.encode('a'); WordVectors.from_arrays(['a'], [[1.0]])\n"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_without_torch_the_error_has_the_command(monkeypatch, vectors):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(
        MissingPackageError, match="to_torch needs PyTorch, which is not installed: pip install torch"
    ):
        vectors.to_torch()
    assert issubclass(MissingPackageError, ImportError)
    assert vectors.encode(["king"]).tolist() == [2]


def test_a_torch_that_does_not_load_is_told_from_none(monkeypatch, tmp_path, vectors):
    (tmp_path / "torch.py").write_text("raise ImportError('libcudnn.so.9: cannot open shared object file')")
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(
        MissingPackageError, match=r"is installed, but cannot be loaded \(libcudnn.so.9: cannot open"
    ):
        vectors.to_torch()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"padding": 1}, "padding: expected True or False, got 1"),
        ({"unk": "average"}, "unk: expected 'mean' or 'zeros', got 'average'"),
        ({"unk": True}, "unk: expected 'mean' or 'zeros', got True"),
    ],
)
def test_bad_settings(torch, vectors, setting, message):
    with pytest.raises(SettingError, match=message):
        vectors.to_torch(**setting)
    with pytest.raises(SettingError, match=message):
        vectors.encode(["king"], **setting)
    with pytest.raises(SettingError, match="freeze: expected True or False"):
        vectors.to_torch(freeze="yes")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_no_mean_of_what_is_not_finite(torch, bad):
    vectors = WordVectors(["a", "b"], [[1, bad], [1, -bad]])
    with pytest.raises(SettingError, match="vectors: expected finite numbers, for unk='mean', got nan or inf"):
        vectors.to_torch()
    assert vectors.to_torch(unk="zeros").weight.array[1].tolist() == [0, 0]


def test_encode_shapes(vectors):
    assert vectors.encode("queen king").tolist() == vectors.encode(iter(["queen", "king"])).tolist() == [3, 2]
    assert vectors.encode(np.array([["queen"], ["king"]])).tolist() == [[3], [2]]
    assert vectors.encode([]).shape == vectors.encode("").shape == (0,)
    assert vectors.encode([[]]).shape == (1, 0)
    assert vectors.encode([[], ("king",), []]).tolist() == [[0], [2], [0]]
    assert vectors.encode([["king"], ["of"]], padding=False).tolist() == [[1], [0]]
    corpus = Corpus.from_text(["king queen", "apple"], min_count=1)
    assert vectors.encode(corpus, unk=None).tolist() == [[1, 2], [3, 0]]


def test_an_unknown_word_without_a_row_for_it(vectors):
    for tokens in ("king kingg", ["king", "kingg"], [["king"], ["king", "kingg"]]):
        with pytest.raises(UnknownWordError, match="no vector for 'kingg'; did you mean 'king'"):
            vectors.encode(tokens, unk=None)


def test_words_may_hold_spaces_if_they_are_known():
    vectors = WordVectors(["new york", "is"], ROWS[:2])
    assert vectors.encode(["new york", "is"]).tolist() == [2, 3]
    assert vectors.encode([["new jersey", "is"]]).tolist() == [[1, 3]]


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (
            ["the king", "a queen"],
            "tokens: expected a list of words, got 'the king', with white space in it; several",
        ),
        (["king", 5], r"tokens\[0\]: expected a list of words, got 'king'"),
        ([["king", 5]], "tokens: expected words, str, got 5"),
        ([["king"], "queen"], r"tokens\[1\]: expected a list of words, got 'queen'"),
        ([[["king"]]], r"tokens: expected words, str, got \['king'\]"),
        ([5], r"tokens\[0\]: expected a list of words, got 5"),
        (5, "tokens: expected a list of words, got 5"),
        (b"king", "tokens: expected a list of words, got b'king'"),
    ],
)
def test_tokens_that_are_none(vectors, tokens, message):
    with pytest.raises(SettingError, match=message):
        vectors.encode(tokens)


def test_a_rectangle_needs_padding(vectors):
    with pytest.raises(
        SettingError, match="lists of one length, as there is no row for padding, got 1 to 2 words"
    ):
        vectors.encode([["king"], ["king", "queen"]], padding=False)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, ">f4", np.int32, list])
@pytest.mark.parametrize("words", [WORDS, np.array(WORDS), tuple(WORDS)])
def test_from_arrays_of_any_kind(kind, words):
    rows = ROWS.tolist() if kind is list else ROWS.astype(kind)
    vectors = WordVectors.from_arrays(words, rows, context_vectors=rows, counts=[3, 2, 1])
    assert vectors.index_to_key == WORDS
    assert {type(word) for word in vectors.index_to_key} == {str}
    assert vectors.vectors.tolist() == vectors.context_vectors.tolist() == ROWS.tolist()
    assert vectors.counts.tolist() == [3, 2, 1]


def test_from_arrays_copies_only_where_it_must():
    assert np.shares_memory(WordVectors.from_arrays(WORDS, ROWS).vectors, ROWS)
    assert np.shares_memory(WordVectors.from_arrays(WORDS[1:], ROWS, skip=1).vectors, ROWS)
    assert np.shares_memory(WordVectors.from_arrays({"a": 1, "b": 2}, ROWS).vectors, ROWS)
    assert not np.shares_memory(WordVectors.from_arrays(WORDS, np.asfortranarray(ROWS)).vectors, ROWS)


def test_there_and_back_again(torch, vectors):
    for padding, unk in LAYOUTS:
        embedding = vectors.to_torch(padding=padding, unk=unk)
        back = WordVectors.from_arrays(vectors.index_to_key, embedding, skip=padding + (unk is not None))
        assert back.vectors.tolist() == ROWS.tolist()


@pytest.mark.parametrize("dtype", ["torch.float32", "torch.bfloat16"])
def test_tensors_on_their_way_through_a_graph(dtype):
    tensor = Tensor(ROWS, dtype, graph=True)
    assert WordVectors.from_arrays(WORDS, tensor).vectors.tolist() == ROWS.tolist()
    assert WordVectors.from_arrays(WORDS, Embedding(tensor, True, None)).vectors.tolist() == ROWS.tolist()


def test_a_mapping_says_which_row_is_whose():
    rows = np.arange(10).reshape(5, 2)
    words = {"c": 3, "a": np.int64(0), "b": 4}
    vectors = WordVectors.from_arrays(words, rows, counts=[9, 0, 0, 7, 5])
    assert vectors.index_to_key == ["a", "c", "b"]
    assert vectors.vectors.tolist() == [[0, 1], [6, 7], [8, 9]]
    assert vectors.counts.tolist() == [9, 7, 5]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], ROWS), "words: expected at least one word"),
        (({}, ROWS), "words: expected at least one word"),
        (("abc", ROWS), "words: expected a sequence of words, got 'abc'"),
        ((["a", "a", "b"], ROWS), "words: expected distinct words, got 'a' twice"),
        ((["a", 5, "b"], ROWS), "words: expected str, got 5"),
        ((["a"], ROWS), "vectors: expected 1 rows, skip . one for each word, got 3; skip=2 leaves out the first"),
        ((list("abcd"), ROWS), "vectors: expected 4 rows, skip . one for each word, got 3$"),
        ((WORDS, 5), "vectors: expected an array of numbers, got 5"),
        ((WORDS, None), "vectors: expected an array of numbers, got None"),
        ((WORDS, ROWS[0]), "vectors: expected 3 rows, .* got 2"),
        ((WORDS, ROWS[:, 0]), r"vectors: expected float32\[3, any number\], got float32\[3\]"),
        ((WORDS, ROWS[:, :0]), "vectors: expected at least one dimension"),
        ((WORDS, [["1"], ["2"], ["3"]]), "vectors: expected float32.*, got <U1"),
        ((WORDS, ROWS * 1j), "vectors: expected float32.*, got complex"),
        ((WORDS, [[1], [2, 3], [4]]), "vectors: expected an array of numbers, got list"),
        ((WORDS, np.float64([[1], [1e300], [2]])), "vectors: expected numbers within the range of float32"),
        ((WORDS, [[1], [np.nan], [2]]), "vectors: expected finite numbers, got nan or inf in the row of 'queen'"),
        (({"a": 3}, ROWS), r"words\['a'\]: expected a row from 0 to 2, got 3"),
        (({"a": -1}, ROWS), r"words\['a'\]: expected a whole number of at least 0, got -1"),
        (({"a": "0"}, ROWS), r"words\['a'\]: expected a whole number of at least 0, got '0'"),
        (({5: 0}, ROWS), "words: expected str, got 5"),
    ],
)
def test_arrays_that_are_refused(arguments, message):
    with pytest.raises(SettingError, match=message):
        WordVectors.from_arrays(*arguments)


def test_other_arrays_that_are_refused():
    with pytest.raises(SettingError, match=r"context_vectors: expected 3 rows, .* got 2"):
        WordVectors.from_arrays(WORDS, ROWS, context_vectors=ROWS[:2])
    with pytest.raises(SettingError, match="context_vectors: expected finite numbers, got nan or inf"):
        WordVectors.from_arrays(WORDS, ROWS, context_vectors=ROWS * np.inf)
    with pytest.raises(SettingError, match=r"counts: expected int64\[3\]"):
        WordVectors.from_arrays(WORDS, ROWS, counts=[1, 2])
    with pytest.raises(SettingError, match=r"words\['b'\]: expected a row from 0 to 1, got 2"):
        WordVectors.from_arrays({"a": 0, "b": 2}, ROWS, counts=[1, 2])
    with pytest.raises(SettingError, match="skip: expected a whole number of at least 0"):
        WordVectors.from_arrays(WORDS, ROWS, skip=-1)
    with pytest.raises(SettingError, match="skip: expected 0, as words gives the row of each word, got 1"):
        WordVectors.from_arrays({"a": 0}, ROWS, skip=1)


def test_the_real_torch(vectors, tmp_path):
    torch = pytest.importorskip("torch")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        embedding = vectors.to_torch(freeze=False)
        shared = vectors.to_torch(padding=False, unk=None)
    assert (embedding.num_embeddings, embedding.embedding_dim, embedding.padding_idx) == (5, 2, 0)
    assert embedding.weight.requires_grad
    ids = torch.from_numpy(vectors.encode([["king", "of"], ["apple"]]))
    assert embedding(ids).tolist() == [[[1, 2], [3, 5]], [[5, 9], [0, 0]]]
    embedding(ids).sum().backward()
    assert embedding.weight.grad[0].tolist() == [0, 0]
    assert not shared.weight.requires_grad
    assert shared.weight.data_ptr() == vectors.vectors.ctypes.data
    for values in (embedding, embedding.weight, embedding.weight.double(), embedding.weight.half(),
                   embedding.weight.bfloat16()):  # fmt: skip
        assert WordVectors.from_arrays(WORDS, values, skip=2).vectors.tolist() == ROWS.tolist()
    with pytest.raises(SettingError, match="vectors: expected an array of numbers, got Tensor"):
        WordVectors.from_arrays(WORDS, embedding.weight.to_sparse(), skip=2)
    vectors.save(tmp_path / "v.safetensors")
    mapped = WordVectors.load(tmp_path / "v.safetensors")
    assert mapped.to_torch(padding=False, unk=None)(torch.tensor([2])).tolist() == [[5, 9]]
