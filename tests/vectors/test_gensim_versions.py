"""Files of all versions of gensim: those that it ships for its own tests, and new ones saved in every way."""

import contextlib
import gzip
import pickle
import random
import tracemalloc
import warnings
from pathlib import Path

import numpy as np
import pytest

import fastvec as fv
from fastvec import FormatError, StorageError

TEXT = [["the", "cat", "sat"], ["the", "dog", "über"]] * 30


@pytest.fixture
def shipped():
    """The folder of test files in gensim's package."""
    gensim = pytest.importorskip("gensim")
    folder = Path(gensim.__file__).parent / "test" / "test_data"
    if not folder.is_dir():
        pytest.skip("this gensim ships no test files")
    return folder


def load(path):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "(?s).*(left out|no vector)", UserWarning)
        return fv.WordVectors.load(path, format="gensim")


VERSIONS = ["0.12.0", "0.12.4", "0.13.0", "0.13.4", "1.0.1", "2.0.0", "2.3.0", "3.0.0", "3.2.0", "3.3.0", "3.4.0"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", ["w2v", "d2v"])
def test_models_of_old_versions(shipped, kind, version):
    models = pytest.importorskip("gensim.models")
    path = shipped / f"old_{kind}_models" / f"{kind}_{version}.mdl"
    if not path.exists():
        pytest.skip("not among the files of this gensim")
    found = load(path)
    assert found.counts.sum() > 0
    assert found.vector_size == found.settings["vector_size"] == 4
    assert found.settings["window"] in (5, 8)
    if kind == "w2v" and version >= "3.3":  # gensim 4 itself reads these
        theirs = models.Word2Vec.load(str(path))
        assert found.index_to_key == theirs.wv.index_to_key
        assert np.array_equal(found.vectors, theirs.wv.vectors)
        assert np.array_equal(found.context_vectors, theirs.syn1neg)


@pytest.mark.parametrize(
    ("name", "n", "size"),
    [
        ("word2vec_old", 12, 100),  # pickled by Python 2
        ("word2vec_old_sep", 12, 100),  # the same, with arrays beside it
        ("doc2vec_old", 3955, 100),
        ("doc2vec_old_sep", 3955, 100),
        ("fasttext_old", 12, 100),
        ("fasttext_old_sep", 12, 100),
        ("ft_model_2.3.0", 1763, 10),
        ("ft_kv_3.6.0.model.gz", 12, 3),  # compressed
        ("model-from-gensim-3.8.0.w2v", 3, 300),
        ("old_keyedvectors_320.dat", 12, 100),
        ("w2v-lee-v0.12.0", 806, 100),
        ("word2vec_pre_kv_py2", 9, 2),
        ("word2vec_pre_kv_sep_py2", 9, 2),
        ("word2vec_pre_kv_py3", 9, 2),
        ("word2vec_pre_kv_sep_py3", 9, 2),
        ("word2vec_pre_kv_py3_4", 9, 2),  # Python 3.4 gives Python 2's names to modules
        ("word2vec_pre_kv_sep_py3_4", 9, 2),
    ],
)
def test_files_of_old_programs(shipped, name, n, size):
    if not (shipped / name).exists():
        pytest.skip("not among the files of this gensim")
    found = load(shipped / name)
    assert found.vectors.shape == (n, size)
    assert np.isfinite(found.vectors).all()
    assert found.counts is None or found.counts.min() > 0
    assert found.subwords is None


def test_n_grams_of_gensim_3_8(shipped):
    """It keeps the rows of those buckets alone that words of the vocabulary have."""
    models = pytest.importorskip("gensim.models")
    path = shipped / "compatible-hash-true.model"
    found = fv.WordVectors.load(path)
    theirs = models.FastText.load(str(path)).wv
    assert found.index_to_key == theirs.index_to_key
    assert found.subwords.settings.buckets == 100
    assert len(found.subwords.buckets) == 85
    assert found.vectors == pytest.approx(theirs.vectors, abs=1e-6)  # composed here, and by gensim 3.8
    kept = set(found.subwords.buckets.tolist())
    unknown = ["ab", "on", "or", "so", "go", "us", "cat", "über"]
    known = [word for word in unknown if set(found.subwords.settings.buckets_of(word).tolist()) <= kept]
    for word in known:
        assert word not in found
        # gensim 4 takes buckets for rows here, so its own answer is not the trained one
        rows = [theirs.hash2index[bucket] for bucket in found.subwords.settings.buckets_of(word).tolist()]
        assert found[word] == pytest.approx(theirs.vectors_ngrams[rows].mean(axis=0), abs=1e-6)
    assert len(known) > 2


@pytest.mark.parametrize("name", ["fasttext_old", "ft_kv_3.6.0.model.gz", "ft_model_2.3.0"])
def test_n_grams_with_other_hashes_are_left_out_with_a_warning(shipped, name):
    with pytest.warns(UserWarning, match="its n-grams are hashed in gensim's old way and were left out") as caught:
        fv.WordVectors.load(shipped / name, format="gensim")
    assert caught[0].filename == __file__


def test_what_is_no_model_of_words(shipped):
    with pytest.raises(FormatError, match="LdaModel, which is not allowed"):
        load(shipped / "lda_3_0_1_model")


# --- gensim 4, every class and way of saving ---


def trained(models, kind):
    given = {"vector_size": 8, "min_count": 1, "epochs": 2, "window": 3, "workers": 1}
    if kind == "Doc2Vec":
        tagged = [models.doc2vec.TaggedDocument(words, [i]) for i, words in enumerate(TEXT)]
        return models.Doc2Vec(tagged, **given)
    more = {"bucket": 300, "min_n": 2, "max_n": 4} if kind == "FastText" else {}
    return getattr(models, kind)(TEXT, **given, **more)


WAYS = {
    "small": {},
    "separate": {"sep_limit": 1},
    "one": {"separately": ["vectors", "syn1neg", "vectors_vocab", "vectors_ngrams"]},
    "protocol 2": {"pickle_protocol": 2},
    "protocol 5": {"pickle_protocol": 5},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("part", ["model", "wv"])
@pytest.mark.parametrize("kind", ["Word2Vec", "FastText", "Doc2Vec"])
def test_classes_of_gensim_4(tmp_path, kind, part, way):
    models = pytest.importorskip("gensim.models")
    theirs = trained(models, kind)
    path = tmp_path / ("m.model" if part == "model" else "m.kv")
    (theirs if part == "model" else theirs.wv).save(str(path), **WAYS[way])
    beside = [file for file in tmp_path.iterdir() if file.suffix == ".npy"]
    assert bool(beside) == (way in ("separate", "one"))
    found = load(path)
    assert found.index_to_key == theirs.wv.index_to_key
    assert found.vectors == pytest.approx(theirs.wv.vectors, abs=1e-6)
    assert found.counts.tolist() == [theirs.wv.get_vecattr(word, "count") for word in found]
    assert (found.context_vectors is not None) == (part == "model")
    if part == "model":
        assert np.array_equal(found.context_vectors, theirs.syn1neg)
        assert found.settings["epochs"] == 2
    if kind == "FastText":
        for word in ("catsat", "übers", "them", "x"):
            assert found[word] == pytest.approx(theirs.wv[word], abs=1e-6)
    elif way == "separate":
        base = found.vectors
        while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
            base = base.base
        assert isinstance(base, np.memmap)


def test_fasttext_without_n_grams(tmp_path):
    models = pytest.importorskip("gensim.models")
    theirs = models.FastText(TEXT, vector_size=8, min_count=1, epochs=1, bucket=0)
    theirs.save(str(tmp_path / "m.model"))
    found = load(tmp_path / "m.model")
    assert found.subwords is None
    assert np.array_equal(found.vectors, theirs.wv.vectors)


def test_compressed_models(tmp_path):
    models = pytest.importorskip("gensim.models")
    theirs = trained(models, "Word2Vec")
    theirs.save(str(tmp_path / "m.model.gz"))
    assert np.array_equal(load(tmp_path / "m.model.gz").vectors, theirs.wv.vectors)
    theirs.save(str(tmp_path / "m.model.bz2"))
    assert np.array_equal(load(tmp_path / "m.model.bz2").vectors, theirs.wv.vectors)
    theirs.save(str(tmp_path / "s.model.gz"), sep_limit=1)
    with pytest.raises(StorageError, match=r"keeps wv.vectors in a compressed .npz file, which is not read"):
        load(tmp_path / "s.model.gz")
    data = (tmp_path / "m.model.gz").read_bytes()
    (tmp_path / "m.model.gz").write_bytes(data[: len(data) // 2])
    with pytest.raises(FormatError, match="truncated"):
        load(tmp_path / "m.model.gz")


def test_a_compressed_file_cannot_fill_the_memory(tmp_path):
    (tmp_path / "m.model.gz").write_bytes(gzip.compress(b"\x80\x04" + b"]" * 20_000_000 + b"."))
    tracemalloc.start()
    try:
        with pytest.raises(FormatError, match="more containers"):
            load(tmp_path / "m.model.gz")
        assert tracemalloc.get_traced_memory()[1] < 300 << 20
    finally:
        tracemalloc.stop()
    (tmp_path / "m.model.gz").write_bytes(
        gzip.compress(b"\x80\x04\x8e" + (1 << 40).to_bytes(8, "little") + b"x" * 99)
    )
    with pytest.raises(FormatError, match="ends too early"):
        load(tmp_path / "m.model.gz")


# --- what is damaged or hostile ---

PLANTED = [
    b"cos\nsystem\n(S'touch ran'\ntR",
    b"c__builtin__\neval\n(S'open(\"ran\", \"w\")'\ntR",
    b"cposix\nsystem\nX\x09\x00\x00\x00touch ran\x85R",
    b"\x8c\x02os\x8c\x06system\x93\x8c\x09touch ran\x85R",
    b"(S'touch ran'\nios\nsystem\n",
    b"cbuiltins\ngetattr\n(c__main__\n__dict__\nX\x03\x00\x00\x00getdtR",
    b"cgensim.utils\nunpickle\n(S'other'\ntR",
    b"cnumpy\nload\n(S'x.npy'\nNI01\ntR",
    b"cnumpy.core.multiarray\nfromfile\n(S'x'\ntR",
]  # fmt: skip


def saved(models, kind, folder, protocol):
    path = folder / "m.model"
    trained(models, kind).save(str(path), pickle_protocol=protocol)
    return path


@pytest.mark.parametrize("protocol", [2, 4])
@pytest.mark.parametrize("kind", ["Word2Vec", "FastText", "Doc2Vec"])
def test_mutated_models_give_an_error_or_vectors(tmp_path, monkeypatch, kind, protocol):
    """Bytes changed, cut out, doubled, numbers made large, calls planted: nothing runs, memory stays bounded."""
    models = pytest.importorskip("gensim.models")
    monkeypatch.chdir(tmp_path)
    path = saved(models, kind, tmp_path, protocol)
    good = path.read_bytes()
    draw = random.Random(protocol)
    tracemalloc.start()
    try:
        for _ in range(250):
            data = bytearray(good)
            for _ in range(draw.randint(1, 3)):
                at = draw.randrange(len(data))
                match draw.randrange(6):
                    case 0:
                        data[at] = draw.randrange(256)
                    case 1:
                        del data[at : at + draw.randint(1, 30)]
                    case 2:
                        data[at:at] = data[at : at + draw.randint(1, 30)]
                    case 3:
                        data[at : at + 4] = b"\xff\xff\xff\x7f"
                    case 4:
                        data[at:at] = draw.choice(PLANTED)
                    case _:
                        other = draw.randrange(len(data))
                        data[at : at + 20] = data[other : other + 20]
            path.write_bytes(data)
            with contextlib.suppress(FormatError, StorageError):
                assert len(load(path)) > 0
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 64 << 20
    assert [file.name for file in tmp_path.iterdir()] == ["m.model"]


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_call_is_refused(tmp_path, monkeypatch, planted):
    models = pytest.importorskip("gensim.models")
    monkeypatch.chdir(tmp_path)
    path = saved(models, "Word2Vec", tmp_path, 2)
    path.write_bytes(b"\x80\x02" + planted + b"0" + path.read_bytes()[2:])
    with pytest.raises(FormatError, match="a pickle that is not read"):
        load(path)
    assert [file.name for file in tmp_path.iterdir()] == ["m.model"]


def test_a_model_cut_anywhere_is_refused(tmp_path):
    models = pytest.importorskip("gensim.models")
    path = saved(models, "Word2Vec", tmp_path, 4)
    good = path.read_bytes()
    for length in range(0, len(good), 97):
        path.write_bytes(good[:length])
        with pytest.raises(FormatError):
            load(path)


def test_the_pickles_here_are_what_they_seem(tmp_path, monkeypatch):
    """The planted calls do run where pickles are loaded as usual; else the tests above would prove nothing."""
    monkeypatch.chdir(tmp_path)
    for planted in PLANTED[1:2]:
        pickle.loads(b"\x80\x02" + planted + b".")
    assert (tmp_path / "ran").exists()
