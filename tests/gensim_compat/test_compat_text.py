"""gensim's readers of text."""

from __future__ import annotations

import bz2
import io
import pickle

import numpy as np
import pytest

from fastvec.errors import FormatError, SettingError, StorageError
from fastvec.gensim_compat import (
    BrownCorpus,
    Doc2Vec,
    LineSentence,
    PathLineSentences,
    TaggedBrownCorpus,
    TaggedDocument,
    TaggedLineDocument,
    Text8Corpus,
    Word2Vec,
    simple_preprocess,
)
from fastvec.gensim_compat.text import lines_of

LINES = "the cat sat\n\nthe dog\n"
LISTS = [["the", "cat", "sat"], ["the", "dog"]]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b.txt").write_text(LINES)
    (tmp_path / "a.txt.bz2").write_bytes(bz2.compress(b"one\ntwo three"))
    (tmp_path / "inner").mkdir()
    return tmp_path


def test_lines_of_a_file(folder):
    lines = LineSentence(folder / "b.txt")
    assert list(lines) == list(lines) == LISTS
    assert list(LineSentence(str(folder / "a.txt.bz2"))) == [["one"], ["two", "three"]]
    assert list(LineSentence(folder / "b.txt", max_sentence_length=2)) == [["the", "cat"], ["sat"], ["the", "dog"]]
    assert list(LineSentence(folder / "b.txt", limit=1)) == LISTS[:1]


@pytest.mark.parametrize("file", [io.StringIO(LINES), io.BytesIO(LINES.encode())])
def test_lines_of_an_open_file(file):
    lines = LineSentence(file)
    assert list(lines) == list(lines) == LISTS


def test_lines_of_a_folder(folder):
    lines = PathLineSentences(folder)
    assert list(lines) == list(lines) == [["one"], ["two", "three"], *LISTS]
    assert list(PathLineSentences(folder / "b.txt")) == LISTS
    assert list(PathLineSentences(folder, limit=1)) == [["one"], LISTS[0]]
    with pytest.raises(StorageError):
        PathLineSentences(folder / "missing")


TEXTS = {
    "empty lines": "\n\nthe cat sat\n   \nthe dog\n\n",
    "no newline at the end": "the cat\nthe dog",
    "carriage returns": "the cat\r\nthe dog\rran\r\n",
    "long lines": " ".join(f"w{i % 7}" for i in range(25)) + "\nthe cat\n" + "a " * 20 + "\n",
    "spaces of Unicode": "10\u00a0km away\u3000from\u2009here\n\u3000\n\u2028_the\x1ccat_\u0085\u200bsat\n",
    "other letters": "日本語　の 文章\nčaj šálek\n",
    "nothing": "",
    "white space": " \n\t\n",
}


def counted(model_class, sentences, rare, **others):
    """What a model knows of a text: sentences, tokens and words with their counts."""
    model = model_class(vector_size=4, min_count=rare, **others)
    try:
        model.build_vocab(sentences)
    except RuntimeError:  # no word is left
        return {}
    counts = {word: int(model.wv.get_vecattr(word, "count")) for word in model.wv.index_to_key}
    return (model.corpus_count, model.corpus_total_words, counts) if counts else {}


@pytest.mark.parametrize("rare", [1, 2])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("longest", [10_000, 10, 1])
def test_a_file_read_by_its_path_beside_gensim(text, longest, rare, tmp_path, monkeypatch):
    """Blocks of 16 bytes end within lines and within what is cut."""
    theirs = pytest.importorskip("gensim.models.word2vec")
    monkeypatch.setattr("fastvec.text.reading.BLOCK_BYTES", 16)
    path = tmp_path / "text.txt"
    path.write_bytes(text.encode())
    expected = counted(theirs.Word2Vec, theirs.LineSentence(str(path), longest), rare)
    assert counted(Word2Vec, LineSentence(path, longest), rare) == expected
    assert counted(Word2Vec, list(LineSentence(path, longest)), rare) == expected
    with open(path, "rb") as file:
        assert counted(Word2Vec, LineSentence(file, longest), rare) == expected
    for limit in (0, 1, 2):
        ours, others = LineSentence(path, longest, limit), theirs.LineSentence(str(path), longest, limit)
        assert list(ours) == list(others)
        assert counted(Word2Vec, ours, rare) == counted(theirs.Word2Vec, others, rare)


def test_sentences_of_a_path_are_those_of_lists(tmp_path):
    """The same sentences in the same order: the same vectors."""
    path = tmp_path / "text.txt"
    path.write_text("\n".join(TEXTS.values()) * 30, newline="")
    settings = {"vector_size": 4, "min_count": 2, "workers": 1, "sample": 0, "sg": 1}
    by_path = Word2Vec(LineSentence(path, 10), **settings)
    by_lists = Word2Vec(list(LineSentence(path, 10)), **settings)
    assert by_path.wv.index_to_key == by_lists.wv.index_to_key
    np.testing.assert_array_equal(by_path.wv.vectors, by_lists.wv.vectors)
    by_file = Word2Vec(corpus_file=path, **settings)
    np.testing.assert_array_equal(by_file.wv.vectors, Word2Vec(LineSentence(path), **settings).wv.vectors)


def test_folders_and_tables_are_read_by_their_paths(folder):
    (folder / "c.tsv").write_text("the\tcat,sat\n")
    settings = {"vector_size": 4, "min_count": 1}
    for sentences in (
        PathLineSentences(folder),
        PathLineSentences(folder, limit=1),
        LineSentence(folder / "c.tsv"),
    ):
        lists = list(sentences)
        assert lines_of(sentences) is not None
        assert counted(Word2Vec, sentences, 1) == counted(Word2Vec, lists, 1)
        assert Word2Vec(sentences, **settings).corpus_total_words == sum(map(len, lists))
    assert lines_of(PathLineSentences(folder / "b.txt")).source == [folder / "b.txt"]


