"""Files of encoded corpora (``.fvc``)."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from fastvec.checks.arrays import check_offset_ends
from fastvec.errors import FormatError
from fastvec.io.container import Schema, read, write
from fastvec.io.decompression import content_errors, type_of_path
from fastvec.text.building import Built
from fastvec.text.vocabulary import Vocabulary

SCHEMA = Schema(
    "fastvec corpus",
    "1",
    {
        "ids": "int32[N]",
        "offsets": "int64[S + 1]",
        "counts": "int64[V]",
        "words": "uint8[bytes]",
        "gaps": "int64[G]?",
    },
)


def read_parts(path: type_of_path, *, mmap: bool) -> Built:
    """Return the parts of a corpus in a file, mapped or read; see :meth:`fastvec.Corpus.load`."""
    file = read(path, SCHEMA, mmap=mmap)
    tensors = file.tensors
    with content_errors(path):
        check_offset_ends(tensors["offsets"], len(tensors["ids"]), FormatError)
        vocabulary = Vocabulary(file.words(), tensors["counts"])
        n_dropped = file.number("n_dropped")
        return Built(tensors["ids"], tensors["offsets"], vocabulary, n_dropped, tensors.get("gaps"))


def write_parts(path: type_of_path, parts: Built) -> None:
    """Write the parts of a corpus, all or nothing; see :meth:`fastvec.Corpus.save`."""
    vocabulary = parts.vocabulary
    tensors: dict[str, NDArray[Any] | None] = {
        "ids": parts.ids, "offsets": parts.offsets, "counts": vocabulary.counts, "gaps": parts.gaps,
    }  # fmt: skip
    write(path, SCHEMA, vocabulary.words, tensors, {"n_dropped": str(parts.n_dropped)})
