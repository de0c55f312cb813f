"""bench/compare/scaling.py: which runs there are and in what order, what is kept, what is printed and drawn."""

import json
import sys
from itertools import pairwise

import programs
import pytest
import scaling
import scaling_jobs
import scaling_plot
import scaling_report
from programs import Settings, measure, parse_program
from scaling_jobs import JOBS, Run, planned, thread_counts

from fastvec.errors import TrainingError

HEADER = {
    "machine": {
        "processor": "Z80", "cores": 4, "simd": "scalar", "system": "CP/M", "python": "3.11", "numpy": "2.0",
        "fastvec": "1", "source": "abc",
    },
    "text": {"name": "wiki", "bytes": 6_000_000, "tokens": 1_000_000, "vocabulary": 70},
    "not installed": {"gensim": "pip install gensim"},
}  # fmt: skip


def run_of(job, who, threads, number, seconds, work=1_000_000):
    return {
        "job": job, "who": who, "program": who, "threads": threads, "round": number, "work": work,
        "seconds": seconds, "version": "1",
    }  # fmt: skip


RUNS = [
    run_of("sgns", "gensim", 2, 1, 2.0),
    run_of("sgns", "fastvec", 1, 1, 1.0),
    run_of("sgns", "fastvec", 1, 2, 0.5),
    run_of("sgns", "fastvec", 1, 3, 0.8),
    run_of("sgns", "fastvec", 4, 1, 0.25),
    run_of("sgns", "fastvec", 4, 2, 0.25),
    run_of("text", "fastvec", 1, 1, 0.1, work=6_000_000),
]


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "scaling.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in (HEADER, *RUNS)))
    return path


@pytest.mark.parametrize(
    ("cores", "expected"), [(1, [1]), (2, [1, 2]), (3, [1, 2, 3]), (8, [1, 2, 4, 8]), (12, [1, 2, 4, 8, 12])]
)
def test_threads_are_the_powers_of_two_and_all_cores(cores, expected):
    assert thread_counts(cores) == expected


def test_every_program_of_every_job_is_one_that_there_is():
    for job in JOBS.values():
        for program in (job.program, *job.rivals.values()):
            assert parse_program(program)


def test_rounds_are_interleaved_with_fastvec_first_and_rivals_from_many_threads_to_few():
    runs = planned(["sgns", "count"], [1, 2], 2, ["gensim", "pword2vec"], {"pword2vec": "/bin/pw"})
    first = [(run.job, run.who, run.threads) for run in runs if run.round == 1]
    assert first == [
        ("sgns", "fastvec", 1), ("sgns", "fastvec", 2), ("count", "fastvec", 1), ("count", "fastvec", 2),
        ("sgns", "gensim", 2), ("sgns", "pword2vec", 2), ("sgns", "gensim", 1), ("sgns", "pword2vec", 1),
    ]  # fmt: skip
    assert [run.round for run in runs] == [1] * 8 + [2] * 8
    assert {run.program for run in runs} == {"fastvec", "fastvec:count", "gensim", "pword2vec:path=/bin/pw"}


def test_rivals_that_are_not_installed_come_with_what_to_do(monkeypatch):
    monkeypatch.setattr(programs.util, "find_spec", lambda name: None)
    here, lacking = scaling.at_hand(["gensim", "word2vec", "pword2vec"], {"word2vec": "/bin/w2v"})
    assert here == ["word2vec"]
    assert "pip install" in lacking["gensim"]
    assert lacking["pword2vec"] == "--pword2vec PATH"


def test_times_one_thread_are_of_the_same_round():
    alone, four, rival, text = scaling_report.rows_of(RUNS)
    assert (alone["job"], alone["who"], alone["threads"], alone["rounds"]) == ("sgns", "fastvec", 1, 3)
    assert alone["rate"] == {"median": 1.25e6, "low": 1e6, "high": 2e6}
    assert four["times"] == {"median": 3.0, "low": 2.0, "high": 4.0}
    assert four["efficiency"] == {"median": 0.75, "low": 0.5, "high": 1.0}
    assert (rival["who"], rival["times"], rival["efficiency"]) == ("gensim", None, None)
    assert text["rate"]["median"] == 6e7


