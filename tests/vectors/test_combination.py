"""W_in, W_out, their sum or both side by side as the vectors: a view over matrices that are both kept."""

import copy
import pickle
import threading

import numpy as np
import pytest

from fastvec import (
    FormatError,
    SettingError,
    Subwords,
    SubwordVectors,
    UnknownWordError,
    WordVectors,
    evaluate_similarity,
)
from fastvec.io.container import map_tensors, save_tensors
from fastvec.vectors.combination import COMBINATIONS

WORDS = ["king", "queen", "apple", "pear", "naïve"]
NAMES = ["v.safetensors", "v.npy", "v.bin", "v.txt", "v.vec", "v.tsv"]
rng = np.random.default_rng(7)
W, C = (rng.normal(size=(5, 3)).astype(np.float32) for _ in range(2))
EXPECTED = {"word": W, "sum": W + C, "concat": np.hstack([W, C]), "context": C}


def make(combine="word", **others):
    return WordVectors(WORDS, W, context_vectors=C, counts=[9, 7, 5, 3, 1], combine=combine, **others)


def with_ngrams(combine="word"):
    settings = Subwords(min_n=2, max_n=3, buckets=11)
    rows = rng.normal(size=(16, 3)).astype(np.float32)
    subwords = SubwordVectors(settings, rows)
    return WordVectors(WORDS, subwords.of_words(WORDS), context_vectors=C, subwords=subwords, combine=combine)


@pytest.mark.parametrize("combine", COMBINATIONS)
def test_the_numbers_and_who_answers_from_them(combine):
    vectors, expected = make(combine), EXPECTED[combine]
    plain = WordVectors(WORDS, expected)
    assert vectors.combine == combine
    assert vectors.vector_size == expected.shape[1]
    assert vectors.vectors.dtype == np.float32
    assert vectors.vectors.tobytes() == expected.tobytes()
    assert not vectors.vectors.flags.writeable
    assert vectors.vectors is vectors.vectors
    assert repr(vectors) == repr(plain)
    assert vectors["queen"].tolist() == expected[1].tolist()
    assert vectors[["pear", "king"]].tolist() == expected[[3, 0]].tolist()
    assert vectors.most_similar("king") == plain.most_similar("king")
    assert vectors.most_similar_batch(WORDS) == plain.most_similar_batch(WORDS)
    assert vectors.similarity("king", "pear") == plain.similarity("king", "pear")
    assert (vectors.embed(["king queen", "pear"]) == plain.embed(["king queen", "pear"])).all()
    assert (vectors.get_normed_vectors() == plain.get_normed_vectors()).all()


@pytest.mark.parametrize("combine", COMBINATIONS)
@pytest.mark.parametrize("before", COMBINATIONS)
def test_any_view_becomes_any_other_and_shares_the_matrices(before, combine):
    given = make(before, history={"loss": [2, 1]}, settings={"model": "SkipGram", "combine": before})
    vectors = given.combined(combine)
    assert vectors.vectors.tobytes() == EXPECTED[combine].tobytes()
    for name in ("word_vectors", "context_vectors"):
        assert np.shares_memory(getattr(vectors, name), getattr(given, name))
    assert vectors.vocabulary is given.vocabulary
    assert vectors.counts.tolist() == [9, 7, 5, 3, 1]
    assert vectors.history["loss"].tolist() == [2, 1]
    assert vectors.settings == {"model": "SkipGram", "combine": combine}
    assert given.settings["combine"] == given.combine == before
    assert make(before).combined(combine).settings == {}


def test_no_copy_unless_numbers_are_combined():
    assert np.shares_memory(make("word").vectors, W)
    assert np.shares_memory(make("context").vectors, C)
    concat = make("concat")
    assert concat.vector_size == 6
    repr(concat)
    assert "vectors" not in vars(concat)


def test_contexts_are_those_of_words_whatever_the_view():
    for combine in COMBINATIONS:
        vectors = make(combine)
        assert vectors.contexts.combine == "word"
        assert vectors.contexts.vectors.tobytes() == C.tobytes()
        assert vectors.most_similar_contexts("king") == make().most_similar_contexts("king")


def test_threads_see_the_same_numbers():
    vectors, seen, start = make("sum"), [], threading.Barrier(8)

    def look():
        start.wait()
        seen.append(vectors.vectors.tobytes())

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [(W + C).tobytes()] * 8


def test_copies_are_the_same_view():
    vectors = make("concat")
    vectors.most_similar("king")
    for again in (copy.copy(vectors), copy.deepcopy(vectors), pickle.loads(pickle.dumps(vectors))):
        assert again.combine == "concat"
        assert again.vectors.tobytes() == EXPECTED["concat"].tobytes()


