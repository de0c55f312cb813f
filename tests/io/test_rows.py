"""Rows of tables: every format gives the same rows, damage gives an error with its line, and limits hold."""

import csv
import gzip
import json
import threading

import pytest

from fastvec import FormatError, SettingError, StorageError
from fastvec.io import rows
from fastvec.io.rows import read_rows, table_suffix

TABLE = [("u1", "tea, green", "5"), ("u2", 'the "best"', "0.5"), ("u1", "two\nlines", "1"), ("é", "", "2")]
NAMES = ("user", "item", "stars")


def write_csv(path, delimiter=",", encoding="utf-8", table=TABLE):
    with open(path, "w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter).writerows([NAMES, *table])
    return path


def write_json(path, table=TABLE):
    lines = [json.dumps(dict(zip(NAMES, row, strict=True))) for row in table]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.tab", "a.jsonl", "a.ndjson", "a.CSV"])
@pytest.mark.parametrize("compressed", [False, True])
def test_every_text_format_gives_the_same_rows(tmp_path, name, compressed):
    path = tmp_path / name
    suffix = path.suffix.lower()
    write_json(path) if "json" in suffix else write_csv(path, rows.DELIMITERS[suffix])
    if compressed:
        path = tmp_path / f"{name}.gz"
        path.write_bytes(gzip.compress((tmp_path / name).read_bytes()))
    assert list(read_rows(path, NAMES)) == TABLE
    assert list(read_rows(path, ("stars", "user"))) == [(row[2], row[0]) for row in TABLE]
    assert list(read_rows(path, ["item"])) == [(row[1],) for row in TABLE]


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "a.feather", "stream.arrow"])
def test_columnar_files_give_the_same_rows(tmp_path, name):
    pa = pytest.importorskip("pyarrow")
    for module in ("feather", "parquet"):
        pytest.importorskip(f"pyarrow.{module}")
    path, table = tmp_path / name, pa.table(dict(zip(NAMES, map(list, zip(*TABLE, strict=True)), strict=True)))
    if path.suffix == ".parquet":
        pa.parquet.write_table(table, path, row_group_size=2)
    elif path.suffix == ".feather":
        pa.feather.write_feather(table, path)
    else:
        new = pa.ipc.new_stream if name.startswith("stream") else pa.ipc.new_file
        with new(str(path), table.schema) as file:
            file.write_table(table, max_chunksize=3)
    seen = []
    assert list(read_rows(path, ("stars", "user"), on_read=seen.append)) == [(row[2], row[0]) for row in TABLE]
    assert seen[-1] == path.stat().st_size
    with pytest.raises(FormatError, match=r"columns: expected a column 'rating', got 'user', 'item', 'stars'"):
        next(read_rows(path, ("rating",)))
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(FormatError, match="not a sound"):
        list(read_rows(path, NAMES))
    path.write_bytes(b"user,item\n")
    with pytest.raises(FormatError, match="not a sound"):
        list(read_rows(path, NAMES))
    with pytest.raises(StorageError, match="No such file"):
        list(read_rows(tmp_path / f"no{path.suffix}", NAMES))


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_header_gives_another_delimiter_away(tmp_path, delimiter):
    path = write_csv(tmp_path / "a.csv", delimiter)
    assert list(read_rows(path, NAMES)) == TABLE
    with pytest.raises(FormatError, match="line 1: expected a column 'when', got 'user', 'item', 'stars'"):
        next(read_rows(path, ("user", "when")))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks(tmp_path, encoding):
    assert list(read_rows(write_csv(tmp_path / "a.csv", encoding=encoding), NAMES)) == TABLE


def test_the_content_tells_what_the_name_does_not(tmp_path):
    write_csv(tmp_path / "a.txt", "\t")
    write_json(tmp_path / "b.txt")
    assert list(read_rows(tmp_path / "a.txt", NAMES)) == list(read_rows(tmp_path / "b.txt", NAMES)) == TABLE
    assert [table_suffix(name) for name in ("a.tsv.xz", "a.gz", "csv", "a.parquet")] == [
        ".tsv",
        "",
        "",
        ".parquet",
    ]


