"""Files to ids: every way of cutting, threading and storing gives what plain Python gives."""

import random

import numpy as np
import pytest
from text_oracle import corpus_of, lines_of, tokens_of

from fastvec import Corpus, Vocabulary
from fastvec.text import reading

HOSTILE = {
    "nothing after the last newline": b"a b\nc",
    "newline at the end": b"a b\nc\n",
    "empty lines": b"\n\na\n\n\nb\n\n",
    "only newlines": b"\n" * 100,
    "CRLF": b"a b\r\nc d\r\n\r\ne",
    "CR inside": b"a\rb\r\rc\nd\r",
    "all white space": b" \t\v\f\r \n\t a \v\f b \r",
    "NUL": b"a\0 a a\0\0 \0 a\0\nb\0\n\0",
    "BOM": b"\xef\xbb\xbfa b\na",
    "BOM only": b"\xef\xbb\xbf",
    "BOM later": b"a\n\xef\xbb\xbfa b\n",
    "half a BOM": b"\xef\xbba b\n",
    "overlong": b"a\xc0\x80b \xe0\x80\xaf \xf0\x80\x80\x80x c\n",
    "lone surrogates": b"\xed\xa0\x80 a\xed\xb0\x80b\n",
    "beyond Unicode": b"\xf4\x90\x80\x80x \xf8\x88\x80\x80\x80 \xff\xfe\n",
    "cut short": b"\xc3 \xe2\x82 a\xf0\x9f\x98 \xe2\x82\n\xc3",
    "scripts": "naïve Ünïcödé 東京タワー हिन्दी ١٢٣ x² don't co-op\n".encode(),
    "code points": "e\u0301 \U0001e900 \U000e0100\u2028q\xa0r \u0378 \U0010ffff\n".encode(),
    "token at 64": b"a" * 63 + b" " + b"b" * 64 + b"\n" + b"c" * 16 + b" " + b"c" * 17 + b" " + b"d" * 15,
    "exactly 64": b"x" * 64,
    "exactly 128": b"y" * 31 + b" " + b"z" * 96,
    "the same": b"same " * 5000,
    "all distinct": b" ".join(b"%d" % i for i in range(20000)) + b"\n",
    "long distinct": b" ".join(b"a-rather-long-beginning-%d" % i for i in range(20000)) + b"\n",
    "big token": b"a " + b"B" * 300_000 + b" a\n" + b"C" * 100_000,
    "line that ends after the cut": b"aaaa bbbb  ",
}


def agree(corpus, expected):
    assert corpus.vocabulary.words == expected["words"]
    assert corpus.vocabulary.counts.tolist() == expected["counts"]
    assert corpus.offsets.tolist() == expected["offsets"]
    assert corpus.ids.tolist() == expected["ids"]
    assert corpus.n_dropped == expected["n_dropped"]
    assert (corpus.ids.dtype, corpus.offsets.dtype) == (np.int32, np.int64)


@pytest.fixture(autouse=True)
def any_bytes(monkeypatch):
    """Whether a file is text at all is checked before; what is encoded here may be any bytes."""
    monkeypatch.setattr("fastvec.text.content.START", 0)


@pytest.fixture
def small_blocks(monkeypatch):
    """Makes from_text cut its text into blocks of so many bytes."""

    def shrink(n_bytes):
        monkeypatch.setattr(reading, "BLOCK_BYTES", n_bytes)

    return shrink