def test_from_prints_machine_tables_and_what_was_not_here(saved, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["scaling.py", "--from", str(saved), "--markdown"])
    scaling.main()
    printed = capsys.readouterr().out
    assert "Z80, 4 cores" in printed
    assert "not installed: gensim; to compare: pip install gensim" in printed
    assert "4.00 (4.00-4.00)  M tokens/s  3.00 (2.00-4.00)        75 %       2" in printed
    assert "|  |  | 1 thread | 2 threads | 4 threads |" in printed
    assert "| SGNS, M tokens/s | fastvec | 1.25 (1.00-2.00) |  | 4.00 (4.00-4.00), 3.00 times |" in printed
    assert "|  | gensim |  | 0.50 |  |" in printed


@pytest.mark.parametrize(
    "given", [[], ["text", "--from", "file"], ["text", "--rounds", "0"], ["text", "--threads", "0"]]
)
def test_arguments_that_make_no_sense_are_refused(given, capsys):
    with pytest.raises(SystemExit):
        scaling.arguments(given)
    assert "expected" in capsys.readouterr().err


def test_a_study_goes_on_where_its_file_ends_even_within_a_line(saved):
    with saved.open("a") as file:
        file.write('{"job": "sg')
    keeper = scaling.Keeper(saved, HEADER)
    assert keeper.runs == RUNS
    assert ("sgns", "fastvec", 4, 2) in keeper.keys
    keeper.add(run_of("cbow", "fastvec", 1, 1, 1.0))
    assert scaling.load(saved)[1] == [*RUNS, run_of("cbow", "fastvec", 1, 1, 1.0)]


def test_a_file_of_another_machine_is_not_added_to(saved):
    other = {**HEADER, "machine": {**HEADER["machine"], "processor": "6502"}}
    with pytest.raises(SystemExit, match="processor"):
        scaling.Keeper(saved, other)


@pytest.mark.parametrize("content", ["", "{}\n", "no JSON\n", 'x\n{"job": "sgns"}\n'])
def test_other_files_are_refused(content, tmp_path):
    path = tmp_path / "other"
    path.write_text(content)
    with pytest.raises(SystemExit, match="expected"):
        scaling.load(path)


def measured(monkeypatch, tmp_path, runs, deadline=None, fail=()):
    def measure_one(run, text, header):
        if run.who in fail:
            raise TrainingError(f"{run.who}: it broke")
        return run_of(run.job, run.who, run.threads, run.round, 1.0)

    monkeypatch.setattr(scaling, "measure_one", measure_one)
    keeper = scaling.Keeper(tmp_path / "new.jsonl", HEADER)
    failed = scaling.measure_all(runs, tmp_path / "text", keeper, deadline)
    return keeper, failed


def test_runs_are_printed_and_kept_and_failed_ones_not_repeated(monkeypatch, tmp_path, capsys):
    runs = planned(["sgns"], [1], 2, ["gensim"], {})
    keeper, failed = measured(monkeypatch, tmp_path, runs, fail=["gensim"])
    printed = capsys.readouterr().out
    assert "round 2/2: SGNS, fastvec, threads 1: 1 M tokens/s (1.00 s)" in printed
    assert printed.count("it broke") == 1
    assert failed == {("sgns", "gensim")}
    assert scaling.load(tmp_path / "new.jsonl")[1] == keeper.runs
    again, _ = measured(monkeypatch, tmp_path, runs[:1])
    assert again.runs == keeper.runs


