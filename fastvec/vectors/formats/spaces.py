"""Words without white space, for the formats in which white space separates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from fastvec.errors import SettingError

WHITE_SPACE = re.compile(r"[ \t\n\v\f\r]")


def without_spaces(words: Iterable[str], spaces: str) -> list[str]:
    """Return words with ``spaces`` in the place of each white space of ASCII, and of the empty word.

    Raises
    ------
    SettingError
        If ``spaces`` is not a text without white space, or two words become the same.

    Examples
    --------
    >>> without_spaces(["new york", "", "a"], "_")
    ['new_york', '_', 'a']
    """
    if not isinstance(spaces, str) or not spaces or WHITE_SPACE.search(spaces):
        raise SettingError(field="spaces", expected="at least one character, none of them white space", got=spaces)
    words = list(words)
    new = [WHITE_SPACE.sub(lambda _: spaces, word) or spaces for word in words]
    n_same = len(new) - len(set(new))
    if n_same:
        repeated = next(word for word, count in Counter(new).items() if count > 1)
        pair = [old for old, word in zip(words, new, strict=True) if word == repeated][:2]
        more = f", and {n_same - 1:,} more such words" if n_same > 1 else ""
        shown = f"{pair[0]!r:.60} and {pair[1]!r:.60}{more}"
        hint = "choose another text for white space"
        raise SettingError(field="spaces", expected="words that stay distinct", got=pair, shown=shown, hint=hint)
    return new
