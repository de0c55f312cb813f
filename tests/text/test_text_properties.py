"""Hypothesis: any text is tokenised as the oracle does, and any bytes are text or an error of fastvec's."""

from __future__ import annotations

import gzip
import warnings

import numpy as np
import pytest
import text_oracle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fastvec as fv

few = settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
fewer = settings(few, max_examples=40)
odd = st.sampled_from(["\0", "\r", "\v", "\u00a0", "\u2028", "\ufeff", "\ufe0f", "_", "é", "\u0301", "東", "😀"])
characters = st.one_of(st.characters(exclude_categories=["Cs"]), odd, st.sampled_from(" \tabc"))
lines_of_text = st.lists(
    st.lists(characters, max_size=30).map(lambda text: "".join(text).replace("\n", " ")), max_size=8
)
PIECES = [b"a", b" ", b"\n", b"\r", b"\0", b"\xff", b"\xc3", b"\xa9", b"\xed\xa0\x80", b"\xef\xbb\xbf"]
anything = st.one_of(
    st.binary(max_size=200),
    st.lists(st.sampled_from(PIECES)).map(b"".join),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _no_advice():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def read(source, **more):
    """Return what is read as the oracle gives it, or None if there is no word."""
    try:
        corpus = fv.Corpus.from_text(source, min_count=1, threads=1, **more)
    except fv.CorpusError:
        return None
    return {
        "ids": corpus.ids.tolist(), "offsets": corpus.offsets.tolist(), "words": list(corpus.vocabulary.words),
        "counts": corpus.vocabulary.counts.tolist(), "n_dropped": corpus.n_dropped,
    }  # fmt: skip


@few
@given(lines_of_text, st.sampled_from(["whitespace", "words"]))
def test_lines_are_tokenised_as_by_the_oracle(lines, tokens):
    sentences = [text_oracle.tokens_of(line.encode(), tokens) for line in lines]
    expected = text_oracle.corpus_of(sentences)
    found = read(lines, tokens=tokens)
    assert found == (expected if expected["ids"] else None)


@few
@given(lines_of_text.filter(lambda lines: "\0" not in "".join(lines)))  # a file with one is refused: it is binary
def test_threads_and_files_change_nothing(tmp_path_factory, lines):
    path = tmp_path_factory.getbasetemp() / "lines.txt"
    path.write_bytes("\n".join([*lines, ""]).encode())
    packed = path.with_suffix(".txt.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    one = read(path)
    try:
        four = fv.Corpus.from_text(path, min_count=1, threads=4)
    except fv.CorpusError:
        assert one is None
    else:
        assert one is not None
        assert four.ids.tolist() == one["ids"]
        assert four.vocabulary.words == one["words"]
    assert read(packed) == one


@few
@given(anything, st.sampled_from(["whitespace", "words"]))
def test_any_bytes_are_text_or_refused(tmp_path_factory, data, tokens):
    path = tmp_path_factory.getbasetemp() / "bytes.txt"
    path.write_bytes(data)
    try:
        corpus = fv.Corpus.from_text(path, min_count=1, threads=1, tokens=tokens)
    except (fv.CorpusError, fv.FormatError):
        return
    assert corpus.n_tokens == corpus.vocabulary.counts.sum() > 0
    assert all(word and not word.split(" ")[1:] for word in corpus.vocabulary.words)


@fewer
@given(st.lists(st.lists(st.text(min_size=1, max_size=8), max_size=6), min_size=1, max_size=6))
def test_a_saved_corpus_comes_back(tmp_path_factory, sentences):
    path = tmp_path_factory.getbasetemp() / "c.fvc"
    try:
        corpus = fv.Corpus.from_text(sentences, min_count=1, threads=1)
        corpus.save(path)
    except (fv.CorpusError, fv.FormatError):  # nothing to read, or a word that a file cannot hold
        return
    for mmap in (True, False):
        loaded = fv.Corpus.load(path, mmap=mmap)
        assert list(loaded) == list(corpus)
        assert loaded.vocabulary.words == corpus.vocabulary.words
        assert np.array_equal(loaded.vocabulary.counts, corpus.vocabulary.counts)
