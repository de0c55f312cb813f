"""fasttext.train_unsupervised: fastText's settings by its names, fastvec's trainers."""

from __future__ import annotations

import difflib
import os
import warnings
from typing import Any, Literal, NoReturn

from fastvec.checks.numbers import choice, whole
from fastvec.errors import SettingError
from fastvec.fasttext_compat.lines import LABEL, Lines
from fastvec.fasttext_compat.model import FastTextModel
from fastvec.io.decompression import type_of_path
from fastvec.running.progress import OnProgress
from fastvec.text.corpus import Corpus
from fastvec.text.subwords import Subwords
from fastvec.training.word2vec import CBOW, SkipGram
from fastvec.vectors.word_vectors import WordVectors

LOSSES = {"ns": "negative_sampling", "hs": "hierarchical_softmax", "softmax": "softmax"}
# what fasttext's own function also calls them
ALSO = {
    "min_count": "minCount",
    "word_ngrams": "wordNgrams",
    "lr_update_rate": "lrUpdateRate",
    "label_prefix": "label",
    "pretrained_vectors": "pretrainedVectors",
}
WITHOUT_EFFECT = {"lrUpdateRate": 100, "minCountLabel": 0}  # and their defaults
INSTEAD = (
    "fastvec trains vectors of words and has no classifier: use fasttext itself, or any classifier on "
    "get_sentence_vector(line) of a model of train_unsupervised"
)


def train_unsupervised(
    input: type_of_path,
    model: Literal["skipgram", "cbow"] = "skipgram",
    lr: float = 0.05,
    dim: int = 100,
    ws: int = 5,
    epoch: int = 5,
    minCount: int = 5,
    minCountLabel: int = 0,
    minn: int = 3,
    maxn: int = 6,
    neg: int = 5,
    wordNgrams: int = 1,
    loss: Literal["ns", "hs", "softmax"] = "ns",
    bucket: int = 2_000_000,
    thread: int | None = None,
    lrUpdateRate: int = 100,
    t: float = 1e-4,
    label: str = LABEL,
    verbose: int = 2,
    pretrainedVectors: type_of_path = "",
    seed: int = 0,
    on_progress: OnProgress | None = None,
    **others: Any,
) -> FastTextModel:
    r"""Train vectors of words and their n-grams on a file of text, with fastText's settings and defaults.

    Parameters
    ----------
    input : path
        A text, a sentence on each line; it may be compressed. As in fastText, ``</s>`` is read at the end of
        each line, and words that begin with ``label`` are left out.
    model : "skipgram" or "cbow"
    lr : float
        Learning rate at the start; it falls to 0. (fastText's default of 0.05 for both models.)
    dim, ws, epoch : int
        Dimensions, words to each side, passes.
    minCount : int
        Words that occur less often are left out.
    minn, maxn, bucket : int
        Shortest and longest n-gram, and the rows that they are hashed into. ``maxn=0``: no n-grams.
    neg : int
        Noise words, for ``loss="ns"``.
    loss : "ns", "hs" or "softmax"
    t : float
        Subsampling of frequent words.
    thread : int, optional
        None: all usable cores.
    label : str
    pretrainedVectors : path
        Vectors to start from, in any format that :meth:`fastvec.WordVectors.load` reads.
    seed : int
        Of all random draws.
    verbose : int
        Ignored, as are ``lrUpdateRate`` and ``minCountLabel``; the last two warn if they are changed.
    wordNgrams : int
        1, as word n-grams are for classifiers.
    on_progress : callable, optional
        As for :meth:`fastvec.SkipGram.train`.
    **others
        ``min_count``, ``word_ngrams``, ``lr_update_rate``, ``label_prefix`` and ``pretrained_vectors``, which are
        other names.

    Returns
    -------
    FastTextModel

    Raises
    ------
    SettingError
        If a setting is unknown or out of range.
    CorpusError
        If no word is left.
    StorageError
        If the text cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "text.txt").write_text("the cat sat\nthe dog ran\n" * 20)
    ...     model = train_unsupervised(f"{folder}/text.txt", dim=8, minCount=1, t=1, thread=1)
    >>> model.words[:2], model.get_word_vector("cats").shape
    (['</s>', 'the'], (8,))
    """
    given = dict(locals())
    given |= _other_names(given.pop("others"))
    _warn_without_effect(given)
    whole("wordNgrams", given["wordNgrams"], 1)
    if given["wordNgrams"] > 1:
        hint = "word n-grams are for classifiers; fastvec.Phrases finds words that belong together"
        raise SettingError(field="wordNgrams", expected="1", got=given["wordNgrams"], hint=hint)
    if not isinstance(input, (str, os.PathLike)):
        raise SettingError(field="input", expected="the path of a text", got=input)
    trainer = trainer_of(given)
    lines = Lines(input, given["label"])
    threads = given["thread"]
    corpus = Corpus.from_text(lines, min_count=given["minCount"], threads=threads, on_progress=on_progress)
    init = given["pretrainedVectors"] or None
    start = None if init is None else WordVectors.load(init)
    vectors = trainer.train(corpus, init=start, threads=threads, on_progress=on_progress)
    vectors.settings["min_count"] = given["minCount"]
    found = FastTextModel(vectors)
    found.set_args({name: given[name] for name in ARGUMENTS})
    return found


ARGUMENTS = (
    "lr", "dim", "ws", "epoch", "minCount", "minCountLabel", "minn", "maxn", "neg", "wordNgrams", "loss", "bucket",
    "thread", "lrUpdateRate", "t", "label", "verbose", "pretrainedVectors",
)  # fmt: skip


def trainer_of(given: dict[str, Any]) -> SkipGram | CBOW:
    """Return the trainer for settings by fastText's names.

    Raises
    ------
    SettingError
        If one is out of range; the message has fastText's name of it where fastvec's is another.
    """
    choice("model", given["model"], ("skipgram", "cbow"))
    choice("loss", given["loss"], tuple(LOSSES))
    subwords = None
    if given["maxn"] > 0:
        subwords = Subwords(min_n=given["minn"], max_n=given["maxn"], buckets=given["bucket"])
    trainer = CBOW if given["model"] == "cbow" else SkipGram
    return trainer.fasttext(
        vector_size=given["dim"], window=given["ws"], epochs=given["epoch"], learning_rate=given["lr"],
        negative=given["neg"], sample=given["t"], loss=LOSSES[given["loss"]], subwords=subwords,
        seed=given["seed"],
    )  # fmt: skip


def train_supervised(*_: Any, **__: Any) -> NoReturn:
    """Say what to use instead: fastvec has no classifier.

    Raises
    ------
    SettingError
        Always.
    """
    raise SettingError(f"train_supervised: {INSTEAD}", field="train_supervised")


def _other_names(others: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in others.items():
        if name not in ALSO:
            near = difflib.get_close_matches(name, [*ARGUMENTS, "input", "model", "seed", *ALSO], 1, 0.4)
            hint = f"did you mean {near[0]}?" if near else f"its settings are {', '.join(ARGUMENTS)}"
            raise SettingError(f"train_unsupervised: no setting {name!r}; {hint}", field=name)
        found[ALSO[name]] = value
    return found


def _warn_without_effect(given: dict[str, Any]) -> None:
    changed = [name for name, default in WITHOUT_EFFECT.items() if given[name] != default]
    if changed:
        warnings.warn(f"{' and '.join(changed)}: without effect here", stacklevel=3)
