"""``fastvec train``: text in, word vectors out."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any

import fastvec
from fastvec.cli.checkpoints import add_checkpoints, checkpoint_arguments, told
from fastvec.cli.init import add_init, read_init, settings_of
from fastvec.cli.like import PROGRAMS
from fastvec.cli.outputs import COUNTED, ENCODED, add_spaces, check_output, ignored
from fastvec.cli.pair_reading import add_pairs, given_for_pairs, read_pairs
from fastvec.cli.progress import ProgressBars
from fastvec.cli.reading import OPTIONS, add_json, add_running, add_text, read_corpus
from fastvec.cli.settings import add_settings, chosen, flag
from fastvec.cli.terminal import duration, millions, print_json
from fastvec.errors import SettingError

if TYPE_CHECKING:
    from fastvec.counting.cooccurrence import CooccurrenceMatrix
    from fastvec.pairs.pairs import Pairs
    from fastvec.text.corpus import Corpus
    from fastvec.vectors.word_vectors import WordVectors

MODELS = {
    "skipgram": "SkipGram",
    "cbow": "CBOW",
    "glove": "GloVe",
    "log-count": "LogCountFactorization",
    "ppmi-svd": "PPMISVD",
    "lsa": "LSA",
    "nnlm": "NNLM",
}
OF_COUNTS = ("glove", "log-count", "ppmi-svd")
PREDICTING = ("skipgram", "cbow")
CONTINUING = (*PREDICTING, "nnlm")
BY_EPOCHS = (*CONTINUING, "glove", "log-count")
ONLY_OF = {
    "init": CONTINUING, "freeze_init": CONTINUING, "freeze": CONTINUING, "freeze_context": PREDICTING,
    "preset": PREDICTING, "pairs": ("skipgram",), "checkpoint": BY_EPOCHS,
}  # fmt: skip
OF_WINDOWS = ("window", "shrink_windows", "context", "sample", "negative_sharing")
MEASURES = ("loss", "cost", "perplexity")
PRESETS = ("fasttext", "recommended")  # constructors of the trainers

LITTLE = 100_000  # tokens of all epochs: the lesson's 450 tokens need 300 epochs
PUNCTUATION = (".", ",", ";", ":", "!", "?", ")", '"')
MANY_GLUED = 0.05  # of the words of a text


def trainers() -> dict[str, type[Any]]:
    """Return the class of each model."""
    return {model: getattr(fastvec, name) for model, name in MODELS.items()}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_text(parser, encoded=True)
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE",
        help="the vectors: .safetensors (everything), .bin (word2vec, or fastText with subwords), .txt or .vec",
    )  # fmt: skip
    parser.add_argument(
        "--model", choices=MODELS, default="skipgram",
        help=f"how vectors are made (default: skipgram); {', '.join(OF_COUNTS)} start from co-occurrence counts, "
        f"and also take those of 'fastvec count' ({COUNTED}) instead of a text",
    )  # fmt: skip
    parser.add_argument(
        "--pairs", action="store_true",
        help="skipgram: the input is pairs to train on, or the edges of a graph, instead of a text: on each line "
        "a word, a context and, on all lines or on none, a weight (--min-count is 1 then)",
    )  # fmt: skip
    add_pairs(parser)
    parser.add_argument(
        "--like", choices=PROGRAMS,
        help="take the flags of another program instead of these, each before its value, and write what it "
        "writes: --like word2vec -train text.txt -output vectors.bin; '--like word2vec --help' lists them",
    )  # fmt: skip
    parser.add_argument(
        "--preset", choices=PRESETS,
        help=f"{', '.join(PREDICTING)}: fastText's default settings, or for cbow those that score best; flags "
        "override them",
    )  # fmt: skip
    parser.add_argument(
        "--save-corpus", metavar=f"FILE{ENCODED}", help="keep the encoded text too, to train on it again"
    )
    add_spaces(parser)
    add_init(parser, ", ".join(CONTINUING))
    add_checkpoints(parser, ", ".join(BY_EPOCHS))
    add_running(parser)
    add_json(parser)
    add_settings(parser, trainers())


def run(args: argparse.Namespace) -> int:
    """Train and write the vectors."""
    models = trainers()
    if args.model in OF_COUNTS and "window" in args:
        raise SettingError(
            f"--window: --model {args.model} trains on counts; 'fastvec count --window' writes them ({COUNTED})",
            field="window",
        )
    given = chosen(args, models, args.model)
    _refuse_elsewhere(args, given)
    model = models[args.model]
    if args.preset is not None and not hasattr(model, args.preset):
        raise SettingError(f"--preset {args.preset}: needs --model cbow", field="preset", got=args.preset)
    trainer = (model if args.preset is None else getattr(model, args.preset))(**given)
    check_output(args.output, [*args.text, *filter(None, (args.init, args.freeze))])
    if args.save_corpus is not None:
        check_output(args.save_corpus, args.text, (ENCODED,))
    checkpoints = checkpoint_arguments(args)
    with ProgressBars(args.quiet) as bars:
        starting = read_init(args)
        trainer = trainer.replace(**{**settings_of(starting.get("init"), model), **given})
        source = _source(args, bars)
        _check_vectors(args, trainer, chain(starting.get("init", ()), source.vocabulary))
        began = time.perf_counter()
        with told(args, bars):
            vectors = trainer.train(source, **starting, **checkpoints, threads=args.threads, on_progress=bars)
        seconds = time.perf_counter() - began
        facts = _facts(vectors, "pairs" if args.pairs else "tokens", seconds, bars.resumed)
        bars.say(f"trained {args.model} in {duration(seconds)}{_summary(facts)}")
        for hint in _hints(source, trainer):
            bars.say(hint)
        vectors.save(args.output, spaces=args.spaces)
        written = f"{len(vectors):,} words, {vectors.vector_size} dimensions{_contexts_of(vectors, args)}"
        bars.say(f"wrote {args.output}: {written}")
    if args.json:
        print_json({
            "output": args.output, "words": len(vectors), "vector_size": vectors.vector_size,
            "seconds": round(seconds, 3), **facts, "settings": vectors.settings,
        })  # fmt: skip
    return 0


def _contexts_of(vectors: WordVectors, args: argparse.Namespace) -> str:
    """Return what to say of contexts that the format of the output has no place for."""
    contexts = vectors.context_vocabulary
    if not args.pairs or contexts is None or contexts is vectors.vocabulary:
        return ""
    if args.output.endswith(".safetensors"):
        return f", and {len(contexts):,} contexts"
    return f" (not the {len(contexts):,} contexts: only .safetensors has them)"


def _refuse_elsewhere(args: argparse.Namespace, given: dict[str, Any]) -> None:
    """Refuse flags that the model, or pairs, would ignore."""
    for name, owners in ONLY_OF.items():
        if getattr(args, name) and args.model not in owners:
            raise SettingError(f"{flag(name)}: needs --model {' or '.join(owners)}, not {args.model}", field=name)
    for name in given_for_pairs(args) if not args.pairs else ():
        raise SettingError(f"{flag(name)}: needs --pairs", field=name)
    for name in OF_WINDOWS if args.pairs else ():
        if name in given:
            raise ignored(name, "pairs")


def _check_vectors(args: argparse.Namespace, trainer: Any, words: Iterable[str]) -> None:
    """Refuse, before training, what could not be written after it."""
    from fastvec.vectors.formats.writable import check_vectors

    subwords = getattr(trainer, "subwords", None)
    buckets = None if subwords is None else subwords.buckets
    distinct = dict.fromkeys(words)
    check_vectors(
        args.output, distinct, trainer.vector_size, spaces=args.spaces, buckets=buckets,
        combine=getattr(trainer, "combine", "word"), beside=_beside(args, trainer, len(distinct)),
    )  # fmt: skip


def _beside(args: argparse.Namespace, trainer: Any, words: int) -> int:
    """Return how many numbers a model of so many words has beside its vectors, at least."""
    if args.model == "nnlm":
        return words * int(trainer.features)
    if args.model == "lsa" or args.pairs:  # pairs may have fewer contexts than words
        return 0
    return (words - 1) * int(trainer.vector_size)  # of contexts, or of the inner nodes of a tree


def _source(args: argparse.Namespace, bars: ProgressBars) -> Corpus | CooccurrenceMatrix | Pairs:
    """Return the pairs or the counts that the arguments name, or the corpus of the text."""
    if args.pairs:
        return read_pairs(args, bars)
    if not any(name.endswith(COUNTED) for name in args.text):
        return read_corpus(args, bars, save_to=args.save_corpus)
    if len(args.text) > 1 or args.model not in OF_COUNTS:
        raise SettingError(
            f"input: counts ({COUNTED}) must be the only input, and need --model {' or '.join(OF_COUNTS)}; "
            f"{args.model} reads text",
            field="text",
        )
    for name in (*OPTIONS, "save_corpus"):
        if getattr(args, name) is not None:
            raise ignored(name, "co-occurrence counts")
    from fastvec.counting.cooccurrence import CooccurrenceMatrix

    return CooccurrenceMatrix.load(args.text[0])


def _hints(source: object, trainer: Any) -> list[str]:
    """Return what would make better vectors of a text, if something is plain to see."""
    from fastvec.text.corpus import Corpus

    if not isinstance(source, Corpus):
        return []
    hints, epochs = [], getattr(trainer, "epochs", None)
    if epochs is not None and source.n_tokens * epochs < LITTLE:
        told = f"{source.n_tokens:,} tokens x {epochs} epochs is little to learn from"
        hints.append(f"{told}; try --epochs 100 --sample 0, or more text")
    words = source.vocabulary.words
    glued = sum(len(word) > 1 and word.endswith(PUNCTUATION) for word in words)
    if glued > MANY_GLUED * len(words):
        hints.append(f"{glued:,} of {len(words):,} words end in punctuation; --tokens words --lowercase part them")
    return hints


def _facts(vectors: WordVectors, unit: str, seconds: float, resumed: int) -> dict[str, Any]:
    """Return the speed, if the model reads tokens or pairs, and the newest of MEASURES, if it trains by epochs."""
    history = vectors.history or {}
    facts: dict[str, Any] = {}
    if unit in history:
        facts[f"{unit}_per_second"] = round((history[unit][-1] - resumed) / seconds)
    return facts | {name: float(history[name][-1]) for name in MEASURES if name in history}


def _summary(facts: dict[str, Any]) -> str:
    rates = {f"{unit}_per_second": f"{unit}/s" for unit in ("tokens", "pairs")}
    speed = [f"{millions(facts[name])} {unit}" for name, unit in rates.items() if name in facts]
    parts = [*speed, *(f"{name} {facts[name]:.4g}" for name in MEASURES if name in facts)]
    return ": " + ", ".join(parts) if parts else ""
