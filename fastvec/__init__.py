"""fastvec: static word embeddings, trained very fast on an ordinary CPU.

    import fastvec as fv
    corpus  = fv.Corpus.from_text("wiki.txt.gz", min_count=5)
    vectors = fv.SkipGram(vector_size=100, window=5, negative=5, epochs=5, seed=1).train(corpus)
    vectors.most_similar("paris", topn=5)

The names below are loaded when they are first used, so ``import fastvec`` takes next to no time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "Corpus": "fastvec.text.corpus",
    "Concordance": "fastvec.text.concordance",
    "TaggedCorpus": "fastvec.text.tagged",
    "Pairs": "fastvec.pairs.pairs",
    "Vocabulary": "fastvec.text.vocabulary",
    "Subwords": "fastvec.text.subwords",
    "Phrases": "fastvec.phrases.phrases",
    "PhraseTable": "fastvec.phrases.table",
    "ENGLISH_CONNECTOR_WORDS": "fastvec.phrases.phrases",
    "Phrase": "fastvec.phrases.table",
    "CooccurrenceMatrix": "fastvec.counting.cooccurrence",
    "DocumentMatrix": "fastvec.counting.documents",
    "count_cooccurrences": "fastvec.counting.counting",
    "count_documents": "fastvec.counting.documents",
    "explain": "fastvec.counting.explanation",
    "Explanation": "fastvec.counting.explanation",
    "log_counts": "fastvec.counting.association",
    "pmi": "fastvec.counting.association",
    "ppmi": "fastvec.counting.association",
    "tf_idf": "fastvec.counting.association",
    "SkipGram": "fastvec.training.word2vec",
    "CBOW": "fastvec.training.word2vec",
    "NNLM": "fastvec.training.nnlm.trainer",
    "NeuralLanguageModel": "fastvec.training.nnlm.model",
    "DocumentVectors": "fastvec.training.documents.trainer",
    "DocumentModel": "fastvec.training.documents.model",
    "training_pairs": "fastvec.text.windows",
    "GloVe": "fastvec.training.glove",
    "LogCountFactorization": "fastvec.training.log_count",
    "PPMISVD": "fastvec.training.ppmi_svd",
    "LSA": "fastvec.training.lsa",
    "WordVectors": "fastvec.vectors.word_vectors",
    "SubwordVectors": "fastvec.vectors.subwords",
    "NeighborIndex": "fastvec.vectors.neighbor_index",
    "SIF": "fastvec.vectors.sif",
    "FittedSIF": "fastvec.vectors.sif",
    "Explorer": "fastvec.explore.explorer",
    "bootstrap": "fastvec.evaluation.bootstrap",
    "Bootstrap": "fastvec.evaluation.stability",
    "Progress": "fastvec.running.progress",
    "evaluate_analogies": "fastvec.evaluation.analogies",
    "evaluate_loss": "fastvec.evaluation.loss",
    "evaluate_similarity": "fastvec.evaluation.similarity",
    "plot_analogy": "fastvec.show.analogies",
    "plot_counts": "fastvec.show.walls",
    "plot_geometry": "fastvec.show.geometry",
    "plot_loss": "fastvec.show.losses",
    "plot_map": "fastvec.show.maps",
    "plot_neighbors": "fastvec.show.neighbors",
    "plot_similarity": "fastvec.show.similarities",
    "datasets": "fastvec.datasets",
    "geometry": "fastvec.geometry",
    "simd_level": "fastvec.kernels.simd",
    "UnknownWordError": "fastvec.errors",
    "FastvecError": "fastvec.errors",
    "SettingError": "fastvec.errors",
    "FormatError": "fastvec.errors",
    "CorpusError": "fastvec.errors",
    "CheckpointWarning": "fastvec.errors",
    "TrainingError": "fastvec.errors",
    "Cancelled": "fastvec.errors",
    "ResourceError": "fastvec.errors",
    "StorageError": "fastvec.errors",
    "MissingPackageError": "fastvec.errors",
}
__all__ = sorted([*_HOME, "__version__"])

if TYPE_CHECKING:
    from fastvec import datasets, geometry
    from fastvec.counting.association import log_counts, pmi, ppmi, tf_idf
    from fastvec.counting.cooccurrence import CooccurrenceMatrix
    from fastvec.counting.counting import count_cooccurrences
    from fastvec.counting.documents import DocumentMatrix, count_documents
    from fastvec.counting.explanation import Explanation, explain
    from fastvec.errors import (
        Cancelled,
        CheckpointWarning,
        CorpusError,
        FastvecError,
        FormatError,
        MissingPackageError,
        ResourceError,
        SettingError,
        StorageError,
        TrainingError,
        UnknownWordError,
    )
    from fastvec.evaluation.analogies import evaluate_analogies
    from fastvec.evaluation.bootstrap import bootstrap
    from fastvec.evaluation.loss import evaluate_loss
    from fastvec.evaluation.similarity import evaluate_similarity
    from fastvec.evaluation.stability import Bootstrap
    from fastvec.explore.explorer import Explorer
    from fastvec.kernels.simd import simd_level
    from fastvec.pairs.pairs import Pairs
    from fastvec.phrases.phrases import ENGLISH_CONNECTOR_WORDS, Phrases
    from fastvec.phrases.table import Phrase, PhraseTable
    from fastvec.running.progress import Progress
    from fastvec.show.analogies import plot_analogy
    from fastvec.show.geometry import plot_geometry
    from fastvec.show.losses import plot_loss
    from fastvec.show.maps import plot_map
    from fastvec.show.neighbors import plot_neighbors
    from fastvec.show.similarities import plot_similarity
    from fastvec.show.walls import plot_counts
    from fastvec.text.concordance import Concordance
    from fastvec.text.corpus import Corpus
    from fastvec.text.subwords import Subwords
    from fastvec.text.tagged import TaggedCorpus
    from fastvec.text.vocabulary import Vocabulary
    from fastvec.text.windows import training_pairs
    from fastvec.training.documents.model import DocumentModel
    from fastvec.training.documents.trainer import DocumentVectors
    from fastvec.training.glove import GloVe
    from fastvec.training.log_count import LogCountFactorization
    from fastvec.training.lsa import LSA
    from fastvec.training.nnlm.model import NeuralLanguageModel
    from fastvec.training.nnlm.trainer import NNLM
    from fastvec.training.ppmi_svd import PPMISVD
    from fastvec.training.word2vec import CBOW, SkipGram
    from fastvec.vectors.neighbor_index import NeighborIndex
    from fastvec.vectors.sif import SIF, FittedSIF
    from fastvec.vectors.subwords import SubwordVectors
    from fastvec.vectors.word_vectors import WordVectors


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        from fastvec.gensim_names import PACKAGE, no_attribute

        raise no_attribute("module 'fastvec'", name, PACKAGE)
    try:
        home = import_module(_HOME[name])
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("fastvec.kernels._"):
            raise
        hint = "change to another folder, or build them here by pip install -e ."
        message = f"fastvec is imported from its source folder, where its compiled modules are missing; {hint}"
        raise ImportError(message, name=error.name) from error
    value = home if _HOME[name] == f"fastvec.{name}" else getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
