"""Training on given pairs, with weights and without, in the place of a text and its windows."""

from __future__ import annotations

import numpy as np
import pytest
from training.whole_runs import LOSSES, SMALL, STILL, agree, by_oracle, each_loss

import fastvec as fv
from fastvec import Pairs

pytestmark = pytest.mark.filterwarnings("ignore:.*contexts are the word of no pair")
FEW = fv.Subwords(min_n=2, max_n=3, buckets=20)


def some_pairs(n=60, *, weights=False, seed=0, contexts="abcdefg", words="abcdefg"):
    rng = np.random.default_rng(seed)
    columns = [rng.choice([*words], n).tolist(), rng.choice([*contexts], n).tolist()]
    return Pairs.from_pairs([*zip(*columns, *([rng.random(n).tolist()] if weights else []), strict=True)])


def old_vectors(words, size=7):
    rng = np.random.default_rng(5)
    rows = rng.normal(0, 0.3, (2, len(words), size))
    return fv.WordVectors([*words], rows[0], context_vectors=rows[1], counts=range(1, len(words) + 1))


@each_loss
@pytest.mark.parametrize("weights", [False, True])
@pytest.mark.parametrize("subwords", [None, FEW])
def test_a_whole_run(loss, weights, subwords):
    pairs = some_pairs(weights=weights, contexts="cdefghij")
    run = fv.SkipGram(**SMALL, loss=loss, subwords=subwords, learning_rate=0.1)
    vectors = run.train(pairs, threads=1)
    agree(vectors, by_oracle(run, pairs))
    assert vectors.index_to_key == pairs.vocabulary.words
    assert vectors.counts.tolist() == pairs.vocabulary.counts.tolist()


@each_loss
def test_a_whole_run_that_goes_on(loss):
    pairs, old = some_pairs(weights=True), old_vectors("xayb")
    run = fv.SkipGram(**SMALL, loss=loss, learning_rate=0.1)
    freeze = {"b": 0, "c": 0.25}
    vectors = run.train(pairs, init=old, freeze=freeze, threads=1)
    expected = by_oracle(run, pairs, old, freeze)
    if loss != "hierarchical_softmax":
        rows = dict(zip([*pairs.context_vocabulary.words, "x", "y"], expected[1], strict=True))
        expected = expected[0], np.array([rows[word] for word in vectors])
    agree(vectors, expected)
    assert vectors["b"].tobytes() == old["b"].tobytes()


@each_loss
@pytest.mark.parametrize("weights", [False, True])
def test_numpy_and_compiled_make_the_same_run(loss, weights):
    pairs = some_pairs(3000, weights=weights)
    run = fv.SkipGram(**SMALL, loss=loss)
    compiled, plain = (run.train(pairs, threads=1, backend=backend) for backend in ("compiled", "numpy"))
    assert np.abs(compiled.vectors - plain.vectors).max() <= 2e-5
    assert compiled.history["loss"] == pytest.approx(plain.history["loss"], rel=1e-5)
    assert compiled.history["pairs"][-1] == 2 * 3000


@each_loss
def test_pairs_of_windows_train_like_their_windows(loss, one_slice):
    """Each word of a window predicts the centre; in lines of one length words and pairs have the same shares.

    No line has a word twice: one that has holds two copies of its row.
    """
    rng = np.random.default_rng(1)
    lines = [" ".join(rng.permutation([*"abcdefg"])[:6]) for _ in range(40)]
    corpus = fv.Corpus.from_text(lines, min_count=1)
    pairs = Pairs.from_pairs((context, centre) for centre, context in fv.training_pairs(corpus, window=6))
    settings = {**SMALL, "loss": loss, "negative_sharing": "none", "shrink_windows": False, "window": 6}
    run = fv.SkipGram(**settings)
    of_pairs, of_windows = run.train(pairs, threads=1), run.train(corpus, threads=1)
    assert of_pairs.index_to_key == of_windows.index_to_key
    assert np.abs(of_pairs.vectors - of_windows.vectors).max() <= 1e-6
    if loss != "hierarchical_softmax":
        assert np.abs(of_pairs.context_vectors - of_windows.context_vectors).max() <= 1e-6
    assert of_pairs.history["loss"] == pytest.approx(of_windows.history["loss"], rel=1e-6)


