"""Limits of what readers accept, all in one place: a small or damaged file must not fill the memory.

Each is far above what real files have, and a file beyond one is refused with an error that names the limit. What
fastvec writes is within them: a save that would not be is refused too.
"""

from __future__ import annotations

# a word, and text between two places where it can be cut: 16 MiB
TOKEN_BYTES = 1 << 24
# a line that a reader needs as a whole: a word with its vector, count, context or score
LINE_BYTES = 1 << 25
# a line of text that tokens= gets as a whole, or without white space for tokens="words"; a long book has 4 MiB
TEXT_LINE_BYTES = 1 << 28
# characters of a row of a table: a line of it, or a quoted field of several lines
ROW_CHARACTERS = 1 << 26
# lines without a word in a file of words
BLANK_LINES = 1000
# a line of a test set, and the columns of it that are looked at
TEST_LINE_BYTES = 1 << 20
TEST_COLUMNS = 1 << 8
# numbers in a row of a vector file that is not .safetensors: split, such a line takes 3 MB
DIMENSIONS = 1 << 16

# that decompressing an .xz may declare to need; the largest dictionary that xz writes is 1.5 GiB
XZ_MEMORY = 1 << 31

# the header of a safetensors file; JSON of empty lists takes 28 times its size, so this is 28 MiB
HEADER_BYTES = 1 << 20
# each is a map of its own, which keeps a file open, and systems allow 1,024 of these or fewer
TENSORS = 1 << 8
# NumPy holds 64 axes; fastvec's own arrays have two
AXES = 32
# the header of a .npy file, as in NumPy
NPY_HEADER_BYTES = 10_000
# of n-grams of gensim 3, as the file may have few of them: 64 MiB to find them in
BUCKETS = 1 << 24
# of an array; NumPy refuses (0, n, n) too if n * n is too large
CELLS = 1 << 48

# a table of phrases: its settings, or all of it if it has not a line for each phrase; and such a line
JSON_BYTES = 1 << 22
PHRASE_BYTES = 1 << 20

# of a pickle: a line of text, and the bytes of the file for each thing that takes 50 to 100 bytes of memory,
# without the first thousand; gensim's have 30 or more for a container, and 5 for a memo (a word of two letters)
PICKLE_LINE_BYTES = 1 << 16
PICKLE_FREE = 1000
PICKLE_BYTES_EACH = {"containers": 16, "marks": 8, "tuples": 8, "memos": 5}
