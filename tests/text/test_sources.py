"""Rows and tables, of files and of objects, at the doors of texts: one field of them is read."""

import gzip
import io
import json
import sqlite3
import sys
import zipfile

import numpy as np
import pytest

from fastvec import Corpus, CorpusError, FormatError, Pairs, SettingError
from fastvec.cli import main

TEXTS = ["to be or\nnot", "naïve café", "", "to be"]
SENTENCES = [["to", "be", "or", "not"], ["naïve", "café"], [], ["to", "be"]]
ROWS = [{"id": i, "text": text, "label": 0} for i, text in enumerate(TEXTS)]


class Table:
    """As data frames are: iterating gives the names of columns."""

    columns = ("id", "text")

    def __iter__(self):
        return iter(self.columns)

    def __getitem__(self, name):
        return {"id": range(4), "text": TEXTS}[name]


def read(source, **settings):
    return list(Corpus.from_text(source, min_count=1, **settings))


def csv_of(delimiter):
    lines = [f'{row["id"]}{delimiter}"{row["text"]}"{delimiter}0' for row in ROWS]
    return delimiter.join(["id", "text", "label"]) + "\n" + "\n".join(lines) + "\n"


FILES = {
    ".jsonl": "".join(json.dumps(row) + "\n" for row in ROWS),
    ".csv": csv_of(","),
    ".tsv": csv_of("\t"),
}


@pytest.mark.parametrize("suffix", FILES)
@pytest.mark.parametrize("encoding", [None, "latin-1", "utf-16"])
def test_files(tmp_path, suffix, encoding):
    data = FILES[suffix].encode(encoding or "utf-8")
    (tmp_path / f"rows{suffix}").write_bytes(data)
    (tmp_path / f"rows{suffix}.gz").write_bytes(gzip.compress(data))
    for name in (f"rows{suffix}", f"rows{suffix}.gz"):
        seen = []
        assert read(tmp_path / name, field="text", encoding=encoding, on_progress=seen.append) == SENTENCES
        assert seen[-1].done == seen[-1].total == (tmp_path / name).stat().st_size
    both = [tmp_path / f"rows{suffix}", tmp_path / f"rows{suffix}.gz"]
    assert read(both, field="text", encoding=encoding) == SENTENCES * 2
    assert read(both[0], field="text", encoding=encoding, tokens=list)[3] == list("to be")
    with pytest.raises(
        CorpusError, match=r"a text, or the name of a field to read .field=, --field., got a table"
    ):
        read(both)
    with pytest.raises(FormatError, match="expected a column 'body', got 'id', 'text', 'label'"):
        read(both, field="body", encoding=encoding)


def test_zipped_tables(tmp_path):
    for suffix, text in FILES.items():
        with zipfile.ZipFile(tmp_path / "rows.zip", "w") as archive:
            archive.writestr(f"rows{suffix}", text)
        assert read(tmp_path / "rows.zip", field="text") == SENTENCES
        with pytest.raises(CorpusError, match=r"rows\.zip: .* got a table without a field"):
            read(tmp_path / "rows.zip")


def test_what_excel_writes(tmp_path):
    (tmp_path / "rows.csv").write_bytes("\ufeffsep=;\r\nid;text\r\n1;caf\u00e9, a\r\n".encode())
    assert read(tmp_path / "rows.csv", field="text") == [["café,", "a"]]
    (tmp_path / "rows.csv").write_bytes("\ufeffid;text\r\n1;a\r\n".encode())
    assert read(tmp_path / "rows.csv", field="text", encoding="utf-8") == [["a"]]
    (tmp_path / "rows.csv").write_bytes(b"text\n\x81\n")
    with pytest.raises(FormatError, match="damaged CP1252"):
        read(tmp_path / "rows.csv", field="text", encoding="cp1252")
    with pytest.raises(FormatError, match="damaged UTF-16"):
        read(tmp_path / "rows.csv", field="text", encoding="utf-16")


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FILES[".csv"].encode())))
    assert read("-", field="text") == SENTENCES


