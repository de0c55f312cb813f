"""The model card of a folder of vectors: a README that says what is in it, made of what is known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real

from fastvec.errors import SettingError
from fastvec.vectors.formats.tokenizer import Splitting
from fastvec.vectors.record import Record

TAGS = ("sentence-transformers", "sentence-similarity", "feature-extraction", "static-embeddings", "fastvec")
SHOWN = 10  # words, the first ones


@dataclass(frozen=True, slots=True)
class Card:
    """What a model card says besides facts of the vectors.

    Parameters
    ----------
    scores : mapping from str to number
        What was measured, by the names of test sets.
    language, license : str, optional
        As Hugging Face has them: ``"en"``, ``"cc-by-sa-4.0"``.

    Raises
    ------
    SettingError
        If a score is no number, or the others are not str.
    """

    scores: Mapping[str, float] = field(default_factory=dict)
    language: str | None = None
    license: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.scores, Mapping):
            raise SettingError(field="scores", expected="a dict of names and numbers", got=self.scores)
        for name, score in self.scores.items():
            if not isinstance(name, str) or not isinstance(score, Real) or isinstance(score, bool):
                raise SettingError(field="scores", expected="names, and numbers", got=(name, score))
        for setting, value in (("language", self.language), ("license", self.license)):
            if value is not None and not isinstance(value, str):
                raise SettingError(field=setting, expected="text", got=value)


def model_card(name: str, record: Record, words: list[str], splitting: Splitting, dtype: str, card: Card) -> str:
    """Return the text of a README in Markdown, with the front matter of Hugging Face (YAML).

    ``words`` are those that the folder has.
    """
    front = {"language": card.language, "license": card.license, "library_name": "sentence-transformers"}
    lines = ["---", *(f"{key}: {json.dumps(value)}" for key, value in front.items() if value is not None)]
    lines += ["pipeline_tag: sentence-similarity", "tags:", *(f"- {tag}" for tag in TAGS), "---", ""]
    size = record.vectors.shape[1]
    lines += [
        f"# {_plain(name)}",
        "",
        f"Static word embeddings: {len(words):,} words, {size} dimensions, {dtype}.",
        "",
    ]
    lines += [f"The first words: {', '.join(_code(word) for word in words[:SHOWN])}.", ""]
    lines += [*_use(name, splitting), *_training(record), *_scores(card.scores)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _use(name: str, splitting: Splitting) -> list[str]:
    shown = json.dumps(name, ensure_ascii=False)
    how = "at white space" if splitting.tokens == "whitespace" else "into runs of letters and digits"
    lower = ", in lower case" if splitting.lowercase else ""
    return [
        "## Use", "",
        "```python",
        "from sentence_transformers import SentenceTransformer",
        "",
        f"SentenceTransformer({shown}).encode([\"a sentence\"])  # the mean of the words' vectors",
        "```", "",
        "```python",
        "import fastvec",
        "",
        f"fastvec.WordVectors.from_pretrained({shown})  # the words themselves, and their neighbours",
        "```", "",
        f"Texts are split {how}{lower}. A word that is not in the vocabulary counts as a vector of zeros: it "
        "makes the mean shorter and does not turn it, so that cosines are those of the known words. model2vec's "
        "`StaticModel` leaves it out.",
        "",
    ]  # fmt: skip


def _training(record: Record) -> list[str]:
    rows = {key: value for key, value in record.settings.items() if value is not None}
    counts = record.counts
    facts = [] if counts is None else [f"The words occurred {int(counts.sum()):,} times in the text.", ""]
    if record.subwords is not None:
        facts += ["The vectors of words were composed of n-grams, which are not in this folder.", ""]
    table = [
        "| setting | value |",
        "|---|---|",
        *(f"| {_plain(key)} | {_plain(value)} |" for key, value in rows.items()),
    ]
    return ["## Training", "", *facts, *(table if rows else []), ""] if facts or rows else []


def _scores(scores: Mapping[str, float]) -> list[str]:
    rows = [f"| {_plain(name)} | {float(score):.4g} |" for name, score in scores.items()]
    return ["## Scores", "", "| test set | score |", "|---|---|", *rows, ""] if rows else []


def _plain(value: object) -> str:
    """Return text that ends no cell of a table, and no line."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return " ".join(text.replace("|", "\\|").split())


def _code(word: str) -> str:
    return f"`{_plain(word).replace('`', ' ')}`"
