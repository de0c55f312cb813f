"""Zip and tar archives: their only file is read, several are named, damaged ones are refused."""

import contextlib
import gzip
import io
import lzma
import subprocess
import sys
import tarfile
import zipfile

import numpy as np
import pytest

from fastvec import Corpus, FormatError, WordVectors
from fastvec.io.decompression import DecompressedFile, open_decompressed

TEXT = b"the cat sat\n" * 2000
COMPRESS = {"": bytes, ".gz": gzip.compress, ".xz": lzma.compress}


def zip_of(files, method=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tar_of(files):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return data.getvalue()


def archives_of(files):
    yield "zip", zip_of(files)
    yield "zip", zip_of(files, zipfile.ZIP_STORED)
    for compress in COMPRESS.values():
        yield "tar", compress(tar_of(files))


ONE = {"folder/": b"", "folder/text.txt": TEXT, "__MACOSX/folder/._text.txt": b"x", "folder/._text.txt": b"x"}


def test_the_only_file_is_read(tmp_path):
    files = ONE | {"folder/": b""}
    for kind, data in archives_of({name: text for name, text in files.items() if name != "folder/"}):
        path = tmp_path / "archive"
        path.write_bytes(data)
        with open_decompressed(path) as file:
            assert isinstance(file, DecompressedFile)
            assert file.read() == TEXT
            assert 0 < file.source_position <= len(data)
        seen = []
        corpus = Corpus.from_text(path, min_count=1, on_progress=seen.append)
        assert corpus.n_sentences == 2000, kind
        assert seen[-1].total == len(data)


def test_vectors_and_folders_in_archives(tmp_path):
    path = tmp_path / "vectors.vec.zip"
    path.write_bytes(zip_of(ONE | {"folder/text.txt": b"2 2\na 1 2\nb 3 4\n"}))
    assert np.array_equal(WordVectors.load(path)["b"], [3, 4])


@pytest.mark.parametrize("n", [0, 2, 9])
def test_several_files_are_named(tmp_path, n):
    for kind, data in archives_of({f"{i}.txt": TEXT for i in range(n)}):
        if kind == "zip" and n == 0:
            continue  # an empty zip begins with its end
        path = tmp_path / "archive.zip.tar"
        path.write_bytes(data)
        names = "'0.txt', '1.txt'" + ", '2.txt', '3.txt', '4.txt', ..." * (n == 9)
        shown = (
            f"a {kind} archive with the files {names}; read one of them" if n else "a tar archive without files"
        )
        with pytest.raises(FormatError, match=f"expected a file, or an archive of one, got {shown}") as caught:
            open_decompressed(path)
        assert caught.value.path == str(path)


def test_name_of_a_zip_that_is_none(tmp_path):
    (tmp_path / "text.zip").write_bytes(TEXT)
    with pytest.raises(FormatError, match=r"its name says \.zip, but it starts with"):
        open_decompressed(tmp_path / "text.zip")


def test_protected_zip(tmp_path):
    data = bytearray(zip_of({"text.txt": TEXT}))
    data[6] |= 1  # of the flags in the file's own header; then in the directory at the end
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "text.zip").write_bytes(data)
    with pytest.raises(FormatError, match=r"archive, or one with a password .*encrypted"):
        open_decompressed(tmp_path / "text.zip")


def test_damaged_archives(tmp_path):
    path = tmp_path / "archive"
    text = np.random.default_rng(1).bytes(3000).hex().encode()
    for kind, data in archives_of({"text.txt": text}):
        for place in range(600, len(data), 97):
            for damaged in (data[:place], data[:place] + b"\xff" + data[place + 1 :]):
                path.write_bytes(damaged)
                with contextlib.suppress(FormatError), open_decompressed(path) as file:
                    read = file.read()
                    assert len(read) == len(text)
                    assert kind == "tar" or read == text  # tar has no check sums of contents


def test_archives_in_pipes(tmp_path):
    for kind, data in archives_of({"text.txt": TEXT}):
        command = [sys.executable, "-m", "fastvec", "vocab", "-", "-o", str(tmp_path / "v.txt")]
        ran = subprocess.run(command, input=data, capture_output=True)
        assert ran.returncode == 65
        assert f"got a {kind} archive in a pipe; unpack it on the way" in ran.stderr.decode()
