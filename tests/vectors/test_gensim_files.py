"""gensim's own files: as gensim 4 writes them where it is installed, and as gensim 3 wrote them."""

import collections
import pickle
import sys
import types

import numpy as np
import pytest

import fastvec as fv

WORDS = ["the", "cat", "dog"]
ROWS = np.arange(12, dtype=np.float32).reshape(3, 4)
TEXT = [["the", "cat", "sat"], ["the", "dog", "ran"]] * 30


def load(path):
    return fv.WordVectors.load(path)


@pytest.fixture
def old(monkeypatch):
    """Classes under gensim's names, which are gone when the file is read."""

    def make(module, *names):
        full = f"gensim.models.{module}"
        for part in ("gensim", "gensim.models", full):
            monkeypatch.setitem(sys.modules, part, types.ModuleType(part))
        made = [type(name, (), {"__module__": full}) for name in names]
        for kind in made:
            setattr(sys.modules[full], kind.__name__, kind)
        return made

    return make


def written(path, value, protocol=2):
    path.write_bytes(pickle.dumps(value, protocol))
    return path


def record(cls, **fields):
    made = cls.__new__(cls)
    made.__dict__.update(fields)
    return made


@pytest.mark.parametrize("protocol", [2, 4])
def test_vectors_of_gensim_3(old, tmp_path, protocol):
    kind, vocab_kind = old("keyedvectors", "Word2VecKeyedVectors", "Vocab")
    vocab = {word: record(vocab_kind, count=9 - i, index=i, sample_int=5) for i, word in enumerate(WORDS)}
    keyed = record(kind, index2word=WORDS, vocab=vocab, vectors=ROWS, vector_size=4)
    vectors = load(written(tmp_path / "old.kv", keyed, protocol))
    assert vectors.index_to_key == WORDS
    assert np.array_equal(vectors.vectors, ROWS)
    assert vectors.counts.tolist() == [9, 8, 7]


def test_a_model_of_gensim_3_with_arrays_beside_it(old, tmp_path):
    model_kind, trainables_kind = old("word2vec", "Word2Vec", "Word2VecTrainables")
    (wv_kind,) = old("keyedvectors", "Word2VecKeyedVectors")
    wv = record(wv_kind, index2word=WORDS, __numpys=["vectors"])
    trainables = record(trainables_kind, syn1neg=2 * ROWS)
    model = record(model_kind, wv=wv, trainables=trainables, sg=1, window=7, iter=3, alpha=0.025)
    path = written(tmp_path / "old.model", model)
    with pytest.raises(fv.StorageError, match=r"wv.vectors.npy: no such file; .* copy both"):
        load(path)
    np.save(tmp_path / "old.model.wv.vectors.npy", ROWS)
    vectors = load(path)
    assert np.array_equal(vectors.vectors, ROWS)
    assert np.array_equal(vectors.context_vectors, 2 * ROWS)
    settings = vectors.settings
    assert (settings["model"], settings["window"], settings["epochs"], settings["learning_rate"]) == (
        "SkipGram", 7, 3, 0.025,
    )  # fmt: skip
    (tmp_path / "old.model.wv.vectors.npy").write_bytes(b"no array")
    with pytest.raises(fv.FormatError, match=r"is no sound \.npy file"):
        load(path)
    np.save(tmp_path / "old.model.wv.vectors.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(fv.FormatError, match=r"is no sound \.npy file"):
        load(path)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"vectors": ROWS}, "index_to_key: expected a list of words"),
        ({"index_to_key": WORDS}, "vectors: expected a matrix of word vectors"),
        (
            {"index_to_key": WORDS, "vectors": ROWS[:2]},
            r"vectors: expected float\[3, any number\], got float32\[2, 4\]",
        ),
        ({"index_to_key": WORDS, "vectors": ROWS.astype(int)}, "vectors: expected float"),
        ({"index_to_key": [None, 1, "a"], "vectors": ROWS}, "index_to_key"),
    ],
)
def test_models_that_do_not_fit_together(old, tmp_path, fields, message):
    (kind,) = old("keyedvectors", "KeyedVectors")
    with pytest.raises(fv.FormatError, match=message):
        load(written(tmp_path / "x.kv", record(kind, **fields), 4))


