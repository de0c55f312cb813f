"""gensim_compat.Word2Vec: the same bytes as fastvec's own calls, and what gensim's arguments mean."""

from __future__ import annotations

import random
from functools import partial

import numpy as np
import pytest

import fastvec as fv
from fastvec import gensim_compat
from fastvec.gensim_compat import CallbackAny2Vec, Word2Vec
from fastvec.gensim_compat import utils as rules
from fastvec.gensim_compat.old_model import ABSENT

WORDS = ["the", "old", "king", "rules", "a", "green", "land", "and"]
WORDS += ["his", "young", "queen", "rules", "it", "well"]
NEW = [["the", "duchess", "rules"], ["a", "duchess", "and", "a", "queen"]] * 30
SMALL = {"vector_size": 12, "min_count": 1, "sample": 0, "workers": 1, "window": 2}


def text(n=200, seed=1):
    rand = random.Random(seed)
    return [rand.sample(WORDS, rand.randint(2, 8)) for _ in range(n)]


SENTENCES = text()


@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("hs", [0, 1])
def test_a_model_has_the_bytes_of_fastvecs_own_calls(sg, hs):
    model = Word2Vec(SENTENCES, **SMALL, sg=sg, hs=hs, negative=5 * (1 - hs), seed=7)
    loss = "hierarchical_softmax" if hs else "negative_sampling"
    kind = partial(fv.SkipGram, negative_sharing="none") if sg else fv.CBOW  # none: of a small text
    trainer = kind(vector_size=12, window=2, sample=0, loss=loss, learning_rate=0.025, seed=7)
    own = trainer.train(fv.Corpus.from_text(SENTENCES, min_count=1), threads=1)
    assert model.wv.index_to_key == own.index_to_key
    assert np.array_equal(model.wv.vectors, own.vectors)
    assert np.array_equal(
        model.syn1[:-1] if hs else model.syn1neg, own.output_nodes if hs else own.context_vectors
    )
    assert model.running_training_loss > 0


def test_three_steps_are_the_constructor():
    whole = Word2Vec(SENTENCES, **SMALL)
    steps = Word2Vec(**SMALL)
    steps.build_vocab(SENTENCES)
    assert steps.corpus_count == 200
    assert steps.corpus_total_words == sum(map(len, SENTENCES))
    trained, raw = steps.train(SENTENCES, total_examples=steps.corpus_count, epochs=steps.epochs)
    assert np.array_equal(whole.wv.vectors, steps.wv.vectors)
    assert trained == raw == 5 * steps.corpus_total_words
    before = steps.wv.vectors.copy()
    steps.train(SENTENCES, total_examples=200, epochs=1)
    again = Word2Vec(SENTENCES, **SMALL)
    again.train(SENTENCES, total_examples=200, epochs=1)
    assert not np.array_equal(before, steps.wv.vectors)
    assert np.array_equal(again.wv.vectors, steps.wv.vectors)


def test_a_file_is_a_text_of_a_sentence_a_line(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(map(" ".join, SENTENCES)) + "\n")
    of_file = Word2Vec(corpus_file=path, **SMALL)
    assert np.array_equal(of_file.wv.vectors, Word2Vec(SENTENCES, **SMALL).wv.vectors)
    assert np.array_equal(of_file.wv.vectors, Word2Vec(corpus_file=str(path), **SMALL).wv.vectors)


def test_both_output_layers_train():
    model = Word2Vec(SENTENCES, **SMALL, hs=1, negative=5)
    assert model.syn1.any()
    assert model.syn1neg.any()
    one = Word2Vec(SENTENCES, **SMALL, hs=0, negative=5)
    assert model.running_training_loss > one.running_training_loss
    assert not np.array_equal(model.wv.vectors, one.wv.vectors)


@pytest.mark.parametrize("hs", [0, 1])
def test_a_bag_may_be_a_sum(hs):
    model = Word2Vec(SENTENCES, **SMALL, cbow_mean=0, hs=hs, negative=5 * (1 - hs))
    trainer = fv.CBOW(
        vector_size=12, window=2, sample=0, learning_rate=0.025, bag="sum", context_gradient="mean",
        loss="hierarchical_softmax" if hs else "negative_sampling",
    )  # fmt: skip
    own = trainer.train(fv.Corpus.from_text(SENTENCES, min_count=1), threads=1)
    assert np.array_equal(model.wv.vectors, own.vectors)
    assert not np.array_equal(model.wv.vectors, Word2Vec(SENTENCES, **SMALL).wv.vectors)


