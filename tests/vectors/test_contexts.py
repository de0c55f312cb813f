"""Contexts with a vocabulary of their own: asked, saved, loaded, and damaged files of them."""

import numpy as np
import pytest

from fastvec import FormatError, SettingError, UnknownWordError, WordVectors
from fastvec.io.container import map_tensors, save_tensors

USERS, ITEMS = ["u1", "u2"], ["tea", "green\ntea", "café \udcff", "u1"]


def make(rows=None, **others):
    rng = np.random.default_rng(3)
    vectors, contexts = rng.normal(size=(2, 5)), rng.normal(size=(4, 5)) if rows is None else rows
    return WordVectors(USERS, vectors, context_vectors=contexts, context_vocabulary=ITEMS, **others)


def test_contexts_are_word_vectors_of_their_own():
    vectors = make()
    assert vectors.contexts is vectors.contexts
    assert vectors.contexts.index_to_key == ITEMS
    assert vectors.contexts["tea"].tolist() == vectors.context_vectors[0].tolist()
    assert vectors.contexts["u1"].tolist() != vectors["u1"].tolist()
    assert vectors.contexts.counts is None
    assert vectors.contexts.contexts is None
    assert WordVectors(USERS, np.ones((2, 3))).contexts is None


def test_contexts_that_are_the_words_share_their_vocabulary():
    for more in ({}, {"context_vocabulary": USERS}):
        vectors = WordVectors(USERS, np.eye(2), context_vectors=np.eye(2)[::-1], **more)
        assert vectors.context_vocabulary is vectors.contexts.vocabulary is vectors.vocabulary
        assert vectors.most_similar_contexts("u1") == [("u2", 1.0), ("u1", 0.0)]


def test_nearest_contexts():
    vectors = make()
    for asked in ("u1", ["u1"], [vectors["u1"]], 0):
        rows = vectors.context_vectors.astype(float)
        cosines = rows @ vectors["u1"] / np.linalg.norm(rows, axis=1) / np.linalg.norm(vectors["u1"])
        expected = [(ITEMS[i], pytest.approx(cosines[i], abs=1e-6)) for i in np.argsort(-cosines)]
        assert vectors.most_similar_contexts(asked) == expected
        assert vectors.most_similar_contexts(asked, topn=1, restrict_vocab=4) == expected[:1]
    direction = vectors.get_vector("u1", norm=True) - vectors.get_vector("u2", norm=True)
    both = vectors.most_similar_contexts("u1", negative="u2")
    assert [item for item, _ in both] == [item for item, _ in vectors.contexts.most_similar([direction])]
    with pytest.raises(UnknownWordError, match="no vector for 'tea'"):
        vectors.most_similar_contexts("tea")
    with pytest.raises(SettingError, match="positive: expected at least one"):
        vectors.most_similar_contexts()
    with pytest.raises(SettingError, match="contexts: expected context vectors, got none"):
        WordVectors(USERS, np.ones((2, 3))).most_similar_contexts("u1")


