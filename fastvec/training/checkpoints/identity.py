"""What a run is of: its settings, its data and its arguments, so that a checkpoint of another run is refused."""

from __future__ import annotations

import hashlib
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

Identity = dict[str, dict[str, Any]]
"""Settings of the trainer, arguments of the call, sizes of the data, and hashes of what is too long to compare."""

WHOLE = 1 << 26  # bytes of an array that are all read: some 0.1 s
PIECES, PIECE = 1 << 12, 1 << 14  # of a longer one: as many bytes


def fingerprint(*parts: NDArray[Any] | Sequence[str] | None) -> str:
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
    return total.hexdigest()[:16]


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
    data, hashes = _of_vocabulary(inputs.words)
    if inputs.contexts is not None:
        more_data, more_hashes = _of_vocabulary(inputs.contexts, "contexts' ")
        data, hashes = {**data, **more_data}, {**hashes, **more_hashes}
    data[inputs.unit] = len(inputs.ids)
    hashes["ids"] = fingerprint(inputs.ids)
    if is_text:
        data["sentences"] = len(inputs.offsets) - 1
        hashes["sentence ends"] = fingerprint(inputs.offsets)
    else:
        hashes |= {"contexts": fingerprint(inputs.targets), "weights": fingerprint(inputs.weights)}
    hashes |= _of_init(start)
    hashes["freeze"] = fingerprint(frozen.in_rates)
    hashes["freeze_context"] = fingerprint(frozen.out_rates, np.array(frozen.all_outputs))
    return _identity(settings, backend, data, hashes)


def of_documents(
    settings: Mapping[str, Any], backend: str, inputs: Inputs, start: StartingRows, tags: Sequence[str],
    of_sentences: tuple[NDArray[np.int64], NDArray[np.int32]],
) -> Identity:  # fmt: skip
    """Return the identity of a run over documents."""
    data, hashes = _of_vocabulary(inputs.words)
    data |= {"tokens": len(inputs.ids), "sentences": len(inputs.offsets) - 1, "tags": len(tags)}
    hashes |= {
        "sentence ends": fingerprint(inputs.offsets), "ids": fingerprint(inputs.ids),
        "tags": fingerprint(tags, *of_sentences), **_of_init(start),
    }  # fmt: skip
    return _identity(settings, backend, data, hashes)


def _of_init(start: StartingRows) -> dict[str, str]:
    """Return the hashes of what training goes on from, if from anything; new rows are drawn from the seed."""
    if not start.is_old.any():
        return {}
    return {
        "words of init": fingerprint(start.words, start.outputs, start.output_counts),
        "vectors of init": fingerprint(start.W_in, start.W_out),
    }


def of_text(
    settings: Mapping[str, Any], backend: str, corpus: Corpus, rates: NDArray[Any] | None, held_out: Corpus | None
) -> Identity:
    """Return the identity of a run of the neural language model."""
    held = (None, None) if held_out is None else (held_out.ids, held_out.offsets)
    data, hashes = _of_vocabulary(corpus.vocabulary)
    data |= {"tokens": corpus.n_tokens, "sentences": corpus.n_sentences}
    hashes |= {
        "sentence ends": fingerprint(corpus.offsets), "ids": fingerprint(corpus.ids),
        "freeze": fingerprint(rates), "held_out": fingerprint(*held),
    }  # fmt: skip
    return _identity(settings, backend, data, hashes)


def of_counts(settings: Mapping[str, Any], backend: str, vocabulary: Vocabulary, matrix: Any) -> Identity:
    """Return the identity of a run over co-occurrence counts, a CSR matrix."""
    data, hashes = _of_vocabulary(vocabulary)
    data["pairs"] = int(matrix.nnz)
    hashes["counts"] = fingerprint(matrix.indptr, matrix.indices, matrix.data)
    return _identity(settings, backend, data, hashes)


def differences(saved: Identity, here: Identity) -> list[str]:
    """Return what of a saved identity is otherwise here, one text each.

    >>> saved = {"settings": {"window": 5, "seed": 1}, "hashes": {"ids": fingerprint(["a"])}}
    >>> differences(saved, {"settings": {"window": 9, "seed": 1}, "hashes": {"ids": fingerprint(["b"])}})
    ['window: 5 there, 9 here', 'ids: not the same']
    """
    return [
        f"{name}: not the same"
        if part == "hashes"
        else f"{name}: {_text(there, name)} there, {_text(now, name)} here"
        for part in dict.fromkeys([*saved, *here])
        for there, now in [(saved.get(part, {}), here.get(part, {}))]
        for name in dict.fromkeys([*there, *now])
        if name not in there or name not in now or there[name] != now[name]
    ]


def _text(part: Mapping[str, Any], name: str) -> str:
    return repr(part[name]) if name in part else "nothing"


def _identity(settings: Mapping[str, Any], backend: str, data: dict[str, int], hashes: dict[str, str]) -> Identity:
    return {"settings": dict(settings), "arguments": {"backend": backend}, "data": data, "hashes": hashes}


def _of_vocabulary(vocabulary: Vocabulary, prefix: str = "") -> tuple[dict[str, int], dict[str, str]]:
    """Return the size of a vocabulary, and the hashes of its words and counts."""
    hashes = {
        f"{prefix}word list": fingerprint(vocabulary.words),
        f"{prefix}word counts": fingerprint(vocabulary.counts),
    }
    return {f"{prefix}words": len(vocabulary)}, hashes
