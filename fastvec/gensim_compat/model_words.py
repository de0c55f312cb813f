"""The words of a model: from a text or from counts, with rows for those that stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from fastvec.gensim_compat import vocabulary
from fastvec.gensim_compat.corpora import Text8Corpus
from fastvec.gensim_compat.model_settings import Settings
from fastvec.gensim_compat.names import NoVocabularyError, new_names, one_corpus
from fastvec.gensim_compat.text import LineSentence
from fastvec.kernels.random import stream
from fastvec.text.corpus import Corpus
from fastvec.text.vocabulary import Vocabulary
from fastvec.training.initialization import starting_rows


class Words(Settings):
    """The part of Word2Vec that learns words."""

    trim_rule: vocabulary.TrimRule | None

    def build_vocab(
        self, corpus_iterable: Iterable[Any] | None = None, corpus_file: Any = None, update: bool = False,
        progress_per: int = 10_000, keep_raw_vocab: bool = False, trim_rule: vocabulary.TrimRule | None = None,
        **old: Any,
    ) -> None:  # fmt: skip
        """Count the words of a text, and give them rows.

        Parameters
        ----------
        corpus_iterable, corpus_file
            As for the class.
        update : bool
            Add new words to those that there are, whose rows and counts go on.
        trim_rule : callable, optional
            In the place of that of the class.
        progress_per, keep_raw_vocab
            They change nothing.
        """
        corpus_iterable = old.pop("sentences", corpus_iterable)
        new_names(old, "build_vocab")
        one_corpus(corpus_iterable, corpus_file, passes=1)
        self._learn_words(self._text(corpus_iterable, corpus_file), trim_rule or self.trim_rule, update)

    def build_vocab_from_freq(
        self, word_freq: Mapping[Any, int], keep_raw_vocab: bool = False, corpus_count: int | None = None,
        trim_rule: vocabulary.TrimRule | None = None, update: bool = False,
    ) -> None:  # fmt: skip
        """Give words rows, given their counts.

        Parameters
        ----------
        word_freq : mapping from word to count
        corpus_count : int, optional
            Sentences of the text that they are of.
        trim_rule, update
            As for :meth:`build_vocab`.
        """
        self.corpus_count, self.corpus_total_words = corpus_count or 0, sum(word_freq.values())
        ordered = dict(sorted(word_freq.items(), key=lambda item: -item[1]))
        self._set_words(ordered, trim_rule or self.trim_rule, update)

    def _text(self, sentences: Iterable[Any] | None, corpus_file: Any) -> Any:
        """Return the sentences that were given, or those of the lines of a file."""
        if type(sentences) is Text8Corpus:
            return sentences.text() or sentences
        return LineSentence(corpus_file) if sentences is None else sentences

    def scan_vocab(
        self, corpus_iterable: Iterable[Any] | None = None, corpus_file: Any = None, progress_per: int = 10_000,
        workers: int | None = None, trim_rule: vocabulary.TrimRule | None = None, **old: Any,
    ) -> tuple[int, int]:  # fmt: skip
        """Count the words of a text to ``raw_vocab``, without a change of the model's; ``build_vocab`` does both.

        Parameters
        ----------
        corpus_iterable, corpus_file
            As for the class.
        workers : int, optional
            Threads; None: the model's.
        progress_per, trim_rule
            They change nothing.

        Returns
        -------
        (int, int)
            Words and sentences.
        """
        corpus_iterable = old.pop("sentences", corpus_iterable)
        new_names(old, "scan_vocab")
        one_corpus(corpus_iterable, corpus_file, passes=1)
        read = vocabulary.read(self._text(corpus_iterable, corpus_file), workers or self.workers)
        self.raw_vocab = dict(zip(read.keys(), read.corpus.vocabulary.counts.tolist(), strict=True))
        return read.total_words, read.corpus.n_sentences

    def _learn_words(
        self, sentences: Iterable[Any], trim_rule: vocabulary.TrimRule | None, update: bool
    ) -> Corpus:
        """Take the words of a text; return it by their ids."""
        as_it_is = not (update or trim_rule or self.max_vocab_size or self.max_final_vocab)
        read = vocabulary.read(sentences, self.workers, min_count=self.min_count if as_it_is else 1)
        self.corpus_count, self.corpus_total_words = read.corpus.n_sentences, read.total_words
        keys, counts = read.keys(), read.corpus.vocabulary.counts
        self._set_words(dict(zip(keys, counts.tolist(), strict=True)), trim_rule, update)
        if as_it_is:
            return read.corpus
        index = self.wv.key_to_index
        ids = np.array([index.get(key, -1) for key in keys], np.int32)
        return vocabulary.encoded(read.corpus, ids, self._vocabulary())

    def _set_words(self, counts: dict[Any, int], trim_rule: vocabulary.TrimRule | None, update: bool) -> None:
        """Take words with their counts, the most frequent first, and make rows for those that stay."""
        if update and not len(self.wv):
            raise NoVocabularyError(
                "build_vocab: update=True needs a vocabulary that was built before", field="update"
            )
        stays, self.effective_min_count = vocabulary.kept(
            counts, self.min_count, trim_rule, self.max_vocab_size, self.max_final_vocab
        )
        wv = self.wv
        old = wv.index_to_key if update else []
        if not (stays or update):
            raise NoVocabularyError(
                "sentences: no word is left, so there is nothing to train: the text is empty, or min_count="
                f"{self.min_count} or trim_rule drops every word of it",
                field="sentences",
            )
        wv.index_to_key = [*old, *(word for word in stays if not update or word not in wv.key_to_index)]
        wv.key_to_index = {key: i for i, key in enumerate(wv.index_to_key)}
        totals = np.array([counts.get(key, 0) for key in wv.index_to_key], np.int64)
        totals[: len(old)] += wv.expandos["count"][: len(old)] if len(old) else 0
        wv.expandos, wv.tree = {"count": totals}, None
        self._make_weights(len(old))
        wv.forget()

    def _vocabulary(self) -> Vocabulary:
        """Return the words as they are now, with their counts."""
        wv = self.wv
        counts = np.array(wv.expandos.get("count", np.ones(len(wv))), np.int64)
        if len(counts) == len(wv.key_to_index) and not any(type(key) is not str for key in wv.index_to_key):
            return Vocabulary._of_distinct(list(wv.index_to_key), counts)
        return Vocabulary(wv.names(), counts)

    def _make_weights(self, n_old: int) -> None:
        """Give words rows: the first ``n_old`` have some."""
        wv, size = self.wv, self.vector_size
        start = starting_rows(None, self._vocabulary(), size, stream=stream(self.seed))
        vectors = np.ascontiguousarray(start.W_in[:, :size])
        vectors[:n_old] = wv.vectors[:n_old]
        wv.vectors = vectors
        if len(wv.vectors_lockf) > 1:
            factors = np.ones(len(wv), np.float32)
            factors[:n_old] = wv.vectors_lockf[:n_old]
            wv.vectors_lockf = factors
        self._make_outputs(n_old)

    def _make_outputs(self, n_old: int) -> None:
        for name, there in (("syn1", self.hs), ("syn1neg", self.negative)):
            rows = np.zeros((len(self.wv), self.vector_size), np.float32)
            old = self.__dict__.pop(name, None)
            if n_old and old is not None:
                rows[:n_old] = old[:n_old]
            if there:
                setattr(self, name, rows)

    def reset_from(self, other_model: Words) -> None:
        """Take the words and counts of another model, and begin anew."""
        counts = other_model.wv.expandos["count"].tolist()
        self.corpus_count = other_model.corpus_count
        self._set_words(dict(zip(other_model.wv.index_to_key, counts, strict=True)), None, update=False)
