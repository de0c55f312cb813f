"""Every example in a docstring runs, in the installed package; every public name has one."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import warnings

import pytest

import fastvec

MODULES = ["fastvec", *(found.name for found in pkgutil.walk_packages(fastvec.__path__, "fastvec."))]


@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith("__main__")])
def test_examples_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # small texts make small vectors
        try:
            module = importlib.import_module(name)
        except fastvec.MissingPackageError as error:
            pytest.skip(str(error))
        outcome = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert outcome.failed == 0
    assert not list(tmp_path.iterdir()), "an example cleans up"


@pytest.mark.parametrize(
    "name", sorted(set(fastvec.__all__) - {"__version__", "datasets", "geometry", "ENGLISH_CONNECTOR_WORDS"})
)
def test_public_names_show_an_example(name):
    thing = getattr(fastvec, name)
    if isinstance(thing, type) and issubclass(thing, Exception):
        return
    assert ">>>" in (inspect.getdoc(thing) or "")
