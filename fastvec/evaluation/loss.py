"""The held-out loss: how well vectors and their output matrix predict a text."""

from __future__ import annotations

from fastvec.running.progress import OnProgress
from fastvec.running.workers import resolve_threads
from fastvec.text.corpus import Corpus
from fastvec.training.held_out import text_loss
from fastvec.training.nnlm.model import NeuralLanguageModel
from fastvec.vectors.checked import checked_vectors
from fastvec.vectors.word_vectors import WordVectors


def evaluate_loss(
    vectors: WordVectors,
    corpus: Corpus,
    *,
    threads: int | None = None,
    on_progress: OnProgress | None = None,
) -> float:
    """Return the mean loss of a prediction on a text, without training.

    It is defined as ``history["epoch_loss"]`` of the training, with the same draws of windows, noise words and
    subsampling as in its first epoch. So on the text of the training it says what the vectors have learned in the
    end, where the history has the loss of each prediction when it was made; and on another text, what of that is
    true elsewhere. Losses can be compared between vectors of the same words, the same loss and the same settings
    of windows and subsampling.

    Parameters
    ----------
    vectors : WordVectors or NeuralLanguageModel
        Of :class:`fastvec.SkipGram` or :class:`fastvec.CBOW`, with their settings, counts and output matrix, as
        ``train`` returns them and ``.safetensors`` files keep them; or of :class:`fastvec.NNLM`, whose
        :meth:`fastvec.NeuralLanguageModel.loss` this is then.
    corpus : Corpus
        Read with ``vocabulary=vectors.vocabulary``. Noise words, subsampling and the Huffman tree are those of the
        vectors' counts, whatever the text.
    threads : int, optional
        None: all usable cores.
    on_progress : callable, optional
        Gets a :class:`fastvec.Progress` about ten times a second; if it returns False, this raises.

    Returns
    -------
    float
        In nats. For softmax and hierarchical softmax -log p of a word; for negative sampling the sum of 1 +
        ``negative`` binary losses.

    Raises
    ------
    SettingError
        If the vectors lack what the loss needs.
    CorpusError
        If this is not a corpus, no sentence has two words, or a word is out of the vocabulary.
    TrainingError
        If ``sample`` left no pair of words.
    Cancelled
        If ``on_progress`` returned False.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["the king rules", "the queen rules"] * 50, min_count=1)
    >>> vectors = fv.SkipGram(vector_size=8, sample=0, epochs=20).train(corpus, threads=1)
    >>> same = fv.evaluate_loss(vectors, corpus)
    >>> other = fv.evaluate_loss(vectors, fv.Corpus.from_text(["rules queen king"], vocabulary=corpus.vocabulary))
    >>> bool(same < vectors.history["epoch_loss"][0]), same < other
    (True, True)
    """
    n_threads = resolve_threads(threads)
    if isinstance(vectors, NeuralLanguageModel):
        return vectors.loss(corpus, threads=n_threads, on_progress=on_progress)
    checked_vectors("vectors", vectors)
    return text_loss(vectors, corpus, n_threads, on_progress)
