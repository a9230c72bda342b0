"""Reads one Word, Excel or PDF file from stdin and prints its words as JSON: {"text": ..., "unread": reason or null}.

Run by `portal.contents` as a script, apart from everything else: `python -I reader.py docx 100000`. Limits are set
before the first byte is looked at; what one of them ends is answered with what was read until then.
"""

import json
import resource
import signal
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from types import FrameType
from typing import IO
from xml.parsers import expat

SECONDS = 0.6
"""Of the processor's time for reading, after the libraries are there: a busy machine reads no less."""
MEMORY = 768 * 1024 * 1024
MOST_PART_BYTES = 20 * 1024 * 1024
"""Of one part of an archive once unpacked."""
ENCRYPTED_OFFICE = b"\xd0\xcf\x11\xe0"
WORD_PARTS = ("word/document", "word/header", "word/footer", "word/footnotes", "word/endnotes", "word/comments")
CELL_LETTERS = 2000


class Enough(Exception):
    """There is no time left, or no more is wanted."""


class Encrypted(Exception):
    pass


class Damaged(Exception):
    pass


def main() -> None:
    form, most = sys.argv[1], int(sys.argv[2])
    content = sys.stdin.buffer.read()
    pieces: list[str] = []
    unread = _gather(READERS[form], content, pieces, most)
    text = "".join(pieces)[:most].strip()
    if unread is None and not text:
        unread = "picture"
    json.dump({"text": text, "unread": unread}, sys.stdout)


def _gather(reader: "Callable[[bytes], Iterable[str]]", content: bytes, pieces: list[str], most: int) -> str | None:
    """Fills `pieces` as far as limits allow; why there are not more, if so."""
    _limit()
    room = most
    try:
        for piece in reader(content):
            pieces.append(piece)
            room -= len(piece)
            if room < 0:
                return "long"
    except Encrypted:
        return "encrypted"
    except (Enough, MemoryError, RecursionError):
        return "long"
    except Exception:  # noqa: BLE001 - whatever a library meets in a broken file, the answer is the same
        return "damaged"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return None


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (3, 3))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _start_the_clock() -> None:
    signal.signal(signal.SIGPROF, _out_of_time)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)


def _out_of_time(_signal: int, _frame: FrameType | None) -> None:
    raise Enough


def pdf(content: bytes) -> Iterator[str]:
    import logging  # noqa: PLC0415 - each reader loads its own library alone

    import pypdf  # noqa: PLC0415 - as above

    logging.disable()
    _start_the_clock()
    document = pypdf.PdfReader(BytesIO(content))
    if document.is_encrypted and not document.decrypt(""):
        raise Encrypted
    for page in document.pages:
        yield page.extract_text() + "\n"
    for name, value in (document.get_form_text_fields() or {}).items():
        yield f"{name}: {value}\n"


def xlsx(content: bytes) -> Iterator[str]:
    import openpyxl  # noqa: PLC0415 - each reader loads its own library alone

    _start_the_clock()
    _check_archive(content)
    book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # a sheet may say that it is smaller than it is
        yield f"{sheet.title}\n"
        for row in sheet.iter_rows(values_only=True):
            yield "\t".join(_cell(value) for value in row).rstrip("\t") + "\n"
        yield "\n"


def _cell(value: object) -> str:
    """Dates without midnight; a tab or line break inside a cell would look like another."""
    text = "" if value is None else str(value).removesuffix(" 00:00:00")
    return " ".join(text[:CELL_LETTERS].split())


def docx(content: bytes) -> Iterator[str]:
    _start_the_clock()
    for name, part in _check_archive(content):
        if name.startswith(WORD_PARTS):
            yield from _Document().words(part)


def _check_archive(content: bytes) -> Iterator[tuple[str, IO[bytes]]]:
    """The XML parts of an Office file, none of which may declare entities (ECMA-376 allows no DTD).

    Raises: Encrypted, Damaged.
    """
    if content.startswith(ENCRYPTED_OFFICE):
        raise Encrypted
    archive = zipfile.ZipFile(BytesIO(content))
    parts = [entry for entry in archive.infolist() if entry.filename.endswith((".xml", ".rels"))]
    for entry in parts:
        if entry.file_size > MOST_PART_BYTES:
            raise Damaged
        with archive.open(entry) as part:
            if b"<!DOCTYPE" in part.read(4096).upper():
                raise Damaged
    return ((entry.filename, archive.open(entry)) for entry in parts)


class _Document:
    """The words of a Word part: a line for each paragraph and for each row of a table, its cells apart by tabs."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._cells = 0
        self._in_text = False
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._said
        self._parser.StartDoctypeDeclHandler = self._refuse

    def words(self, part: IO[bytes]) -> Iterator[str]:
        size = 0
        while chunk := part.read(65536):
            size += len(chunk)
            if size > MOST_PART_BYTES:
                raise Damaged
            self._parser.Parse(chunk)
            yield "".join(self._words)
            self._words.clear()
        self._parser.Parse(b"", True)
        yield "".join(self._words) + "\n"

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._in_text = name in ("w:t", "w:delText", "w:instrText")
        self._cells += name == "w:tc"
        if name in ("w:tab", "w:br", "w:cr"):
            self._words.append(" " if self._cells or name == "w:tab" else "\n")

    def _end(self, name: str) -> None:
        self._in_text = False
        if name == "w:tc":
            self._cells -= 1
            self._words.append("\t")
        elif name == "w:p":
            self._words.append(" " if self._cells else "\n")
        elif name == "w:tr":
            self._words.append("\n")

    def _said(self, text: str) -> None:
        if self._in_text:
            self._words.append(text)

    def _refuse(self, *_declared: object) -> None:
        raise Damaged


READERS: dict[str, Callable[[bytes], Iterable[str]]] = {"pdf": pdf, "xlsx": xlsx, "docx": docx}

if __name__ == "__main__":
    main()
