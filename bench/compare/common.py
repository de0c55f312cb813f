"""What the scripts of this folder share: options, the scorer, the version of the source."""

import argparse
import dataclasses
import re
import shlex
import subprocess
from pathlib import Path

from programs import Settings

import fastvec as fv


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


def add_scorer(made, required=False):
    made.add_argument(
        "--scorer", required=required, help="a command that gets a file of vectors and prints name=value"
    )


def add_results(made):
    made.add_argument("--results", type=Path, required=True, help="JSON lines: finished runs, and new ones")


def settings_from(args, **others):
    names = [field.name for field in dataclasses.fields(Settings) if field.name in args]
    return Settings(**{**{name: getattr(args, name) for name in names}, **others})


def score(scorer, vectors):
    """Return the ``name=value`` pairs that the command ``scorer`` prints about a file of vectors."""
    done = subprocess.run([*shlex.split(scorer), str(vectors)], capture_output=True, text=True, check=True)
    found = re.findall(r"(\S+)=(-?[\d.]+|nan)(?!\S)", done.stdout)
    if not found:
        raise SystemExit(f"{scorer}: expected name=value on its standard output, got {done.stdout[:200]!r}")
    return {name: float(value) for name, value in found}


def git_describe():
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--tags"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "not a git checkout"


def scores(vectors, paths):
    """Return the accuracy or the Spearman correlation on each test set, times 100, by the name of its file."""
    found = {}
    for path in map(Path, paths):
        if "questions" in path.name:
            found[path.stem] = 100 * fv.evaluate_analogies(vectors, path).accuracy
        else:
            found[path.stem] = 100 * fv.evaluate_similarity(vectors, path).spearman
    return found
