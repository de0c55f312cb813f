"""Subwords: settings, n-grams, rows; the same as fastText's."""

import random

import numpy as np
import pytest

import fastvec as fv


def test_defaults_are_fasttexts():
    assert fv.Subwords() == fv.Subwords(min_n=3, max_n=6, buckets=2_000_000)


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_n": 7},
        {"min_n": -1},
        {"min_n": 2.0},
        {"max_n": True},
        {"max_n": "6"},
        {"buckets": 0},
        {"buckets": 2**31},
    ],
)
def test_bad_settings_are_refused(wrong):
    with pytest.raises(fv.SettingError, match=f"^{next(iter(wrong))}: expected"):
        fv.Subwords(**wrong)


def test_no_ngrams():
    none = fv.Subwords(max_n=0)
    assert none.buckets == 0
    assert none.ngrams("word") == []
    assert none.rows(["word", "w"])[1].tolist() == [0, 1]
    assert fv.Subwords(min_n=np.int64(0), max_n=1).ngrams("word") == ["w", "o", "r", "d"]


@pytest.mark.parametrize("word", ["word", "naïve", "日本語", "🙂", "", "a b", "\udcff\udc80x"])
def test_ngrams_are_cut_by_character(word):
    marked, n = f"<{word}>", range(2, 5)
    expected = [marked[i : i + k] for i in range(len(marked)) for k in n if i + k <= len(marked)]
    if "\udc80" in word:  # a byte that continues a character, behind one that begins none
        expected = ["<\udcff\udc80", "<\udcff\udc80x", "<\udcff\udc80x>"]
        expected += ["\udcff\udc80x", "\udcff\udc80x>", "x>"]
    assert fv.Subwords(min_n=2, max_n=4).ngrams(word) == expected


# made with fasttext 0.9.3
BUCKETS = {
    "naïve": [
        *(1806890, 1907692, 878190, 933201, 1590546, 1719404, 832043),
        *(156687, 356832, 1223007, 1505331, 1711570, 1788548, 1088654),
    ],
    "日本語": [758587, 4581, 524609, 35559, 928923, 1674355],
    "</s>": [],
}


@pytest.mark.parametrize("word", BUCKETS)
def test_buckets(word):
    assert fv.Subwords().buckets_of(word).tolist() == BUCKETS[word]


def test_rows_of_str_bytes_and_vocabulary():
    words = ["the", "\udcff", "</s>"]
    subwords = fv.Subwords(min_n=2, max_n=3, buckets=50)
    expected = [0, *(3 + subwords.buckets_of("the")), 1, *(3 + subwords.buckets_of("\udcff")), 2]
    for given in (words, [b"the", b"\xff", b"</s>"], fv.Vocabulary(words, [1, 1, 1])):
        offsets, rows = subwords.rows(given)
        assert rows.tolist() == expected
        assert offsets.tolist() == [0, 8, 12, 13]


def test_words_that_have_no_rows():
    with pytest.raises(fv.SettingError, match="text that UTF-8 can hold"):
        fv.Subwords().rows(["\ud800"])
    with pytest.raises(fv.SettingError, match="a sequence of words"):
        fv.Subwords().rows("the")
    with pytest.raises(fv.SettingError, match="buckets: expected at most 2147483646"):
        fv.Subwords(buckets=2**31 - 1).rows(["the"])


def test_same_as_fasttext(tmp_path):
    """Words of any bytes, and every kind of n-gram, beside the fasttext package where it is installed."""
    fasttext = pytest.importorskip("fasttext")
    text = tmp_path / "text"
    text.write_text("the word was\n" * 5)
    draw = random.Random(1)
    words = ["", "the", "</s>", "</s", "naïve", "日本語", "🙂b", "x" * 50]
    words += [bytes(draw.choices(range(1, 256), k=draw.randint(1, 12))) for _ in range(500)]
    for min_n, max_n, buckets in [(3, 6, 2_000_000), (1, 3, 1000), (0, 2, 77), (2, 2, 5)]:
        model = fasttext.train_unsupervised(
            str(text), dim=1, minn=min_n, maxn=max_n, bucket=buckets, minCount=1, thread=12, epoch=1, verbose=0
        )
        subwords = fv.Subwords(min_n=min_n, max_n=max_n, buckets=buckets)
        for word in words:
            known = model.f.getWordId(word) >= 0
            theirs, ids = model.f.getSubwords(word, "replace")
            assert list(ids[known:]) == (subwords.rows([word])[1][1:] - 1 + len(model.words)).tolist()
            if isinstance(word, str):
                assert theirs[known:] == subwords.ngrams(word)
