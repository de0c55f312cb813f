"""The settings and the state of a model, by gensim's names."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.gensim_compat.keyedvectors import KeyedVectors

# what a saved model goes on with: arguments, and ...
ARGUMENTS = (
    "vector_size", "alpha", "window", "min_count", "max_vocab_size", "sample", "seed", "workers", "min_alpha",
    "sg", "hs", "negative", "ns_exponent", "cbow_mean", "epochs", "null_word", "sorted_vocab", "batch_words",
    "compute_loss", "comment", "max_final_vocab", "shrink_windows",
)  # fmt: skip
# ... what came of it
STATE = (
    "corpus_count",
    "corpus_total_words",
    "train_count",
    "total_train_time",
    "min_alpha_yet_reached",
    "effective_min_count",
    "running_training_loss",
)
SETTINGS = ARGUMENTS + STATE


class Settings:
    """What every part of a model reads."""

    wv: KeyedVectors
    syn1neg: NDArray[np.float32]
    syn1: NDArray[np.float32]
    vector_size: int
    alpha: float
    min_alpha: float
    window: int
    min_count: int
    max_vocab_size: int | None
    max_final_vocab: int | None
    sample: float
    seed: int
    workers: int
    sg: int
    hs: int
    negative: int
    ns_exponent: float
    cbow_mean: int
    epochs: int
    shrink_windows: bool
    compute_loss: bool
    corpus_count: int
    corpus_total_words: int
    train_count: int
    total_train_time: float
    min_alpha_yet_reached: float
    effective_min_count: int
    running_training_loss: float
    raw_vocab: dict[Any, int]
