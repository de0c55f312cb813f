"""fasttext's Python calls over fastvec's engine, for vectors of words: change the import, and a script goes on.

    from fastvec import fasttext_compat as fasttext      # instead of: import fasttext

Models are read from and written to fastText's own ``.bin``. fasttext need not be installed.
"""

from fastvec.fasttext_compat.lines import BOW, EOS, EOW, tokenize
from fastvec.fasttext_compat.model import FastTextModel, load_model
from fastvec.fasttext_compat.training import train_supervised, train_unsupervised

__all__ = [
    "BOW",
    "EOS",
    "EOW",
    "FastTextModel",
    "load_model",
    "tokenize",
    "train_supervised",
    "train_unsupervised",
]