def test_what_other_processes_used_is_reported():
    runs = [{**RUNS[1], "others": 0.25}, {**RUNS[2], "others": 1.5}, RUNS[3]]
    assert "other processes used 0.88 (0.25-1.50) cores during" in scaling_report.report(HEADER, runs)
    assert "during" not in scaling_report.report(HEADER, RUNS)
    assert scaling.disturbance(runs[1]) == ", while other processes used 1.5 cores"
    assert scaling.disturbance(RUNS[3]) == ""


def test_runs_beside_others_can_be_left_out(saved, capsys, monkeypatch):
    with saved.open("a") as file:
        file.write(json.dumps({**run_of("cbow", "fastvec", 1, 1, 1.0), "others": 0.4}) + "\n")
    for limit, shown in (("0.5", True), ("0.3", False)):
        monkeypatch.setattr("sys.argv", ["scaling.py", "--from", str(saved), "--max-others", limit])
        scaling.main()
        printed = capsys.readouterr().out
        assert ("CBOW" in printed) == shown
        assert ("left out: 1 of 8 runs" in printed) != shown


def test_no_run_starts_after_the_time_is_up(monkeypatch, tmp_path, capsys):
    keeper, _ = measured(monkeypatch, tmp_path, [Run("sgns", "fastvec", "fastvec", 1, 1)], deadline=0.0)
    assert keeper.runs == []
    assert "time is up before round 1: SGNS, fastvec, threads 1" in capsys.readouterr().out


@pytest.mark.parametrize("program", ["fastvec:text", "fastvec:count", "fastvec:glove"])
def test_a_run_of_reading_counting_or_glove_tells_its_work(program, tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("the king rules the land\nthe queen rules it\n" * 30)
    result = measure(program, text, Settings(vector_size=8), threads=1, save=tmp_path / "vectors.bin")
    assert result["raw_tokens"] == 270
    assert result["read"] > 0
    assert (result["train"] > 0) == ("text" not in program)
    assert result.get("nonzeros") == (
        None if "text" in program else 23
    )  # 12 of the first line, 10 more of the second, the-the


PWORD2VEC = """\
#!/bin/sh
printf 'Words in train file: 3000\\n\\rAlpha: 0.01 Words/sec: 1.00k\\rAlpha: 0.001 Words/sec: 6.00k'
echo "$@" > "{arguments}"
"""


def test_pword2vec_is_run_by_path_and_its_own_rate_is_taken(tmp_path):
    program = tmp_path / "pword2vec"
    program.write_text(PWORD2VEC.format(arguments=tmp_path / "arguments"))
    program.chmod(0o755)
    result = measure(
        f"pword2vec:path={program}",
        "text",
        Settings(window=10, epochs=2),
        threads=3,
        save=tmp_path / "vectors.bin",
    )
    assert result["train"] == 1.0
    arguments = (tmp_path / "arguments").read_text()
    assert "-batch-size 21" in arguments
    assert "-threads 3" in arguments


def test_labels_move_apart_and_keep_their_order():
    assert scaling_plot.spaced([0.1, 0.9], 0.05) == [0.1, 0.9]
    moved = scaling_plot.spaced([0.5, 0.51, 0.0, 0.505], 0.1)
    assert sorted(range(4), key=lambda i: moved[i]) == [2, 0, 3, 1]
    heights = sorted(moved)
    assert all(high - low > 0.099 for low, high in pairwise(heights))
    assert 0 <= min(moved) <= max(moved) <= 1


def test_without_matplotlib_only_the_picture_is_missing(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert "fastvec[plot]" in scaling_plot.draw(HEADER, RUNS, tmp_path / "picture.png")
    assert not (tmp_path / "picture.png").exists()


@pytest.mark.parametrize("runs", [RUNS, RUNS[1:2]], ids=["several", "one point"])
def test_the_picture_names_every_line(runs, tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install 'fastvec[plot]'")
    path = tmp_path / "picture.svg"
    assert "written" in scaling_plot.draw(HEADER, runs, path)
    assert path.stat().st_size > 1000
    assert set(scaling_plot.STYLES) == set(scaling_jobs.JOBS)
