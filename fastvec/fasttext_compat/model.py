"""A model by fasttext's names, over WordVectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.errors import SettingError
from fastvec.fasttext_compat.lines import BLANKS_OF_STREAMS, EOS, LABEL, words_of
from fastvec.io.decompression import type_of_path
from fastvec.kernels.reference.subwords import fnv1a
from fastvec.text.subwords import Subwords
from fastvec.vectors.subwords import SubwordVectors
from fastvec.vectors.word_vectors import WordVectors

NO_CLASSIFIER = "the model has no labels to predict: fastvec reads and trains vectors of words, no classifiers"


class FastTextModel:
    """Vectors of words and n-grams with the methods of a model of fasttext.

    Parameters
    ----------
    vectors : WordVectors

    Attributes
    ----------
    vectors : WordVectors
        Everything that fastvec has: ``model.vectors.most_similar(...)``.
    words : list of str
    labels : list of str
        The words, as in fasttext for models that are not supervised.

    Examples
    --------
    >>> import fastvec as fv
    >>> rows = fv.SubwordVectors(fv.Subwords(min_n=3, max_n=3, buckets=2), [[4, 8], [3, 0], [0, 3]])
    >>> model = FastTextModel(fv.WordVectors(["cat"], rows.of_words(["cat"]), subwords=rows))
    >>> model.get_word_vector("cat"), model.get_subwords("cat")
    (array([1.75, 3.5 ], dtype=float32), (['cat', '<ca', 'cat', 'at>'], array([0, 2, 2, 1])))
    """

    label: str = LABEL

    def __init__(self, vectors: WordVectors) -> None:
        self.vectors = vectors

    def set_args(self, args: Mapping[str, Any]) -> None:
        """Make attributes of the settings of a training, by fastText's names."""
        self.__dict__.update(args)

    @property
    def words(self) -> list[str]:
        """The words, the most frequent ones first."""
        return self.vectors.index_to_key

    @property
    def labels(self) -> list[str]:
        """The words, as in fasttext."""
        return self.words

    def get_words(self, include_freq: bool = False, on_unicode_error: str = "strict") -> Any:
        """Return the words, or with ``include_freq`` the words and how often each occurred, int64[V]."""
        words = list(self.words)
        if not include_freq:
            return words
        counts = self.vectors.counts
        return words, np.ones(len(words), np.int64) if counts is None else np.array(counts)

    def get_labels(self, include_freq: bool = False, on_unicode_error: str = "strict") -> Any:
        """Return the words, as in fasttext."""
        return self.get_words(include_freq)

    def get_dimension(self) -> int:
        """Return D."""
        return self.vectors.vector_size

    def get_word_vector(self, word: str) -> NDArray[np.float32]:
        """Return the vector of any word, composed of n-grams if need be, float32[D]; zeros if it has none."""
        if word in self.vectors.key_to_index:
            return np.array(self.vectors[word])
        rows = self._rows
        composed = None if rows is None else rows.compose(word)
        return np.zeros(self.get_dimension(), np.float32) if composed is None else composed

    def get_sentence_vector(self, text: str) -> NDArray[np.float32]:
        """Return the mean of the vectors of the words of a line, each divided by its length, float32[D].

        Raises
        ------
        SettingError
            If there is a line end in it.
        """
        words = words_of(_line("text", text), BLANKS_OF_STREAMS)
        found = np.array([self.get_word_vector(word) for word in words])
        lengths = np.linalg.norm(found, axis=1) if len(found) else np.empty(0)
        if not (lengths > 0).any():
            return np.zeros(self.get_dimension(), np.float32)
        mean: NDArray[np.float32] = (found[lengths > 0] / lengths[lengths > 0, None]).mean(axis=0)
        return mean

    def get_nearest_neighbors(self, word: str, k: int = 10, on_unicode_error: str = "strict") -> list[Any]:
        """Return the k words with the highest cosine with any word, as (cosine, word)."""
        return self._nearest(self.get_word_vector(word), {word}, k)

    def get_analogies(
        self,
        wordA: str,
        wordB: str,
        wordC: str,
        k: int = 10,
        on_unicode_error: str = "strict",
    ) -> list[Any]:
        """Return the k words with the highest cosine with A - B + C, each of length 1, as (cosine, word)."""
        query = np.zeros(self.get_dimension(), np.float32)
        for word, sign in ((wordA, 1), (wordB, -1), (wordC, 1)):
            vector = self.get_word_vector(word)
            query += sign * vector / (np.linalg.norm(vector) + 1e-8)
        return self._nearest(query, {wordA, wordB, wordC}, k)

    def _nearest(self, query: NDArray[np.float32], banned: set[str], k: int) -> list[Any]:
        if not query.any():
            return [(0.0, word) for word in [word for word in self.words if word not in banned][:k]]
        topn = min(k + len(banned), len(self.words))
        answers = self.vectors.similar_by_vector(query, topn=topn)
        return [(score, word) for word, score in answers if word not in banned][:k]

    def get_word_id(self, word: str) -> int:
        """Return the row of a word, -1 if it is out of the vocabulary."""
        return self.vectors.key_to_index.get(word, -1)

    def get_label_id(self, label: str) -> int:
        """Return -1: there are no labels."""
        return -1

    def get_subword_id(self, subword: str) -> int:
        """Return the row of an n-gram in the input matrix.

        Raises
        ------
        SettingError
            If the model has no n-grams.
        """
        settings = self._settings
        if not settings.buckets:
            raise SettingError(field="subword", expected="a model with n-grams", shown="one without")
        return len(self.words) + fnv1a(subword.encode("utf-8", "surrogateescape")) % settings.buckets

    def get_subwords(self, word: str, on_unicode_error: str = "strict") -> tuple[list[str], NDArray[np.int64]]:
        """Return the word, if it has a row, and its n-grams; and their rows in the input matrix."""
        own = self.get_word_id(word)
        pieces = [word] if own >= 0 else []
        ids = [own] if own >= 0 else []
        if word != EOS and self._rows is not None:
            pieces += self._settings.ngrams(word)
            ids += (self._settings.buckets_of(word) + len(self.words)).tolist()
        return pieces, np.array(ids, np.int64)

    def get_input_vector(self, ind: int) -> NDArray[np.float32]:
        """Return a row of the input matrix, float32[D]."""
        n_words, rows = len(self.words), self._rows
        if not 0 <= ind < n_words + self._settings.buckets:
            raise SettingError(field="ind", expected=f"0 to {n_words + self._settings.buckets - 1}", got=ind)
        if rows is None:
            return np.array(self.vectors.word_vectors[ind])
        at = ind if ind < n_words else int(rows.rows_of(np.array([ind - n_words], np.int32))[0])
        return np.array(rows.rows[at]) if at >= 0 else np.zeros(self.get_dimension(), np.float32)

    def get_input_matrix(self) -> NDArray[np.float32]:
        """Return the rows of the words, then of all buckets, float32[V + B, D]; zeros for n-grams never seen."""
        rows, n_words = self._rows, len(self.words)
        if rows is None:
            return np.array(self.vectors.word_vectors)
        matrix = np.zeros((n_words + self._settings.buckets, self.get_dimension()), np.float32)
        matrix[:n_words] = rows.rows[:n_words]
        matrix[n_words + rows.buckets] = rows.rows[n_words:]
        return matrix

    def get_output_matrix(self) -> NDArray[np.float32]:
        """Return the output rows, float32[V, D]: of words, or of inner nodes and a row of zeros.

        Raises
        ------
        SettingError
            If the file had none.
        """
        nodes, contexts = self.vectors.output_nodes, self.vectors.context_vectors
        if nodes is not None:
            return np.concatenate([-nodes, np.zeros((1, self.get_dimension()), np.float32)])
        if contexts is None:
            hint = "a .bin of fastText and a .safetensors of fastvec have them"
            raise SettingError(field="model", expected="output rows", shown="vectors alone", hint=hint)
        return np.array(contexts)

    def set_matrices(self, input_matrix: ArrayLike, output_matrix: ArrayLike) -> None:
        """Replace the rows of words and buckets, float32[V + B, D], and the output rows, float32[V, D]."""
        W_in, W_out = np.array(input_matrix, np.float32), np.array(output_matrix, np.float32)
        old, of_tree = self.vectors, self.vectors.output_nodes is not None
        subwords = None if self._rows is None else SubwordVectors(self._settings, W_in)
        self.vectors = WordVectors(
            self.words,
            W_in if subwords is None else subwords.of_words(self.words),
            context_vectors=None if of_tree else W_out,
            output_nodes=-W_out[:-1] if of_tree else None,
            counts=old.counts, settings=old.settings, subwords=subwords,
        )  # fmt: skip

    def get_line(self, text: Any, on_unicode_error: str = "strict") -> Any:
        """Return the words of a line with ``</s>``, and its labels; of a list of lines, a list of each.

        Labels are none, as a model without a classifier knows none.
        """
        if isinstance(text, list):
            lines = [self.get_line(line) for line in text]
            return [words for words, _ in lines], [labels for _, labels in lines]
        known = self.vectors.key_to_index
        words = words_of(_line("text", text))
        return [word for word in words if word in known or not word.startswith(self.label)] + [EOS], []

    def is_quantized(self) -> bool:
        """Return False."""
        return False

    def quantize(self, *_: Any, **__: Any) -> NoReturn:
        """Raise; ``model.vectors.save("v.safetensors", dtype="int8")`` makes a file a quarter as large."""
        hint = 'model.vectors.save(path, dtype="int8") makes a file a quarter as large'
        raise SettingError(f"quantize: only supervised models can be quantised; {hint}", field="quantize")

    def predict(self, *_: Any, **__: Any) -> NoReturn:
        """Raise: there is no classifier."""
        raise SettingError(f"predict: {NO_CLASSIFIER}", field="predict")

    def test(self, *_: Any, **__: Any) -> NoReturn:
        """Raise: there is no classifier."""
        raise SettingError(f"test: {NO_CLASSIFIER}", field="test")

    test_label = get_meter = test

    def save_model(self, path: type_of_path) -> None:
        """Write fastText's ``.bin``.

        Raises
        ------
        StorageError
            If it cannot be written.
        """
        self.vectors.save(path, format="fasttext")

    def __getitem__(self, word: str) -> NDArray[np.float32]:
        return self.get_word_vector(word)

    def __contains__(self, word: object) -> bool:
        return word in self.vectors.key_to_index

    def __repr__(self) -> str:
        return f"FastTextModel({self.vectors!r})"

    @property
    def _rows(self) -> SubwordVectors | None:
        return self.vectors.subwords

    @property
    def _settings(self) -> Subwords:
        return Subwords(max_n=0) if self._rows is None else self._rows.settings


def load_model(path: type_of_path) -> FastTextModel:
    """Read a model of fastText, or any other file of vectors.

    Parameters
    ----------
    path : path

    Returns
    -------
    FastTextModel

    Raises
    ------
    StorageError
        If it cannot be read.
    FormatError
        If it is no such file.

    Examples
    --------
    >>> import tempfile
    >>> import fastvec as fv
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     fv.WordVectors(["cat"], [[1, 2]]).save(f"{folder}/cat.vec")
    ...     load_model(f"{folder}/cat.vec").words
    ['cat']
    """
    return FastTextModel(WordVectors.load(path))


def _line(field: str, text: Any) -> str:
    if not isinstance(text, str) or "\n" in text:
        raise SettingError(field=field, expected="one line, without a line end", got=text)
    return text
