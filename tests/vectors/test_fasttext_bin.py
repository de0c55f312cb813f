"""fastText's .bin: what it wrote is read, what is written it reads, and what is damaged is refused."""

import base64
import gzip
import lzma
import os
import struct
import tracemalloc
import warnings

import numpy as np
import pytest

from fastvec import FormatError, SettingError, Subwords, WordVectors
from fastvec.io.container import map_tensors, save_tensors
from fastvec.vectors.formats import fasttext as fasttext_bin
from fastvec.vectors.subwords import SubwordVectors

# fasttext 0.9.3: train_unsupervised("g", dim=4, bucket=5, minn=2, maxn=3, minCount=1, thread=12, lr=0.1, epoch=50,
# ws=2, neg=3, t=0.01) on four times the lines "ab é ab" and "é ab"
MODEL = base64.b85decode(
    "x)x6_3;+NC1ONa40ssI2G5`Po0RR910{{R30RR910ssI20ssI21poj50ssI20{{R3WB>pFdlarm;d+EW0{{R30{{R3000008~^|S00000|NsC0"
    "|NsC0VPXIb0000000000!>IrW0000000000JTG%T00;m800000000080000000004000000001MfZV<w=oLR{m=nHo49mXo_`ba2t9?COh!?&|)"
    "%QGlI{3aw$8|p3G($eN6E41CGMm01lGr|@#1B4W^Jl&+dyu~l^65W>x05}*dtJXG)6BlfhKD|3B<8)tE=s;ZKM1~1DN{be1)@BZH)p+ybaTE^"
    "F4R4{T{Aws3{^e=0{{R3000001ONa400000nO4I-F!Ut9$F<VDP9&i|cXrG^6T1YzQQ|B-VF7?X8vg-5%aN_VtYjy?Y&lmx"
)
VECTORS = {  # as it gave them
    "ab": [-0.7088527679443359, 1.1163123846054077, 0.03873711824417114, -0.5458418726921082],
    "é": [-0.6702195405960083, 0.9955076575279236, -0.029025107622146606, -0.4743823707103729],
    "</s>": [-0.4848211407661438, 0.24001801013946533, 0.19063133001327515, -0.16999706625938416],
    "cab": [-0.6846587061882019, 0.9797827005386353, 0.03891872614622116, -0.49191784858703613],
    "x": [-0.5539536476135254, 0.7662039995193481, -0.006822854280471802, -0.3730209469795227],
}
OUTPUT = [0.3815200626850128, -0.6443510055541992, -0.025721443817019463, 0.31473010778427124]
# where the fields of MODEL begin
VERSION, ARGS, SIZES, ENTRIES, INPUT, OUTPUT_AT = 4, 8, 64, 92, 130, 275


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(MODEL)
    return path


def changed(offset, layout, *values):
    data = bytearray(MODEL)
    struct.pack_into(layout, data, offset, *values)
    return bytes(data)


def args_of(data):
    return fasttext_bin.Args(*struct.unpack_from(fasttext_bin.SETTINGS, data, ARGS))


# --- reading ---


def check_model(vectors):
    assert vectors.index_to_key == ["ab", "é", "</s>"]
    assert vectors.counts.tolist() == [12, 8, 8]
    assert vectors.subwords.settings == Subwords(min_n=2, max_n=3, buckets=5)
    np.testing.assert_allclose(vectors[list(VECTORS)], [*VECTORS.values()], atol=1e-6)
    np.testing.assert_allclose(vectors.context_vectors[0], OUTPUT, atol=1e-7)


def test_a_model_is_read(model):
    vectors = WordVectors.load(model)
    check_model(vectors)
    assert vectors.settings == {
        "model": "SkipGram",
        "loss": "negative_sampling",
        "vector_size": 4,
        "window": 2,
        "epochs": 50,
        "min_count": 1,
        "negative": 3,
        "sample": 0.01,
        "subwords": {"min_n": 2, "max_n": 3, "buckets": 5},
    }


def test_rows_of_ngrams_are_mapped(model):
    base = WordVectors.load(model).subwords.rows
    while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)


# as fastText wrote it before version 11: no magic number, version, pruned buckets, and flags of quantised matrices
OLD = MODEL[ARGS : SIZES + 20] + MODEL[SIZES + 28 : INPUT] + MODEL[INPUT + 1 : OUTPUT_AT] + MODEL[OUTPUT_AT + 1 :]


