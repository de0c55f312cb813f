"""Loading what takes seconds, such as compiled kernels, so that Ctrl-C finds a whole library afterwards."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

from fastvec.running.progress import Reporter
from fastvec.running.workers import TICK


def is_loaded(name: str) -> bool:
    """Whether a module is there, to its last line."""
    module = sys.modules.get(name)
    return module is not None and not getattr(getattr(module, "__spec__", None), "_initializing", False)


def load(name: str, on_tick: Callable[[], Any] | None = None) -> Any:
    """Import a module on another thread, while this one waits in ticks.

    Ctrl-C goes to the main thread. An import that it breaks off leaves a library half loaded, which no later one
    mends (``module 'numba' has no attribute 'core'``): here it breaks off the waiting, and the import goes on. The
    next call waits for its end.

    Parameters
    ----------
    name : str
    on_tick : callable, optional
        Called on this thread about ten times a second; what it raises is raised here.

    Raises
    ------
    Whatever the import raises.

    Examples
    --------
    >>> load("colorsys").__name__
    'colorsys'
    """
    if is_loaded(name):
        return sys.modules[name]
    outcome: list[Any] = []
    ended = threading.Event()

    def work() -> None:
        try:
            outcome.append(import_module(name))
        except BaseException as error:
            outcome.append(error)
        finally:
            ended.set()

    # no daemon: a process that ended under LLVM could crash
    try:
        threading.Thread(target=work, name="fastvec-loading").start()
    except RuntimeError:  # no thread left: better here than not at all
        return import_module(name)
    while not ended.wait(TICK):
        if on_tick is not None:
            on_tick()
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]


def load_kernels(name: str, reporter: Reporter) -> Any:
    """Load a module of compiled kernels, as the stage ``"compiling"`` where it is not there yet."""
    if is_loaded(name):
        return sys.modules[name]
    reporter.begin("compiling", "tokens", None)
    reporter.report()
    return load(name, reporter.report)
