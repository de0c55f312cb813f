"""fastvec.benchmark: the figures are those of the runs, and what cannot run is told."""

import io
import json
import lzma

import pytest

from fastvec import Corpus, WordVectors, benchmark
from fastvec.benchmark import programs, rounds, short
from fastvec.benchmark.programs import Settings, measure, missing, parse_program
from fastvec.benchmark.rounds import Case, plain_text, run_rounds, summarise
from fastvec.errors import SettingError, StorageError, TrainingError

LINES = ["the king rules the land", "the queen rules it", "a cat sees the king", "a dog sees it"] * 30


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("\n".join(LINES) + "\n")
    return path


@pytest.fixture
def alone(monkeypatch):
    """No rival is installed."""
    monkeypatch.setattr(programs.util, "find_spec", lambda name: None)


@pytest.mark.parametrize("program", ["glove", "fastvec:fast", "gensim:pair", ""])
def test_unknown_programs_and_options_are_refused(program):
    with pytest.raises(SettingError, match="program: expected"):
        parse_program(program)


def test_a_program_that_is_not_here_comes_with_the_command_that_installs_it(alone):
    assert "pip install" in missing("gensim:loss")
    assert missing("fastvec") is None


def test_a_run_tells_stages_words_and_memory(text, tmp_path):
    result = measure("fastvec", text, Settings(vector_size=8), threads=1, save=tmp_path / "vectors.bin")
    corpus = Corpus.from_text(text)
    assert result["raw_words"] == corpus.n_tokens
    assert 0 < result["trained_words"] < corpus.n_tokens
    assert result["total"] >= result["read"] + result["train"] + result["save"] > 0
    assert result["peak"] is None or result["peak"] > 1 << 20
    assert WordVectors.load(tmp_path / "vectors.bin").vectors.shape == (len(corpus.vocabulary), 8)


def test_words_limits_the_corpus_and_keeps_its_vocabulary(text, tmp_path):
    save = tmp_path / "vectors.bin"
    result = measure("fastvec:numpy:words=400", text, Settings(vector_size=8), threads=1, save=save)
    assert result["raw_words"] == 400
    assert len(WordVectors.load(save)) == len(Corpus.from_text(text).vocabulary)


def test_a_seed_in_the_name_is_the_seed_of_the_run(text, tmp_path):
    saved = {}
    for program in ("fastvec", "fastvec:seed=1", "fastvec:seed=2"):
        measure(program, text, Settings(vector_size=8), threads=1, save=tmp_path / "vectors.bin")
        saved[program] = (tmp_path / "vectors.bin").read_bytes()
    assert saved["fastvec"] == saved["fastvec:seed=1"] != saved["fastvec:seed=2"]


@pytest.mark.parametrize("program", ["gensim", "word2vec", "fasttext", "fasttext:subwords", "fasttext:cbow"])
def test_rivals_train_the_same_words(program, text, tmp_path):
    if missing(program):
        pytest.skip(f"{program} is not installed: {missing(program)}")
    settings = Settings(vector_size=8, sample=0)
    result = measure(program, text, settings, threads=1, save=tmp_path / "vectors.bin")
    words = set(WordVectors.load(tmp_path / "vectors.bin").index_to_key) - {"</s>"}
    assert words == set(Corpus.from_text(text).vocabulary.words)
    assert result["total"] >= result["train"]


def test_a_failed_run_ends_with_the_programs_own_words(tmp_path):
    with pytest.raises(TrainingError, match=r"fastvec: .*absent\.txt"):
        measure("fastvec", tmp_path / "absent.txt", Settings(), threads=1, save=tmp_path / "vectors.bin")


def fake_measure(order):
    def measure(program, text, settings, *, threads, save):
        order.append(program)
        if program == "fasttext" or settings.seed == 13:
            raise TrainingError(f"{program}: it broke")
        return {"train": 1.0}

    return measure


def test_rounds_are_interleaved_and_a_rival_that_failed_is_told_and_left_out(monkeypatch, tmp_path):
    order = []
    monkeypatch.setattr(rounds, "measure", fake_measure(order))
    cases = [Case(program, 1, Settings()) for program in ("fastvec", "fasttext", "gensim", "gensim")]
    results, failures = run_rounds(cases, tmp_path / "text", rounds=2, folder=tmp_path)
    assert order == ["fastvec", "fasttext", "gensim", "fastvec", "gensim"]
    assert failures == {cases[1]: "fasttext: it broke"}
    assert {case.program: len(runs) for case, runs in results.items()} == {"fastvec": 2, "gensim": 2}


