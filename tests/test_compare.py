"""bench/compare: which programs there are, what their runs give, rounds."""

import gensim_tests
import programs
import pytest
import rounds
from programs import Settings, measure, missing, parse_program
from rounds import Case, run_rounds, summarise

from fastvec import Corpus, WordVectors
from fastvec.errors import SettingError, TrainingError

LINES = ["the king rules the land", "the queen rules it", "a cat sees the king", "a dog sees it"] * 30


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("\n".join(LINES) + "\n")
    return path


@pytest.mark.parametrize("program", ["glove2vec", "fastvec:fast", "gensim:pair", ""])
def test_unknown_programs_and_options_are_refused(program):
    with pytest.raises(SettingError, match="program: expected"):
        parse_program(program)


def test_a_program_that_is_not_installed_comes_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setattr(programs.util, "find_spec", lambda name: None)
    assert "pip install" in missing("gensim:loss")
    assert missing("fastvec") is None


def test_options_reach_the_run(text, tmp_path):
    save = tmp_path / "vectors.bin"
    result = measure("fastvec:numpy:tokens=400", text, Settings(vector_size=8), threads=1, save=save)
    assert result["raw_tokens"] == 400
    assert len(WordVectors.load(save)) == len(Corpus.from_text(text).vocabulary)


def test_a_seed_in_the_name_is_the_seed_of_the_run(text, tmp_path):
    saved = {}
    for program in ("fastvec", "fastvec:seed=1", "fastvec:seed=2"):
        measure(program, text, Settings(vector_size=8), threads=1, save=tmp_path / "vectors.bin")
        saved[program] = (tmp_path / "vectors.bin").read_bytes()
    assert saved["fastvec"] == saved["fastvec:seed=1"] != saved["fastvec:seed=2"]


@pytest.mark.parametrize("program", ["gensim", "word2vec", "fasttext", "fasttext:subwords", "fasttext:cbow"])
def test_rivals_have_the_same_vocabulary(program, text, tmp_path):
    if missing(program):
        pytest.skip(f"{program} is not installed: {missing(program)}")
    settings = Settings(vector_size=8, sample=0)
    result = measure(program, text, settings, threads=1, save=tmp_path / "vectors.bin")
    words = set(WordVectors.load(tmp_path / "vectors.bin").index_to_key) - {"</s>"}
    assert words == set(Corpus.from_text(text).vocabulary.words)
    assert result["total"] >= result["train"]


def test_a_failed_run_ends_with_the_last_line_of_the_program(tmp_path):
    with pytest.raises(TrainingError, match=r"fastvec: .*absent\.txt"):
        measure("fastvec", tmp_path / "absent.txt", Settings(), threads=1, save=tmp_path / "vectors.bin")


def fake_measure(order):
    def measure(program, text, settings, *, threads, save):
        order.append(program)
        if program == "fasttext" or settings.seed == 13:
            raise TrainingError(f"{program}: it broke")
        return {"train": 1.0}

    return measure


def test_rounds_are_interleaved_and_a_rival_that_failed_is_reported_and_left_out(monkeypatch, tmp_path):
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


def test_rivals_have_the_tokens_of_fastvec():
    seconds = {"read": 1.0, "train": 2.0, "total": 3.0, "peak": None, "version": "1", "flags": ""}
    row = summarise(
        Case("gensim", 1, Settings(epochs=2)), [seconds], [{**seconds, "raw_tokens": 100, "trained_tokens": 50}], 1
    )
    assert (row["program"], row["epochs"], row["raw_tokens"], row["trained_tokens"]) == ("gensim", 2, 200, 100)
    assert row["training_ratio"]["median"] == 1.0


@pytest.mark.parametrize(
    ("test", "group"),
    [
        ("test_word2vec.py::TestWord2VecModel::test_cbow_hs_fromfile", "Word2Vec: rank of a neighbor"),
        ("test_word2vec.py::TestWord2VecModel::test_cbow_hs_online", "Word2Vec: new words"),
        ("test_word2vec.py::TestWord2VecModel::test_persistence", None),
        ("test_fasttext.py::test_sg_hs_training[True]", "FastText: known neighbors"),
        ("test_doc2vec.py::TestDoc2VecModel::test_dms_neg", "Doc2Vec: ranks of documents"),
        ("test_doc2vec.py::TestDoc2VecModel::test_dmc_neg", None),
    ],
)
def test_tests_of_gensim_that_depend_on_random_numbers(test, group):
    assert gensim_tests.group_of(test) == group


def test_a_seed_is_given_whatever_a_test_of_gensim_says():
    class Model:
        def __init__(self, seed=1, **others):
            self.seed, self.others = seed, others

    gensim_tests.give_seed(Model, 7)
    made = Model(seed=42, hs=1)
    assert (made.seed, made.others) == (7, {"hs": 1})