def test_settings_of_windows_have_no_say():
    pairs, others = some_pairs(), {"window": 1, "context": "left", "shrink_windows": False}
    first = fv.SkipGram(**SMALL).train(pairs, threads=1)
    again = fv.SkipGram(**{**SMALL, "sample": 1e-5}, **others, negative_sharing="none").train(pairs, threads=1)
    assert first.vectors.tobytes() == again.vectors.tobytes()


@each_loss
def test_a_weight_of_0_changes_nothing(loss):
    triples = [(*"ab", 0), (*"cd", 1), (*"dc", 1), (*"ae", 0), (*"ba", 0)]
    run = fv.SkipGram(**SMALL, loss=loss, learning_rate=0.1)
    for pairs, moved in (
        (Pairs.from_pairs(triples * 9), "cd"),
        (Pairs.from_pairs([(*p, 0) for *p, _ in triples]), ""),
    ):
        start = fv.SkipGram(**SMALL, **STILL, loss=loss).train(pairs, threads=1)
        vectors = run.train(pairs, threads=1)
        assert {word for word in "abcd" if vectors[word].tobytes() != start[word].tobytes()} == {*moved}
        assert np.isfinite(vectors.history["loss"]).all(), "their loss is told all the same"


@each_loss
def test_a_weight_of_2_is_twice_the_rate(loss):
    plain = some_pairs()
    ids = plain.word_ids, plain.context_ids, plain.vocabulary.words, plain.context_vocabulary.words
    heavy = Pairs.from_ids(*ids, weights=np.full(len(plain), 2))
    twice = fv.SkipGram(**SMALL, loss=loss, learning_rate=0.08, min_learning_rate=2e-4).train(plain, threads=1)
    vectors = fv.SkipGram(**SMALL, loss=loss, learning_rate=0.04, min_learning_rate=1e-4).train(heavy, threads=1)
    assert vectors.vectors.tobytes() == twice.vectors.tobytes()


def test_contexts_that_are_no_words():
    pairs = Pairs.from_pairs([("tea", "drink_obj"), ("milk", "drink_obj"), ("tea", "milk")] * 5)
    run = fv.SkipGram(**SMALL, learning_rate=0.5)
    vectors = run.train(pairs, threads=1)
    assert vectors.index_to_key == ["tea", "milk"]
    assert vectors.context_vocabulary.words == vectors.contexts.index_to_key == ["drink_obj", "milk"]
    assert vectors.contexts.counts.tolist() == [10, 5]
    assert vectors.contexts.vectors == pytest.approx(by_oracle(run, pairs)[1], abs=2e-5)


def test_users_and_items_go_on(tmp_path):
    """Both sides are carried on, from a file too: what the new pairs lack is kept, what is new starts fresh."""
    first = Pairs.from_pairs([("u1", "i1"), ("u2", "i2"), ("u1", "i2")] * 9)
    second = Pairs.from_pairs([("u1", "i2"), ("u3", "i3")] * 7)
    old = fv.SkipGram(**SMALL).train(first, threads=1)
    old.save(tmp_path / "old.safetensors")
    for init in (old, tmp_path / "old.safetensors"):
        still = fv.SkipGram(**SMALL, **STILL).train(second, init=init, threads=1)
        assert still.index_to_key == ["u1", "u3", "u2"]
        assert still.contexts.index_to_key == ["i2", "i3", "i1"]
        assert still.contexts.counts.tolist() == [7 + 18, 7, 9]
        for item in ("i1", "i2"):
            assert still.contexts[item].tobytes() == old.contexts[item].tobytes()
        assert np.abs(still.contexts["i3"]).max() < 1e-20, "it began at zero"
    moved = fv.SkipGram(**SMALL).train(second, init=old, threads=1)
    assert moved.contexts["i2"].tobytes() != old.contexts["i2"].tobytes()
    assert moved.contexts["i1"].tobytes() != old.contexts["i1"].tobytes(), "it is drawn as noise"
    held = fv.SkipGram(**SMALL).train(second, init=old, freeze_context=["i1"], threads=1)
    assert held.contexts["i1"].tobytes() == old.contexts["i1"].tobytes()
    frozen = fv.SkipGram(**SMALL).train(second, init=old, freeze_context=["i2"], threads=1)
    assert frozen.contexts["i2"].tobytes() == old.contexts["i2"].tobytes()
    assert frozen.contexts["i3"].any()