@pytest.mark.parametrize("block_bytes", [1, 7, 64, 1 << 21])
@pytest.mark.parametrize("tokens", ["whitespace", "words"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text(tmp_path, small_blocks, name, tokens, block_bytes):
    data = HOSTILE[name]
    if len(data) > 10_000 and block_bytes < 64:
        block_bytes = 1000  # one block a token takes long
    (tmp_path / "text").write_bytes(data)
    expected = corpus_of([tokens_of(line, tokens) for line in lines_of(data)])
    small_blocks(block_bytes)
    if not expected["words"]:
        with pytest.raises(ValueError, match="no words"):
            Corpus.from_text(tmp_path / "text", min_count=1, tokens=tokens)
        return
    agree(Corpus.from_text(tmp_path / "text", min_count=1, tokens=tokens, threads=2), expected)


def random_text(draw, n):
    pieces = [
        b" ",
        b"  ",
        b"\n",
        b"\t",
        b"\r\n",
        b"\0",
        b"\xc3",
        b"\xe2\x82",
        "é".encode(),
        "東".encode(),
        b"'",
        b"-",
    ]
    words = [bytes(draw.choices(b"abcXYZ019", k=draw.choice([1, 2, 3, 15, 16, 17, 40]))) for _ in range(30)]
    return b"".join(draw.choice(pieces) if draw.random() < 0.6 else draw.choice(words) for _ in range(n))


@pytest.mark.parametrize("seed", range(30))
def test_random_text_in_random_blocks(tmp_path, small_blocks, seed):
    draw = random.Random(seed)
    files = [random_text(draw, draw.choice([0, 1, 50, 3000])) + b" often" * 3 for _ in range(3)]
    paths = [tmp_path / str(i) for i in range(3)]
    for path, data in zip(paths, files, strict=True):
        path.write_bytes(data)
    tokens = draw.choice(["whitespace", "words"])
    settings = {
        "min_count": draw.choice([1, 2, 5]),
        "max_size": draw.choice([None, 5]),
        "lowercase": draw.random() < 0.5,
        "normalize": draw.choice([None, lambda word: word.strip("019") or None]),
    }
    expected = corpus_of([tokens_of(line, tokens) for data in files for line in lines_of(data)], **settings)
    small_blocks(draw.choice([1, 10, 100, 1000]))
    save_to = draw.choice([None, tmp_path / "saved.fvc"])
    agree(
        Corpus.from_text(paths, tokens=tokens, threads=draw.choice([1, 2, 5]), save_to=save_to, **settings),
        expected,
    )


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_given_vocabulary_keeps_its_ids(tmp_path, small_blocks, threads):
    (tmp_path / "text").write_bytes(b"The cat saw\nthe DOG the\n\n" * 50)
    vocabulary = Vocabulary(["dog", "unseen", "the"], [9, 8, 7])
    small_blocks(64)
    corpus = Corpus.from_text(tmp_path / "text", vocabulary=vocabulary, lowercase=True, threads=threads)
    expected = corpus_of([["the", "cat", "saw"], ["the", "dog", "the"], []] * 50, words=vocabulary.words)
    assert corpus.vocabulary is vocabulary
    assert corpus.ids.tolist() == expected["ids"]
    assert corpus.offsets.tolist() == expected["offsets"]
    assert corpus.n_dropped == expected["n_dropped"] == 100


@pytest.mark.parametrize("tokens", ["whitespace", "words"])
def test_the_number_of_threads_changes_nothing(tmp_path, small_blocks, tokens):
    draw = random.Random(3)
    path, saved = tmp_path / "text", tmp_path / "saved.fvc"
    path.write_bytes(random_text(draw, 20_000) + b" ".join(b"w%d" % draw.randrange(3000) for _ in range(30_000)))
    small_blocks(1 << 12)
    Corpus.from_text(path, tokens=tokens, min_count=2, threads=1, save_to=saved)
    expected = saved.read_bytes()
    for threads in (2, 7, 16):
        Corpus.from_text(path, tokens=tokens, min_count=2, threads=threads).save(saved)
        assert saved.read_bytes() == expected
        Corpus.from_text(path, tokens=tokens, min_count=2, threads=threads, save_to=saved)
        assert saved.read_bytes() == expected


def test_long_line_goes_over_many_blocks(tmp_path, small_blocks):
    words = [f"w{i % 1000}" for i in range(500_000)]
    (tmp_path / "line").write_text("first line\n" + " ".join(words) + "\nlast line\n")
    small_blocks(1 << 16)
    corpus = Corpus.from_text(tmp_path / "line", min_count=1, threads=2)
    assert np.diff(corpus.offsets).tolist() == [2, 500_000, 2]
    assert corpus[1] == words


def test_token_of_10_MiB(tmp_path, small_blocks):
    (tmp_path / "token").write_bytes(b"a " + b"x" * (10 << 20) + b" b\nc\n")
    small_blocks(1 << 16)
    corpus = Corpus.from_text(tmp_path / "token", min_count=1)
    assert [len(word) for word in corpus[0]] == [1, 10 << 20, 1]
    assert corpus[1] == ["c"]


def test_golden_counts(shared):
    corpus = Corpus.from_text(shared("golden/g400.txt.xz"), min_count=5)
    lines = shared("golden/vocab-g400.txt").read_text().splitlines()
    golden = {word: int(count) for word, count in map(str.split, lines)}
    vocabulary = corpus.vocabulary
    assert dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)) == golden
    assert vocabulary.words == sorted(golden, key=lambda word: (-golden[word], word))
    assert (corpus.n_sentences, corpus.n_tokens + corpus.n_dropped) == (1281, 69034)
