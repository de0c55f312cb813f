"""The loop behind everything long: order, errors, stopping."""

import threading
import time
import weakref

import numpy as np
import pytest

from fastvec import SettingError
from fastvec.running.workers import new_stop_flag, resolve_threads, run, run_blocks


@pytest.mark.parametrize("threads", [1, 2, 7])
@pytest.mark.parametrize("n_items", [0, 1, 5, 200])
def test_results_come_in_the_order_of_the_items(threads, n_items):
    seen = []

    def task(item, worker):
        time.sleep(0.001 * (item % 3))
        assert 0 <= worker < threads
        return item * item

    run(task, iter(range(n_items)), threads=threads, stop=new_stop_flag(), on_result=seen.append)
    assert seen == [item * item for item in range(n_items)]


def test_no_two_tasks_share_a_worker():
    busy = [threading.Lock() for _ in range(4)]

    def task(item, worker):
        assert busy[worker].acquire(blocking=False)
        time.sleep(0.0005)
        busy[worker].release()

    run(task, range(100), threads=4, stop=new_stop_flag())


def test_no_more_threads_than_items(monkeypatch):
    started = []
    start = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", lambda self: started.append(self.name) or start(self))
    for items, n_threads in (([], 1), ([1], 1), (range(3), 3), (range(50), 9), (iter([1]), 9)):
        started.clear()
        run(lambda item, worker: None, items, threads=9, stop=new_stop_flag())
        assert len(started) == n_threads


def test_results_that_wait_are_few():
    ahead, first_may_end, lock = [], threading.Event(), threading.Lock()

    def task(item, worker):
        if item == 0:
            first_may_end.wait(0.3)
        with lock:
            ahead.append(item)

    run(task, range(1000), threads=2, stop=new_stop_flag(), on_result=lambda result: first_may_end.set())
    assert ahead.index(0) <= 8  # four results a thread


def test_what_is_left_of_a_result_keeps_nobody_waiting():
    first_is_left, others, placed, finished = threading.Event(), threading.Event(), [], []

    def collect(item):
        placed.append(item)
        if item == 5:
            others.set()

        def rest():
            if item == 0:
                first_is_left.set()
                assert others.wait(10)
            finished.append(item)

        return rest

    run(lambda item, worker: item, range(6), threads=2, stop=new_stop_flag(), on_result=collect)
    assert first_is_left.is_set()
    assert placed == [*range(6)]
    assert sorted(finished) == [*range(6)]


@pytest.mark.parametrize("threads", [1, 4])
def test_what_is_left_to_do_is_done_out_of_order_by_the_workers(threads):
    collected, done, main = [], [], threading.get_ident()

    def collect(result):
        collected.append(result)
        return lambda: done.append((result, threading.get_ident() != main))

    run(lambda item, worker: item, range(50), threads=threads, stop=new_stop_flag(), on_result=collect)
    assert collected == [*range(50)]
    assert sorted(done) == [(item, True) for item in range(50)]


def test_blocks_cover_the_length():
    seen = []
    run_blocks(seen.append, 10, 4, 1)
    assert [[*range(10)][part] for part in seen] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


class Failed(Exception):
    pass


def fail(*_):
    raise Failed


def broken_items():
    yield 1
    raise Failed


def endless():
    while True:
        yield 1


@pytest.mark.parametrize(
    "arguments",
    [
        {"task": fail, "items": endless()},
        {"items": broken_items()},
        {"items": endless(), "on_result": fail},
        {"items": endless(), "on_result": lambda result: fail},
        {"items": endless(), "on_tick": fail},
    ],
    ids=["task", "iterable", "on_result", "what on_result left", "on_tick"],
)
def test_first_error_stops_the_others_and_is_raised(arguments):
    stop = new_stop_flag()
    with pytest.raises(Failed):
        run(**{"task": lambda item, worker: time.sleep(0.001), **arguments}, threads=3, stop=stop)
    assert stop[0] == 1


def test_error_of_a_late_task_wins_over_nothing_taken_before():
    def task(item, worker):
        if item == 50:
            raise Failed
        return item

    seen = []
    with pytest.raises(Failed):
        run(task, range(1000), threads=3, stop=new_stop_flag(), on_result=seen.append)
    assert seen == list(range(len(seen)))
    assert len(seen) <= 50


def test_stop_flag_ends_the_run_and_keeps_the_order():
    stop, seen = new_stop_flag(), []

    def collect(result):
        seen.append(result)
        if len(seen) == 10:
            stop[0] = 1

    run(lambda item, worker: item, iter(range(10**9)), threads=2, stop=stop, on_result=collect)
    assert seen == list(range(len(seen)))
    assert 10 <= len(seen) < 100