def test_lists_of_tokens_in_rows(tmp_path):
    (tmp_path / "baskets.jsonl").write_text('{"items": ["tea", 7]}\n{"items": "a line"}\n')
    assert read(tmp_path / "baskets.jsonl", field="items") == [["tea", "7"], ["a", "line"]]
    (tmp_path / "holes.jsonl").write_text('{"text": "a"}\n{"text": null}\n')
    with pytest.raises(
        CorpusError, match=r"holes\.jsonl: row 2: expected a line or a list of tokens, got None; leave"
    ):
        read(tmp_path / "holes.jsonl", field="text")


@pytest.mark.parametrize("many", [1, 3000])
def test_columns_of_arrow(tmp_path, many):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import feather, parquet

    texts = TEXTS * many
    table = pa.table({"id": range(len(texts)), "text": texts, "words": [text.split() for text in texts]})
    parquet.write_table(table, tmp_path / "rows.parquet", row_group_size=1000)
    feather.write_feather(table, tmp_path / "rows.feather")
    sources = [tmp_path / "rows.parquet", tmp_path / "rows.feather", table, table.to_reader(max_chunksize=1500)]
    for source in sources:
        assert read(source, field="text") == SENTENCES * many
    kinds = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
    for kind in kinds:
        assert read(pa.array(texts).cast(kind) if kind != kinds[3] else pa.array(texts).dictionary_encode()) == (
            SENTENCES * many
        )
    assert read(table, field="words") == read(table["words"]) == SENTENCES * many
    assert read(table["text"], tokens=lambda text: [text]) == read([[text] for text in texts])
    assert read(table["text"].slice(1, 3)) == SENTENCES[1:4]
    with pytest.raises(CorpusError, match=r"item 2: expected a line or a list of tokens, got None"):
        read(pa.chunked_array([["a"], ["b", None]]))
    with pytest.raises(CorpusError, match=r"item 0: expected a line or a list of tokens, got 0"):
        read(table, field="id")
    with pytest.raises(
        CorpusError, match=r"got a table with the fields 'id', 'text', 'words'; field='text' reads"
    ):
        read(table)
    with pytest.raises(CorpusError, match=r"field: expected a table with one field 'body', got a table with"):
        read(table, field="body")


def test_columns_of_arrow_without_pyarrow(monkeypatch):
    pa = pytest.importorskip("pyarrow")
    column = pa.array(TEXTS).to_pylist()

    class Column(list):
        def __arrow_c_stream__(self):
            raise AssertionError

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert read(Column(column)) == SENTENCES


@pytest.mark.parametrize("package", ["pandas", "polars"])
def test_data_frames(package):
    frame = pytest.importorskip(package).DataFrame({"id": range(4), "text": TEXTS})
    assert read(frame, field="text") == read(frame["text"]) == SENTENCES
    with pytest.raises(CorpusError, match="got a table with the fields 'id', 'text'; field='text' reads"):
        read(frame)


def test_parts_of_tables_and_odd_tables():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"id": range(4), "text": TEXTS})
    assert read(iter([frame[:1], frame[1:]]), field="text") == SENTENCES
    frame.columns = ["text", "text"]
    with pytest.raises(CorpusError, match="expected a table with one field 'text'"):
        read(frame, field="text")


def test_lazy_frames_and_sparse_matrices():
    class Lazy:
        columns = ("text",)
        collect = lazy = None

    class Sparse:
        tocoo = None

        def __iter__(self):
            return iter(())

    with pytest.raises(CorpusError, match=r"got a LazyFrame; source.collect\(\) makes a table"):
        read(Lazy(), field="text")
    with pytest.raises(SettingError, match="source: expected a path, paths, a table, or an iterable"):
        read(Sparse())


