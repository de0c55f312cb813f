"""Pretrained: word vectors as a folder in the layout of Hugging Face's static embeddings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from fastvec.checks.numbers import choice, truth
from fastvec.errors import StorageError
from fastvec.io.decompression import type_of_path
from fastvec.vectors.formats import check_dtype, huggingface
from fastvec.vectors.formats.compact import DType
from fastvec.vectors.formats.model_card import Card
from fastvec.vectors.formats.tokenizer import SEPARATORS, Splitting
from fastvec.vectors.record import Record

if TYPE_CHECKING:
    from typing import Self


class Pretrained:
    """The part of :class:`fastvec.WordVectors` that writes and reads such folders; see there."""

    def save_pretrained(
        self,
        folder: type_of_path,
        *,
        dtype: DType = "float32",
        tokens: Literal["whitespace", "words"] | None = None,
        lowercase: bool | None = None,
        scores: Mapping[str, float] | None = None,
        language: str | None = None,
        license: str | None = None,
        card: bool = True,
    ) -> None:
        """Write a folder that sentence-transformers and model2vec load, with a model card.

        ``SentenceTransformer(folder).encode(texts)`` is then the mean of the vectors of a text's words, and
        ``StaticModel.from_pretrained(folder)`` of model2vec does the same. A word that is not in the vocabulary
        counts as zeros in the former's mean, which makes it shorter but does not turn it; the latter leaves it
        out. Folders have words, vectors, counts and settings; neither context vectors nor n-grams.

        Parameters
        ----------
        folder : path
            It is made if it does not exist; its parent must. Files of the same names in it are replaced.
        dtype : "float32" or "float16"
            The type of the vectors in the file.
        tokens : "whitespace" or "words", optional
            How texts are split, as in :meth:`fastvec.Corpus.from_text`. By default into words of letters and
            digits if the vocabulary has no punctuation, else at white space.
        lowercase : bool, optional
            Whether texts are converted to lower case first. By default if no word has a capital letter.
        scores : dict of str and number, optional
            What the model card says of quality, such as ``{"WS-353": 62.1}``.
        language, license : str, optional
            What the model card says, as Hugging Face has them: ``"en"``, ``"cc-by-sa-4.0"``.
        card : bool
            Whether the model card, ``README.md``, is written.

        Raises
        ------
        SettingError
            If an argument cannot be used, or vectors are not finite.
        StorageError
            If a file cannot be written; older ones are unchanged.

        Examples
        --------
        >>> import os, tempfile
        >>> from fastvec import WordVectors
        >>> vectors = WordVectors(["king", "queen"], [[1, 2], [3, 4]])
        >>> with tempfile.TemporaryDirectory() as parent:
        ...     folder = os.path.join(parent, "royal")
        ...     vectors.save_pretrained(folder, scores={"WS-353": 62.1})
        ...     print(*sorted(os.listdir(folder)))
        ...     WordVectors.from_pretrained(folder)
        README.md config_sentence_transformers.json model.safetensors modules.json tokenizer.json
        WordVectors(2 words, 2 dimensions)
        """
        check_dtype("huggingface", dtype)
        record = self._combined_record()
        suggested = Splitting.of(record.vocabulary)
        how = Splitting(
            suggested.tokens if tokens is None else tokens,
            suggested.lowercase if lowercase is None else lowercase,
        )
        choice("tokens", how.tokens, tuple(SEPARATORS))
        truth("lowercase", how.lowercase)
        truth("card", card)
        written = Card({} if scores is None else scores, language, license)
        huggingface.write(folder, record, dtype=dtype, splitting=how, card=written if card else None)

    @classmethod
    def from_pretrained(cls, folder: type_of_path) -> Self:
        """Read a folder of :meth:`save_pretrained`, or one of sentence-transformers' or model2vec's static models.

        The vectors are memory-mapped. Where the tokens of a model are parts of words (``##ing``), so are the words
        here, with a warning.

        Parameters
        ----------
        folder : path
            On this machine; ``huggingface_hub.snapshot_download(name)`` downloads one.

        Raises
        ------
        FormatError
            If a file is damaged, or they do not fit together.
        StorageError
            If there is no such folder, or a file is missing.

        Examples
        --------
        See :meth:`save_pretrained`.
        """
        if not Path(folder).is_dir():
            hint = "huggingface_hub.snapshot_download(name) downloads one, and returns where it is"
            raise StorageError(f"{folder}: no such folder; {hint}", path=folder)
        return cls.load(folder, format="huggingface")

    if TYPE_CHECKING:

        def _combined_record(self) -> Record: ...

        @classmethod
        def load(cls, path: type_of_path, *, format: str | None = None) -> Self:
            """Read a file; see :class:`fastvec.WordVectors`."""