def test_on_tick_runs_here_and_false_ends_the_run():
    callers, seen = [], []

    def tick():
        callers.append(threading.current_thread())
        return len(callers) < 3

    run(
        lambda item, worker: time.sleep(0.001),
        endless(),
        threads=2,
        stop=new_stop_flag(),
        on_tick=tick,
        on_result=seen.append,
    )
    assert set(callers) == {threading.main_thread()}
    assert len(callers) >= 3
    assert seen


def test_resolve_threads():
    assert resolve_threads(3) == resolve_threads(np.int64(3)) == 3
    assert resolve_threads(None) >= 1
    assert resolve_threads(64) == 64
    assert 64 <= resolve_threads(100_000) == resolve_threads(2**31 - 1) < 100_000
    for wrong in (0, -1, 1.5, True, "2"):
        with pytest.raises(SettingError, match="threads: expected a whole number of at least 1"):
            resolve_threads(wrong)


def test_a_failing_worker_ends_the_run_while_the_source_is_silent():
    silent = threading.Event()

    def items():
        yield 1
        silent.wait(30)
        yield 2

    def fails(item, worker):
        raise ValueError("bad item")

    try:
        with pytest.raises(ValueError, match="bad item"):
            run(fails, items(), threads=2, stop=new_stop_flag())
        assert not silent.is_set()
    finally:
        silent.set()


@pytest.mark.parametrize("end", [False, KeyboardInterrupt])
def test_before_it_is_stopped_a_run_may_finish(end):
    """The hook lets the items end: all results come, and then the error, if there is one."""
    ending, results, stop = threading.Event(), [], new_stop_flag()

    def items():
        while not ending.is_set():
            time.sleep(0.01)
            yield 1

    def on_tick():
        if end is False:
            return False
        raise end

    def before_stop(done):
        ending.set()
        assert done.wait(5)

    def go():
        run(
            lambda item, _: item, items(), threads=2, stop=stop, on_result=results.append, on_tick=on_tick,
            before_stop=before_stop,
        )  # fmt: skip

    if end is False:
        go()
        assert stop[0] == 0
    else:
        with pytest.raises(end):
            go()
    assert len(results) > 1


def test_an_error_before_the_stop_takes_the_place_of_the_first():
    def on_tick():
        raise ValueError("the callback")

    def before_stop(done):
        raise KeyboardInterrupt("again")

    with pytest.raises(KeyboardInterrupt, match="again"):
        run(
            lambda item, _: time.sleep(0.05), range(100), threads=1, stop=new_stop_flag(), on_tick=on_tick,
            before_stop=before_stop,
        )  # fmt: skip


def test_nothing_is_called_before_a_normal_end_or_the_error_of_a_worker():
    def fail(item, _):
        raise ValueError("the worker")

    run(lambda item, _: None, range(9), threads=2, stop=new_stop_flag(), before_stop=pytest.fail)
    with pytest.raises(ValueError, match="the worker"):
        run(fail, range(9), threads=2, stop=new_stop_flag(), before_stop=pytest.fail)


def test_no_thread_is_deleted_where_ctrl_c_arrives(monkeypatch):
    # Python deletes it with a callback in Python, and drops a KeyboardInterrupt that is raised there
    here, where = threading.get_ident(), []

    class Thread(threading.Thread):
        def __init__(self, **arguments):
            super().__init__(**arguments)
            weakref.finalize(self, lambda: where.append(threading.get_ident()))

    monkeypatch.setattr(threading, "Thread", Thread)
    for _ in range(300):
        run(lambda item, _: None, range(4), threads=2, stop=new_stop_flag())
    until = time.monotonic() + 10
    while len(where) < 600 and time.monotonic() < until:
        time.sleep(0.01)
    assert len(where) == 600
    assert here not in where


def test_an_interrupt_while_threads_are_started_stops_those_that_work(monkeypatch):
    stop, begun = new_stop_flag(), threading.Event()
    start = threading.Thread.start

    def start_and_interrupt(thread):
        start(thread)
        begun.wait(10)
        raise KeyboardInterrupt

    def task(_item, _worker):
        begun.set()
        while not stop[0]:
            time.sleep(0.001)

    monkeypatch.setattr(threading.Thread, "start", start_and_interrupt)
    before = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt):
        run(task, range(9), threads=2, stop=stop)
    assert stop[0] == 1
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
        assert not thread.is_alive()