def test_lock_factors_keep_rows():
    model = Word2Vec(**SMALL, hs=1, negative=5)
    model.build_vocab(SENTENCES)
    start = model.wv.vectors.copy()
    model.wv.vectors_lockf = np.ones(len(model.wv), np.float32)
    model.wv.vectors_lockf[[0, 3]] = 0
    model.train(SENTENCES, total_examples=200, epochs=2)
    same = (start == model.wv.vectors).all(axis=1)
    assert np.flatnonzero(same).tolist() == [0, 3]
    model.wv.vectors_lockf = np.zeros(1, np.float32)
    start = model.wv.vectors.copy()
    model.train(SENTENCES, total_examples=200, epochs=2)
    assert np.array_equal(start, model.wv.vectors)
    model.wv.vectors_lockf = np.ones(3, np.float32)
    with pytest.raises(fv.SettingError, match=r"vectors_lockf: expected float32\[13\]"):
        model.train(SENTENCES, total_examples=200, epochs=2)


def test_rules_of_what_stays():
    def rule(word, count, min_count):
        assert min_count == 50
        return {"king": rules.RULE_DISCARD, "well": rules.RULE_KEEP}.get(word, rules.RULE_DEFAULT)

    kept = Word2Vec([*SENTENCES, ["seldom"]], **{**SMALL, "min_count": 50}, trim_rule=rule).wv
    assert "king" not in kept
    assert "well" in kept
    assert "seldom" not in kept
    least = Word2Vec(SENTENCES, **SMALL, max_final_vocab=5)
    assert 1 <= len(least.wv) <= 5
    counts = least.wv.expandos["count"]
    assert counts.min() >= least.effective_min_count
    assert len(Word2Vec(SENTENCES, **{**SMALL, "min_count": 0}).wv) == len(set(WORDS))


def test_new_words_join_and_counts_add_up():
    model = Word2Vec(SENTENCES, **SMALL)
    old, rules_count = model.wv.index_to_key[:], model.wv.get_vecattr("rules", "count")
    rows = model.wv.vectors.copy()
    model.build_vocab(NEW, update=True)
    assert model.wv.index_to_key == [*old, "duchess"]
    assert model.wv.get_vecattr("rules", "count") == rules_count + 30
    assert np.array_equal(model.wv.vectors[:-1], rows)
    assert len(model.syn1neg) == len(model.wv)
    model.train(NEW, total_examples=model.corpus_count, epochs=20)
    assert model.wv.vectors[-1].any()
    assert "duchess" in model.wv


def test_counts_alone_make_a_vocabulary():
    model = Word2Vec(**SMALL)
    model.build_vocab_from_freq({"b": 2, "a": 9, "c": 2}, corpus_count=4)
    assert model.wv.index_to_key == ["a", "b", "c"]
    model.build_vocab_from_freq({"b": 3, "d": 1}, update=True)
    assert [model.wv.get_vecattr(word, "count") for word in "abcd"] == [9, 5, 2, 1]


def test_callbacks_see_the_model_of_each_epoch():
    class Seen(CallbackAny2Vec):
        def __init__(self):
            self.calls, self.rows, self.losses = [], [], []

        def on_train_begin(self, model):
            self.calls.append("begin")

        def on_epoch_end(self, model):
            self.calls.append("epoch")
            self.rows.append(model.wv["king"].copy())
            self.losses.append(model.get_latest_training_loss())
            assert model.wv.most_similar("king", topn=1)[0][0] in model.wv

        def on_train_end(self, model):
            self.calls.append("end")

    seen = Seen()
    model = Word2Vec(SENTENCES, **SMALL, callbacks=[seen], compute_loss=True)
    assert seen.calls == ["begin", *["epoch"] * 5, "end"]
    assert len({row.tobytes() for row in seen.rows}) == 5
    assert np.array_equal(seen.rows[-1], model.wv["king"])
    assert seen.losses == sorted(seen.losses)
    assert seen.losses[-1] == model.get_latest_training_loss()
    assert np.array_equal(model.wv.vectors, Word2Vec(SENTENCES, **SMALL).wv.vectors), "epochs are as without"


