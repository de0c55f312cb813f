"""fastText's ``.bin``: settings, words with counts, the rows of words and n-grams, the output rows.

Little-endian, without padding. First the magic number and the version, int32 each, and the settings of
:class:`Args`: 12 int32 and a float64. Then the numbers of entries, words and labels (int32), of tokens and of
pruned buckets (int64), and for each entry its bytes, a zero, the count (int64) and the type (int8). Then two
matrices: a byte that says whether it is quantised, rows and columns (int64), float32. (FastText::saveModel,
Args::save, Dictionary::save and DenseMatrix::save of fastText 0.9. Version 11 is 12, but for supervised models,
which have no character n-grams in it. Files of early 2017 and before have no magic number, no version, no pruned
buckets and no byte that says whether a matrix is quantised: version 0 here.)
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import SettingError
from fastvec.io.atomic import atomic_path
from fastvec.io.container import encoded_words
from fastvec.io.decompression import open_decompressed, reading_errors, type_of_path
from fastvec.io.limits import DIMENSIONS, TOKEN_BYTES
from fastvec.text.subwords import Subwords
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors.formats.fields import Fields
from fastvec.vectors.formats.rows import check_dimensions
from fastvec.vectors.record import Record
from fastvec.vectors.subwords import SubwordVectors

MAGIC = struct.pack("<i", 793712314)
VERSION = 12
VERSIONS = (11, 12)
WITHOUT_MAGIC = 0
SETTINGS = "<12id"
SIZES = "<3i2q"
NOT_PRUNED = -1
WORD, LABEL = 0, 1
MODELS = {"CBOW": 1, "SkipGram": 2, "supervised": 3}
LOSSES = {"hierarchical_softmax": 1, "negative_sampling": 2, "softmax": 3, "one_vs_all": 4}
QUANTISED = "quantised models (.ftz) cannot be read; read the .bin that this one was made from"
UNSUPERVISED = ("hierarchical_softmax", "negative_sampling", "softmax")
BLOCK = 4096  # rows that are written at a time


class Args(NamedTuple):
    """The settings of a model, by fastText's names and in its order."""

    dim: int
    ws: int = 5
    epoch: int = 5
    minCount: int = 5
    neg: int = 5
    wordNgrams: int = 1
    loss: int = LOSSES["negative_sampling"]
    model: int = MODELS["SkipGram"]
    bucket: int = 0
    minn: int = 0
    maxn: int = 0
    lrUpdateRate: int = 100
    t: float = 1e-4


# the settings of fastvec's trainers that such a file holds too
NAMES = {"window": "ws", "epochs": "epoch", "min_count": "minCount", "negative": "neg", "sample": "t"}


def read(path: type_of_path, *, mmap: bool = True) -> Record:
    """Read a model; the rows of an uncompressed file are mapped, unless ``mmap=False``.

    The output matrix becomes ``context_vectors``, or ``output_nodes`` after hierarchical softmax. The labels and
    output rows of a supervised model are left out.
    """
    with reading_errors(path), open_decompressed(path) as stream:
        fields = Fields(path, stream, mmap=mmap)
        version, args = _read_settings(fields)
        words, counts = _read_words(fields, version)
        n_rows = len(words) + args.bucket
        W_in = _read_matrix(fields, version, "input matrix", n_rows, args.dim)
        supervised = args.model == MODELS["supervised"]
        W_out = _read_matrix(fields, version, "output matrix", None if supervised else len(words), args.dim)
        fields.end()
    if supervised:
        warnings.warn(f"{path}: a supervised model: its labels and their rows were left out", stacklevel=4)
    subwords = None
    if 0 < args.maxn >= args.minn:
        settings = Subwords(min_n=max(0, args.minn), max_n=args.maxn, buckets=args.bucket)
        subwords = SubwordVectors(settings, *_without_zeros(W_in, len(words)))
    of_tree = args.loss == LOSSES["hierarchical_softmax"]
    return Record(
        Vocabulary(words, counts),
        W_in[: len(words)] if subwords is None else subwords.of_words(words),
        context_vectors=None if supervised or of_tree else W_out,
        output_nodes=_nodes_of(W_out) if of_tree and not supervised else None,
        settings=_settings(args, subwords),
        subwords=subwords,
    )


def _read_settings(fields: Fields) -> tuple[int, Args]:
    """Return the version and the settings."""
    start = fields.take(len(MAGIC), "magic number")
    if start != MAGIC:
        (dim,) = struct.unpack("<i", start)  # the first setting
        if not 1 <= dim <= DIMENSIONS:
            raise fields.wrong("magic number", MAGIC, start, hint="not a .bin of fastText")
        return WITHOUT_MAGIC, _read_args(fields, WITHOUT_MAGIC, start)
    (version,) = fields.unpack("<i", "version")
    if version not in VERSIONS:
        raise fields.wrong("version", " or ".join(map(str, VERSIONS)), version)
    return int(version), _read_args(fields, int(version))


