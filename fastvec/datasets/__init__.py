"""Texts to start the flow with: small corpora that are generated here, and well-known data sets by name."""

from fastvec.datasets.demo import DemoCorpus, demo_corpus
from fastvec.datasets.lesson import kingdom
from fastvec.datasets.named import DATA_SETS, data_folder, fetch, glove, text8, wikitext

__all__ = [
    "DATA_SETS",
    "DemoCorpus",
    "data_folder",
    "demo_corpus",
    "fetch",
    "glove",
    "kingdom",
    "text8",
    "wikitext",
]