def test_a_file_of_before_version_11(tmp_path):
    (tmp_path / "old.bin").write_bytes(OLD)
    check_model(WordVectors.load(tmp_path / "old.bin", format="fasttext"))


@pytest.mark.parametrize("size", [0, 3, 4, 30, 60, 75, 90, 120, len(OLD) - 1])
def test_an_old_file_that_is_cut(tmp_path, size):
    (tmp_path / "old.bin").write_bytes(OLD[:size])
    with pytest.raises(FormatError):
        WordVectors.load(tmp_path / "old.bin", format="fasttext")


@pytest.mark.parametrize("name", ["model.bin", "model", "model.dat"])
def test_the_magic_number_tells_it_from_word2vec(tmp_path, name):
    (tmp_path / name).write_bytes(MODEL)
    check_model(WordVectors.load(tmp_path / name))
    check_model(WordVectors.load(tmp_path / name, format="fasttext"))
    WordVectors(["a"], [[1]]).save(tmp_path / "word2vec.bin")
    assert WordVectors.load(tmp_path / "word2vec.bin").index_to_key == ["a"]
    with pytest.raises(FormatError, match="magic number: expected"):
        WordVectors.load(tmp_path / "word2vec.bin", format="fasttext")
    with pytest.raises(FormatError, match="header"):
        WordVectors.load(tmp_path / name, format="word2vec")


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
@pytest.mark.parametrize(("suffix", "compress"), [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_compressed_models_are_read(tmp_path, monkeypatch, suffix, compress, chunk):
    monkeypatch.setattr("fastvec.vectors.formats.fields.CHUNK", max(4, chunk))
    (tmp_path / f"model.bin{suffix}").write_bytes(compress(MODEL))
    check_model(WordVectors.load(tmp_path / f"model.bin{suffix}"))


def test_a_large_compressed_matrix(tmp_path):
    rows = np.random.default_rng(0).standard_normal((30_000, 20)).astype(np.float32)
    words = [f"w{i}" for i in range(30_000)]
    WordVectors(words, rows).save(tmp_path / "v.bin", format="fasttext")
    (tmp_path / "v.bin.gz").write_bytes(gzip.compress((tmp_path / "v.bin").read_bytes(), 1))
    loaded = WordVectors.load(tmp_path / "v.bin.gz")
    assert loaded.index_to_key == words
    assert (loaded.vectors == rows).all()


def test_version_11(tmp_path):
    (tmp_path / "model.bin").write_bytes(changed(VERSION, "<i", 11))
    check_model(WordVectors.load(tmp_path / "model.bin"))


def supervised(version, maxn=3):
    """The model as if its two labels and their rows had come from supervised training."""
    args = args_of(MODEL)._replace(model=3, loss=3, maxn=maxn)
    data = MODEL[:VERSION] + struct.pack("<i", version) + struct.pack(fasttext_bin.SETTINGS, *args)
    data += struct.pack("<3i2q", 5, 3, 2, 28, -1) + MODEL[ENTRIES:INPUT]
    data += b"__label__a\0" + struct.pack("<qb", 3, 1) + b"__label__b\0" + struct.pack("<qb", 2, 1)
    return data + MODEL[INPUT:OUTPUT_AT] + struct.pack("<b2q", 0, 2, 4) + bytes(2 * 4 * 4)


def test_the_words_of_a_supervised_model_are_read(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(supervised(12))
    with pytest.warns(UserWarning, match="its labels and their rows were left out"):
        vectors = WordVectors.load(path)
    np.testing.assert_allclose(vectors[list(VECTORS)], [*VECTORS.values()], atol=1e-6)
    assert vectors.context_vectors is None
    assert vectors.settings["model"] == "supervised"
    vectors.save(tmp_path / "again.bin")  # as a model of words
    check = WordVectors.load(tmp_path / "again.bin")
    assert check.settings["model"] == "SkipGram"
    path.write_bytes(supervised(11))  # had no n-grams, whatever it says
    with pytest.warns(UserWarning, match="labels"):
        vectors = WordVectors.load(path)
    assert vectors.subwords is None
    assert vectors["ab"].tobytes() == MODEL[INPUT + 17 : INPUT + 17 + 16]


def test_models_without_ngrams(tmp_path):
    path = tmp_path / "model.bin"
    for minn, maxn in [(0, 0), (3, 0), (4, 3), (3, -1)]:
        args = args_of(MODEL)._replace(minn=minn, maxn=maxn)
        path.write_bytes(changed(ARGS, fasttext_bin.SETTINGS, *args))
        vectors = WordVectors.load(path)
        assert vectors.subwords is None
        assert vectors["ab"].tobytes() == MODEL[INPUT + 17 : INPUT + 17 + 16]


# --- writing ---


def test_what_is_read_is_written_again(model, tmp_path):
    WordVectors.load(model).save(tmp_path / "again.bin")
    assert (tmp_path / "again.bin").read_bytes() == MODEL
    WordVectors.load(model).save(model)  # over the file it is mapped from
    check_model(WordVectors.load(model))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["again.bin", "model.bin"]


def test_safetensors_hold_it_all(model, tmp_path):
    vectors = WordVectors.load(model)
    vectors.save(tmp_path / "model.safetensors")
    loaded = WordVectors.load(tmp_path / "model.safetensors")
    check_model(loaded)
    assert loaded.settings == vectors.settings
    loaded.save(tmp_path / "again.bin")
    assert (tmp_path / "again.bin").read_bytes() == MODEL


@pytest.mark.skipif(os.name != "posix", reason="writes the zeros of a sparse file")
def test_rows_past_four_gigabytes(tmp_path):
    """A sparse file: 4.8 GB of zeros but for one bucket's row."""
    size, buckets, path = 1 << 14, 73_000, tmp_path / "model.bin"
    settings = Subwords(min_n=3, max_n=3, buckets=buckets)
    last = int(settings.buckets_of("kingship").max())
    assert (1 + last) * size * 4 > 1 << 32
    args = fasttext_bin.Args(size, bucket=buckets, minn=3, maxn=3)
    with open(path, "wb") as file:
        file.write(fasttext_bin.MAGIC + struct.pack("<i", 12) + struct.pack(fasttext_bin.SETTINGS, *args))
        file.write(struct.pack(fasttext_bin.SIZES, 1, 1, 0, 1, -1) + b"a\0" + struct.pack("<qb", 1, 0))
        file.write(struct.pack("<b2q", 0, 1 + buckets, size))
        file.seek((1 + last) * size * 4, 1)
        file.write(np.full(size, 7, "<f4").tobytes())
        file.seek((buckets - 1 - last) * size * 4, 1)
        file.write(struct.pack("<b2q", 0, 1, size) + bytes(size * 4))
    if path.stat().st_blocks * 512 > 1 << 28:
        pytest.skip("the file system keeps zeros")
    vectors = WordVectors.load(path)
    np.testing.assert_allclose(vectors["kingship"], np.full(size, 7 / len("kingship")), rtol=1e-6)


@pytest.mark.parametrize("name", ["v.txt", "v.vec"])
def test_text_holds_the_words_composed(model, tmp_path, name):
    vectors = WordVectors.load(model)
    vectors.save(tmp_path / name)
    loaded = WordVectors.load(tmp_path / name)
    assert loaded.vectors.tobytes() == vectors.vectors.tobytes()
    assert loaded.subwords is None


def test_word2vec_binary_when_asked_for(model, tmp_path):
    WordVectors.load(model).save(tmp_path / "v.bin", format="word2vec")
    assert (tmp_path / "v.bin").read_bytes().startswith(b"3 4\nab ")


@pytest.mark.parametrize("full", [False, True])
def test_vectors_without_subwords(tmp_path, full):
    words, rows = ["a b", "caf\udce9", ""], np.arange(6, dtype=np.float32).reshape(3, 2)
    more = (
        {"counts": [5, 2, 2], "context_vectors": -rows, "settings": {"window": 3, "model": "GloVe"}}
        if full
        else {}
    )
    WordVectors(words, rows, **more).save(tmp_path / "v.bin", format="fasttext")
    data = (tmp_path / "v.bin").read_bytes()
    assert args_of(data) == fasttext_bin.Args(2, ws=3 if full else 5)
    loaded = WordVectors.load(tmp_path / "v.bin")
    assert loaded.index_to_key == words
    assert (loaded.vectors == rows).all()
    assert loaded.counts.tolist() == ([5, 2, 2] if full else [1, 1, 1])
    assert (loaded.context_vectors == (-rows if full else 0)).all()
    assert loaded.subwords is None


def test_settings_go_as_far_as_fasttext_has_them(tmp_path):
    settings = {
        "model": "CBOW",
        "loss": "hierarchical_softmax",
        "window": 7,
        "epochs": 2,
        "negative": 0,
        "sample": 0,
    }
    vectors = WordVectors(["a"], [[1, 2]], settings=settings | {"min_count": "many"})
    vectors.save(tmp_path / "v.bin", format="fasttext")
    args = args_of((tmp_path / "v.bin").read_bytes())
    assert args == fasttext_bin.Args(2, ws=7, epoch=2, neg=0, loss=1, model=1, t=0)
    loaded = WordVectors.load(tmp_path / "v.bin")
    assert loaded.settings == settings | {"vector_size": 2, "min_count": 5}


@pytest.mark.parametrize(("word", "message"), [("a\0b", "a zero byte"), ("\ud800", "expected whole characters")])
def test_words_that_it_cannot_hold(tmp_path, word, message):
    with pytest.raises(SettingError, match=message):
        WordVectors([word], [[1]]).save(tmp_path / "v.bin", format="fasttext")
    assert not list(tmp_path.iterdir())


def test_too_many_dimensions(tmp_path):
    with pytest.raises(SettingError, match=r"at most 65536 dimensions, .* got 65537"):
        WordVectors(["a"], np.ones((1, 65537))).save(tmp_path / "v.bin", format="fasttext")


def test_rows_that_are_not_finite_are_not_saved(tmp_path):
    settings = Subwords(min_n=3, max_n=3, buckets=4)
    rows = np.ones((6, 2), np.float32)
    rows[5] = np.nan
    vectors = WordVectors(["a", "b"], np.ones((2, 2)), subwords=SubwordVectors(settings, rows))
    with pytest.raises(SettingError, match="nan or inf in the row of bucket 3"):
        vectors.save(tmp_path / "v.bin")
    assert not list(tmp_path.iterdir())


# --- damage ---


def load(path):
    """The vectors, or None if the file is refused as it should be."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return WordVectors.load(path)
    except FormatError as error:
        return None if error.path == str(path) and str(path) in str(error) else error


@pytest.mark.parametrize(("compress", "step"), [(bytes, 1), (gzip.compress, 4)], ids=["plain", "gz"])
@pytest.mark.parametrize("data", [MODEL, supervised(12)], ids=["words", "labels"])
def test_a_file_cut_anywhere_is_refused(tmp_path, data, compress, step):
    path = tmp_path / "model"
    for length in range(0, len(data), step):
        path.write_bytes(compress(data[:length]))
        assert load(path) is None


def test_a_file_with_any_byte_changed_is_refused_or_read(tmp_path):
    path = tmp_path / "model.bin"
    for i in range(len(MODEL)):
        for flip in (0x01, 0x80):
            path.write_bytes(MODEL[:i] + bytes([MODEL[i] ^ flip]) + MODEL[i + 1 :])
            vectors = load(path)
            assert vectors is None or vectors.vectors.shape == (len(vectors), vectors.vector_size)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (MODEL + b"x", "end: expected no more bytes, got b'x'"),
        (changed(0, "<i", 793712315), "magic number: expected"),
        (changed(VERSION, "<i", 13), "version: expected 11 or 12, got 13"),
        (changed(VERSION, "<i", 10), "version: expected 11 or 12, got 10"),
        (changed(ARGS, "<i", 0), "dim: expected 1 to 65536, got 0"),
        (changed(ARGS + 24, "<i", 5), "loss: expected 1 to 4, got 5"),
        (changed(ARGS + 28, "<i", 0), "model: expected 1 to 3, got 0"),
        (changed(ARGS + 32, "<i", 0), "bucket: expected 1 to 2147483647, got 0"),
        (changed(ARGS + 32, "<i", 6), "input matrix: expected 9 rows of 4, got 8 of 4"),
        (changed(SIZES, "<3i", 0, 0, 0), "dictionary: expected words, and with the labels as many"),
        (changed(SIZES, "<3i", 3, 4, -1), "dictionary: expected words"),
        (changed(SIZES, "<3i", 2**31 - 1, 2**31 - 1, 0), "dictionary: expected at least 21474836470 more bytes"),
        (changed(SIZES + 20, "<q", 2), "dictionary: .* by pruning; quantised models"),
        (changed(SIZES + 20, "<q", 0), "dictionary: .* by pruning; quantised models"),
        (
            changed(INPUT, "<b", 1),
            "input matrix: expected float32, got product quantisation; quantised models",
        ),
        (changed(ENTRIES + 11, "<b", 1), "entry 0: expected a word, got the type 1"),
        (changed(ENTRIES + 3, "<q", -1), "counts: expected whole numbers of at least 0"),
        (changed(INPUT + 1, "<q", 2**60), "input matrix: expected 8 rows"),
        (supervised(12)[: -2 * 4 * 4 - 16] + struct.pack("<2q", 2**61, 4), "output matrix: expected at least"),
        (
            supervised(12)[: -2 * 4 * 4 - 16] + struct.pack("<2q", -1, 4),
            "output matrix: expected any number of rows",
        ),
        (MODEL.replace(b"\xc3\xa9\0", b"ab\0"), "words: expected distinct words, got 'ab' twice"),
    ],
)
def test_what_is_wrong_is_told(tmp_path, data, message):
    path = tmp_path / "model"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=message):
        WordVectors.load(path, format="fasttext")


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress], ids=["plain", "gz", "xz"])
@pytest.mark.parametrize("what", ["buckets", "words", "one word", "labels' rows"])
def test_memory_follows_the_bytes_not_the_header(tmp_path, pack, what):
    buckets = 2**31 - 1
    data = {
        "buckets": changed(ARGS + 32, "<i", buckets)[:INPUT]
        + struct.pack("<b2q", 0, 3 + buckets, 4)
        + bytes(5000),
        "words": changed(SIZES, "<2i", 2**31 - 1, 2**31 - 1),
        "one word": MODEL[:ENTRIES] + b"x" * (40 << 20),
        "labels' rows": supervised(12)[: -2 * 4 * 4 - 16] + struct.pack("<2q", 2**59, 4) + bytes(5000),
    }[what]
    path = tmp_path / "model"
    path.write_bytes(pack(data))
    del data
    tracemalloc.start()
    try:
        assert load(path) is None
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 64 << 20


def test_subwords_of_a_damaged_safetensors_file(tmp_path, model):
    WordVectors.load(model).save(tmp_path / "good.safetensors")
    tensors, metadata = map_tensors(tmp_path / "good.safetensors")
    path = tmp_path / "bad.safetensors"
    without = {field: tensor for field, tensor in tensors.items() if field != "subwords.weight"}
    for wrong_tensors, wrong_metadata in [
        (tensors, metadata | {"subwords": "{}"}),
        (tensors, metadata | {"subwords": "[3, 6]"}),
        (tensors, metadata | {"subwords": '{"min_n": 3, "max_n": 2, "buckets": 5}'}),
        (tensors, metadata | {"subwords": '{"min_n": 3, "shape": 2}'}),
        (tensors, metadata | {"subwords": '{"min_n": 2, "max_n": 3, "buckets": 4}'}),
        (tensors, {field: text for field, text in metadata.items() if field != "subwords"}),
        (without, metadata),
        (tensors | {"subwords.weight": np.ones(7, np.float32)}, metadata),
        (tensors | {"subwords.buckets": tensors["subwords.buckets"][::-1].copy()}, metadata),
        (tensors | {"subwords.buckets": tensors["subwords.buckets"][1:].copy()}, metadata),
    ]:
        save_tensors(path, wrong_tensors, wrong_metadata)
        with pytest.raises(FormatError, match="subwords"):
            WordVectors.load(path)
    without = {field: tensor for field, tensor in tensors.items() if field != "subwords.buckets"}
    save_tensors(path, without, metadata)
    assert WordVectors.load(path)["unseen"].tobytes() == WordVectors.load(model)["unseen"].tobytes()


# --- beside the other programs ---


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    draw = np.random.default_rng(1)
    words = ["".join(draw.choice(list("abcdefghijé日"), size)) for size in draw.integers(1, 12, 60)]
    path = tmp_path_factory.mktemp("text") / "text"
    path.write_text("\n".join(" ".join(draw.choice(words, 12)) for _ in range(200)) + "\n")
    return path


@pytest.mark.parametrize("loss", ["ns", "hs", "softmax"])
@pytest.mark.parametrize("kind", ["skipgram", "cbow"])
@pytest.mark.parametrize("size", [5, 16])
def test_the_same_vectors_as_the_fasttext_package(tmp_path, text, kind, loss, size):
    fasttext = pytest.importorskip("fasttext")
    # thread=12: with fewer than ten it leaves a part of its matrix as it finds the memory
    theirs = fasttext.train_unsupervised(
        str(text), model=kind, loss=loss, dim=size, bucket=500, minCount=1, epoch=1, thread=12, verbose=0
    )
    theirs.save_model(str(tmp_path / "theirs.bin"))
    ours = WordVectors.load(tmp_path / "theirs.bin")
    words = [*theirs.words, "neverseen", "日日日", "é", "x"]
    assert "</s>" in ours
    assert ours.index_to_key == theirs.words
    assert ours.counts.tolist() == theirs.get_words(include_freq=True)[1].tolist()
    expected = np.array([theirs.get_word_vector(word) for word in words])
    assert np.abs(ours[words] - expected).max() < 1e-6
    if loss == "hs":
        assert ours.context_vectors is None
        assert (ours.output_nodes == -theirs.get_output_matrix()[:-1]).all()
        assert not theirs.get_output_matrix()[-1].any()
    else:
        assert ours.output_nodes is None
        assert (ours.context_vectors == theirs.get_output_matrix()).all()
    ours.save(tmp_path / "ours.bin")
    again = fasttext.load_model(str(tmp_path / "ours.bin"))
    assert np.abs(np.array([again.get_word_vector(word) for word in words]) - expected).max() < 1e-6
    assert (again.get_input_matrix() == theirs.get_input_matrix()).all()
    assert (again.get_output_matrix() == theirs.get_output_matrix()).all()
    assert (tmp_path / "ours.bin").read_bytes()[-(1 << 10) :] == (tmp_path / "theirs.bin").read_bytes()[
        -(1 << 10) :
    ]
    nearest = [word for _, word in again.get_nearest_neighbors("neverseen", k=3)]
    assert nearest == [word for word, _ in ours.most_similar("neverseen", topn=3)]


def test_the_fasttext_package_reads_vectors_without_subwords(tmp_path):
    fasttext = pytest.importorskip("fasttext")
    rows = np.arange(6, dtype=np.float32).reshape(3, 2)
    WordVectors(["a", "é", "c"], rows, context_vectors=-rows).save(tmp_path / "v.bin", format="fasttext")
    theirs = fasttext.load_model(str(tmp_path / "v.bin"))
    assert [theirs.get_word_vector(word).tolist() for word in theirs.words] == rows.tolist()
    assert (theirs.get_output_matrix() == -rows).all()
    assert theirs.get_word_vector("neverseen").tolist() == [0, 0]


def test_words_of_its_supervised_and_quantised_models(tmp_path):
    fasttext = pytest.importorskip("fasttext")
    text = tmp_path / "text"
    text.write_text("".join(f"__label__{i % 3} word{i} some text é\n" for i in range(300)))
    theirs = fasttext.train_supervised(str(text), dim=4, minn=2, maxn=4, bucket=300, epoch=1, thread=12, verbose=0)
    theirs.save_model(str(tmp_path / "theirs.bin"))
    with pytest.warns(UserWarning, match="labels"):
        ours = WordVectors.load(tmp_path / "theirs.bin")
    words = [*theirs.words, "neverseen"]
    expected = np.array([theirs.get_word_vector(word) for word in words])
    assert np.abs(ours[words] - expected).max() < 1e-6
    theirs.quantize()
    theirs.save_model(str(tmp_path / "theirs.ftz"))
    with pytest.raises(FormatError, match="quantised models"):
        WordVectors.load(tmp_path / "theirs.ftz")


def test_gensim_reads_it(tmp_path, model):
    pytest.importorskip("gensim")
    from gensim.models.fasttext import load_facebook_vectors

    WordVectors.load(model).save(tmp_path / "ours.bin")
    theirs = load_facebook_vectors(str(tmp_path / "ours.bin"))
    words = [word for word in VECTORS if word != "</s>"]  # to which gensim 4.4 gives n-grams
    expected = [VECTORS[word] for word in words]
    np.testing.assert_allclose([theirs[word] for word in words], expected, atol=1e-6)


def test_what_gensim_writes_is_read(tmp_path):
    pytest.importorskip("gensim")
    from gensim.models import FastText
    from gensim.models.fasttext import save_facebook_model

    theirs = FastText(
        [["the", "naïve", "king"], ["the", "kings"]] * 9, vector_size=7, min_count=1, bucket=99, epochs=1
    )
    save_facebook_model(theirs, str(tmp_path / "theirs.bin"))
    ours = WordVectors.load(tmp_path / "theirs.bin")
    words = [*theirs.wv.index_to_key, "kingship"]
    assert ours.index_to_key == words[:-1]
    np.testing.assert_allclose(ours[words], [theirs.wv[word] for word in words], atol=1e-6)
    np.testing.assert_allclose(ours.context_vectors, theirs.syn1neg, atol=1e-6)
