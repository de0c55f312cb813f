"""Names that people bring, most from gensim: attributes that do not exist here, and what to use instead."""

from __future__ import annotations

from collections.abc import Mapping

PACKAGE = {
    "Word2Vec": "fv.SkipGram(...).train(corpus) or fv.CBOW(...).train(corpus)",
    "FastText": "fv.SkipGram.fasttext().train(corpus), or subwords=fv.Subwords() with any settings",
    "KeyedVectors": "fv.WordVectors; fv.WordVectors.load(path) reads its files",
    "Word2VecKeyedVectors": "fv.WordVectors",
    "Doc2Vec": "fv.DocumentVectors(...).train(tagged)",
    "LsiModel": "fv.LSA(...).train(corpus)",
    "LineSentence": "fv.Corpus.from_text(path), which reads a sentence from each line",
    "Text8Corpus": "fv.Corpus.from_text(path)",
    "Dictionary": "fv.Vocabulary",
    "Phraser": "fv.Phrases(...).fit(corpus), which returns a fv.PhraseTable",
}
_NORMED = "get_normed_vectors() or get_vector(word, norm=True); queries normalise by themselves"
WORD_VECTORS = {
    "wv": "these vectors themselves: train() returns a WordVectors, not a model",
    "save_word2vec_format": 'save(path), with format="word2vec" or "word2vec-text" if the suffix does not say it',
    "load_word2vec_format": 'WordVectors.load(path), with format="word2vec" or "word2vec-text" if need be',
    "index2word": "index_to_key",
    "index2entity": "index_to_key",
    "vocab": "key_to_index, and counts or vocabulary",
    "syn0": "vectors",
    "syn0norm": _NORMED,
    "syn1": "output_nodes",
    "syn1neg": "context_vectors",
    "vectors_norm": _NORMED,
    "init_sims": _NORMED,
    "fill_norms": "norms, which is computed when it is first used",
    "word_vec": "get_vector",
    "words_closer_than": "closer_than",
    "similar_by_key": "similar_by_word",
    "similarity_unseen_docs": "n_similarity",
    "get_vecattr": "vocabulary.counts",
    "unit_normalize_all": "normalized, which returns new vectors",
    "vectors_for_all": "fv.WordVectors.from_arrays(words, vectors[words])",
    "evaluate_word_analogies": "fv.evaluate_analogies(vectors, questions)",
    "evaluate_word_pairs": "fv.evaluate_similarity(vectors, pairs)",
    "accuracy": "fv.evaluate_analogies(vectors, questions)",
    "get_latest_training_loss": 'history["epoch_loss"]; fv.evaluate_loss(vectors, corpus) measures it anew',
    "loss": "fv.evaluate_loss(vectors, corpus)",
    "train": "fv.SkipGram(...).train(corpus, init=vectors)",
    "build_vocab": "fv.SkipGram(...).train(corpus, init=vectors), which adds new words",
}


def no_attribute(owner: str, name: str, instead: Mapping[str, str] = WORD_VECTORS) -> AttributeError:
    """Return the error for an attribute that does not exist, with what to use instead if it is gensim's.

    >>> print(no_attribute("'WordVectors' object", "syn0"))
    'WordVectors' object has no attribute 'syn0'; use vectors
    """
    hint = f"; use {instead[name]}" if name in instead else ""
    return AttributeError(f"{owner} has no attribute {name!r}{hint}")
