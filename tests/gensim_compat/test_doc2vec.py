"""Doc2Vec by gensim's names: its engine, tags, inference, files, bad input."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import fastvec as fv
from fastvec.errors import CorpusError, FormatError, SettingError
from fastvec.gensim_compat import Doc2Vec, KeyedVectors, TaggedDocument, TaggedLineDocument, Word2Vec

COURT = ["the king rules the land", "the queen rules the old land", "king and queen rule"]
KITCHEN = ["tea and milk and tea", "hot milk with tea", "tea with bread"]
TEXTS = [line.split() for line in (COURT + KITCHEN) * 30]
NUMBERED = [TaggedDocument(words, [i]) for i, words in enumerate(TEXTS)]
SMALL = {"vector_size": 12, "min_count": 1, "sample": 0, "workers": 1, "epochs": 40, "alpha": 0.05}
MODES = [
    {"dm": 0},
    {"dm": 0, "dbow_words": 1},
    {"dm": 0, "hs": 1, "negative": 0},
    {"dm": 0, "hs": 1},
    {"dm": 1},
    {"dm": 1, "dm_mean": 0},
    {"dm": 1, "hs": 1, "negative": 0},
]


def is_court(tag):
    return tag % 6 < 3


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_documents_of_a_kind_are_near(mode, tmp_path):
    model = Doc2Vec(NUMBERED, **SMALL, **mode)
    assert model.dv.vectors.shape == (180, 12)
    near = [tag for tag, _ in model.dv.most_similar(0, topn=20)]
    assert np.mean([is_court(tag) for tag in near]) > 0.7
    inferred = model.infer_vector(["tea", "and", "hot", "milk"])
    assert np.mean([not is_court(tag) for tag, _ in model.dv.most_similar([inferred], topn=20)]) > 0.7
    model.save(tmp_path / "saved.model")
    loaded = Doc2Vec.load(tmp_path / "saved.model", mmap="r")
    np.testing.assert_array_equal(loaded.dv.vectors, model.dv.vectors)
    np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)
    np.testing.assert_array_equal(loaded.infer_vector(["tea", "milk"]), model.infer_vector(["tea", "milk"]))
    assert (loaded.dm, loaded.dbow_words, str(loaded)) == (model.dm, model.dbow_words, str(model))
    for each in (model, loaded):
        each.train(NUMBERED, total_examples=each.corpus_count, epochs=1)
    np.testing.assert_array_equal(loaded.dv.vectors, model.dv.vectors)


def test_steps_are_the_constructor():
    whole, steps = Doc2Vec(NUMBERED, **SMALL), Doc2Vec(**SMALL)
    steps.build_vocab(NUMBERED)
    steps.train(NUMBERED, total_examples=steps.corpus_count, epochs=steps.epochs)
    np.testing.assert_array_equal(whole.dv.vectors, steps.dv.vectors)
    np.testing.assert_array_equal(whole.wv.vectors, steps.wv.vectors)


def test_a_file_is_documents_by_their_lines(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(" ".join(words) for words in TEXTS) + "\n")
    by_lists = Doc2Vec(NUMBERED, **SMALL)
    for by_file in (Doc2Vec(corpus_file=path, **SMALL), Doc2Vec(TaggedLineDocument(path), **SMALL)):
        np.testing.assert_array_equal(by_file.dv.vectors, by_lists.dv.vectors)
        by_file.train(TaggedLineDocument(path), total_examples=180, epochs=1)
    path.write_text("tea milk\n\nking\n")
    with_gap = Doc2Vec(TaggedLineDocument(path), **SMALL)
    assert with_gap.dv.expandos["word_count"].tolist() == [2, 0, 1]
    path.write_text("\n".join(" ".join(words) for words in TEXTS) + "\n")
    assert list(TaggedLineDocument(path)) == [tuple(document) for document in NUMBERED]


def test_words_beside_tags_change_words():
    """As in gensim, PV-DBOW alone leaves the vectors of words as they began."""
    alone, beside = (Doc2Vec(NUMBERED, **SMALL, dm=0, dbow_words=words) for words in (0, 1))
    begun = Doc2Vec(**SMALL, dm=0)
    begun.build_vocab(NUMBERED)
    np.testing.assert_array_equal(alone.wv.vectors, begun.wv.vectors)
    assert not np.array_equal(beside.wv.vectors, begun.wv.vectors)
    assert np.array_equal(beside.dv.vectors.shape, alone.dv.vectors.shape)


def test_tags_are_names_numbers_or_several():
    documents = [
        TaggedDocument(["a", "b"], ["x", 3]),
        TaggedDocument(["b", "c", "d"], ["y"]),
        TaggedDocument(["a"], "name"),
        TaggedDocument(["a", "c"], []),
    ]
    model = Doc2Vec(documents, **{**SMALL, "epochs": 1})
    assert model.dv.index_to_key == [0, 1, 2, 3, "x", "y", "name"]
    assert model.dv.key_to_index == {"x": 4, "y": 5, "name": 6}
    assert model.dv.get_vecattr("y", "word_count") == 3
    assert model.dv.expandos["doc_count"].tolist() == [0, 0, 0, 1, 1, 1, 1]
    np.testing.assert_array_equal(model.dv["name"], model.dv[6])
    with pytest.raises(KeyError):
        model.dv["z"]


def test_more_tags_and_words():
    model = Doc2Vec(NUMBERED[:6], **SMALL)
    before = model.dv.vectors.copy()
    model.build_vocab([TaggedDocument(["news", "of", "tea"], ["new", 7])], update=True)
    assert model.dv.index_to_key == [*range(8), "new"]
    np.testing.assert_array_equal(model.dv.vectors[:6], before)
    assert "news" in model.wv
    model.train([TaggedDocument(["news", "of", "tea"], ["new", "unknown"])], total_examples=1, epochs=5)
    np.testing.assert_array_equal(model.dv.vectors[:8], np.concatenate([before, model.dv.vectors[6:8]]))


def test_inference_is_the_same_each_time():
    model = Doc2Vec(NUMBERED, **SMALL, dm=0)
    first = model.infer_vector(["tea", "milk"], epochs=50)
    model.infer_vector(["king"], alpha=0.1, min_alpha=0.01)
    np.testing.assert_array_equal(model.infer_vector(["tea", "milk"], steps=50), first)
    with pytest.warns(UserWarning, match="infer_vector: the vector is all zeros: no word of the text is known"):
        assert not model.infer_vector(["nothing", "known"]).any()
    assert model.similarity_unseen_docs(["tea"], ["milk", "tea"]) > model.similarity_unseen_docs(["tea"], ["king"])
    with pytest.warns(UserWarning, match="all zeros"):
        assert model.similarity_unseen_docs(["nothing"], ["tea"]) == 0
    with pytest.raises(TypeError, match=r"doc_words: expected a list of words, got 'tea'; doc_words\.split\(\)"):
        model.infer_vector("tea")
    with pytest.raises(RuntimeError, match="no output rows"):
        Doc2Vec(**SMALL).infer_vector(["tea"])


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_subsampling_never_empties_a_text(mode):
    """Each epoch keeps a token of these in one of ten thousand."""
    model = Doc2Vec(NUMBERED, **SMALL, **mode)
    model.sample = 1e-9
    vector = model.infer_vector(["tea"])
    assert vector.any()
    model.sample, model._inference = 0, None
    np.testing.assert_array_equal(model.infer_vector(["tea"]), vector)


def test_word2vecs_format(tmp_path):
    model = Doc2Vec(NUMBERED, **SMALL)
    path = tmp_path / "both.txt"
    model.save_word2vec_format(path, doctag_vec=True)
    found = KeyedVectors.load_word2vec_format(path)
    assert len(found) == len(model.wv) + 180
    np.testing.assert_allclose(found["*dt_7"], model.dv[7], rtol=1e-5, atol=1e-6)
    model.save_word2vec_format(path, doctag_vec=True, word_vec=False, prefix="", binary=True)
    np.testing.assert_array_equal(KeyedVectors.load_word2vec_format(path, binary=True)["7"], model.dv[7])


def test_fastvec_reads_a_saved_model(tmp_path):
    model = Doc2Vec(NUMBERED, **SMALL, dm=0)
    model.save(tmp_path / "saved.safetensors")
    found = fv.DocumentModel.load(tmp_path / "saved.safetensors")
    np.testing.assert_array_equal(found.documents.vectors, model.dv.vectors)
    assert found.settings["mode"] == "dbow"
    assert found.infer([["tea", "milk"]]).shape == (1, 12)


def test_other_files(tmp_path):
    path = tmp_path / "words.model"
    Word2Vec(TEXTS, vector_size=4, min_count=1, epochs=1).save(path)
    with pytest.raises(FormatError, match="expected a model of Doc2Vec"):
        Doc2Vec.load(path)
    path.write_bytes(pickle.dumps(print))
    with pytest.raises(FormatError):
        Doc2Vec.load(path)


@pytest.mark.parametrize(
    ("documents", "error", "message"),
    [
        ([["a", "b"]], CorpusError, r"documents: item 0: expected a TaggedDocument\(words, tags\)"),
        ([TaggedDocument("a b", [0])], CorpusError, r"sentence\.split\(\) makes one"),
        ([TaggedDocument(["a"], [0.5])], CorpusError, "tags that are str or whole numbers from 0, got 0.5"),
        ([TaggedDocument(["a"], [-1])], CorpusError, "whole numbers from 0, got -1"),
        ([TaggedDocument(["a"], None)], CorpusError, "whole numbers from 0, got None"),
        (iter(NUMBERED), TypeError, "a one-shot iterator"),
        ("text.txt", TypeError, "corpus_file= takes the path"),
        ([], RuntimeError, "no word is left"),
    ],
)
def test_wrong_documents(documents, error, message):
    with pytest.raises(error, match=message):
        Doc2Vec(documents, **SMALL)


def test_what_is_not_offered():
    with pytest.raises(SettingError, match="dm_concat: expected 0, as a concatenation is not offered"):
        Doc2Vec(dm_concat=1)
    assert Doc2Vec(dm=0, dm_concat=1).dbow
    model = Doc2Vec(**SMALL)
    model.build_vocab(NUMBERED)
    model.dv.vectors_lockf = np.zeros(180, np.float32)
    with pytest.raises(SettingError, match=r"dv\.vectors_lockf: expected ones"):
        model.train(NUMBERED, total_examples=180, epochs=1)
    with pytest.raises(TypeError, match="unexpected argument"):
        Doc2Vec(vector=3)
    with pytest.warns(UserWarning, match="docvecs is gensim 3's name; use dv"):
        assert model.docvecs is model.dv


def test_a_header_that_begins_as_a_pickle_does(tmp_path):
    """The length of a .safetensors' header comes first; its lowest byte can be any multiple of eight."""
    path, model = tmp_path / "words.model", Word2Vec(TEXTS[:6], vector_size=4, min_count=1, epochs=1)
    for length in range(0, 400, 4):
        model.comment = "x" * length
        model.save(path)
        if path.read_bytes()[:1] == b"\x80":
            break
    assert path.read_bytes()[:1] == b"\x80"
    assert Word2Vec.load(path).comment == model.comment
