"""The table of words and the scanner, without the text layer around them."""

import itertools
import os
import random

import numpy as np
import pytest

from fastvec.kernels._text import (
    PADDING,
    NoTokenError,
    TokenBuffer,
    WordTable,
    blank_separators,
    frequency_order,
    name_of,
    remap,
    take_words,
)

STOP = np.zeros(1, np.uint8)


def new_table(secret=None):
    return WordTable(np.frombuffer(os.urandom(16), np.uint64) if secret is None else secret)


def encode(table, text, stop=STOP):
    ids, ends = np.empty(len(text) // 2 + 1, np.int32), np.empty(len(text) + 1, np.int64)
    n_ids, n_ends = table.encode(bytearray(text + b"x" * PADDING), len(text), ids, ends, stop)
    return ids[:n_ids].tolist(), ends[:n_ends].tolist()


def words_of(table):
    counts, starts, text = table.export()
    data = text.tobytes()
    assert all(data[b - 1 : b] == b"\n" for b in starts[1:])
    words = [data[a : b - 1] for a, b in itertools.pairwise(starts)]
    return dict(zip(words, counts.tolist(), strict=True))


@pytest.mark.parametrize("size", [*range(1, 10), 15, 16, 17, 31, 32, 33, 63, 64, 65, 97, 100, 127, 128, 129, 300])
def test_every_length_of_word_at_every_place(size):
    for place in range(65):
        table = new_table()
        text = b" " * place + b"w" * size + b"\n" + b"v" * size
        assert encode(table, text) == ([0, 1], [1])
        assert words_of(table) == {b"w" * size: 1, b"v" * size: 1}


def test_nothing_to_encode():
    assert encode(new_table(), b"") == ([], [])


# with a secret of zeros these have the hash 0, the short ones and the long ones
COLLIDING = {"short": lambda i: b"\0" * 8 + b"%06d" % i, "long": lambda i: b"%08d" % i + b"\0" * 16}


@pytest.mark.parametrize("kind", COLLIDING)
def test_collision_never_merges_words(kind):
    words = [COLLIDING[kind](i) for i in range(1500)]
    table = new_table(np.zeros(2, np.uint64))
    ids, _ = encode(table, b" ".join(words + words[::-1]))
    assert ids == [*range(1500), *range(1499, -1, -1)]
    assert table.longest_probe() == 1499
    assert words_of(table) == dict.fromkeys(words, 2)


@pytest.mark.parametrize("kind", COLLIDING)
def test_words_prepared_to_collide_do_not(kind):
    table = new_table()
    ids, _ = encode(table, b" ".join(map(COLLIDING[kind], range(200_000))))
    assert ids == [*range(200_000)]
    assert table.longest_probe() < 1000


def test_merge_adds_counts_and_tells_ids():
    first, second = new_table(), new_table()
    encode(first, b"a b a a-word-of-more-than-sixteen-bytes")
    encode(second, b"c a-word-of-more-than-sixteen-bytes b c")
    ids = np.empty(3, np.int32)
    first.merge(second, 0, 1, ids)
    assert ids.tolist() == [3, 2, 1]
    assert words_of(first) == {b"a": 2, b"b": 2, b"a-word-of-more-than-sixteen-bytes": 2, b"c": 2}
    first.merge(new_table(), 0, 1, ids[:0])
    assert len(first) == 4


@pytest.mark.parametrize("n_parts", [1, 2, 3, 5, 16, 64])
@pytest.mark.parametrize("n_words", [1, 30, 3000, 3100, 50_000])  # 3,000 of 4,096 slots are long ways to go
def test_each_word_is_merged_in_one_part(n_parts, n_words):
    words = [b"%d" % i * (1 + i % 5) for i in range(n_words)]
    secret = np.frombuffer(os.urandom(16), np.uint64)
    tables = [new_table(secret), new_table(secret)]
    for table, text in zip(tables, (words, [*words[::2], b"more"]), strict=True):
        encode(table, b" ".join(text))
    ids = [np.full(len(table), -1, np.int32) for table in tables]
    parts = [new_table() for _ in range(n_parts)]
    for number, part in enumerate(parts):
        for table, places in zip(tables, ids, strict=True):
            part.merge(table, number, n_parts, places)
    found = [words_of(part) for part in parts]
    assert sum(map(len, found)) == n_words + 1
    together = {word: count for part in found for word, count in part.items()}
    assert together == {**{word: 2 - i % 2 for i, word in enumerate(words)}, b"more": 1}
    spelled = [list(part) for part in found]
    for places, text in zip(ids, (words, [*words[::2], b"more"]), strict=True):
        assert [spelled[place % n_parts][place // n_parts] for place in places.tolist()] == text


@pytest.mark.parametrize("part", range(3))
def test_words_of_one_hash_are_in_one_part(part):
    crowded, merged, ids = new_table(np.zeros(2, np.uint64)), new_table(), np.full(1500, -1, np.int32)
    encode(crowded, b" ".join(map(COLLIDING["short"], range(1500))))
    merged.merge(crowded, part, 3, ids)
    assert (len(merged), ids.tolist()) == ((1500, [*range(0, 4500, 3)]) if part == 0 else (0, [-1] * 1500))


def test_what_cannot_be_merged_is_refused():
    secret = np.ones(2, np.uint64)
    table = new_table(secret)
    encode(table, b"a b")
    with pytest.raises(ValueError, match="another secret"):
        new_table(secret).merge(table, 0, 1, np.empty(2, np.int32))
    for part, n_parts, size in ((0, 1, 1), (1, 1, 2), (0, 0, 2)):
        with pytest.raises(ValueError, match="out of range"):
            new_table().merge(table, part, n_parts, np.empty(size, np.int32))


def listed(words):
    return np.cumsum([0, *(len(word) + 1 for word in words)]), np.frombuffer(
        b"".join(word + b"\n" for word in words), np.uint8
    )


@pytest.mark.parametrize("n", [0, 1, 2, 300, 5000])
@pytest.mark.parametrize("length", [1, 9, 30])
def test_frequency_order(n, length):
    draw = random.Random(n + length)
    words = [bytes(draw.choices(b"\0\nab\xff", k=draw.randint(1, length))) for _ in range(n)]
    words = [draw.choice([b"", b"one beginning"]) + word for word in dict.fromkeys(words)]
    words = list(dict.fromkeys(words))
    counts = np.array([draw.choice([1, 2, 300, 70_000, 1 << 40]) for _ in words], np.int64)
    order = frequency_order(counts, *listed(words)).tolist()
    assert order == sorted(range(len(words)), key=lambda i: (-counts[i], words[i]))


def test_take_words():
    words = [b"a", b"", b"c\nd", b"e" * 100]
    starts, text = take_words(*listed(words), np.array([3, 0, 0, 2]))
    assert bytes(text) == b"e" * 100 + b"\na\na\nc\nd\n"
    assert starts.tolist() == [0, 101, 103, 105, 109]
    starts, text = take_words(*listed([]), np.array([], np.int64))
    assert (starts.tolist(), len(text)) == ([0], 0)


def test_lists_of_words_that_are_none():
    starts, text = listed([b"a", b"b"])
    for wrong in (starts[:0], starts[1:], starts[:-1], np.array([0, 0, 4])):
        with pytest.raises(ValueError, match="starts"):
            take_words(wrong, text, np.zeros(1, np.int64))
        with pytest.raises(ValueError, match="starts"):
            frequency_order(np.ones(len(wrong) - 1 if len(wrong) else 0, np.int64), wrong, text)
    with pytest.raises(ValueError, match="one more than counts"):
        frequency_order(np.ones(3, np.int64), starts, text)
    for which in ([-1], [2]):
        with pytest.raises(ValueError, match="which: out of range"):
            take_words(starts, text, np.array(which))


def test_add_takes_any_str_but_an_empty_one():
    table = new_table()
    words = ["a b\n", "\udcff", "é", "\0", "x" * 17, np.str_("é")]
    assert [table.add(word) for word in words] == [0, 1, 2, 3, 4, 2]
    assert words_of(table) == {b"a b\n": 1, b"\xff": 1, "é".encode(): 2, b"\0": 1, b"x" * 17: 1}
    with pytest.raises(ValueError, match="at least one character"):
        table.add("")
    with pytest.raises(TypeError, match="expected str, got int"):
        table.add(1)
    with pytest.raises(UnicodeEncodeError):
        table.add("\ud800")


def buffer_of(tokens):
    buffer = TokenBuffer()
    buffer.add(tokens)
    return buffer


def encode_tokens(table, tokens, stop=STOP):
    ids = np.full(len(tokens) + 1, -1, np.int32)
    n = table.encode_tokens(tokens, ids, stop)
    assert (ids[n:] == -1).all()
    return ids[:n].tolist()


@pytest.mark.parametrize("size", [1, 2, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 300, 10_000])
@pytest.mark.parametrize("n", [1, 2, 63, 64, 65, 129])
def test_tokens_are_encoded_as_one_by_one(size, n):
    rng = random.Random(size)
    tokens = ["".join(rng.choices("aé東 \n", k=size)) for _ in range(n)] + ["x", "\udcff"]
    one_by_one, together = new_table(), new_table()
    expected = [one_by_one.add(token) for token in tokens + tokens]
    buffer = buffer_of(iter(tokens))
    buffer.add(tuple(tokens))
    assert len(buffer) == 2 * n + 4
    assert buffer.nbytes == sum(len(token.encode("utf-8", "surrogateescape")) for token in tokens) * 2
    assert encode_tokens(together, buffer) == expected
    assert words_of(together) == words_of(one_by_one)


def test_no_tokens_empty_ones_and_stop():
    table = new_table()
    assert encode_tokens(table, buffer_of([])) == []
    buffer = buffer_of(["", "a", "", 7, np.int64(-7)])
    assert (len(buffer), buffer.n_empty, buffer.nbytes) == (3, 2, 4)
    assert encode_tokens(table, buffer, np.ones(1, np.uint8)) == []
    assert encode_tokens(table, buffer) == [0, 1, 2]
    assert words_of(table) == {b"a": 1, b"7": 1, b"-7": 1}
    for ids, stop in ((np.empty(2, np.int32), STOP), (np.empty(3, np.int32), STOP[:0])):
        with pytest.raises(ValueError, match="too short"):
            table.encode_tokens(buffer, ids, stop)


@pytest.mark.parametrize("wrong", [None, b"a", 1.5, True, ["a"], np.bool_(True)])
def test_what_is_no_token(wrong):
    for refused in (buffer_of, lambda tokens: name_of(tokens[1])):
        with pytest.raises(NoTokenError, match="expected str or a whole number, got") as caught:
            refused(["a", wrong])
        assert caught.value.token is wrong
    with pytest.raises(UnicodeEncodeError):
        buffer_of(["\ud800"])


def test_stop_ends_encoding():
    ids, ends = encode(new_table(), b"a b\n" * 1000, np.ones(1, np.uint8))
    assert (ids, ends) == ([], [])


def test_too_small_arrays_are_refused():
    table, text = new_table(), bytearray(10 + PADDING)
    ids, ends = np.empty(6, np.int32), np.empty(10, np.int64)
    table.encode(text, 10, ids, ends, STOP)
    for wrong in [
        (text[:-1], 10, ids, ends),
        (text, -1, ids, ends),
        (text, 10, ids[:5], ends),
        (text, 10, ids, ends[:9]),
    ]:
        with pytest.raises(ValueError, match="too short"):
            table.encode(*wrong, STOP)
    with pytest.raises(ValueError, match="empty"):
        table.encode(text, 10, ids, ends, STOP[:0])
    with pytest.raises(ValueError, match="secret"):
        WordTable(np.zeros(1, np.uint64))
    with pytest.raises(ValueError, match="kept"):
        blank_separators(text, 10, np.zeros(5, np.uint8))


@pytest.mark.parametrize("seed", range(5))
def test_remap(seed):
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, 50, 1000).astype(np.int32)
    ends = np.sort(rng.integers(0, 1001, 20))
    new_ids = rng.integers(-1, 3, 50).astype(np.int32)
    new_ids[new_ids == 0] = -1
    mapped, kept_before = new_ids[ids], np.concatenate([[0], np.cumsum(new_ids[ids] >= 0)])
    expected_ends = kept_before[ends]
    left = remap(ids, ends, new_ids)
    assert ids[:left].tolist() == mapped[mapped >= 0].tolist()
    assert ends.tolist() == expected_ends.tolist()


def test_remap_of_nothing():
    assert remap(np.empty(0, np.int32), np.zeros(2, np.int64), np.empty(0, np.int32)) == 0
