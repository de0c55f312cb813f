"""The bootstrap over documents: vectors of resampled corpora, to say how sure a similarity is."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.numbers import truth, whole
from fastvec.errors import Cancelled, CorpusError, SettingError, TrainingError
from fastvec.evaluation.stability import Bootstrap
from fastvec.running.progress import OnProgress, Progress, stops
from fastvec.running.workers import resolve_threads
from fastvec.text.corpus import Corpus, check_corpus
from fastvec.text.mapped import naming_file
from fastvec.text.resample import document_bounds, resampled
from fastvec.text.vocabulary import Vocabulary
from fastvec.training.settings import Trainer
from fastvec.vectors.word_vectors import WordVectors


def bootstrap(
    trainer: Any,
    corpus: Corpus,
    n: int = 25,
    *,
    documents: ArrayLike | None = None,
    resample: bool = True,
    restrict_vocab: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    on_progress: OnProgress | None = None,
) -> Bootstrap:
    """Train n times, each on documents drawn from a corpus with replacement.

    Each run draws as many documents as there are, in random order, and trains on them with a seed of its own. How
    far its answers differ from those of other runs says how much they depend on which documents happen to be in
    the text (Antoniak and Mimno 2018, "Evaluating the Stability of Embedding-based Word Similarities"; Efron and
    Tibshirani 1993, chapter 13).

    Parameters
    ----------
    trainer : SkipGram, CBOW, GloVe, LogCountFactorization, PPMISVD, LSA or NNLM
        Its ``seed`` is replaced in each run.
    corpus : Corpus
        V words. Words that do not occur in a resample have no vector in that run.
    n : int
        Runs.
    documents : int[M + 1], optional
        Document d has the sentences ``documents[d]`` to ``documents[d + 1] - 1``. None: each sentence (line) is
        one. What is drawn together should be what was written together: with the lines of an article as documents
        of their own, intervals are too narrow.
    resample : bool
        False: all runs train on the corpus as it is, and only their seeds differ. So it shows how much of the
        variation comes from the draws of the trainer.
    restrict_vocab : int, optional
        Keep the vectors of the first words only, so many of them (the most frequent). All words are trained.
    seed : int, optional
        Of the draws of documents, and of the seeds of the runs. None: that of the trainer. Run i does not depend
        on ``n``.
    threads : int, optional
        None: all usable cores. Runs are one after the other, each on all threads.
    on_progress : callable, optional
        Gets the :class:`fastvec.Progress` of each run, with ``run`` and ``runs``. When it returns False, the runs
        that are complete are returned; the one that was stopped is dropped.

    Returns
    -------
    Bootstrap
        It holds float32[n, V, D], 4 n V D bytes. One resample is in memory at a time, with 4 bytes a token.

    Raises
    ------
    SettingError
        If an argument is wrong.
    CorpusError
        If this is not a corpus, or a resample has nothing to train on; it names the run. If it is mapped, and its
        file is overwritten meanwhile.
    TrainingError
        If training diverged; it names the run.
    Cancelled
        If ``on_progress`` returned False in the first run.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["the king rules", "the queen rules", "a cat sleeps"] * 20, min_count=1)
    >>> runs = fv.bootstrap(fv.PPMISVD(vector_size=3), corpus, n=5)
    >>> runs
    <Bootstrap: 5 runs, 7 words, 3 dimensions>
    >>> runs.similarity("king", "queen").interval.low > 0.9
    True
    """
    n_runs, n_threads = whole("n", n, 1), resolve_threads(threads)
    truth("resample", resample)
    if not isinstance(trainer, Trainer):
        raise SettingError(field="trainer", expected="a trainer, such as fastvec.SkipGram()", got=trainer)
    check_corpus(corpus)
    bounds = document_bounds(documents, corpus.n_sentences)
    if len(bounds) < 2:
        raise CorpusError(field="corpus", expected="at least one document", got=corpus)
    words = _first_words(corpus.vocabulary, restrict_vocab)
    start = trainer.seed if seed is None else whole("seed", seed, 0, (1 << 64) - 1)
    seeds = np.random.SeedSequence(start).generate_state(n_runs, np.uint64).astype(np.uint64)
    stack, watch = _Stack(words, n_runs), _Watch(on_progress, n_runs)
    for run_seed in seeds.tolist():
        with naming_file(corpus):
            text = resampled(corpus, bounds, drawn_documents(len(bounds) - 1, run_seed)) if resample else corpus
        vectors = _trained(trainer.replace(seed=run_seed), text, n_threads, watch)
        del text  # before there is another one
        if vectors is None:
            break
        stack.add(vectors)
    drawn = {"n_documents": len(bounds) - 1, "resample": resample, "seed": start}
    return stack.bootstrap(seeds, {"model": type(trainer).__name__, **asdict(trainer), "bootstrap": drawn})


def drawn_documents(n_documents: int, seed: int) -> NDArray[np.int64]:
    """Return the documents of a resample, int64[M], drawn with replacement from 0 .. M - 1.

    Examples
    --------
    >>> drawn = drawn_documents(1000, seed=7)
    >>> len(drawn), len(set(drawn.tolist()))  # 1 - 1/e of them
    (1000, 629)
    """
    return np.random.default_rng(seed).integers(0, n_documents, n_documents)


def _first_words(vocabulary: Vocabulary, restrict_vocab: int | None) -> Vocabulary:
    if restrict_vocab is None:
        return vocabulary
    limit = whole("restrict_vocab", restrict_vocab, 1)
    return Vocabulary(vocabulary.words[:limit], vocabulary.counts[:limit] if vocabulary.has_counts else None)


def _trained(trainer: Any, text: Corpus, threads: int, watch: _Watch) -> WordVectors | None:
    """Return the vectors of a run, None if it was stopped."""
    watch.run += 1
    given = None if watch.on_progress is None else watch
    try:
        vectors: WordVectors = trainer.train(text, threads=threads, on_progress=given)
    except Cancelled:
        return None
    except (CorpusError, TrainingError) as error:
        raise type(error)(f"run {watch.run} of {watch.runs}: {error}", field=error.field) from error
    return None if watch.stopped else vectors


class _Watch:
    """The ``on_progress`` of all runs: adds which run it is, and notices that it is stopped."""

    def __init__(self, on_progress: OnProgress | None, runs: int) -> None:
        self.on_progress, self.runs, self.run, self.stopped = on_progress, runs, 0, False
        self.began = time.perf_counter()

    def __call__(self, progress: Progress) -> bool:
        assert self.on_progress is not None
        seconds = time.perf_counter() - self.began
        answer = self.on_progress(replace(progress, run=self.run, runs=self.runs, seconds=seconds))
        self.stopped = self.stopped or stops(answer)
        return not self.stopped


class _Stack:
    """The vectors of the runs so far, in the order of the words."""

    def __init__(self, words: Vocabulary, runs: int) -> None:
        self.words, self.done = words, 0
        self.counts = np.zeros((runs, len(words)), np.int64)
        self.vectors: NDArray[np.float32] = np.empty((0, 0, 0), np.float32)

    def add(self, vectors: WordVectors) -> None:
        """Add those of a run, which may lack words and have others."""
        if not self.done:  # GloVe(combine="concat") has more than vector_size dimensions
            self.vectors = np.zeros((*self.counts.shape, vectors.vector_size), np.float32)
        ids = np.array([self.words.index.get(word, -1) for word in vectors.index_to_key], np.int64)
        rows = np.flatnonzero(ids >= 0)
        self.vectors[self.done, ids[rows]] = vectors.vectors[rows]
        self.counts[self.done, ids[rows]] = 1 if vectors.counts is None else vectors.counts[rows]
        self.done += 1

    def bootstrap(self, seeds: NDArray[np.uint64], settings: dict[str, Any]) -> Bootstrap:
        """Return them; raise if there are none."""
        if not self.done:
            raise Cancelled("bootstrap: stopped by on_progress before the first run was complete")
        done = slice(self.done)
        return Bootstrap(self.words, self.vectors[done], self.counts[done], seeds=seeds[done], settings=settings)