@pytest.mark.parametrize("counts", [None, [4, 3, 2, 1]])
def test_a_file_keeps_both_sides(tmp_path, counts):
    from fastvec import Vocabulary

    given = make()
    vectors = WordVectors(
        USERS, given.vectors, context_vectors=given.context_vectors, context_vocabulary=Vocabulary(ITEMS, counts)
    )
    vectors.save(tmp_path / "v.safetensors")
    loaded = WordVectors.load(tmp_path / "v.safetensors")
    assert loaded.contexts.index_to_key == ITEMS
    assert loaded.context_vectors.tobytes() == vectors.context_vectors.tobytes()
    assert (None if loaded.contexts.counts is None else loaded.contexts.counts.tolist()) == counts
    loaded.save(tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == (tmp_path / "v.safetensors").read_bytes()
    loaded.contexts.save(tmp_path / "items.safetensors")
    assert WordVectors.load(tmp_path / "items.safetensors")["tea"].tolist() == vectors.context_vectors[0].tolist()


def test_a_fasttext_model_has_no_place_for_them(tmp_path):
    with pytest.warns(UserWarning, match="no context vectors"):
        make().save(tmp_path / "v.bin", format="fasttext")
    assert not WordVectors.load(tmp_path / "v.bin").context_vectors.any()


def test_rows_that_are_not_finite_are_told_by_their_context(tmp_path):
    rows = np.ones((4, 5))
    rows[1, 2] = np.nan
    with pytest.raises(SettingError, match=r"context_vectors: .*row of 'green\\ntea'"):
        make(rows).save(tmp_path / "v.safetensors")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"context_vectors": np.ones((3, 5))}, r"context_vectors: expected .*\[4, 5\], got float64\[3, 5\]"),
        ({"context_vectors": None}, "context_vocabulary: expected None without context_vectors"),
        ({"context_vocabulary": ["a", "a", "b", "c"]}, "words: expected distinct words, got 'a' twice"),
        ({"context_vocabulary": []}, "words: expected at least one word"),
    ],
)
def test_what_does_not_fit(arguments, message):
    fitting = {"context_vectors": np.ones((4, 5)), "context_vocabulary": ITEMS}
    with pytest.raises(SettingError, match=message):
        WordVectors(USERS, np.ones((2, 5)), **{**fitting, **arguments})


DAMAGE = {
    "no words": lambda t: t.pop("contexts.words"),
    "no rows": lambda t: t.pop("contexts.weight"),
    "counts only": lambda t: [t.pop(f"contexts.{name}") for name in ("words", "weight", "word_lengths")],
    "both kinds": lambda t: t.update({"context.weight": t["embedding.weight"]}),
    "more words": lambda t: t.update({"contexts.words": text(b"a\nb\nc\nd\ne")}),
    "fewer words": lambda t: t.update({"contexts.words": text(b"a\nb")}),
    "a word twice": lambda t: t.update({"contexts.words": text(b"a\nb\nc\nb")}),
    "other dimensions": lambda t: t.update({"contexts.weight": np.ones((4, 6), np.float32)}),
    "float64": lambda t: t.update({"contexts.weight": np.ones((4, 5))}),
    "no row": lambda t: t.update({"contexts.weight": np.ones((0, 5), np.float32), "contexts.words": text(b"")}),
    "fewer counts": lambda t: t.update({"contexts.counts": np.ones(3, np.int64)}),
    "negative counts": lambda t: t.update({"contexts.counts": np.array([1, 2, -3, 4])}),
    "wrong lengths": lambda t: t.update({"contexts.word_lengths": np.array([1, 2, 1 << 62, 4])}),
    "many lines": lambda t: t.update({"contexts.words": text(b"\n" * 1_000_000)}),
}


def text(data):
    return np.frombuffer(data, np.uint8)


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_files(tmp_path, damage):
    path = tmp_path / "v.safetensors"
    vectors = WordVectors(
        USERS, make().vectors, context_vectors=make().context_vectors, context_vocabulary=["a", "b", "c", "d"]
    )
    vectors.save(path)
    tensors, fields = map_tensors(path)
    tensors = {name: np.array(tensor) for name, tensor in tensors.items()}
    tensors |= {"contexts.counts": np.arange(4)}
    if damage in ("counts only", "wrong lengths"):
        tensors |= {"contexts.word_lengths": np.ones(4, np.int64)}
    save_tensors(tmp_path / "sound.safetensors", tensors, fields)
    assert WordVectors.load(tmp_path / "sound.safetensors").contexts.index_to_key == ["a", "b", "c", "d"]
    DAMAGE[damage](tensors)
    save_tensors(path, tensors, fields)
    with pytest.raises(FormatError) as caught:
        WordVectors.load(path)
    assert caught.value.path == str(path)
