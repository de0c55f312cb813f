"""Test sets, with results in gensim's form."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from fastvec.evaluation.analogies import evaluate_analogies, read_questions
from fastvec.evaluation.similarity import evaluate_similarity, read_judgements
from fastvec.io.decompression import type_of_path
from fastvec.io.lines import numbered_lines
from fastvec.running.loading import load
from fastvec.vectors.word_vectors import WordVectors

METHODS = {"most_similar": "3cosadd", "most_similar_cosmul": "3cosmul"}


def analogies(
    vectors: WordVectors, path: type_of_path, restrict_vocab: int | None, ignore_case: bool,
    unknown_is_wrong: bool, method: str,
) -> tuple[float, list[dict[str, Any]]]:  # fmt: skip
    """Return the accuracy, and the questions by section: ``section``, ``correct`` and ``incorrect``."""
    questions = read_questions(path)
    score = evaluate_analogies(
        vectors, path, method=METHODS.get(method, method), restrict_vocab=restrict_vocab,  # type: ignore[arg-type]
        ignore_case=ignore_case, oov="wrong" if unknown_is_wrong else "skip",
    )  # fmt: skip
    sections: dict[str, dict[str, Any]] = {
        name: {"section": name, "correct": [], "incorrect": []} for name in score.names
    }
    total: dict[str, Any] = {"section": "Total accuracy", "correct": [], "incorrect": []}
    for question, asked, right in zip(questions, score.asked.tolist(), score.correct.tolist(), strict=True):
        if not asked:
            continue
        words = tuple(word.upper() if ignore_case else word for word in question[1:])
        for section in (sections[question.section], total):
            section["correct" if right else "incorrect"].append(words)
    n_right = len(total["correct"])
    return n_right / (n_right + len(total["incorrect"]) or 1), [*sections.values(), total]


def pairs(
    vectors: WordVectors, path: type_of_path, delimiter: str, encoding: str, restrict_vocab: int | None,
    ignore_case: bool, unknown_is_zero: bool,
) -> tuple[Any, Any, float]:  # fmt: skip
    """Return Pearson's and Spearman's results of SciPy, and the percentage of pairs that are left out."""
    judged: Any = path
    if delimiter not in "\t,;" or encoding.lower().replace("-", "") != "utf8":
        lines = (line.decode(encoding) for _, line in numbered_lines(path))
        rows = [re.split(re.escape(delimiter), line.strip()) for line in lines if line.strip()]
        judged = [(a, b, float(value)) for a, b, value, *_ in rows if not a.startswith("#")]
    score = evaluate_similarity(
        vectors, judged, restrict_vocab=restrict_vocab, ignore_case=ignore_case,
        oov="zero" if unknown_is_zero else "skip",
    )  # fmt: skip
    stats, covered = load("scipy.stats"), score.covered
    n_pairs = len(read_judgements(judged))
    left_out = 100.0 * float(np.count_nonzero(~covered)) / max(1, n_pairs)
    if score.n < 2:
        raise ValueError(f"pairs: expected at least two with vectors, got {score.n} of {n_pairs}")
    judgements, cosines = score.judgements[covered], score.cosines[covered]
    return stats.pearsonr(judgements, cosines), stats.spearmanr(judgements, cosines), left_out
