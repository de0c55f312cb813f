"""Going on from earlier vectors: old rows, new rows, frozen rows, from memory and from files."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from training.whole_runs import SMALL, STILL, agree, by_oracle, each_loss, each_sharing, each_trainer

import fastvec as fv

OLD = ["the king rules the land", "the queen rules the land", "a cat sat there"] * 20
NEW = ["the duchess rules a land", "the king sat", "a duke rules the duchess"] * 20
LACKING = ["cat", "queen", "there"]


@pytest.fixture(scope="module")
def first():
    return fv.SkipGram(**SMALL, learning_rate=0.1).train(fv.Corpus.from_text(OLD, min_count=1), threads=1)


@pytest.fixture(scope="module")
def new():
    return fv.Corpus.from_text(NEW, min_count=1)


def context_of(vectors, word):
    return vectors.context_vectors[vectors.get_index(word)]


@each_trainer
@each_sharing
@each_loss
@pytest.mark.parametrize("contexts", [True, False])
def test_a_whole_run(first, new, trainer, sharing, loss, contexts):
    old = first if contexts else fv.WordVectors(first.index_to_key, first.vectors)
    run = trainer(**SMALL, loss=loss, negative_sharing=sharing, learning_rate=0.1)
    freeze = {"king": 0.25, "a": 0, "queen": 0.5}
    agree(run.train(new, init=old, freeze=freeze, threads=1), by_oracle(run, new, old, freeze))


@each_trainer
@each_loss
def test_numpy_and_compiled_make_the_same_run(first, new, trainer, loss):
    run, freeze = trainer(**SMALL, loss=loss), {"king": 0.25, "a": 0}
    compiled, plain = (
        run.train(new, init=first, freeze=freeze, threads=1, backend=name) for name in ("compiled", "numpy")
    )
    assert np.abs(compiled.vectors - plain.vectors).max() <= 2e-5
    assert compiled.history["loss"] == pytest.approx(plain.history["loss"], rel=1e-5)
    assert compiled["a"].tobytes() == plain["a"].tobytes() == first["a"].tobytes()


@each_trainer
@each_loss
@pytest.mark.parametrize("threads", [1, 3])
def test_frozen_context_vectors_stay_and_the_vectors_learn(first, new, trainer, loss, threads):
    old = first if loss != "hierarchical_softmax" else fv.SkipGram(**SMALL, loss=loss).train(new)
    second = trainer(**SMALL, loss=loss).train(new, init=old, freeze_context=True, threads=threads)
    if loss == "hierarchical_softmax":
        assert second.output_nodes.tobytes() == old.output_nodes.tobytes()
    else:
        for word in first:
            assert context_of(second, word).tobytes() == context_of(first, word).tobytes()
        assert not context_of(second, "duchess").any(), "a new word has none yet"
    assert not np.array_equal(second["king"], old["king"])


@each_trainer
@each_sharing
def test_a_whole_run_with_frozen_and_damped_context_vectors(first, new, trainer, sharing):
    run = trainer(**SMALL, negative_sharing=sharing, learning_rate=0.1)
    freeze, context = {"king": 0.25, "a": 0}, {"the": 0, "king": 0.5}
    vectors = run.train(new, init=first, freeze=freeze, freeze_context=context, threads=1)
    agree(vectors, by_oracle(run, new, first, freeze, context))
    assert context_of(vectors, "the").tobytes() == context_of(first, "the").tobytes()


@pytest.mark.parametrize(
    ("trainer", "arguments", "told"),
    [
        (fv.SkipGram(**SMALL), {"freeze_context": True}, "needs an init with context vectors"),
        (fv.SkipGram(**SMALL), {"init": "bare", "freeze_context": True}, "needs an init with context vectors"),
        (fv.SkipGram(**SMALL), {"init": "first", "freeze_context": "the"}, "a list of words, or a factor"),
        (fv.SkipGram(**SMALL), {"init": "first", "freeze_context": {"the": 2}}, r"freeze_context\['the'\]"),
        (fv.SkipGram(**SMALL, loss="softmax"), {"init": "first", "freeze_context": ["the"]}, "True or False with"),
    ],
)
def test_what_cannot_be_frozen(first, new, trainer, arguments, told):
    inits = {"first": first, "bare": fv.WordVectors(first.index_to_key, first.vectors)}
    if "init" in arguments:
        arguments = {**arguments, "init": inits[arguments["init"]]}
    with pytest.raises(fv.SettingError, match=told) as caught:
        trainer.train(new, **arguments)
    assert caught.value.field.startswith("freeze_context")


def test_a_tree_goes_on_where_it_is_the_same(first, new):
    run = fv.SkipGram(**SMALL, loss="hierarchical_softmax")
    once = run.train(new)
    again = fv.SkipGram(**SMALL, **STILL, loss="hierarchical_softmax").train(new, init=once)
    assert again.output_nodes.tobytes() == once.output_nodes.tobytes()
    with pytest.warns(UserWarning, match="tree"):
        run.train(fv.Corpus.from_text(OLD, min_count=1), init=once)


@each_trainer
@each_loss
@pytest.mark.parametrize("threads", [1, 3])
def test_words_that_the_text_lacks_stay_and_come_last(first, new, trainer, loss, threads):
    second = trainer(**SMALL, loss=loss).train(new, init=first, threads=threads)
    assert second.index_to_key == new.vocabulary.words + LACKING
    for word in LACKING:
        assert second[word].tobytes() == first[word].tobytes()
        as_noise = context_of(second, word).tobytes() != context_of(first, word).tobytes()
        assert as_noise == (loss != "hierarchical_softmax"), "its context vector is drawn as noise"
    for word in ("king", "rules", "the"):
        assert not np.array_equal(second[word], first[word])


FRUITS, BEASTS = ["apple", "pear", "plum", "fig"], ["wolf", "bear", "lynx", "deer"]
INSTRUMENTS = ["oboe", "lute", "harp", "gong"]


def lines_of(groups, n, rng):
    """Lines of eight words, each line of one group."""
    return fv.Corpus.from_text(
        [" ".join(rng.choice(groups[rng.integers(len(groups))], 8)) for _ in range(n)], min_count=1
    )


NGRAMS = fv.Subwords(min_n=3, max_n=4, buckets=20_000)
each_subwords = pytest.mark.parametrize("subwords", [None, NGRAMS], ids=["words", "ngrams"])


def of_two_texts(trainer, loss, subwords, seed, second_text):
    """The vectors after a text of fruits and beasts and another text."""
    rng = np.random.default_rng(seed)
    run = trainer(
        vector_size=16, window=3, sample=0, epochs=10, learning_rate=0.025, seed=seed + 1, loss=loss,
        subwords=subwords,
    )  # fmt: skip
    first = run.train(lines_of([FRUITS, BEASTS], 400, rng), threads=1)
    return run.train(lines_of(second_text, 200, rng), init=first, threads=1)


def buckets(words):
    return {bucket for word in words for bucket in NGRAMS.buckets_of(word).tolist()}


def near(vectors, word):
    return {other for other, _ in vectors.most_similar(word, topn=3)}


@pytest.mark.filterwarnings("ignore:init. none of its 8 words", "ignore:init. its words and counts make another")
@each_trainer
@each_loss
@each_subwords
@pytest.mark.parametrize("seed", range(5))
def test_new_words_find_their_kin_in_a_text_of_new_words(trainer, loss, subwords, seed):
    """Noise comes from all words: from the four of the new text alone, each would be pushed from its own kin."""
    # with new nodes nothing pushes a new word away from an old one whose rows of n-grams it begins with
    assert not buckets(FRUITS + BEASTS) & buckets(INSTRUMENTS)
    second = of_two_texts(trainer, loss, subwords, seed, [INSTRUMENTS])
    for word in INSTRUMENTS:
        assert near(second, word) == {*INSTRUMENTS} - {word}


@pytest.mark.filterwarnings("ignore:init. its words and counts make another")
@each_trainer
@each_loss
@each_subwords
@pytest.mark.parametrize("seed", range(2))
def test_new_words_find_their_kin_among_old_ones(trainer, loss, subwords, seed):
    new = {"mango": FRUITS, "kiwi": FRUITS, "elk": BEASTS, "boar": BEASTS}
    text = [["mango", "kiwi", *FRUITS[:2]], ["elk", "boar", *BEASTS[:2]]]
    second = of_two_texts(trainer, loss, subwords, seed, text)
    for word, kin in new.items():
        assert near(second, word) <= {*kin, *(other for other in new if new[other] is kin)}


@each_trainer
def test_output_rows_of_another_loss_stay(first, new, trainer):
    """Context vectors outlive a run of hierarchical softmax, and its nodes one of negative sampling."""
    second = trainer(**SMALL, loss="hierarchical_softmax").train(new, init=first)
    for word in second:
        old = context_of(first, word) if word in first else np.zeros(7, np.float32)
        assert context_of(second, word).tobytes() == old.tobytes()
    third = trainer(**SMALL).train(new, init=second)
    assert third.output_nodes is None, "its counts make another tree"
    once = trainer(**SMALL, loss="hierarchical_softmax").train(new)
    twice = trainer(**SMALL).train(new, init=once)
    assert twice.output_nodes.tobytes() == once.output_nodes.tobytes()
    assert twice.context_vectors.any()


def test_items_outlive_a_run_of_hierarchical_softmax():
    pairs = fv.Pairs.from_pairs([("u1", "i1"), ("u2", "i2")] * 9, undirected=False)
    old = fv.SkipGram(**SMALL).train(pairs)
    new = fv.SkipGram(**SMALL, loss="hierarchical_softmax").train(
        fv.Pairs.from_pairs([("u1", "i2"), ("u3", "i1")], undirected=False), init=old
    )
    assert new.contexts.index_to_key == old.contexts.index_to_key
    assert new.contexts.vectors.tobytes() == old.contexts.vectors.tobytes()


def test_counts_add_up_from_run_to_run(first, new):
    second = fv.CBOW(**SMALL).train(new, init=first)
    third = fv.SkipGram(**SMALL).train(new, init=second)
    once, twice, thrice = (dict(zip(v, v.counts.tolist(), strict=True)) for v in (first, second, third))
    of_new = dict(zip(new.vocabulary.words, new.vocabulary.counts.tolist(), strict=True))
    assert twice == {word: once.get(word, 0) + of_new.get(word, 0) for word in {*once, *of_new}}
    assert thrice == {word: twice[word] + of_new.get(word, 0) for word in twice}
    assert third.index_to_key == second.index_to_key


@each_trainer
@each_loss
def test_a_rate_of_nothing_leaves_everything_as_it_was(first, new, trainer, loss):
    second = trainer(**SMALL, **STILL, loss=loss).train(new, init=first)
    assert second[first.index_to_key].tobytes() == first.vectors.tobytes()
    if loss != "hierarchical_softmax":
        ids = [second.get_index(word) for word in first]
        assert second.context_vectors[ids].tobytes() == first.context_vectors.tobytes()
    fresh = trainer(**SMALL, **STILL, loss=loss).train(new)
    for word in ("duchess", "duke"):
        assert second[word].tobytes() == fresh[word].tobytes(), "new rows are drawn as ever"


def test_going_on_begins_where_the_last_run_ended(new):
    """The first loss of the second run is about the last one of the first, and not that of coins."""
    run = fv.SkipGram(**{**SMALL, "epochs": 30}, learning_rate=0.1, min_learning_rate=0.1)
    once = run.train(new)
    again = run.train(new, init=once)
    losses = once.history["epoch_loss"]
    assert again.history["epoch_loss"][0] < (losses[0] + losses[-1]) / 2


def test_what_it_goes_on_from_is_not_changed(new):
    old = fv.SkipGram(**SMALL).train(new)
    before = old.vectors.tobytes(), old.context_vectors.tobytes(), old.counts.tobytes()
    fv.SkipGram(**SMALL).train(new, init=old)
    assert (old.vectors.tobytes(), old.context_vectors.tobytes(), old.counts.tobytes()) == before


FILES = {
    "v.safetensors": None, "v.bin": None, "v.txt": None, "v.vec.gz": None, "glove.txt": "glove",
    "fasttext.bin": "fasttext",
}  # fmt: skip


@pytest.fixture(scope="module")
def files(first, tmp_path_factory):
    folder = tmp_path_factory.mktemp("vectors")
    few = fv.Subwords(min_n=2, max_n=3, buckets=20)
    composed = fv.SkipGram(**SMALL, subwords=few).train(fv.Corpus.from_text(OLD, min_count=1))
    for name, format in FILES.items():
        if name.endswith(".gz"):
            with gzip.open(folder / name, "wb") as file:
                file.write((folder / "v.txt").read_bytes())
        else:
            (composed if format == "fasttext" else first).save(folder / name, format=format)
    return folder


@each_trainer
@pytest.mark.parametrize("name", FILES)
def test_frozen_rows_of_every_file_keep_their_bytes(files, new, trainer, name):
    old = fv.WordVectors.load(files / name)
    vectors = trainer(**SMALL, learning_rate=0.1).train(new, init=files / name, freeze=old)
    assert vectors[old.index_to_key].tobytes() == old.vectors.tobytes()
    start = trainer(**SMALL, **STILL).train(new, init=str(files / name))
    for word in ("duchess", "duke"):
        assert not np.array_equal(vectors[word], start[word])
    assert vectors.context_vectors.any(), "what predicts is frozen; what is predicted learns"


def test_a_file_is_what_it_was_saved_from(files, first, new):
    run = fv.SkipGram(**SMALL)
    from_file, from_memory = (run.train(new, init=init, threads=1) for init in (files / "v.safetensors", first))
    assert from_file.vectors.tobytes() == from_memory.vectors.tobytes()
    assert from_file.context_vectors.tobytes() == from_memory.context_vectors.tobytes()
    assert from_file.counts.tolist() == from_memory.counts.tolist()


@each_trainer
@each_loss
def test_frozen_words_stay_and_damped_ones_move_less(first, new, trainer, loss):
    run = trainer(**SMALL, loss=loss, learning_rate=0.05)
    free = run.train(new, init=first, threads=1)
    held = run.train(new, init=first, freeze=["rules", "duke"], threads=1)
    damped = run.train(new, init=first, freeze={"rules": 0.1, "king": 1}, threads=1)
    assert held["rules"].tobytes() == first["rules"].tobytes()
    start = trainer(**SMALL, **STILL).train(new)["duke"]
    assert held["duke"].tobytes() == start.tobytes(), "a new word stays where it starts"
    moved = [np.linalg.norm(vectors["rules"] - first["rules"]) for vectors in (damped, free)]
    assert 0 < moved[0] < 0.3 * moved[1]
    factors = run.train(new, init=first, freeze=dict.fromkeys(["rules", "duke"], 0), threads=1)
    assert factors.vectors.tobytes() == held.vectors.tobytes()
    ones = run.train(new, init=first, freeze=dict.fromkeys(first, 1), threads=1)
    assert ones.vectors.tobytes() == free.vectors.tobytes()


def test_words_can_be_frozen_without_earlier_vectors(new):
    start = fv.SkipGram(**SMALL, **STILL).train(new)
    vectors = fv.SkipGram(**SMALL).train(new, freeze=["king"])
    assert vectors["king"].tobytes() == start["king"].tobytes()
    assert not np.array_equal(vectors["a"], start["a"])


def test_one_thread_and_one_seed_give_the_same_bytes(first, new):
    runs = [fv.CBOW(**SMALL).train(new, init=first, freeze=["a"], threads=1) for _ in range(2)]
    assert runs[0].vectors.tobytes() == runs[1].vectors.tobytes()
    assert runs[0].context_vectors.tobytes() == runs[1].context_vectors.tobytes()


def test_a_run_that_is_stopped_gives_the_rows_so_far(first):
    text = fv.Corpus.from_text(NEW * 50, min_count=1)
    run = fv.SkipGram(**{**SMALL, "epochs": 100_000})
    vectors = run.train(text, init=first, freeze=["king"], on_progress=lambda progress: False)
    assert 0 < vectors.history["tokens"][-1] < 100_000 * text.n_tokens
    assert np.isfinite(vectors.vectors).all()
    assert vectors[[*LACKING, "king"]].tobytes() == first[[*LACKING, "king"]].tobytes()


@each_trainer
def test_what_is_refused(first, new, trainer, tmp_path):
    run = trainer(**SMALL)
    with pytest.raises(fv.SettingError, match="got 7; vector_size=7 fits these") as caught:
        trainer(sample=0).train(new, init=first)
    assert caught.value.field == "init"
    with pytest.raises(fv.SettingError, match=r"init: expected .*, got float32\[.*; WordVectors\.from_arrays"):
        run.train(new, init=first.vectors)
    with pytest.raises(fv.StorageError, match="No such file"):
        run.train(new, init=tmp_path / "missing.bin")
    with pytest.raises(fv.UnknownWordError, match="no vector for 'kinng'; did you mean 'king'"):
        run.train(new, init=first, freeze=["queen", "kinng"])
    with pytest.raises(fv.SettingError, match=r"freeze: expected a list of words, .*, got 'king'"):
        run.train(new, freeze="king")
    with pytest.raises(fv.SettingError, match=r"freeze\['king'\]: expected a finite number from 0 to 1"):
        run.train(new, freeze={"king": 2})


@each_trainer
def test_warnings_point_to_where_training_was_called(first, trainer):
    text = fv.Corpus.from_text(["THE KING RULES"] * 50, min_count=1)
    with (
        pytest.warns(UserWarning, match="init: none of its 9 words, such as 'the'") as caught,
        pytest.warns(UserWarning, match="sample=0.01 drops"),
    ):
        trainer(**{**SMALL, "sample": 0.01}).train(text, init=first)
    assert {warning.filename for warning in caught} == {__file__}
