"""The settings of vectors of documents, and what predicts words by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fastvec.checks import numbers as check
from fastvec.checks.settings import setting
from fastvec.errors import SettingError
from fastvec.training.prediction_trainer import PredictionTrainer
from fastvec.training.slice_kernel import Model
from fastvec.training.word2vec import skipgram_model


@dataclass(frozen=True, kw_only=True)
class DocumentSettings(PredictionTrainer):
    """Base of :class:`fastvec.DocumentVectors`, which documents the settings; inference needs no more."""

    mode: Literal["dbow", "dm"] = setting(
        "dbow", "what predicts words: the document alone, or with the words around", check.choice, ("dbow", "dm")
    )
    dbow_words: bool = setting(False, "dbow: train the vectors of words too, by skip-gram", check.truth)
    bag: Literal["mean", "sum"] = setting("mean", "dm: what predicts a word", check.choice, ("mean", "sum"))
    context_gradient: Literal["sum", "mean"] = setting(
        "sum", "dm: what each row of a bag gets of the gradient: all of it, or 1/n", check.choice, ("sum", "mean")
    )
    epochs: int = setting(10, "passes over the corpus", check.whole, 1)
    # halves of paragraphs that find their other half: 19 %; 12 % with 0.05 and 4 % with 0.025
    learning_rate: float = setting(
        0.1, "learning rate at the start; it falls in a straight line", check.real, above=0
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        refused = {
            "deterministic": (self.deterministic, False, "threads=1 gives the same bytes every time"),
            "combine": (self.combine != "word", "word", ""),
            "subwords": (
                not self.dbow_words and self.subwords is not None,
                None,
                "only dbow_words=True has n-grams",
            ),
            "dbow_words": (self.dbow_words and self.mode == "dm", False, "dm always trains words"),
            "context_gradient": (self.bag == "sum" and self.context_gradient == "mean", "sum", ""),
        }
        for field, (is_wrong, expected, hint) in refused.items():
            if is_wrong:
                raise SettingError(field=field, expected=repr(expected), got=getattr(self, field), hint=hint)

    def model(self) -> Model:
        """Return how documents predict words."""
        if self.mode == "dbow":
            return Model("tags", self.context, joint=True)
        return Model("bag", self.context, divide_gradient=self.context_gradient == "mean", joint=True)

    def words_model(self) -> Model | None:
        """Return how words predict words beside the documents, if they do."""
        return skipgram_model(self) if self.mode == "dbow" and self.dbow_words else None
