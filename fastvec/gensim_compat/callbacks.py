"""Callbacks of training, as in gensim.models.callbacks."""

from __future__ import annotations

from typing import Any


class CallbackAny2Vec:
    """What is called while a model trains; subclasses have the methods that they need.

    A model that has callbacks trains epoch by epoch: each time all its vectors are those of the epoch that ended.

    Examples
    --------
    >>> from fastvec.gensim_compat import CallbackAny2Vec, Word2Vec
    >>> class Losses(CallbackAny2Vec):
    ...     def __init__(self):
    ...         self.losses = []
    ...     def on_epoch_end(self, model):
    ...         self.losses.append(model.get_latest_training_loss())
    >>> callback = Losses()
    >>> model = Word2Vec([["tea", "milk"]] * 50, min_count=1, compute_loss=True, callbacks=[callback])
    >>> len(callback.losses), callback.losses == sorted(callback.losses)
    (5, True)
    """

    def on_train_begin(self, model: Any) -> None:
        """Take the model before its first epoch."""

    def on_train_end(self, model: Any) -> None:
        """Take the model after its last epoch."""

    def on_epoch_begin(self, model: Any) -> None:
        """Take the model before an epoch."""

    def on_epoch_end(self, model: Any) -> None:
        """Take the model after an epoch."""
