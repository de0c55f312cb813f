"""Hostile corpora, each read, trained on and asked: every one is handled, or refused with an error of fastvec's.

``python tests/faults/hostile.py [--large]``: with it a million words, a line of 100 MB and a token of 10 MB.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from faults_jobs import SMALL, parts_in

import fastvec as fv

TRAINERS = {
    "SGNS": fv.SkipGram(**SMALL),
    "CBOW": fv.CBOW(loss="hierarchical_softmax", **SMALL),
    "deterministic": fv.SkipGram(deterministic=True, **SMALL),
    "n-grams": fv.SkipGram(subwords=fv.Subwords(buckets=1000), **SMALL),
}


def corpora(large: bool) -> dict[str, bytes]:
    """Return bytes of files by what is odd about them."""
    distinct, long, token = (1_000_000, 100_000_000, 10_000_000) if large else (20_000, 1_000_000, 100_000)
    rng = np.random.default_rng(1)
    return {
        "empty": b"",
        "a newline": b"\n",
        "white space": b" \t\r\v\f\n" * 1000,
        "one token": b"a",
        "two tokens": b"a b",
        "one word, always": b"a " * 50_000,
        "one word, a line each": b"a\n" * 50_000,
        "two words, in turn": b"a b\n" * 20_000,
        "one giant line": b"the king rules the land and the sea " * (long // 36),
        "a giant token": b"a b " + b"x" * token + b" a b\n",
        "all distinct": b"\n".join(b"w%d" % i for i in range(distinct)),
        "all distinct, one line": b" ".join(b"w%d" % i for i in range(distinct)),
        "NUL bytes": b"a b\n" * 100_000 + b"a \0 b\0\0 c\n" * 100,
        "NUL bytes at the start": b"\0\0a b\n",
        "CR LF": b"a b c\r\n" * 1000,
        "CR alone": b"a b c\r" * 1000,
        "a mark of UTF-8": b"\xef\xbb\xbfa b c\n" * 100,
        "half of UTF-16": "a b c\n".encode("utf-16")[:-1] * 100,
        "invalid UTF-8": b"a \xff\xfe b \xc3( \xed\xa0\x80 \xf8\x88\x80\x80\x80\n" * 500,
        "overlong UTF-8": b"a \xc0\xaf b \xe0\x80\xaf\n" * 500,
        "no last newline": b"a b c\n" * 100 + b"a b",
        "empty lines": b"\n" * 100_000 + b"a b\n" * 10,
        "random bytes": rng.bytes(300_000).replace(b"\0", b" "),
        "control characters": bytes(range(1, 32)) * 1000 + b" a b\n",
        "a Zipf's tail of one word": b"a " * 100_000 + b"b c d\n",
        "combining marks": "a\u0301\u0301 \u0301\u0301 \ufeff \u202e b\n".encode() * 500,
    }


def outcome(data: bytes, path: Path) -> str:
    """Read a corpus, train on it with every trainer, save and ask; return how it ended."""
    path.write_bytes(data)
    try:
        corpus = fv.Corpus.from_text(path, min_count=1, threads=2)
        corpus.save(path.with_suffix(".fvc"))
        corpus = fv.Corpus.load(path.with_suffix(".fvc"), mmap=False).validate()
    except fv.FastvecError as error:
        return f"refused: {type(error).__name__}"
    ends = []
    many = len(corpus.vocabulary.words) > 100_000
    for name, trainer in list(TRAINERS.items())[: 1 if many else None]:
        try:
            vectors = trainer.train(corpus, threads=2)
            assert np.isfinite(vectors.vectors).all(), name
            vectors.save(path.with_suffix(".safetensors"))
            fv.WordVectors.load(path.with_suffix(".safetensors")).most_similar(corpus.vocabulary.words[0], topn=1)
            ends.append("trained")
        except fv.FastvecError as error:
            ends.append(type(error).__name__)
    return f"{corpus.n_tokens:,} tokens, {len(corpus.vocabulary.words):,} words: {', '.join(ends)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", action="store_true")
    args = parser.parse_args()
    warnings.simplefilter("ignore", UserWarning)
    wrong = []
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for name, data in corpora(args.large).items():
            try:
                print(f"{name}: {outcome(data, folder / 'text')}", flush=True)
            except BaseException as error:
                wrong.append(f"{name}: {type(error).__name__}: {error}")
            if parts_in(folder):
                wrong.append(f"{name}: left {parts_in(folder)}")
    print(*wrong, f"{len(wrong)} wrong", sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
