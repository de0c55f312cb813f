"""Compressed files of several streams: all of them are read, and what is damaged or left over is an error."""

import bz2
import gzip
import lzma
import zlib

import pytest

import fastvec as fv
from fastvec import FormatError
from fastvec.io.decompression import _zstd, open_decompressed

FIRST, SECOND = b"the king rules the land\n" * 40, b"the queen rules the sea\n" * 40


def zstd_compress(data):
    zstd = _zstd()
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})


COMPRESS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zst": zstd_compress}


@pytest.fixture(params=COMPRESS)
def kind(request):
    if request.param == ".zst":
        try:
            _zstd()
        except fv.MissingPackageError:
            pytest.skip("needs a package for .zst")
    return request.param


@pytest.fixture
def content(tmp_path, kind):
    """Return what a file of this kind with these bytes holds."""

    def read(data):
        path = tmp_path / f"x{kind}"
        path.write_bytes(data)
        with open_decompressed(path) as file:
            return file.read()

    return read


def test_two_streams_are_read(content, kind):
    pack = COMPRESS[kind]
    assert content(pack(FIRST) + pack(SECOND)) == FIRST + SECOND
    assert content(pack(FIRST) + pack(b"") + pack(SECOND) * 3) == FIRST + 3 * SECOND
    assert content(pack(b"")) == b""


def test_a_byte_changed_in_the_second_stream_is_an_error_or_changes_nothing(content, kind):
    first, second = COMPRESS[kind](FIRST), COMPRESS[kind](SECOND)
    refused = []
    for i in range(len(second)):
        for flip in (0x01, 0x80, 0xFF):
            damaged = second[:i] + bytes([second[i] ^ flip]) + second[i + 1 :]
            try:
                assert content(first + damaged) == FIRST + SECOND  # gzip has a time that nothing checks
            except FormatError as error:
                refused.append(str(error))
    assert len(refused) > 2 * len(second)
    assert all(f"x{kind}" in message for message in refused)


@pytest.mark.parametrize("junk", [b"junk", b"\n", b"the king rules the land\n" * 9, b"\xff" * 100_000])
def test_what_follows_the_last_stream_is_an_error(content, kind, junk):
    with pytest.raises(FormatError, match=r"damaged|truncated"):
        content(COMPRESS[kind](FIRST) + junk)
    with pytest.raises(FormatError, match=r"damaged|truncated"):
        content(COMPRESS[kind](FIRST) + COMPRESS[kind](SECOND) + junk)


def test_a_file_cut_anywhere_is_an_error(content, kind):
    pack = COMPRESS[kind]
    first, both = pack(FIRST), pack(FIRST) + pack(SECOND)
    for end in range(len(both)):
        if end == len(first):
            assert content(both[:end]) == FIRST  # as sound as any file of one stream
            continue
        with pytest.raises(FormatError):
            content(both[:end])


@pytest.mark.parametrize("n_zeros", [1, 2, 3, 4, 5, 8, 4096, 65536, 65538, 65540, 200_000])
def test_zero_bytes_after_a_stream(content, kind, n_zeros):
    """gzip files may end with any number of them, xz streams with fours (its format), the others with none."""
    pack, zeros = COMPRESS[kind], bytes(n_zeros)
    between, after = pack(FIRST) + zeros + pack(SECOND), pack(FIRST) + pack(SECOND) + zeros
    if kind == ".gz" or (kind == ".xz" and n_zeros % 4 == 0):
        assert content(after) == content(between) == FIRST + SECOND
        return
    for data in (after, between):
        with pytest.raises(FormatError):
            content(data)


def test_a_stream_of_any_size_in_any_pieces(content, kind):
    pack = COMPRESS[kind]
    parts = [bytes([i]) * n for i, n in enumerate([1, 70_000, 3, 1 << 21, 0, 65_536])]
    assert content(b"".join(map(pack, parts))) == b"".join(parts)


def test_a_text_of_two_streams_is_all_read_or_refused(tmp_path, kind):
    pack = COMPRESS[kind]
    path = tmp_path / f"text{kind}"
    path.write_bytes(pack(FIRST) + pack(SECOND))
    assert fv.Corpus.from_text(path).n_sentences == 80
    second = bytearray(pack(SECOND))
    second[len(second) // 2] ^= 0xFF
    path.write_bytes(pack(FIRST) + second)
    with pytest.raises(FormatError, match="damaged"):
        fv.Corpus.from_text(path)


def test_an_xz_file_that_declares_four_gigabytes_of_dictionary(tmp_path):
    data = bytearray(lzma.compress(FIRST))
    size = 4 * (data[12] + 1)  # of the header of the first block, which ends with its checksum
    assert data[14:16] == b"\x21\x01"  # LZMA2, with one byte of properties
    data[16] = 40
    data[12 + size - 4 : 12 + size] = zlib.crc32(data[12 : 12 + size - 4]).to_bytes(4, "little")
    path = tmp_path / "x.xz"
    path.write_bytes(data)
    with pytest.raises(FormatError, match="Memory usage limit"), open_decompressed(path) as file:
        file.read()
