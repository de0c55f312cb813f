"""The kernel of a slice of documents: tags predict words, and words predict words beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from fastvec.kernels.random import stream
from fastvec.training.slice_kernel import Model, slice_arguments, slice_kernel
from fastvec.training.slice_run import Slice, Totals

OF_WORDS = 3  # the stream of their negatives; documents have 2, as all slices have


def document_kernel(
    arguments: dict[str, Any], words: Model | None, seed: int, backend: Literal["compiled", "numpy"]
) -> Callable[[Slice, int], Totals]:
    """Return what trains a slice.

    Parameters
    ----------
    arguments : dict
        The kernel's, of the model of documents.
    words : Model, optional
        How words predict words in the same slice: the same tokens are left out and the same windows drawn.
    seed : int
    backend : "compiled" or "numpy"
    """
    arguments_of = slice_arguments(seed)
    of_documents = slice_kernel(arguments, arguments_of, backend)
    if words is None:
        return of_documents
    without_tags = {name: value for name, value in arguments.items() if name not in ("tags", "W_tags")}
    share = arguments["share_negatives"] and words.joint
    of_words = slice_kernel(
        without_tags | {"model": words.name, "context": words.context, "share_negatives": share},
        lambda part: (*arguments_of(part)[:2], stream(seed, part.epoch, part.number, OF_WORDS)),
        backend,
    )

    def train_slice(part: Slice, worker: int) -> Totals:
        loss, predictions, _, _ = of_words(part, worker)
        more_loss, more_predictions, trained, tokens = of_documents(part, worker)
        return loss + more_loss, predictions + more_predictions, trained, tokens

    return train_slice
