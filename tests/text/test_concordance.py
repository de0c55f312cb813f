"""Concordance: every place, beside a search in plain lists; near words; what was dropped."""

from __future__ import annotations

import numpy as np
import pytest

import fastvec as fv
from fastvec.text.building import Built


def plain(sentences, word, near, width):
    """The same by loops over lists."""
    found = []
    for number, sentence in enumerate(sentences):
        for i, token in enumerate(sentence):
            left, right = sentence[max(0, i - width) : i], sentence[i + 1 : i + 1 + width]
            if token == word and (near is None or near in left + right):
                found.append((tuple(left), word, tuple(right), number))
    return found


@pytest.fixture(scope="module")
def corpus():
    rng = np.random.default_rng(0)
    sentences = [[f"w{i}" for i in rng.integers(0, 6, rng.integers(0, 9))] for _ in range(200)]
    return fv.Corpus.from_text(sentences, min_count=1)


@pytest.mark.parametrize("width", [0, 1, 3, 100])
@pytest.mark.parametrize("near", [None, "w1", "w2"])
def test_it_finds_what_a_search_in_lists_finds(corpus, near, width):
    found = corpus.concordance("w1", near=near, width=width)
    want = plain(list(corpus), "w1", near, width)
    assert [tuple(line) for line in found] == want
    assert len(found) == len(want)
    assert all(corpus.vocabulary.words[i] == "w1" for i in corpus.ids[found.positions])
    if want:
        assert (tuple(found[0]), tuple(found[-1])) == (want[0], want[-1])
        with pytest.raises(IndexError):
            found[len(want)]
    assert repr(found) == f"<Concordance of 'w1': {len(want):,} lines>"


def test_lines_are_aligned_and_the_first_twenty_are_printed(corpus):
    lines = str(corpus.concordance("w1", width=3)).splitlines()
    assert len(lines) == 21
    assert lines[-1] == f"and {len(corpus.concordance('w1')) - 20} more lines"
    assert len({line.index("  w1", 6) for line in lines[:-1] if line.startswith("w")}) == 1


def test_what_was_dropped_is_said_since_its_places_are_not_known(tmp_path):
    text = ["the king rare rules", "the king rules"]
    corpus = fv.Corpus.from_text(text, min_count=2)
    found = corpus.concordance("king")
    assert [line.right for line in found] == [("rules",), ("rules",)]
    assert found.n_dropped == 1
    assert (
        str(found).splitlines()[-1].startswith("1 tokens of the text are not in the corpus, and where they were")
    )
    corpus.save(tmp_path / "c.fvc")
    assert str(fv.Corpus.load(tmp_path / "c.fvc").concordance("king")) == str(found)
    whole = fv.Corpus.from_text(text, min_count=1).concordance("king")
    assert whole[0].right == ("rare", "rules")
    assert whole.notes() == []


def test_words_out_of_a_vocabulary_are_gaps_of_their_own(corpus):
    text = ["the king rare rules", "odd the rare odd king rules"]
    trained = fv.Vocabulary(["king", "rare", "rules"])
    found = fv.Corpus.from_text(text, min_count=1).concordance("king", width=3, vocabulary=trained)
    assert [(line.left, line.right) for line in found] == [
        (("_",), ("rare", "rules")),
        (("_", "rare", "_"), ("rules",)),
    ]
    near = fv.Corpus.from_text(text, min_count=1).concordance("king", near="the", width=3, vocabulary=trained)
    assert len(near) == 2
    assert [tuple(line) for line in corpus.concordance("w1", vocabulary=corpus.vocabulary)] == [
        tuple(line) for line in corpus.concordance("w1")
    ]
    with pytest.raises(fv.SettingError, match=r"vocabulary: expected a Vocabulary, got \['a'\]"):
        corpus.concordance("w1", vocabulary=["a"])


