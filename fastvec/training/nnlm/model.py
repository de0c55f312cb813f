"""NeuralLanguageModel: word vectors with the network that predicts the next word from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from fastvec.checks.numbers import whole
from fastvec.errors import FormatError, SettingError
from fastvec.running.blas import one_blas_thread
from fastvec.running.progress import OnProgress, Reporter
from fastvec.running.workers import resolve_threads
from fastvec.text.corpus import Corpus
from fastvec.text.tokens import split_words
from fastvec.text.vocabulary import Vocabulary
from fastvec.training.nnlm.contexts import Contexts
from fastvec.training.nnlm.network import Network
from fastvec.training.nnlm.scoring import mean_loss
from fastvec.vectors.record import Record
from fastvec.vectors.word_vectors import WordVectors


class NeuralLanguageModel(WordVectors):
    """Word vectors, with the network that predicts the next word from those of the words before.

    What :class:`fastvec.NNLM` returns. It has all queries of :class:`fastvec.WordVectors`. A ``.safetensors`` file
    holds the whole model, which :meth:`load` reads; ``WordVectors.load`` reads the vectors of the same file. The
    other formats hold the vectors alone.

    Parameters
    ----------
    words : sequence of str, or Vocabulary
        V distinct words.
    vectors : float32[V, D]
        C, the input of the network.
    boundary : float32[D]
        The row of the places before the beginning of a sentence.
    hidden : float32[n D + 1, H]
        The tanh layer over n words; the last row is its bias.
    output : float32[V, F]
        For each word its weights of the H hidden units, with direct connections those of the n D inputs, and its
        bias.
    counts, history, settings
        As for :class:`fastvec.WordVectors`. ``history`` has also ``perplexity``, exp of the mean loss in each
        epoch, and ``held_out_perplexity``, if there was a held-out text.

    Attributes
    ----------
    network : Network
        The matrices, read-only.
    window : int
        n, the number of words that a prediction depends on.

    Raises
    ------
    SettingError
        If the matrices do not fit each other, or are not finite.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["the king rules", "the queen rules"] * 50, min_count=1)
    >>> model = fv.NNLM(vector_size=8, hidden_size=8, window=2, batch_size=32, epochs=20).train(corpus)
    >>> model
    NeuralLanguageModel(4 words, 8 dimensions, 2 words before, 8 hidden units)
    >>> model.predict_next("the king", topn=1)[0][0]
    'rules'
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     model.save(f"{folder}/model.safetensors")
    ...     again = fv.NeuralLanguageModel.load(f"{folder}/model.safetensors")
    >>> again.perplexity(corpus) == model.perplexity(corpus)
    True
    """

    def __init__(
        self,
        words: Sequence[str] | Vocabulary,
        vectors: ArrayLike,
        *,
        boundary: ArrayLike,
        hidden: ArrayLike,
        output: ArrayLike,
        counts: ArrayLike | None = None,
        history: Mapping[str, ArrayLike] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(words, vectors, counts=counts, history=history, settings=settings)
        row = np.asarray(boundary, np.float32)
        if row.shape != (self.vector_size,):
            raise SettingError(field="boundary", expected=f"float32[{self.vector_size}]", got=row)
        embeddings = np.concatenate([self.word_vectors, row[None]])
        embeddings.flags.writeable = False
        self.word_vectors = embeddings[:-1]  # one copy of the rows serves both
        self.network = Network.checked(embeddings, np.asarray(hidden), np.asarray(output))

    @property
    def window(self) -> int:
        """The number of words before, n, that a prediction depends on."""
        return self.network.window

    def __repr__(self) -> str:
        return (
            f"NeuralLanguageModel({len(self)} words, {self.vector_size} dimensions, "
            f"{self.window} words before, {self.network.hidden.shape[1]} hidden units)"
        )

    def predict_next(self, words: str | Iterable[str], topn: int = 10) -> list[tuple[str, float]]:
        """Return the most probable next words.

        Parameters
        ----------
        words : str or iterable of str
            The beginning of a sentence: words with white space between them, or one by one. Only the last n count;
            if there are fewer, the sentence begins with them. An empty one asks for its first word.
        topn : int
            How many words.

        Returns
        -------
        list of (str, float)
            Words with their probabilities, the most probable first. Those of all V words sum to 1.

        Raises
        ------
        UnknownWordError
            If one of the last n words is out of the vocabulary.
        SettingError
            If ``words`` are not words, or ``topn`` is no whole number.

        Examples
        --------
        >>> import fastvec as fv
        >>> corpus = fv.Corpus.from_text(["a b c"] * 100, min_count=1)
        >>> model = fv.NNLM(vector_size=4, hidden_size=4, window=2, batch_size=16).train(corpus)
        >>> [word for word, _ in model.predict_next("a", topn=3)][0], model.predict_next([])[0][0]
        ('b', 'a')
        """
        topn = whole("topn", topn, 0)
        if not isinstance(words, (str, Iterable)) or isinstance(words, bytes):
            raise SettingError(field="words", expected="words, str", got=words)
        before = split_words(words) if isinstance(words, str) else list(words)
        ids = [self.get_index(word) for word in before[-self.window :]]
        context = np.array([len(self)] * (self.window - len(ids)) + ids, np.int32)
        p = self.network.probabilities(context)
        best = np.argsort(-p, kind="stable")[:topn]
        return [(self.index_to_key[i], float(p[i])) for i in best.tolist()]

    def perplexity(
        self, corpus: Corpus, *, threads: int | None = None, on_progress: OnProgress | None = None
    ) -> float:
        """Return the perplexity of a text: exp of the mean of -log p(word | the n words before).

        V if all words are equally probable. Every token is predicted, the first of a sentence too; ends of
        sentences are not. Perplexities can be compared only between models of the same words.

        Parameters
        ----------
        corpus : Corpus
            Read with the vocabulary of the model: ``Corpus.from_text(text, vocabulary=model.vocabulary)``, which
            leaves other words out and counts them in ``n_dropped``. The words to both sides of one that is left
            out are then neighbours, as in training.
        threads : int, optional
            None: all usable cores. The result does not depend on it.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` about ten times a second; if it returns False, this raises.

        Raises
        ------
        CorpusError
            If this is not a corpus, or it has no token or one that is out of the vocabulary.
        Cancelled
            If ``on_progress`` returned False.

        Examples
        --------
        >>> import fastvec as fv
        >>> corpus = fv.Corpus.from_text(["a b c"] * 100, min_count=1)
        >>> model = fv.NNLM(vector_size=4, hidden_size=4, window=2, batch_size=16).train(corpus)
        >>> text = fv.Corpus.from_text(["a b c d"], vocabulary=model.vocabulary)
        >>> 1 < model.perplexity(text) < 2
        True
        """
        with np.errstate(over="ignore"):
            return float(np.exp(self.loss(corpus, threads=threads, on_progress=on_progress)))

    def loss(self, corpus: Corpus, *, threads: int | None = None, on_progress: OnProgress | None = None) -> float:
        """Return the mean of -log p(word | the n words before) in a text, in nats: the log of :meth:`perplexity`.

        Parameters
        ----------
        corpus, threads, on_progress
            As for :meth:`perplexity`, and with its errors.

        Examples
        --------
        >>> import fastvec as fv
        >>> corpus = fv.Corpus.from_text(["a b c"] * 100, min_count=1)
        >>> model = fv.NNLM(vector_size=4, hidden_size=4, window=2, batch_size=16).train(corpus)
        >>> bool(model.loss(corpus) < model.history["epoch_loss"][-1])
        True
        """
        n_threads = resolve_threads(threads)
        contexts = Contexts.of_text(corpus, self.window, self.vocabulary)
        done: list[int] = []
        reporter = Reporter(on_progress)
        reporter.begin("evaluating", "tokens", corpus.n_tokens, lambda: sum(done))
        with one_blas_thread():
            loss = mean_loss(self.network, contexts, n_threads, done.append, reporter.report)
        reporter.report()
        return loss

    @classmethod
    def _of(cls, record: Record) -> Self:
        network = record.network or {}
        for name in ("boundary", "hidden", "output"):
            if name not in network:
                raise FormatError(
                    field=f"network.{name}", expected="a matrix of a neural language model", shown="nothing",
                    hint="WordVectors.load reads vectors alone",
                )  # fmt: skip
        return cls(
            record.vocabulary, record.vectors, boundary=network["boundary"], hidden=network["hidden"],
            output=network["output"], history=record.history, settings=record.settings,
        )  # fmt: skip

    def _record(self) -> Record:
        matrices = {"boundary": self.network.embeddings[-1], "hidden": self.network.hidden}
        own = super()._record()
        network = {**matrices, "output": self.network.output}
        return Record(own.vocabulary, own.vectors, history=own.history, settings=own.settings, network=network)
