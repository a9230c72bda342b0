"""Rows of a file that become evidence: what the columns are, and what is wrong with a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class Column(StrEnum):
    """What a column of the file may hold."""

    EMAIL = "email"
    AGENCY = "agency"
    ON = "on"
    UNTIL = "until"
    SCAN = "scan"

    @property
    def words(self) -> str:
        return _COLUMN_WORDS[self]


_COLUMN_WORDS = MappingProxyType(
    {
        Column.EMAIL: "The person's e-mail address",
        Column.AGENCY: "The agency: name, short name or ID in the HMIS",
        Column.ON: "The day on which it was done or signed",
        Column.UNTIL: "The last day on which it counts, if the file says so",
        Column.SCAN: "The name of the scan that belongs to the row",
    }
)
USUAL_WORDS: Mapping[Column, tuple[str, ...]] = MappingProxyType(
    {
        Column.EMAIL: ("email", "e mail", "email address", "mail", "user"),
        Column.AGENCY: ("agency", "organization", "agency name", "organizationid", "provider"),
        Column.ON: ("date", "completed", "completion date", "signed", "date signed", "done", "on"),
        Column.UNTIL: ("expires", "expiration", "expiration date", "valid until", "until", "valid through"),
        Column.SCAN: ("scan", "file", "file name", "document", "attachment"),
    }
)


@dataclass(frozen=True)
class Read:
    """A row that can become evidence of this subject."""

    row: int
    subject_id: int
    on: date
    until: date | None
    scan_name: str


@dataclass(frozen=True)
class RowRefused:
    row: int
    why: str


def wanted(of_people: bool) -> tuple[Column, ...]:
    return (Column.EMAIL if of_people else Column.AGENCY, Column.ON, Column.UNTIL, Column.SCAN)


def needed(of_people: bool) -> tuple[Column, ...]:
    return wanted(of_people)[:2]


@dataclass(frozen=True)
class Reader:
    """Reads rows one by one; `subjects` gives ids by what the file calls them, lower case; None where two share it."""

    columns: Mapping[Column, str]
    of_people: bool
    subjects: Mapping[str, int | None]
    today: date
    on_file: set[tuple[int, date]]
    """Subjects and days that are evidence already; rows read are added, so that a repeated one is refused."""

    def read(self, row: int, cells: Mapping[str, str], days: Mapping[Column, date | None]) -> Read | RowRefused:
        """`days` are the cells of the date columns, None where they cannot be read."""
        who = self._cell(cells, Column.EMAIL if self.of_people else Column.AGENCY)
        subject_id = self.subjects.get(who.lower())
        on, until = days[Column.ON], days.get(Column.UNTIL)
        wrong = self._who_is_wrong(who, subject_id) or self._day_is_wrong(cells, on, until)
        if wrong or subject_id is None or on is None:
            return RowRefused(row, wrong)
        if (subject_id, on) in self.on_file:
            return RowRefused(row, "This is on file already, or stands twice in the file, with the same day.")
        self.on_file.add((subject_id, on))
        return Read(row, subject_id, on, until, self._cell(cells, Column.SCAN))

    def _cell(self, cells: Mapping[str, str], column: Column) -> str:
        return cells.get(self.columns.get(column, ""), "")

    def _who_is_wrong(self, who: str, subject_id: int | None) -> str:
        if not who:
            return "The e-mail address is missing." if self.of_people else "The agency is missing."
        if who.lower() not in self.subjects:
            return (
                f"Nobody in the register has the address “{who}”."
                if self.of_people
                else (f"No agency in the register is called “{who}”.")
            )
        return "" if subject_id is not None else f"More than one agency is called “{who}”. Use its ID in the HMIS."

    def _day_is_wrong(self, cells: Mapping[str, str], on: date | None, until: date | None) -> str:
        typed, ends = self._cell(cells, Column.ON), self._cell(cells, Column.UNTIL)
        if on is None:
            return f"“{typed}” is not a date. Write it as 2026-03-02 or 3/2/2026." if typed else "The day is missing."
        if ends and until is None:
            return f"“{ends}” is not a date. Write it as 2026-03-02 or 3/2/2026."
        if on > self.today:
            return "The day lies ahead."
        return "It ends before it began." if until is not None and until < on else ""
