"""Vectors of the real text, scored by a program that shares no code with fastvec."""

from __future__ import annotations

import json
import subprocess
import sys

import fastvec as fv


def test_vectors_are_as_good_as_other_programs(shared, tmp_path):
    """As many epochs and threads as the others had; one seed moves these scores by about a point."""
    corpus = fv.Corpus.from_text(shared("corpora/wiki-a.txt.xz"))
    vectors = fv.SkipGram().train(corpus, threads=2)
    vectors.save(tmp_path / "vectors.bin")
    scorer = [sys.executable, str(shared("tools/evalvec.py")), str(tmp_path / "vectors.bin")]
    printed = subprocess.run(scorer, capture_output=True, text=True, check=True).stdout
    scores = {name: float(value) for name, value in (pair.split("=") for pair in printed.split() if "=" in pair)}
    golden = json.loads(shared("golden/sgns-quality.json").read_text())["gensim 4.4"]
    for name in ("analogy_all", "MEN-TR-3k", "RW-STANFORD", "SIMLEX-999"):
        assert scores[name] > golden[name] - 2.5, (name, scores[name], golden[name])
    assert vectors.analogy("man", "king", "woman", topn=5)[0][0] in ("queen", "princess", "prince")
