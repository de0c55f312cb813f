"""``fastvec train --like glove``: the flags of GloVe's vocab_count, cooccur and glove, and the files of glove."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from fastvec.checks.numbers import whole
from fastvec.cli.like import Flag, Program, needed
from fastvec.cli.outputs import check_output
from fastvec.cli.progress import ProgressBars
from fastvec.counting.cooccurrence import CooccurrenceMatrix
from fastvec.counting.counting import count_cooccurrences
from fastvec.errors import SettingError
from fastvec.text.corpus import Corpus
from fastvec.text.vocabulary import Vocabulary
from fastvec.training.glove import GloVe
from fastvec.vectors.word_vectors import WordVectors

UNKNOWN = "<unk>"
RARE = 100  # words whose mean is the vector of unknown ones


def train(values: dict[str, Any], bars: ProgressBars) -> None:
    """Count, train, and write SAVE-FILE.txt, as GloVe's programs do one after the other."""
    output = f"{needed(values, 'save-file')}.txt"
    trainer = trainer_of(values)
    if values["vocab-min-count"] is not None:
        values["min-count"] = values["vocab-min-count"]
    inputs = [values["corpus"], values["input-file"]]
    counts_only = bool(values["input-file"])
    if counts_only == bool(values["corpus"]):
        raise SettingError(
            "-corpus: expected a text, or counts by -input-file with their -vocab-file", field="corpus"
        )
    check_output(output, [*inputs, values["vocab-file"]], ("",))
    counts = _read(values) if counts_only else _count(values, bars)
    if not counts_only and values["vocab-file"]:
        counts.vocabulary.save(values["vocab-file"])
        bars.say(f"wrote {values['vocab-file']}")
    vectors = trainer.train(counts, threads=values["threads"] or None, on_progress=bars)
    vectors = with_unknown(vectors)
    vectors.save(output, format="word2vec-text" if values["write-header"] else "glove")
    bars.say(f"wrote {output}: {len(vectors):,} words, {vectors.vector_size} dimensions")


def trainer_of(values: dict[str, Any]) -> GloVe:
    """Return the trainer of GloVe's settings.

    Raises
    ------
    SettingError
        If one is out of range.
    """
    if values["model"] not in (1, 2):
        expected = "2 (word + context vectors) or 1 (word vectors)"
        hint = "fastvec train --model glove -o FILE.safetensors keeps both matrices"
        raise SettingError(field="-model", expected=expected, got=values["model"], hint=hint)
    return GloVe(
        vector_size=values["vector-size"], epochs=values["iter"], learning_rate=values["eta"],
        alpha=values["alpha"], x_max=values["x-max"], bias_learning_rate=1.0, seed=values["seed"],
        combine="sum" if values["model"] == 2 else "word",
    )  # fmt: skip


def _count(values: dict[str, Any], bars: ProgressBars) -> CooccurrenceMatrix:
    """Return the counts of a text."""
    for name in ("symmetric", "distance-weighting"):
        whole(f"-{name}", values[name], 0, 1)
    threads, path = values["threads"] or None, values["corpus"]
    if values["vocab-file"]:
        check_output(values["vocab-file"], [path], ("",))
    memory = None if values["memory"] is None else int(values["memory"] * (1 << 30))
    corpus = Corpus.from_text(
        Path(path), min_count=values["min-count"], max_size=values["max-vocab"] or None, threads=threads,
        on_progress=bars,
    )  # fmt: skip
    bars.say(f"read {corpus.n_tokens:,} tokens of {len(corpus.vocabulary):,} words")
    counts = count_cooccurrences(
        corpus, window=values["window-size"], weighting="inverse" if values["distance-weighting"] else "flat",
        context="both" if values["symmetric"] else "left", max_memory=memory, threads=threads, on_progress=bars,
    )  # fmt: skip
    bars.say(f"counted {counts.nnz:,} pairs")
    return counts


