"""Models of documents, and trees of hierarchical softmax, that gensim itself saved."""

from __future__ import annotations

import pickle
import random
from pathlib import Path

import numpy as np
import pytest

import fastvec as fv
from fastvec.errors import FormatError, SettingError
from fastvec.gensim_compat import Doc2Vec, KeyedVectors, Word2Vec
from fastvec.training.huffman import is_tree_of

gensim = pytest.importorskip("gensim")
theirs = pytest.importorskip("gensim.models")
TaggedDocument = theirs.doc2vec.TaggedDocument

COURT = ["the king rules the land", "the queen rules the old land", "king and queen rule"]
KITCHEN = ["tea and milk and tea", "hot milk with tea", "tea with bread"]
TEXTS = [line.split() for line in (COURT + KITCHEN) * 20]
DOCUMENTS = [TaggedDocument(words, [i, "court" if i % 6 < 3 else "kitchen"]) for i, words in enumerate(TEXTS)]
SMALL = {"vector_size": 12, "min_count": 1, "sample": 0, "workers": 1, "epochs": 40, "alpha": 0.05, "window": 3}
MODES = [
    {"dm": 0},
    {"dm": 0, "dbow_words": 1},
    {"dm": 1},
    {"dm": 1, "dm_mean": 0},
    {"dm": 0, "hs": 1, "negative": 0},
]


def kind(vector, dv):
    return dv.most_similar([vector], topn=1, clip_start=120)[0][0]


@pytest.mark.parametrize("way", [{}, {"sep_limit": 1}, {"pickle_protocol": 2}], ids=str)
@pytest.mark.parametrize("mode", MODES, ids=str)
def test_models_of_gensim_go_on(mode, way, tmp_path):
    made = theirs.Doc2Vec(DOCUMENTS, **SMALL, **mode)
    made.save(str(tmp_path / "d.model"), **way)
    model = Doc2Vec.load(tmp_path / "d.model")
    np.testing.assert_array_equal(model.dv.vectors, made.dv.vectors)
    np.testing.assert_array_equal(model.wv.vectors, made.wv.vectors)
    assert model.dv.index_to_key == made.dv.index_to_key == [*range(120), "court", "kitchen"]
    assert model.dv.key_to_index == made.dv.key_to_index == {"court": 120, "kitchen": 121}
    for name in ("doc_count", "word_count"):
        assert model.dv.expandos[name].tolist() == made.dv.expandos[name].tolist()
    assert (model.dm, model.dbow_words, model.cbow_mean) == (made.dm, made.dbow_words, made.cbow_mean)
    assert (model.window, model.epochs, model.corpus_count) == (3, 40, 120)
    if mode != MODES[2]:
        assert kind(model.infer_vector(["tea", "hot", "milk"], epochs=60), model.dv) == "kitchen"
        assert kind(model.infer_vector(["the", "king", "rules"], epochs=60), model.dv) == "court"
    model.save(tmp_path / "own.safetensors")
    again = Doc2Vec.load(tmp_path / "own.safetensors")
    np.testing.assert_array_equal(again.infer_vector(["tea", "milk"]), model.infer_vector(["tea", "milk"]))
    for each in (model, again):
        each.train(DOCUMENTS, total_examples=120, epochs=1)
    np.testing.assert_array_equal(again.dv.vectors, model.dv.vectors)
    assert not np.array_equal(model.dv.vectors, made.dv.vectors)


@pytest.mark.parametrize("mode", MODES[:4], ids=str)
def test_fastvecs_own_model_reads_them(mode, tmp_path):
    made = theirs.Doc2Vec(DOCUMENTS, **SMALL, **mode)
    made.save(str(tmp_path / "d.model"), sep_limit=1)
    for mmap in (True, False):
        model = fv.DocumentModel.load(tmp_path / "d.model", mmap=mmap)
        np.testing.assert_array_equal(model.documents.vectors, made.dv.vectors)
        assert model.documents.index_to_key[-2:] == ["court", "kitchen"]
        assert model.documents.counts.tolist() == made.dv.expandos["doc_count"].tolist()
        assert model.settings["mode"] == ("dm" if made.dm else "dbow")
    ours = Doc2Vec.load(tmp_path / "d.model").infer_vector(["tea", "milk"])
    assert ours.shape == model.infer([["tea", "milk"]])[0].shape
    model.save(tmp_path / "own.safetensors")
    np.testing.assert_array_equal(
        fv.DocumentModel.load(tmp_path / "own.safetensors").words.vectors, made.wv.vectors
    )
    with pytest.warns(UserWarning, match="left out; DocumentModel.load reads both"):
        fv.WordVectors.load(tmp_path / "d.model")


def text_with_ties(seed):
    draw = random.Random(seed)
    return [[f"w{int(draw.paretovariate(0.8)) % 300}" for _ in range(12)] for _ in range(120)]


def test_the_tree_of_gensim_is_kept(tmp_path):
    """Ties between counts are broken in another way: rows of inner nodes would mean other nodes."""
    made = theirs.Word2Vec(text_with_ties(1), vector_size=8, min_count=1, hs=1, negative=0, workers=1)
    made.save(str(tmp_path / "m.model"))
    model = Word2Vec.load(tmp_path / "m.model")
    assert not is_tree_of(model.wv.expandos["count"], model.wv.tree)
    model.save(tmp_path / "own")
    again = Word2Vec.load(tmp_path / "own")
    for word in ("w1", "w2", made.wv.index_to_key[-1]):
        for each in (model, again):
            assert each.wv.get_vecattr(word, "code").tolist() == made.wv.get_vecattr(word, "code").tolist()
            assert each.wv.get_vecattr(word, "point").tolist() == made.wv.get_vecattr(word, "point").tolist()
    assert model.fastvec.output_nodes is None, "its rows are not those of fastvec's tree"
    assert fv.WordVectors.load(tmp_path / "own").output_nodes is None
    for each in (model, again):
        each.train(text_with_ties(1), total_examples=120, epochs=1)
    np.testing.assert_array_equal(model.syn1, again.syn1)
    model.build_vocab([["new", "words"]], update=True)
    assert model.wv.tree is None


