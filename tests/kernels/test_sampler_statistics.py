"""The samplers of the kernels: exact distributions, thresholds to the last bit, and the statistics of draws."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from oracles import MASK, draw
from statistics_tests import fits, independent

from fastvec.kernels import _sampling, _word2vec
from fastvec.kernels import random as numpy_random
from fastvec.kernels.reference.held import gather
from fastvec.training.matrices import new_matrix
from fastvec.training.negative_sampling import AliasTable, noise_weights
from fastvec.training.subsampling import keep_probabilities, keep_thresholds

WHOLE = 1 << 32  # what a threshold is a part of
FULL = WHOLE - 1  # the threshold of a slot that is all its own
LEVEL = 0  # the gathering of tokens is the same C on all levels


def stream_of(number: int, k: int = 0) -> int:
    """Return the stream whose draw k is this number: SplitMix64's mixer undone."""
    z = number
    z ^= (z >> 31) ^ (z >> 62)
    z = z * pow(0x94D049BB133111EB, -1, 1 << 64) & MASK
    z ^= (z >> 27) ^ (z >> 54)
    z = z * pow(0xBF58476D1CE4E5B9, -1, 1 << 64) & MASK
    z ^= (z >> 30) ^ (z >> 60)
    return (z - (k + 1) * 0x9E3779B97F4A7C15) & MASK


def test_a_stream_for_any_draw():
    for number in (0, 1, FULL, WHOLE, MASK, 0x0123456789ABCDEF):
        assert draw(stream_of(number), 0) == number
        assert draw(stream_of(number, 7), 7) == number


# -- the alias table --------------------------------------------------------------------------------------------


def parts_of(table: np.ndarray) -> list[int]:
    """Return what each word has of V * 2^32 draws, exactly, as the table stands."""
    parts = [0] * len(table)
    for slot, entry in enumerate(table.tolist()):
        threshold, alias = entry & FULL, entry >> 32
        parts[slot] += threshold
        parts[alias] += WHOLE - threshold
    return parts


def donors_of(table: np.ndarray) -> np.ndarray:
    """Return how many slots give a part to each word."""
    return np.bincount((table >> np.uint64(32)).astype(np.int64), minlength=len(table))


@pytest.mark.parametrize(
    "weights",
    [[1], [1, 1], [3, 1], [0, 5, 0, 3], [7, 1, 4, 4, 0, 0, 9, 7], [2**20 - 31, *[1] * 31], [*range(64)][::-1]],
    ids=len,
)
def test_a_table_of_binary_fractions_is_exact(weights):
    """Where every share is a multiple of 2^-32, the table gives each word its weight and not one draw more."""
    total = sum(weights)
    scale = Fraction(WHOLE * len(weights), total)
    wanted = [weight * scale for weight in weights]
    if any(part.denominator > 1 for part in wanted):  # 64 words of weights 0 .. 63: their sum has other factors
        weights = [*weights[:-1], weights[-1] + (1 << total.bit_length()) - total]
        wanted = [Fraction(weight * WHOLE * len(weights), sum(weights)) for weight in weights]
    parts = parts_of(AliasTable(np.array(weights, float)).table)
    assert sum(parts) == len(weights) * WHOLE
    assert parts == wanted


@pytest.mark.parametrize("exponent", [0.0, 0.5, 0.75, 1.0, -0.5])
@pytest.mark.parametrize("words", [1, 2, 3, 1000, 50_000])
def test_a_table_is_within_a_draw_for_each_slot_that_gives(words, exponent):
    """No word is further from its weight than the roundings of its slots; nor a last one than those of float64."""
    rng = np.random.default_rng(words)
    counts = np.sort(np.minimum(rng.zipf(1.3, words), 10**9))[::-1]
    weights = noise_weights(counts, exponent)
    table = AliasTable(weights).table
    parts = np.array(parts_of(table), float)  # below 2^53: exact
    assert parts.sum() == words * WHOLE
    wanted = weights * (words * WHOLE / weights.sum())
    chain = 1e-7 * wanted  # of up to V differences, each rounded; 3e-8 is the most seen
    assert (np.abs(parts - wanted) <= donors_of(table) + 2 + chain).all()
    moved = wanted + 1e-6 * wanted[np.argmax(wanted)]
    assert words < 1000 or not (np.abs(parts - moved) <= donors_of(table) + 2 + chain).all()


