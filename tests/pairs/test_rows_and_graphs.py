"""Pairs from rows with named fields: dicts, tables in memory and in files, graphs."""

import gzip
import json
import random

import numpy as np
import pytest

from fastvec import CorpusError, FormatError, Pairs, SettingError, StorageError
from fastvec.pairs import reading as pair_reading
from fastvec.pairs.sources import has_simple_lines
from fastvec.text import reading

ROWS = [
    {"user": "u1", "item": 7, "stars": 5},
    {"stars": 0.5, "item": "new\nyork", "user": "u2"},
    {"user": "u1", "item": 8, "stars": 2, "when": 0},
]
TWO = [("u1", "7"), ("u2", "new\nyork"), ("u1", "8")]
THREE = [("u1", "7", 5.0), ("u2", "new\nyork", 0.5), ("u1", "8", 2.0)]


class Table:
    """As much of a data frame as is used."""

    columns = ("user", "item", "stars")

    def __iter__(self):
        return iter(self.columns)

    def __getitem__(self, name):
        return [row[name] for row in ROWS]


def columns():
    return {name: [row[name] for row in ROWS] for name in Table.columns}


@pytest.mark.parametrize("make", [lambda: ROWS, lambda: iter(ROWS), Table, columns])
@pytest.mark.parametrize("chunk", [1, 8192])
def test_fields_of_rows_and_tables(monkeypatch, make, chunk):
    monkeypatch.setattr(pair_reading, "CHUNK", chunk)
    assert list(Pairs.from_pairs(make(), fields=("user", "item"))) == TWO
    assert list(Pairs.from_pairs(make(), fields=["user", "item", "stars"])) == THREE


@pytest.mark.parametrize("package", ["pandas", "polars", "pyarrow"])
def test_data_frames(package):
    module = pytest.importorskip(package)
    table = getattr(module, "table" if package == "pyarrow" else "DataFrame")
    frame = table({"user": ["u1", "u2"], "item": [7, 8], "stars": [0.5, 1.0]})
    assert list(Pairs.from_pairs(frame, fields=("user", "item", "stars"))) == [("u1", "7", 0.5), ("u2", "8", 1.0)]
    with pytest.raises(
        SettingError, match=r"got a table with the columns 'user', .*; give fields=\('user', 'item'\)"
    ):
        Pairs.from_pairs(frame)
    with pytest.raises(SettingError, match="fields: expected columns of 'user', 'item', 'stars', got 'score'"):
        Pairs.from_pairs(frame, fields=("user", "score"))
    with pytest.raises(CorpusError, match=r"item 1: expected words that are non-empty str, got (None|nan)"):
        Pairs.from_pairs(table({"user": ["u1", None], "item": [7, 8]}), fields=("user", "item"))


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".csv.gz", ".parquet", ".arrow"])
def test_tables_in_files(tmp_path, suffix):
    path = tmp_path / f"clicks{suffix}"
    names = {name: list(map(str, column)) for name, column in columns().items()}
    if suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    elif suffix in (".parquet", ".arrow"):
        pa = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        table = pa.table(names)
        if suffix == ".parquet":
            parquet.write_table(table, path)
        else:
            with pa.ipc.new_file(str(path), table.schema) as file:
                file.write_table(table)
    else:
        mark = "\t" if suffix == ".tsv" else ","
        rows = zip(*names.values(), strict=True)
        text = "\n".join([mark.join(names), *(mark.join(f'"{part}"' for part in row) for row in rows)])
        path.write_bytes(gzip.compress(text.encode()) if suffix.endswith(".gz") else text.encode())
    progress = []
    pairs = Pairs.from_pairs(path, fields=("user", "item", "stars"), on_progress=progress.append)
    assert list(pairs) == THREE
    assert progress[-1].done == progress[-1].total == path.stat().st_size
    assert list(Pairs.from_pairs([path, path], fields=("user", "item"))) == TWO * 2
    with pytest.raises(FormatError, match="expected a column 'score'"):
        Pairs.from_pairs(path, fields=("user", "score"))
    if suffix in (".jsonl", ".parquet", ".arrow"):
        with pytest.raises(
            SettingError, match=r"fields: expected those of word and context in .*clicks.*--fields"
        ):
            Pairs.from_pairs(path)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_tables_without_quotes_are_read_as_lines(tmp_path, monkeypatch, mark):
    """As fast as plain pairs, and the same as those with quotes; comments are rows there."""
    rng = random.Random(4)
    rows = [(str(i), f"u {rng.randrange(9)}", "", f"#{rng.randrange(99)}", rng.choice("129")) for i in range(2000)]
    lines = [mark.join(row) for row in [("id", "who", "x", "what", "stars"), *rows]]
    plain, quoted = tmp_path / "plain.csv", tmp_path / "quoted.csv"
    plain.write_text("\n" + "\n".join(lines))
    quoted.write_text("\n".join([lines[0], *(line.replace("u 3", '"u 3"') for line in lines[1:])]))
    assert has_simple_lines(str(plain))
    assert not has_simple_lines(str(quoted))
    expected = [(row[3], row[1], float(row[4])) for row in rows]
    for block_bytes in (300, 1 << 20):
        monkeypatch.setattr(reading, "BLOCK_BYTES", block_bytes)
        for path in (plain, quoted):
            for threads in (1, 3):
                assert list(Pairs.from_pairs(path, fields=("what", "who", "stars"), threads=threads)) == expected
    for path, place in ((plain, "header"), (quoted, "line 1")):
        with pytest.raises(FormatError, match=f"{place}: expected a column 'when', got 'id"):
            Pairs.from_pairs(path, fields=("what", "when"))
    plain.write_text("a,b,c\n1,2,3\n1,2\n")
    with pytest.raises(FormatError, match="line 3: expected a word, a context and a weight, got '1,2'"):
        Pairs.from_pairs(plain, fields=("c", "b", "a"))


