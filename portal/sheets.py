"""Tables in: CSV and Excel files with their headings found, and which heading holds what, remembered by whoever asks.

Cells are text without spaces around them; Excel's dates come as YYYY-MM-DD and its whole numbers without ".0".
"""

import csv
import io
import re
import zipfile
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
LOOKED_AT = 20
"""Rows in which the headings are looked for."""

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?")
_MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")

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
    lines = _workbook(content) if name.lower().endswith(".xlsx") else _text(content)
    numbered = list(islice(enumerate(lines, start=1), MOST_ROWS + LOOKED_AT + 1))
    place = _heading_place([cells for _, cells in numbered[:LOOKED_AT]])
    if place is None:
        raise Refused("No headings were found. The first row should name the columns, and rows should follow below.")
    headings = tuple(_apart(numbered[place][1]))
    rows = [_row(number, headings, cells) for number, cells in numbered[place + 1 :] if any(cells)]
    if len(rows) > MOST_ROWS:
        raise Refused(f"The file has more than {MOST_ROWS:,} rows. Split it.")
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


def _workbook(content: bytes) -> Iterator[Cells]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        lines = [
            _plain(cells) for sheet in book.worksheets[:1] for cells in sheet.iter_rows(values_only=True, max_row=_LAST)
        ]
        book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise Refused("The file cannot be read as an Excel file. Save it again as .xlsx or as CSV.") from None
    return iter(lines)


_LAST = MOST_ROWS + LOOKED_AT + 1


def _plain(cells: Iterable[object]) -> Cells:
    return tuple(_cell(cell) for cell in islice(cells, MOST_COLUMNS))


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
    """2026-03-02 or, as in the United States, 3/2/2026; None for anything else."""
    iso, american = _ISO.fullmatch(text), _MONTH_FIRST.fullmatch(text)
    if iso:
        year, month, number = (int(part) for part in iso.groups())
    elif american:
        month, number, year = (int(part) for part in american.groups())
    else:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None


def guessed(
    headings: Sequence[str], wanted: Mapping[str, Sequence[str]], remembered: Mapping[str, str]
) -> dict[str, str]:
    """Which heading holds what: as the last file had it, else by the words that it is usually called."""
    return {
        name: heading for name, words in wanted.items() if (heading := _heading(headings, words, remembered.get(name)))
    }


def _heading(headings: Sequence[str], words: Sequence[str], remembered: str | None) -> str:
    if remembered in headings:
        return remembered or ""
    plain = {heading: re.sub(r"[^a-z]+", " ", heading.lower()).strip() for heading in headings}
    exact = (heading for word in words for heading in headings if plain[heading] == word)
    within = (heading for word in words for heading in headings if word in plain[heading])
    return next(chain(exact, within), "")