STAR = [(0, leaf) for leaf in range(1, 21)]
PATH = [("a", "b"), ("b", "c"), ("c", "a"), ("a", "d")]


@pytest.mark.filterwarnings("default:.*contexts are the word of no pair")
@pytest.mark.parametrize(("edges", "told"), [(STAR, "20 of 20"), (PATH, "1 of 4")])
def test_contexts_without_vectors_are_told(edges, told):
    for pairs in (
        Pairs.from_pairs(edges),
        Pairs.from_ids([0, 1, 2, 0], [1, 2, 0, 3], [*"abcd"]) if edges is PATH else Pairs.from_pairs(iter(edges)),
    ):
        with pytest.warns(
            UserWarning, match=f"^{told} contexts are the word of no pair.*undirected=True"
        ) as caught:
            fv.SkipGram(**SMALL).train(pairs)
        assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.filterwarnings("error:.*contexts are the word of no pair")
def test_pairs_that_say_so_or_lose_nothing_warn_of_nothing():
    for pairs in (
        Pairs.from_pairs(STAR, undirected=True),
        Pairs.from_pairs(STAR, undirected=False),
        Pairs.from_pairs(fv.training_pairs("the cat sat on the mat", window=2)),
        Pairs.from_pairs([("a", "b"), ("b", "a"), ("c", "a")]),
        Pairs.from_ids([0, 1], [1, 0], ["a", "b", "no pair has it"]),
    ):
        fv.SkipGram(**SMALL).train(pairs)


def test_contexts_outlive_a_run_on_a_text():
    items = fv.SkipGram(**SMALL).train(Pairs.from_pairs([("u1", "i1"), ("u2", "i2")] * 9))
    corpus = fv.Corpus.from_text(["u1 likes u2"] * 20, min_count=1)
    vectors = fv.SkipGram(**SMALL).train(corpus, init=items)
    assert vectors.index_to_key == ["likes", "u1", "u2"]
    assert vectors.contexts.index_to_key == ["likes", "u1", "u2", "i1", "i2"]
    assert vectors.contexts.counts.tolist() == [20, 20, 20, 9, 9]
    held = fv.SkipGram(**SMALL).train(corpus, init=items, freeze_context=["i1", "i2"])
    assert held.contexts["i2"].tobytes() == items.contexts["i2"].tobytes()


def test_an_undirected_graph_trains_as_its_mirrored_pairs():
    edges = [tuple(edge) for edge in ["ab", "ac", "bd", "dd"]] * 5
    both = [pair for a, b in edges for pair in ([(a, b), (b, a)] if a != b else [(a, b)])]
    run = fv.SkipGram(**SMALL)
    graph, pairs = Pairs.from_pairs(edges, undirected=True), Pairs.from_pairs(both)
    vectors = run.train(graph, threads=1)
    assert vectors.vectors.tobytes() == run.train(pairs, threads=1).vectors.tobytes()
    assert vectors.context_vocabulary is vectors.vocabulary


def test_contexts_that_are_words_stand_in_the_order_of_words(one_slice):
    pairs = Pairs.from_pairs(map(tuple, ["ab", "ac", "bc", "cb", "bc"]))
    assert pairs.vocabulary.words != pairs.context_vocabulary.words
    run = fv.SkipGram(**SMALL, learning_rate=0.5)
    vectors, (_, W_out) = run.train(pairs, threads=1), by_oracle(run, pairs)
    for word in "bc":
        row = vectors.context_vectors[vectors.get_index(word)]
        assert row == pytest.approx(W_out[pairs.context_vocabulary.words.index(word)], abs=2e-5)
        assert row.any()
    assert not vectors.context_vectors[vectors.get_index("a")].any(), "it is no context"


