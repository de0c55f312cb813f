"""TaggedCorpus: a corpus whose documents are known, each with tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from numbers import Integral
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.errors import CorpusError, SettingError
from fastvec.text.corpus import Corpus, check_corpus
from fastvec.text.resample import document_bounds
from fastvec.text.vocabulary import Vocabulary

Tag: TypeAlias = "str | int"
MAX_SENTENCES = 1 << 31


class TaggedCorpus:
    """A corpus in documents, each with one tag or several: names of documents, topics, authors.

    Parameters
    ----------
    corpus : Corpus
    tags : sequence, optional
        For each document a tag, str or whole number (7 is the tag "7"), or a list of tags. None: the number of
        each document, from 0.
    documents : int[M + 1], optional
        Document d has the sentences ``documents[d]`` to ``documents[d + 1] - 1``. None: each sentence is one.

    Attributes
    ----------
    corpus : Corpus
    tags : Vocabulary
        The distinct tags in the order in which they come; counts are their numbers of documents.
    documents : int64[M + 1]
    tag_offsets, tag_ids : int64[M + 1], int32[...]
        The tags of document d are ``tag_ids[tag_offsets[d]:tag_offsets[d + 1]]``.

    Raises
    ------
    CorpusError
        If ``corpus`` is no corpus, or a tag is neither a str nor a whole number.
    SettingError
        If there are more or fewer tags than documents, or ``documents`` do not fit.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["the king rules", "the queen rules", "tea and milk"], min_count=1)
    >>> fv.TaggedCorpus(corpus, ["court", ["drinks", "house"]], documents=[0, 2, 3])
    <TaggedCorpus: 2 documents with 3 tags, 9 tokens>
    """

    def __init__(
        self, corpus: Corpus, tags: Sequence[Any] | None = None, *, documents: ArrayLike | None = None
    ) -> None:
        check_corpus(corpus)
        self.corpus = corpus
        self.documents = document_bounds(documents, corpus.n_sentences)
        if tags is None:
            n = self.n_documents
            self.tags = Vocabulary(list(map(str, range(n))), np.ones(n, np.int64))
            self.tag_offsets, self.tag_ids = np.arange(n + 1), np.arange(n, dtype=np.int32)
            return
        listed = [_tags_of(given, f"tags[{d}]") for d, given in enumerate(tags)]
        if len(listed) != self.n_documents:
            hint = "documents= says which sentences are one document; by default each is"
            expected = f"those of {self.n_documents:,} documents"
            raise SettingError(field="tags", expected=expected, got=len(listed), hint=hint)
        names = dict.fromkeys(tag for of_one in listed for tag in of_one)
        index = {tag: i for i, tag in enumerate(names)}
        self.tag_offsets = np.concatenate([[0], np.cumsum([len(of_one) for of_one in listed], dtype=np.int64)])
        self.tag_ids = np.array([index[tag] for of_one in listed for tag in of_one], np.int32)
        self.tags = Vocabulary(list(names), np.bincount(self.tag_ids, minlength=len(names)))

    @classmethod
    def from_documents(cls, documents: Iterable[Any], **settings: Any) -> TaggedCorpus:
        """Read documents with their tags.

        Parameters
        ----------
        documents : iterable
            Of ``(words, tags)``, or of objects with the attributes ``words`` and ``tags``, as gensim's
            TaggedDocument has them. ``words`` is a line of text or a list of tokens; ``tags`` is a tag or a list
            of them. It is read once.
        **settings
            How text is read: those of :meth:`fastvec.Corpus.from_text`, such as ``min_count`` and ``tokens``.

        Raises
        ------
        CorpusError
            If an item is something else, or no word is left.
        SettingError
            If a setting is wrong.

        Examples
        --------
        >>> import fastvec as fv
        >>> items = [("the king rules", "court"), (["tea", "and", "milk"], ["drinks", 7])]
        >>> tagged = fv.TaggedCorpus.from_documents(items, min_count=1)
        >>> tagged.tags.words, tagged.corpus[1]
        (['court', 'drinks', '7'], ['tea', 'and', 'milk'])
        """
        tags: list[list[str]] = []

        def words() -> Iterator[Any]:
            for number, item in enumerate(documents):
                text, given = _parts(item, number)
                tags.append(_tags_of(given, f"documents: item {number}"))
                yield text

        if isinstance(documents, (str, bytes, Corpus)) or not isinstance(documents, Iterable):
            raise CorpusError(field="documents", expected="an iterable of (words, tags)", got=documents)
        corpus = Corpus.from_text(words(), **settings)
        return cls(corpus, tags[: corpus.n_sentences])

    @property
    def n_documents(self) -> int:
        """Number of documents, M."""
        return len(self.documents) - 1

    def __len__(self) -> int:
        return self.n_documents

    def __repr__(self) -> str:
        return (
            f"<TaggedCorpus: {self.n_documents:,} documents with {len(self.tags):,} tags, "
            f"{self.corpus.n_tokens:,} tokens>"
        )

    def tags_of_sentences(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return offsets[S + 1] and tag ids: those of the document of each sentence.

        Examples
        --------
        >>> import fastvec as fv
        >>> corpus = fv.Corpus.from_text(["a b", "a", "b"], min_count=1)
        >>> fv.TaggedCorpus(corpus, documents=[0, 2, 3]).tags_of_sentences()
        (array([0, 1, 2, 3]), array([0, 0, 1], dtype=int32))
        """
        sizes = np.diff(self.documents)
        if int(sizes.max(initial=0)) <= 1 and len(sizes) == self.corpus.n_sentences:
            return self.tag_offsets, self.tag_ids
        document = np.repeat(np.arange(self.n_documents), sizes)
        lengths = np.diff(self.tag_offsets)[document]
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        within = np.arange(int(offsets[-1])) - np.repeat(offsets[:-1], lengths)
        return offsets, self.tag_ids[np.repeat(self.tag_offsets[document], lengths) + within]


def tagged(data: Corpus | TaggedCorpus) -> TaggedCorpus:
    """Return a tagged corpus; each sentence of a plain one is a document.

    Raises
    ------
    CorpusError
        If this is neither.
    """
    if isinstance(data, TaggedCorpus):
        check_corpus(data.corpus, "data")
        return data
    if not isinstance(data, Corpus):
        hint = "TaggedCorpus.from_documents(...) reads documents with tags"
        raise CorpusError(field="data", expected="a fastvec.Corpus or fastvec.TaggedCorpus", got=data, hint=hint)
    return TaggedCorpus(data)


def _parts(item: Any, number: int) -> tuple[Any, Any]:
    """Return the words and the tags of an item."""
    if hasattr(item, "words") and hasattr(item, "tags"):
        return item.words, item.tags
    if isinstance(item, (tuple, list)) and len(item) == 2:
        return item[0], item[1]
    hint = "Corpus.from_text reads lines, each of which is a document without a tag of its own"
    raise CorpusError(field=f"documents: item {number}", expected="(words, tags)", got=item, hint=hint)


def _tags_of(given: Any, place: str) -> list[str]:
    """Return the tags of a document."""
    tags = [given] if isinstance(given, (str, Integral)) or not isinstance(given, Iterable) else list(given)
    for tag in tags:
        if not isinstance(tag, (str, Integral)) or isinstance(tag, bool):
            raise CorpusError(field=place, expected="tags that are str or whole numbers", got=tag)
    return [str(tag) for tag in tags]
