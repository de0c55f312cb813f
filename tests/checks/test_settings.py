"""Settings that are declared once: their default, help text and check."""

from __future__ import annotations

import dataclasses
import re

import pytest

from fastvec import Phrases, SettingError, Subwords
from fastvec.checks.numbers import real, whole
from fastvec.checks.settings import check_setting, help_texts, setting


@dataclasses.dataclass(frozen=True)
class Settings:
    window: int = setting(5, "words to each side", whole, 1, 9)
    rate: float | None = setting(None, "a rate", real, above=0)
    name: str = setting("a", "a name")


def test_defaults_are_those_of_the_fields():
    assert Settings() == Settings(5, None, "a")
    assert help_texts(Settings) == {"window": "words to each side", "rate": "a rate", "name": "a name"}


@pytest.mark.parametrize(("name", "value"), [("window", 10), ("window", None), ("rate", 0), ("rate", "x")])
def test_a_check_gets_the_name_and_the_bounds(name, value):
    field = next(field for field in dataclasses.fields(Settings) if field.name == name)
    with pytest.raises(SettingError, match=f"{name}: expected") as caught:
        check_setting(field, value)
    assert caught.value.field == name


def test_what_is_right_passes():
    for field, value in zip(dataclasses.fields(Settings), (9, None, object()), strict=True):
        check_setting(field, value)


@pytest.mark.parametrize("settings", [Subwords, Phrases])
def test_every_setting_has_a_help_text_and_is_documented(settings):
    for name, text in help_texts(settings).items():
        assert text, name
        assert not text.endswith("."), name
        assert re.search(rf"^    (\w+, )?{name}(, \w+)? : ", settings.__doc__, re.MULTILINE), name