def test_training_goes_on_in_the_tree_of_gensim(tmp_path):
    """The loss of a model goes on from what gensim learned; in another tree it would begin far above."""
    text = text_with_ties(2)
    made = theirs.Word2Vec(
        text, vector_size=16, min_count=1, hs=1, negative=0, sg=1, sample=0, workers=1, epochs=60, alpha=0.2
    )
    made.save(str(tmp_path / "m.model"))
    model, wrong = (Word2Vec.load(tmp_path / "m.model") for _ in range(2))
    wrong.wv.tree = None
    losses = []
    for each in (model, wrong):
        each.train(text, total_examples=120, epochs=1, start_alpha=1e-4, end_alpha=1e-4)
        losses.append(each.get_latest_training_loss())
    assert losses[0] < 0.97 * losses[1]


def test_documents_in_the_tree_of_gensim(tmp_path):
    documents = [TaggedDocument(words, [i]) for i, words in enumerate(text_with_ties(3))]
    made = theirs.Doc2Vec(documents, vector_size=8, min_count=1, hs=1, negative=0, dm=0, epochs=20, workers=1)
    made.save(str(tmp_path / "d.model"))
    model = Doc2Vec.load(tmp_path / "d.model")
    assert model.wv.tree is not None
    vector = model.infer_vector(documents[3].words, epochs=100)
    model.wv.tree, model._inference = None, None
    assert not np.array_equal(model.infer_vector(documents[3].words, epochs=100), vector)
    with pytest.warns(UserWarning, match=r"infer\(\) cannot be used: the tree of its hierarchical softmax"):
        found = fv.DocumentModel.load(tmp_path / "d.model")
    np.testing.assert_array_equal(found.documents.vectors, made.dv.vectors)
    with pytest.raises(SettingError, match="output rows"):
        found.infer([["w1"]])
    both = theirs.Doc2Vec(documents, vector_size=8, min_count=1, hs=1, negative=3, dm=0, epochs=2, workers=1)
    both.save(str(tmp_path / "both.model"))
    assert fv.DocumentModel.load(tmp_path / "both.model").infer([["w1", "w2"]]).any()


def test_what_is_not_read(tmp_path):
    theirs.Doc2Vec(DOCUMENTS, **{**SMALL, "epochs": 1}, dm_concat=1).save(str(tmp_path / "concat.model"))
    with (
        pytest.raises(FormatError, match="dm_concat: expected 0, as a concatenation is not offered"),
        pytest.warns(UserWarning, match="output rows of concatenated windows"),
    ):
        Doc2Vec.load(tmp_path / "concat.model")
    with pytest.warns(UserWarning, match="output rows of concatenated windows"):
        assert len(fv.DocumentModel.load(tmp_path / "concat.model").documents) == 122
    theirs.Word2Vec(TEXTS, **{**SMALL, "epochs": 1}).save(str(tmp_path / "words.model"))
    with pytest.raises(FormatError, match="expected a model of Doc2Vec"):
        Doc2Vec.load(tmp_path / "words.model")
    with pytest.raises(FormatError, match="dv: expected a model of Doc2Vec, got none in"):
        fv.DocumentModel.load(tmp_path / "words.model")
    (tmp_path / "other").write_bytes(pickle.dumps(print))
    for load in (Doc2Vec.load, fv.DocumentModel.load):
        with pytest.raises(FormatError, match="not allowed"):
            load(tmp_path / "other")
    twice = [TaggedDocument(words, tags) for words, tags in ((TEXTS[0], [1]), (TEXTS[1], ["1"]))]
    theirs.Doc2Vec(twice, **{**SMALL, "epochs": 1}).save(str(tmp_path / "twice.model"))
    with pytest.raises(FormatError, match="dv: expected different tags"):
        fv.DocumentModel.load(tmp_path / "twice.model")
    assert Doc2Vec.load(tmp_path / "twice.model").dv.index_to_key == [0, 1, "1"]


VERSIONS = ["0.12.0", "0.13.4", "1.0.1", "2.3.0", "3.0.0", "3.4.0"]


@pytest.mark.parametrize("version", VERSIONS)
def test_models_of_old_versions(version):
    path = Path(gensim.__file__).parent / f"test/test_data/old_d2v_models/d2v_{version}.mdl"
    if not path.exists():
        pytest.skip("not among the files of this gensim")
    model = Doc2Vec.load(path)
    assert len(model.dv) == len(model.dv.index_to_key) == len(set(model.dv.index_to_key))
    assert np.isfinite(model.dv.vectors).all()
    assert model.dv.vectors.any(axis=1).all()
    found = fv.DocumentModel.load(path)
    np.testing.assert_array_equal(found.documents.vectors, model.dv.vectors)
    assert model.dv.index_to_key == [0, 1]
    assert model.infer_vector([model.wv.index_to_key[0]] * 5).any()


def test_tags_alone(tmp_path):
    made = theirs.Doc2Vec(DOCUMENTS, **{**SMALL, "epochs": 1})
    made.dv.save(str(tmp_path / "dv.kv"))
    found = KeyedVectors.load(tmp_path / "dv.kv")
    np.testing.assert_array_equal(found["court"], made.dv["court"])
