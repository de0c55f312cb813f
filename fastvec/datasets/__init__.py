"""Small corpora made here."""

from fastvec.datasets.demo import DemoCorpus, demo_corpus

__all__ = ["DemoCorpus", "demo_corpus"]
