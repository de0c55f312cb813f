import copy
import pickle

import numpy as np
import pytest

import fastvec as fv
from fastvec.checks.read_only import ReadOnlyArrays, read_only


def corpus():
    lines = ["the king rules the land", "the queen rules a land", "a king and a queen of x"] * 30
    return fv.Corpus.from_text(lines, min_count=31, gaps=True)


SMALL = {"vector_size": 8, "epochs": 1}
MAKERS = {
    "corpus": corpus,
    "vocabulary": lambda: corpus().vocabulary,
    "pairs": lambda: fv.Pairs.from_pairs([("tea", "hot", 2), ("milk", "cold", 1)]),
    "vectors": lambda: fv.SkipGram(sample=0, **SMALL).train(corpus()),
    "sum": lambda: fv.SkipGram(sample=0, combine="sum", **SMALL).train(corpus()),
    "tree": lambda: fv.CBOW(sample=0, loss="hierarchical_softmax", **SMALL).train(corpus()),
    "subwords": lambda: fv.SkipGram(sample=0, subwords=fv.Subwords(min_n=2, max_n=3), **SMALL).train(corpus()),
    "language model": lambda: fv.NNLM(hidden_size=4, **SMALL).train(corpus()),
    "bootstrap": lambda: fv.bootstrap(fv.PPMISVD(vector_size=2), corpus(), n=2),
    "sentences": lambda: fv.SIF().fit(fv.SkipGram(sample=0, **SMALL).train(corpus()), ["the king", "a land"]),
}  # fmt: skip
COPIES = {"copy": copy.copy, "deepcopy": copy.deepcopy, "pickle": lambda value: pickle.loads(pickle.dumps(value))}


def arrays(value, name="it"):
    """All arrays in an object of fastvec, by the way to them."""
    if isinstance(value, np.ndarray):
        return {name: value}
    parts = value if isinstance(value, dict) else {}
    if type(value).__module__.startswith("fastvec"):
        parts = value.__dict__
    return {way: array for key, part in parts.items() for way, array in arrays(part, f"{name}.{key}").items()}


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.filterwarnings("ignore")
def test_arrays_of_copies_are_read_only_as_those_of_the_original(kind):
    original = MAKERS[kind]()
    expected = arrays(original)
    assert expected
    assert not any(array.flags.writeable for array in expected.values())
    for made_by, copied in COPIES.items():
        found = arrays(copied(original))
        assert found.keys() == expected.keys()
        for way, array in found.items():
            assert not array.flags.writeable, (made_by, way)
            np.testing.assert_array_equal(array, expected[way])


def test_a_corpus_from_a_pickle_cannot_be_given_ids_that_kernels_trust():
    copied = pickle.loads(pickle.dumps(corpus()))
    with pytest.raises(ValueError, match="read-only"):
        copied.ids[0] = 10**9


def test_one_array_stays_one():
    class Two(ReadOnlyArrays):
        def __init__(self, rows):
            self.rows = self.same = read_only(rows)

    copied = copy.deepcopy(Two(np.arange(3)))
    assert copied.rows is copied.same