@each_loss
def test_old_words_that_the_pairs_lack_stay(loss):
    pairs, old = some_pairs(contexts="abc"), old_vectors("xayb")
    vectors = fv.SkipGram(**SMALL, loss=loss).train(pairs, init=old)
    assert vectors.index_to_key == [*pairs.vocabulary.words, "x", "y"]
    for word in "xy":
        assert vectors[word].tobytes() == old[word].tobytes()
        row = vectors.context_vectors[vectors.get_index(word)]
        as_noise = row.tobytes() != old.context_vectors[old.get_index(word)].tobytes()
        assert as_noise == (loss != "hierarchical_softmax")
    assert vectors["a"].tobytes() != old["a"].tobytes()
    expected = dict(zip(pairs.vocabulary.words, pairs.vocabulary.counts.tolist(), strict=True))
    for word, count in zip("xayb", range(1, 5), strict=True):
        expected[word] = expected.get(word, 0) + count
    assert dict(zip(vectors, vectors.counts.tolist(), strict=True)) == expected


def test_one_thread_and_one_seed_give_the_same_bytes():
    pairs = some_pairs(2000, weights=True)
    first, again = (fv.SkipGram(**SMALL).train(pairs, threads=1) for _ in range(2))
    assert first.vectors.tobytes() == again.vectors.tobytes()
    assert first.context_vectors.tobytes() == again.context_vectors.tobytes()
    several = fv.SkipGram(**SMALL).train(pairs, threads=3)
    assert several.history["pairs"][-1] == 2 * 2000


@pytest.mark.parametrize("pair", [("x", "y"), ("x", "x"), ("x", "y", 0.5)])
@pytest.mark.parametrize("loss", ["negative_sampling", "softmax"])
def test_one_pair(pair, loss):
    """Softmax of one context has nothing to learn; its one noise word is the context, and skipped."""
    vectors = fv.SkipGram(**SMALL, loss=loss).train(Pairs.from_pairs([pair]))
    assert vectors.vectors.shape == (1, 7)
    assert np.isfinite(vectors.vectors).all()
    expected = np.log(2) if loss == "negative_sampling" else 0
    assert vectors.history["epoch_loss"][0] == pytest.approx(expected, abs=1e-6)


def test_what_goes_together_comes_together():
    rng = np.random.default_rng(0)
    walks = [(f"{side}{a}", f"{side}{b}") for side in "ab" for a, b in rng.integers(0, 8, (1500, 2))]
    for loss in LOSSES:
        vectors = fv.SkipGram(**{**SMALL, "epochs": 20}, loss=loss).train(Pairs.from_pairs(walks))
        for word in ("a0", "b5"):
            assert all(other[0] == word[0] for other, _ in vectors.most_similar(word, topn=5))


def test_the_run_reports_and_can_be_stopped():
    seen = []

    def stop_at_the_first(progress):
        seen.append(progress)
        return False

    pairs = some_pairs(30_000)
    vectors = fv.SkipGram(**{**SMALL, "vector_size": 200, "epochs": 5000}).train(
        pairs, on_progress=stop_at_the_first
    )
    assert 0 < vectors.history["pairs"][-1] < 5000 * len(pairs)
    assert np.isfinite(vectors.vectors).all()
    assert seen[0].total == 5000 * len(pairs)


def test_what_is_refused():
    with pytest.raises(fv.CorpusError, match="data: no pair to train on"):
        fv.SkipGram().train(Pairs.from_ids([], [], ["a", "b"]))
    with pytest.raises(fv.CorpusError, match="data: CBOW cannot be trained on pairs; SkipGram can"):
        fv.CBOW().train(some_pairs())
    with pytest.raises(fv.CorpusError, match="hierarchical softmax needs two different words to predict"):
        fv.SkipGram(loss="hierarchical_softmax").train(Pairs.from_pairs([("x", "y"), ("z", "y")]))
    with pytest.raises(fv.UnknownWordError, match="no vector for 'ham'"):
        fv.SkipGram().train(some_pairs(), freeze=["ham"])
    with pytest.raises(fv.TrainingError, match="diverged"):
        fv.SkipGram(**SMALL, learning_rate=1e30).train(some_pairs())


@pytest.mark.parametrize("column", ["word_ids", "context_ids"])
@pytest.mark.parametrize("wrong", [2_000_000_000, -1])
def test_ids_that_changed_behind_the_pairs_are_refused(column, wrong):
    ids = {name: np.array([0, 1, 1, 0], np.int32) for name in ("word_ids", "context_ids")}
    pairs = Pairs.from_ids(**ids, words=["a", "b"])
    ids[column][2] = wrong
    with pytest.raises(fv.FormatError, match=f"{column}: expected 0 to 1, got {wrong} at 2"):
        fv.SkipGram().train(pairs)
