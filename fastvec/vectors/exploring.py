"""Exploring: vectors as a page to look at. The page is made above this folder, by :class:`fastvec.Explorer`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol

from fastvec.io.decompression import type_of_path
from fastvec.running.progress import OnProgress

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors


class Page(Protocol):
    """What a :class:`fastvec.Explorer` is, as far as this folder has to know."""

    html: str
    n_words: int

    def save(self, path: type_of_path) -> None:
        """Write the page."""

    def save_parquet(self, path: type_of_path, *, n_neighbors: int = 10) -> None:
        """Write the words as a table."""


class Exploring:
    """The part of :class:`fastvec.WordVectors` that shows itself; see there."""

    def explore(
        self,
        path: type_of_path | None = None,
        *,
        other: WordVectors | None = None,
        n_words: int = 20_000,
        method: Literal["pca", "umap", "tsne"] = "pca",
        seed: int = 1,
        names: tuple[str, str] = ("vectors", "others"),
        on_progress: OnProgress | None = None,
    ) -> Page:
        """Return a page with a map of the words, which answers in the browser; a notebook shows it.

        Parameters
        ----------
        path : path, optional
            Write the page to this file too; a browser opens it from disk.
        other, n_words, method, seed, names, on_progress
            As for :class:`fastvec.Explorer`.

        Returns
        -------
        Explorer

        Raises
        ------
        SettingError
            If a setting cannot be used, or a vector is not finite.
        MissingPackageError
            If the package of the method is not installed.
        StorageError
            If the file cannot be written.
        Cancelled
            If ``on_progress`` stops the work.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> WordVectors(["king", "queen", "apple"], [[2, 1], [1, 1], [-1, 3]]).explore()
        Explorer(3 words, 2 dimensions)
        """
        # by its public name: this folder knows nothing of those above
        made: Page = import_module("fastvec").Explorer(
            self, other, n_words=n_words, method=method, seed=seed, names=names,
            on_progress=on_progress,
        )  # fmt: skip
        if path is not None:
            made.save(path)
        return made
