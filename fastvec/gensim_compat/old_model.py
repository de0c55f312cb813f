"""What models answered to before gensim 4: each name works, and tells the new one."""

from __future__ import annotations

from typing import Any

from fastvec.gensim_compat.names import old_attribute, tell_renamed

# methods and attributes of the vectors that models had themselves
OF_VECTORS = frozenset({
    "most_similar", "most_similar_cosmul", "similar_by_word", "similar_by_vector", "similarity", "n_similarity",
    "doesnt_match", "wmdistance", "evaluate_word_pairs", "save_word2vec_format", "index2word", "vocab", "syn0",
    "syn0norm", "intersect_word2vec_format", "index_to_key", "key_to_index",
})  # fmt: skip
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
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __getitem__(self, key: Any) -> Any:
        """Return the vector of a word, as models did before gensim 4."""
        tell_renamed("model[word]", "model.wv[word]")
        return self.__dict__["wv"][key]

    def __contains__(self, key: Any) -> bool:
        """Return whether a word has a vector, as models did before gensim 4."""
        tell_renamed("word in model", "word in model.wv")
        return key in self.__dict__["wv"]
