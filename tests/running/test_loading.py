"""Loading on another thread: what Ctrl-C may break off is the waiting, never the import."""

import subprocess
import sys
import threading

import pytest

from fastvec.running.loading import is_loaded, load

SLOW = """
import threading, time
thread = threading.current_thread()
time.sleep(0.3)
finished = True
"""


@pytest.fixture
def slow_module(tmp_path, monkeypatch):
    (tmp_path / "slow_to_load.py").write_text(SLOW)
    monkeypatch.syspath_prepend(tmp_path)
    yield "slow_to_load"
    sys.modules.pop("slow_to_load", None)


def test_it_loads_elsewhere_and_ticks_here(slow_module):
    ticks = []
    assert not is_loaded(slow_module)
    module = load(slow_module, lambda: ticks.append(threading.current_thread()))
    assert is_loaded(slow_module)
    assert module is sys.modules[slow_module] is load(slow_module)
    assert module.thread is not threading.current_thread()
    assert len(ticks) >= 2
    assert {*ticks} == {threading.current_thread()}


def test_broken_off_the_import_goes_on_and_the_next_call_waits_for_it(slow_module):
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(slow_module, interrupt)
    assert slow_module in sys.modules, "begun"
    assert not is_loaded(slow_module)
    assert load(slow_module).finished


def test_an_error_of_the_import_is_raised_here():
    with pytest.raises(ModuleNotFoundError, match="there_is_no_such_module"):
        load("there_is_no_such_module")


INTERRUPTED = """
import _thread, sys, threading, time
import fastvec as fv
corpus = fv.Corpus.from_text(["the king rules", "the queen rules"] * 20, min_count=1)
calls = {
    "GloVe": lambda: fv.GloVe(vector_size=4, epochs=2).train(corpus),
    "Phrases": lambda: fv.Phrases(threshold=1).fit(corpus),
}
call = calls[sys.argv[1]]
threading.Timer(float(sys.argv[2]), _thread.interrupt_main).start()
try:
    call()
    print("came too late")
    try:
        while True:
            time.sleep(0.01)
    except KeyboardInterrupt:
        pass
except KeyboardInterrupt:
    print("interrupted")
call()
print("works")
"""


@pytest.mark.parametrize("what", ["GloVe", "Phrases"])
@pytest.mark.parametrize("seconds", [0.01, 0.1, 0.2, 0.35, 0.5, 0.8])
def test_the_first_call_of_a_process_may_be_interrupted(what, seconds):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, what, str(seconds)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[-2:] == ["works", ""], done.stderr
    if seconds < 0.2:
        assert done.stdout.startswith("interrupted")