def _read_args(fields: Fields, version: int, start: bytes = b"") -> Args:
    """Return the settings, of which ``start`` is read."""
    rest = fields.take(struct.calcsize(SETTINGS) - len(start), "settings")
    args = Args(*struct.unpack(SETTINGS, start + rest))
    for name, least, most in (
        ("dim", 1, DIMENSIONS),
        ("loss", 1, len(LOSSES)),
        ("model", 1, len(MODELS)),
        ("bucket", 1 if args.maxn > 0 else 0, 2**31 - 1),
    ):
        if not least <= getattr(args, name) <= most:
            raise fields.wrong(name, f"{least} to {most}", getattr(args, name))
    return args._replace(maxn=0) if version <= 11 and args.model == MODELS["supervised"] else args


def _read_words(fields: Fields, version: int) -> tuple[list[str], NDArray[np.int64]]:
    n_entries, n_words, n_labels, _ = fields.unpack("<3iq", "dictionary")
    (n_pruned,) = (NOT_PRUNED,) if version == WITHOUT_MAGIC else fields.unpack("<q", "dictionary")
    if n_words < 1 or n_labels < 0 or n_words + n_labels != n_entries:
        expected = "words, and with the labels as many as entries"
        raise fields.wrong("dictionary", expected, (n_words, n_labels, n_entries))
    if n_pruned != NOT_PRUNED:
        raise fields.wrong("dictionary", "all buckets", shown=f"{n_pruned} left by pruning", hint=QUANTISED)
    fields.check_room(n_entries * 10, "dictionary")
    words, counts = [], []
    for i in range(n_entries):
        word = fields.text(f"entry {i}", TOKEN_BYTES)
        count, kind = fields.unpack("<qb", f"entry {i}")
        if kind != (WORD if i < n_words else LABEL):
            raise fields.wrong(f"entry {i}", f"a {'word' if i < n_words else 'label'}", shown=f"the type {kind}")
        if kind == WORD:
            words.append(word.decode("utf-8", "surrogateescape"))
            counts.append(count)
    return words, np.array(counts, np.int64)


def _read_matrix(
    fields: Fields, version: int, field: str, n_rows: int | None, n_columns: int
) -> NDArray[np.float32]:
    (quantised,) = (0,) if version == WITHOUT_MAGIC else fields.unpack("<b", field)
    # fastText looks at the second flag only where the first one is set
    if quantised and field == "input matrix":
        raise fields.wrong(field, "float32", shown="product quantisation", hint=QUANTISED)
    rows, columns = fields.unpack("<2q", field)
    if rows < 0 or columns != n_columns or n_rows not in (None, rows):
        expected = f"{'any number of' if n_rows is None else n_rows} rows of {n_columns}"
        raise fields.wrong(field, expected, shown=f"{rows} of {columns}")
    return fields.matrix(field, rows, columns)


def _without_zeros(
    W_in: NDArray[np.float32], n_words: int
) -> tuple[NDArray[np.float32], NDArray[np.int64] | None]:
    """Return the rows without those of n-grams that are zero, and the buckets that are left; None: all of them.

    fastvec writes zeros for n-grams that were never seen; with fewer than ten threads fastText initialises a part
    of its rows to zero. If the first rows have no zeros, the matrix is kept as it is, mapped.
    """
    of_ngrams = W_in[n_words:]
    starts = range(0, len(of_ngrams), BLOCK)
    with np.errstate(invalid="ignore"):  # signalling NaNs of a damaged file
        if of_ngrams[:BLOCK].any(axis=1).all():
            return W_in, None
        seen = np.concatenate(
            [start + np.flatnonzero(of_ngrams[start : start + BLOCK].any(axis=1)) for start in starts]
        )
    return np.concatenate([W_in[:n_words], of_ngrams[seen]]), seen


