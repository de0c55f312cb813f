"""``fastvec predict``: the words that a neural language model expects next."""

from __future__ import annotations

import argparse
from functools import partial

from fastvec.cli import questions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    help = "the beginning of a sentence; by default, prompts for some"
    questions.add_arguments(parser, words="WORD", help=help, topn=10, reading=False)


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    from fastvec.training.nnlm.model import NeuralLanguageModel

    model = NeuralLanguageModel.load(args.vectors)
    beginnings = questions.lines_of_words(args.words, "words> ")
    asked = ((" ".join(words), partial(model.predict_next, words, topn=args.topn)) for words in beginnings)
    return questions.answer(asked, json=args.json, measure="probability")