def test_data_sets():
    datasets = pytest.importorskip("datasets")
    if not hasattr(datasets, "Dataset"):  # a folder of the tests has this name, too
        pytest.skip("the data sets of Hugging Face are not installed")
    data = datasets.Dataset.from_list(ROWS)
    assert read(data, field="text") == SENTENCES
    assert read(data.shuffle(seed=1).sort("id"), field="text") == SENTENCES
    assert read(data.to_iterable_dataset(), field="text") == SENTENCES
    with pytest.raises(CorpusError, match="field='text' reads"):
        read(data)


def test_objects_with_rows_or_columns():
    with sqlite3.connect(":memory:", check_same_thread=False) as database:
        database.row_factory = sqlite3.Row
        rows = database.execute("select 'a b' as text union all select 'c'")
        assert read(rows, field="text") == [["a", "b"], ["c"]]
    for source in (ROWS, iter(ROWS), Table(), {"text": TEXTS}):
        assert read(source, field="text") == SENTENCES
    with pytest.raises(CorpusError, match=r"item 1: expected a row with the field 'text', got the fields 'id'"):
        read([{"text": "a"}, {"id": 1}], field="text")
    with pytest.raises(CorpusError, match=r"item 0: expected a row with the field 'text', got 'a line'"):
        read(["a line"], field="text")


def test_rows_and_tables_without_a_field():
    for read_any in (Corpus.from_text, Pairs.from_pairs):
        with pytest.raises((CorpusError, SettingError), match=r"source.*'id'"):
            read_any(ROWS)
        with pytest.raises(
            (CorpusError, SettingError), match=r"source: expected .*got a table with .*'id', 'text'"
        ):
            read_any(Table())
    with pytest.raises(
        CorpusError, match=r"item 0: .* got a row with the fields 'id', 'text', 'label'; field='text'"
    ):
        read(iter(ROWS))
    with pytest.raises(CorpusError, match=r"item 1: expected a line or a list of tokens, got a set"):
        read([["a"], {"a", "b"}])
    with pytest.raises(
        CorpusError, match=r"expected lines or lists of tokens, got a table with the fields 'body'; "
    ):
        read({"body": ["a b"]})
    for missing in (None, float("nan")):
        with pytest.raises(CorpusError, match="leave out the rows that have no text"):
            read(["a", missing])


@pytest.mark.parametrize("field", ["", 5, ["text"]])
def test_field_that_is_no_name(field):
    with pytest.raises(SettingError, match="field: expected the name of a column"):
        read(ROWS, field=field)


def test_ids_of_walks():
    walks = [[0, 2, 1], [1, 1], []]
    for ids in (walks, map(np.array, walks[:2])):
        corpus = Corpus.from_ids(ids)
        assert list(corpus)[:2] == [["0", "2", "1"], ["1", "1"]]
    matrix = np.array([[0, 1], [1, 2]], np.uint8)
    assert list(Corpus.from_ids(matrix, words=["a", "b", "c"])) == [["a", "b"], ["b", "c"]]
    assert list(Corpus.from_ids([3], [0, 1])) == [["3"]]
    for wrong in ([0, 1], [[0.5]], "ab", 5, [[[0]]], [["a"]]):
        with pytest.raises(SettingError, match="ids: expected a matrix, or a list of lists, of ids"):
            Corpus.from_ids(wrong)
    with pytest.raises(SettingError):
        Corpus.from_ids([[-1]])


def test_command_line(tmp_path, capsys):
    (tmp_path / "c.jsonl").write_text('{"text": "caf\u00e9 b"}\n' * 9)
    vocabulary = str(tmp_path / "v.txt")
    assert main(["vocab", str(tmp_path / "c.jsonl"), "-o", vocabulary]) != 0
    assert "--field" in capsys.readouterr().err
    assert main(["vocab", str(tmp_path / "c.jsonl"), "--field", "text", "-o", vocabulary, "-q"]) == 0
    (tmp_path / "latin.txt").write_bytes("café b\n".encode("latin-1") * 9)
    assert main(["vocab", str(tmp_path / "latin.txt"), "--encoding", "latin-1", "-o", vocabulary, "-q"]) == 0
    assert "café" in (tmp_path / "v.txt").read_text(encoding="utf-8")