def test_a_changed_table_is_not_taken_for_the_right_one():
    weights = np.array([7, 1, 4, 4, 0, 0, 9, 7], float)
    table = AliasTable(weights).table
    wanted = [int(weight) * 8 * WHOLE // 32 for weight in weights]
    assert parts_of(table) == wanted
    one_more = table.copy()
    one_more[np.flatnonzero(donors_of(table) == 0)[0]] += 1
    assert parts_of(one_more) != wanted
    other_alias = table.copy()
    slot = int(np.flatnonzero((table & np.uint64(FULL)) < FULL)[0])
    other_alias[slot] = (int(table[slot]) & FULL) | (((int(table[slot]) >> 32) + 1) % 8) << 32
    assert parts_of(other_alias) != wanted


def test_draws_split_at_the_threshold():
    """The first draw at or above a slot's threshold is the alias's, the last below it the slot's own."""
    table = AliasTable(np.array([5, 1, 2, 8, 0, 3])).table
    drawn = np.empty(1, np.int32)
    for slot, entry in enumerate(table.tolist()):
        threshold, alias = entry & FULL, entry >> 32
        highs = (-(-slot * WHOLE // 6), ((slot + 1) * WHOLE - 1) // 6)  # the first and the last high half of it
        for high in highs:
            for low in {0, max(threshold - 1, 0), threshold, FULL}:
                _sampling.alias_draws(table, stream_of(high << 32 | low), drawn)
                assert drawn[0] == (slot if low < threshold else alias)


# -- negative draws ---------------------------------------------------------------------------------------------

NOISE = noise_weights(np.array([9000, 2500, 2500, 900, 900, 400, 400, 400, 300]), 0.75)
N = 400_000


@pytest.fixture(scope="module")
def negatives():
    return AliasTable(NOISE).draw(N, seed=5)


def test_negatives_fit_their_weights_and_no_others(negatives):
    counts = np.bincount(negatives, minlength=len(NOISE))
    assert fits(counts, NOISE)
    assert not fits(counts, NOISE ** (0.70 / 0.75)), "another exponent"
    assert not fits(counts, np.roll(NOISE, 1))


@pytest.mark.parametrize("lag", [1, 2, 3, 5, 16, 20, 1000])
def test_a_negative_does_not_tell_a_later_one(negatives, lag):
    assert independent(negatives[:-lag], negatives[lag:], NOISE, NOISE)
    assert not independent(negatives[:-lag], negatives[:-lag], NOISE, NOISE), "a draw tells itself"


def test_draws_that_lean_on_each_other_are_found(negatives):
    """One draw in fifty repeats the one before: the counts do not show it, the pairs do."""
    leaning = negatives.copy()
    repeated = np.arange(1, N, 50)
    leaning[repeated] = leaning[repeated - 1]
    assert fits(np.bincount(leaning, minlength=len(NOISE)), NOISE)
    assert not independent(leaning[:-1], leaning[1:], NOISE, NOISE)


def test_the_halves_of_a_draw_are_independent():
    """The high half chooses the slot, the low half whether it is left for its alias."""
    drawn = numpy_random.draws(numpy_random.stream(3), 0, N)
    high, low = (drawn >> np.uint64(60)).astype(int), (drawn >> np.uint64(28) & np.uint64(15)).astype(int)
    even = np.ones(16)
    assert independent(high, low, even, even)
    assert not independent(high, np.where(high == 3, 0, low), even, even)


# -- subsampling ------------------------------------------------------------------------------------------------


def trained_pairs(ids, keep, keep_stream, width_stream=0, **settings):
    """Return the predictions that the compiled kernel counts in one sentence."""
    words = len(keep)
    W_in, W_out = new_matrix(words, 1), new_matrix(words, 1)
    ids = np.asarray(ids, np.int32)
    totals = _word2vec.word2vec_slice(
        ids=ids, offsets=np.array([0, len(ids)]), keep=keep, negatives=AliasTable(np.ones(words)).table,
        W_in=W_in, W_out=W_out, model="window", loss="negative_sampling", negative=1, freeze_outputs=True,
        places=[(0, len(ids), 0, keep_stream, width_stream)], learning_rate=0.0, negative_stream=9,
        stop=np.zeros(1, np.uint8), level=LEVEL, **{"window": 1, "context": "right", **settings},
    )  # fmt: skip
    return totals[1]


def test_a_token_stays_up_to_its_threshold():
    """Thresholds hold to the last bit: 2^32 p draws of 2^32 keep a token."""
    keep = np.array([FULL, 0, 12345, 2**31 - 1, 2**31, FULL - 1], np.uint32)
    for word, threshold in enumerate(keep.tolist()):
        for high in {0, max(threshold - 1, 0), threshold, min(threshold + 1, FULL), FULL}:
            stays = trained_pairs([0, word], keep, stream_of(high << 32, 1))  # the word is token 1
            assert stays == (high <= threshold)


def test_thresholds_are_probabilities():
    probabilities = np.array([1, 0.5, 0.25, 2.0**-32, 1e-3, 0.1, 1 / 3])
    kept = keep_thresholds(probabilities).astype(float) + 1  # of 2^32 draws
    assert np.array_equal(kept[:4], probabilities[:4] * WHOLE)
    assert ((kept - probabilities * WHOLE >= 0) & (kept - probabilities * WHOLE < 1)).all()


def test_words_are_kept_as_often_as_they_should():
    counts = np.array([60_000, 30_000, 6_000, 3_000, 900, 100])
    probabilities = keep_probabilities(counts, 1e-2)
    assert probabilities[0] < 0.2
    assert probabilities[-1] == 1
    ids = np.random.default_rng(2).permutation(np.repeat(np.arange(6), counts)).astype(np.int32)
    place = (0, len(ids), 0, numpy_random.stream(7, 0, 0, 0), numpy_random.stream(7, 0, 0, 1))
    kept = gather(ids, np.array([0, len(ids)]), keep_thresholds(probabilities), place, 1, True, "both").kept
    of_word = np.bincount(kept, minlength=6)
    assert of_word[-1] == counts[-1]
    for word in range(5):
        p, n, k = probabilities[word], counts[word], of_word[word]
        if p < 1:
            assert fits([k, n - k], [p, 1 - p])
            assert n < 10_000 or not fits([k, n - k], [p * 1.1, 1 - p * 1.1])


def test_a_kept_token_does_not_tell_the_next():
    half = np.array([2**31 - 1], np.uint32)
    stays = numpy_random.draws(numpy_random.stream(7, 0, 0, 0), 0, N) >> np.uint64(32) <= half[0]
    for lag in (1, 2, 7, 100):
        assert independent(stays[:-lag].astype(int), stays[lag:].astype(int), [1, 1], [1, 1])


# -- windows ----------------------------------------------------------------------------------------------------


def widths_of(tokens, window, stream):
    """Return the widths of the windows of one sentence, whose first tokens have no room before them."""
    ids = np.zeros(tokens, np.int32)
    place = (0, tokens, 0, 1, stream)
    windows = gather(ids, np.array([0, tokens]), np.array([FULL], np.uint32), place, window, True, "right").windows
    return np.array([len(around) for around in windows[:-window]])


@pytest.mark.parametrize("window", [1, 2, 3, 5, 10])
def test_widths_are_even_from_one_to_the_window(window):
    widths = widths_of(20_000, window, numpy_random.stream(7, 0, 0, 1))
    assert widths.min() == 1
    assert widths.max() == window
    counts = np.bincount(widths, minlength=window + 1)[1:]
    if window == 1:
        return
    assert fits(counts, np.ones(window))
    assert not fits(counts, np.append(np.ones(window - 1), 1.3))
    for lag in (1, 2, 11):
        assert independent(widths[:-lag] - 1, widths[lag:] - 1, np.ones(window), np.ones(window))


@pytest.mark.parametrize("window", [1, 2, 5, 10])
@pytest.mark.parametrize("context", ["left", "right", "both"])
def test_the_compiled_windows_are_these(window, context):
    """As many predictions as the windows have words, for each of many streams: widths and kept tokens agree."""
    rng = np.random.default_rng(window)
    keep = np.array([FULL, 2**31, 2**30], np.uint32)
    totals = set()
    for number in range(60):
        ids = rng.integers(0, 3, 40).astype(np.int32)
        streams = numpy_random.stream(number, 0), numpy_random.stream(number, 1)
        windows = gather(ids, np.array([0, 40]), keep, (0, 40, 0, *streams), window, True, context).windows
        expected = sum(map(len, windows))
        assert trained_pairs(ids, keep, *streams, window=window, context=context, shrink_windows=True) == expected
        totals.add(expected)
    assert len(totals) > 10


def test_widths_change_at_even_parts_of_the_draws():
    """A draw's high half h gives 1 + floor(h window / 2^32): to the last bit."""
    window, keep = 3, np.array([FULL], np.uint32)
    for width in (1, 2, 3):
        first, last = -(-(width - 1) * WHOLE // window), (width * WHOLE - 1) // window
        for high in (first, last):
            # of three tokens the first has 1 or 2 words after it, the second 1
            got = trained_pairs([0, 0, 0], keep, 1, stream_of(high << 32), window=window, shrink_windows=True)
            assert got == min(width, 2) + 1
