"""count_cooccurrences: against exact fractions and GloVe's own counts; the same bits however it is run."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import oracles_counting as oracles
import pytest
from counting.conftest import random_corpus
from scipy.sparse import csr_array

from fastvec import Cancelled, Corpus, CorpusError, Progress, SettingError, Vocabulary, count_cooccurrences
from fastvec.counting import counting, frequent_rows, sinks
from fastvec.counting.memory_plan import plan_memory
from fastvec.counting.weighting import fixed_point

CONTEXTS = ["both", "left", "right"]


def sentences(corpus):
    return [corpus.ids[a:b].tolist() for a, b in zip(corpus.offsets[:-1], corpus.offsets[1:], strict=True)]


def cells(matrix):
    coo = matrix.to_csr().tocoo()
    return dict(zip(zip(coo.row.tolist(), coo.col.tolist(), strict=True), coo.data.tolist(), strict=True))


def same_bits(a, b):
    a, b = a.to_csr(), b.to_csr()
    return all(
        np.array_equal(getattr(a, part), getattr(b, part)) and getattr(a, part).dtype == getattr(b, part).dtype
        for part in ("indptr", "indices", "data")
    )


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("window", [1, 2, 3, 10, 22, 23, 1000])
@pytest.mark.parametrize("weighting", ["inverse", "flat"])
def test_exact_fractions(corpus, window, weighting, context):
    found = cells(count_cooccurrences(corpus, window=window, weighting=weighting, context=context))
    wanted = oracles.cooccurrences(sentences(corpus), window, getattr(oracles, weighting), context)
    assert found.keys() == wanted.keys()
    within = 1e-15 if weighting == "flat" or window <= 22 else 1000 * 2**-32
    assert all(abs(found[pair] - count) <= within * count for pair, count in wanted.items())


@pytest.mark.parametrize("variant", ["inverse_symmetric_w10", "inverse_left_w10", "flat_symmetric_w5"])
def test_golden_counts_of_glove(shared, variant):
    golden = np.load(shared("golden/cooccur-g400.npz"))
    words = Vocabulary.load(shared("golden/vocab-g400.txt")).words
    corpus = Corpus.from_text(shared("golden/g400.txt.xz"), min_count=5)
    weighting, side, window = variant.split("_")
    # GloVe's left variant has the word on the left as the row: here that is the centre, and its context the right
    context = "right" if side == "left" else "both"
    counts = count_cooccurrences(corpus, window=int(window[1:]), weighting=weighting, context=context).to_csr()
    ids = np.array([corpus.vocabulary[word] for word in words])
    row, column, value = (golden[f"{variant}_{part}"] for part in ("row", "col", "x"))
    wanted = csr_array((value, (ids[row], ids[column])), shape=counts.shape)
    wanted.sum_duplicates()
    assert np.array_equal(counts.indptr, wanted.indptr)
    assert np.array_equal(counts.indices, wanted.indices)
    np.testing.assert_allclose(counts.data, wanted.data, rtol=1e-12)


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize(("part_tokens", "task_cells"), [(37, None), (100, 1000), (299, None), (600, 140)])
def test_same_bits_however_it_is_cut(corpus, in_parts, threads, part_tokens, task_cells, context):
    whole = count_cooccurrences(corpus, window=7, context=context, threads=1)
    in_parts(part_tokens, task_cells)
    assert same_bits(count_cooccurrences(corpus, window=7, context=context, threads=threads), whole)


@pytest.mark.parametrize("threads", [2, 3, 8, 16])
@pytest.mark.parametrize("part_tokens", [None, 200])
def test_same_bits_where_frequent_rows_are_counted_in_pieces(corpus, monkeypatch, in_parts, threads, part_tokens):
    whole = count_cooccurrences(corpus, window=7, threads=1)
    monkeypatch.setattr(frequent_rows, "LEAST", 3)
    monkeypatch.setattr(frequent_rows, "SHARE", 100)
    pieces = []
    count = frequent_rows.FrequentRows.count
    monkeypatch.setattr(
        frequent_rows.FrequentRows, "count", lambda *given: pieces.append(given[1]) or count(*given)
    )
    if part_tokens:
        in_parts(part_tokens, frequent_rows=5)
    assert same_bits(count_cooccurrences(corpus, window=7, threads=threads), whole)
    assert len(pieces) > len({row for row, _, _ in pieces}) >= 5, "several rows, and several pieces of a row"


@pytest.mark.parametrize("threads", [1, 4])
def test_same_bits_where_the_memory_for_all_cells_is_not_there(monkeypatch, threads):
    corpus = random_corpus(1, words=3000, tokens=100_000, sentences=900)
    whole = count_cooccurrences(corpus)
    monkeypatch.setattr(sinks, "SMALL", 10)
    monkeypatch.setattr(sinks._Arrays, "expect", lambda self, most: None)
    assert same_bits(count_cooccurrences(corpus, threads=threads, max_memory="4MB"), whole)
    assert same_bits(count_cooccurrences(corpus, threads=threads), whole)


def test_same_file_within_little_memory(tmp_path):
    corpus = random_corpus(1, words=3000, tokens=100_000, sentences=900)
    count_cooccurrences(corpus, threads=1).save(tmp_path / "whole")
    limits = ["3MB", 2_000_000, "1.5MiB", "100 MB"]
    for limit in limits:
        counts = count_cooccurrences(corpus, max_memory=limit, save_to=tmp_path / "parts", threads=3)
        assert (tmp_path / "parts").read_bytes() == (tmp_path / "whole").read_bytes()
        assert same_bits(counts, count_cooccurrences(corpus, max_memory=limit))
    assert sorted(os.listdir(tmp_path)) == ["parts", "whole"]


def test_a_limit_spills(corpus, tmp_path):
    """What test_same_file... rests on: several parts indeed."""
    large = random_corpus(1, words=3000, tokens=100_000, sentences=900)
    stages = []
    count_cooccurrences(large, max_memory=2_000_000, on_progress=lambda moment: stages.append(moment.stage))
    assert "merging" in stages
    stages.clear()
    count_cooccurrences(large, max_memory="1GiB", on_progress=lambda moment: stages.append(moment.stage))
    assert "merging" not in stages


@pytest.mark.parametrize(
    "given", [[3, 0, 0.5], (3, 0, 0.5), np.array([3, 0, 0.5], np.float32), lambda d: [3, 0, 0.5][d - 1]]
)
def test_weights_of_ones_own(corpus, given):
    counts = count_cooccurrences(corpus, window=3, weighting=given)
    wanted = oracles.cooccurrences(sentences(corpus), 3, lambda d: [3, 0, 0.5][d - 1])
    found = cells(counts)
    assert found.keys() == wanted.keys(), "a distance that weighs nothing makes no pair"
    assert all(abs(found[pair] - count) <= 3 * 2**-32 * count for pair, count in wanted.items())
    assert counts.settings["weighting"] == pytest.approx([3, 0, 0.5])


def test_ones_are_flat(corpus):
    assert same_bits(
        count_cooccurrences(corpus, window=4, weighting=np.ones(4)),
        count_cooccurrences(corpus, window=4, weighting="flat"),
    )


def test_left_is_the_transpose_of_right(corpus):
    left, right = (count_cooccurrences(corpus, context=side).to_csr() for side in ("left", "right"))
    assert (left.T.tocsr() != right).nnz == 0


@pytest.mark.parametrize(
    "corpus",
    [
        Corpus.from_ids([], [0], []),
        Corpus.from_ids([], [0, 0, 0], ["a", "b"]),
        Corpus.from_ids([0, 1, 0], [0, 1, 2, 3], ["a", "b"]),
    ],
    ids=["nothing", "no words", "no neighbours"],
)
def test_nothing_to_count(corpus, tmp_path):
    for save_to in (None, tmp_path / "empty.fvm"):
        counts = count_cooccurrences(corpus, save_to=save_to)
        assert (counts.nnz, counts.total) == (0, 0)
        assert counts.to_csr().shape == (len(corpus.vocabulary),) * 2
        assert counts.top_pairs(3) == []


def test_one_word_alone_and_words_without_neighbours():
    corpus = Corpus.from_ids([0, 0, 0], [0, 3], ["a", "never"])
    counts = count_cooccurrences(corpus)
    assert cells(counts) == {(0, 0): 2 * (1 + 1 + 0.5)}
    assert counts.row_sums.tolist() == [5, 0]


def test_a_line_longer_than_a_part(in_parts):
    corpus = random_corpus(3, tokens=200, sentences=1)
    whole = count_cooccurrences(corpus, window=50)
    in_parts(1)
    assert same_bits(whole, count_cooccurrences(corpus, window=50, threads=1)), "windows of many parts"


def test_columns_past_many_blocks():
    """More words than a block of flags or a word of marks, the rare ones at its borders."""
    ids = np.array([0, 63, 64, 1023, 1024, 4095, 4096, 9999], np.int32)
    corpus = Corpus.from_ids(ids, [0, len(ids)], [f"w{i}" for i in range(10_000)])
    wanted = oracles.cooccurrences([ids.tolist()], 3, oracles.flat)
    assert cells(count_cooccurrences(corpus, window=3, weighting="flat")) == wanted


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"window": 0}, "window: expected a whole number from 1"),
        ({"window": 2**20 + 1}, "window: expected a whole number from 1"),
        ({"window": True}, "window"),
        ({"window": 2.0}, "window"),
        ({"context": "middle"}, "context: expected 'both' or 'left' or 'right', got 'middle'"),
        ({"weighting": "linear"}, "weighting: expected 'inverse', 'flat'"),
        ({"weighting": [1, 2]}, "one weight for each distance 1 .. 10"),
        ({"weighting": None}, "one weight for each distance 1 .. 10, got None"),
        ({"weighting": np.zeros(10)}, "at least one above 0"),
        ({"weighting": [1] * 9 + [-1]}, "weights from 0"),
        ({"weighting": [1] * 9 + [np.nan]}, "weights from 0"),
        ({"weighting": [1] * 9 + [np.inf]}, "weights from 0"),
        ({"weighting": lambda d: "one"}, "weighting: expected numbers"),
        ({"max_memory": 0}, "max_memory: expected a number of bytes above 0"),
        ({"max_memory": "much"}, "max_memory"),
        ({"max_memory": 1.5}, "max_memory"),
        ({"max_memory": True}, "max_memory"),
        ({"max_memory": "1kB"}, "max_memory: expected at least 1 MiB for 70 words and this window, got 1000"),
        ({"threads": 0}, "threads"),
    ],
)
def test_arguments_that_are_refused(corpus, arguments, message):
    with pytest.raises(SettingError, match=message):
        count_cooccurrences(corpus, **arguments)


@pytest.mark.parametrize("loading", [0, 3 << 20, 48 << 20])
def test_the_memory_that_is_asked_for_suffices(loading):
    text = (np.array([0, 1000]), 30_000, 10, 2)
    with pytest.raises(SettingError, match=r"got 1000$") as caught:
        plan_memory(*text, 1000, loading)
    least = int(caught.value.expected.split()[2]) << 20
    assert plan_memory(*text, least, loading).threads == 1
    with pytest.raises(SettingError, match="max_memory: expected at least"):
        plan_memory(*text, least - (1 << 20), loading)


def test_no_corpus():
    with pytest.raises(CorpusError, match=r"expected a fastvec\.Corpus, got \["):
        count_cooccurrences(["a b"])


def test_sums_that_might_pass_64_bits_are_refused(corpus, monkeypatch):
    weights = fixed_point(10, [1] * 10, "both")
    most = (2**64 - 1) // (20 * 2**32)
    weights.check_overflow(most)
    with pytest.raises(CorpusError, match=r"at most 214,748,364 tokens, .*got 214748365"):
        weights.check_overflow(most + 1)
    monkeypatch.setattr("fastvec.counting.weighting.LIMIT", 1000)
    with pytest.raises(CorpusError, match="narrower windows allow more"):
        count_cooccurrences(corpus)


def test_progress(corpus, monkeypatch, in_parts):
    moments: list[Progress] = []
    monkeypatch.setattr(counting, "KERNELS", "fastvec.kernels.reference.counting")
    monkeypatch.delitem(sys.modules, counting.KERNELS, raising=False)
    in_parts(200)
    reference = count_cooccurrences(corpus, on_progress=moments.append)
    monkeypatch.undo()
    assert [moment.stage for moment in moments[:1]] == ["compiling"]
    counted = [moment.done for moment in moments if moment.stage == "counting"]
    assert counted == sorted(counted)
    assert counted[-1] == corpus.n_tokens
    assert (moments[-1].stage, moments[-1].unit) == ("merging", "pairs")
    assert moments[-1].done == moments[-1].total
    assert same_bits(reference, count_cooccurrences(corpus)), "the NumPy kernels count the same"


def interrupt(_):
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("on_progress", "error"), [(lambda moment: False, Cancelled), (interrupt, KeyboardInterrupt)]
)
@pytest.mark.parametrize("stage", ["compiling", "counting", "merging"])
def test_stopped_leaves_nothing(corpus, tmp_path, in_parts, monkeypatch, stage, on_progress, error):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    if stage == "compiling":
        monkeypatch.delitem(sys.modules, counting.KERNELS, raising=False)
    in_parts(200)
    for save_to in (None, tmp_path / "counts.fvm"):
        with pytest.raises(error):
            count_cooccurrences(
                corpus,
                save_to=save_to,
                on_progress=lambda moment: on_progress(moment) if moment.stage == stage else None,
            )
        assert os.listdir(tmp_path) == []


FULL_DISK = """
import resource, sys, tempfile
import numpy as np
from fastvec import Corpus, StorageError, count_cooccurrences
rng = np.random.default_rng(1)
corpus = Corpus.from_ids(rng.integers(0, 3000, 100_000), [0, 100_000], [f"w{i}" for i in range(3000)])
save_to = sys.argv[1] + "/counts.fvm" if sys.argv[2] == "file" else None
limit = None if sys.argv[3] == "whole" else 2_000_000
count_cooccurrences(Corpus.from_ids([0, 1], [0, 2], ["a", "b"]))  # compiled code may need its file
tempfile.tempdir = sys.argv[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 18, 1 << 18))
try:
    count_cooccurrences(corpus, max_memory=limit, save_to=save_to)
