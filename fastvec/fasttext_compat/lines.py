"""Lines as fastText reads them: each ends with a token of its own, and labels are no words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastvec.errors import SettingError
from fastvec.io.decompression import open_decompressed, reading_errors, type_of_path

EOS, BOW, EOW = "</s>", "<", ">"
LABEL = "__label__"
BLANKS = re.compile(r"[ \t\n\v\f\r\0]+")
BLANKS_OF_STREAMS = re.compile(
    r"[ \t\n\v\f\r]+"
)  # of C++, by which fastText reads the words of a sentence's vector


class Lines:
    r"""The lines of a file, each with ``</s>`` behind it, without labels.

    Parameters
    ----------
    path : path
        It may be compressed.
    label : str
        What labels begin with; "": nothing is a label.

    Raises
    ------
    StorageError
        While it is read, if it cannot be.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "text.txt").write_text("__label__a the cat\nthe dog\n")
    ...     list(Lines(f"{folder}/text.txt"))
    [b'the cat </s>', b'the dog </s>']
    """

    def __init__(self, path: type_of_path, label: str = LABEL) -> None:
        self.path, self.label = path, label.encode()

    def __iter__(self) -> Iterator[bytes]:
        end = b" " + EOS.encode()
        with open_decompressed(self.path) as file, reading_errors(self.path):
            for line in file:
                has_end = line.endswith(b"\n")
                text = line.removesuffix(b"\n")
                if b"\0" in text:
                    text = text.replace(b"\0", b" ")
                if self.label and self.label in text:
                    text = b" ".join(token for token in text.split() if not token.startswith(self.label))
                yield text + end if has_end else text


def tokenize(text: str) -> list[str]:
    r"""Return the tokens of a text as fastText reads it: the end of a line is ``</s>``.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str

    Examples
    --------
    >>> tokenize("the cat\nsat")
    ['the', 'cat', '</s>', 'sat']
    """
    if not isinstance(text, str):
        raise SettingError(field="text", expected="str", got=text)
    lines = text.split("\n")
    tokens = [token for line in lines[:-1] for token in (*words_of(line), EOS)]
    return [*tokens, *words_of(lines[-1])]


def words_of(line: str, blanks: re.Pattern[str] = BLANKS) -> list[str]:
    """Return the words of a line, at the white space that fastText knows."""
    return [word for word in blanks.split(line) if word]