def test_words_out_of_the_vocabulary_have_no_context_vector():
    plain = with_ngrams()
    row = plain["kin"]
    assert plain.combined("sum")["kin"].tolist() == row.tolist()
    assert plain.combined("concat")["kin"].tolist() == [*row.tolist(), 0, 0, 0]
    assert plain.combined("concat")[["kin", "king"]].shape == (2, 6)
    context = plain.combined("context")
    for ask in (context.get_vector, context.most_similar):
        with pytest.raises(UnknownWordError, match="'kin'"):
            ask("kin")
    with pytest.raises(SettingError, match="oov: expected 'skip' or 'zero'"):
        evaluate_similarity(context, [("king", "kin", 1)], oov="subwords")


@pytest.mark.parametrize("combine", ["sum", "concat"])
def test_texts_and_scores_with_such_words(combine):
    plain = with_ngrams()
    vectors = plain.combined(combine)
    rows = [vectors[word].astype(float) for word in ("king", "kin")]
    assert vectors.embed(["king kin"])[0] == pytest.approx(np.mean(rows, axis=0), abs=1e-6)
    pairs = [("king", "kin", 1), ("king", "pear", 2), ("apple", "queens", 3)]
    assert evaluate_similarity(vectors, pairs, oov="subwords").coverage == 1
    assert vectors.similarity("king", "kin") == pytest.approx(
        rows[0] @ rows[1] / np.linalg.norm(rows[0]) / np.linalg.norm(rows[1]), abs=1e-6
    )


def test_texts_of_contexts_leave_such_words_out():
    context = with_ngrams("context")
    assert context.embed(["king kin"]).tolist() == context.embed(["king"]).tolist()


def test_what_cannot_be_combined():
    with pytest.raises(SettingError, match=r"combine: expected one of 'word', 'sum'.*got 'mean'"):
        make("mean")
    with pytest.raises(SettingError, match=r"combine: expected one of .*got 'both'"):
        make().combined("both")
    without = WordVectors(WORDS, W)
    items = WordVectors(WORDS, W, context_vectors=C[:2], context_vocabulary=["tea", "car"])
    for combine in ("sum", "concat", "context"):
        with pytest.raises(SettingError, match=r"'word' without context vectors, got .*; train\(\) makes"):
            without.combined(combine)
        with pytest.raises(SettingError, match=r"contexts are not the words.*; vectors\.contexts has"):
            items.combined(combine)
        with pytest.raises(SettingError, match="'word' without context vectors"):
            WordVectors(WORDS, W, combine=combine)
    assert without.combined("word") is without


def test_a_language_model_has_nothing_to_combine():
    import fastvec as fv

    corpus = fv.Corpus.from_text(["a b c"] * 20, min_count=1)
    model = fv.NNLM(vector_size=4, hidden_size=4, window=2, batch_size=16, epochs=1).train(corpus)
    assert model.combined("word") is model
    assert np.shares_memory(model.vectors, model.network.embeddings)
    with pytest.raises(SettingError, match="'word' without context vectors"):
        model.combined("sum")


@pytest.mark.parametrize("name", [*NAMES, "folder"])
@pytest.mark.parametrize("combine", COMBINATIONS)
def test_files_hold_what_is_combined(tmp_path, name, combine):
    vectors = make(combine)
    vectors.save(tmp_path / name, **({"format": "huggingface"} if name == "folder" else {}))
    loaded = WordVectors.load(tmp_path / name)
    assert loaded.vectors.tobytes() == EXPECTED[combine].tobytes()
    if name == "v.safetensors":
        assert loaded.combine == combine
        assert loaded.word_vectors.tobytes() == W.tobytes()
        assert loaded.context_vectors.tobytes() == C.tobytes()
    else:
        assert (loaded.combine, loaded.context_vectors) == ("word", None)


@pytest.mark.parametrize("combine", COMBINATIONS)
def test_other_ways_to_write(tmp_path, combine):
    vectors = make(combine)
    vectors.save(tmp_path / "g.txt", format="glove")
    assert WordVectors.load(tmp_path / "g.txt").vectors.tobytes() == EXPECTED[combine].tobytes()
    vectors.save_pretrained(tmp_path / "folder", dtype="float16")
    loaded = WordVectors.from_pretrained(tmp_path / "folder")
    assert loaded.vectors.tobytes() == EXPECTED[combine].astype(np.float16).astype(np.float32).tobytes()
    assert f"{vectors.vector_size} dimensions" in (tmp_path / "folder" / "README.md").read_text()


