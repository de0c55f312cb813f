"""What the scripts of this folder share: options, scores on test sets, the version of the source."""

import argparse
import dataclasses
import subprocess
from pathlib import Path

from programs import Settings

import fastvec as fv
from fastvec.evaluation.analogies import AnalogyScore
from fastvec.evaluation.sets import evaluate

TOP = 30_000  # words of the analogies, as word2vec's compute-accuracy is usually run


def parser(description, text_needed=True):
    formatter = argparse.ArgumentDefaultsHelpFormatter
    made = argparse.ArgumentParser(description=description, formatter_class=formatter)
    made.add_argument(
        "text",
        type=Path,
        nargs=None if text_needed else "?",
        help="one sentence per line, tokens between spaces, compressed or not",
    )
    made.add_argument("--bytes", type=int, help="use only the first BYTES, to a line end")
    return made


def add_settings(made, leave_out=()):
    """Add an option for each field of Settings, with its default: ``--vector-size 100``."""
    for field in dataclasses.fields(Settings):
        if field.name not in leave_out:
            flag = "--" + field.name.replace("_", "-")
            made.add_argument(flag, type=type(field.default), default=field.default)


def add_test_sets(made, required=False):
    made.add_argument(
        "--on",
        type=Path,
        nargs="+",
        default=[],
        required=required,
        metavar="FILE",
        help="test sets: analogies, or word pairs and their similarity",
    )


def add_results(made):
    made.add_argument("--results", type=Path, required=True, help="JSON lines: finished runs, and new ones")


def settings_from(args, **others):
    names = [field.name for field in dataclasses.fields(Settings) if field.name in args]
    return Settings(**{**{name: getattr(args, name) for name in names}, **others})


def score(vectors, paths):
    """Return the scores on test sets, times 100, by name, as the docs have them.

    Analogies give the accuracy on all questions ("analogy_all"), on the semantic ones ("analogy_sem") and on the
    syntactic ones ("analogy_syn"), among the 30,000 most frequent words. Word pairs give Spearman's correlation,
    under the name of the file without "EN-", among all words.

    Parameters
    ----------
    vectors : WordVectors or path
    paths : list of path
    """
    if not isinstance(vectors, fv.WordVectors):
        vectors = fv.WordVectors.load(vectors)
    scores = {}
    for path in map(Path, paths):
        found = evaluate(vectors, path, analogies={"restrict_vocab": TOP})
        if isinstance(found, AnalogyScore):
            of_questions = (found.accuracy, found.semantic, found.syntactic)
            scores.update(zip(("analogy_all", "analogy_sem", "analogy_syn"), of_questions, strict=True))
        else:
            scores[path.stem.removeprefix("EN-")] = found.spearman
    return {name: 100 * value for name, value in scores.items()}


def git_describe():
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--tags"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "not a git checkout"
