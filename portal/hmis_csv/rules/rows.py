"""From the cells of a roster file to typed rows; a row that cannot be read is set aside with its reason."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.hmis_csv.rules.dates import moment
from portal.hmis_csv.rules.problems import Problems
from portal.hmis_csv.rules.roster import ROWS, RosterRow, SetAside, columns_of
from portal.hmis_csv.rules.specification import Column, FileSpec, Kind, Need
from portal.people.rules import codes

CellValue = str | int | date | datetime | None
WHOLE_NUMBER = re.compile(r"-?\d{1,9}(?:\.0+)?", re.ASCII)
FORMULA = re.compile(r"[=@\t]|[+-](?![\d\s().-]*\Z)")
"""What a spreadsheet would run. A phone number with a plus sign is none."""
WRONG_LENGTH = "The row has more or fewer cells than there are column names. It is set aside."
COC_CODE = re.compile(r"[A-Z]{2}-\d{3}")


@dataclass(frozen=True)
class Cells:
    """One record by column name in lower case, with its place in the file (the header is row 1).

    One with more or fewer cells than column names is not `is_whole` and has no values: nobody knows its key.
    """

    row: int
    values: Mapping[str, str]
    is_whole: bool = True


class CellRefused(Exception):
    """A cell cannot be read: the problem's code and its words, which never quote the cell."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


class Rows:
    """Reads the records of one file of one year."""

    def __init__(self, spec: FileSpec, year: int, problems: Problems) -> None:
        self.spec = spec
        self.year = year
        self.problems = problems
        self.set_aside: list[SetAside] = []
        self.places: dict[str, int] = {}
        """row by key"""

    def read(self, records: Iterable[Cells]) -> tuple[RosterRow, ...]:
        return tuple(row for record in records if (row := self._row(record)) is not None)

    def _row(self, record: Cells) -> RosterRow | None:
        if not record.is_whole:
            self.set_aside.append(SetAside(self.spec.name, record.row, "", WRONG_LENGTH))
            return None
        key = record.values.get(self.spec.key.lower(), "").strip()
        if key in self.places:
            words = f"the same key stands in row {self.places[key]}"
            self._set_aside(record, key, self.spec.key, CellRefused("duplicate_key", words))
            return None
        read: dict[str, Any] = {}
        for column in self.spec.columns:
            try:
                read[column.name] = self._cell(record, column)
            except CellRefused as no:
                if column.need is Need.MUST:
                    self._set_aside(record, key, column.name, no)
                    return None
                self._warn(record, column, no)
                read[column.name] = "" if column.kind is Kind.TEXT else None
        self.places[key] = record.row
        kind = ROWS[self.spec.name]
        return kind(key=key, **{name: read[column] for column, name in columns_of(kind).items()})

    def _cell(self, record: Cells, column: Column) -> CellValue:
        text = record.values.get(column.name.lower(), "").strip()
        if text:
            value, told = _read(text, column, self.year)
            for code, words in told:
                self.problems.warning(code, words, file=self._file, row=record.row, column=column.name)
            return value
        if column.need is Need.MUST or (column.need is Need.SHOULD and column.name.lower() in record.values):
            raise CellRefused("blank", "it may not be blank")
        return "" if column.kind is Kind.TEXT else None

    def _warn(self, record: Cells, column: Column, no: CellRefused) -> None:
        words = f"{column.name}: {no.words}. The row is kept."
        self.problems.warning(no.code, words, file=self._file, row=record.row, column=column.name)

    def _set_aside(self, record: Cells, key: str, column: str, no: CellRefused) -> None:
        sentence = f"{column}: {no.words}. The row is set aside."
        self.problems.error(no.code, sentence, file=self._file, row=record.row, column=column)
        self.set_aside.append(SetAside(self.spec.name, record.row, key, sentence))

    @property
    def _file(self) -> str:
        return f"{self.spec.name}.csv"


Told = tuple[tuple[str, str], ...]


def _read(text: str, column: Column, year: int) -> tuple[CellValue, Told]:
    match column.kind:
        case Kind.TEXT:
            return _text(text, column)
        case Kind.NUMBER:
            return _number(text, column, year), ()
        case Kind.DATE:
            at, told = _time(text)
            return at.date(), told
        case Kind.TIME:
            return _time(text)


def _text(text: str, column: Column) -> tuple[str, Told]:
    told: list[tuple[str, str]] = []
    if column.name == "CoCCode" and not COC_CODE.fullmatch(text):
        raise CellRefused("bad_code", "a CoC code is two letters, a hyphen and three digits")
    if FORMULA.match(text):
        told.append(("formula_cell", "A spreadsheet would run this cell as a formula. It is kept as plain text."))
    if column.length is None or len(text) <= column.length:
        return text, tuple(told)
    if column.need is Need.MUST and column.name.endswith("ID"):
        raise CellRefused("too_long", f"a key has at most {column.length} characters")
    told.append(("too_long", f"The format allows {column.length} characters. The rest is cut off."))
    return text[: column.length], tuple(told)


def _number(text: str, column: Column, year: int) -> int:
    if not WHOLE_NUMBER.fullmatch(text):
        raise CellRefused("bad_number", "it is not a whole number")
    number = int(text.partition(".")[0])
    if column.codes and number not in codes(column.codes, year):
        raise CellRefused("bad_code", f"the code is not in the FY{year} list {column.codes}")
    return number


def _time(text: str) -> tuple[datetime, Told]:
    found = moment(text)
    if found is None:
        raise CellRefused("bad_date", "it is no date in a form that the format names (yyyy-mm-dd)")
    words = "The date is written month first. It is read so; the format asks for yyyy-mm-dd."
    return found.at, (("month_first", words),) if found.month_first else ()
