"""The phrase kernels in Numba against those in Python, argument for argument."""

from __future__ import annotations

import numpy as np
import pytest
from sizes import EDGE_SIZES

import fastvec as fv
from fastvec.kernels import phrases_numba
from fastvec.kernels.reference import phrases as reference_phrases
from fastvec.phrases import pair_counts
from fastvec.phrases.phrase_text import max_connectors
from fastvec.text.merging import new_secret

KERNELS = [phrases_numba, reference_phrases]
NO_STOP, STOP = np.zeros(1, np.uint8), np.ones(1, np.uint8)
WORDS, CONNECTORS = 9, 3


class Text:
    """Random words; the last ones are connectors, and one word is too rare."""

    def __init__(self, tokens, connectors=CONNECTORS, seed=0):
        rng = np.random.default_rng([seed, tokens])
        self.ids = rng.integers(0, WORDS, tokens).astype(np.int32)
        cuts = np.sort(rng.integers(0, tokens + 1, 1 + tokens // 9))
        self.offsets = np.concatenate([[0], cuts, [tokens]]).astype(np.int64)
        self.roles = np.zeros(WORDS, np.int32)
        self.roles[WORDS - connectors :] = range(1, connectors + 1)
        self.rules = {"base": connectors + 1, "most": min(2, max_connectors(connectors))}
        for array in (self.ids, self.offsets, self.roles):
            array.flags.writeable = False

    def slices(self, bounds):
        ended = [0, *(int(np.searchsorted(self.offsets[1:], bound, side="right")) for bound in bounds[1:])]
        for start, end, first, after in zip(bounds, bounds[1:], ended, ended[1:], strict=False):
            yield {"sentence": first, "start": start, "end": end}, np.full(after - first, -1, np.int64)

    def listed(self, kernels, bounds, first=0, last=WORDS, rare=2):
        roles = self.roles.copy()
        roles[rare] = -1
        sizes = np.where(roles == 0, np.bincount(self.ids, minlength=WORDS), 0)[first:last]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        cursors, partners = starts[:-1].copy(), np.full(starts[-1], 7, np.uint64)
        for part, _ in self.slices(bounds):
            kernels.list_partners(
                ids=self.ids, offsets=self.offsets, **part, roles=roles, **self.rules, first=first, last=last,
                cursors=cursors, partners=partners, stop=NO_STOP,
            )  # fmt: skip
        np.testing.assert_array_equal(cursors, starts[1:])
        return starts, partners

    def tables(self):
        """Half of all pairs, and some with a connector or two between, as phrases."""
        rng = np.random.default_rng(5)
        ends = np.flatnonzero(self.roles == 0).tolist()
        middles = [0, *range(1, self.rules["base"])] * (1 + (self.rules["most"] > 0))
        entries = sorted({(a, (m << 32) + b) for a in ends for b in ends for m in middles if rng.random() < 0.4})
        first = [a for a, _ in entries]
        starts = np.searchsorted(first, np.arange(WORDS + 1)).astype(np.int64)
        keys = np.array([key for _, key in entries], np.uint64)
        lengths = np.array([2 + (key >> 32 > 0) for _, key in entries], np.int32)
        return {"starts": starts, "keys": keys, "lengths": lengths}, np.arange(len(keys), dtype=np.int32) + WORDS

    def joined(self, kernels, bounds):
        tables, nodes = self.tables()
        out, all_ends = [], []
        for part, ends in self.slices(bounds):
            tokens = np.empty(part["end"] - part["start"], np.int32)
            n = kernels.join(
                ids=self.ids, offsets=self.offsets, **part, roles=self.roles, **self.rules, **tables, nodes=nodes,
                out=tokens, ends=ends, stop=NO_STOP,
            )  # fmt: skip
            all_ends.append(ends + sum(map(len, out)))
            out.append(tokens[:n])
        return np.concatenate(out), np.concatenate(all_ends)

    def cut(self, kernels, place):
        tables, _ = self.tables()
        end = int(self.offsets[np.searchsorted(self.offsets, place)])
        return kernels.find_cut(
            ids=self.ids, place=place, sentence_end=end, roles=self.roles, **self.rules, **tables, stop=NO_STOP
        )


SECRET = np.array([3, 2**63 + 12345], np.uint64)


def counted(kernels, starts, partners, first, last, least, stop=NO_STOP, secret=SECRET):
    size = 4 * max(1, int(np.diff(starts).max(initial=1)))
    scratch = {
        "slots": np.zeros(size, np.uint64), "owners": np.zeros(size, np.int32), "sums": np.zeros(size, np.int64),
        "used": np.zeros(size, np.int32),
    }  # fmt: skip
    most = len(partners) // least
    rows, keys, counts = np.zeros(most, np.int32), np.zeros(most, np.uint64), np.zeros(most, np.int64)
    n = kernels.count_rows(
        partners=partners, starts=starts, first=first, last=last, least=least, distinct=size, secret=secret,
        **scratch, rows=rows, keys=keys, counts=counts, stop=stop,
    )  # fmt: skip
    assert np.all(np.diff(rows[:n]) >= 0)
    order = np.lexsort((keys[:n], rows[:n]))
    return [column[:n][order] for column in (rows, keys, counts)]


@pytest.mark.parametrize("connectors", [0, CONNECTORS])
@pytest.mark.parametrize("tokens", EDGE_SIZES)
def test_pairs_of_every_size(tokens, connectors):
    text = Text(tokens, connectors)
    for first, last in ((0, WORDS), (1, 4), (3, 3)):
        wanted = text.listed(reference_phrases, [0, tokens], first, last)
        for bounds in ([0, tokens], [0, tokens // 3, tokens // 2, tokens]):
            for found, want in zip(text.listed(phrases_numba, bounds, first, last), wanted, strict=True):
                np.testing.assert_array_equal(found, want)
        for least in (1, 2):
            both = [counted(kernels, *wanted, first, last, least) for kernels in KERNELS]
            for found, want in zip(*both, strict=True):
                np.testing.assert_array_equal(found, want)


@pytest.mark.parametrize("connectors", [0, CONNECTORS])
@pytest.mark.parametrize("tokens", EDGE_SIZES)
def test_joins_of_every_size(tokens, connectors):
    text = Text(tokens, connectors)
    wanted = text.joined(reference_phrases, [0, tokens])
    assert tokens < 30 or len(wanted[0]) < tokens, "phrases are joined"
    assert wanted[1][-1] == len(wanted[0])
    cuts = [0, *sorted({text.cut(reference_phrases, tokens * k // 4) for k in (1, 2, 3)} - {0, tokens}), tokens]
    for bounds in ([0, tokens], cuts):
        for found, want in zip(text.joined(phrases_numba, bounds), wanted, strict=True):
            np.testing.assert_array_equal(found, want)


def test_cuts_agree():
    text = Text(300)
    for place in range(300):
        assert text.cut(phrases_numba, place) == text.cut(reference_phrases, place) >= place


def test_a_cut_where_a_phrase_reaches_across_would_show():
    text = Text(300, seed=1)
    whole = text.joined(phrases_numba, [0, 300])[0]
    parts = [
        text.joined(phrases_numba, [0, cut, 300])[0]
        for cut in range(1, 300)
        if text.cut(phrases_numba, cut) > cut + 1
    ]
    assert any(len(part) != len(whole) or (part != whole).any() for part in parts)


@pytest.mark.parametrize("tokens", EDGE_SIZES)
def test_spelling(tokens):
    text = Text(tokens)
    lengths = np.arange(WORDS) % 4
    starts = np.concatenate([[0], np.cumsum(lengths)])
    pieces = np.arange(starts[-1], dtype=np.int32)
    results = []
    for kernels, bounds in ((reference_phrases, [0, tokens]), (phrases_numba, [0, tokens // 2, tokens])):
        out, all_ends = [], []
        for part, ends in text.slices(bounds):
            words = np.empty(lengths[text.ids[part["start"] : part["end"]]].sum(), np.int32)
            n = kernels.spell(
                ids=text.ids, offsets=text.offsets, **part, starts=starts, pieces=pieces, out=words, ends=ends,
                stop=NO_STOP,
            )  # fmt: skip
            assert n == len(words)
            all_ends.append(ends + sum(map(len, out)))
            out.append(words)
        results.append((np.concatenate(out), np.concatenate(all_ends)))
    for found, want in zip(*results, strict=True):
        np.testing.assert_array_equal(found, want)


def test_tallies():
    text = Text(100)
    for kernels in KERNELS:
        tallies = np.zeros(WORDS, np.int64)
        kernels.tally(ids=text.ids, start=3, end=50, tallies=tallies)
        kernels.tally(ids=text.ids, start=50, end=100, tallies=tallies)
        np.testing.assert_array_equal(tallies, np.bincount(text.ids[3:], minlength=WORDS))


@pytest.mark.parametrize("kernels", KERNELS)
def test_the_stop_byte_ends_a_call(kernels):
    text = Text(100)
    starts, partners = text.listed(reference_phrases, [0, 100])
    assert not len(counted(kernels, starts, partners, 0, WORDS, 1, STOP)[0])
    cursors = starts[:-1].copy()
    part, ends = next(text.slices([0, 100]))
    kernels.list_partners(
        ids=text.ids, offsets=text.offsets, **part, roles=text.roles, **text.rules, first=0, last=WORDS,
        cursors=cursors, partners=partners, stop=STOP,
    )  # fmt: skip
    np.testing.assert_array_equal(cursors, starts[:-1])
    tables, nodes = text.tables()
    shared = {"ids": text.ids, "roles": text.roles, **text.rules, **tables, "stop": STOP}
    out = np.zeros(100, np.int32)
    assert kernels.join(**shared, offsets=text.offsets, **part, nodes=nodes, out=out, ends=ends) == 0
    assert kernels.find_cut(**shared, place=0, sentence_end=100) <= 3
    starts = np.arange(WORDS + 1)
    n = kernels.spell(
        ids=text.ids, offsets=text.offsets, **part, starts=starts, pieces=text.ids[:WORDS], out=out, ends=ends,
        stop=STOP,
    )  # fmt: skip
    assert n == 0


def colliding(n):
    """Keys whose search begins at slot 0 of a table of less than 2**40 slots."""
    return np.array([k * pow(phrases_numba.SPREAD, -1, 1 << 64) % (1 << 64) for k in range(1, n + 1)], np.uint64)


def table_of(keys, secret):
    """The table in which the kernel counted keys of one word: which key is in which slot, and log2 of its size."""
    n, bits = len(keys), int(2 * len(keys) - 1).bit_length()
    scratch = {
        "slots": np.zeros(1 << bits, np.uint64), "owners": np.zeros(1 << bits, np.int32),
        "sums": np.zeros(1 << bits, np.int64), "used": np.zeros(1 << bits, np.int32),
    }  # fmt: skip
    found = np.zeros(n, np.int32), np.zeros(n, np.uint64), np.zeros(n, np.int64)
    counted = phrases_numba.count_rows(
        partners=keys, starts=np.array([0, n]), first=0, last=1, least=1, distinct=n, secret=secret, **scratch,
        rows=found[0], keys=found[1], counts=found[2], stop=NO_STOP,
    )  # fmt: skip
    assert counted == n
    np.testing.assert_array_equal(np.sort(found[1]), np.sort(keys))
    places = scratch["used"][:n]
    return places, scratch["slots"][places], bits


def steps(places, keys, bits, secret=None):
    """How far keys stand from where the search for them begins, by either hash."""
    if secret is None:
        homes = [phrases_numba.home(key, 64 - bits) for key in keys]
    else:
        homes = [phrases_numba.keyed_home(key, 64 - bits, secret[0], secret[1] | np.uint64(1)) for key in keys]
    return int(((places - np.array(homes)) % (1 << bits)).sum())


def test_who_chooses_words_cannot_make_their_pairs_slow_to_count():
    keys = colliding(20_000)
    places, found, bits = table_of(keys, SECRET)
    assert steps(places, found, bits) > 1000 * len(keys)  # by the first hash, which began with all at slot 0
    assert steps(places, found, bits, SECRET) < 2 * len(keys)
    others, found, bits = table_of(keys, SECRET[::-1].copy())
    assert (places != others).any()


def test_words_that_nobody_chose_are_found_by_the_faster_hash():
    keys = np.random.default_rng(0).permutation(20_000).astype(np.uint64)
    assert steps(*table_of(keys, SECRET)) < 2 * len(keys)


def test_keys_that_collide_are_counted_right_among_others():
    keys = np.concatenate(
        [np.arange(50, dtype=np.uint64), np.repeat(colliding(300), 3), np.arange(50, dtype=np.uint64)]
    )
    starts = np.array([0, 50, 1000])
    both = [counted(kernels, starts, keys, 0, 2, 1) for kernels in KERNELS]
    for found, want in zip(*both, strict=True):
        np.testing.assert_array_equal(found, want)


def test_each_table_has_a_key_of_its_own(monkeypatch):
    drawn = []
    monkeypatch.setattr(pair_counts, "new_secret", lambda: drawn.append(new_secret()) or drawn[-1])
    corpus = fv.Corpus.from_text(["a b a b", "b a"] * 9, min_count=1)
    tables = [fv.Phrases(min_count=1, threshold=0).fit(corpus) for _ in range(2)]
    assert tables[0] == tables[1]
    assert len({secret.tobytes() for secret in drawn}) == len(drawn) >= 2
