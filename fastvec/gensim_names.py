"""Names that people bring, most from gensim: attributes that do not exist here, and what to use instead."""

from __future__ import annotations

from collections.abc import Mapping

_SAME = "; fastvec.gensim_compat has {0} with gensim's arguments"
PACKAGE = {
    "Word2Vec": "fv.SkipGram(...).train(corpus) or fv.CBOW(...).train(corpus)" + _SAME.format("Word2Vec"),
    "FastText": "fv.SkipGram.fasttext().train(corpus), or subwords=fv.Subwords() with any settings"
    + _SAME.format("FastText"),
    "KeyedVectors": "fv.WordVectors; fv.WordVectors.load(path) reads its files" + _SAME.format("KeyedVectors"),
    "Word2VecKeyedVectors": "fv.WordVectors" + _SAME.format("KeyedVectors"),
    "FastTextKeyedVectors": "fv.WordVectors" + _SAME.format("FastTextKeyedVectors"),
    "Doc2Vec": "fv.DocumentVectors(...).train(tagged)" + _SAME.format("Doc2Vec"),
    "TaggedDocument": "fv.TaggedCorpus.from_documents([(words, tags), ...])" + _SAME.format("TaggedDocument"),
    "TaggedLineDocument": "fv.Corpus.from_text(path), each line of which is a document"
    + _SAME.format("TaggedLineDocument"),
    "LsiModel": "fv.LSA(...).train(corpus)",
    "LineSentence": "fv.Corpus.from_text(path), which reads a sentence from each line"
    + _SAME.format("LineSentence"),
    "PathLineSentences": 'fv.Corpus.from_text("folder/*")' + _SAME.format("PathLineSentences"),
    "Text8Corpus": "fv.Corpus.from_text(path)" + _SAME.format("Text8Corpus"),
    "BrownCorpus": "fv.Corpus.from_text(sentences)" + _SAME.format("BrownCorpus"),
    "Dictionary": "fv.Vocabulary",
    "Phraser": "fv.Phrases(...).fit(corpus), which returns a fv.PhraseTable" + _SAME.format("Phraser"),
    "FrozenPhrases": "fv.PhraseTable, which fv.Phrases(...).fit(corpus) returns" + _SAME.format("FrozenPhrases"),
    "load_facebook_vectors": "fv.WordVectors.load(path)" + _SAME.format("load_facebook_vectors"),
    "load_facebook_model": "fv.WordVectors.load(path)" + _SAME.format("load_facebook_model"),
    "models": "the classes of fv themselves; fastvec.gensim_compat has those of gensim.models",
    "downloader": "fv.datasets, with glove(), text8() and others",
}
_NORMED = "get_normed_vectors() or get_vector(word, norm=True); queries normalise by themselves"
_OF_MODEL = "; models of fastvec.gensim_compat.Word2Vec have it"
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
    "train": "fv.SkipGram(...).train(corpus, init=vectors)" + _OF_MODEL,
    "build_vocab": "fv.SkipGram(...).train(corpus, init=vectors), which adds new words" + _OF_MODEL,
    "score": "fv.evaluate_loss(vectors, corpus)" + _OF_MODEL,
    "predict_output_word": "these with fastvec.gensim_compat.Word2Vec.load(path), which reads models of both",
    "vectors_lockf": "fv.SkipGram(...).train(corpus, init=vectors, freeze=words)",
}
DOCUMENT_MODEL = {
    "wv": "words",
    "dv": "documents",
    "docvecs": "documents",
    "infer_vector": "infer([words])[0]",
    "similarity_unseen_docs": "infer([words, others]), whose rows are two vectors",
    "train": "fv.DocumentVectors(...).train(tagged, init=model)" + _OF_MODEL.replace("Word2Vec", "Doc2Vec"),
}


def no_attribute(owner: str, name: str, instead: Mapping[str, str] = WORD_VECTORS) -> AttributeError:
    """Return the error for an attribute that does not exist, with what to use instead if it is gensim's.

    >>> print(no_attribute("'WordVectors' object", "syn0"))
    'WordVectors' object has no attribute 'syn0'; use vectors
    """
    hint = f"; use {instead[name]}" if name in instead else ""
    return AttributeError(f"{owner} has no attribute {name!r}{hint}")
