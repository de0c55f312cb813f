"""Lines within a limit, and the readers that use them."""

import gzip

import pytest

import fastvec as fv
from fastvec import FormatError, SettingError, StorageError
from fastvec.io.lines import numbered_lines
from fastvec.phrases import file as phrase_file


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_lines_with_their_numbers(tmp_path, pack):
    path = tmp_path / "x"
    path.write_bytes(pack(b"12345\n\n1234\r\nabcdef"))
    assert list(numbered_lines(path, 6)) == [(1, b"12345\n"), (2, b"\n"), (3, b"1234\r\n"), (4, b"abcdef")]
    with pytest.raises(
        FormatError, match=r"line 1: expected a line of at most 5 bytes, got a longer one"
    ) as caught:
        list(numbered_lines(path, 5))
    assert caught.value.path == str(path)
    with pytest.raises(StorageError, match="No such file"):
        list(numbered_lines(tmp_path / "missing"))


def table_of(n):
    lines = [f"w{i} x{i}" for i in range(n)] * 9
    return fv.Phrases(threshold=0.1).fit(fv.Corpus.from_text(lines, min_count=1))


def test_a_table_of_phrases_is_as_large_as_its_phrases(tmp_path, monkeypatch):
    monkeypatch.setattr(phrase_file, "JSON_BYTES", 1000)
    table = table_of(100)
    table.save(tmp_path / "t")
    assert (tmp_path / "t").stat().st_size > 5000
    assert fv.PhraseTable.load(tmp_path / "t") == table
    (tmp_path / "t").write_bytes((tmp_path / "t").read_bytes().replace(b"\n", b" "))
    with pytest.raises(FormatError, match="content: expected a phrase a line, or at most 1,000 bytes of JSON"):
        fv.PhraseTable.load(tmp_path / "t")


def test_a_phrase_that_is_too_long_is_not_written(tmp_path, monkeypatch):
    table = table_of(1)
    table.save(tmp_path / "t")
    monkeypatch.setattr(phrase_file, "PHRASE_BYTES", 70)
    with pytest.raises(SettingError, match="phrases: expected at most 70 bytes"):
        table.save(tmp_path / "u")
    with pytest.raises(FormatError, match="line 2: expected a line of at most 70 bytes"):
        fv.PhraseTable.load(tmp_path / "t")
    monkeypatch.setattr(phrase_file, "PHRASE_BYTES", 1 << 20)
    monkeypatch.setattr(phrase_file, "JSON_BYTES", 100)
    with pytest.raises(SettingError, match="phrases: expected at most 100 bytes"):
        table.save(tmp_path / "u")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"},\n{", b"}\n{", "phrase 2: expected a comma before it"),
        (b"\n]}\n", b",\n]}\n", "expected a table of phrases in JSON"),
        (b"\n]}\n", b"\n", "content: expected ]} at its end, got none: it is truncated"),
        (b"]}\n", b"]}\n{}", "content: expected nothing after ]}, got b'{}'"),
        (b'"level": 1', b'"level": 1, "level": [', "content: expected a table of phrases in JSON"),
    ],
)
def test_lines_of_a_table_that_are_damaged(tmp_path, old, new, message):
    path = tmp_path / "t"
    table_of(3).save(path)
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))
    with pytest.raises(FormatError) as caught:
        fv.PhraseTable.load(path)
    assert message in str(caught.value)


def test_no_phrase_at_all(tmp_path):
    fv.PhraseTable([], fv.Phrases()).save(tmp_path / "t")
    assert len(fv.PhraseTable.load(tmp_path / "t")) == 0
