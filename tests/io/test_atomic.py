"""Saves that are killed, names that are long, disks that are full."""

import os
import shutil
import subprocess
import sys
from collections import namedtuple

import pytest

import fastvec as fv
from fastvec import StorageError
from fastvec.io.atomic import atomic_path, check_writable

Usage = namedtuple("Usage", "total used free")
KILLED = """
import os, signal, sys
from fastvec.io.atomic import atomic_path
with atomic_path(sys.argv[1]) as part:
    part.write_text("half")
    print(part, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
WAITING = KILLED.replace("os.kill(os.getpid(), signal.SIGKILL)", "sys.stdin.read()")


def parts(folder):
    return [name for name in os.listdir(folder) if name.endswith(".part")]


@pytest.mark.skipif(os.name != "posix", reason="needs kill and locks")
def test_the_next_save_removes_what_a_killed_one_left(tmp_path):
    for name in ("a.bin", "b.bin"):
        subprocess.run([sys.executable, "-c", KILLED, tmp_path / name], stdout=subprocess.DEVNULL)
    assert len(parts(tmp_path)) == 2
    check_writable(tmp_path / "a.bin")
    assert [name.startswith(".b.bin.") for name in parts(tmp_path)] == [True]
    with atomic_path(tmp_path / "b.bin") as part:
        part.write_text("b")
    assert os.listdir(tmp_path) == ["b.bin"]


@pytest.mark.skipif(os.name != "posix", reason="needs locks")
def test_a_save_that_is_still_running_keeps_its_file(tmp_path):
    arguments = [sys.executable, "-c", WAITING, tmp_path / "a.bin"]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        part = other.stdout.readline().strip()
        check_writable(tmp_path / "a.bin")
        with atomic_path(tmp_path / "a.bin") as mine:
            mine.write_text("mine")
            assert len(parts(tmp_path)) == 2
            check_writable(tmp_path / "a.bin")
        assert parts(tmp_path) == [os.path.basename(part)]
        assert (tmp_path / "a.bin").read_text() == "mine"
        other.stdin.close()
    assert other.returncode == 0
    assert (tmp_path / "a.bin").read_text() == "half"
    assert parts(tmp_path) == []


def test_files_with_other_names_stay(tmp_path):
    names = [".a.bin.part", ".a.bin.1-2.part.txt", "a.bin.1-2.part", ".b.bin.1-2.part", ".a.bin.x-2.part"]
    for name in names:
        (tmp_path / name).touch()
    with atomic_path(tmp_path / "a.bin"):
        pass
    assert sorted(os.listdir(tmp_path)) == sorted([*names, "a.bin"])


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_link_that_looks_like_a_left_over_is_not_followed(tmp_path):
    (tmp_path / "precious").write_text("kept")
    (tmp_path / ".a.bin.1-2.part").symlink_to(tmp_path / "precious")
    check_writable(tmp_path / "a.bin")
    assert (tmp_path / "precious").read_text() == "kept"


@pytest.mark.parametrize("name", ["x" * 251 + ".vec", "é" * 125 + ".vec", "名" * 83 + ".vec"])
def test_the_longest_names(tmp_path, name):
    fv.WordVectors(["a"], [[1.0]]).save(tmp_path / name)
    assert os.listdir(tmp_path) == [name]
    with pytest.raises(StorageError, match=r"cannot write there: .*too long"):
        check_writable(tmp_path / ("x" + name + "é"))


def test_no_room(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(9, 9, 1000))
    check_writable(tmp_path / "a", 1000)
    with pytest.raises(StorageError, match="needs 1,001 bytes, and there is room for 1,000") as caught:
        check_writable(tmp_path / "a", 1001)
    assert caught.value.writing
    vectors = fv.WordVectors(["a", "b"], [[1.0] * 100] * 2)
    with pytest.raises(StorageError, match=r"needs 1,\d{3} bytes"):
        vectors.save(tmp_path / "v.safetensors")
    assert os.listdir(tmp_path) == []


def test_no_room_for_a_corpus_is_said_before_it_is_read(tmp_path, monkeypatch):
    text = tmp_path / "text"
    text.write_text("internationalisation " * 1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(9, 9, 9000))
    with pytest.warns(UserWarning, match="may need 28,000 bytes for a while, and there is room for 9,000") as told:
        fv.Corpus.from_text(text, save_to=tmp_path / "c.fvc")
    assert told[0].filename == __file__
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(9, 9, 1000))
    with pytest.warns(UserWarning, match="may need"), pytest.raises(StorageError, match="and there is room for"):
        fv.Corpus.from_text(text, save_to=tmp_path / "d.fvc")
    assert sorted(os.listdir(tmp_path)) == ["c.fvc", "text"]
