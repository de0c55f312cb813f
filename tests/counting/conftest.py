"""Small corpora to count."""

import numpy as np
import pytest

from fastvec import Corpus
from fastvec.counting import counting
from fastvec.counting.memory_plan import MemoryPlan


def random_corpus(seed=0, *, words=70, tokens=600, sentences=40):
    """Few words often, many seldom; some sentences are empty, and one is long."""
    rng = np.random.default_rng(seed)
    ids = (words * rng.random(tokens) ** 3).astype(np.int32)
    cuts = np.sort(rng.integers(0, tokens // 2, sentences - 1))
    offsets = np.concatenate([[0, 0], cuts, [tokens, tokens]])
    return Corpus.from_ids(ids, offsets, [f"w{i}" for i in range(words)])


@pytest.fixture
def corpus():
    return random_corpus()


@pytest.fixture
def in_parts(monkeypatch):
    """Make counting cut the text into parts of so many tokens, whatever the memory, and merge them."""

    def cut(part_tokens, task_cells=None, frequent_rows=0):
        def plan_memory(offsets, n_words, _window, threads, _max_memory, _loading):
            total = int(offsets[-1])
            bounds = [*range(0, total, part_tokens), total]
            return MemoryPlan(bounds, threads, task_cells or 2 * n_words, frequent_rows)

        monkeypatch.setattr(counting, "plan_memory", plan_memory)

    return cut
