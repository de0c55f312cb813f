"""NNLM: the trainer of the neural language model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fastvec.checks import numbers as check
from fastvec.checks.settings import setting
from fastvec.errors import SettingError
from fastvec.io.decompression import type_of_path
from fastvec.kernels.random import stream
from fastvec.running.blas import one_blas_thread
from fastvec.running.progress import OnProgress
from fastvec.running.workers import resolve_threads
from fastvec.text.corpus import Corpus
from fastvec.text.mapped import in_memory
from fastvec.text.vocabulary import Vocabulary
from fastvec.training.checkpoints.arguments import documents_checkpoints
from fastvec.training.checkpoints.checkpoints import Checkpoints
from fastvec.training.checkpoints.identity import of_text
from fastvec.training.checkpoints.schedule import EVERY
from fastvec.training.freezing import Freeze, row_rates
from fastvec.training.initialization import Init, copy_rows, vectors_of, warn_of_strangers, with_old
from fastvec.training.inputs import check_text
from fastvec.training.matrices import check_memory, check_scores, fill_rows
from fastvec.training.nnlm.contexts import Batches, Contexts
from fastvec.training.nnlm.model import NeuralLanguageModel
from fastvec.training.nnlm.network import Network
from fastvec.training.nnlm.scoring import mean_loss
from fastvec.training.nnlm.steps import Steps
from fastvec.training.settings import Trainer, knows_other_names
from fastvec.training.slice_run import Slice, SliceRun, Totals

Rows = NDArray[np.float32]
Ids = NDArray[np.int32]
HALF = 0.05  # embeddings begin uniform in [-HALF, HALF): ten times word2vec's 0.5 / D, at D = 100


class _Measured:
    """The perplexity of a held-out text after each epoch."""

    def __init__(
        self, network: Network, trainer: NNLM, text: Corpus | None, vocabulary: Vocabulary, threads: int
    ) -> None:
        self.network, self.threads = network, threads
        self.contexts = None
        if text is not None:
            self.contexts = Contexts.of_text(text, trainer.window, vocabulary, "held_out")
        self.losses, self.epochs = np.zeros(trainer.epochs), np.zeros(1, np.int64)

    def after_epoch(self) -> None:
        """Measure it."""
        if self.contexts is not None:
            self.losses[self.epochs[0]] = mean_loss(self.network, self.contexts, self.threads)
            self.epochs += 1

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what a checkpoint keeps."""
        return {"held_out.losses": self.losses, "held_out.epochs": self.epochs}

    def history(self) -> dict[str, NDArray[np.generic]]:
        """Return the column of the history, if there is a text."""
        if self.contexts is None:
            return {}
        with np.errstate(over="ignore"):
            return {"held_out_perplexity": np.exp(self.losses[: self.epochs[0]])}