except StorageError as error:
    print(error, error.path)
"""


@pytest.mark.skipif(os.name != "posix", reason="limits on the size of files")
@pytest.mark.parametrize(("result", "limit"), [("memory", "parts"), ("file", "parts"), ("file", "whole")])
def test_a_full_disk(tmp_path, result, limit):
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path), result, limit],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "File too large" in done.stdout
    assert done.stdout.strip().endswith("counts.fvm" if result == "file" else str(tmp_path))
    assert os.listdir(tmp_path) == []


CTRL_C = """
import os, signal, sys, tempfile
import numpy as np
from fastvec import Corpus, count_cooccurrences
from fastvec.counting.runs import Runs
rng = np.random.default_rng(1)
corpus = Corpus.from_ids(rng.integers(0, 3000, 100_000), [0, 100_000], [f"w{i}" for i in range(3000)])
tempfile.tempdir = sys.argv[1]
append = Runs.append
def interrupted(self, rows):
    append(self, rows)
    if self.n_runs == 2:
        os.kill(os.getpid(), signal.SIGINT)
Runs.append = interrupted
save_to = sys.argv[1] + "/counts.fvm" if sys.argv[2] == "file" else None
try:
    count_cooccurrences(corpus, max_memory=2_000_000, save_to=save_to)
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("result", ["memory", "file"])
def test_ctrl_c_while_spilling(tmp_path, result):
    done = subprocess.run(
        [sys.executable, "-c", CTRL_C, str(tmp_path), result], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "interrupted"
    assert done.stderr == ""
    assert os.listdir(tmp_path) == []


MEMORY = """
import re, sys, threading
import numpy as np
from fastvec import Corpus, count_cooccurrences
def kilobytes():
    return int(re.search(r"RssAnon:\\s+(\\d+)", open("/proc/self/status").read())[1])
corpus = Corpus.load(sys.argv[1])
before, peak, ended = kilobytes(), 0, threading.Event()
def watch():
    global peak
    while not ended.wait(0.002):
        peak = max(peak, kilobytes())
threading.Thread(target=watch).start()
counts = count_cooccurrences(corpus, max_memory="96MiB", save_to=sys.argv[2])
ended.set()
print(peak - before, counts.nnz)
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="reads Linux's own account")
def test_the_whole_call_keeps_to_the_limit(tmp_path):
    random_corpus(5, words=9000, tokens=2_000_000, sentences=4000).save(tmp_path / "corpus.fvc")
    arguments = [str(tmp_path / "corpus.fvc"), str(tmp_path / "counts.fvm")]
    done = subprocess.run([sys.executable, "-c", MEMORY, *arguments], capture_output=True, text=True, check=True)
    used, nnz = map(int, done.stdout.split())
    assert nnz * 12 > 160 << 20, "more than would fit"
    # without file pages: those of the libraries take 54 to 118 MB, as the system's cache has it
    assert used <= 96 << 10
