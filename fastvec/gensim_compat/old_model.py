"""What models answered to before gensim 4, where each name tells the new one; and what is not offered."""

from __future__ import annotations

from typing import Any

from fastvec.gensim_compat.names import old_attribute, tell_renamed
from fastvec.gensim_names import no_attribute

# methods and attributes of the vectors that models had themselves
OF_VECTORS = frozenset({
    "most_similar", "most_similar_cosmul", "similar_by_word", "similar_by_vector", "similarity", "n_similarity",
    "doesnt_match", "wmdistance", "evaluate_word_pairs", "save_word2vec_format", "index2word", "vocab", "syn0",
    "syn0norm", "intersect_word2vec_format", "index_to_key", "key_to_index",
})  # fmt: skip
# names of gensim 4 that are not offered, and what to use
_ROWS = "build_vocab(sentences), with update=True for more words, gives words their rows"
ABSENT = {
    "prepare_vocab": "build_vocab(sentences, trim_rule=) chooses words; scan_vocab(sentences) counts them",
    "prepare_weights": _ROWS,
    "init_weights": _ROWS,
    "update_weights": _ROWS,
    "seeded_vector": "rows are drawn by seed=; model.wv.vectors can be set before train",
    "add_null_word": "dm_concat=1, which needs it, is not offered",
    "create_binary_tree": "the tree is made when training begins; model.wv.get_vecattr(word, 'code') has paths",
    "make_cum_table": "noise words are drawn by model.wv.expandos['count'] and ns_exponent when training begins",
    "cum_table": "noise words are drawn by model.wv.expandos['count'] and ns_exponent when training begins",
    "estimate_memory": "a model takes 4 * vector_size bytes a word for vectors, and as many for each output layer",
    "estimated_lookup_memory": "names of tags take some 200 bytes each",
    "add_lifecycle_event": "comment= is kept with a model",
    "lifecycle_events": "comment= is kept with a model",
    "accuracy": "model.wv.evaluate_word_analogies(path)",
    "delete_temporary_training_data": "model.wv alone: model.wv.save(path) keeps no more",
    "load_word2vec_format": "KeyedVectors.load_word2vec_format(path)",
    "load_binary_data": "load_facebook_model(path) reads a .bin of fastText",
}
PARTS = ("trainables", "vocabulary")  # of a model in gensim 3


class OldNames:
    """The part of a model that knows gensim 3's names."""

    size = old_attribute("size", "vector_size")
    iter = old_attribute("iter", "epochs")

    def __getattr__(self, name: str) -> Any:
        if name in OF_VECTORS and "wv" in self.__dict__:
            tell_renamed(f"model.{name}", f"model.wv.{name}")
            return getattr(self.__dict__["wv"], name)
        if name in PARTS:
            tell_renamed(f"model.{name}", "the attributes of the model itself")
            return self
        raise no_attribute(f"{type(self).__name__!r} object", name, ABSENT)

    def __getitem__(self, key: Any) -> Any:
        """Return the vector of a word, as models did before gensim 4."""
        tell_renamed("model[word]", "model.wv[word]")
        return self.__dict__["wv"][key]

    def __contains__(self, key: Any) -> bool:
        """Return whether a word has a vector, as models did before gensim 4."""
        tell_renamed("word in model", "word in model.wv")
        return key in self.__dict__["wv"]
