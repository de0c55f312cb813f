"""Files of models: fastvec's, which gensim's settings are in, and gensim's own."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from fastvec.gensim_compat import saved_models, storage
from fastvec.gensim_compat.keyedvectors import KeyedVectors
from fastvec.gensim_compat.model_settings import ARGUMENTS, SETTINGS, Settings
from fastvec.gensim_compat.names import tell_once
from fastvec.io.decompression import type_of_path
from fastvec.training.prediction_trainer import PredictionTrainer
from fastvec.vectors.word_vectors import WordVectors

# attributes of models that are not a user's own
KNOWN = frozenset(SETTINGS) | {
    "wv", "dv", "syn1", "syn1neg", "hashfxn", "callbacks", "trim_rule", "layer1_size", "raw_vocab", "random", "dm",
    "dbow_words", "dm_concat", "dm_tag_count",
}  # fmt: skip


class Files(Settings):
    """The part of Word2Vec that is saved and loaded."""

    _vectors: ClassVar[type[KeyedVectors]]

    if TYPE_CHECKING:

        def _trainer(self) -> PredictionTrainer: ...
        def _make_outputs(self, n_old: int) -> None: ...

    @property
    def fastvec(self) -> WordVectors:
        """The model as :class:`fastvec.WordVectors`: with its output rows and settings, to go on in fastvec."""
        return WordVectors(self.wv.names(), self.wv.vectors, counts=self.wv._counts(), **self._others())

    def _others(self) -> dict[str, Any]:
        nodes = self.__dict__.get("syn1")
        return {
            "context_vectors": self.__dict__.get("syn1neg"),
            "output_nodes": None if nodes is None or len(nodes) < 2 or self.wv.tree is not None else nodes[:-1],
            "settings": self._trainer()._settings(),
        }

    def save(self, fname: type_of_path, *_: Any, **__: Any) -> None:
        """Write one file, all or nothing, that training can go on from; fastvec reads it too.

        It is a .safetensors, whatever its suffix. gensim's further arguments change nothing. Callbacks and
        ``trim_rule``, which are code, are not in it. Attributes that a user set are, if JSON can hold them.
        """
        settings = {name: plain(getattr(self, name)) for name in SETTINGS}
        storage.save_vectors(
            self.wv, fname, {"model": settings, "own": own_attributes(self)}, self._beside(), **self._others()
        )

    def _beside(self) -> dict[str, Any]:
        """Return what has a place of its own in a file: a tree that is not fastvec's, with its rows."""
        nodes = self.__dict__.get("syn1")
        tree = self.wv.tree
        return {} if nodes is None or tree is None else {"network": saved_models.network_of(nodes[:-1], tree)}

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
            If it is damaged, or has no model. A pickle is read, never run.
        StorageError
            If it cannot be read.
        """
        return cls._of_saved(saved_models.load_model(fname, mmap), mmap)

    @classmethod
    def _of_saved(cls, saved: saved_models.Saved, mmap: str | None) -> Self:
        model = cls._of(saved.vectors, saved.settings, saved.nodes, mmap)
        model.wv.tree = saved.tree
        vars(model).update(saved.own)
        return model

    @classmethod
    def _of(
        cls,
        found: WordVectors,
        settings: dict[str, Any],
        nodes: NDArray[np.float32] | None,
        mmap: str | None = None,
    ) -> Self:
        known = {name: settings[name] for name in SETTINGS if name in settings}
        known |= {name: int(bool(known[name])) for name in ("sg", "hs", "cbow_mean") if name in known}
        arguments = {name: value for name, value in known.items() if name in ARGUMENTS}
        model = cls(**{**arguments, "vector_size": found.word_vectors.shape[1]})
        for name, value in known.items():
            setattr(model, name, value)
        model.wv = storage.vectors_of(cls._vectors, found, mmap)
        model._make_outputs(0)
        if model.negative and found.context_vectors is not None:
            model.syn1neg = np.array(found.context_vectors)
        if model.hs and nodes is not None:
            model.syn1[: len(nodes)] = nodes
        return model


def own_attributes(model: Settings) -> dict[str, Any]:
    """Return the attributes that a user set on a model; a warning names those that JSON cannot hold."""
    own = {k: plain(v) for k, v in vars(model).items() if k not in KNOWN and not k.startswith("_")}
    left_out = [name for name, value in own.items() if not _is_json(value)]
    if left_out:
        tell_once(f"save: left out, as JSON cannot hold them: {', '.join(f'model.{name}' for name in left_out)}")
    return {name: value for name, value in own.items() if name not in left_out}


def _is_json(value: Any) -> bool:
    if isinstance(value, dict):
        return all(type(key) is str for key in value) and all(map(_is_json, value.values()))
    if isinstance(value, list):
        return all(map(_is_json, value))
    return value is None or type(value) in (str, bool, int) or (type(value) is float and isfinite(value))


def plain(value: Any) -> Any:
    """Return a number of NumPy as Python's."""
    return value.item() if isinstance(value, np.generic) else value