def test_readers_of_others_are_iterated(folder):
    class Loud(LineSentence):
        def __iter__(self):
            for words in super().__iter__():
                yield [word.upper() for word in words]

    assert lines_of(Loud(folder / "b.txt")) is None
    assert lines_of(LISTS) is None
    assert counted(Word2Vec, Loud(folder / "b.txt"), 1)[2] == {"THE": 2, "CAT": 1, "DOG": 1, "SAT": 1}


@pytest.mark.parametrize("as_file", [False, True])
def test_a_line_that_is_not_utf_8(as_file, tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(b"the cat\nthe caf\xe9 is\n")
    with pytest.raises(UnicodeDecodeError):
        list(LineSentence(path))
    given = {"corpus_file": path} if as_file else {"sentences": LineSentence(path)}
    with pytest.raises(FormatError, match=r"text\.txt: line 2: expected UTF-8, got b'\\xe9' \(inv") as caught:
        Word2Vec(**given, min_count=1)
    assert isinstance(caught.value, UnicodeDecodeError)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.line, again.start) == (str(caught.value), 2, caught.value.start)
    with pytest.raises(UnicodeDecodeError), open(path, "rb") as file:
        Word2Vec(LineSentence(file), min_count=1)


def test_a_byte_order_mark_is_no_part_of_a_word(tmp_path):
    path = tmp_path / "text.txt"
    for encoding in ("utf-8-sig", "utf-16"):
        path.write_text("the čaj\n", encoding=encoding)
        assert list(LineSentence(path)) == [["the", "čaj"]]
        assert counted(Word2Vec, LineSentence(path), 1) == (1, 2, {"the": 1, "čaj": 1})


@pytest.mark.parametrize("longest", [1, 3, 10_000])
@pytest.mark.parametrize(
    "text", [" one two three four five six seven", "one two\nthree \u00a0four\nfive\n", "", "a\n"]
)
def test_text8(text, longest, tmp_path, monkeypatch):
    theirs = pytest.importorskip("gensim.models.word2vec")
    path = tmp_path / "text8"
    path.write_text(text)
    monkeypatch.setattr("fastvec.gensim_compat.corpora.BLOCK", 5)
    words = text.split()
    parts = [words[start : start + longest] for start in range(0, len(words), longest)]
    corpus = Text8Corpus(path, longest)
    assert list(corpus) == list(corpus) == parts
    assert (corpus.text() is None) == ("two\n" in text)
    found = counted(Word2Vec, corpus, 1)
    assert found == counted(Word2Vec, parts, 1)
    if longest == 10_000:
        assert found == counted(theirs.Word2Vec, theirs.Text8Corpus(str(path), longest), 1)


def test_the_brown_corpus(tmp_path):
    theirs = pytest.importorskip("gensim.models.word2vec")
    tagged = pytest.importorskip("gensim.models.doc2vec")
    (tmp_path / "ca01").write_text(
        "\tThe/at Fulton/np-tl County/nn-tl ``/`` no '/'/x one/cd ./.\n\n  ,/,\n A/b/c it/pps\n"
    )
    (tmp_path / "inner").mkdir()
    expected = [["the/at", "fulton/np", "county/nn", "one/cd"], ["it/pp"]]
    assert list(BrownCorpus(tmp_path)) == list(theirs.BrownCorpus(str(tmp_path))) == expected
    assert list(TaggedBrownCorpus(tmp_path)) == list(tagged.TaggedBrownCorpus(str(tmp_path)))
    assert counted(Word2Vec, BrownCorpus(tmp_path), 1)[:2] == (2, 5)
    with pytest.raises(StorageError):
        list(BrownCorpus(tmp_path / "missing"))


def test_words_are_counted_alone(folder):
    model = Word2Vec(min_count=2)
    assert model.scan_vocab(LISTS) == (5, 2)
    assert model.raw_vocab == {"the": 2, "cat": 1, "dog": 1, "sat": 1}
    assert len(model.wv) == 0
    assert model.scan_vocab(corpus_file=folder / "b.txt") == (5, 2)
    documents = [TaggedDocument(words, [i]) for i, words in enumerate(LISTS)]
    assert Doc2Vec().scan_vocab(documents) == (5, 2)
    assert Doc2Vec().scan_vocab(TaggedLineDocument(folder / "b.txt")) == (5, 3)


def test_wrong_sources(folder):
    with pytest.raises(SettingError, match="source: expected a path, or an open file"):
        LineSentence([["a"]])
    with pytest.raises(SettingError, match="max_sentence_length"):
        LineSentence(folder / "b.txt", max_sentence_length=0)
    with pytest.raises(StorageError):
        list(LineSentence(folder / "missing.txt"))


DOCUMENTS = [
    "The Café of 42 cats, and _under_score x a_b!",
    "ДОМ Äpfel 3d naïve-té",
    b"bytes caf\xc3\xa9 \xff",
    "",
]


@pytest.mark.parametrize("deacc", [False, True])
@pytest.mark.parametrize("doc", DOCUMENTS)
def test_words_beside_gensim(doc, deacc):
    gensim = pytest.importorskip("gensim.utils")
    assert simple_preprocess(doc, deacc=deacc) == gensim.simple_preprocess(doc, deacc=deacc)


def test_words_of_a_document():
    assert simple_preprocess("The Café, of 42 cats") == ["the", "café", "of", "cats"]
    assert simple_preprocess("The Café", deacc=True, min_len=4) == ["cafe"]
    with pytest.raises(SettingError, match="doc: expected one document"):
        simple_preprocess(["a", "b"])
