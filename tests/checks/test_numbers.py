"""The checks at the door: what passes, and the words of what does not."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from fastvec import SettingError
from fastvec.checks import numbers as checks
from fastvec.errors import describe


def refused(check, name, value, *arguments, **named):
    with pytest.raises(SettingError) as caught:
        check(name, value, *arguments, **named)
    assert caught.value.field == name
    assert caught.value.got is value
    assert str(caught.value) == f"{name}: expected {caught.value.expected}, got {describe(value)}"
    return caught.value.expected


def test_whole_numbers():
    for value in (1, 7, np.int8(7), np.uint64(7), 2**31 - 1):
        found = checks.whole("n", value, 1)
        assert found == value
        assert type(found) is int
    for value in (0, -1, True, 1.0, "1", None, np.float64(1), Fraction(1), math.nan):
        assert refused(checks.whole, "n", value, 1) == "a whole number of at least 1"
    assert refused(checks.whole, "n", 2**31, 1) == "a whole number from 1 to 2147483647"
    for value in (0, 4, 2.0):
        assert refused(checks.whole, "n", value, 1, 3) == "a whole number from 1 to 3"
    assert checks.whole("seed", 2**64 - 1, 0, 2**64 - 1) == 2**64 - 1


def test_finite_numbers():
    for value in (0, -1.5, np.float32(2), np.int64(-2), Fraction(1, 3)):
        checks.real("x", value)
    checks.real("x", 0, 0)
    checks.real("x", 1e-300, above=0)
    for value in (math.nan, math.inf, -math.inf, True, "1", None, 1j, Decimal(1)):
        assert refused(checks.real, "x", value) == "a finite number"
    assert refused(checks.real, "x", -1e-300, 0) == "a finite number of at least 0"
    assert refused(checks.real, "x", 0, above=0) == "a finite number above 0"


def test_other_settings_as_a_bound():
    checks.at_most("low", 0.5, "high", 0.5)
    assert refused(checks.at_most, "low", 0.6, "high", 0.5) == "at most high=0.5"


def test_choices():
    checks.choice("kind", "a", ("a", "b"))
    for value in ("c", "", None, 1, ["a"], np.array(["a", "b"])):
        assert refused(checks.choice, "kind", value, ("a", "b")) == "'a' or 'b'"


def test_truth():
    checks.truth("flag", True)
    for value in (1, 0, None, "yes", np.bool_(True)):
        assert refused(checks.truth, "flag", value) == "True or False"


def test_what_is_refused_is_shown_in_short():
    with pytest.raises(SettingError) as caught:
        checks.whole("n", "x" * 1000, 1)
    assert len(str(caught.value)) < 150
