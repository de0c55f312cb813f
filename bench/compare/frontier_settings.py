"""The settings that frontier.py compares: a trainer of fastvec or a rival, with what it is told.

The name of a setting is what it changes. A rival's settings are those of ``programs.Settings``.
"""

from typing import Any, NamedTuple

import fastvec as fv
from fastvec.training.word2vec import RECOMMENDED

PARTS = ("analogy_sem", "analogy_syn")  # scores of parts of "analogy_all", left out of means


class Setting(NamedTuple):
    """What is trained, and the views of its vectors that are scored."""

    trainer: Any  # a class of fastvec, or a program of programs.py
    given: dict[str, Any]
    views: tuple[str, ...] = ("word", "sum")
    seeds: int = 5  # at most
    main: bool = False  # also trained on another text
    window: int = 10  # of counts: what GloVe and PPMISVD are trained on, weighted by 1/distance

    @property
    def is_rival(self) -> bool:
        """Whether it is a program of programs.py."""
        return isinstance(self.trainer, str)


def skip_gram(main=False, seeds=5, views=("word", "sum"), **given):
    return Setting(fv.SkipGram, given, views, seeds, main)


def cbow(main=False, seeds=5, **given):
    return Setting(fv.CBOW, given, seeds=seeds, main=main)


def recommended(main=False, seeds=5, **given):
    return Setting(fv.CBOW, {**RECOMMENDED, "combine": "word", **given}, seeds=seeds, main=main)


def rival(program, seeds=3, **given):
    return Setting(program, {"epochs": 5, **given}, ("word",), seeds, main=False)


MOVED = ("word", "word centred", "word without_top(2)", "sum", "concat")
SETTINGS = {
    "SkipGram": skip_gram(main=True, views=MOVED),
    "SkipGram, window 2": skip_gram(window=2, main=True),
    "SkipGram, window 10": skip_gram(window=10, main=True),
    "SkipGram, window 10, sample 1e-4": skip_gram(window=10, sample=1e-4, main=True),
    "SkipGram, window 10, sample 1e-4, 10 negatives, 10 epochs": skip_gram(
        window=10, sample=1e-4, negative=10, epochs=10
    ),
    "SkipGram, sample 1e-4": skip_gram(sample=1e-4),
    "SkipGram, 10 negatives": skip_gram(negative=10),
    "SkipGram, 10 epochs": skip_gram(epochs=10),
    "SkipGram, D=300": skip_gram(vector_size=300),
    "SkipGram, n-grams": skip_gram(subwords=fv.Subwords()),
    "SkipGram.fasttext": Setting(fv.SkipGram.fasttext, {}),
    "SkipGram, sample 1e-4, rate 0.05": skip_gram(sample=1e-4, learning_rate=0.05),
    "CBOW": cbow(main=True),
    "CBOW, window 10": cbow(window=10),
    "CBOW, window 10, sample 1e-4": cbow(window=10, sample=1e-4),
    "CBOW.recommended": recommended(main=True),
    "CBOW.recommended, window 5": recommended(window=5),
    "CBOW.recommended, window 15": recommended(window=15),
    "CBOW.recommended, sample 1e-3": recommended(sample=1e-3),
    "CBOW.recommended, rate 0.1": recommended(learning_rate=0.1),
    "CBOW.recommended, rate 0.3": recommended(learning_rate=0.3),
    "CBOW.recommended, 10 negatives": recommended(negative=10),
    "CBOW.recommended, 10 epochs": recommended(epochs=10),
    "CBOW.recommended, 10 negatives, 10 epochs": recommended(negative=10, epochs=10, main=True),
    "CBOW.recommended, 10 negatives, 20 epochs": recommended(negative=10, epochs=20),
    "CBOW.recommended, D=300": recommended(vector_size=300),
    "CBOW.recommended, D=300, 10 negatives, 10 epochs": recommended(vector_size=300, negative=10, epochs=10),
    "CBOW at koan's rate": cbow(context_gradient="mean", learning_rate=0.075, negative=5),
    "GloVe, x_max 10": Setting(
        fv.GloVe, {"x_max": 10, "epochs": 15}, ("sum", "sum centred", "sum without_top(2)", "word"), main=True
    ),
    "GloVe, x_max 10, window 15": Setting(
        fv.GloVe, {"x_max": 10, "epochs": 15}, ("sum", "sum without_top(2)"), window=15
    ),
    "PPMISVD": Setting(fv.PPMISVD, {}, ("word",), 1, main=True),
    "PPMISVD, eigenvalue_power 0": Setting(fv.PPMISVD, {"eigenvalue_power": 0}, ("word",), 1),
    "gensim, its defaults (CBOW)": rival("gensim:cbow"),
    "gensim, skip-gram": rival("gensim"),
    "gensim, skip-gram, window 10, sample 1e-4": rival("gensim", window=10, sample=1e-4, seeds=2),
    "gensim, CBOW, window 10, sample 1e-4, 10 negatives, 10 epochs": rival(
        "gensim:cbow", window=10, sample=1e-4, negative=10, epochs=10, learning_rate=0.05, seeds=2
    ),
    "fasttext, its defaults (skip-gram, n-grams)": rival(
        "fasttext:subwords", sample=1e-4, learning_rate=0.05, seeds=2
    ),
    "fasttext, skip-gram without n-grams": rival("fasttext", sample=1e-4, learning_rate=0.05, seeds=2),
    "fasttext, CBOW without n-grams": rival("fasttext:cbow", sample=1e-4, learning_rate=0.05, seeds=2),
    "koan, CBOW": rival("koan:cbow", learning_rate=0.075, seeds=2),
    "koan, CBOW, window 10, sample 1e-4, 10 negatives, 10 epochs": rival(
        "koan:cbow", window=10, sample=1e-4, negative=10, epochs=10, learning_rate=0.075, seeds=2
    ),
    "GloVe in C, its demo's settings": rival("glove:x_max=10", window=15, epochs=15, learning_rate=0.05, seeds=2),
    "GloVe in C, window 10": rival("glove:x_max=10", window=10, epochs=15, learning_rate=0.05, seeds=2),
}
