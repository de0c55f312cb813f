"""``fastvec documents``: text in, vectors of its lines and words out."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastvec.cli.checkpoints import add_checkpoints, checkpoint_arguments, told
from fastvec.cli.outputs import check_output
from fastvec.cli.progress import ProgressBars
from fastvec.cli.reading import add_json, add_running, add_text, read_corpus
from fastvec.cli.settings import add_settings, chosen
from fastvec.cli.terminal import duration, print_json
from fastvec.io.atomic import check_room
from fastvec.io.decompression import reading_errors

if TYPE_CHECKING:
    from fastvec.training.documents.trainer import DocumentVectors

OF_MODEL = (".safetensors",)


def _trainers() -> dict[str, type[DocumentVectors]]:
    from fastvec.training.documents.trainer import DocumentVectors

    return {"documents": DocumentVectors}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_text(parser, encoded=True)
    parser.add_argument("-o", "--output", required=True, metavar="FILE.safetensors", help="the whole model")
    parser.add_argument(
        "--tags", metavar="FILE",
        help="a line for each line of the text: its tags, with white space between them (default: its number)",
    )  # fmt: skip
    parser.add_argument(
        "--save-documents", metavar="FILE", help="the vectors of the tags alone too: .bin, .txt, .vec or another"
    )
    add_checkpoints(parser, "documents")
    add_running(parser)
    add_json(parser)
    add_settings(parser, _trainers())


def run(args: argparse.Namespace) -> int:
    """Train and write the model."""
    from fastvec.text.tagged import TaggedCorpus
    from fastvec.vectors.formats import format_to_write

    models = _trainers()
    trainer = models["documents"](**chosen(args, models, "documents"))
    sources = [*args.text, *filter(None, [args.tags])]
    check_output(args.output, sources, OF_MODEL)
    if args.save_documents is not None:
        format_to_write(args.save_documents)
        check_output(args.save_documents, sources)
    checkpoints = checkpoint_arguments(args)
    with ProgressBars(args.quiet) as bars:
        corpus = read_corpus(args, bars)
        tagged = TaggedCorpus(corpus, None if args.tags is None else _tags(args.tags))
        _check_room(args, trainer.vector_size, len(tagged.tags), len(corpus.vocabulary))
        began = time.perf_counter()
        with told(args, bars):
            model = trainer.train(tagged, **checkpoints, threads=args.threads, on_progress=bars)
        seconds = time.perf_counter() - began
        bars.say(f"trained {len(tagged):,} documents in {duration(seconds)}")
        model.save(args.output)
        if args.save_documents is not None:
            model.documents.save(args.save_documents)
        bars.say(f"wrote {args.output}: {len(model):,} tags, {len(model.words):,} words")
    if args.json:
        facts: dict[str, Any] = {"output": args.output, "documents": len(tagged), "tags": len(model)}
        facts |= {"words": len(model.words), "vector_size": model.vector_size, "seconds": round(seconds, 3)}
        print_json({**facts, "settings": model.settings})
    return 0


def _check_room(args: argparse.Namespace, vector_size: int, tags: int, words: int) -> None:
    """Refuse, before training, a model that the disk has no room for: tags, words and their contexts or nodes."""
    rows = tags + 2 * words - 1 + (tags if args.save_documents is not None else 0)
    check_room(args.output, 4 * rows * vector_size)


def _tags(path: str) -> list[list[str]]:
    """Return the tags of each line."""
    with reading_errors(path):
        return [line.split() for line in Path(path).read_text("utf-8", "surrogateescape").splitlines()]