def test_bytes_that_are_not_utf8_survive(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"user,item\n\xff,b\n")
    assert list(read_rows(tmp_path / "a.csv", ("user",))) == [("\udcff",)]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "user,item\na,b\n\na\n", "line 4: expected 2 columns, as in the header, got 1: "),
        ("a.csv", "\n\nuser,item\na,b,c\n", "line 4: expected 2 columns"),
        ("a.csv", 'user,item\n"a\nb",c\nd\n', "line 4: expected 2 columns"),
        ("a.csv", 'user,item\na,b\n"a,b\n' + "c,d\n" * 9, "line 3: unexpected end of data; a quote"),
        ("a.csv", 'user,item\n"a" b,c\n', "line 2: ',' expected after '\"'; a quote"),
        ("a.csv", "user,thing\na,b\n", "line 1: expected a column 'item', got 'user', 'thing'"),
        ("a.csv", "user,item,item\na,b,c\n", "line 1: expected one column 'item', got 'user', 'item', 'item'"),
        ("a.csv", "", "line 1: expected a column 'user', got none"),
        ("a.jsonl", '{"user": 1, "item": 2}\n\n{"user": 1}\n', "line 3: expected a column 'item', got 'user'"),
        ("a.jsonl", '[{"user": 1}]\n', "line 1: expected a JSON object, got .*; JSON Lines have an object on"),
        ("a.jsonl", '{"user": 1, "item": 2}\n{"user"', "line 2: expected a JSON object, got '{\"user\"'"),
        ("a.jsonl", "[" * 100_000, "line 1: expected a JSON object"),
        ("a.jsonl", '{"user": ' + "9" * 5000 + "}", "line 1: expected a JSON object"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, name, content, message):
    (tmp_path / name).write_text(content)
    with pytest.raises(FormatError, match=message) as caught:
        list(read_rows(tmp_path / name, ("user", "item")))
    assert caught.value.path == str(tmp_path / name)
    assert caught.value.field.startswith("line ")


def test_damaged_files(tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"user,item\n" + b"a,b\n" * 10_000)[:-9])
    with pytest.raises(FormatError, match="truncated"):
        list(read_rows(tmp_path / "a.csv.gz", ("user",)))
    (tmp_path / "a.csv").write_bytes("user,item\na,b".encode("utf-16") + b"\x00")
    with pytest.raises(FormatError, match="damaged UTF-16"):
        list(read_rows(tmp_path / "a.csv", ("user",)))
    with pytest.raises(StorageError, match="No such file"):
        next(read_rows(tmp_path / "missing.csv", ("user",)))


def test_long_fields_and_too_long_lines(tmp_path, monkeypatch):
    before = csv.field_size_limit()
    path = write_csv(tmp_path / "a.csv", table=[("a", "b" * (before + 1), "1")])
    assert list(read_rows(path, ("item",))) == [("b" * (before + 1),)]
    assert csv.field_size_limit() == before
    monkeypatch.setattr(rows, "ROW_CHARACTERS", 100)
    for name, line in (("b.csv", "a" * 100), ("b.jsonl", '{"user": "' + "a" * 100 + '"}')):
        (tmp_path / name).write_text(f"user\n{line}\n" if name == "b.csv" else f"{line}\n")
        with pytest.raises(
            FormatError, match=r"line \d: expected a line of less than 100 characters, got a longer"
        ):
            list(read_rows(tmp_path / name, ("user",)))


def test_a_quote_that_is_never_closed_does_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "ROW_CHARACTERS", csv.field_size_limit() + 100)
    (tmp_path / "a.csv").write_text('user\n"a\n' + "b" * 99 + "\n" + ("c" * 99 + "\n") * 2000)
    with pytest.raises(FormatError, match="line 2: field larger than field limit"):
        list(read_rows(tmp_path / "a.csv", ("user",)))


def test_the_limit_of_csv_comes_back_after_the_last_thread(tmp_path):
    before = csv.field_size_limit()
    inside = [threading.Barrier(2) for _ in range(2)]

    def other():
        with rows._LONG_FIELDS:
            inside[0].wait(10)
            inside[1].wait(10)

    thread = threading.Thread(target=other)
    thread.start()
    inside[0].wait(10)
    with rows._LONG_FIELDS:
        pass
    assert csv.field_size_limit() == rows.ROW_CHARACTERS
    inside[1].wait(10)
    thread.join()
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("fields", ["user", (), ("user", 5), ("user", "user"), None, {"user"}])
def test_fields_that_are_none(fields):
    with pytest.raises(SettingError, match="fields: expected"):
        read_rows("a.csv", fields)


def test_on_read_hears_how_far_it_is(tmp_path):
    path = write_csv(tmp_path / "a.csv", table=[(f"u{i * 7919 % 10_007}", f"{i:>40}", "") for i in range(50_000)])
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    for name in (path, packed):
        seen = []
        assert sum(1 for _ in read_rows(name, NAMES, on_read=seen.append)) == 50_000
        assert seen == sorted(seen)
        assert seen[-1] == name.stat().st_size
        assert len(set(seen)) > 1 or name == packed, "the packed one is read at once"


def test_quotes_that_join_lines_of_a_tsv_are_told(tmp_path):
    path = tmp_path / "rows.tsv"
    path.write_text('id\ttext\n1\t"Hello, he said\n2\tthe dog"\n3\ta\n4\t"x\ny"\n')
    with pytest.warns(UserWarning, match=r"rows\.tsv: lines 2 to 3 are one row, by its quotes; if its") as caught:
        assert len(list(read_rows(path, ("text",)))) == 3
    assert len(caught) == 1
