"""Sound files of every kind that fastvec reads, each with the call that reads it and uses what it read."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import pickle
import sys
import tarfile
import types
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import fastvec as fv
from fastvec.cli.init import read_factors
from fastvec.training.checkpoints import files as checkpoints

LINES = ["the king rules the land", "the queen rules the sea", "", "naïve 東京 x"] * 3
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda data: gzip.compress(data, mtime=0), ".bz2": bz2.compress, ".xz": lzma.compress,
}  # fmt: skip


class Kind(NamedTuple):
    """A kind of file: its name, how a sound one is made, and how one is read and used."""

    name: str
    make: Callable[[Path], Any]
    use: Callable[[Path], Any]


def corpus() -> fv.Corpus:
    return fv.Corpus.from_text(LINES, min_count=1)


def vectors(**more: Any) -> fv.WordVectors:
    words = ["the", "king", "queen", "naïve", "東京"]
    rows = np.random.default_rng(1).standard_normal((5, 3)).astype(np.float32)
    return fv.WordVectors(words, rows, counts=[9, 4, 3, 2, 1], **more)


def trained(folder: Path, name: str, **settings: Any) -> None:
    settings = {"vector_size": 4, "sample": 0, "epochs": 1, **settings}
    fv.SkipGram(subwords=fv.Subwords(buckets=64), **settings).train(corpus(), threads=1).save(folder / name)


def pickled(protocol: int, given: fv.WordVectors | None = None) -> Callable[[Path], None]:
    """Return a function that writes word vectors (default: :func:`vectors`) as gensim 4 pickles them."""

    def make(path: Path) -> None:
        names = ["gensim", "gensim.models", "gensim.models.keyedvectors"]
        before = {name: sys.modules.get(name) for name in names}
        try:
            for name in names:
                sys.modules[name] = types.ModuleType(name)
            kind: Any = type("KeyedVectors", (), {"__module__": names[2], "__qualname__": "KeyedVectors"})
            sys.modules[names[2]].KeyedVectors = kind  # type: ignore[attr-defined]
            made, ours = kind(), vectors() if given is None else given
            made.__dict__.update(
                vector_size=ours.vector_size, index_to_key=ours.index_to_key, key_to_index=dict(ours.key_to_index),
                vectors=np.array(ours.vectors), expandos={"count": np.array(ours.counts)}, norms=None,
            )  # fmt: skip
            path.write_bytes(pickle.dumps(made, protocol))
        finally:
            for name, module in before.items():
                sys.modules.pop(name)
                if module is not None:
                    sys.modules[name] = module

    return make


def use_corpus(path: Path) -> None:
    loaded = fv.Corpus.load(path).validate()
    list(loaded)
    fv.Corpus.load(path, mmap=False)


def use_matrix(path: Path) -> None:
    loaded = fv.CooccurrenceMatrix.load(path)
    loaded.to_csr().sum()
    fv.CooccurrenceMatrix.load(path, mmap=False)


def use_vectors(path: Path) -> None:
    for mmap in (True, False):
        loaded = fv.WordVectors.load(path, mmap=mmap)
        assert loaded.vectors.shape == (len(loaded.index_to_key), loaded.vector_size)
        with contextlib.suppress(fv.SettingError):  # of vectors that are not finite
            loaded.most_similar(loaded.index_to_key[0], topn=2)
        if loaded.subwords is not None:
            loaded.subwords.compose("queens")


def bootstrapped(path: Path) -> None:
    fv.bootstrap(fv.LSA(vector_size=2), corpus(), 2).save(path)


def use_runs(path: Path) -> None:
    for mmap in (True, False):
        loaded = fv.Bootstrap.load(path, mmap=mmap)
        with contextlib.suppress(fv.SettingError):  # of a word that no run has
            loaded.most_similar(loaded.vocabulary.words[0], topn=2)
        with contextlib.suppress(fv.SettingError):  # of vectors that are not finite
            loaded.evaluate(lambda vectors: len(vectors.most_similar(vectors.index_to_key[0], topn=1)))


def checkpointed(path: Path) -> None:
    fv.CBOW(vector_size=4, sample=0, epochs=1).train(corpus(), threads=1, checkpoint=path)


def use_text(path: Path) -> None:
    for tokens in ("whitespace", str.split):
        list(fv.Corpus.from_text(path, min_count=1, tokens=tokens, threads=1))


def use_table(path: Path) -> None:
    fv.PhraseTable.load(path).join(["new", "york", "city"])


def phrase_table(path: Path) -> None:
    lines = ["new york city", "york", "new", "naïve 東京"] * 9
    fv.Phrases(threshold=0.1, min_count=1).fit(fv.Corpus.from_text(lines, min_count=1)).save(path)


def text(content: str) -> Callable[[Path], Any]:
    return lambda path: path.write_bytes(content.encode())


def compressed(suffix: str) -> Callable[[Path], Any]:
    pack, data = COMPRESS[suffix], "\n".join(LINES).encode()
    return lambda path: path.write_bytes(pack(data) + pack(data))


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), "\n".join(LINES))


def tarred(path: Path) -> None:
    with tarfile.open(path, "w") as archive:
        info, data = tarfile.TarInfo("a.txt"), "\n".join(LINES).encode()
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))


def beside(suffix: str) -> Callable[[Path], None]:
    """Return what reads the first of two files, of which the path is the one or the other."""
    return lambda path: use_vectors(path.parent / (path.name.partition(".")[0] + suffix))


KINDS = [
    Kind("c.fvc", lambda path: corpus().save(path), use_corpus),
    Kind("g.fvc", lambda path: fv.Corpus.from_text(LINES, min_count=4, gaps=True).save(path), use_corpus),
    Kind("m.fvm", lambda path: fv.count_cooccurrences(corpus(), window=2).save(path), use_matrix),
    Kind("v.safetensors", lambda path: vectors(history={"loss": [1.5, 0.5]}).save(path), use_vectors),
    Kind(
        "s.safetensors", lambda path: vectors(context_vectors=np.eye(5, 3), combine="sum").save(path), use_vectors
    ),
    Kind("n.safetensors", lambda path: trained(path.parent, path.name), use_vectors),
    Kind("t.safetensors", lambda path: trained(path.parent, path.name, loss="hierarchical_softmax"), use_vectors),
    Kind("r.safetensors", bootstrapped, use_runs),
    Kind("run.ckpt", checkpointed, checkpoints.read),
    Kind("v.bin", lambda path: vectors().save(path), use_vectors),
    Kind("n.bin", lambda path: trained(path.parent, path.name), use_vectors),
    Kind("t.bin", lambda path: trained(path.parent, path.name, loss="hierarchical_softmax"), use_vectors),
    Kind("v.txt", lambda path: vectors().save(path), use_vectors),
    Kind("v.glove", lambda path: vectors().save(path, format="glove"), use_vectors),
    Kind("a.npy", lambda path: vectors().save(path), use_vectors),
    Kind("b.vocab.txt", lambda path: vectors().save(path.parent / "b.npy"), beside(".npy")),
    Kind("t.tsv", lambda path: vectors().save(path), use_vectors),
    Kind("p2.kv", pickled(2), use_vectors),
    Kind("p4.kv", pickled(4), use_vectors),
    Kind("vocabulary", lambda path: corpus().vocabulary.save(path), fv.Vocabulary.load),
    Kind("phrases.json", phrase_table, use_table),
    Kind("pairs", text("the king 0.5\nking the 2\nnaïve 東京 1e3\n" * 3), fv.Pairs.from_pairs),
    Kind(
        "triples",
        lambda path: fv.count_cooccurrences(corpus()).write_triples(path),
        lambda path: fv.CooccurrenceMatrix.read_triples(path, corpus().vocabulary),
    ),
    Kind("freeze", text("the\nking 0.5\n\nqueen 1\n"), lambda path: read_factors(str(path))),
    Kind("analogies", text(": a b\nthe king the queen\n"), lambda path: fv.evaluate_analogies(vectors(), path)),
    Kind("judged", text("w1\tw2\tx\nthe\tking\t3.5\n"), lambda path: fv.evaluate_similarity(vectors(), path)),
    Kind("text", text("\n".join(LINES)), use_text),
    Kind("text.zip", zipped, use_text),
    Kind("text.tar", tarred, use_text),
    *(Kind(f"text{suffix}", compressed(suffix), use_text) for suffix in COMPRESS),
]