def test_what_a_callback_writes_is_trained_on():
    class Zeros(CallbackAny2Vec):
        def on_epoch_begin(self, model):
            model.wv.vectors[:] = 0
            model.syn1neg[:] = 0

    model = Word2Vec(SENTENCES, **SMALL, callbacks=[Zeros()])
    assert not model.wv.vectors.any(), "rows of zeros have no gradient"


def test_predictions_are_of_the_rows():
    model = Word2Vec(SENTENCES, **SMALL)
    found = model.predict_output_word(["king", "unknown", 3], topn=20)
    hidden = (model.wv["king"] + model.wv[3]) / 2
    scores = np.exp(model.syn1neg @ hidden.astype(np.float64))
    assert sum(p for _, p in found) == pytest.approx(1)
    assert found[0][1] == pytest.approx(scores.max() / scores.sum(), rel=1e-5)
    with pytest.warns(UserWarning, match="out of the vocabulary"):
        assert model.predict_output_word(["unknown"]) is None
    with pytest.raises(RuntimeError, match="negative sampling"):
        Word2Vec(SENTENCES, **SMALL, hs=1, negative=0).predict_output_word(["king"])


def test_whole_numbers_are_words_and_keys():
    walks = [[1, 20, 3], [20, 3, 400]] * 50
    model = Word2Vec(walks, **SMALL)
    assert set(model.wv.index_to_key) == {1, 20, 3, 400}
    assert model.wv.get_index(400) == model.wv.key_to_index[400]
    assert np.array_equal(model.wv[20], model.wv.vectors[model.wv.key_to_index[20]])
    assert {key for key, _ in model.wv.most_similar(3)} == {1, 20, 400}
    model.train(walks, total_examples=100, epochs=1)


def test_old_names_work_and_tell_the_new_ones():
    with pytest.warns(UserWarning, match=r"Word2Vec\(size=\) is gensim 3's name; use vector_size="):
        model = Word2Vec(SENTENCES, size=8, iter=2, min_count=1, workers=1)
    assert (model.vector_size, model.epochs) == (8, 2)
    with pytest.warns(UserWarning, match="use key_to_index"):
        assert model.wv.vocab["king"].count == model.wv.get_vecattr("king", "count")
    with pytest.warns(UserWarning, match="use index_to_key"):
        assert model.wv.index2word == model.wv.index_to_key
    with pytest.warns(UserWarning, match="use vectors"):
        assert model.wv.syn0 is model.wv.vectors
    with pytest.warns(UserWarning, match=r"use model.wv\[word\]"):
        assert np.array_equal(model["king"], model.wv["king"])
    with pytest.warns(UserWarning, match="use model.wv.most_similar"):
        assert model.most_similar("king") == model.wv.most_similar("king")
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = model.nonsense


def test_arguments_that_change_nothing_are_told_once(recwarn):
    from fastvec.gensim_compat import names

    names._told.clear()
    for _ in range(2):
        Word2Vec(SENTENCES, **SMALL, batch_words=100, sorted_vocab=0)
    told = [str(warning.message) for warning in recwarn if "changes nothing" in str(warning.message)]
    assert sorted(told) == [
        f"{name}= changes nothing in fastvec.gensim_compat" for name in ("batch_words", "sorted_vocab")
    ]


def test_a_model_is_fastvecs_too():
    model = Word2Vec(SENTENCES, **SMALL, hs=1, negative=5, sg=1)
    own = model.fastvec
    assert own.most_similar("king", topn=1)[0][0] == model.wv.most_similar("king", topn=1)[0][0]
    assert np.array_equal(own.context_vectors, model.syn1neg)
    assert np.array_equal(own.output_nodes, model.syn1[:-1])
    assert fv.evaluate_loss(own, fv.Corpus.from_text(SENTENCES, min_count=1)) > 0


@pytest.mark.parametrize("name", [*ABSENT, "some_other"])
def test_what_is_not_offered_says_what_to_use(name):
    hint = f"; use {ABSENT[name]}" if name in ABSENT else ""
    with pytest.raises(AttributeError) as caught:
        getattr(Word2Vec(), name)
    assert str(caught.value) == f"'Word2Vec' object has no attribute {name!r}{hint}"


def test_classes_that_are_not_offered():
    with pytest.raises(AttributeError, match=r"no attribute 'LsiModel'; use fastvec\.LSA"):
        _ = gensim_compat.LsiModel
    with pytest.raises(AttributeError, match=r"no attribute 'Word3Vec'$"):
        _ = gensim_compat.Word3Vec
