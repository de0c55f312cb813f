"""Small corpora that are included or generated."""

from fastvec.datasets.demo import DemoCorpus, demo_corpus
from fastvec.datasets.lesson import kingdom

__all__ = ["DemoCorpus", "demo_corpus", "kingdom"]
