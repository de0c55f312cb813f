"""Exploring: vectors as a page to look at. The page is made above this folder, by :class:`fastvec.Explorer`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from fastvec.io.decompression import type_of_path


class Exploring:
    """The part of :class:`fastvec.WordVectors` that shows itself; see there."""

    def explore(self, path: type_of_path | None = None, **settings: Any) -> Any:
        """Return a page with a map of the words, which answers in the browser; a notebook shows it.

        Parameters
        ----------
        path : path, optional
            Write the page to this file too; a browser opens it from disk.
        **settings
            As for :class:`fastvec.Explorer`: ``other``, ``n_words``, ``method``, ``seed``, ``names``,
            ``on_progress``.

        Returns
        -------
        Explorer

        Raises
        ------
        SettingError, MissingPackageError, Cancelled
            As for :class:`fastvec.Explorer`.
        StorageError
            If the file cannot be written.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> WordVectors(["king", "queen", "apple"], [[2, 1], [1, 1], [-1, 3]]).explore()
        Explorer(3 words, 2 dimensions)
        """
        made = import_module("fastvec").Explorer(self, **settings)  # this folder knows nothing of those above
        if path is not None:
            made.save(path)
        return made
