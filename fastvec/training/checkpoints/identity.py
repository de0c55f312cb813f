"""What a run is of: its settings, its data and its arguments, so that a checkpoint of another run is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from fastvec.text.corpus import Corpus
    from fastvec.training.freezing import Frozen
    from fastvec.training.initialization import StartingRows
    from fastvec.training.inputs import Inputs

Identity = dict[str, Any]

WHOLE = 1 << 26  # bytes of an array that are all read: some 0.1 s
PIECES, PIECE = 1 << 12, 1 << 14  # of a longer one: as many bytes


class Fingerprint(str):
    """Stands for what is too long to compare itself."""


def fingerprint(*parts: NDArray[Any] | Sequence[str] | None) -> Fingerprint:
    """Return what differs if arrays or lists of words do; of an array above 64 MiB only 4,096 pieces are read.

    The pieces have 16 KiB and are at equal distances, the first and the last among them, so a corpus of any size
    takes a tenth of a second. What is changed between two pieces, but for the length, is not noticed here; of a
    text the counts of words, which are compared too, notice most of it.

    >>> fingerprint(np.arange(3)) == fingerprint(np.arange(3)), fingerprint(["a"]) == fingerprint(["b"])
    (True, False)
    """
    total = hashlib.sha256()
    for part in parts:
        if part is None:
            total.update(b"none;")
        elif isinstance(part, np.ndarray):
            total.update(f"{part.dtype.name}{part.shape};".encode())
            _add(total, part)
        else:
            words = "\n".join(part).encode("utf-8", "surrogatepass")
            total.update(f"{len(part)} words, {len(words)} bytes;".encode() + words)
    return Fingerprint(total.hexdigest()[:16])


def _add(total: Any, array: NDArray[Any]) -> None:
    data = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    if len(data) <= WHOLE:
        total.update(data.data)
        return
    for start in np.linspace(0, len(data) - PIECE, PIECES).astype(np.int64).tolist():
        total.update(data[start : start + PIECE].data)


def of_prediction(
    settings: Mapping[str, Any], backend: str, inputs: Inputs, start: StartingRows, frozen: Frozen
) -> Identity:
    """Return the identity of a run of skip-gram or CBOW."""
    is_text = inputs.targets is None
    pairs = {} if is_text else {"contexts": fingerprint(inputs.targets), "weights": fingerprint(inputs.weights)}
    return {
        **settings,
        "backend": backend,
        **_of_vocabulary(inputs.words),
        **({} if inputs.contexts is None else _of_vocabulary(inputs.contexts, "contexts' ")),
        inputs.unit: len(inputs.ids),
        **({"sentences": len(inputs.offsets) - 1, "line ends": fingerprint(inputs.offsets)} if is_text else {}),
        "ids": fingerprint(inputs.ids),
        **pairs,
        **({"words of init": fingerprint(start.words, start.outputs)} if start.is_old.any() else {}),
        "freeze": fingerprint(frozen.in_rates),
        "freeze_context": fingerprint(frozen.out_rates, np.array(frozen.all_outputs)),
    }


def of_text(
    settings: Mapping[str, Any], backend: str, corpus: Corpus, rates: NDArray[Any] | None, held_out: Corpus | None
) -> Identity:
    """Return the identity of a run of the neural language model."""
    held = (None, None) if held_out is None else (held_out.ids, held_out.offsets)
    return {
        **settings,
        "backend": backend,
        **_of_vocabulary(corpus.vocabulary),
        "tokens": corpus.n_tokens,
        "sentences": corpus.n_sentences,
        "line ends": fingerprint(corpus.offsets),
        "ids": fingerprint(corpus.ids),
        "freeze": fingerprint(rates),
        "held_out": fingerprint(*held),
    }


def of_counts(settings: Mapping[str, Any], backend: str, vocabulary: Vocabulary, matrix: Any) -> Identity:
    """Return the identity of a run over co-occurrence counts, a CSR matrix."""
    return {
        **settings,
        "backend": backend,
        **_of_vocabulary(vocabulary),
        "pairs": int(matrix.nnz),
        "counts": fingerprint(matrix.indptr, matrix.indices, matrix.data),
    }


def as_saved(identity: Identity) -> Identity:
    """Return an identity as JSON gives it back: fingerprints in lists, to tell them from settings."""
    marked = {name: [value] if isinstance(value, Fingerprint) else value for name, value in identity.items()}
    plain: Identity = json.loads(json.dumps(marked))
    return plain


def differences(saved: Identity, here: Identity) -> list[str]:
    """Return what of a saved identity is otherwise here, one text each.

    >>> saved = as_saved({"window": 5, "seed": 1, "ids": fingerprint(["a"])})
    >>> differences(saved, as_saved({"window": 9, "seed": 1, "ids": fingerprint(["b"])}))
    ['window: 5 there, 9 here', 'ids: others']
    """
    return [
        f"{name}: others"
        if isinstance(there, list) or isinstance(now, list)
        else f"{name}: {'nothing' if there is _NONE else repr(there)} there, "
        f"{'nothing' if now is _NONE else repr(now)} here"
        for name in dict.fromkeys([*saved, *here])
        if (there := saved.get(name, _NONE)) != (now := here.get(name, _NONE))
    ]


_NONE = object()


def _of_vocabulary(vocabulary: Vocabulary, prefix: str = "") -> Identity:
    return {
        f"{prefix}words": len(vocabulary),
        f"{prefix}word list": fingerprint(vocabulary.words),
        f"{prefix}word counts": fingerprint(vocabulary.counts),
    }
