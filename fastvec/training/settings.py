"""What all trainers do with their settings: other libraries' names, inherited ones."""

from __future__ import annotations

import functools
import inspect
from typing import Any, TypeVar

import numpy as np

from fastvec.errors import SettingError

# names that people bring from elsewhere, first gensim and word2vec.c; what is told of one that is no setting here
OTHER_NAMES = {
    "size": "vector_size",
    "vector_dim": "vector_size",
    "dim": "vector_size",
    "iter": "epochs",
    "epoch": "epochs",
    "alpha": "learning_rate",
    "lr": "learning_rate",
    "min_alpha": "min_learning_rate",
    "ws": "window",
    "neg": "negative",
    "random_state": "seed",
    "workers": "threads, an argument of train()",
    "threads": "threads, an argument of train()",
    "sentences": "the corpus that train() takes: Corpus.from_text(...)",
    "corpus_file": "the corpus that train() takes: Corpus.from_text(path)",
    "min_count": "min_count of Corpus.from_text()",
    "max_vocab_size": "max_size of Corpus.from_text()",
    "max_final_vocab": "max_size of Corpus.from_text()",
    "compute_loss": "on as it is: see the history of the vectors",
    "callbacks": "on_progress, an argument of train()",
    "sg": "the class: SkipGram",
    "negatives": "negative",
    "window_size": "window",
    "embedding_size": "vector_size",
    "vectorsize": "vector_size",
    # fastText's, and those of gensim's FastText
    "minCount": "min_count of Corpus.from_text()",
    "thread": "threads, an argument of train()",
    "t": "sample",
    "minn": "subwords=Subwords(min_n=...)",
    "maxn": "subwords=Subwords(max_n=...)",
    "bucket": "subwords=Subwords(buckets=...)",
    "min_n": "subwords=Subwords(min_n=...)",
    "max_n": "subwords=Subwords(max_n=...)",
    "buckets": "subwords=Subwords(buckets=...)",
    "hs": 'loss="hierarchical_softmax"',
    "pretrainedVectors": "init, an argument of train()",
    # of those who count: GloVe's programs, scikit-learn, hyperwords
    "window": "a matter of count_cooccurrences(window=...), for trainers that take counts",
    "eta": "learning_rate",
    "xmax": "x_max",
    "no_components": "vector_size",
    "n_components": "vector_size",
    "k": "negative",
    "cds": "context_smoothing",
    "eig": "eigenvalue_power",
}
Trainer = TypeVar("Trainer")


def knows_other_names(trainer: type[Trainer]) -> type[Trainer]:
    """Let a trainer say what a setting is called here, for those who come from another library."""
    init = trainer.__init__
    known = inspect.signature(init).parameters

    @functools.wraps(init)
    def translated(self: Trainer, *args: Any, **given: Any) -> None:
        for name in given:
            here = OTHER_NAMES.get(name, "")
            if name not in known and (here.split("=")[0] in known or " " in here):
                raise SettingError(f"{trainer.__name__}: no setting {name!r}; here it is {here}", field=name)
        # NumPy's numbers are welcome, but no file of settings holds them
        plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in given.items()}
        init(self, *args, **plain)

    trainer.__init__ = translated  # type: ignore[method-assign, assignment]
    return trainer


def with_inherited_settings(trainer: type[Trainer]) -> type[Trainer]:
    """Put the settings that a base class documents where the docstring has ``{settings}``."""
    base = inspect.cleandoc(trainer.__mro__[1].__doc__ or "")
    settings = base[base.index("----------\n") + len("----------\n") :]
    trainer.__doc__ = inspect.cleandoc(trainer.__doc__ or "").replace("{settings}", settings)
    return trainer
