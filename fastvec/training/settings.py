"""What all trainers do with their settings: check, list and replace them, and translate other libraries' names."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import numpy as np

from fastvec.checks import numbers as check
from fastvec.checks.settings import check_setting, setting
from fastvec.errors import SettingError

# What fastvec has, and what word2vec.c, gensim, fastText, GloVe, scikit-learn and hyperwords call it.
CALLED = {
    "vector_size": "size vector_dim dim embedding_size vectorsize no_components n_components",
    "epochs": "iter epoch",
    "learning_rate": "alpha lr eta",
    "min_learning_rate": "min_alpha",
    "window": "ws window_size",
    "negative": "neg negatives k",
    "sample": "t",
    "seed": "random_state",
    "x_max": "xmax",
    "context_smoothing": "cds",
    "eigenvalue_power": "eig",
    'loss="hierarchical_softmax"': "hs",
    "subwords=Subwords(min_n=...)": "minn min_n",
    "subwords=Subwords(max_n=...)": "maxn max_n",
    "subwords=Subwords(buckets=...)": "bucket buckets",
    "SkipGram or CBOW, which are two classes": "sg",
    "threads, an argument of train()": "workers threads thread",
    "init, an argument of train()": "pretrainedVectors",
    "on_progress, an argument of train()": "callbacks",
    "history of the vectors, which always has the loss": "compute_loss",
    "min_count of Corpus.from_text()": "min_count minCount",
    "max_size of Corpus.from_text()": "max_vocab_size max_final_vocab",
    "Corpus.from_text(...), and give the corpus to train()": "sentences corpus_file",
    "count_cooccurrences(window=...), and give the counts to train()": "window",  # for trainers of counts
}
OTHER_NAMES = {name: here for here, names in CALLED.items() for name in names.split()}
AnyTrainer = TypeVar("AnyTrainer")


def knows_other_names(trainer: type[AnyTrainer]) -> type[AnyTrainer]:
    """Make the constructor refuse an unknown setting with an error that names the right one."""
    init = trainer.__init__
    known = [*inspect.signature(init).parameters][1:]

    @functools.wraps(init)
    def checked(self: AnyTrainer, *args: Any, **given: Any) -> None:
        for name in given:
            if name not in known:
                here = OTHER_NAMES.get(name, "")
                translated = " " in here or here.split("=")[0] in known
                hint = f"use {here}" if translated else f"its settings are {', '.join(known)}"
                raise SettingError(f"{trainer.__name__}: no setting {name!r}; {hint}", field=name)
        init(self, *args, **given)

    trainer.__init__ = checked  # type: ignore[method-assign, assignment]
    return trainer


@dataclass(frozen=True, kw_only=True)
class Trainer:
    """Base of all trainers: a frozen dataclass of settings.

    Parameters
    ----------
    vector_size : int
        Dimensions of a vector (D).
    seed : int
        Seed of all random draws.

    Raises
    ------
    SettingError
        If a setting is unknown or out of range.
    """

    vector_size: int = setting(100, "dimensions of a vector", check.whole, 1, 1 << 20)
    seed: int = setting(1, "seed of all random draws", check.whole, 0, (1 << 64) - 1)

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.generic):  # accepted, but files of settings cannot hold NumPy's numbers
                object.__setattr__(self, field.name, value.item())
            check_setting(field, value)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings by name, as scikit-learn's estimators do.

        A trainer does not change, so there is no ``set_params``: :meth:`replace` makes a changed copy.
        ``sklearn.base.clone`` works.

        Parameters
        ----------
        deep : bool
            Ignored: a trainer holds no other estimators.

        Returns
        -------
        dict
            From the name of each setting to its value.

        Examples
        --------
        >>> import fastvec as fv
        >>> fv.LSA(vector_size=50).get_params()
        {'vector_size': 50, 'seed': 1, 'eigenvalue_power': 1.0, 'sublinear': True}
        """
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    def replace(self, **changes: Any) -> Self:
        """Return a new trainer with some settings changed; this one stays as it is.

        Parameters
        ----------
        **changes
            Settings by name.

        Returns
        -------
        Trainer
            Of the same class.

        Raises
        ------
        SettingError
            If a setting is unknown or out of range.

        Examples
        --------
        >>> import fastvec as fv
        >>> fv.LogCountFactorization(epochs=10).replace(vector_size=50)
        LogCountFactorization(vector_size=50, seed=1, learning_rate=0.05, epochs=10)
        """
        return dataclasses.replace(self, **changes)

    def _settings(self) -> dict[str, Any]:
        """Return what is kept with the vectors."""
        return {"model": type(self).__name__, **dataclasses.asdict(self)}
