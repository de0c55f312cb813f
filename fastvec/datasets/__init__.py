"""Texts to start the flow with: small corpora that are generated here."""

from fastvec.datasets.demo import DemoCorpus, demo_corpus
from fastvec.datasets.lesson import kingdom

__all__ = ["DemoCorpus", "demo_corpus", "kingdom"]