def _read(values: dict[str, Any]) -> CooccurrenceMatrix:
    """Return the counts that cooccur, or shuffle, wrote."""
    counting = {
        "vocab-min-count",
        "window-size",
        "symmetric",
        "distance-weighting",
        "min-count",
        "max-vocab",
        "memory",
    }
    unused = sorted(counting & values["given"])
    if unused:
        raise SettingError(f"-{unused[0]}: has no effect on counts that are given; leave it out", field=unused[0])
    vocabulary = Vocabulary.load(needed(values, "vocab-file"))
    return CooccurrenceMatrix.read_triples(values["input-file"], vocabulary)


def with_unknown(vectors: WordVectors) -> WordVectors:
    """Return the vectors, with the mean of the rarest behind them, unless the text has such a word."""
    if UNKNOWN in vectors.key_to_index:
        return vectors
    rows = vectors.vectors
    mean = rows[-RARE:].mean(axis=0, dtype=np.float64).astype(np.float32)
    return WordVectors([*vectors.index_to_key, UNKNOWN], np.concatenate([rows, mean[None]]))


MEMORY = "-memory limits what is used"
PROGRAM = Program(
    usage="fastvec train --like glove -corpus text.txt -save-file vectors -vector-size 100",
    commands=(),
    flags={
        "corpus": Flag(str, "", "the text; it may be compressed"),
        "min-count": Flag(int, 1, "words that occur less often are left out"),
        "vocab-min-count": Flag(int, None, "the same, as GloVe's demo calls it"),
        "max-vocab": Flag(int, 0, "at most this many words; 0: all"),
        "window-size": Flag(int, 15, "words to each side"),
        "symmetric": Flag(int, 1, "0: only contexts on the left"),
        "distance-weighting": Flag(int, 1, "0: all places of a window weigh the same"),
        "memory": Flag(float, None, "limit of memory for counting, in GB"),
        "vocab-file": Flag(str, "", "write the words and their counts; with -input-file, read them"),
        "input-file": Flag(str, "", "counts of cooccur or shuffle, in the place of a text"),
        "save-file": Flag(str, "", "the beginning of the name of the file: .txt"),
        "vector-size": Flag(int, 50, "dimensions of a vector"),
        "iter": Flag(int, 25, "passes over the counts"),
        "eta": Flag(float, 0.05, "learning rate at the start"),
        "alpha": Flag(float, 0.75, "exponent of the weight of lower counts"),
        "x-max": Flag(float, 100.0, "count from which on a pair weighs 1"),
        "model": Flag(int, 2, "2: word + context vectors, 1: word vectors"),
        "write-header": Flag(int, 0, "1: the numbers of words and dimensions on the first line"),
        "threads": Flag(int, 0, "number of threads; 0: all usable cores"),
        "seed": Flag(int, 1, "seed of all random draws"),
    },
    without_effect={
        "verbose": "--quiet prints less",
        "grad-clip": "a cost that grows is an error here",
        "max-product": MEMORY,
        "overflow-length": MEMORY,
        "overflow-file": MEMORY,
        "array-size": "counts are shuffled while training",
        "temp-file": "counts are shuffled while training",
        "checkpoint-every": "use fastvec train --model glove --checkpoint",
    },
    refused={
        "binary": "use -binary 0, or fastvec convert, which writes binary files of word2vec",
        "save-gradsq": "use fastvec train --model glove --checkpoint",
        "gradsq-file": "use fastvec train --model glove --checkpoint",
        "save-init-param": "use fastvec train --model glove --checkpoint",
        "load-init-param": "use fastvec train --model glove --checkpoint",
        "init-param-file": "use fastvec train --model glove --checkpoint",
        "load-init-gradsq": "use fastvec train --model glove --checkpoint",
    },
    harmless={
        "binary": "0",
        "save-gradsq": "0",
        "save-init-param": "0",
        "load-init-param": "0",
        "load-init-gradsq": "0",
    },
    train=train,
)
