"""Limits of what readers accept, all in one place: a small or damaged file must not fill the memory.

Each is far above what real files have, and a file beyond one is refused with an error that names the limit. What
fastvec writes is within them: a save that would not be is refused too.
"""

from __future__ import annotations

# a word, and text between two places where it can be cut: 16 MiB
TOKEN_BYTES = 1 << 24
# a line that a reader needs as a whole: a word with its vector, count, context or score
LINE_BYTES = 1 << 25
# a line of text that tokens= gets as a whole, or that has no white space for tokens="words": a large book has 4 MiB
TEXT_LINE_BYTES = 1 << 28
# numbers in a row of a vector file that is not .safetensors: split, such a line takes 3 MB
DIMENSIONS = 1 << 16

# the header of a safetensors file; JSON of empty lists takes 28 times its size, so this is 28 MiB
HEADER_BYTES = 1 << 20
TENSORS = 1 << 10
# what every NumPy from 2.0 on can hold is 64
AXES = 32

# JSON that is parsed as a whole, and the bytes of it for each list and each dict (of 56 bytes and more in memory)
JSON_BYTES = 1 << 26
JSON_BYTES_OF_A_CONTAINER = 16

# of a pickle: a line of text, and the bytes of the file for each container
PICKLE_LINE_BYTES = 1 << 16
PICKLE_BYTES_OF_A_CONTAINER = 16
