"""The memory that readers take, as docs/guide.md promises it; `test_memory_ceilings.py` has hostile files."""

import json
import os
from pathlib import Path

import pytest
from memory_of_readers import READERS, WORDS

MORE = {
    "fasttext": 300,
    "huggingface": 300,
    "projector": 450,
    "pairs": 450,
    "phrases": 400,
}  # bytes a word; of pairs, of both sides; of phrases, each
A_WORD = 200
NOISE = 4 << 20  # much below the 64 MiB of the promise, in which the words would vanish


@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="Linux alone tells the peak of a call")
def test_readers_take_twice_their_file_and_a_little_for_each_word(tmp_path, run_script):
    done = run_script(Path(__file__).with_name("memory_of_readers.py"), tmp_path)
    found = {line["reader"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert found.keys() == READERS.keys()
    for reader, line in found.items():
        words = WORDS * MORE.get(reader, A_WORD)
        assert WORDS * 50 < line["peak"] < 2 * line["size"] + words + NOISE, line
