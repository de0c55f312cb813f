"""Data sets by name, against a server of our own: good, interrupted and wrong downloads, and no network."""

import errno
import hashlib
import http.server
import io
import os
import sys
import tarfile
import threading
import zipfile
from pathlib import Path

import pytest

from fastvec import FormatError, MissingPackageError, SettingError, StorageError, WordVectors, datasets
from fastvec.cli import main
from fastvec.datasets import named
from fastvec.datasets.named import DataSet

pytest.importorskip("pooch")
TEXT = b"some words of a text\n" * 50_000


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return file.getvalue()


def tarred(name, content):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


class Server:
    """Serves files from memory; ``cut_at`` ends the next answers early, ``ranges`` says if it can resume."""

    def __init__(self):
        self.files, self.asked, self.cut_at, self.ranges = {}, [], None, True
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                server.asked.append((self.path, self.headers.get("Range")))
                if self.path not in server.files:
                    self.send_error(404)
                    return
                content, start = server.files[self.path], 0
                if server.ranges and self.headers.get("Range"):
                    start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
                    if start >= len(content):
                        self.send_error(416)
                        return
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(content) - start))
                self.end_headers()
                self.wfile.write(content[start : server.cut_at])

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def data_set(self, name, content, member="", checksum=None):
        self.files[f"/{name}"] = content
        known = f"sha256:{hashlib.sha256(content).hexdigest()}" if checksum is None else checksum
        return DataSet(f"http://127.0.0.1:{self.http.server_port}/{name}", known, member, "for tests")


@pytest.fixture
def server():
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture
def offer(server, monkeypatch, tmp_path):
    """Put a data set of the server in the place of text8."""
    monkeypatch.setenv("FASTVEC_DATA", str(tmp_path))

    def put(name, content, **more):
        monkeypatch.setitem(named.DATA_SETS, "text8", server.data_set(name, content, **more))

    return put


def test_a_file_is_downloaded_once(server, offer, tmp_path):
    offer("plain.txt", TEXT)
    assert datasets.text8() == tmp_path / "plain.txt"
    assert datasets.text8().read_bytes() == TEXT
    assert server.asked == [("/plain.txt", None)]
    assert os.listdir(tmp_path) == ["plain.txt"]


@pytest.mark.parametrize(
    ("name", "archive", "member"),
    [("a.zip", zipped(text_txt=TEXT), "text.txt"), ("a.tar.gz", tarred("in/text.txt", TEXT), "in/text.txt")],
)
def test_a_member_is_unpacked(server, offer, tmp_path, name, archive, member):
    offer(name, archive, member=member)
    target = tmp_path / member.replace("/", "-")
    assert datasets.fetch("text8") == target
    assert target.read_bytes() == TEXT
    target.unlink()
    assert datasets.fetch("text8").read_bytes() == TEXT, "from the archive that is there"
    assert len(server.asked) == 1


def test_no_two_data_sets_share_a_file():
    targets = [named.target_name(data) for data in named.DATA_SETS.values()]
    archives = {Path(data.url).name for data in named.DATA_SETS.values() if data.member}
    assert len({*targets}) == len(targets)
    assert not archives & {*targets}
    urls = {data.url for data in named.DATA_SETS.values()}
    assert len({Path(url).name for url in urls}) == len(urls), "archives of one name would be taken for each other"


def test_members_of_the_same_name_are_two_files(server, monkeypatch, tmp_path):
    """As those of WikiText-2 and WikiText-103."""
    for name, folder in (("wikitext-2-train", "small"), ("wikitext-103-train", "large")):
        archive = tarred(f"{folder}/text", folder.encode())
        monkeypatch.setitem(named.DATA_SETS, name, server.data_set(f"{folder}.tar.gz", archive, f"{folder}/text"))
    paths = [datasets.fetch(f"wikitext-{size}-train", folder=tmp_path) for size in (2, 103)]
    assert [path.read_bytes() for path in paths] == [b"small", b"large"]


@pytest.mark.parametrize("ranges", [True, False])
def test_an_interrupted_download_goes_on(server, offer, tmp_path, ranges):
    offer("plain.txt", TEXT)
    server.cut_at = 300_000
    with pytest.raises(StorageError, match=r"the download failed.*try again to go on with it"):
        datasets.text8()
    assert [name for name in os.listdir(tmp_path) if not name.startswith("tmp")] == ["plain.txt.part"]
    server.cut_at, server.ranges = None, ranges
    assert datasets.text8().read_bytes() == TEXT
    place = server.asked[1][1]
    assert 0 < int(place.removeprefix("bytes=").removesuffix("-")) <= 300_000
    assert os.listdir(tmp_path) == ["plain.txt"]