@knows_other_names
@dataclass(frozen=True, kw_only=True)
class NNLM(Trainer):
    """The neural language model: the last n words, through a tanh layer, predict the next one.

    The vectors of the n words before are concatenated to x, and the probability of each word of the vocabulary is
    the softmax of

        y = b + W x + U tanh(d + H x)

    (Bengio, Ducharme, Vincent and Jauvin 2003, "A Neural Probabilistic Language Model", equation 1; W, the direct
    connections, is optional). The loss is -log p of each word. Places before the beginning of a sentence have a
    row of their own, the boundary's; ends of sentences are not predicted. The paper predicts from n - 1 words,
    where n counts the predicted one too. Unlike there, one step is taken for a batch of tokens from distant places
    of the text, by AdaGrad (Duchi, Hazan and Singer 2011).

    The softmax goes over the whole vocabulary at every prediction: a token costs about 6 V F multiply-adds and
    additions, where F is ``hidden_size`` (with ``direct`` and n D more). Skip-gram and CBOW leave out the tanh
    layer and, with negative sampling, the softmax.

    Parameters
    ----------
    vector_size : int
        D, the dimensions of a vector.
    window : int
        n, the tokens before the predicted one that it is predicted from.
    hidden_size : int
        H, the units of the tanh layer; 0, which needs ``direct``, leaves it out.
    direct : bool
        Whether the vectors of the words before are also connected to the output directly.
    batch_size : int
        Tokens that are predicted in one step. Scores of all words are kept for them: 4 bytes times V times
        ``batch_size``. A small text needs a small batch, or many epochs.
    epochs : int
        Passes over the corpus.
    learning_rate : float
        Learning rate at the start, before AdaGrad lowers it, number by number; it falls in a straight line.
    min_learning_rate : float
        Learning rate at the end.
    weight_decay : float
        Half of it times the sum of the squares of all weights, except the biases, is added to the loss that
        training minimises (of C the rows that are in a batch); losses are reported without it. The paper has 1e-4,
        without AdaGrad.
    seed : int
        Seed of the matrices at the start. One seed gives the same bytes every time on one machine, on any number
        of threads, except where BLAS has threads of its own that cannot be turned off (Apple's Accelerate).

    Raises
    ------
    SettingError
        If a setting is unknown or out of range.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["the king rules", "the queen rules"] * 50, min_count=1)
    >>> model = fv.NNLM(vector_size=8, hidden_size=8, window=2, batch_size=32, epochs=20).train(corpus)
    >>> model.predict_next("the king", topn=1)[0][0]
    'rules'
    >>> bool(model.history["perplexity"][-1] < model.history["perplexity"][0] < len(model))
    True
    """

    window: int = setting(4, "tokens before the predicted one that it is predicted from", check.whole, 1, 1 << 10)
    hidden_size: int = setting(100, "units of the tanh layer; 0 leaves it out", check.whole, 0, 1 << 20)
    direct: bool = setting(
        False, "connect the vectors of the words before to the output directly too", check.truth
    )
    batch_size: int = setting(256, "tokens that are predicted in one step", check.whole, 1, 1 << 20)
    epochs: int = setting(5, "passes over the corpus", check.whole, 1)
    learning_rate: float = setting(
        0.1,
        "learning rate at the start, before AdaGrad lowers it; it falls in a straight line",
        check.real,
        above=0,
    )
    min_learning_rate: float = setting(1e-3, "learning rate at the end", check.real, 0)
    weight_decay: float = setting(
        0.0, "how much the squares of the weights, without the biases, add to the loss", check.real, 0
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        check.at_most("min_learning_rate", self.min_learning_rate, "learning_rate", self.learning_rate)
        if not self.hidden_size and not self.direct:
            raise SettingError(
                field="hidden_size", expected="at least 1, or direct=True", got=self.hidden_size,
                hint="without both, the words before would count for nothing",
            )  # fmt: skip

    @property
    def features(self) -> int:
        """F, what the output layer sees: the hidden units, with direct connections the inputs, and the bias."""
        return self.hidden_size + 1 + (self.window * self.vector_size if self.direct else 0)

    @documents_checkpoints
    def train(
        self,
        data: Corpus,
        *,
        init: Init | None = None,
        freeze: Freeze | None = None,
        held_out: Corpus | None = None,
        threads: int | None = None,
        backend: Literal["compiled", "numpy"] = "compiled",
        on_progress: OnProgress | None = None,
        checkpoint: type_of_path | None = None,
        checkpoint_every: str | int = EVERY,
        resume: bool = False,
    ) -> NeuralLanguageModel:
        """Train on a corpus.

        Parameters
        ----------
        data : Corpus
            V words. Those that ``min_count`` left out are not there: the words to both sides of one are
            neighbours.
        init : WordVectors or path, optional
            Vectors that the words start from (their ``word_vectors``), or a file of them; words that they lack
            start at random, and those that the corpus lacks are left out. The rest of the network always starts
            anew.
        freeze : iterable of words, or mapping from word to float, optional
            Words whose vectors do not change; or a factor from 0 to 1 for the steps of each word.
        held_out : Corpus, optional
            A text that is not trained on, read with ``vocabulary=data.vocabulary``. Its perplexity after each
            epoch is ``history["held_out_perplexity"]``: where it rises again, there were too many epochs.
        threads : int, optional
            None: all usable cores.
        backend : "compiled" or "numpy"
            "numpy" is the reference, which takes each step at once. It differs by rounding.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` about ten times a second; when it returns False, training stops and
            the model so far is returned.
        {checkpoints}

        Returns
        -------
        NeuralLanguageModel
            Word vectors that also predict. ``history`` has, for at most 128 parts of each epoch, the tokens so
            far, the mean loss of a prediction and the learning rate; and for each epoch the mean loss,
            ``epoch_loss``, and exp of it, ``perplexity``. The loss is that of each prediction when it was made.

        Raises
        ------
        CorpusError
            If ``data`` is something else, or no sentence has two words; if ``held_out`` has words that ``data``
            lacks, or no token.
        TrainingError
            If the loss diverged, because of the learning rate.
        UnknownWordError
            If a frozen word is not in the corpus.
        SettingError
            If ``init`` has another number of dimensions, or the machine has too little memory.

        Examples
        --------
        >>> import fastvec as fv
        >>> corpus = fv.Corpus.from_text(["the king rules", "the queen rules"] * 50, min_count=1)
        >>> first = fv.SkipGram(vector_size=8, sample=0).train(corpus)
        >>> trainer = fv.NNLM(vector_size=8, hidden_size=8, window=2, batch_size=32)
        >>> model = trainer.train(corpus, init=first, freeze=first)
        >>> bool((model["king"] == first["king"]).all())
        True
        """
        n_threads = resolve_threads(threads)
        check.choice("backend", backend, ("compiled", "numpy"))
        checkpoints = Checkpoints.of(checkpoint, checkpoint_every, resume)
        check_text(data, "a fastvec.Corpus")
        data = in_memory(data)
        vocabulary = data.vocabulary
        rates = row_rates(freeze, vocabulary.words)
        network = self._network(vocabulary, data.n_tokens, init, n_threads)
        if rates is not None:
            rates = np.append(rates, np.float32(1))  # the boundary is not frozen
        steps = Steps(network, rates, n_threads, self.weight_decay)
        step = steps.in_blas if backend == "compiled" else steps.in_numpy
        measured = _Measured(network, self, held_out, vocabulary, n_threads)
        run, train_group = self._run(data, step, measured)
        run.keep(
            checkpoints, {**steps.state(), **measured.state()},
            lambda: of_text(self._settings(), backend, data, rates, held_out),
        )  # fmt: skip
        with one_blas_thread():
            run.run(train_group, on_progress)
        run.check_finite(network.embeddings, network.hidden, network.output)
        return self._model(vocabulary, network, {**run.history(), **measured.history()})

    def _run(
        self,
        data: Corpus,
        step: Callable[[Ids, Ids, float], float],
        measured: _Measured,
    ) -> tuple[SliceRun, Callable[[Slice, int], Totals]]:
        """Return a run, and what takes a step on each batch of a slice, which is a group of batches."""
        batches = Batches(data.n_tokens, min(self.batch_size, data.n_tokens))
        contexts = Contexts.of_text(data, self.window, data.vocabulary)
        groups = batches.groups()
        run = SliceRun(
            np.array([0, data.n_tokens]),
            self.epochs,
            (self.learning_rate, self.min_learning_rate),
            float(np.log(max(2, len(data.vocabulary)))),
            bounds=batches.tokens_before(groups),
        )

        def train_group(part: Slice, worker: int) -> Totals:
            loss, tokens = 0.0, 0
            for batch in range(*groups[part.number : part.number + 2].tolist()):
                if run.stop[0]:
                    break
                before, targets = contexts.of(batches.positions(batch))
                loss += step(before, targets, part.learning_rate)
                tokens += len(targets)
            if part.number == len(groups) - 2 and not run.stop[0]:
                measured.after_epoch()
            return loss, tokens, tokens, tokens

        return run, train_group

    def _network(self, vocabulary: Vocabulary, n_tokens: int, init: Init | None, threads: int) -> Network:
        """Return the matrices at the start: all words equally probable, since the output is zero."""
        V, D, H = len(vocabulary), self.vector_size, self.hidden_size
        inputs, features = self.window * D, self.features
        check_memory(2 * V, D + features)  # AdaGrad's sums are as large
        check_scores(V, min(self.batch_size, n_tokens))
        embeddings = np.empty((V + 1, D), np.float32)
        fill_rows(embeddings, D, HALF, stream(self.seed, 4, 0), threads)
        hidden = np.empty((inputs + 1, H), np.float32)
        if H:
            fill_rows(hidden, H, (6 / (inputs + H)) ** 0.5, stream(self.seed, 4, 1), threads)
        hidden[-1] = 0
        if init is not None:
            old = vectors_of(init, D)
            ids = with_old(old, vocabulary.words)[1][:V]
            warn_of_strangers(old, vocabulary.words, ids)
            copy_rows("vectors", old, old.word_vectors, ids, embeddings)
        return Network(embeddings, hidden, np.zeros((V, features), np.float32))

    def _model(
        self, vocabulary: Vocabulary, network: Network, history: dict[str, NDArray[np.generic]]
    ) -> NeuralLanguageModel:
        return NeuralLanguageModel(
            vocabulary,
            network.embeddings[:-1],
            boundary=network.embeddings[-1],
            hidden=network.hidden,
            output=network.output,
            history={**history, "perplexity": np.exp(history["epoch_loss"].astype(float))},
            settings=self._settings(),
        )
