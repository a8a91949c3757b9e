"""Text files as people hand them in: UTF-8, with the marks that editors and shells leave."""

from __future__ import annotations

import codecs
from pathlib import Path

MOST_BYTES = 2_000_000

_MARKS = (  # the longer first: one of UTF-32 begins as one of UTF-16 does
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060"  # what is copied along, and nobody sees


class NoText(ValueError):
    """The bytes are no text in UTF-8, nor in what their mark says; `line` has the first of them."""

    def __init__(self, line: int) -> None:
        super().__init__(f"not UTF-8 (line {line})")
        self.line = line


class TooLarge(ValueError):
    """The file holds more than `most` bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(f"larger than {most} bytes")
        self.most = most


def read_text(file: Path) -> str:
    r"""The text of a file, without a mark at its beginning, each line ended by "\n".

    Raises NoText, TooLarge, and OSError where it cannot be read.
    """
    with file.open("rb") as given:
        content = given.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise TooLarge(MOST_BYTES)
    return decoded(content)


def decoded(content: bytes) -> str:
    r"""The text of a file's content, as `read_text` reads it; raises NoText."""
    mark, encoding = next(((m, e) for m, e in _MARKS if content.startswith(m)), (b"", "utf-8"))
    body = content[len(mark) :]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise NoText(body[: error.start].decode(encoding, "replace").count("\n") + 1) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if (nul := text.find("\0")) >= 0:  # two bytes a character, without a mark
        raise NoText(text.count("\n", 0, nul) + 1)
    return text


def trimmed(given: str) -> str:
    """A value without blanks, line ends and characters that nobody sees before and after it."""
    while (shorter := given.strip().strip(_UNSEEN)) != given:
        given = shorter
    return given
