"""``fastvec train --like fasttext``: the commands and flags of fasttext, and the files that it writes."""

from __future__ import annotations

from typing import Any

from fastvec.cli.like import Flag, Program, needed
from fastvec.cli.outputs import check_output
from fastvec.cli.progress import ProgressBars
from fastvec.errors import SettingError
from fastvec.fasttext_compat.training import INSTEAD, train_unsupervised
from fastvec.vectors.word_vectors import WordVectors

OF_TRAINING = (
    "lr", "dim", "ws", "epoch", "minCount", "minn", "maxn", "neg", "wordNgrams", "loss", "bucket", "t", "label",
    "pretrainedVectors", "seed",
)  # fmt: skip
AUTOTUNE = "fastvec does not search for settings; fastvec evaluate scores vectors"


def train(values: dict[str, Any], bars: ProgressBars) -> None:
    """Train, and write OUTPUT.bin and OUTPUT.vec."""
    path, output = needed(values, "input"), needed(values, "output")
    suffixes = [".bin", ".vec", *([".output"] if values["saveOutput"] else [])]
    for suffix in suffixes:
        check_output(f"{output}{suffix}", [path, values["pretrainedVectors"]], ("",))
    if values["saveOutput"] and values["loss"] == "hs":
        raise SettingError("-saveOutput: -loss hs has rows of nodes, not of words", field="saveOutput")
    given = {name: values[name] for name in OF_TRAINING}
    threads = values["thread"] or None
    model = train_unsupervised(path, model=values["command"], thread=threads, on_progress=bars, **given)
    vectors = model.vectors
    bars.say(f"trained {values['command']} on {int(vectors.vocabulary.total):,} tokens, line ends included")
    model.save_model(f"{output}.bin")
    vectors.save(f"{output}.vec", format="word2vec-text")
    if values["saveOutput"]:
        rows = vectors.context_vectors
        assert rows is not None
        WordVectors(vectors.index_to_key, rows).save(f"{output}.output", format="word2vec-text")
    written = " ".join(f"{output}{suffix}" for suffix in suffixes)
    bars.say(f"wrote {written}: {len(vectors):,} words, {vectors.vector_size} dimensions")


PROGRAM = Program(
    usage="fastvec train --like fasttext skipgram -input text.txt -output vectors -dim 100",
    commands=("skipgram", "cbow"),
    flags={
        "input": Flag(str, "", "the text; it may be compressed"),
        "output": Flag(str, "", "the beginning of the names of the files: .bin and .vec"),
        "minCount": Flag(int, 5, "words that occur less often are left out"),
        "minn": Flag(int, 3, "characters of the shortest n-gram"),
        "maxn": Flag(int, 6, "characters of the longest n-gram; 0: no n-grams"),
        "bucket": Flag(int, 2_000_000, "rows that n-grams are hashed into"),
        "t": Flag(float, 1e-4, "subsampling of frequent words"),
        "label": Flag(str, "__label__", "words that begin with it are left out"),
        "lr": Flag(float, 0.05, "learning rate at the start; it falls to 0"),
        "dim": Flag(int, 100, "dimensions of a vector"),
        "ws": Flag(int, 5, "words to each side"),
        "epoch": Flag(int, 5, "passes over the text"),
        "neg": Flag(int, 5, "noise words for each prediction"),
        "loss": Flag(str, "ns", "ns, hs or softmax"),
        "thread": Flag(int, 0, "number of threads; 0: all usable cores"),
        "pretrainedVectors": Flag(str, "", "vectors to start from"),
        "wordNgrams": Flag(int, 1, "1: word n-grams are for classifiers"),
        "saveOutput": Flag(bool, False, "write OUTPUT.output too, the output rows of the words"),
        "seed": Flag(int, 0, "seed of all random draws"),
    },
    without_effect={
        "verbose": "--quiet prints less",
        "lrUpdateRate": "the rate falls continuously",
        "minCountLabel": "labels are left out",
    },
    refused={
        "supervised": INSTEAD,
        "quantize": "fastvec convert --dtype int8 writes a file a quarter as large",
        "test": INSTEAD,
        "predict": INSTEAD,
        "print-word-vectors": "fastvec convert writes the vectors as text",
        "print-sentence-vectors": "fastvec embed makes a vector for each line",
        "nn": "use fastvec neighbors",
        "analogies": "use fastvec analogy",
        "dump": "use fastvec info",
        **{
            f"autotune-{name}": AUTOTUNE
            for name in ("validation", "metric", "predictions", "duration", "modelsize")
        },
    },
    harmless={},
    train=train,
)