NGRAMS = {"min_n": 3, "max_n": 4, "compatible_hash": True, "vectors_vocab": ROWS, "index2word": WORDS}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"bucket": 9}, "vectors_ngrams: expected a row for each of 9 buckets, or those in hash2index"),
        ({"bucket": 9, "hash2index": [0, 1, 2]}, "vectors_ngrams: expected a row for each of 9 buckets"),
        ({"bucket": 9, "hash2index": {0: 1, 9: 2}}, "vectors_ngrams: expected a row"),
        ({"bucket": 9, "hash2index": {0: 1, 2: -1}}, "vectors_ngrams: expected a row"),
        ({"bucket": 9, "hash2index": {0: 1, "x": 2}}, "vectors_ngrams: expected a row"),
        ({"bucket": 9, "hash2index": {0: 1, 2: 3}}, "hash2index: expected rows below 3, got 3"),
        ({"bucket": 1 << 25, "hash2index": {0: 1}}, "vectors_ngrams: expected a row for each of 33554432"),
        ({"bucket": None, "hash2index": {0: 1}}, "vectors_ngrams: expected a row for each of None"),
        ({"bucket": 3, "min_n": None}, r"vectors_ngrams: expected float\[any number, 4\]"),
        ({"bucket": 3, "vectors_ngrams": ROWS[:, :3]}, r"vectors_ngrams: expected float\[any number, 4\]"),
        ({"bucket": 3, "min_n": 9}, "min_n"),
    ],
)
def test_n_grams_that_do_not_fit(old, tmp_path, fields, message):
    (kind,) = old("keyedvectors", "FastTextKeyedVectors")
    made = record(kind, **(NGRAMS | {"vectors_ngrams": ROWS} | fields))
    with pytest.raises(fv.FormatError, match=message):
        load(written(tmp_path / "x.kv", made))


def test_n_grams_by_their_buckets(old, tmp_path):
    (kind,) = old("keyedvectors", "FastTextKeyedVectors")
    places = {7: 2, 1: 0, 4: 1}
    made = record(kind, **NGRAMS, vectors_ngrams=ROWS, bucket=9, hash2index=places)
    found = load(written(tmp_path / "x.kv", made))
    assert found.subwords.buckets.tolist() == [1, 4, 7]
    assert np.array_equal(found.subwords.rows, np.concatenate([ROWS, ROWS]))
    (kind,) = old("keyedvectors", "FastTextKeyedVectors")
    made = record(kind, **NGRAMS, vectors_ngrams=ROWS, bucket=3)
    assert load(written(tmp_path / "x.kv", made)).subwords.buckets.tolist() == [0, 1, 2]


def test_other_pickles_are_refused(tmp_path):
    path = written(tmp_path / "x.kv", collections.Counter("ab"))
    with pytest.raises(fv.FormatError, match=r"collections\.Counter, which is not allowed"):
        load(path)
    with pytest.raises(fv.FormatError, match="expected a model or word vectors of gensim"):
        load(written(tmp_path / "x.kv", {"a": 1}))


@pytest.mark.parametrize("sep_limit", [1, 1 << 30])
@pytest.mark.parametrize("sg", [0, 1])
def test_word2vec_of_gensim_4(tmp_path, sg, sep_limit):
    models = pytest.importorskip("gensim.models")
    theirs = models.Word2Vec(TEXT, vector_size=8, min_count=1, epochs=2, sg=sg, window=3)
    theirs.save(str(tmp_path / "m.model"), sep_limit=sep_limit)
    theirs.wv.save(str(tmp_path / "m.kv"), sep_limit=sep_limit)
    for name in ("m.model", "m.kv"):
        vectors = load(tmp_path / name)
        assert vectors.index_to_key == theirs.wv.index_to_key
        assert np.array_equal(vectors.vectors, theirs.wv.vectors)
        assert vectors.counts.tolist() == [theirs.wv.get_vecattr(word, "count") for word in vectors]
    vectors = load(tmp_path / "m.model")
    assert np.array_equal(vectors.context_vectors, theirs.syn1neg)
    assert vectors.settings["model"] == ("SkipGram" if sg else "CBOW")
    assert vectors.settings["window"] == 3


def test_fasttext_of_gensim_4(tmp_path):
    models = pytest.importorskip("gensim.models")
    theirs = models.FastText(TEXT, vector_size=8, min_count=1, epochs=2, bucket=500, min_n=2, max_n=4)
    theirs.save(str(tmp_path / "m.model"))
    vectors = load(tmp_path / "m.model")
    for word in ("the", "catsat", "über", "dogs"):
        assert vectors[word] == pytest.approx(theirs.wv[word], abs=1e-6)
    assert vectors.subwords.settings == fv.Subwords(min_n=2, max_n=4, buckets=500)


def test_words_of_doc2vec(tmp_path):
    doc2vec = pytest.importorskip("gensim.models.doc2vec")
    documents = [doc2vec.TaggedDocument(words, [i]) for i, words in enumerate(TEXT)]
    theirs = doc2vec.Doc2Vec(documents, vector_size=8, min_count=1, epochs=1)
    theirs.save(str(tmp_path / "d.model"))
    with pytest.warns(UserWarning, match="the vectors of documents were left out"):
        vectors = load(tmp_path / "d.model")
    assert np.array_equal(vectors.vectors, theirs.wv.vectors)
