"""fastvec.benchmark: fresh processes, figures of the runs, the table of ``fastvec bench``."""

import io
import json
import lzma

import pytest

from fastvec import Corpus, SkipGram, benchmark
from fastvec.benchmark import figures, report
from fastvec.benchmark.figures import plain_text, summarise
from fastvec.benchmark.worker import in_fresh_process, train_and_save
from fastvec.errors import SettingError, StorageError, TrainingError

LINES = ["the king rules the land", "the queen rules it", "a cat sees the king", "a dog sees it"] * 30


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("\n".join(LINES) + "\n")
    return path


def test_a_run_has_stages_tokens_and_memory(text, tmp_path):
    save = tmp_path / "vectors.bin"
    run = train_and_save(SkipGram(vector_size=8, epochs=1), str(text), str(save), threads=1)
    corpus = Corpus.from_text(text)
    assert (run["raw_tokens"], run["vocabulary"]) == (corpus.n_tokens, len(corpus.vocabulary))
    assert 0 < run["trained_tokens"] < corpus.n_tokens
    assert run["total"] >= run["read"] + run["train"] + run["save"] > 0
    assert run["peak"] is None or run["peak"] > 1 << 20
    assert save.exists()


def test_a_run_on_the_first_tokens_keeps_the_vocabulary(text, tmp_path):
    model = SkipGram(vector_size=8, epochs=1)
    run = train_and_save(model, str(text), str(tmp_path / "vectors.bin"), threads=1, backend="numpy", tokens=400)
    assert (run["raw_tokens"], run["vocabulary"]) == (400, len(Corpus.from_text(text).vocabulary))


def test_a_failed_process_ends_with_its_last_line():
    with pytest.raises(TrainingError, match=r"^it broke$"):
        in_fresh_process(["-c", "import sys; print('first', file=sys.stderr); sys.exit('it broke')"], 1, {})
    with pytest.raises(TrainingError, match=r"^exit code 3$"):
        in_fresh_process(["-c", "raise SystemExit(3)"], 1, {})


def test_a_fresh_process_gets_threads_and_environment():
    code = "import os; print('other line'); print(os.environ['OMP_NUM_THREADS'], os.environ['MINE'])"
    assert in_fresh_process(["-c", code], 3, {"MINE": "5"}) == "3 5"


def run_of(train, tokens):
    return {
        "train": train, "read": 1.0, "save": 0.0, "total": train + 1, "peak": None, "simd": "scalar",
        "raw_tokens": tokens, "trained_tokens": tokens // 2, "vocabulary": 9,
    }  # fmt: skip


def test_ratios_are_of_the_same_round_and_per_token():
    fast = [run_of(1.0, 1000), run_of(2.0, 1000), run_of(1.0, 1000)]
    slow = [run_of(8.0, 1000), run_of(20.0, 1000), run_of(9.0, 1000)]
    row = summarise(slow, fast, text_bytes=5_000_000, epochs=2)
    assert row["training_ratio"] == {"median": 9.0, "low": 8.0, "high": 10.0}
    assert row["end_to_end_ratio"] == {"median": 5.0, "low": 4.5, "high": 7.0}
    assert row["raw_tokens"] == 2000
    assert row["raw_tokens_per_second"] == {"median": 2000 / 9, "low": 100.0, "high": 250.0}
    assert row["trained_tokens_per_second"]["high"] == 125.0
    assert row["reading_mb_per_second"]["median"] == 5.0


def test_a_run_on_fewer_tokens_is_compared_per_token_and_not_end_to_end():
    row = summarise([run_of(2.0, 10)], [run_of(1.0, 1000)], 1)
    assert row["training_ratio"]["median"] == 200.0
    assert row["end_to_end_ratio"] is None


@pytest.mark.parametrize(
    ("content", "max_bytes", "expected"),
    [("one\ntwo\nten\n", 9, "one\ntwo\n"), ("one two ten", 9, "one two "), ("one", 3, "one"), ("whole", 3, "who")],
)
def test_a_text_is_unpacked_and_cut_where_a_line_or_else_a_word_ends(content, max_bytes, expected, tmp_path):
    packed = tmp_path / "packed.xz"
    packed.write_bytes(lzma.compress(content.encode()))
    assert plain_text(packed, tmp_path).read_text() == content
    assert plain_text(packed, tmp_path, max_bytes).read_text() == expected


def test_the_report_has_threads_every_instruction_set_and_the_reference(text, monkeypatch):
    monkeypatch.setattr(report, "REFERENCE_TOKENS", 400)
    out = io.StringIO()
    assert benchmark.run(text, threads=[2], rounds=1, as_json=True, out=out) == 0
    found = json.loads(out.getvalue())
    best = found["machine"]["simd"]
    others = [level for level in report.available_levels() if level != best]
    cases = [(row["kernel"], row["threads"]) for row in found["rows"]]
    assert cases == [(best, 1), (best, 2), *((level, 2) for level in others), (report.NUMPY, 1)]
    assert [row["simd"] for row in found["rows"][:-1]] == [kernel for kernel, _ in cases[:-1]]
    assert found["rows"][-1]["raw_tokens"] == 400
    assert all(row["training_ratio"]["median"] > 0 for row in found["rows"])


def test_the_table_names_the_machine_and_how_to_compare(text, monkeypatch, capsys):
    monkeypatch.setattr(report, "REFERENCE_TOKENS", 400)
    benchmark.run(text, threads=[1], rounds=1)
    printed = capsys.readouterr()
    assert figures.machine()["processor"] in printed.out
    assert "M raw tokens/s" in printed.out
    assert "python bench/compare/run.py TEXT" in printed.out
    assert "round 1/1" in printed.err
    assert "round 1/1" not in printed.out


@pytest.mark.parametrize(("name", "given"), [("rounds", {"rounds": 0}), ("threads", {"threads": [0]})])
def test_rounds_and_threads_are_checked(name, given):
    with pytest.raises(SettingError, match=f"{name}: expected"):
        benchmark.run(**given)


def test_an_encoded_corpus_is_refused(tmp_path):
    with pytest.raises(SettingError, match="text: expected a text, got "):
        benchmark.run(tmp_path / "corpus.fvc")


def test_a_missing_text_is_reported(tmp_path):
    with pytest.raises(StorageError, match=r"absent\.txt"):
        benchmark.run(tmp_path / "absent.txt")
