"""Which Export row speaks for the file, and which year's format it is."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from portal.errors import Refused
from portal.hmis_csv.rules.dates import moment
from portal.hmis_csv.rules.problems import Problems
from portal.hmis_csv.rules.roster import Directive, ExportFacts
from portal.hmis_csv.rules.rows import Cells
from portal.hmis_csv.rules.specification import NEWEST, YEARS

FILE = "Export.csv"
YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
STARTS_IN = {2026: date(2025, 10, 1), 2024: date(2023, 10, 1)}
"""HUD's fiscal years begin in October."""


def chosen_row(rows: Sequence[Cells], carried: Counter[str], problems: Problems) -> Cells:
    """`carried` counts the ExportID of the data files' rows.

    Raises:
        Refused: no row, or several of which none is carried.
    """
    if not rows:
        raise Refused("Export.csv has no row, so nothing says what this export is. Download the export again.")
    matching = [row for row in rows if row.values.get("exportid", "").strip() in carried]
    if len(rows) == 1:
        if carried and not matching:
            words = "The data files carry another ExportID than Export.csv."
            problems.error("export_id_differs", words, file=FILE, row=rows[0].row, column="ExportID")
        return rows[0]
    if not matching:
        raise Refused(
            "Export.csv has several rows, and the data files carry the ExportID of none. Download the export again."
        )
    chosen = max(matching, key=lambda row: carried[row.values["exportid"].strip()])
    words = (
        f"Export.csv has {len(rows)} rows instead of one. Row {chosen.row} is used: the data files carry its ExportID."
    )
    problems.warning("several_export_rows", words, file=FILE, row=chosen.row, column="ExportID")
    return chosen


def export_facts(row: Cells, shown: int | None, problems: Problems) -> ExportFacts:
    """`shown` is the year whose columns stand in the headers.

    Raises:
        Refused: an export of a year that is too old, or of no year that can be told.
    """
    reader = _Reader(row, problems)
    written = reader.time("ExportDate")
    facts = ExportFacts(
        export_id=reader.text("ExportID"),
        year=_year(reader.text("CSVVersion"), shown, written, reader),
        software=reader.text("SoftwareName"),
        software_version=reader.text("SoftwareVersion"),
        source_id=reader.text("SourceID"),
        source_name=reader.text("SourceName"),
        implementation_id=reader.text("ImplementationID"),
        export_date=written,
        start=_day(reader.time("ExportStartDate")),
        end=_day(reader.time("ExportEndDate")),
        directive=reader.directive(),
    )
    if facts.directive is Directive.DELTA:
        words = "This is a delta: it holds only what changed, so nothing is retired for being absent."
        problems.note("delta", words, file=FILE, row=row.row, column="ExportDirective")
    return facts


class _Reader:
    def __init__(self, row: Cells, problems: Problems) -> None:
        self.row = row
        self.problems = problems

    def text(self, column: str) -> str:
        return self.row.values.get(column.lower(), "").strip()

    def warn(self, code: str, words: str, column: str) -> None:
        self.problems.warning(code, words, file=FILE, row=self.row.row, column=column)

    def time(self, column: str) -> datetime | None:
        text = self.text(column)
        found = moment(text)
        if found is None:
            words = "is no date in a form that the format names (yyyy-mm-dd)" if text else "is blank. It may not be"
            code = "bad_date" if text else "blank"
            self.problems.error(code, f"{column} {words}.", file=FILE, row=self.row.row, column=column)
            return None
        if found.month_first:
            words = f"{column} is written month first. It is read so; the format asks for yyyy-mm-dd."
            self.warn("month_first", words, column)
        return found.at

    def directive(self) -> Directive | None:
        try:
            return Directive(int(self.text("ExportDirective")))
        except ValueError:
            words = "ExportDirective is not 1, 2 or 3. The export is taken for no full refresh, so nothing is retired."
            self.warn("bad_code", words, "ExportDirective")
            return None


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


def _year(version: str, shown: int | None, written: datetime | None, reader: _Reader) -> int:
    said = YEAR.search(version)
    declared = int(said.group()) if said else None
    year = declared or shown or _year_of(written)
    if year is None:
        raise Refused(
            "Export.csv does not say which year's format it follows (CSVVersion). Only FY2024 and FY2026 are read."
        )
    if year < min(YEARS):
        oldest = min(YEARS)
        raise Refused(
            f"This export follows the FY{year} format, which is too old. Export it again as FY{oldest} or later."
        )
    if declared is None:
        words = f"CSVVersion names no year. The export is read as FY{year}, by its columns or its date."
        reader.warn("version_missing", words, "CSVVersion")
    elif shown is not None and shown != declared:
        words = f"CSVVersion says FY{declared}, yet the columns are those of FY{shown}. It is read as FY{declared}."
        reader.warn("version_conflict", words, "CSVVersion")
    if year not in YEARS:
        words = f"FY{year} is not a format that is known here. It is read as the nearest that is."
        reader.warn("version_unknown", words, "CSVVersion")
    return year


def _year_of(written: datetime | None) -> int | None:
    return next((year for year, start in STARTS_IN.items() if written and written.date() >= start), None)


def nearest_known(year: int) -> int:
    return max((one for one in YEARS if one <= year), default=NEWEST)


def carried_ids(files: Mapping[str, Sequence[Cells]]) -> Counter[str]:
    """The ExportID of every row of the roster files, counted; blanks left out."""
    found = Counter(row.values.get("exportid", "").strip() for rows in files.values() for row in rows)
    del found[""]
    return found
