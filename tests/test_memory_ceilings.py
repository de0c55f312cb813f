"""Small hostile files: each reader refuses them early, within 64 MiB and twice what it has to look at."""

import gzip
import json
import struct
import tracemalloc

import pytest

import fastvec as fv
from fastvec import CorpusError, FormatError
from fastvec.cli.init import read_factors
from fastvec.io.limits import LINE_BYTES
from fastvec.vectors.formats import fasttext

FREE = 64 << 20
BOMB = 192 << 20  # bytes, of which a reader must look at LINE_BYTES at the most


def vectors():
    return fv.WordVectors(["a", "b"], [[1, 2], [3, 4]])


READERS = {
    "text": fv.Corpus.from_text,
    "words": lambda path: fv.Corpus.from_text(path, tokens="words"),
    "pairs": fv.Pairs.from_pairs,
    "vocabulary": fv.Vocabulary.load,
    "phrases": fv.PhraseTable.load,
    "freeze": lambda path: read_factors(str(path)),
    "analogies": lambda path: fv.evaluate_analogies(vectors(), path),
    "judgements": lambda path: fv.evaluate_similarity(vectors(), path),
    "triples": lambda path: fv.CooccurrenceMatrix.read_triples(path, fv.Vocabulary(["a"])),
    "corpus": fv.Corpus.load,
    "counts": fv.CooccurrenceMatrix.load,
    "gensim": lambda path: fv.WordVectors.load(path, format="gensim"),
    **{
        name: (lambda path, name=name: fv.WordVectors.load(path, format=name))
        for name in ("safetensors", "word2vec", "word2vec-text", "fasttext", "glove")
    },
}
FASTTEXT = fasttext.MAGIC + struct.pack(
    "<i12id3i2q", 12, 3, 5, 5, 5, 5, 1, 2, 2, 9, 3, 6, 100, 1e-4, 9, 9, 0, 9, -1
)
STARTS = {
    "nothing": b"",
    "lines": b"the king rules the land\n" * 500,
    "pairs": b"a b\n" * 500,
    "counts": b"a 5\nb 4\n",
    "table": b'{"format": "fastvec phrases", "version": "1", "settings": {}, "phrases": [\n',
    "questions": b": section\na b a b\n",
    "word2vec": b"9 9\n",
    "rows": b"a 1 2\n",
    "fasttext": FASTTEXT,
}


@pytest.fixture(scope="module")
def bombs(tmp_path_factory):
    """A compressed file for each beginning, followed by one endless word."""
    folder = tmp_path_factory.mktemp("bombs")
    endless = gzip.compress(b"x" * BOMB, 1)
    for name, start in STARTS.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(start) + endless)
    return folder


def peak_of(read, path):
    tracemalloc.start()
    try:
        with pytest.raises((FormatError, CorpusError)) as caught:
            read(path)
        assert str(path) in str(caught.value)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("reader", "start"),
    [
        ("text", "nothing"), ("text", "lines"), ("pairs", "nothing"), ("pairs", "pairs"),
        ("vocabulary", "nothing"), ("vocabulary", "counts"), ("phrases", "nothing"), ("phrases", "table"),
        ("freeze", "nothing"), ("freeze", "counts"),
        ("analogies", "nothing"), ("analogies", "questions"), ("judgements", "nothing"),
        ("triples", "nothing"), ("corpus", "nothing"), ("counts", "nothing"), ("gensim", "nothing"),
        ("safetensors", "nothing"), ("word2vec", "word2vec"), ("word2vec-text", "word2vec"), ("glove", "nothing"),
        ("glove", "rows"), ("fasttext", "fasttext"),
    ],
)  # fmt: skip
def test_an_endless_word_is_refused_early(bombs, reader, start):
    assert peak_of(READERS[reader], bombs / f"{start}.gz") < FREE + 2 * LINE_BYTES


def container(header, data=b""):
    return struct.pack("<Q", len(header)) + header + data


def table(phrases):
    return b'{"format": "fastvec phrases", "version": "1", "settings": {}, "phrases": [\n%b\n]}' % phrases


N = 300_000
ENTRIES = {f"h.{i}": {"dtype": "U8", "shape": [1], "data_offsets": [i, i + 1]} for i in range(N)}
LISTS = b"[" + b"[]," * (4 << 20) + b"[]]"
HEADERS = {
    "lists": container(b'{"__metadata__":{"fastvec":%b}}' % json.dumps(LISTS.decode()).encode()),
    "tensors": container(json.dumps(ENTRIES).encode(), bytes(N)),
}


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("reader", ["corpus", "counts", "safetensors"])
def test_a_large_header_is_refused_unread(tmp_path, reader, header):
    path = tmp_path / "x"
    path.write_bytes(HEADERS[header])
    assert (
        peak_of(READERS[reader], path) < 4 << 20
    )  # the buffer of a file takes 1 MiB, and what is looked at as much


@pytest.mark.parametrize(
    "content", [LISTS, table(LISTS), table(LISTS.replace(b",", b",\n"))], ids=["bare", "one line", "lines"]
)
def test_json_of_empty_lists_in_a_table_of_phrases(tmp_path, content):
    path = tmp_path / "phrases.json"
    path.write_bytes(content)
    assert peak_of(fv.PhraseTable.load, path) < FREE


@pytest.mark.parametrize("opcodes", [b"]", b"}", b"(", b"(l", b"(d", b")\x85", b"NN\x86", b"N\x94", b"\x8f"])
def test_many_small_things_in_a_pickle(tmp_path, opcodes):
    """Of 50 bytes and more each, for one or two in the file: refused before they take twenty times its size."""
    path, n = tmp_path / "x.kv", 100_000
    path.write_bytes(b"\x80\x04N" + opcodes * (n // len(opcodes)) + b".")
    assert peak_of(READERS["gensim"], path) < (1 << 20) + 20 * n
