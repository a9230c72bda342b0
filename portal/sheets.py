"""Tables in: CSV and Excel files with their headings found, and which heading holds what, remembered by whoever asks.

Cells are text without spaces around them; Excel's dates come as YYYY-MM-DD and its whole numbers without ".0".
"""

import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from portal.errors import Refused

MOST_ROWS = 50_000
MOST_COLUMNS = 200
MOST_LETTERS = 2000
"""Of one cell; the rest is cut."""
MOST_WORDS_BYTES = 40 * 1024 * 1024
"""Of the words of a workbook once unpacked: they are held in memory, its sheets are not."""
LOOKED_AT = 20
"""Rows in which the headings are looked for."""

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?")
_MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})(?:[ ,T].*)?")

Cells = tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One row of a sheet by its number in the file, the first being 1."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    headings: Cells
    rows: Sequence[Row]

    def sample(self, heading: str) -> str:
        """The first cell under a heading that is not empty, so that a person knows the column again."""
        return next((row.cells[heading] for row in self.rows if row.cells[heading]), "")


def read(name: str, content: bytes) -> Sheet:
    """The headings and rows of the file; of a workbook, its first sheet.

    Raises:
        Refused: it is neither CSV nor .xlsx, has no headings, or is too large.
    """
    return _sheet(name, content, MOST_ROWS)


def head(name: str, content: bytes) -> Sheet:
    """The same with the first rows alone, for whoever waits for a page.

    Raises:
        Refused: it is neither CSV nor .xlsx, or has no headings.
    """
    return _sheet(name, content, HEAD, whole=False)


HEAD = 50


def layout(headings: Sequence[str]) -> str:
    """A short name of files that have these columns, whatever their order and spelling in capitals."""
    plain = "\x1f".join(sorted(heading.strip().lower() for heading in headings))
    return hashlib.sha256(plain.encode()).hexdigest()[:12]


def _sheet(name: str, content: bytes, most: int, whole: bool = True) -> Sheet:
    looked_at = most + LOOKED_AT + 1
    lines = _workbook(content, looked_at) if name.lower().endswith(".xlsx") else _text(content)
    numbered = list(islice(enumerate(lines, start=1), looked_at))
    place = _heading_place([cells for _, cells in numbered[:LOOKED_AT]])
    if place is None:
        raise Refused("No headings were found. The first row should name the columns, and rows should follow below.")
    headings = tuple(_apart(numbered[place][1]))
    rows = [_row(number, headings, cells) for number, cells in numbered[place + 1 :] if any(cells)]
    if whole and len(rows) > most:
        raise Refused(f"The file has more than {most:,} rows. Split it.")
    return Sheet(headings, rows)


def _row(number: int, headings: Cells, cells: Cells) -> Row:
    return Row(number, dict(zip(headings, chain(cells, [""] * len(headings)), strict=False)))


def _heading_place(lines: Sequence[Cells]) -> int | None:
    """The first row with the most words and at least two of them; titles above a table have fewer."""
    filled = [sum(bool(cell) and not cell.replace(".", "").isdecimal() for cell in cells) for cells in lines]
    most = max(filled, default=0)
    return filled.index(most) if most >= 2 else None


def _apart(cells: Iterable[str]) -> Iterator[str]:
    """Headings that differ: a second “Date” is “Date (2)”, one without words is “Column 3”."""
    seen: dict[str, int] = {}
    for place, cell in enumerate(cells, start=1):
        heading = cell[:80] or f"Column {place}"
        seen[heading] = seen.get(heading, 0) + 1
        yield heading if seen[heading] == 1 else f"{heading} ({seen[heading]})"


def _text(content: bytes) -> Iterator[Cells]:
    """A reader that stumbles over NUL or a field without end is a refusal, not a fault."""
    text = _decoded(content)
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:8192], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), dialect):
            yield _plain(cells)
    except csv.Error:
        raise Refused("The file cannot be read as CSV. Save it again as CSV or as .xlsx.") from None


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _workbook(content: bytes, looked_at: int) -> Iterator[Cells]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            words = sum(entry.file_size for entry in archive.infolist() if entry.filename.endswith("sharedStrings.xml"))
        if words > MOST_WORDS_BYTES:
            raise Refused("The Excel file is too large to be read. Save the sheet as CSV.")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        lines = [
            _plain(cells)
            for sheet in book.worksheets[:1]
            for cells in sheet.iter_rows(values_only=True, max_row=looked_at, max_col=MOST_COLUMNS)
        ]
        book.close()
    except _UNREADABLE:
        raise Refused("The file cannot be read as an Excel file. Save it again as .xlsx or as CSV.") from None
    return iter(lines)


_UNREADABLE = (
    *(InvalidFileException, zipfile.BadZipFile, zlib.error, SyntaxError),
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OSError, NotImplementedError),
)
"""What openpyxl raises at files that other programs wrote badly, or that somebody bent; bad XML is a SyntaxError."""


def _plain(cells: Iterable[object]) -> Cells:
    """Without the empty cells at the end of a row, of which a bent workbook has millions."""
    plain = [_cell(cell) for cell in islice(cells, MOST_COLUMNS)]
    while plain and not plain[-1]:
        plain.pop()
    return tuple(plain)


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\0", "").strip()[:MOST_LETTERS]


def day(text: str) -> date | None:
    """2026-03-02 or, as in the United States, 3/2/2026 or 3/2/26, also with a time; None for anything else."""
    iso, american = _ISO.fullmatch(text), _MONTH_FIRST.fullmatch(text)
    if iso:
        year, month, number = (int(part) for part in iso.groups())
    elif american:
        month, number, year = (int(part) for part in american.groups())
        year += 2000 if year < 100 else 0
    else:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None


def guessed(
    headings: Sequence[str], wanted: Mapping[str, Sequence[str]], remembered: Mapping[str, str]
) -> dict[str, str]:
    """Which heading holds what: as the last file had it, else by the words that it is usually called; each once."""
    found = {name: heading for name, heading in remembered.items() if name in wanted and heading in headings}
    plain = {heading: re.sub(r"[^a-z]+", " ", heading.lower()).strip() for heading in headings}
    for fits in (str.__eq__, str.__contains__):
        for name, words in wanted.items():
            free = [heading for heading in headings if heading not in found.values()]
            heading = next((one for word in words for one in free if fits(plain[one], word)), "")
            if heading and name not in found:
                found[name] = heading
    return {name: found[name] for name in wanted if name in found}
