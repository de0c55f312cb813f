"""Tokenizers in the format of Hugging Face's ``tokenizers``: how a text is split into words, and their ids."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

# \p{..} are Unicode's categories of letters, numbers and marks, as in fastvec's tokens="words", without the marks
# that only choose how an emoji looks
SEPARATORS = {
    "whitespace": r"[ \t\n\r\v\f]+",
    "words": r"[^\p{L}\p{N}\p{M}]|[\x{FE00}-\x{FE0F}\x{E0100}-\x{E01EF}]",
}
UNKNOWN = ("[UNK]", "<unk>", "[UNKNOWN]")


@dataclass(frozen=True, slots=True)
class Splitting:
    """How a text is split into words.

    Parameters
    ----------
    tokens : "whitespace" or "words"
        At white space, or into letters and digits without punctuation; as in ``Corpus.from_text``.
    lowercase : bool
    """

    tokens: Literal["whitespace", "words"]
    lowercase: bool

    @classmethod
    def of(cls, words: Iterable[str]) -> Splitting:
        """Return the splitting that a vocabulary suggests.

        Words without any punctuation come from texts without it, lowercase ones from lowercase texts.

        >>> Splitting.of(["new", "york"]), Splitting.of(["New", "York", "."])
        (Splitting(tokens='words', lowercase=True), Splitting(tokens='whitespace', lowercase=False))
        """
        characters = set().union(*words)
        plain = all(unicodedata.category(character)[0] in "LNM" for character in characters)
        return cls("words" if plain else "whitespace", all(c == c.lower() for c in characters))


def tokenizer_of(words: list[str], splitting: Splitting) -> dict[str, Any]:
    """Return the content of ``tokenizer.json``: word i has the id i, and all others the next id after the last.

    >>> tokenizer_of(["a", "b"], Splitting("whitespace", False))["model"]
    {'type': 'WordLevel', 'vocab': {'a': 0, 'b': 1, '[UNK]': 2}, 'unk_token': '[UNK]'}
    """
    vocabulary = {word: i for i, word in enumerate(words)}
    unknown = next(
        name for name in (*UNKNOWN, *map("[UNK{}]".format, range(len(words) + 1))) if name not in vocabulary
    )
    vocabulary[unknown] = len(words)
    pattern = {"Regex": SEPARATORS[splitting.tokens]}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"} if splitting.lowercase else None,
        "pre_tokenizer": {"type": "Split", "pattern": pattern, "behavior": "Removed", "invert": False},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": unknown},
    }


def words_of(tokenizer: Any) -> tuple[dict[str, int], str]:
    """Return the words and ids of ``tokenizer.json``, without those of special tokens, and the kind of its model.

    Raises
    ------
    ValueError
        If it is none.

    Examples
    --------
    >>> words_of({"model": {"type": "WordLevel", "vocab": {"a": 0, "<unk>": 1}, "unk_token": "<unk>"}})
    ({'a': 0}, 'WordLevel')
    """
    model = tokenizer.get("model") if isinstance(tokenizer, Mapping) else None
    if not isinstance(model, Mapping) or "vocab" not in model:
        raise ValueError("expected a model with a vocab")
    vocabulary, unknown = model["vocab"], model.get("unk_token")
    if isinstance(vocabulary, list):  # Unigram's has tokens and their scores
        if not all(isinstance(entry, list) and entry for entry in vocabulary):
            raise ValueError("expected a vocab of tokens and scores")
        unknown_id = model.get("unk_id")
        entries = [(entry[0], i) for i, entry in enumerate(vocabulary) if i != unknown_id]
    elif isinstance(vocabulary, dict):
        entries = list(vocabulary.items())
    else:
        raise ValueError("expected a vocab with ids")
    added = tokenizer.get("added_tokens") or []
    special = {token.get("content") for token in added if isinstance(token, dict) and token.get("special")}
    words = {word: i for word, i in entries if word != unknown and word not in special}
    ids = list(words.values())
    if (
        not ids
        or not all(isinstance(word, str) for word in words)
        or not all(type(i) is int and i >= 0 for i in ids)
    ):
        raise ValueError("expected a vocab of words and ids")
    if len(set(ids)) < len(ids):
        raise ValueError("expected a vocab of distinct ids")
    return words, str(model.get("type", "unknown"))