def test_bad_arguments_are_named(corpus):
    with pytest.raises(fv.UnknownWordError, match="not in the corpus: 'w9'"):
        corpus.concordance("w9")
    with pytest.raises(fv.UnknownWordError, match="not in the corpus: 'w99'"):
        corpus.concordance("w1", near="w99")
    with pytest.raises(fv.SettingError, match="width: expected a whole number of at least 0"):
        corpus.concordance("w1", width=-1)
    broken = fv.Corpus._of(Built(np.array([7], np.int32), np.array([0, 1]), fv.Vocabulary(["a"], [1]), 0, None))
    with pytest.raises(fv.FormatError, match="ids: expected 0 to 0"):
        broken.concordance("a")


def shown_with_gaps(sentences, kept, word, near, width):
    """The same as ``plain``, with a gap for each token that is not kept."""
    masked = [[token if token in kept else "_" for token in sentence] for sentence in sentences]
    return plain(masked, word, near, width)


@pytest.fixture(scope="module")
def sentences():
    """Words of very different counts; empty sentences, and sentences of rare words alone."""
    rng = np.random.default_rng(1)
    return [[f"w{i}" for i in rng.geometric(0.25, rng.integers(0, 9))] for _ in range(400)]


@pytest.mark.parametrize("width", [0, 1, 2, 5, 100])
@pytest.mark.parametrize("near", [None, "w1", "w2", "w3"])
def test_dropped_tokens_are_gaps(sentences, near, width):
    corpus = fv.Corpus.from_text(sentences, max_size=3, gaps=True)
    assert len(corpus.gaps) == corpus.n_dropped > 100
    found = corpus.concordance("w1", near=near, width=width)
    want = shown_with_gaps(sentences, {"w1", "w2", "w3"}, "w1", near, width)
    assert [tuple(line) for line in found] == want
    assert found.notes() == []


def test_gaps_do_not_depend_on_threads_and_files_and_change_nothing_else(tmp_path):
    rng = np.random.default_rng(2)
    lines = [" ".join(f"w{i}" for i in rng.geometric(0.02, rng.integers(0, 40))) for _ in range(30_000)]
    path = tmp_path / "text.txt"  # of several blocks
    path.write_text("\n".join(lines))
    plainly = fv.Corpus.from_text(path, min_count=1_500)
    assert plainly.gaps is None
    kept = set(plainly.vocabulary.words)
    want, before = [], 0
    for line in lines:
        for token in line.split():
            if token in kept:
                before += 1
            else:
                want.append(before)
        before += 1
    for threads, save_to in ((1, None), (3, None), (2, tmp_path / "c.fvc")):
        corpus = fv.Corpus.from_text(path, min_count=1_500, gaps=True, threads=threads, save_to=save_to)
        assert corpus.gaps.tolist() == want
        assert (corpus.ids == plainly.ids).all()
        assert (corpus.offsets == plainly.offsets).all()
    for mmap in (True, False):
        assert fv.Corpus.load(tmp_path / "c.fvc", mmap=mmap).gaps.tolist() == want
    with pytest.raises(ValueError, match="read-only"):
        corpus.gaps[0] = 1


def test_empty_tokens_have_no_place():
    """A list may have them; that they were there is only counted."""
    corpus = fv.Corpus.from_text([["a", "", "b"], ["a", "x", "a"]], min_count=2, gaps=True)
    found = corpus.concordance("a", width=1)
    assert [line.right for line in found] == [("_",), ("_",), ()]
    assert found.notes()[0].startswith("1 tokens of the text are not in the corpus")


@pytest.mark.parametrize("gaps", [[-1, 2], [2, 1], [0, 6]])
def test_damaged_gaps_are_refused(tmp_path, gaps):
    corpus = fv.Corpus.from_text(["a x b", "a b"], min_count=2, gaps=True)
    broken = fv.Corpus._of(Built(corpus.ids, corpus.offsets, corpus.vocabulary, 2, np.array(gaps)))
    broken.save(tmp_path / "c.fvc")
    with pytest.raises(fv.FormatError, match="gaps: expected 0 to 5, never decreasing"):
        broken.concordance("a")
    with pytest.raises(fv.FormatError, match=r"c\.fvc: gaps: expected"):
        fv.Corpus.load(tmp_path / "c.fvc", mmap=False)
    with pytest.raises(fv.SettingError, match="gaps: expected True or False"):
        fv.Corpus.from_text(["a b"], min_count=1, gaps="yes")
