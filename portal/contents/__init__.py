"""The words inside a file: text, CSV, Word, Excel and PDF, as far as they can be had quickly and without danger.

Word, Excel and PDF are read by a process of their own that can neither write, take more memory than it was given, nor
outlast its time; what a file does to its reader ends there.
"""

import codecs
import json
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

TEXT = frozenset({"text/plain", "text/csv"})
READ_APART = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
MOST_LETTERS = 100_000
"""Of one file that is read apart; what stands behind them is not read."""
MOST_TEXT = 300_000
"""Letters of a text file."""
PATIENCE = 20.0
"""Seconds after which a reader that does not answer is ended; long before, its processor time is used up."""
READER = Path(__file__).with_name("reader.py")


class Unread(StrEnum):
    """Why a file was not read, or not to its end."""

    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    LONG = "long"
    PICTURE = "picture"

    @property
    def words(self) -> str:
        return WORDS[self]


WORDS = {
    Unread.ENCRYPTED: "it is protected by a password",
    Unread.DAMAGED: "it is damaged, or not built as files of its kind are",
    Unread.LONG: "it is too long to be read whole",
    Unread.PICTURE: "it holds pictures, not text",
}


@dataclass(frozen=True)
class Contents:
    """The words that were read, and why there are not more; rows of tables keep their cells apart by tabs."""

    text: str
    unread: Unread | None = None


def read(kind: str, content: bytes) -> Contents:
    """The words of a file of this content type. It never raises: a file that cannot be read says why."""
    if kind in TEXT:
        return _shortened(_decoded(content[: 4 * MOST_TEXT]), whole=len(content) <= 4 * MOST_TEXT)
    if kind in READ_APART:
        return _read_apart(READ_APART[kind], content)
    return Contents("", Unread.PICTURE)


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    return content.decode("utf-8-sig", "replace")


def _shortened(text: str, *, whole: bool) -> Contents:
    is_whole = whole and len(text) <= MOST_TEXT
    return Contents(text[:MOST_TEXT], None if is_whole else Unread.LONG)


def _read_apart(form: str, content: bytes) -> Contents:
    try:
        answer = subprocess.run(  # noqa: S603 - our own reader, by our own interpreter
            [sys.executable, "-I", str(READER), form, str(MOST_LETTERS)],
            input=content,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env={},
        )
        told = json.loads(answer.stdout)
    except subprocess.TimeoutExpired:
        return Contents("", Unread.LONG)
    except ValueError:
        return Contents("", Unread.DAMAGED)
    unread = told["unread"]
    return Contents(told["text"], Unread(unread) if unread else None)
