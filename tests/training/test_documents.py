"""Vectors of documents: training, going on, inference, queries and files."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from oracles import LOSSES

import fastvec as fv
from fastvec.gensim_names import DOCUMENT_MODEL

COURT = ["the king rules the land", "the queen rules the land and the king", "a queen and a king rule"]
KITCHEN = ["tea and milk", "a cup of tea with milk", "milk or tea in a cup"]
SMALL = {"vector_size": 7, "sample": 0, "epochs": 2, "seed": 3, "learning_rate": 0.1}
KINDS = {
    "dbow": {"mode": "dbow"},
    "words": {"mode": "dbow", "dbow_words": True},
    "dm": {"mode": "dm"},
    "sum": {"mode": "dm", "bag": "sum", "learning_rate": 0.02},
    "divided": {"mode": "dm", "context_gradient": "mean"},
}
each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
each_loss = pytest.mark.parametrize("loss", LOSSES)


@pytest.fixture(scope="module")
def tagged():
    items = [(line, [f"court{i}", "court"]) for i, line in enumerate(COURT * 5)]
    items += [(line, [f"kitchen{i}", "kitchen"]) for i, line in enumerate(KITCHEN * 5)]
    return fv.TaggedCorpus.from_documents(items, min_count=1)


def matrices(model):
    rows = [model.words.word_vectors, model.words.context_vectors, model.words.output_nodes]
    return b"".join(row.tobytes() for row in [*rows, model.documents.vectors] if row is not None)


@each_kind
@each_loss
def test_numpy_and_compiled_make_the_same_run(tagged, kind, loss):
    run = fv.DocumentVectors(**{**SMALL, "loss": loss, **kind})
    compiled, plain = (run.train(tagged, threads=1, backend=name) for name in ("compiled", "numpy"))
    assert np.abs(compiled.documents.vectors - plain.documents.vectors).max() <= 2e-5
    assert np.abs(compiled.words.vectors - plain.words.vectors).max() <= 2e-5
    assert compiled.history["loss"] == pytest.approx(plain.history["loss"], rel=1e-5)
    assert matrices(run.train(tagged, threads=1)) == matrices(compiled)


@each_kind
@pytest.mark.parametrize("threads", [1, 3])
def test_documents_find_their_kin(tagged, kind, threads):
    run = fv.DocumentVectors(**{**SMALL, **kind, "vector_size": 16, "epochs": 60, "learning_rate": 0.05})
    model = run.train(tagged, threads=threads)
    court, kitchen = ([f"{name}{i}" for i in range(15)] for name in ("court", "kitchen"))
    cosines = dict(zip(model.documents, model.documents.most_similar("court", topn=None), strict=True))
    near, far = (np.mean([cosines[tag] for tag in tags]) for tags in (court, kitchen))
    assert near > far + 0.1
    assert len(model) == 32
    assert model.documents.counts.tolist()[:2] == [1, 15]
    rows = model.infer(["tea with milk in a cup", "the king and the queen rule the land"], threads=threads)
    for row, own, other in [(rows[0], "kitchen", "court"), (rows[1], "court", "kitchen")]:
        assert model.documents[own] @ row > model.documents[other] @ row
    assert model.history["epoch_loss"][-1] < model.history["epoch_loss"][0]


def test_the_vectors_of_words(tagged):
    """Output rows, where only these are trained; or input rows, as ever."""
    alone = fv.DocumentVectors(**SMALL).train(tagged)
    assert alone.words.vectors.tobytes() == alone.words.context_vectors.tobytes()
    for kind in ("words", "dm"):
        both = fv.DocumentVectors(**{**SMALL, **KINDS[kind]}).train(tagged)
        assert both.words.vectors.tobytes() != both.words.context_vectors.tobytes()


def test_many_words_train_in_rounds():
    rng = np.random.default_rng(1)
    ids = rng.integers(0, 1200, (300, 20))
    corpus = fv.Corpus.from_ids(ids, words=[f"w{i}" for i in range(1200)])
    for kind in ({"mode": "dbow"}, {"mode": "dm"}):
        run = fv.DocumentVectors(**SMALL, **kind)
        compiled, plain = (run.train(corpus, threads=1, backend=name) for name in ("compiled", "numpy"))
        assert np.abs(compiled.documents.vectors - plain.documents.vectors).max() <= 2e-5


@each_kind
@each_loss
def test_a_text_has_the_same_bytes_wherever_it_stands(tagged, kind, loss):
    model = fv.DocumentVectors(**{**SMALL, "loss": loss, **kind}).train(tagged, threads=1)
    texts = [*COURT, *KITCHEN] * 30
    rows = model.infer(texts, threads=1)
    assert model.infer(texts, threads=3).tobytes() == rows.tobytes()
    assert model.infer(texts[4:5]).tobytes() == rows[4:5].tobytes() == rows[10:11].tobytes()
    assert model.infer([texts[4].split()]).tobytes() == rows[4:5].tobytes()
    corpus = fv.Corpus.from_text(texts, min_count=1)
    assert model.infer(corpus).tobytes() == rows.tobytes()
    assert len({row.tobytes() for row in rows}) == 6


def test_inference_changes_nothing_else_and_has_settings(tagged):
    model = fv.DocumentVectors(**SMALL).train(tagged)
    before = matrices(model)
    few, many = model.infer(COURT, epochs=1), model.infer(COURT, epochs=20, learning_rate=0.5)
    assert matrices(model) == before
    assert np.linalg.norm(many) > np.linalg.norm(few)
    assert model.infer(COURT, epochs=2, learning_rate=0.1, min_learning_rate=1e-4).tobytes() == (
        model.infer(COURT).tobytes()
    )
    with pytest.warns(UserWarning, match="1 of 2 texts have no word of the model"):
        rows = model.infer(["xyzzy", "tea"])
    assert not rows[0].any()
    assert rows[1].any()
    assert model.infer([]).shape == (0, 7)
    with pytest.raises(fv.Cancelled):
        model.infer(COURT * 50_000, threads=1, on_progress=lambda now: False)


@each_kind
def test_subsampling_never_empties_a_text(tagged, kind):
    """Each epoch keeps a token in one of ten thousand; the texts beside it do not matter."""
    trained = fv.DocumentVectors(**{**SMALL, **kind}).train(tagged)
    texts = [*COURT, "xyzzy", "tea"]
    few, all_of_them = (
        fv.DocumentModel(trained.words, trained.documents, settings=trained.settings | {"sample": sample})
        for sample in (1e-9, 0)
    )
    with pytest.warns(UserWarning, match="1 of 5 texts have no word of the model"):
        rows = few.infer(texts)
    with pytest.warns(UserWarning, match="no word"):
        np.testing.assert_array_equal(rows, all_of_them.infer(texts))
    assert rows.any(axis=1).tolist() == [True, True, True, False, True]


def test_a_model_without_training_says_so(tagged):
    model = fv.DocumentVectors(**SMALL).train(tagged)
    words = fv.WordVectors(
        model.words.vocabulary,
        model.words.word_vectors,
        context_vectors=np.zeros_like(model.words.context_vectors),
    )
    untrained = fv.DocumentModel(words, model.documents, settings=model.settings)
    with pytest.warns(UserWarning, match="all vectors are zeros: the model has not been trained"):
        assert not untrained.infer(["tea"]).any()


@pytest.mark.parametrize("name", [*DOCUMENT_MODEL, "other"])
def test_names_of_gensims_doc2vec_get_a_hint(tagged, name):
    model = fv.DocumentVectors(**SMALL).train(tagged)
    hint = f"; use {DOCUMENT_MODEL[name]}" if name in DOCUMENT_MODEL else ""
    with pytest.raises(AttributeError) as caught:
        getattr(model, name)
    assert str(caught.value) == f"'DocumentModel' object has no attribute {name!r}{hint}"
    assert matrices(copy.deepcopy(model)) == matrices(pickle.loads(pickle.dumps(model))) == matrices(model)


def test_what_inference_refuses(tagged):
    model = fv.DocumentVectors(**SMALL).train(tagged)
    with pytest.raises(fv.SettingError, match=r"texts: expected a list of texts"):
        model.infer("tea")
    with pytest.raises(fv.SettingError, match="epochs"):
        model.infer(["tea"], epochs=0)
    bare = fv.DocumentModel(fv.WordVectors(["tea"], [[1, 0]]), fv.WordVectors(["x"], [[1, 0]]))
    with pytest.raises(fv.SettingError, match="settings: expected those of DocumentVectors"):
        bare.infer(["tea"])
    lost = fv.DocumentModel(
        fv.WordVectors(model.words.index_to_key, model.words.vectors), model.documents, settings=model.settings
    )
    with pytest.raises(fv.SettingError, match="words: expected words with counts and output rows"):
        lost.infer(["tea"])


@each_kind
def test_a_model_goes_on(tagged, kind):
    run = fv.DocumentVectors(**{**SMALL, **kind})
    first = run.train(tagged, threads=1)
    new = fv.TaggedCorpus.from_documents([("the duchess rules the land", ["court", "new"])] * 5, min_count=1)
    second = run.train(new, init=first, threads=1)
    assert second.documents.index_to_key[:2] == ["court", "new"]
    assert len(second.documents) == len(first.documents) + 1
    assert second.documents["kitchen"].tobytes() == first.documents["kitchen"].tobytes()
    assert second.documents["court"].tobytes() != first.documents["court"].tobytes()
    assert second.documents.counts[0] == 20
    assert "duchess" in second.words
    with pytest.raises(fv.SettingError, match=r"init: expected a fastvec\.DocumentModel"):
        run.train(new, init=first.words)
    with pytest.raises(fv.SettingError, match="init: expected a model of 9 dimensions"):
        run.replace(vector_size=9).train(new, init=first)


@each_kind
def test_epoch_by_epoch_and_checkpoints(tagged, kind, tmp_path):
    run = fv.DocumentVectors(**{**SMALL, "epochs": 4, **kind})
    whole = run.train(tagged, threads=1)
    seen = []
    parted = run.train(tagged, threads=1, on_epoch=lambda now, model: seen.append(model))
    assert matrices(parted) == matrices(whole) == matrices(seen[-1])
    arguments = {"threads": 1, "checkpoint": tmp_path / "run.ckpt"}
    half = run.train(tagged, on_epoch=lambda now, model: now.epoch < 2, **arguments)
    assert matrices(half) == matrices(seen[1])
    assert matrices(run.train(tagged, resume=True, **arguments)) == matrices(whole)
    other = fv.TaggedCorpus(tagged.corpus)
    with pytest.raises(fv.SettingError, match="is of another run"):
        run.train(other, resume=True, **arguments)


@each_kind
@each_loss
def test_one_file_has_it_all(tagged, kind, loss, tmp_path):
    model = fv.DocumentVectors(**{**SMALL, "loss": loss, **kind}).train(tagged)
    path = tmp_path / "model.safetensors"
    model.save(path)
    for mmap in (True, False):
        again = fv.DocumentModel.load(path, mmap=mmap)
        assert matrices(again) == matrices(model)
        assert again.documents.index_to_key == model.documents.index_to_key
        assert again.documents.counts.tolist() == model.documents.counts.tolist()
        assert again.settings == model.settings
        assert again.history["loss"].tolist() == model.history["loss"].tolist()
        assert again.infer(COURT).tobytes() == model.infer(COURT).tobytes()
    words = fv.WordVectors.load(path)
    assert words.vectors.tobytes() == model.words.vectors.tobytes()


def test_files_of_word2vec(tagged, tmp_path):
    model = fv.DocumentVectors(**SMALL).train(tagged)
    for name in ("documents.bin", "documents.txt"):
        model.documents.save(tmp_path / name)
        assert fv.WordVectors.load(tmp_path / name)["court"] == pytest.approx(model.documents["court"])
    with pytest.raises(fv.SettingError, match=r"path: expected a \.safetensors file"):
        model.save(tmp_path / "model.bin")
    model.words.save(tmp_path / "words.safetensors")
    with pytest.raises(fv.FormatError, match=r"documents\.weight: expected vectors of tags"):
        fv.DocumentModel.load(tmp_path / "words.safetensors")


def test_queries():
    words = fv.WordVectors(["tea", "king"], [[1, 0.1], [0, 1]])
    documents = fv.WordVectors(["kitchen", "court", "tea"], [[1, 0], [0.1, 1], [-1, 0]])
    model = fv.DocumentModel(words, documents)
    assert repr(model) == "DocumentModel(3 documents, 2 words, 2 dimensions)"
    assert [name for name, _ in model.most_similar("kitchen")] == ["court", "tea"]
    assert [name for name, _ in model.most_similar("kitchen", among="words")] == ["tea", "king"]
    assert [name for name, _ in model.most_similar(words="tea", among="words")] == ["king"]
    assert model.most_similar(words="king", topn=1)[0][0] == "court"
    both = model.most_similar(documents=["court"], words=[("tea", -1.0)], among="both", topn=3)
    assert [(kind, name) for kind, name, _ in both] == [
        ("document", "tea"),
        ("word", "king"),
        ("document", "kitchen"),
    ]
    assert model.most_similar([documents["court"]], topn=1)[0][0] == "court", "a vector leaves none out"
    with pytest.raises(fv.UnknownWordError):
        model.most_similar("cellar")
    with pytest.raises(fv.SettingError, match="at least one"):
        model.most_similar()
    with pytest.raises(fv.SettingError, match="among"):
        model.most_similar("court", among="all")


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"deterministic": True}, "deterministic"),
        ({"combine": "sum"}, "combine"),
        ({"mode": "dm", "dbow_words": True}, "dbow_words"),
        ({"mode": "dm", "bag": "sum", "context_gradient": "mean"}, "context_gradient"),
        ({"mode": "dm", "subwords": fv.Subwords()}, "subwords"),
        ({"mode": "concat"}, "mode"),
        ({"bag": "max"}, "bag"),
    ],
)
def test_settings_that_are_refused(settings, field):
    with pytest.raises(fv.SettingError) as caught:
        fv.DocumentVectors(**settings)
    assert caught.value.field == field


def test_data_that_are_refused():
    with pytest.raises(fv.CorpusError, match=r"data: expected a fastvec.Corpus or fastvec.TaggedCorpus"):
        fv.DocumentVectors().train(["a b"])


def test_ngrams_beside_documents(tagged):
    few = fv.Subwords(min_n=2, max_n=3, buckets=50)
    model = fv.DocumentVectors(**SMALL, dbow_words=True, subwords=few).train(tagged, threads=1)
    assert model.words["kingly"].any(), "composed of n-grams"
    assert model.infer(["tea"]).any()


@pytest.mark.parametrize("name", ["documents.words", "documents.weight"])
def test_a_file_without_a_part_is_refused(tagged, tmp_path, name):
    from fastvec.io.tensors import map_tensors, save_tensors

    path = tmp_path / "model.safetensors"
    fv.DocumentVectors(**SMALL).train(tagged).save(path)
    tensors, fields = map_tensors(path, mmap=False)
    save_tensors(path, {key: value for key, value in tensors.items() if key != name}, fields)
    with pytest.raises(fv.FormatError, match="documents"):
        fv.DocumentModel.load(path)