def test_a_download_that_was_whole_but_not_moved(server, offer, tmp_path):
    offer("plain.txt", TEXT)
    (tmp_path / "plain.txt.part").write_bytes(TEXT)
    assert datasets.text8().read_bytes() == TEXT


def test_a_wrong_file_is_refused_and_gone(server, offer, tmp_path):
    offer("plain.txt", TEXT, checksum=f"sha256:{'0' * 64}")
    with pytest.raises(FormatError, match="is not the known file"):
        datasets.text8()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("archive", [b"no archive at all", zipped(other_txt=TEXT)])
def test_an_archive_without_the_member(offer, tmp_path, archive):
    offer("a.zip", archive, member="text.txt")
    with pytest.raises(FormatError, match=r"text.txt cannot be unpacked"):
        datasets.text8()
    assert not (tmp_path / "text.txt").exists()


def test_where_only_the_unpacked_file_has_a_known_checksum(server, offer, tmp_path, monkeypatch):
    offer("a.zip", zipped(text_txt=TEXT), member="text.txt", checksum="")
    monkeypatch.setitem(named.UNPACKED, "text8", f"sha256:{'0' * 64}")
    with pytest.raises(FormatError, match="checksum differs"):
        datasets.text8()
    assert os.listdir(tmp_path) == []
    monkeypatch.setitem(named.UNPACKED, "text8", f"sha256:{hashlib.sha256(TEXT).hexdigest()}")
    assert datasets.text8().read_bytes() == TEXT


def test_no_network_and_no_such_file(server, offer, tmp_path, monkeypatch):
    offer("plain.txt", TEXT)
    server.files.clear()
    with pytest.raises(StorageError, match="404"):
        datasets.text8()
    nowhere = DataSet("http://127.0.0.1:9/plain.txt", "", "", "")
    monkeypatch.setitem(named.DATA_SETS, "text8", nowhere)
    with pytest.raises(StorageError, match=f"save the file as {tmp_path}") as caught:
        datasets.text8()
    assert caught.value.path == str(tmp_path / "plain.txt")
    (tmp_path / "plain.txt").write_bytes(TEXT)
    assert datasets.text8().read_bytes() == TEXT


def test_a_full_disk(offer, monkeypatch):
    offer("plain.txt", TEXT)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(named.os, "replace", full)
    with pytest.raises(StorageError, match="No space left") as caught:
        datasets.text8()
    assert caught.value.errno == errno.ENOSPC


def test_vectors_by_name(server, monkeypatch, tmp_path):
    monkeypatch.setenv("FASTVEC_DATA", str(tmp_path))
    archive = zipped(glove_6B_50d_txt=b"the 1 2\ncat 3 4\n")
    monkeypatch.setitem(named.DATA_SETS, "glove-6B-50", server.data_set("g.zip", archive, "glove.6B.50d.txt"))
    vectors = datasets.glove("6B", dim=50)
    assert isinstance(vectors, WordVectors)
    assert vectors["cat"].tolist() == [3, 4]


def test_names():
    assert {"text8", "enwik8", "enwik9", "wikitext-2-train", "wikitext-103-test", "questions-words"} < set(
        datasets.DATA_SETS
    )
    for name, data in datasets.DATA_SETS.items():
        algorithm, digits = (data.checksum or named.UNPACKED[name]).split(":")
        assert len(digits) == 2 * hashlib.new(algorithm).digest_size, name
    with pytest.raises(SettingError, match="name: expected one of 'text8'"):
        datasets.fetch("text9")
    with pytest.raises(SettingError, match="size: expected 2 or 103, got 5"):
        datasets.wikitext(5)


def test_without_pooch(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'fastvec\[datasets\]'"):
        datasets.fetch("text8", folder=tmp_path)


def test_command(offer, tmp_path, capsys):
    offer("plain.txt", TEXT)
    assert main(["download", "text8", "--quiet"]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'plain.txt'}\n"
    assert main(["download"]) == 0
    assert "wikitext-103-train" in capsys.readouterr().out
    assert main(["download", "text9"]) == 2
    assert "text9" in capsys.readouterr().err
