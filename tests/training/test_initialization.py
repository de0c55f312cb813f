"""Where training starts: which rows are old, which are new, which move."""

import warnings

import numpy as np
import pytest

from fastvec import (
    Corpus,
    FormatError,
    SettingError,
    SkipGram,
    StorageError,
    Subwords,
    UnknownWordError,
    Vocabulary,
    WordVectors,
)
from fastvec.kernels import _sampling
from fastvec.kernels.random import stream
from fastvec.training import initialization, matrices
from fastvec.training.freezing import row_rates
from fastvec.training.huffman import huffman_paths
from fastvec.training.initialization import copy_nodes, starting_rows
from fastvec.training.matrices import ROWS, fill_rows
from fastvec.training.negative_sampling import noise_weights
from fastvec.vectors.subwords import SubwordVectors

D = 5
NEW = Vocabulary(["the", "cat", "new", "sat"], [9, 4, 2, 1])


def old_vectors(words=("sat", "old", "the", "dog"), *, contexts=True, counts=True, size=D):
    rng = np.random.default_rng(1)
    rows = rng.standard_normal((2, len(words), size)).astype(np.float32)
    return WordVectors(
        words, rows[0], context_vectors=rows[1] if contexts else None,
        counts=range(10, 10 + len(words)) if counts else None,
    )  # fmt: skip


def fresh(vocabulary=NEW, size=D, seed=1):
    return starting_rows(None, vocabulary, size, stream=stream(seed))


@pytest.mark.parametrize("block", [1, 2, 4096])
def test_old_rows_stay_bit_for_bit_and_new_ones_are_drawn_as_ever(monkeypatch, block):
    monkeypatch.setattr(initialization, "BLOCK", block)
    old = old_vectors()
    start = starting_rows(old, NEW, D, stream=stream(1))
    assert start.words == ["the", "cat", "new", "sat", "old", "dog"]
    assert start.is_old.tolist() == [True, False, False, True, True, True]
    for i, word in enumerate(start.words):
        if word in old:
            assert start.W_in[i, :D].tobytes() == old[word].tobytes()
            assert start.W_out[i, :D].tobytes() == old.context_vectors[old.get_index(word)].tobytes()
        else:
            assert start.W_in[i].tobytes() == fresh().W_in[i].tobytes()
            assert not start.W_out[i].any()
    assert start.W_in.shape == start.W_out.shape == (6, 16)
    assert start.W_in.ctypes.data % 64 == start.W_out.ctypes.data % 64 == 0
    assert not start.W_in[:, D:].any()


def test_counts_add_up_and_noise_is_drawn_by_the_totals():
    start = starting_rows(old_vectors(), NEW, D, stream=1)
    assert start.counts.tolist() == [9, 4, 2, 1, 0, 0]
    totals = [9 + 12, 4, 2, 1 + 10, 11, 13]
    assert start.total_counts.tolist() == start.output_counts.tolist() == totals
    assert of_nodes(old_vectors()).output_counts.tolist() == totals, "the tree has all words too"
    bare = starting_rows(old_vectors(contexts=False), NEW, D, stream=1)
    assert bare.output_counts.tolist() == [9, 4, 2, 1, 0, 0], "rows of zeros are no noise"
    assert noise_weights(bare.output_counts, 0.75)[4:].tolist() == [0, 0]
    uncounted = starting_rows(old_vectors(counts=False), NEW, D, stream=1)
    assert uncounted.total_counts.tolist() == uncounted.counts.tolist() == [9, 4, 2, 1, 0, 0]


def test_without_context_vectors_the_output_starts_at_zero():
    assert not starting_rows(old_vectors(contexts=False), NEW, D, stream=1).W_out.any()


def test_contexts_of_their_own():
    contexts = Vocabulary(["dog", "nsubj_x"], [3, 1])
    old = old_vectors()
    start = starting_rows(old, NEW, D, stream=1, contexts=contexts)
    others = [word for word in old if word != "dog"]
    assert start.outputs == ["dog", "nsubj_x", *others], "none is lost"
    assert start.W_out[0, :D].tolist() == old.context_vectors[old.get_index("dog")].tolist()
    assert not start.W_out[1].any()
    assert start.W_out[2:, :D].tolist() == [old.context_vectors[old.get_index(word)].tolist() for word in others]
    counts = dict(zip(old, old.counts.tolist(), strict=True))
    assert start.output_counts.tolist() == [3 + counts["dog"], 1, *(counts[word] for word in others)]
    assert starting_rows(None, NEW, D, stream=1, contexts=contexts).W_out.shape == (2, 16)


def test_without_old_vectors_it_is_what_a_run_starts_from():
    corpus = Corpus.from_text(["the cat sat", "the cat", "the new"], min_count=1)
    start = fresh(corpus.vocabulary, seed=7)
    tiny = SkipGram(vector_size=D, seed=7, epochs=1, sample=0, learning_rate=1e-30, min_learning_rate=0)
    trained = tiny.train(corpus, threads=1)
    assert start.words == trained.index_to_key
    assert start.W_in[:, :D].tobytes() == trained.vectors.tobytes()
    assert not start.is_old.any()
    assert not start.W_out.any()
    assert start.total_counts.tolist() == start.counts.tolist() == corpus.vocabulary.counts.tolist()