def test_a_failure_of_fastvec_is_raised(monkeypatch, tmp_path):
    monkeypatch.setattr(rounds, "measure", fake_measure([]))
    with pytest.raises(TrainingError, match="it broke"):
        run_rounds([Case("fastvec", 1, Settings(seed=13))], tmp_path / "text", rounds=1, folder=tmp_path)


def run_of(train, words, **others):
    return {
        "train": train, "read": 1.0, "total": train + 1, "peak": None, "version": "1", "flags": "",
        "raw_words": words, "trained_words": words // 2, **others,
    }  # fmt: skip


def test_ratios_are_of_the_same_round_and_by_the_word():
    case = Case("gensim", 1, Settings(epochs=2))
    fast = [run_of(1.0, 1000), run_of(2.0, 1000), run_of(1.0, 1000)]
    slow = [run_of(8.0, 1000), run_of(20.0, 1000), run_of(9.0, 1000)]
    row = summarise(case, slow, fast, text_bytes=5_000_000)
    assert row["training_ratio"] == {"median": 9.0, "low": 8.0, "high": 10.0}
    assert row["end_to_end_ratio"] == {"median": 5.0, "low": 4.5, "high": 7.0}
    assert row["raw_words"] == 2000
    assert row["raw_words_per_second"] == {"median": 2000 / 9, "low": 100.0, "high": 250.0}
    assert row["trained_words_per_second"]["high"] == 125.0
    assert row["reading_mb_per_second"]["median"] == 5.0


def test_a_run_on_fewer_words_is_compared_by_the_word_and_not_end_to_end():
    row = summarise(Case("fastvec:numpy", 1, Settings()), [run_of(2.0, 10)], [run_of(1.0, 1000)], 1)
    assert row["training_ratio"]["median"] == 200.0
    assert row["end_to_end_ratio"] is None


@pytest.mark.parametrize(
    ("content", "max_bytes", "expected"),
    [
        ("one\ntwo\nten\n", 9, "one\ntwo\n"),
        ("one two ten", 9, "one two "),
        ("one", 3, "one"),
        ("whole", 3, "who"),
    ],
)
def test_a_text_is_unpacked_and_cut_where_a_line_or_else_a_word_ends(content, max_bytes, expected, tmp_path):
    packed = tmp_path / "packed.xz"
    packed.write_bytes(lzma.compress(content.encode()))
    assert plain_text(packed, tmp_path).read_text() == content
    assert plain_text(packed, tmp_path, max_bytes).read_text() == expected


def test_the_report_has_every_level_the_reference_and_what_to_install(text, alone, monkeypatch):
    monkeypatch.setattr(short, "REFERENCE_WORDS", 400)
    out = io.StringIO()
    assert benchmark.run(text, threads=[1], rounds=1, as_json=True, out=out) == 0
    report = json.loads(out.getvalue())
    measured = [row["program"] for row in report["rows"]]
    others = [level for level in short.available_levels() if level != report["machine"]["simd"]]
    assert measured == ["fastvec", *(f"fastvec:simd={level}" for level in others), "fastvec:numpy:words=400"]
    assert [row["simd"] for row in report["rows"][1:-1]] == others
    assert report["not_installed"].keys() == {"gensim", "word2vec", "fasttext"}
    assert all(row["training_ratio"]["median"] > 0 for row in report["rows"])


def test_the_table_names_the_machine_and_the_rivals_that_are_not_here(text, alone, monkeypatch, capsys):
    monkeypatch.setattr(short, "REFERENCE_WORDS", 400)
    benchmark.run(text, threads=[1], rounds=1)
    printed = capsys.readouterr()
    assert rounds.machine()["processor"] in printed.out
    assert "not installed: gensim; to compare: pip install 'fastvec[compare]'" in printed.out
    assert "round 1/1" in printed.err
    assert "round 1/1" not in printed.out


@pytest.mark.parametrize(("name", "given"), [("rounds", {"rounds": 0}), ("threads", {"threads": [0]})])
def test_rounds_and_threads_are_checked(name, given):
    with pytest.raises(SettingError, match=f"{name}: expected"):
        benchmark.run(**given)


def test_an_encoded_corpus_is_refused(tmp_path):
    with pytest.raises(SettingError, match="encoded corpus"):
        benchmark.run(tmp_path / "corpus.fvc")


def test_a_missing_corpus_is_told(tmp_path):
    with pytest.raises(StorageError, match=r"absent\.txt"):
        benchmark.run(tmp_path / "absent.txt")
