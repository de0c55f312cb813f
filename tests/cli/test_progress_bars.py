"""Progress bars: drawn on a terminal, silent elsewhere."""

import sys
import time
from dataclasses import replace

import pytest

from fastvec import Progress
from fastvec.cli.progress import ProgressBars


def moments(stage, unit, total):
    for done in (0, 50, 100):
        yield Progress(stage, done, total, unit, 1.0, 50.0, 1, 0.025, 0.25 if stage == "training" else None)


def pretend_terminal(monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)


def test_a_terminal_shows_tokens_and_loss(capsys, monkeypatch):
    pretend_terminal(monkeypatch)
    with ProgressBars(quiet=False) as bars:
        for total in (100, None):
            for moment in [*moments("reading", "B", total), *moments("training", "tokens", 100)]:
                time.sleep(0.11)  # tqdm draws ten times a second
                bars(moment)
        bars.say("done")
    printed = capsys.readouterr()
    assert "reading" in printed.err
    assert "loss 0.25" in printed.err
    assert "tokens/s" in printed.err
    assert printed.err.endswith("done\n")
    assert printed.out == ""


def test_each_of_several_runs_has_a_bar_with_its_number(capsys, monkeypatch):
    pretend_terminal(monkeypatch)
    with ProgressBars(quiet=False) as bars:
        for run in (1, 2):
            for moment in moments("training", "tokens", 100):
                time.sleep(0.11)
                bars(replace(moment, run=run, runs=2))
    printed = capsys.readouterr().err
    assert "run 1/2, training" in printed
    assert "run 2/2, training" in printed


@pytest.mark.parametrize(("quiet", "said"), [(False, "done\n"), (True, "")])
def test_a_file_gets_the_summary_alone(quiet, said, capsys):
    with ProgressBars(quiet) as bars:
        for moment in moments("training", "tokens", 100):
            bars(moment)
        bars.say("done")
    assert capsys.readouterr().err == said


def test_quiet_draws_nothing_on_a_terminal(capsys, monkeypatch):
    pretend_terminal(monkeypatch)
    with ProgressBars(quiet=True) as bars:
        for moment in moments("training", "tokens", 100):
            bars(moment)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("terminal", [False, True])
def test_where_a_run_was_resumed_is_said_once(terminal, capsys, monkeypatch):
    if terminal:
        pretend_terminal(monkeypatch)
    with ProgressBars(quiet=False) as bars:
        for moment in moments("training", "tokens", 200):
            bars(replace(moment, done=86 + moment.done, resumed=86))
    assert capsys.readouterr().err.count("resumed at 43 %") == 1
    assert bars.resumed == 86
