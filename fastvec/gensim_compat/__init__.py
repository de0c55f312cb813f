"""gensim's classes over fastvec's engine: change the import, and a script of gensim's trains here.

    from fastvec.gensim_compat import Word2Vec      # instead of: from gensim.models import Word2Vec

gensim need not be installed. Its modules have their names here too: ``fastvec.gensim_compat.word2vec.Word2Vec``,
and after ``from fastvec import gensim_compat as gensim`` also ``gensim.models.Word2Vec``.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOME: dict[str, str] = {
    # by module
    "BrownCorpus": "corpora",
    "CallbackAny2Vec": "callbacks",
    "Doc2Vec": "doc2vec",
    "TaggedDocument": "tagged_documents",
    "TaggedLineDocument": "tagged_documents",
    "FastText": "fasttext",
    "FastTextKeyedVectors": "fasttext",
    "load_facebook_model": "fasttext",
    "load_facebook_vectors": "fasttext",
    "save_facebook_model": "fasttext",
    "KeyedVectors": "keyedvectors",
    "Phrases": "phrases",
    "FrozenPhrases": "phrases",
    "Phraser": "phrases",
    "LineSentence": "text",
    "PathLineSentences": "text",
    "TaggedBrownCorpus": "corpora",
    "Text8Corpus": "corpora",
    "simple_preprocess": "text",
    "Word2Vec": "word2vec",
}
# of gensim.models, and what to use
_ELSEWHERE = {
    "LsiModel": "fastvec.LSA(...).train(corpus)",
    "TfidfModel": "fastvec.tf_idf(fastvec.count_documents(corpus))",
    "LdaModel": "gensim's: topics are not offered",
    "downloader": "fastvec.datasets",
}
_MODULES = ("callbacks", "doc2vec", "fasttext", "keyedvectors", "phrases", "utils", "word2vec")
__all__ = sorted(_HOME)

if TYPE_CHECKING:
    from fastvec.gensim_compat.callbacks import CallbackAny2Vec
    from fastvec.gensim_compat.corpora import BrownCorpus, TaggedBrownCorpus, Text8Corpus
    from fastvec.gensim_compat.doc2vec import Doc2Vec
    from fastvec.gensim_compat.fasttext import (
        FastText,
        load_facebook_model,
        load_facebook_vectors,
        save_facebook_model,
    )
    from fastvec.gensim_compat.fasttext import FastTextKeyedVectors as FastTextKeyedVectors
    from fastvec.gensim_compat.keyedvectors import KeyedVectors
    from fastvec.gensim_compat.phrases import FrozenPhrases, Phraser, Phrases
    from fastvec.gensim_compat.tagged_documents import TaggedDocument, TaggedLineDocument
    from fastvec.gensim_compat.text import LineSentence, PathLineSentences, simple_preprocess
    from fastvec.gensim_compat.word2vec import Word2Vec


def __getattr__(name: str) -> Any:
    if name == "models":
        return sys.modules[__name__]
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name not in _HOME:
        from fastvec.gensim_names import no_attribute

        raise no_attribute(f"module {__name__!r}", name, _ELSEWHERE)
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