@pytest.mark.parametrize("dtype", ["float16", "int8"])
def test_small_numbers_are_combined_after_they_are_read(tmp_path, dtype):
    for combine in COMBINATIONS:
        make(combine).save(tmp_path / f"{combine}.safetensors", dtype=dtype)
    word = WordVectors.load(tmp_path / "word.safetensors")
    for combine in COMBINATIONS:
        loaded = WordVectors.load(tmp_path / f"{combine}.safetensors")
        assert loaded.combine == combine
        assert loaded.vectors.tobytes() == word.combined(combine).vectors.tobytes()
    assert np.abs(word.combined("sum").vectors - (W + C)).max() < 0.05


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("combine", ["sum", "concat", "context"])
def test_fasttext_has_both_matrices_but_not_the_view(tmp_path, combine):
    given = with_ngrams(combine)
    with pytest.warns(UserWarning, match=rf"not how they are combined.*combined\('{combine}'\)") as told:
        given.save(tmp_path / "v.bin")
    assert told[0].filename == __file__
    loaded = WordVectors.load(tmp_path / "v.bin")
    assert loaded.combine == "word"
    assert loaded.vectors.tobytes() == given.word_vectors.tobytes()
    assert loaded.combined(combine).vectors.tobytes() == given.vectors.tobytes()
    assert loaded.combined("sum")["kin"].tolist() == given.combined("sum")["kin"].tolist()


def test_ngrams_in_a_file(tmp_path):
    for combine in COMBINATIONS:
        given = with_ngrams(combine)
        given.save(tmp_path / "v.safetensors")
        loaded = WordVectors.load(tmp_path / "v.safetensors")
        assert loaded.vectors.tobytes() == given.vectors.tobytes()
        if combine != "context":
            assert loaded["kin"].tolist() == given["kin"].tolist()


def test_the_first_rows_and_reading_without_a_map(tmp_path):
    make("sum").save(tmp_path / "v.safetensors")
    for more in ({"limit": 2}, {"limit": 2, "mmap": False}):
        loaded = WordVectors.load(tmp_path / "v.safetensors", **more)
        assert loaded.combine == "sum"
        assert loaded.vectors.tolist() == (W + C)[:2].tolist()


def test_a_word_file_is_what_it_was(tmp_path):
    """Earlier versions read it; one of another view they refuse, rather than take it for W_in."""
    for combine, version in (("word", "1"), ("sum", "3")):
        make(combine).save(tmp_path / "v.safetensors")
        fields = map_tensors(tmp_path / "v.safetensors")[1]
        assert fields["version"] == version
        assert fields.get("combine", "word") == combine
    make("word").save(tmp_path / "v.safetensors", dtype="int8")
    assert map_tensors(tmp_path / "v.safetensors")[1]["version"] == "2"


def test_glove_of_an_earlier_version_is_not_summed_twice(tmp_path):
    """It stored W + C as the vectors, and said so in the settings only."""
    old = WordVectors(WORDS, W + C, context_vectors=C, settings={"model": "GloVe", "combine": "sum"})
    old.save(tmp_path / "v.safetensors")
    assert "combine" not in map_tensors(tmp_path / "v.safetensors")[1]
    loaded = WordVectors.load(tmp_path / "v.safetensors")
    assert loaded.combine == "word"
    assert loaded.vectors.tobytes() == (W + C).tobytes()
    for combine in ("sum", "concat", "context"):
        with pytest.raises(SettingError, match=r"combine: expected 'word', .* stored as 'sum'.*; train again"):
            loaded.combined(combine)


DAMAGE = {
    "combine: expected one of": lambda tensors, fields: fields.update(combine="product"),
    "combine: expected .* got ''": lambda tensors, fields: fields.update(combine=""),
    r"context.weight: expected float32\[V, D\], for combine='sum', got nothing": (
        lambda tensors, fields: tensors.pop("context.weight")
    ),
    r"context.weight: expected .*\[5, 3\]": lambda tensors, fields: tensors.update(
        {"context.weight": np.zeros((5, 4), np.float32)}
    ),
    "embedding.weight.scale": lambda tensors, fields: tensors.update(
        {"embedding.weight": np.zeros((5, 3), np.int8)}
    ),
    "version": lambda tensors, fields: fields.update(version="9"),
}


@pytest.mark.parametrize("message", DAMAGE)
def test_damaged_files(tmp_path, message):
    path = tmp_path / "v.safetensors"
    make("sum").save(path)
    tensors, fields = map_tensors(path, mmap=False)
    DAMAGE[message](tensors, fields)
    save_tensors(path, tensors, fields)
    with pytest.raises(FormatError, match=message):
        WordVectors.load(path)


def test_a_sum_that_is_not_finite(tmp_path):
    """Two rows that are finite can have a sum that is not."""
    huge = np.full((2, 2), 3e38, np.float32)
    vectors = WordVectors(["a", "b"], huge, context_vectors=huge, combine="sum")
    assert np.isinf(vectors.vectors).all()
    with pytest.raises(SettingError, match="finite vectors"):
        vectors.most_similar("a")
    with pytest.raises(SettingError, match="vectors: expected finite numbers, got nan or inf in the row of 'a'"):
        vectors.save(tmp_path / "v.txt")
    vectors.save(tmp_path / "v.safetensors")  # whose matrices are finite
