"""The loss of skip-gram and CBOW on a text, with the matrices that are kept in the vectors, without training."""

from __future__ import annotations

from typing import Any

from fastvec.errors import SettingError
from fastvec.running.progress import OnProgress
from fastvec.text.corpus import Corpus
from fastvec.text.mapped import naming_file
from fastvec.text.recoding import ids_in
from fastvec.text.subwords import Subwords
from fastvec.training.freezing import Frozen
from fastvec.training.inputs import Inputs, check_text
from fastvec.training.losses import HierarchicalSoftmax
from fastvec.training.prediction_trainer import PredictionTrainer
from fastvec.training.slice_kernel import kernel_arguments, slice_arguments, slice_kernel
from fastvec.training.slice_run import Slice, SliceRun
from fastvec.training.subsampling import keep_probabilities, keep_thresholds
from fastvec.training.word2vec import CBOW, SkipGram
from fastvec.vectors.word_vectors import WordVectors

TRAINERS: dict[str, type[PredictionTrainer]] = {"SkipGram": SkipGram, "CBOW": CBOW}


class LossRun(SliceRun):
    """One pass over a text at a learning rate of 0; no loss is too high."""

    stage = "evaluating"
    partial = False

    def _check(self, part: Slice, mean: float) -> None:
        """Accept any loss."""


def trainer_of(vectors: WordVectors) -> PredictionTrainer:
    """Return the trainer that the vectors' settings describe.

    Raises
    ------
    SettingError
        If they are not those of skip-gram or CBOW.

    Examples
    --------
    >>> vectors = WordVectors(["a"], [[1]], settings=SkipGram(vector_size=1, window=3)._settings())
    >>> trainer_of(vectors).window
    3
    """
    settings: dict[str, Any] = dict(vectors.settings)
    name = settings.pop("model", None)
    if name not in TRAINERS:
        raise SettingError(
            field="vectors", expected="those of SkipGram or CBOW, with the settings of their training",
            got=name, shown=f"those of {name}" if name else "vectors without settings",
            hint="the .safetensors file has them; NeuralLanguageModel.load reads an NNLM",
        )  # fmt: skip
    if isinstance(settings.get("subwords"), dict):
        settings["subwords"] = Subwords(**settings["subwords"])
    return TRAINERS[name](**settings)


def text_loss(vectors: WordVectors, corpus: Corpus, threads: int, on_progress: OnProgress | None) -> float:
    """Return the mean loss of a prediction, as ``history["epoch_loss"]`` has it."""
    trainer = trainer_of(vectors).replace(vector_size=vectors.word_vectors.shape[1])
    _check_holds(vectors, trainer)
    check_text(corpus, "a fastvec.Corpus")
    words = vectors.vocabulary
    keep = keep_thresholds(keep_probabilities(words.counts, trainer.sample))
    inputs = Inputs(words, words, ids_in(corpus, words, "data"), corpus.offsets, keep=keep)
    start, loss = trainer.start_from(vectors, inputs, threads)
    model = trainer.model()
    run = LossRun(
        inputs.offsets,
        1,
        (0, 0),
        loss.untrained_loss,
        places=trainer.places(model, loss, len(words)),
        threads=threads,
    )
    share = trainer.shares_negatives(model, loss)
    frozen = Frozen(None, all_outputs=True)
    arguments = kernel_arguments(trainer, model, inputs, loss, start, frozen, run, share)
    with naming_file(corpus):
        run.run(slice_kernel(arguments, slice_arguments(trainer.seed), "compiled"), on_progress)
    return float(run.history()["epoch_loss"][0])


def _check_holds(vectors: WordVectors, trainer: PredictionTrainer) -> None:
    """Refuse vectors without what their loss needs."""
    of_tree = trainer.loss == HierarchicalSoftmax.name
    needed: dict[str, tuple[object, str]] = {
        "counts": (vectors.counts, "how often each word occurred"),
        "output_nodes" if of_tree else "context_vectors": (
            vectors.output_nodes if of_tree else vectors.context_vectors,
            "the output matrix, which predicts words",
        ),
    }
    if trainer.subwords is not None:
        needed["subwords"] = (vectors.subwords, "the rows of n-grams")
    for field, (found, what) in needed.items():
        if found is None:
            raise SettingError(
                field=f"vectors.{field}", expected=what, got=None, shown="none",
                hint="train() and .safetensors files keep it, unless outputs were not words",
            )  # fmt: skip
