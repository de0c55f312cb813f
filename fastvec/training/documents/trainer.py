"""DocumentVectors: the trainer of paragraph vectors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fastvec.checks import numbers as check
from fastvec.errors import SettingError
from fastvec.io.decompression import type_of_path
from fastvec.kernels.random import stream
from fastvec.running.progress import OnProgress
from fastvec.running.workers import resolve_threads
from fastvec.text.corpus import Corpus
from fastvec.text.mapped import naming_file
from fastvec.text.tagged import TaggedCorpus, tagged
from fastvec.training.checkpoints.arguments import documents_checkpoints
from fastvec.training.checkpoints.checkpoints import Checkpoints
from fastvec.training.checkpoints.identity import of_documents
from fastvec.training.checkpoints.schedule import EVERY
from fastvec.training.documents.kernels import document_kernel
from fastvec.training.documents.model import DocumentModel
from fastvec.training.documents.settings import DocumentSettings
from fastvec.training.freezing import Frozen
from fastvec.training.initialization import StartingRows, copy_rows, with_counts, with_old
from fastvec.training.inputs import inputs_of_text
from fastvec.training.losses import Loss
from fastvec.training.matrices import check_memory, fill_rows, new_matrix, taken, unpadded
from fastvec.training.prediction_trainer import OnEpoch
from fastvec.training.settings import knows_other_names
from fastvec.training.slice_kernel import kernel_arguments
from fastvec.training.slice_run import SliceRun
from fastvec.vectors.word_vectors import WordVectors

# Rows of tags begin uniform in [-START, START) / D. Output rows begin at zero and grow in proportion to them, and
# documents are short: with word2vec's 0.5 half as many halves of paragraphs find their other half first
START = 5.0


@knows_other_names
@dataclass(frozen=True, kw_only=True)
class DocumentVectors(DocumentSettings):
    """Paragraph vectors: a vector for each document, trained to predict its words.

    With ``mode="dbow"`` the vector of a document predicts each of its words, as a centre word's does in skip-gram
    (PV-DBOW: Le and Mikolov 2014, "Distributed Representations of Sentences and Documents", section 2.3). With
    ``mode="dm"`` it stands in the bag of each window, beside the context words, and the mean of all predicts the
    word at the centre, as in CBOW (PV-DM, section 2.2, with a mean instead of a concatenation).

    Parameters
    ----------
    mode : "dbow" or "dm"
        What predicts words.
    dbow_words : bool
        With "dbow": train skip-gram over the windows of words too, against the same output rows. Without it the
        vectors of words are the output rows, which is faster and often as good.
    bag : "mean" or "sum"
        With "dm": what predicts the word at the centre.
    context_gradient : "sum" or "mean"
        With "dm": how much of the gradient each row of a bag gets, as in :class:`fastvec.CBOW`.
    {settings}

    Raises
    ------
    SettingError
        If a setting is unknown or out of range.

    Examples
    --------
    >>> import fastvec as fv
    >>> lines = ["the king rules the land", "the queen rules the land"] * 20
    >>> corpus = fv.Corpus.from_text(lines + ["tea and milk", "milk and tea"] * 20, min_count=1)
    >>> trainer = fv.DocumentVectors(vector_size=8, sample=0, epochs=40, learning_rate=0.05)
    >>> model = trainer.train(corpus, threads=1)
    >>> model
    DocumentModel(80 documents, 8 words, 8 dimensions)
    >>> nearest = [int(tag) for tag, _ in model.documents.most_similar("0", topn=5)]
    >>> max(nearest) < 40
    True
    """

    @documents_checkpoints
    def train(  # type: ignore[override]
        self,
        data: Corpus | TaggedCorpus,
        *,
        init: DocumentModel | None = None,
        threads: int | None = None,
        backend: Literal["compiled", "numpy"] = "compiled",
        on_progress: OnProgress | None = None,
        on_epoch: OnEpoch | None = None,
        checkpoint: type_of_path | None = None,
        checkpoint_every: str | int = EVERY,
        resume: bool = False,
    ) -> DocumentModel:
        """Train on documents.

        Parameters
        ----------
        data : TaggedCorpus or Corpus
            Documents with tags. Each sentence (line) of a plain corpus is a document, whose tag is its number.
        init : DocumentModel, optional
            An earlier model to start from: its words as in :meth:`fastvec.SkipGram.train`, and the vectors of its
            tags; those that ``data`` lacks are kept, unchanged, behind the others.
        threads : int, optional
            None: all usable cores.
        backend : "compiled" or "numpy"
            "numpy" is the reference. It makes the same draws, differs by rounding (on one thread) and is far
            slower.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` about ten times a second; when it returns False, training stops and
            the model so far is returned.
        on_epoch : callable, optional
            Gets, after each epoch, a :class:`fastvec.Progress` and the model so far, a copy; see
            :meth:`fastvec.SkipGram.train`.
        {checkpoints}

        Returns
        -------
        DocumentModel
            ``documents`` are the vectors of the tags, ``words`` those of the words.

        Raises
        ------
        CorpusError
            If ``data`` is something else, or no sentence has two words.
        TrainingError
            If the loss diverged, because of the learning rate.
        SettingError
            If ``init`` is something else, or has another number of dimensions.
        """
        n_threads = resolve_threads(threads)
        check.choice("backend", backend, ("compiled", "numpy"))
        checkpoints = Checkpoints.of(checkpoint, checkpoint_every, resume)
        documents = tagged(data)
        inputs = inputs_of_text(documents.corpus, self.sample)
        old = None if init is None else _checked(init, self.vector_size)
        start, loss = self.start_from(None if old is None else old.words, inputs, n_threads)
        tags, counts, W_tags = self._tag_rows(documents, old, n_threads)
        model = self.model()
        run = SliceRun(
            inputs.offsets,
            self.epochs,
            (self.learning_rate, self.min_learning_rate),
            loss.untrained_loss,
            places=self.places(model, loss, len(inputs.outputs)),
            threads=n_threads,
        )
        of_sentences = documents.tags_of_sentences()
        run.keep(
            checkpoints, {"W_in": start.W_in, "W_out": start.W_out, "W_tags": W_tags},
            lambda: of_documents(self._settings(), backend, inputs, start, tags, of_sentences),
        )  # fmt: skip
        share = self.shares_negatives(model, loss)
        arguments = kernel_arguments(self, model, inputs, loss, start, Frozen(None), run, share)
        more = {"tags": of_sentences, "W_tags": W_tags, "sum_inputs": self.bag == "sum"}

        def made(so_far: bool = False) -> DocumentModel:
            run.check_finite(start.W_in, start.W_out, W_tags)
            words = self._words(start, loss, None if old is None else old.words, run, so_far)
            rows = (taken if so_far else unpadded)(W_tags, self.vector_size)
            of_tags = WordVectors(tags, rows, counts=counts)
            return DocumentModel(words, of_tags, settings=self._settings(), history=run.history())

        after = None if on_epoch is None else lambda now: on_epoch(now, made(so_far=True))  # type: ignore[arg-type]
        kernel = document_kernel(arguments | more, self.words_model(), self.seed, backend)
        with naming_file(documents.corpus):
            run.run(kernel, on_progress, after)
        return made()

    def _tag_rows(
        self, documents: TaggedCorpus, old: DocumentModel | None, threads: int
    ) -> tuple[list[str], NDArray[np.int64], NDArray[np.float32]]:
        """Return the tags, how many documents each has, and the rows that training starts from."""
        earlier = None if old is None else old.documents
        tags, ids = with_old(earlier, documents.tags.words)
        counts = np.zeros(len(tags), np.int64)
        counts[: len(documents.tags)] = documents.tags.counts
        check_memory(len(tags), self.vector_size)
        rows = new_matrix(len(tags), self.vector_size)
        fill = partial(fill_rows, columns=self.vector_size, half=START / self.vector_size, threads=threads)
        fill(rows[: len(documents.tags)], draws_of=stream(self.seed, 5))
        if earlier is not None:
            copy_rows("vectors of tags", earlier, earlier.word_vectors, ids, rows)
        return tags, with_counts(earlier, ids, counts), rows

    def _words(
        self, start: StartingRows, loss: Loss, old: WordVectors | None, run: SliceRun, copy: bool
    ) -> WordVectors:
        """Return the vectors of words: the output rows, if only these were trained."""
        words = self._vectors(start, loss, old, run, copy=copy)
        if self.mode == "dm" or self.dbow_words or loss.paths is not None or words.context_vectors is None:
            return words
        return WordVectors(
            words.vocabulary, words.context_vectors, context_vectors=words.context_vectors,
            output_nodes=words.output_nodes, history=words.history, settings=words.settings,
        )  # fmt: skip


def _checked(init: Any, vector_size: int) -> DocumentModel:
    """Return an earlier model, if it is one of this size."""
    if not isinstance(init, DocumentModel):
        raise SettingError(field="init", expected="a fastvec.DocumentModel", got=init)
    if init.vector_size != vector_size:
        expected = f"a model of {vector_size} dimensions, which is the vector_size"
        raise SettingError(field="init", expected=expected, got=init.vector_size)
    return init
