"""Doc2Vec, as in gensim.models.doc2vec."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import SettingError, TrainingError
from fastvec.gensim_compat import saved_models, storage, vocabulary
from fastvec.gensim_compat.arguments import checked
from fastvec.gensim_compat.corpora import TaggedBrownCorpus as TaggedBrownCorpus
from fastvec.gensim_compat.document_engine import DocumentTraining, Inference, new_tag_rows
from fastvec.gensim_compat.keyedvectors import KeyedVectors
from fastvec.gensim_compat.model_files import own_attributes, plain
from fastvec.gensim_compat.model_settings import SETTINGS
from fastvec.gensim_compat.names import ArgumentTypeError, old_attribute, one_corpus
from fastvec.gensim_compat.tagged_documents import (
    Documents,
    TaggedDocument,
    TaggedLineDocument,
    ids_of,
    keys_of,
)
from fastvec.gensim_compat.word2vec import Word2Vec
from fastvec.io.decompression import type_of_path
from fastvec.text.corpus import Corpus
from fastvec.training.documents.trainer import DocumentVectors
from fastvec.vectors.word_vectors import WordVectors

__all__ = ["Doc2Vec", "TaggedDocument", "TaggedLineDocument"]
OF_DOCUMENTS = ("dm", "dbow_words", "dm_tag_count")  # settings, in addition to those of words


class Doc2Vec(Word2Vec):
    """Paragraph vectors with gensim's arguments and attributes, trained by fastvec's DocumentVectors.

    Parameters
    ----------
    documents : iterable of TaggedDocument, optional
        It is read once. With it (or ``corpus_file``) the model is trained at once; else ``build_vocab`` and
        ``train`` follow.
    corpus_file : path, optional
        A text of one document a line, whose tag is the number of the line, as ``TaggedLineDocument(corpus_file)``.
    dm : int
        1: the bag of the context words and the tags predicts a word (PV-DM); 0: the tags alone (PV-DBOW).
    dm_mean : int, optional
        With ``dm=1`` 0: the sum of the bag; else the mean.
    dbow_words : int
        With ``dm=0`` 1: train words too, by skip-gram.
    dm_concat : int
        Only 0: a concatenation is not offered.
    vector_size, window, epochs, shrink_windows, comment, trim_rule, callbacks, **more
        As for :class:`Word2Vec`.
    dm_tag_count, dv, dv_mapfile
        They change nothing.

    Attributes
    ----------
    dv : KeyedVectors
        The vectors of tags.
    wv : KeyedVectors
        Those of words; with ``dm=0, dbow_words=0`` they stay at random, as in gensim.

    Raises
    ------
    SettingError
        A ValueError, if an argument is out of range, or ``dm_concat`` is 1.
    NoVocabularyError
        A RuntimeError, if no word is left.

    Examples
    --------
    >>> from fastvec.gensim_compat import Doc2Vec, TaggedDocument
    >>> texts = [["the", "king", "rules"], ["tea", "and", "milk"]] * 50
    >>> documents = [TaggedDocument(words, [i % 2]) for i, words in enumerate(texts)]
    >>> model = Doc2Vec(documents, vector_size=8, min_count=1, sample=0, workers=1, dm=0, epochs=20)
    >>> model.dv.vectors.shape, model.infer_vector(["tea", "milk"]).shape
    ((2, 8), (8,))
    """

    dv: KeyedVectors

    def __init__(
        self, documents: Iterable[Any] | None = None, corpus_file: Any = None, vector_size: int = 100,
        dm_mean: int | None = None, dm: int = 1, dbow_words: int = 0, dm_concat: int = 0, dm_tag_count: int = 1,
        dv: Any = None, dv_mapfile: Any = None, comment: str | None = None,
        trim_rule: vocabulary.TrimRule | None = None, callbacks: Iterable[Any] = (), window: int = 5,
        epochs: int = 10, shrink_windows: bool = True, **more: Any,
    ) -> None:  # fmt: skip
        if dm and dm_concat:
            hint = "the mean (dm_mean=1) and the sum (dm_mean=0) are"
            raise SettingError(field="dm_concat", expected="0, as a concatenation is not offered", got=dm_concat,
                               hint=hint)  # fmt: skip
        checked({"dm": dm, "dm_mean": dm_mean, "dbow_words": dbow_words, "vector_size": vector_size})
        self.dm, self.dbow_words = 1 - int(more.pop("sg", 1 - bool(dm))), int(bool(dbow_words) and not dm)
        self.dm_concat, self.dm_tag_count = 0, dm_tag_count
        self.dv, self._documents, self._inference = KeyedVectors(int(vector_size)), None, None
        mean = more.pop("cbow_mean", 1) if dm_mean is None else dm_mean
        super().__init__(
            vector_size=vector_size, sg=1 - self.dm, cbow_mean=mean, comment=comment, trim_rule=trim_rule,
            callbacks=callbacks, window=window, epochs=epochs, shrink_windows=shrink_windows, **more,
        )  # fmt: skip
        self.dv.vector_size = self.vector_size
        if documents is not None or corpus_file is not None:
            one_corpus(documents, corpus_file, passes=self.epochs + 1)
            corpus = self._learn_words(self._text(documents, corpus_file), trim_rule, update=False)
            self._train(corpus, self.epochs, callbacks)

    _documents: Documents | None  # that are read
    _inference: Inference | None
    docvecs = old_attribute("docvecs", "dv")

    @property
    def dbow(self) -> bool:
        """Whether tags alone predict words."""
        return not self.dm

    def __str__(self) -> str:
        how = "dm/m" if self.cbow_mean else "dm/s"
        mode = how if self.dm else "dbow+w" if self.dbow_words else "dbow"
        return f"Doc2Vec<{mode},d{self.vector_size},mc{self.min_count},s{self.sample:g},t{self.workers}>"

    # --- words and tags ---

    def _text(self, sentences: Iterable[Any] | None, corpus_file: Any) -> Any:
        """Return the words of documents; whoever reads them has their tags then."""
        documents = TaggedLineDocument(corpus_file) if sentences is None else sentences
        self._documents = None if type(documents) is TaggedLineDocument else Documents(documents)
        return documents.text() if type(documents) is TaggedLineDocument else self._documents

    def _learn_words(
        self, sentences: Iterable[Any], trim_rule: vocabulary.TrimRule | None, update: bool
    ) -> Corpus:
        corpus = super()._learn_words(sentences, trim_rule, update)
        tags = [range(corpus.n_sentences)] if self._documents is None else self._documents.tags
        self._set_tags(tags, update)
        offsets, ids = ids_of(self._documents, corpus.n_sentences, self.dv)
        lengths = np.repeat(np.diff(corpus.offsets), np.diff(offsets))
        found = np.bincount(ids, minlength=len(self.dv)), np.bincount(ids, lengths, len(self.dv))
        self.dv.expandos = {"doc_count": found[0], "word_count": found[1].astype(np.int64)}
        return corpus

    def _set_tags(self, tags: list[Any], update: bool) -> None:
        """Make rows for tags; with ``update`` those of old ones go on."""
        dv, old = self.dv, self.dv.index_to_key if update else []
        keys = keys_of(tags, old)
        rows = new_tag_rows(len(keys), self.vector_size, self.seed)
        index = {key: i for i, key in enumerate(keys)}
        if old:
            rows[[index[key] for key in old]] = dv.vectors
        dv.index_to_key, dv.vectors = keys, rows
        dv.key_to_index = {key: i for key, i in index.items() if isinstance(key, str)}  # numbers are ids
        dv.forget()

    def _trainer(self) -> DocumentVectors:
        settings = super()._trainer().get_params()
        known = DocumentVectors.__dataclass_fields__
        settings = {name: value for name, value in settings.items() if name in known}
        settings["context_gradient"] = "sum"  # of a sum the engine divides it
        return DocumentVectors(
            **settings | {"mode": "dm" if self.dm else "dbow", "dbow_words": bool(self.dbow_words)},
        )

    def _training(self, corpus: Corpus, epochs: int, rates: tuple[float, float]) -> DocumentTraining:
        dv = self.dv
        if dv.vectors.dtype != np.float32 or not dv.vectors.flags.writeable:
            dv.vectors = np.array(dv.vectors, np.float32)
        if not (np.asarray(dv.vectors_lockf) == 1).all():
            raise SettingError(
                field="dv.vectors_lockf", expected="ones, as tags cannot be locked", got=dv.vectors_lockf,
                hint="leave the tags out of the documents that are trained: TaggedDocument(words, [])",
            )  # fmt: skip
        tags = ids_of(self._documents, corpus.n_sentences, dv)
        self._documents = None
        return DocumentTraining(
            self._trainer(), corpus, self._weights(), dv.vectors, tags, negative=self.negative, epochs=epochs,
            rates=rates, workers=self.workers,
        )  # fmt: skip

    def train(
        self, corpus_iterable: Iterable[Any] | None = None, corpus_file: Any = None,
        total_examples: int | None = None, total_words: int | None = None, epochs: int | None = None,
        start_alpha: float | None = None, end_alpha: float | None = None, word_count: int = 0,
        queue_factor: int = 2, report_delay: float = 1.0, compute_loss: bool = False,
        callbacks: Iterable[Any] = (), **old: Any,
    ) -> tuple[int, int]:  # fmt: skip
        """Train on documents, from where the rows are; see :meth:`Word2Vec.train`. Unknown tags are passed over.

        Parameters
        ----------
        corpus_iterable : iterable of TaggedDocument, optional
        corpus_file, total_examples, total_words, epochs, start_alpha, end_alpha, compute_loss, callbacks
            As there.
        word_count, queue_factor, report_delay
            They change nothing.

        Returns
        -------
        (int, int)
            As there.
        """
        corpus_iterable = old.pop("documents", corpus_iterable)
        return super().train(
            corpus_iterable, corpus_file, total_examples, total_words, epochs, start_alpha, end_alpha, word_count,
            queue_factor, report_delay, compute_loss, callbacks, **old,
        )  # fmt: skip

    def _trained(self, loss: float, rate: float) -> None:
        super()._trained(loss, rate)
        self.dv.forget()
        self._inference = None

    # --- new documents ---

    def infer_vector(
        self,
        doc_words: Iterable[str],
        alpha: float | None = None,
        min_alpha: float | None = None,
        epochs: int | None = None,
        steps: int | None = None,
    ) -> NDArray[np.float32]:
        """Return the vector of a new document, float32[D], the same each time; zeros if no word is known.

        gensim returns its start, a random row, where no word is known or subsampling leaves nothing of a short
        text. Here none of its tokens is left out then.

        Parameters
        ----------
        doc_words : list of str
        alpha, min_alpha : float, optional
            The learning rate at the start and at the end; None: the model's.
        epochs : int, optional
            None: as many as in training.
        steps : int, optional
            gensim 3's name for ``epochs``.

        Raises
        ------
        ArgumentTypeError
            A TypeError, if it is a str.
        TrainingError
            A RuntimeError, if the model has no output rows.

        Warns
        -----
        UserWarning
            If no word is known, or the model has not been trained.
        """
        if isinstance(doc_words, (str, bytes)) or not isinstance(doc_words, Iterable):
            hint = "doc_words.split() makes a list of words"
            raise ArgumentTypeError(field="doc_words", expected="a list of words", got=doc_words, hint=hint)
        rate, least = alpha or self.alpha, self.min_alpha if min_alpha is None else min_alpha
        trainer = self._inference_trainer(epochs or steps or self.epochs, rate, least)
        if self._inference is None:
            self._inference = Inference(trainer, self._frozen(), self.wv.tree)
        row = self._inference.row([str(word) for word in doc_words], trainer)
        if not row.any():
            why = "no word of the text is known, or the model has not been trained"
            warnings.warn(f"infer_vector: the vector is all zeros: {why}", stacklevel=2)
        return row

    def _inference_trainer(self, epochs: int, rate: float, least: float) -> DocumentVectors:
        return self._trainer().replace(
            seed=self.seed, epochs=epochs, learning_rate=rate, min_learning_rate=min(least, rate)
        )

    def _frozen(self) -> WordVectors:
        """Return the words with the output rows that inference needs."""
        others, nodes = self._others(), self.__dict__.get("syn1")
        of_tree = not self.negative
        if of_tree and nodes is not None:
            others["output_nodes"] = nodes[:-1]
        if others["output_nodes" if of_tree else "context_vectors"] is None:
            raise TrainingError(
                "infer_vector: the model has no output rows; build_vocab(documents) and train first"
            )
        return WordVectors(self.wv.names(), self.wv.vectors, counts=self.wv._counts(), **others)

    def similarity_unseen_docs(
        self,
        doc_words1: Iterable[str],
        doc_words2: Iterable[str],
        alpha: float | None = None,
        min_alpha: float | None = None,
        epochs: int | None = None,
    ) -> float:
        """Return the cosine of the vectors that :meth:`infer_vector` returns for two documents."""
        one, other = (self.infer_vector(words, alpha, min_alpha, epochs) for words in (doc_words1, doc_words2))
        lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
        return float(one @ other) / lengths if lengths else 0.0

    # --- files ---

    def save_word2vec_format(
        self, fname: type_of_path, doctag_vec: bool = False, word_vec: bool = True, prefix: str = "*dt_",
        fvocab: type_of_path | None = None, binary: bool = False,
    ) -> None:  # fmt: skip
        """Write word2vec's format: words, tags (with ``prefix`` before each), or first words and then tags.

        Parameters
        ----------
        fname : path
        doctag_vec, word_vec : bool
            What is written.
        prefix : str
        fvocab : path, optional
            Write each word and its count to it.
        binary : bool
        """
        if word_vec:
            total = len(self.wv) + len(self.dv) if doctag_vec else None
            self.wv.save_word2vec_format(fname, fvocab, binary, total)
        if doctag_vec:
            self.dv.save_word2vec_format(
                fname,
                None,
                binary,
                write_header=not word_vec,
                prefix=prefix,
                append=word_vec,
                sort_attr="doc_count",
            )

    def save(self, fname: type_of_path, *_: Any, **__: Any) -> None:
        """Write one file, all or nothing, that training can go on from; see :meth:`Word2Vec.save`.

        :meth:`fastvec.DocumentModel.load` reads it too.
        """
        own = {name: plain(getattr(self, name)) for name in (*SETTINGS, *OF_DOCUMENTS)}
        tags = WordVectors(self.dv.names(), self.dv.vectors)
        beside = self._beside() | {"documents": (tags.vocabulary, tags.word_vectors)}
        described = {"model": own, "tags": storage.described(self.dv), "own": own_attributes(self)}
        storage.save_vectors(self.wv, fname, described, beside, **self._others())

    @classmethod
    def load(cls, fname: type_of_path, mmap: str | None = None, **_: Any) -> Self:
        """Read a model that :meth:`save` wrote, or gensim's own ``save``.

        Parameters
        ----------
        fname : path
        mmap : str, optional
            Map the vectors, and do not read them.

        Raises
        ------
        FormatError
            If it is damaged, or has no model of documents. A pickle is read, never run.
        StorageError
            If it cannot be read.
        """
        saved = saved_models.load_model(fname, mmap)
        if saved.tags is None:
            raise saved_models.NoModelError(
                path=fname, field="model", expected="a model of Doc2Vec", shown="one without documents",
                hint="Word2Vec.load or FastText.load reads it",
            )  # fmt: skip
        settings = saved.settings
        if settings.get("dm_concat"):
            raise saved_models.NoModelError(
                path=fname, field="dm_concat", expected="0, as a concatenation is not offered", got=1,
                hint="KeyedVectors.load reads the words",
            )  # fmt: skip
        model = cls._of_saved(saved, mmap)
        model.dm = settings.get("dm", 1 - int(model.sg))
        model.dbow_words = int(bool(settings.get("dbow_words")) and not model.dm)
        model.dm_tag_count, model.dv = settings.get("dm_tag_count", 1), saved.tags
        return model