@pytest.mark.parametrize("name", ["v.safetensors", "v.bin", "v.txt", "v.glove"])
def test_files(tmp_path, name):
    old = old_vectors()
    old.save(tmp_path / name, format="glove" if name == "v.glove" else None)
    start = starting_rows(tmp_path / name, NEW, D, stream=1)
    everything = name == "v.safetensors"
    of_these = old if everything else old_vectors(contexts=False, counts=False)
    expected = starting_rows(of_these, NEW, D, stream=1)
    assert start.words == expected.words
    assert start.W_in.tobytes() == expected.W_in.tobytes()
    assert start.W_out.tobytes() == expected.W_out.tobytes()
    assert start.total_counts.tolist() == expected.total_counts.tolist()


def test_what_is_refused(tmp_path):
    with pytest.raises(SettingError, match=r"init: expected vectors of 6 dimensions.*got 5; vector_size=5 fits"):
        starting_rows(old_vectors(), NEW, 6, stream=1)
    with pytest.raises(
        SettingError, match=r"init: expected WordVectors or a path.*got {.a.: \[1\]}; WordVectors.from_arr"
    ):
        starting_rows({"a": [1]}, NEW, D, stream=1)
    with pytest.raises(StorageError, match="missing"):
        starting_rows(tmp_path / "missing.bin", NEW, D, stream=1)
    (tmp_path / "broken.bin").write_bytes(b"5 5\n")
    with pytest.raises(FormatError, match="rows: expected"):
        starting_rows(str(tmp_path / "broken.bin"), NEW, D, stream=1)
    rows = np.ones((3, D))
    rows[1, 2] = np.nan
    with pytest.raises(SettingError, match="init: expected finite vectors, got nan or inf in the row of 'sat'"):
        starting_rows(WordVectors(["the", "sat", "x"], rows), NEW, D, stream=1)
    infinite = WordVectors(["the", "sat", "x"], np.ones((3, D)), context_vectors=rows)
    with pytest.raises(
        SettingError, match="init: expected finite context_vectors, got nan or inf in the row of 'sat'"
    ):
        starting_rows(infinite, NEW, D, stream=1)


def test_no_word_in_common_is_told():
    with pytest.warns(UserWarning, match=r"init: none of its 4 words, such as 'SAT', is among the 4 words"):
        starting_rows(old_vectors(["SAT", "OLD", "THE", "DOG"]), NEW, D, stream=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        starting_rows(old_vectors(), NEW, D, stream=1)


def test_rates_of_rows():
    words = ["the", "cat", "sat"]
    for freeze in (["cat"], {"cat": 0}, ("cat", "cat"), iter(["cat"]), old_vectors(["cat"])):
        rates = row_rates(freeze, words)
        assert rates.dtype == np.float32
        assert rates.tolist() == [1, 0, 1]
    assert row_rates({"sat": 0.25, "the": np.float32(0.5), "cat": 1}, words).tolist() == [0.5, 1, 0.25]
    for freeze in (None, [], {}, {"the": 1.0}):
        assert row_rates(freeze, words) is None


@pytest.mark.parametrize(
    ("freeze", "message"),
    [
        ("the", "freeze: expected a list of words, or a factor.* by word, got 'the'"),
        (5, "freeze: expected a list of words"),
        ([5], "freeze: expected words, str, got 5"),
        ({"the": 1.5}, r"freeze\['the'\]: expected a finite number from 0 to 1, got 1.5"),
        ({"the": -0.1}, "got -0.1"),
        ({"the": float("nan")}, "got nan"),
        ({"the": True}, "got True"),
        ({"the": "0"}, "got '0'"),
    ],
)
def test_rates_that_are_none(freeze, message):
    with pytest.raises(SettingError, match=message):
        row_rates(freeze, ["the"])


def test_a_word_without_a_row_cannot_be_frozen():
    with pytest.raises(UnknownWordError, match="no vector for 'catt'; did you mean 'cat'"):
        row_rates(["the", "catt"], ["the", "cat"])


def test_more_rows_than_the_machine_holds_are_refused(monkeypatch):
    """Memory is promised by the system, which then kills who touches it."""
    many = Vocabulary(["a", "b"], [1, 1])
    with pytest.raises(SettingError, match=r"vector_size: 6 rows .*GiB, and this machine"):
        starting_rows(None, many, 1 << 50, stream=1, subwords=Subwords(buckets=9))
    monkeypatch.setattr(matrices, "memory_of_the_machine", lambda: 1 << 30)
    with pytest.raises(
        SettingError, match=r"buckets: the tables of 2,147,483,640 take 32.0 GiB, .* has 1.0; fewer"
    ):
        starting_rows(None, many, 1, stream=1, subwords=Subwords(buckets=2**31 - 8))


def of_tree(words=NEW.words, counts=(18, 8, 4, 2), **more):
    rows = np.random.default_rng(2).standard_normal((2, len(words), D)).astype(np.float32)
    return WordVectors(
        words, rows[0], output_nodes=rows[1, 1:], counts=counts, settings={"loss": "hierarchical_softmax"}, **more
    )


def of_nodes(init, vocabulary=NEW, **more):
    """Start from the inner nodes of a tree."""
    start = starting_rows(init, vocabulary, D, stream=1, of_tree=True, **more)
    if init is not None:
        old = init if isinstance(init, WordVectors) else WordVectors.load(init)
        copy_nodes(old, start, huffman_paths(start.output_counts))
    return start


@pytest.mark.parametrize("name", [None, "v.safetensors", "v.bin"])
def test_the_same_tree_goes_on(tmp_path, recwarn, name):
    old = of_tree()
    if name:
        old.save(tmp_path / name, format="fasttext" if name == "v.bin" else None)
    start = of_nodes(tmp_path / name if name else old)
    assert start.W_out.shape == (4, 16)
    assert start.W_out[:3, :D].tobytes() == old.output_nodes.tobytes()
    assert not start.W_out[3].any()
    assert not start.W_out[:, D:].any()
    assert not recwarn.list


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        (NEW.words, [9, 8, 7, 6]),
        (NEW.words, [5, 8, 4, 2]),
        (NEW.words, None),
        (["the", "cat", "sat", "new"], [9, 4, 2, 1]),
        (["the", "cat", "new", "dog"], [9, 4, 2, 1]),
        (["the", "cat", "new"], [9, 4, 2]),
        (["the", "cat", "new", "sat", "dog"], [9, 4, 2, 1, 8]),
    ],
)
def test_another_tree_starts_anew_and_is_told(words, counts):
    old = of_tree(words, counts)
    with pytest.warns(UserWarning, match=r"init: .* another Huffman tree .* start at zero") as caught:
        start = of_nodes(old)
    assert len(caught) == 1
    assert start.is_old.any()
    assert not start.W_out.any()


