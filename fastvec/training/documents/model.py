"""DocumentModel: the vectors of documents and of words, and vectors for new texts."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks import numbers as check
from fastvec.errors import FormatError, SettingError
from fastvec.gensim_names import DOCUMENT_MODEL, no_attribute
from fastvec.io.decompression import content_errors, type_of_path
from fastvec.running.progress import OnProgress
from fastvec.running.workers import resolve_threads
from fastvec.text.corpus import Corpus
from fastvec.text.subwords import Subwords
from fastvec.text.tokens import Tokens
from fastvec.training.documents.inference import infer_rows
from fastvec.training.documents.settings import DocumentSettings
from fastvec.training.huffman import is_tree_of
from fastvec.vectors import formats
from fastvec.vectors.formats import gensim_models
from fastvec.vectors.formats.reading import Reading
from fastvec.vectors.record import Record, checked_history, checked_settings
from fastvec.vectors.terms import Term, terms_of, unit_rows
from fastvec.vectors.word_vectors import WordVectors

KINDS = ("documents", "words", "both")
Among = Literal["documents", "words", "both"]


class DocumentModel:
    """Vectors of documents and of words; what :class:`fastvec.DocumentVectors` returns.

    Parameters
    ----------
    words : WordVectors
        With their context vectors, or output nodes after hierarchical softmax, which :meth:`infer` needs.
    documents : WordVectors
        A vector for each tag; counts are numbers of documents.
    settings : dict, optional
        What they were trained with.
    history : dict of arrays, optional
        The course of training, as in :class:`fastvec.WordVectors`.

    Attributes
    ----------
    words, documents, settings, history
        As above. ``documents`` has all queries of :class:`fastvec.WordVectors`, and its ``save`` writes word2vec's
        formats, too.

    Raises
    ------
    SettingError
        If the numbers of dimensions differ, or settings or history cannot be kept.

    Examples
    --------
    >>> import fastvec as fv
    >>> items = [("the king rules the land", "court"), ("tea and milk and tea", "kitchen")] * 50
    >>> tagged = fv.TaggedCorpus.from_documents(items, min_count=1)
    >>> trainer = fv.DocumentVectors(vector_size=8, sample=0, learning_rate=0.1)
    >>> model = trainer.train(tagged, threads=1)
    >>> model
    DocumentModel(2 documents, 7 words, 8 dimensions)
    >>> sorted(word for word, cosine in model.most_similar(documents="kitchen", among="words", topn=3))
    ['and', 'milk', 'tea']
    >>> rows = model.infer(["milk and tea"])
    >>> [tag for tag, cosine in model.documents.most_similar(rows[0], topn=1)]
    ['kitchen']
    """

    def __init__(
        self,
        words: WordVectors,
        documents: WordVectors,
        *,
        settings: Mapping[str, Any] | None = None,
        history: Mapping[str, ArrayLike] | None = None,
    ) -> None:
        for field, given in {"words": words, "documents": documents}.items():
            if not isinstance(given, WordVectors):
                raise SettingError(field=field, expected="WordVectors", got=given)
        if documents.vector_size != words.word_vectors.shape[1]:
            expected = f"vectors of {words.word_vectors.shape[1]} dimensions, as words have"
            raise SettingError(field="documents", expected=expected, got=documents.vector_size)
        self.words, self.documents = words, documents
        self.settings = checked_settings(words.settings if settings is None else settings)
        self.history = None if history is None else checked_history(history)

    def __getattr__(self, name: str) -> Any:
        raise no_attribute("'DocumentModel' object", name, DOCUMENT_MODEL)

    @property
    def vector_size(self) -> int:
        """Dimensions of a vector, D."""
        return self.documents.vector_size

    def __len__(self) -> int:
        return len(self.documents)

    def __repr__(self) -> str:
        return (
            f"DocumentModel({len(self.documents)} documents, {len(self.words)} words, "
            f"{self.vector_size} dimensions)"
        )

    def most_similar(
        self,
        documents: Term | Iterable[Term] = (),
        words: Term | Iterable[Term] = (),
        topn: int = 10,
        *,
        among: Among = "documents",
    ) -> list[tuple[str, float]] | list[tuple[str, str, float]]:
        """Return the documents, the words or both whose vectors have the highest cosine with a direction.

        The direction is the weighted sum of the given vectors, each at length 1. Given ones are left out.

        Parameters
        ----------
        documents : tag, id, vector[D], or an iterable of these
            ``(tag, weight)`` gives a weight instead of 1; a negative one means: far from.
        words : word, id, vector[D], or an iterable of these
            Likewise.
        topn : int
            How many to return.
        among : "documents", "words" or "both"

        Returns
        -------
        list of (str, float)
            Tags or words, and cosines, the highest first.
        list of (str, str, float), if ``among="both"``
            With ``"document"`` or ``"word"`` before each.

        Raises
        ------
        UnknownWordError
            If a tag or a word has no vector.
        SettingError
            If nothing is given, or an argument or a vector cannot be used.

        Examples
        --------
        >>> import fastvec as fv
        >>> words = fv.WordVectors(["tea", "king"], [[1, 0.1], [0, 1]])
        >>> documents = fv.WordVectors(["kitchen", "court"], [[1, 0], [0.1, 1]])
        >>> model = fv.DocumentModel(words, documents)
        >>> model.most_similar("kitchen", among="words", topn=1)[0][0]
        'tea'
        >>> [(kind, name) for kind, name, cosine in model.most_similar(words="king", among="both")]
        [('document', 'court'), ('word', 'tea'), ('document', 'kitchen')]
        """
        check.choice("among", among, KINDS)
        of_tags, of_words = (
            [*terms_of(vectors, given, 1.0)]
            for vectors, given in ((self.documents, documents), (self.words, words))
        )
        terms = [*of_tags, *of_words]
        if not terms:
            raise SettingError(field="documents, words", expected="at least one", shown="none")
        units = unit_rows("documents, words", (term.row for term in terms), self.vector_size)
        direction = np.array([term.weight for term in terms]) @ units
        sides = {"documents": ("document", self.documents, of_tags), "words": ("word", self.words, of_words)}
        found: list[tuple[str, str, float]] = []
        for side, (kind, vectors, given) in sides.items():
            if among in (side, "both"):
                left_out = {term.id for term in given if term.id is not None}
                near = vectors.most_similar([direction], topn=topn + len(left_out))
                kept = [(name, cosine) for name, cosine in near if vectors.get_index(name) not in left_out][:topn]
                found += [(kind, name, cosine) for name, cosine in kept]
        if among == "both":
            return sorted(found, key=lambda entry: -entry[2])[:topn]
        return [(name, cosine) for _, name, cosine in found]

    def infer(
        self,
        texts: Iterable[Any] | Corpus,
        *,
        epochs: int | None = None,
        learning_rate: float | None = None,
        min_learning_rate: float | None = None,
        tokens: Tokens = "whitespace",
        lowercase: bool = False,
        threads: int | None = None,
        on_progress: OnProgress | None = None,
    ) -> NDArray[np.float32]:
        """Return vectors for new texts: rows that are trained to predict their words, while all others are frozen.

        The same text gets the same bytes, whatever is beside it and on any number of threads. If subsampling
        leaves nothing of a text, a short one of frequent words, none of its tokens is left out.

        Parameters
        ----------
        texts : iterable of str or of lists of tokens, or Corpus
            N of them, split as the text that was trained on. Words that the model lacks are ignored.
        epochs : int, optional
            Passes over each text. None: as many as in training.
        learning_rate, min_learning_rate : float, optional
            At the start and at the end. None: those of training.
        tokens, lowercase
            How lines are split; see :meth:`fastvec.Corpus.from_text`.
        threads : int, optional
            None: all usable cores.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` about ten times a second; if it returns False, this raises.

        Returns
        -------
        float32[N, D]
            Zeros for a text without a word of the model, and for no other.

        Raises
        ------
        SettingError
            If the model has no settings or output rows, or an argument cannot be used.
        CorpusError
            If an item is no text.
        Cancelled
            If ``on_progress`` returned False.

        Warns
        -----
        UserWarning
            If texts have no word of the model, or all of its output rows are zeros.
        """
        trainer = self._trainer()
        given = {"epochs": epochs, "learning_rate": learning_rate, "min_learning_rate": min_learning_rate}
        chosen = {name: value for name, value in given.items() if value is not None}
        if "learning_rate" in chosen and "min_learning_rate" not in chosen:
            chosen["min_learning_rate"] = min(trainer.min_learning_rate, chosen["learning_rate"])
        trainer, n_threads = trainer.replace(**chosen), resolve_threads(threads)
        read = self._read(texts, tokens, lowercase, n_threads)
        rows = infer_rows(trainer, self.words, read, n_threads, on_progress)
        empty = np.diff(read.offsets) == 0
        if empty.any():
            rows[empty] = 0
            warnings.warn(f"{int(empty.sum()):,} of {len(empty):,} texts have no word of the model", stacklevel=2)
        if (~empty).any() and not rows[~empty].any():
            warnings.warn("all vectors are zeros: the model has not been trained", stacklevel=2)
        return rows

    def _trainer(self) -> DocumentSettings:
        """Return the trainer that the settings describe, if there is what inference needs."""
        settings = dict(self.settings)
        if settings.pop("model", None) != "DocumentVectors":
            raise SettingError(field="settings", expected="those of DocumentVectors", got=self.settings)
        known = DocumentSettings.__dataclass_fields__  # gensim_compat keeps its own beside these
        settings = {name: value for name, value in settings.items() if name in known}
        if isinstance(settings.get("subwords"), dict):
            settings["subwords"] = Subwords(**settings["subwords"])
        trainer = DocumentSettings(**settings)
        of_tree = trainer.loss == "hierarchical_softmax"
        if (
            self.words.output_nodes if of_tree else self.words.context_vectors
        ) is None or self.words.counts is None:
            expected = "words with counts and output rows, which infer() needs"
            raise SettingError(field="words", expected=expected, got=self.words, shown="none")
        return trainer.replace(vector_size=self.vector_size)

    def _read(self, texts: Any, tokens: Tokens, lowercase: bool, threads: int) -> Corpus:
        """Return texts in the ids of the words."""
        vocabulary = self.words.vocabulary
        if isinstance(texts, Corpus):
            texts = iter(texts) if texts.vocabulary.words != vocabulary.words else texts
        elif isinstance(texts, (str, bytes)) or not isinstance(texts, Iterable):
            raise SettingError(field="texts", expected="a list of texts", got=texts, hint="one text is [text]")
        if isinstance(texts, Corpus):
            return texts.validate()
        return Corpus.from_text(
            iter(texts), vocabulary=vocabulary, tokens=tokens, lowercase=lowercase, threads=threads
        )

    def save(self, path: type_of_path) -> None:
        """Write the whole model to one ``.safetensors`` file, all or nothing.

        ``model.documents.save(...)`` and ``model.words.save(...)`` write either side, in word2vec's formats too.

        Parameters
        ----------
        path : path

        Raises
        ------
        SettingError
            If the suffix is another, or vectors are not finite.
        StorageError
            If the file cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> import fastvec as fv
        >>> model = fv.DocumentModel(fv.WordVectors(["tea"], [[1, 0]]), fv.WordVectors(["kitchen"], [[1, 1]]))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     model.save(f"{folder}/model.safetensors")
        ...     fv.DocumentModel.load(f"{folder}/model.safetensors")
        DocumentModel(1 documents, 1 words, 2 dimensions)
        """
        name = formats.format_to_write(path)
        if name != "safetensors":
            hint = "model.documents.save() writes the documents alone"
            raise SettingError(field="path", expected="a .safetensors file", got=path, shown=str(path), hint=hint)
        documents = self.documents.vocabulary, self.documents._record().vectors
        record = replace(self.words._record(), documents=documents, settings=self.settings, history=self.history)
        formats.writer(path)(path, record)

    @classmethod
    def load(cls, path: type_of_path, *, mmap: bool = True) -> Self:
        """Read what :meth:`save` wrote, or a Doc2Vec that gensim saved; matrices are mapped.

        ``WordVectors.load`` reads the words of the same file. A pickle of gensim's is read as data, never run.

        Parameters
        ----------
        path : path
        mmap : bool
            False: read them into memory.

        Raises
        ------
        FormatError
            If it is no sound file of a model of documents.
        StorageError
            If it cannot be read.

        Warns
        -----
        UserWarning
            If :meth:`infer` cannot be used, as the tree of hierarchical softmax is gensim's own.
        """
        with content_errors(path):
            record = _of_gensim(path, mmap) if gensim_models.is_pickle(path) else None
        if record is None:
            record = formats.read(path, "safetensors", Reading(mmap=mmap))
        with content_errors(path):
            if record.documents is None:
                hint = "WordVectors.load reads vectors of words"
                raise FormatError(field="documents.weight", expected="vectors of tags", shown="nothing", hint=hint)
            words = WordVectors._of(record)
            tags, rows = record.documents
            return cls(words, WordVectors(tags, rows), settings=record.settings, history=record.history)


def _of_gensim(path: type_of_path, mmap: bool) -> Record:
    """Return a model that gensim saved; of its inner nodes only what fastvec's tree has too."""
    record, tree = gensim_models.read_documents(path, mmap=mmap)
    counts, settings = record.counts, dict(record.settings)
    if record.output_nodes is None or (tree is not None and counts is not None and is_tree_of(counts, tree)):
        return record
    if record.context_vectors is None:
        message = f"{path}: infer() cannot be used: the tree of its hierarchical softmax is gensim's own"
        warnings.warn(f"{message}; fastvec.gensim_compat.Doc2Vec.load keeps it", stacklevel=3)
    else:
        settings["loss"] = "negative_sampling"
    return replace(record, output_nodes=None, settings=settings)
