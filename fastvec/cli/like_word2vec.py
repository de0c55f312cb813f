"""``fastvec train --like word2vec``: the flags of word2vec.c, and the files that it writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from fastvec.cli.like import Flag, Program, needed
from fastvec.cli.outputs import check_output
from fastvec.cli.progress import ProgressBars
from fastvec.errors import SettingError
from fastvec.gensim_compat.engine import Training, Weights
from fastvec.io.decompression import open_decompressed, reading_errors
from fastvec.kernels.random import stream
from fastvec.running.workers import resolve_threads
from fastvec.text.corpus import Corpus
from fastvec.text.vocabulary import Vocabulary
from fastvec.training.initialization import starting_rows
from fastvec.training.word2vec import CBOW, SkipGram
from fastvec.vectors.word_vectors import WordVectors

LINE_END = "</s>"  # its first word, with the number of lines; it is never trained


def train(values: dict[str, Any], bars: ProgressBars) -> None:
    """Count words, train, and write what word2vec writes."""
    path, output = needed(values, "train"), values["output"]
    if not output and not values["save-vocab"]:
        raise SettingError("-output: must be given, or -save-vocab", field="output")
    trainer = trainer_of(values)
    for name in filter(None, (output, values["save-vocab"])):
        check_output(name, [path, values["read-vocab"]], ("",))
    given = None
    if values["read-vocab"]:
        given = without_line_end(Vocabulary.load(values["read-vocab"]), values["min-count"])
    threads = values["threads"] or None
    corpus = Corpus.from_text(
        Path(path), min_count=values["min-count"], vocabulary=given, threads=threads, on_progress=bars
    )
    n_lines = lines_of(path)
    vocabulary = corpus.vocabulary
    bars.say(f"read {corpus.n_tokens:,} tokens of {len(vocabulary):,} words in {n_lines:,} lines")
    if values["save-vocab"]:
        words, counts = [LINE_END, *vocabulary.words], [n_lines, *vocabulary.counts.tolist()]
        Vocabulary(words, counts).save(values["save-vocab"])
        bars.say(f"wrote {values['save-vocab']}")
    if output:
        if values["hs"] and values["negative"]:
            trained = _by_both(trainer, corpus, threads, bars)
        else:
            trained = trainer.train(corpus, threads=threads, on_progress=bars)
        vectors = with_line_end(trained, trainer.seed)
        vectors.save(output, format="word2vec" if values["binary"] else "word2vec-text")
        bars.say(f"wrote {output}: {len(vectors):,} words, {vectors.vector_size} dimensions")


def trainer_of(values: dict[str, Any]) -> SkipGram | CBOW:
    """Return the trainer of word2vec's settings.

    Raises
    ------
    SettingError
        If one is out of range.
    """
    rate = values["alpha"] or (0.05 if values["cbow"] else 0.025)
    trainer = CBOW if values["cbow"] else SkipGram
    return trainer(
        vector_size=values["size"], window=values["window"], epochs=values["iter"], sample=values["sample"],
        negative=values["negative"], learning_rate=rate, min_learning_rate=rate * 1e-4,
        loss="hierarchical_softmax" if values["hs"] and not values["negative"] else "negative_sampling",
    )  # fmt: skip


def _by_both(trainer: SkipGram | CBOW, corpus: Corpus, threads: int | None, bars: ProgressBars) -> WordVectors:
    """Return vectors that predict by a tree and against noise words, as word2vec's do with both flags."""
    words, size = corpus.vocabulary, trainer.vector_size
    start = starting_rows(None, words, size, stream=stream(trainer.seed))
    weights = Weights(
        np.ascontiguousarray(start.W_in[:, :size]), np.zeros((len(words), size), np.float32),
        np.zeros((len(words), size), np.float32), None, np.ones(1, np.float32),
    )  # fmt: skip
    training = Training(
        trainer, corpus, weights, negative=trainer.negative, epochs=trainer.epochs,
        rates=(trainer.learning_rate, trainer.min_learning_rate), workers=resolve_threads(threads),
    )  # fmt: skip
    training.epochs(None, bars)
    return WordVectors(words.words, weights.inputs)


def without_line_end(vocabulary: Vocabulary, min_count: int) -> Vocabulary:
    """Return the words of a file of ``-save-vocab``, as word2vec keeps them."""
    pairs = zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)
    kept = {word: count for word, count in pairs if word != LINE_END and count >= min_count}
    return Vocabulary(list(kept), list(kept.values()))


def with_line_end(vectors: WordVectors, seed: int) -> WordVectors:
    """Return the vectors with the row of the line end before them, at random as word2vec leaves it."""
    size = vectors.vector_size
    row = (np.random.default_rng(seed).random((1, size), np.float32) - 0.5) / size
    kept = [word for word in vectors.index_to_key if word != LINE_END]
    return WordVectors([LINE_END, *kept], np.concatenate([row.astype(np.float32), vectors[kept]]))


def lines_of(path: str) -> int:
    """Return the number of line ends of a file."""
    n_lines = 0
    with open_decompressed(path) as file, reading_errors(path):
        while block := file.read(1 << 20):
            n_lines += block.count(b"\n")
    return n_lines


PROGRAM = Program(
    usage="fastvec train --like word2vec -train text.txt -output vectors.bin -size 200 -binary 1",
    commands=(),
    flags={
        "train": Flag(str, "", "the text; it may be compressed"),
        "output": Flag(str, "", "the vectors"),
        "size": Flag(int, 100, "dimensions of a vector"),
        "window": Flag(int, 5, "words to each side"),
        "sample": Flag(float, 1e-3, "subsampling of frequent words"),
        "hs": Flag(int, 0, "1: hierarchical softmax, beside noise words unless -negative is 0"),
        "negative": Flag(int, 5, "noise words for each prediction"),
        "threads": Flag(int, 0, "number of threads; 0: all usable cores"),
        "iter": Flag(int, 5, "passes over the text"),
        "min-count": Flag(int, 5, "words that occur less often are left out"),
        "alpha": Flag(float, 0.0, "learning rate at the start; 0: 0.05 for CBOW, 0.025 for skip-gram"),
        "binary": Flag(int, 0, "1: a binary file"),
        "save-vocab": Flag(str, "", "write the words and their counts"),
        "read-vocab": Flag(str, "", "take the words and counts of a file of -save-vocab"),
        "cbow": Flag(int, 1, "1: CBOW, 0: skip-gram"),
    },
    without_effect={"debug": "--quiet prints less"},
    refused={"classes": "clusters of words are not made here; scikit-learn's KMeans takes the vectors"},
    harmless={"classes": "0"},
    train=train,
)