def test_rows_that_are_no_pairs_are_told_with_their_file(tmp_path):
    good, bad = tmp_path / "a.csv", tmp_path / "b.csv"
    good.write_text('user,item,stars\n"a",b,1\nc,d,2\n')
    bad.write_text("user,item,stars\na,b,1\na,b,x\n")
    with pytest.raises(FormatError, match=r"b\.csv: row 2: expected a weight, .*got 'x'"):
        Pairs.from_pairs([good, bad], fields=("user", "item", "stars"))
    bad.write_text("user,item\na,\n")
    with pytest.raises(FormatError, match=r"b\.csv: row 1: expected words that are non-empty str, got ''"):
        Pairs.from_pairs([good, bad], fields=("user", "item"))
    with pytest.raises(StorageError, match=r"c\.csv: no such file"):
        Pairs.from_pairs(tmp_path / "c.csv", fields=("user", "item"))


@pytest.mark.parametrize(
    ("source", "arguments", "error", "message"),
    [
        (ROWS, {}, CorpusError, r'item 0: .*; fields=\("user", "item"\) takes such fields of rows'),
        (ROWS, {"fields": ("user", "when")}, CorpusError, "item 0: expected a row with .*'when', got one with"),
        ([("a", "b")], {"fields": ("a", "b")}, CorpusError, r"item 0: expected a row .*got \('a', 'b'\)"),
        ([("a", "b")], {"fields": (0, 2)}, CorpusError, "item 0: expected a row with the fields 0, 2"),
        (["ab"], {"fields": (0, 1)}, CorpusError, "item 0: expected a row with the fields 0, 1, got 'ab'"),
        ([("a", "b", 1, 2)], {}, CorpusError, "item 0: .*; fields= takes some of many"),
        ([("a", "b")], {"separator": ","}, SettingError, "separator: is for files only"),
        ([("a", "b")], {"comments": "#"}, SettingError, "comments: is for files only"),
        (np.zeros((2, 9), int), {}, SettingError, "a row of it must be a pair: give its transpose"),
    ],
)  # fmt: skip
def test_rows_that_are_refused(source, arguments, error, message):
    with pytest.raises(error, match=message):
        Pairs.from_pairs(source, **arguments)


def test_places_of_tuples():
    assert list(Pairs.from_pairs([(1, "x", "a", 2.0)], fields=(2, 1, 3))) == [("a", "x", 2.0)]


def test_whole_numbers_are_names():
    expected = [("1", "2"), ("-3", "4")]
    for kind in (int, np.int32, np.uint8, np.int64):
        given = [(kind(1), 2), (-3, kind(4))]
        assert list(Pairs.from_pairs(given)) == expected
    assert list(Pairs.from_pairs(np.array([[1, 2], [-3, 4]]))) == expected
    assert list(Pairs.from_pairs([(1, "b"), ("1", "b")])) == [("1", "b")] * 2
    assert list(Pairs.from_pairs({(1, 2): 3})) == [("1", "2", 3.0)]


def test_graphs_of_networkx():
    nx = pytest.importorskip("networkx")
    star = nx.star_graph(20)
    pairs = Pairs.from_pairs(star)
    assert (len(pairs.vocabulary), len(pairs), pairs.weights) == (21, 40, None)
    assert list(Pairs.from_pairs(star, undirected=False)) == [("0", str(leaf)) for leaf in range(1, 21)]
    assert list(Pairs.from_pairs(nx.DiGraph([("a", "b"), ("b", "c")]))) == [("a", "b"), ("b", "c")]
    weighted = nx.DiGraph()
    weighted.add_edge("a", "b", weight=2)
    weighted.add_edge("b", "c")
    assert list(Pairs.from_pairs(weighted)) == [("a", "b", 2.0), ("b", "c", 1.0)]
    assert len(Pairs.from_pairs(nx.karate_club_graph()).vocabulary) == 34
    with pytest.raises(CorpusError, match=r"words that are non-empty str, got \(0, 0\)"):
        Pairs.from_pairs(nx.grid_2d_graph(2, 2))
    with pytest.raises(SettingError, match=r"a sparse matrix; coo = matrix\.tocoo"):
        Pairs.from_pairs(nx.to_scipy_sparse_array(star))
