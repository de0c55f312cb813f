"""fasttext's Python calls: beside fasttext where it is installed, on files that either wrote."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from fastvec import fasttext_compat
from fastvec.errors import CorpusError, SettingError, StorageError
from fastvec.fasttext_compat import load_model, tokenize, train_supervised, train_unsupervised
from fastvec.fasttext_compat.lines import Lines

TEXT = "the king rules the old land\nthe queen rules the new land\n\nа cat sat on the mat\n" * 400
SMALL = {"dim": 7, "minCount": 1, "bucket": 300, "thread": 1, "epoch": 3, "t": 1.0}
WORDS = ["king", "queen", "kings", "zz", "</s>", "а", "none-of-them"]


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def model(text):
    return train_unsupervised(text, **SMALL)


def same_answers(mine, theirs, matrices=True):
    """Every answer of two models, to 5 digits."""
    near = {"rtol": 1e-5, "atol": 1e-6}
    assert mine.words == theirs.words
    assert mine.labels == theirs.labels
    assert mine.get_dimension() == theirs.get_dimension()
    for a, b in zip(mine.get_words(True), theirs.get_words(True), strict=True):
        assert list(a) == list(b)
    if matrices:
        np.testing.assert_allclose(mine.get_input_matrix(), theirs.get_input_matrix(), **near)
        np.testing.assert_allclose(mine.get_output_matrix(), theirs.get_output_matrix(), **near)
    for word in WORDS:
        np.testing.assert_allclose(mine.get_word_vector(word), theirs.get_word_vector(word), **near)
        np.testing.assert_allclose(mine[word], theirs[word], **near)
        assert (word in mine) == (word in theirs)
        assert mine.get_word_id(word) == theirs.get_word_id(word)
        assert mine.get_label_id(word) < 0
        assert mine.get_subwords(word)[0] == theirs.get_subwords(word)[0]
        assert mine.get_subwords(word)[1].tolist() == theirs.get_subwords(word)[1].tolist()
        for row in mine.get_subwords(word)[1]:
            np.testing.assert_allclose(mine.get_input_vector(row), theirs.get_input_vector(row), **near)
        same_ranking(mine.get_nearest_neighbors(word, k=3), theirs.get_nearest_neighbors(word, k=3))
    same_ranking(mine.get_analogies("king", "zzz", "queens"), theirs.get_analogies("king", "zzz", "queens"))
    for line in ("the king of cats", "", " \t", "king\x00queen"):
        np.testing.assert_allclose(mine.get_sentence_vector(line), theirs.get_sentence_vector(line), **near)
        words, labels = theirs.get_line(line)
        assert mine.get_line(line) == (words, labels)
    assert mine.get_line(["a b", "c"]) == theirs.get_line(["a b", "c"])


def same_ranking(mine, theirs):
    assert [score for score, _ in mine] == pytest.approx([score for score, _ in theirs], abs=1e-5)
    apart = {round(score, 4) for score, _ in theirs}
    if len(apart) == len(theirs):  # else equal scores may be in any order
        assert [word for _, word in mine] == [word for _, word in theirs]


ALL_ROWS = (
    10  # threads: each of ten sets a tenth of the input rows, and those of others are whatever was in memory
)
SETTINGS = [
    {},
    {"model": "cbow"},
    {"loss": "hs"},
    {"loss": "softmax"},
    {"minn": 0, "maxn": 0, "bucket": 0},
    {"minn": 2, "maxn": 3, "bucket": 40},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_a_model_of_fasttext_answers_alike(settings, text, tmp_path):
    fasttext = pytest.importorskip("fasttext")
    theirs = fasttext.train_unsupervised(str(text), **{**SMALL, **settings, "verbose": 0, "thread": ALL_ROWS})
    theirs.save_model(str(tmp_path / "model.bin"))
    mine = load_model(tmp_path / "model.bin")
    same_answers(mine, theirs)
    if settings.get("maxn") != 0:
        assert mine.get_subword_id("<ki") == theirs.get_subword_id("<ki")


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_fasttext_reads_what_is_saved(settings, text, tmp_path):
    fasttext = pytest.importorskip("fasttext")
    mine = train_unsupervised(text, **{**SMALL, **settings})
    mine.save_model(tmp_path / "model.bin")
    theirs = fasttext.load_model(str(tmp_path / "model.bin"))
    same_answers(mine, theirs)
    args = theirs.f.getArgs()
    for name in ("dim", "ws", "epoch", "minCount", "neg", "minn", "maxn", "bucket"):
        assert getattr(args, name) == getattr(mine, name), name
    assert (args.model.name, args.loss.name) == (settings.get("model", "skipgram"), mine.loss)


def test_the_words_and_counts_are_fasttexts(text, tmp_path):
    fasttext = pytest.importorskip("fasttext")
    path = tmp_path / "labelled.txt"
    path.write_text(TEXT + "__label__a the king\nlast line without end", encoding="utf-8")
    mine, theirs = (
        train(str(path), **{**SMALL, "minCount": 2, "verbose": 0, "thread": ALL_ROWS})
        for train in (train_unsupervised, fasttext.train_unsupervised)
    )
    counts = [dict(zip(*model.get_words(include_freq=True), strict=True)) for model in (mine, theirs)]
    assert counts[0] == counts[1]


def test_the_defaults_are_fasttexts():
    fasttext = pytest.importorskip("fasttext")
    defaults = fasttext.FastText.unsupervised_default
    mine = inspect.signature(train_unsupervised).parameters
    shared = [name for name in mine if name in defaults and name != "thread"]
    assert {name: mine[name].default for name in shared} == {name: defaults[name] for name in shared}
    assert len(shared) == 19


def test_vectors_learn(text):
    model = train_unsupervised(text, **{**SMALL, "epoch": 60, "dim": 16})
    assert "queen" in [word for _, word in model.get_nearest_neighbors("king", k=3)]
    assert model.epoch == 60
    assert model.lr == 0.05


def test_it_goes_on_from_other_vectors(text, model, tmp_path):
    model.vectors.save(tmp_path / "start.vec")
    found = train_unsupervised(
        text,
        "skipgram",
        1e-9,
        **{**SMALL, "min_count": 1, "pretrained_vectors": tmp_path / "start.vec", "maxn": 0},
    )
    np.testing.assert_allclose(found["king"], model["king"], atol=1e-4)


def test_zeros_for_what_has_no_vector(text):
    model = train_unsupervised(text, **{**SMALL, "maxn": 0})
    assert not model["unknown"].any()
    assert "unknown" not in model
    assert model.get_nearest_neighbors("unknown", k=2) == [(0.0, model.words[0]), (0.0, model.words[1])]
    assert not model.get_sentence_vector("unknown").any()
    with pytest.raises(SettingError, match="a model with n-grams"):
        model.get_subword_id("<ki")


def test_matrices_can_be_replaced(text):
    model = train_unsupervised(text, **SMALL)
    W_in, W_out = model.get_input_matrix() * 2, model.get_output_matrix() + 1
    king, kings = model["king"] * 2, model["kings"] * 2
    model.set_matrices(W_in, W_out)
    np.testing.assert_allclose(model["king"], king, rtol=1e-5)
    np.testing.assert_allclose(model["kings"], kings, rtol=1e-4)
    np.testing.assert_array_equal(model.get_output_matrix(), W_out)


def test_what_there_is_not(model):
    for call in (model.predict, model.test, model.test_label, model.get_meter, model.quantize):
        with pytest.raises(ValueError, match=r"classifier|supervised"):
            call("the king")
    assert not model.is_quantized()
    with pytest.raises(SettingError, match="use fasttext itself, or any classifier"):
        train_supervised("text.txt", lr=0.5)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"wordNgrams": 2}, "wordNgrams: expected 1, got 2; word n-grams are for classifiers"),
        ({"wordNgrams": "1"}, "wordNgrams: expected a whole number"),
        ({"model": "supervised"}, "model: expected 'skipgram' or 'cbow'"),
        ({"loss": "ova"}, "loss: expected"),
        ({"epochs": 3}, "no setting 'epochs'; did you mean epoch?"),
        ({"qqqq": 3}, "no setting 'qqqq'; its settings are lr, dim"),
        ({"bucket": 0}, "buckets: expected"),
        ({"minn": 4, "maxn": 3}, "min_n: expected at most max_n"),
    ],
)
def test_wrong_settings(text, settings, message):
    with pytest.raises(SettingError) as caught:
        train_unsupervised(text, **settings)
    assert message in str(caught.value)


def test_wrong_text(tmp_path, model):
    (tmp_path / "empty.txt").write_text("")
    with pytest.raises(CorpusError):
        train_unsupervised(tmp_path / "empty.txt")
    with pytest.raises(StorageError):
        train_unsupervised(tmp_path / "missing.txt")
    with pytest.raises(SettingError, match="input: expected the path of a text"):
        train_unsupervised([["a", "list"]])
    with pytest.raises(StorageError):
        load_model(tmp_path / "missing.bin")
    for call in (model.get_sentence_vector, model.get_line):
        with pytest.raises(SettingError, match="one line"):
            call("two\nlines")
    with pytest.raises(SettingError, match="text: expected str"):
        tokenize(b"bytes")
    with pytest.raises(SettingError, match="ind: expected 0 to"):
        model.get_input_vector(10**6)


def test_a_file_of_vectors_alone_has_no_output_rows(model, tmp_path):
    model.vectors.save(tmp_path / "alone.vec")
    with pytest.raises(SettingError, match="output rows"):
        load_model(tmp_path / "alone.vec").get_output_matrix()


def test_settings_without_effect_warn(text):
    with pytest.warns(UserWarning, match="lrUpdateRate and minCountLabel: without effect"):
        train_unsupervised(text, **SMALL, lr_update_rate=50, minCountLabel=2)


TOKENS = ["a b", "\n", "a\n", "", " ", "a\x00b\vc\fd\re\t", "\n\nx", "a </s> b"]


@pytest.mark.parametrize("line", TOKENS)
def test_tokens_beside_fasttext(line):
    fasttext = pytest.importorskip("fasttext")
    assert tokenize(line) == fasttext.tokenize(line)


def test_lines(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(b"a\0b\r\n\n#x c #y\nlast")
    assert list(Lines(path, "#")) == [b"a b\r </s>", b" </s>", b"c </s>", b"last"]
    assert list(Lines(path, ""))[2] == b"#x c #y </s>"


def test_all_names_are_there():
    assert (fasttext_compat.EOS, fasttext_compat.BOW, fasttext_compat.EOW) == ("</s>", "<", ">")
    assert all(getattr(fasttext_compat, name) is not None for name in fasttext_compat.__all__)
