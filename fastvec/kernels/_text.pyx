"""Encoding of bytes as ids; see csrc/word_table.h, csrc/text_scan.h and csrc/word_list.h."""

from libc.stdint cimport UINT32_MAX, int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy

import operator

import numpy as np

cdef extern from "Python.h":
    const char *PyUnicode_AsUTF8AndSize(object text, Py_ssize_t *size) except NULL

cdef extern from "word_table.h" nogil:
    ctypedef struct fv_table:
        int64_t n_words
        uint64_t secret[2]
    ctypedef struct fv_word:
        pass
    ctypedef struct fv_part:
        uint32_t number
        uint32_t of
    int FV_NO_MEMORY, FV_TOO_LONG, FV_TOO_MANY
    int fv_table_init(fv_table *table, const uint64_t *secret)
    void fv_table_free(fv_table *table)
    int32_t fv_table_add(fv_table *table, const fv_word *word, int64_t count)
    fv_word fv_word_of(const fv_table *table, const uint8_t *bytes, uint64_t length)
    int fv_table_merge(fv_table *into, const fv_table *other, fv_part part, int32_t *ids)
    void fv_table_counts(const fv_table *table, int64_t *counts, int64_t *sizes)
    void fv_table_words(const fv_table *table, const int64_t *starts, uint8_t *bytes)
    uint64_t fv_table_longest_probe(const fv_table *table)

cdef extern from "word_list.h" nogil:
    void fv_take_words(const int64_t *starts, const uint8_t *text, const int64_t *which, int64_t n,
                       const int64_t *taken_starts, uint8_t *taken)
    int fv_frequency_order(const int64_t *counts, const int64_t *starts, const uint8_t *text, int64_t n,
                           int64_t *order)

cdef extern from "text_scan.h" nogil:
    int FV_PADDING
    int64_t fv_encode(fv_table *table, const uint8_t *text, int64_t n, int32_t *ids, int64_t *ends,
                      int64_t *n_ends, const uint8_t *stop)
    int64_t fv_encode_tokens(fv_table *table, const uint8_t *text, const uint32_t *sizes, int64_t n, int32_t *ids,
                             const uint8_t *stop)
    void fv_blank_separators(uint8_t *text, int64_t n, const uint8_t *kept)
    int64_t fv_remap(int32_t *ids, int64_t n, int64_t *ends, int64_t n_ends, const int32_t *new_ids)

PADDING = FV_PADDING


cdef int64_t checked(int64_t result) except -1:
    """Return a result that is not an error code; raise otherwise."""
    if result == FV_NO_MEMORY:
        raise MemoryError("no memory for the table of words")
    if result == FV_TOO_LONG:
        raise OverflowError("a word is longer than 4 GiB")
    if result == FV_TOO_MANY:
        raise OverflowError("more than 2,147,483,647 distinct words")
    return result


cdef class TokenBuffer:
    """Tokens as UTF-8, one after the other: taken from strings under the GIL, to be encoded without it."""

    cdef uint8_t *text
    cdef uint32_t *sizes
    cdef int64_t n_bytes, room, n_tokens, n_rooms
    cdef readonly int64_t n_empty

    def __dealloc__(self):
        free(self.text)
        free(self.sizes)

    def __len__(self):
        return self.n_tokens

    @property
    def nbytes(self):
        """Number of bytes of all tokens."""
        return self.n_bytes

    def add(self, tokens):
        """Append tokens, str or whole numbers; empty ones are only counted, in ``n_empty``.

        Raises NoTokenError for anything else, UnicodeEncodeError for half a surrogate pair.
        """
        for token in tokens:
            self._append(token)

    cdef int _append(self, token) except -1:
        cdef Py_ssize_t size
        cdef const char *utf8
        cdef bytes escaped
        if not isinstance(token, str):
            token = name_of(token)
        try:
            utf8 = PyUnicode_AsUTF8AndSize(token, &size)
        except UnicodeEncodeError:  # bytes that were not UTF-8 travel as lone surrogates
            escaped = token.encode("utf-8", "surrogateescape")
            utf8, size = escaped, len(escaped)
        if size == 0:
            self.n_empty += 1
            return 0
        if size > UINT32_MAX:
            raise OverflowError("a word is longer than 4 GiB")
        if self.n_tokens == self.n_rooms or self.n_bytes + size + FV_PADDING > self.room:
            self._grow(size)
        memcpy(self.text + self.n_bytes, utf8, size)
        self.sizes[self.n_tokens] = size
        self.n_bytes += size
        self.n_tokens += 1
        return 0

    cdef int _grow(self, int64_t size) except -1:
        cdef int64_t n_rooms = 2 * self.n_rooms + 64
        cdef int64_t room = 2 * self.room + size + 64 + FV_PADDING
        cdef void *sizes = realloc(self.sizes, n_rooms * sizeof(uint32_t))
        if sizes == NULL:
            raise MemoryError("no memory for tokens")
        self.sizes, self.n_rooms = <uint32_t *>sizes, n_rooms
        cdef void *text = realloc(self.text, room)
        if text == NULL:
            raise MemoryError("no memory for tokens")
        self.text, self.room = <uint8_t *>text, room
        return 0


