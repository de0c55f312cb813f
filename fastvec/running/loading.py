"""Loading compiled kernels and other slow modules, so that Ctrl-C never leaves one half loaded."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

from fastvec.running.progress import Reporter
from fastvec.running.workers import TICK, start_thread


def is_loaded(name: str) -> bool:
    """Return whether a module is loaded completely."""
    module = sys.modules.get(name)
    return module is not None and not getattr(getattr(module, "__spec__", None), "_initializing", False)


def load(name: str, on_tick: Callable[[], Any] | None = None) -> Any:
    """Import a module on another thread, while this one waits in ticks.

    Ctrl-C goes to the main thread. If it interrupted an import, a library would stay half loaded, and later
    imports would not repair it (``module 'numba' has no attribute 'core'``). Here it interrupts the waiting only,
    the import continues, and the next call waits for its end.

    Parameters
    ----------
    name : str
    on_tick : callable, optional
        Called on this thread about ten times a second; its exceptions are raised here.

    Raises
    ------
    Exception
        What the import raises.

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

    # not a daemon: a process that ended while LLVM runs could crash
    try:
        start_thread(work, "fastvec-loading", daemon=False)
    except RuntimeError:  # the system has no more threads
        return import_module(name)
    while not ended.wait(TICK):
        if on_tick is not None:
            on_tick()
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]


def load_kernels(name: str, reporter: Reporter) -> Any:
    """Load a module of compiled kernels; the stage ``"compiling"`` is reported if it is not loaded yet."""
    if is_loaded(name):
        return sys.modules[name]
    reporter.begin("compiling", "tokens", None)
    reporter.report()
    return load(name, reporter.report)