def test_a_tree_of_contexts():
    contexts = Vocabulary(["nsubj_x", "obj_y"], [3, 1])
    with pytest.warns(UserWarning, match="another Huffman tree"):
        start = of_nodes(of_tree(), contexts=contexts)
    assert start.W_out.shape == (2, 16)
    assert not start.W_out.any()
    contexts = Vocabulary(NEW.words, NEW.counts)
    start = of_nodes(of_tree(), contexts=contexts)
    assert start.W_out[:3, :D].tobytes() == of_tree().output_nodes.tobytes()


def test_a_tree_with_subwords(recwarn):
    settings = Subwords(min_n=2, max_n=2, buckets=9)
    rows = np.ones((4 + 9, D), np.float32)
    old = of_tree(subwords=SubwordVectors(settings, rows))
    start = of_nodes(old, subwords=settings)
    assert start.W_out[:3, :D].tobytes() == old.output_nodes.tobytes()
    assert not recwarn.list


def test_context_vectors_are_no_inner_nodes_nor_the_other_way_round(recwarn):
    old = old_vectors(NEW.words)
    assert not of_nodes(old).W_out.any()
    assert not of_nodes(None).W_out.any()
    assert not starting_rows(of_tree(), NEW, D, stream=1).W_out.any()
    rows = old.context_vectors
    both = of_tree(context_vectors=rows)
    assert of_nodes(both).W_out[:3, :D].tobytes() == both.output_nodes.tobytes()
    assert starting_rows(both, NEW, D, stream=1).W_out[:, :D].tobytes() == rows.tobytes(), "it has both"
    earlier = WordVectors(NEW.words, rows, context_vectors=rows, settings={"loss": "hierarchical_softmax"})
    assert not starting_rows(earlier, NEW, D, stream=1).W_out.any(), "files of earlier versions have nodes there"
    assert not recwarn.list


def test_inner_nodes_that_are_not_finite_are_refused():
    rows = np.ones((3, D))
    rows[1, 2] = np.inf
    old = WordVectors(NEW.words, np.ones((4, D)), output_nodes=rows, counts=NEW.counts)
    with pytest.raises(
        SettingError, match=r"init: expected finite output_nodes, got .* in the row of inner node 1"
    ):
        of_nodes(old)


def test_rows_are_the_same_on_any_number_of_threads():
    """Blocks of rows, filled in any order, are the draws of one stream."""
    n = 2 * ROWS + 5
    whole = np.full((n, 16), 7, np.float32)
    _sampling.fill_uniform(whole, 3, 0.25, stream(9))
    for threads in (1, 2, 5):
        rows = np.full((n, 16), 7, np.float32)
        fill_rows(rows, 3, 0.25, stream(9), threads)
        assert np.array_equal(rows, whole)
    fill_rows(whole[:0], 3, 0.25, stream(9), 2)  # no row is no error