class NoTokenError(TypeError):
    """Something that is neither a str nor a whole number was given as ``token``."""

    def __init__(self, token):
        super().__init__(f"expected str or a whole number, got {type(token).__name__}")
        self.token = token


def name_of(token):
    """Return a whole number as the str that names it, as 7 names "7"; raise NoTokenError for anything else."""
    try:
        if not isinstance(token, bool):
            return str(operator.index(token))
    except TypeError:
        pass
    raise NoTokenError(token)


cdef class WordTable:
    """The distinct words of a text, numbered in the order of their first occurrence, and their counts."""

    cdef fv_table table

    def __cinit__(self, const uint64_t[::1] secret not None):
        if secret.shape[0] != 2:
            raise ValueError("secret: expected uint64[2]")
        checked(fv_table_init(&self.table, &secret[0]))

    def __dealloc__(self):
        fv_table_free(&self.table)

    def __len__(self):
        return self.table.n_words

    def encode(
        self,
        # in
        const uint8_t[::1] text not None, int64_t n,
        # written
        int32_t[::1] ids not None, int64_t[::1] ends not None,
        const uint8_t[::1] stop not None,
    ):
        """Encode text[0 .. n) and count its words; return (number of ids, number of sentence ends)."""
        if not (0 <= n <= text.shape[0] - FV_PADDING and ids.shape[0] > n // 2 and ends.shape[0] >= n):
            raise ValueError("text, ids or ends: too short for n")
        if stop.shape[0] == 0 or ends.shape[0] == 0:
            raise ValueError("stop or ends: empty")
        cdef int64_t n_ids, n_ends = 0
        with nogil:
            n_ids = fv_encode(&self.table, &text[0], n, &ids[0], &ends[0], &n_ends, &stop[0])
        return checked(n_ids), n_ends

    def encode_tokens(
        self,
        # in
        TokenBuffer tokens not None,
        # written
        int32_t[::1] ids not None,
        const uint8_t[::1] stop not None,
    ):
        """Encode tokens and count them; return the number of ids, fewer than tokens only if stopped."""
        if ids.shape[0] < tokens.n_tokens or stop.shape[0] == 0:
            raise ValueError("ids or stop: too short")
        cdef int64_t n_ids = 0, n = tokens.n_tokens
        if n > 0:
            with nogil:
                n_ids = fv_encode_tokens(&self.table, tokens.text, tokens.sizes, n, &ids[0], &stop[0])
        return checked(n_ids)

    def add(self, word):
        """Count one word, any str of at least one character; return its id."""
        if not isinstance(word, str):
            raise TypeError(f"word: expected str, got {type(word).__name__}")
        cdef Py_ssize_t size
        cdef const char *utf8
        cdef bytes escaped
        try:
            utf8 = PyUnicode_AsUTF8AndSize(word, &size)
        except UnicodeEncodeError:  # bytes that were not UTF-8 travel as lone surrogates
            escaped = word.encode("utf-8", "surrogateescape")
            utf8, size = escaped, len(escaped)
        if size == 0:
            raise ValueError("word: expected at least one character")
        cdef fv_word key = fv_word_of(&self.table, <const uint8_t *>utf8, size)
        return checked(fv_table_add(&self.table, &key, 1))

    def merge(
        self,
        # in
        WordTable other not None, uint32_t part, uint32_t n_parts,
        # written
        int32_t[::1] ids not None,
    ):
        """Add the words of one part of another table, of ``n_parts`` by hash, and their counts.

        Tables with one secret have the same parts; this table must have another secret. At the id of a word in
        the other table, ``ids`` gets its id in this one times ``n_parts``, plus ``part``.
        """
        if self.table.secret[0] == other.table.secret[0] and self.table.secret[1] == other.table.secret[1]:
            raise ValueError("other: expected a table of another secret")
        if part >= n_parts or ids.shape[0] < other.table.n_words:
            raise ValueError("part or ids: out of range")
        cdef fv_part wanted = fv_part(part, n_parts)
        cdef int error = 0
        if other.table.n_words > 0:
            with nogil:
                error = fv_table_merge(&self.table, &other.table, wanted, &ids[0])
        checked(error)

    def export(self):
        """Return by id the counts, int64[V], and all words as one array (see :func:`take_words`)."""
        cdef int64_t n = self.table.n_words
        cdef int64_t[::1] counts = np.zeros(n + 1, np.int64)
        cdef int64_t[::1] starts = np.zeros(n + 1, np.int64)
        with nogil:
            if n > 0:
                fv_table_counts(&self.table, &counts[0], &starts[1])
        np.cumsum(starts, out=np.asarray(starts))
        cdef uint8_t[::1] words = np.empty(starts[n] + 1, np.uint8)
        with nogil:
            fv_table_words(&self.table, &starts[0], &words[0])
        return np.asarray(counts)[:n], np.asarray(starts), np.asarray(words)[: starts[n]]

    def longest_probe(self):
        """Return the greatest distance of a word from its home slot."""
        return fv_table_longest_probe(&self.table)


def take_words(
    const int64_t[::1] starts not None, const uint8_t[::1] text not None, const int64_t[::1] which not None
):
    """Return the starts and the text of some words, in the given order.

    Word i is text[starts[i] : starts[i + 1] - 1], and a newline follows it.
    """
    checked_words(starts, text)
    cdef int64_t n = which.shape[0]
    if n > 0 and not (0 <= np.min(which) and np.max(which) < starts.shape[0] - 1):
        raise ValueError("which: out of range")
    taken_starts = np.zeros(n + 1, np.int64)
    np.cumsum(np.diff(starts)[np.asarray(which)], out=taken_starts[1:])
    cdef const int64_t[::1] places = taken_starts
    cdef uint8_t[::1] taken = np.empty(places[n] + 1, np.uint8)
    if n > 0:
        with nogil:
            fv_take_words(&starts[0], &text[0], &which[0], n, &places[0], &taken[0])
    return taken_starts, np.asarray(taken)[: places[n]]


def frequency_order(
    const int64_t[::1] counts not None, const int64_t[::1] starts not None, const uint8_t[::1] text not None
):
    """Return the order of words by decreasing count and then by their bytes, int64[V]."""
    checked_words(starts, text)
    cdef int64_t n = counts.shape[0]
    if starts.shape[0] != n + 1:
        raise ValueError("starts: expected one more than counts")
    cdef int64_t[::1] order = np.empty(max(1, n), np.int64)
    cdef int error = 0
    if n > 0:
        with nogil:
            error = fv_frequency_order(&counts[0], &starts[0], &text[0], n, &order[0])
    checked(error)
    return np.asarray(order)[:n]


cdef int checked_words(const int64_t[::1] starts, const uint8_t[::1] text) except -1:
    """Raise if starts and text are not words with a newline after each."""
    if starts.shape[0] == 0 or starts[0] != 0 or starts[starts.shape[0] - 1] != text.shape[0]:
        raise ValueError("starts: expected from 0 to the length of text")
    if starts.shape[0] > 1 and np.min(np.diff(starts)) < 1:
        raise ValueError("starts: expected a newline after each word")
    return 0


def blank_separators(uint8_t[::1] text not None, int64_t n, const uint8_t[::1] kept not None):
    """Replace each character of text[0 .. n) that is not in the bit map ``kept`` by spaces, except newlines.

    Underscores between two characters of the map stay.
    """
    if not 0 <= n <= text.shape[0] or kept.shape[0] != 0x110000 // 8:
        raise ValueError("text or kept: of the wrong length")
    if n > 0:
        with nogil:
            fv_blank_separators(&text[0], n, &kept[0])


def remap(int32_t[::1] ids not None, int64_t[::1] ends not None, const int32_t[::1] new_ids not None):
    """Map ids in place, leave out those that become negative, and move ends; return how many ids are left."""
    cdef int64_t n = ids.shape[0], n_ends = ends.shape[0], left
    cdef int32_t *first_id = &ids[0] if n > 0 else NULL
    cdef int64_t *first_end = &ends[0] if n_ends > 0 else NULL
    cdef const int32_t *first_new = &new_ids[0] if new_ids.shape[0] > 0 else NULL
    with nogil:
        left = fv_remap(first_id, n, first_end, n_ends, first_new)
    return left