def _nodes_of(W_out: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows of inner nodes. The file has V rows, the last unused, and the other sign.

    HierarchicalSoftmaxLoss of fastText 0.9: in ``buildTree`` node i of V - 1 has the target i, as in
    ``huffman_paths``; ``forward`` has sigmoid(w h) for the second child, where word2vec has it for the first.
    """
    return -W_out[:-1]


def _blocks_of_nodes(output_nodes: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    yield from (-block for block in _blocks(output_nodes))
    yield np.zeros((1, output_nodes.shape[1]), np.float32)


def _settings(args: Args, subwords: SubwordVectors | None) -> dict[str, Any]:
    """Return the settings by the names of fastvec's trainers."""
    model, loss = list(MODELS)[args.model - 1], list(LOSSES)[args.loss - 1]
    settings: dict[str, Any] = {"model": model, "loss": loss, "vector_size": args.dim}
    settings |= {name: getattr(args, theirs) for name, theirs in NAMES.items()}
    if subwords is not None:
        own = subwords.settings
        settings["subwords"] = {"min_n": own.min_n, "max_n": own.max_n, "buckets": own.buckets}
    return settings


def write(path: type_of_path, record: Record) -> None:
    """Write a model that fastText loads, all or nothing.

    Vectors without subwords become a model without n-grams. Counts that are not known are written as 1, and output
    rows as zeros. fastText builds its tree from the counts in their order, so the order of inner nodes is the same
    only if counts do not increase, as in the vocabulary of a corpus.

    Warns
    -----
    UserWarning
        If there are no output rows for the loss in the settings; if vectors combine both matrices.

    Raises
    ------
    SettingError
        If a word holds a zero byte or half a surrogate pair, or there are too many dimensions.
    """
    words = encode_words(record.vocabulary)
    check_dimensions(record.vectors.shape[1])
    counts = np.ones(len(words), np.int64) if record.counts is None else record.counts
    if record.combine != "word":
        warnings.warn(
            f"fastText's format has W_in and W_out, but not how they are combined: in the file a word's vector is "
            f"its row of W_in; after loading it, vectors.combined({record.combine!r}) has these again",
            stacklevel=3,
        )
    output_rows = _output_rows(record)
    with atomic_path(path, record.vectors.size * 4) as part, open(part, "wb", buffering=1 << 20) as file:
        file.write(MAGIC + struct.pack("<i", VERSION) + struct.pack(SETTINGS, *_args(record)))
        file.write(struct.pack(SIZES, len(words), len(words), 0, int(counts.sum()), NOT_PRUNED))
        for word, count in zip(words, counts.tolist(), strict=True):
            file.write(b"%b\0%b" % (word, struct.pack("<qb", count, WORD)))
        for n_rows, blocks in _matrices(record, output_rows):
            file.write(struct.pack("<b2q", False, n_rows, record.vectors.shape[1]))
            for block in blocks:
                file.write(np.ascontiguousarray(block, "<f4").view(np.uint8).data)


def _output_rows(record: Record) -> Iterator[NDArray[np.float32]]:
    """Return V rows in blocks, of inner nodes or of words, depending on the loss."""
    of_tree = record.settings.get("loss") == "hierarchical_softmax"
    if of_tree and record.output_nodes is not None:
        return _blocks_of_nodes(record.output_nodes)
    # context vectors of what is not the words have no place in it
    if not of_tree and record.context_vectors is not None and record.context_vocabulary is None:
        return _blocks(record.context_vectors)
    lacking = "rows of inner nodes (output_nodes)" if of_tree else "context vectors"
    warnings.warn(
        f"the vectors have no {lacking}, so the output matrix is written as zeros: fastText can look words up, "
        "but not predict",
        stacklevel=4,
    )
    return _blocks(np.broadcast_to(np.float32(0), record.vectors.shape))


def encode_words(words: Iterable[str]) -> list[bytes]:
    """Return words in UTF-8, escaped bytes as they were; what the format cannot hold raises a SettingError."""
    words = list(words)
    encoded = encoded_words(words)
    for word, data in zip(words, encoded, strict=True):
        if b"\0" in data or len(data) > TOKEN_BYTES:
            expected = f"at most {TOKEN_BYTES} bytes without a zero byte, except in .safetensors"
            raise SettingError(field="words", expected=expected, got=word)
    return encoded


def _args(record: Record) -> Args:
    """Return the settings by fastText's names; what is missing or not valid gets fastText's default."""
    settings = record.settings
    changes: dict[str, Any] = {}
    for name, theirs in NAMES.items():
        value = settings.get(name)
        if isinstance(value, (int, float)) and 0 <= value < 2**31:
            changes[theirs] = float(value) if theirs == "t" else int(value)
    if settings.get("model") == "CBOW":
        changes["model"] = MODELS["CBOW"]
    if settings.get("loss") in UNSUPERVISED:
        changes["loss"] = LOSSES[settings["loss"]]
    if record.subwords is not None:
        own = record.subwords.settings
        changes |= {"bucket": own.buckets, "minn": own.min_n, "maxn": own.max_n}
    return Args(record.vectors.shape[1], **changes)


def _matrices(
    record: Record, output_rows: Iterator[NDArray[np.float32]]
) -> Iterator[tuple[int, Iterator[NDArray[np.float32]]]]:
    """Yield the rows of the words and of all buckets, then the output rows: their number, and blocks of them."""
    n_words, subwords = len(record.vectors), record.subwords
    if subwords is None:
        yield n_words, _blocks(record.vectors)
    else:
        blocks = chain(_blocks(subwords.rows[:n_words]), _blocks_of_buckets(subwords))
        yield n_words + subwords.settings.buckets, blocks
    yield n_words, output_rows


def _blocks(matrix: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    return (matrix[start : start + BLOCK] for start in range(0, len(matrix), BLOCK))


def _blocks_of_buckets(subwords: SubwordVectors) -> Iterator[NDArray[np.float32]]:
    """Yield the rows of all buckets, zeros for those that have none."""
    n = subwords.settings.buckets
    for start in range(0, n, BLOCK):
        rows = subwords.rows_of(np.arange(start, min(start + BLOCK, n), dtype=np.int32))
        yield np.where(rows[:, None] < 0, np.float32(0), subwords.rows[rows])
