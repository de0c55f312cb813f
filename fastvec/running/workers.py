"""The loop of all long calls: slices to threads, results in order; the first error ends it."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sized
from functools import partial
from typing import Any, TypeVar

import numpy as np

from fastvec.checks.numbers import whole
from fastvec.errors import ResourceError

Item = TypeVar("Item")
Result = TypeVar("Result")

MANY = 64  # threads
BEGINS = 5.0  # seconds within which a thread runs that has memory to begin with
TICK = 0.1  # seconds: Ctrl-C and progress never wait longer


def resolve_threads(threads: int | None) -> int:
    """Check a ``threads=`` argument and return the number of threads; None means all usable cores.

    It is at most :data:`MANY`, or twice the cores if that is more: further threads would only wait, and each has
    its own tables.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores if threads is None else min(whole("threads", threads, 1), max(MANY, 2 * cores))


def new_stop_flag() -> np.ndarray:
    """Return a byte that every kernel reads; 1 means: stop, and return what is done."""
    return np.zeros(1, np.uint8)


def run(
    task: Callable[[Item, int], Result],
    items: Iterable[Item],
    *,
    threads: int,
    stop: np.ndarray,
    on_result: Callable[[Result], Any] | None = None,
    on_tick: Callable[[], Any] | None = None,
    before_stop: Callable[[threading.Event], Any] | None = None,
) -> None:
    """Run ``task(item, worker)`` over ``items`` on ``threads`` threads.

    Parameters
    ----------
    task : callable
        Gets an item and the number of the worker that runs it, 0 .. threads-1 (for scratch memory).
    items : iterable
        Taken one at a time, in order; it may block (a pipe) and may raise. If it has a length, no more threads
        than items are started.
    stop : uint8[1]
        Set to 1 from anywhere to end the run: no further item is taken.
    on_result : callable, optional
        Gets the results *in the order of the items*, one at a time, on the worker that completes the next one.
        So what it adds up or writes does not depend on the number of threads. If it returns a function, a worker
        calls that later, in any order and in parallel: for work that takes long.
    on_tick : callable, optional
        Called on the calling thread about ten times a second; False ends the run.
    before_stop : callable, optional
        Called on the calling thread before the run is stopped by Ctrl-C, or by False or an error of ``on_tick``,
        while tasks still run; it gets the event that is set when all are over, and may wait for it.

    Raises
    ------
    ResourceError
        If no thread can be started. (If some can, these do all the work.)
    Exception
        The first one that a task, the iterable or a callback raises; the others are stopped.
    """
    if isinstance(items, Sized):
        threads = max(1, min(threads, len(items)))
    _Run(task, iter(items), threads, stop, on_result).wait(on_tick, before_stop)


def run_blocks(task: Callable[[slice], Any], length: int, size: int, threads: int) -> None:
    """Run ``task`` over the slices of ``size`` that make up ``slice(0, length)``."""
    run(lambda at, _: task(slice(at, at + size)), range(0, length, size), threads=threads, stop=new_stop_flag())


class _Begun(threading.Event):
    """Set when a thread runs. One that finds no memory to begin dies, and ``Thread.start`` would wait for ever."""

    def wait(self, timeout: float | None = None) -> bool:
        if not super().wait(BEGINS if timeout is None else timeout) and timeout is None:
            raise RuntimeError("it did not begin")
        return self.is_set()


def start_thread(work: Callable[[], object], name: str, daemon: bool = True) -> None:
    """Start a thread, or raise RuntimeError: if there can be no more, or it does not begin.

    It works once no reference to it is left here, so that its object is deleted on the thread itself: that calls
    Python code of the ``threading`` module, and Ctrl-C would be lost in it.
    """
    left = threading.Event()

    def once_left() -> None:
        left.wait(BEGINS)
        work()

    thread = threading.Thread(target=once_left, daemon=daemon, name=name)
    thread._started = _Begun()  # type: ignore[attr-defined]
    try:
        thread.start()
    finally:
        del thread
        left.set()


class _Run:
    def __init__(self, task, items, threads, stop, on_result) -> None:  # type: ignore[no-untyped-def]
        self.task, self.items, self.stop, self.on_result = task, items, stop, on_result
        self.taking = threading.Lock()
        self.delivering = threading.Condition()
        self.taken = self.delivered = 0
        self.pending: dict[int, Any] = {}
        self.later: deque[Any] = deque()  # what on_result left to do
        # results are kept in memory until it is their turn, so no worker may run far ahead
        self.ahead = 4 * threads
        self.error: BaseException | None = None
        self.done = threading.Event()
        self.alive = self.workers = threads

    def start(self) -> None:
        threads = self.alive
        for worker in range(threads):
            try:
                start_thread(partial(self.work, worker), f"fastvec-{worker}")
            except RuntimeError as error:  # the system has no more: the threads that run do all the work
                self.workers = worker
                self.end(threads - worker)
                if worker == 0:
                    raise ResourceError(f"no thread could be started: {error}; end other programs") from error
                break
            except BaseException:  # Ctrl-C, while this one begins: nobody waits for those that never will
                self.end(threads - worker - 1)
                raise

    def work(self, worker: int) -> None:
        if worker >= self.workers:  # it began after all, when nobody waited any more
            return
        try:
            while (taken := self.take()) is not None:
                index, item = taken
                self.deliver(index, self.task(item, worker))
                self.catch_up()
        except BaseException as error:
            self.fail(error)
        finally:
            self.end(1)

    def end(self, workers: int) -> None:
        with self.delivering:
            self.alive -= workers
            if self.alive == 0:
                self.done.set()

    def take(self) -> tuple[int, Any] | None:
        with self.taking:
            with self.delivering:
                while self.taken - self.delivered >= self.ahead and not self.stop[0]:
                    self.delivering.wait(TICK)
            if self.stop[0]:
                return None
            try:
                item = next(self.items)
            except StopIteration:
                return None
            self.taken += 1
            return self.taken - 1, item

    def deliver(self, index: int, result: Any) -> None:
        with self.delivering:
            self.pending[index] = result
            while self.delivered in self.pending and self.error is None:
                ready = self.pending.pop(self.delivered)
                if self.on_result is not None and callable(rest := self.on_result(ready)):
                    self.later.append(rest)
                self.delivered += 1
            self.delivering.notify_all()

    def catch_up(self) -> None:
        while self.error is None:
            try:
                rest = self.later.popleft()
            except IndexError:
                return
            rest()

    def fail(self, error: BaseException) -> None:
        with self.delivering:
            if self.error is None:
                self.error = error
            self.stop[0] = 1
            self.delivering.notify_all()

    def wait(
        self, on_tick: Callable[[], Any] | None, before_stop: Callable[[threading.Event], Any] | None
    ) -> None:
        try:
            self.start()  # Ctrl-C meanwhile must stop the threads that work already
            try:
                while self.error is None and not self.done.wait(TICK):
                    if on_tick is not None and on_tick() is False:
                        break
            finally:  # after Ctrl-C and errors of the callback too
                if before_stop is not None and self.error is None and not self.done.is_set():
                    before_stop(self.done)
            if not self.done.is_set():
                self.stop[0] = 1
                while self.error is None and not self.done.wait(TICK):
                    pass
        except BaseException as error:  # Ctrl-C, or the callback's own
            self.fail(error)
        if self.error is not None:
            self.done.wait(0.5)  # a worker blocked in a pipe's read cannot be woken; it is a daemon
            raise self.error
