"""What an import would find in an export, told without a database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.errors import Refused
from portal.hmis_csv.reading.activity import ActivityReader, Found, count_rows
from portal.hmis_csv.reading.archive import Archive, Source, archive
from portal.hmis_csv.reading.records import records
from portal.hmis_csv.reading.streams import Progress, Stream, unseen
from portal.hmis_csv.reading.texts import Text
from portal.hmis_csv.rules import coherence
from portal.hmis_csv.rules.export import carried_ids, chosen_row, export_facts, nearest_known
from portal.hmis_csv.rules.lags import Lag, entry_reason, exit_reason, lag
from portal.hmis_csv.rules.months import Activity
from portal.hmis_csv.rules.problems import Problem, Problems
from portal.hmis_csv.rules.roster import ExportFacts, Project, Roster, RosterRow, SetAside
from portal.hmis_csv.rules.rows import Cells, Rows
from portal.hmis_csv.rules.specification import (
    MANDATORY,
    NEWEST,
    activity_files,
    counted_files,
    export_file,
    never_opened,
    roster_files,
    year_shown_by,
)


@dataclass(frozen=True)
class CheckResult:
    """`counts` are rows without a DateDeleted, by file; lags are in days."""

    export: ExportFacts
    counts: Mapping[str, int]
    entry_lag: Lag
    exit_lag: Lag
    problems: tuple[Problem, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "export": self.export.as_json(),
            "counts": dict(self.counts),
            "entry_lag": self.entry_lag.as_json(),
            "exit_lag": self.exit_lag.as_json(),
            "problems": [problem.as_json() for problem in self.problems],
        }


@dataclass(frozen=True)
class Reading:
    """An export read whole: the roster's rows, the activity as counts."""

    result: CheckResult
    roster: Roster
    exits_not_measurable: frozenset[str]
    """keys of organizations whose exits do not tell when they were keyed"""
    found: Found

    def activity(self) -> Activity:
        return self.found.tally.activity()


def check(source: Source) -> CheckResult:
    """
    Raises:
        Refused: the file is not an HMIS CSV export of FY2024 or later, or cannot be read safely.
    """
    return read(source).result


def read(source: Source, progress: Progress = unseen) -> Reading:
    """`progress` is told the bytes read since the last call; `bytes_to_read` tells how many there will be.

    Raises:
        Refused: as `check`.
    """
    with archive(source) as opened:
        return _Reader(opened, progress).read()


def bytes_to_read(source: Source) -> int:
    with archive(source) as opened:
        return sum(opened.size(name) for name in (*activity_files(), *counted_files()) if name in opened)


class _Reader:
    def __init__(self, opened: Archive, progress: Progress) -> None:
        self._archive = opened
        self._progress = progress
        self._problems = Problems()

    def read(self) -> Reading:
        self._tell_archive()
        export, raw = self._export_and_cells()
        roster = self._roster(export, raw)
        projects = [row for row in roster.files["Project"] if isinstance(row, Project)]
        found = ActivityReader(self._archive, [row.key for row in projects], self._problems, self._progress).read()
        counts = {name: _rows_alive(rows) for name, rows in raw.items()} | found.rows | self._counted()
        unmeasurable = self._exits_not_measurable(projects, found)
        result = CheckResult(
            export=export,
            counts=counts,
            entry_lag=lag(found.entry_lags, entry_reason(found.entry_lags)),
            exit_lag=lag(found.exit_lags, exit_reason(found.exit_lags, copied=found.copied_exits)),
            problems=self._problems.all(),
        )
        return Reading(result, roster, unmeasurable, found)

    def _tell_archive(self) -> None:
        self._tell_missing()
        for name in never_opened():
            if name in self._archive:
                words = f"{name}.csv holds clients. It was not opened. Leave it out before you upload."
                self._problems.note("client_file", words, file=f"{name}.csv")
        if self._archive.in_folder:
            words = "The files lie in a folder inside the zip; the format asks for none. They are read there."
            self._problems.note("files_in_folder", words, file="Export.csv")
        if self._archive.others:
            words = f"{self._archive.others} other files in the zip are left alone."
            self._problems.note("other_files", words, file="Export.csv")

    def _tell_missing(self) -> None:
        for name in MANDATORY:
            if name not in self._archive:
                raise Refused(f"The zip file holds no {name}.csv, so it is not a whole HMIS CSV export.")
        for name in (*(one.name for one in roster_files(NEWEST)), *activity_files()):
            if name not in self._archive:
                self._problems.error("file_missing", f"{name}.csv is missing.", file=f"{name}.csv")

    def _export_and_cells(self) -> tuple[ExportFacts, Mapping[str, Sequence[Cells]]]:
        rows = [row for row in records(self._archive, export_file(NEWEST), self._problems) if row.is_whole]
        raw = {
            spec.name: records(self._archive, spec, self._problems)
            for spec in roster_files(NEWEST)
            if spec.name in self._archive
        }
        row = chosen_row(rows, carried_ids(raw), self._problems)
        return export_facts(row, self._year_shown(), self._problems), raw

    def _year_shown(self) -> int | None:
        headers = {}
        for name in ("Project", "Enrollment"):
            if name in self._archive:
                with self._archive.opened(name) as stream:
                    headers[name] = Text(name, stream).header
        return year_shown_by(headers)

    def _roster(self, export: ExportFacts, raw: Mapping[str, Sequence[Cells]]) -> Roster:
        files: dict[str, tuple[RosterRow, ...]] = {}
        set_aside: list[SetAside] = []
        places: dict[tuple[str, str], int] = {}
        for spec in roster_files(nearest_known(export.year)):
            if spec.name in raw:
                rows = Rows(spec, nearest_known(export.year), self._problems)
                files[spec.name] = rows.read(raw[spec.name])
                set_aside += rows.set_aside
                places |= {(spec.name, key): row for key, row in rows.places.items()}
        roster = Roster(files, tuple(set_aside), places)
        coherence.tell(roster, self._problems)
        return roster

    def _counted(self) -> dict[str, int]:
        counts = {}
        for name in counted_files():
            if name in self._archive:
                stream = Stream(self._archive, name, ("DateDeleted",), self._problems, self._progress)
                counts[name] = count_rows(stream)
        return counts

    def _exits_not_measurable(self, projects: Sequence[Project], found: Found) -> frozenset[str]:
        organization_of = {row.key: row.organization for row in projects}
        exits: dict[str, Counter[int]] = {}
        for project, (before, total) in found.tally.negative_exits().items():
            lags = exits.setdefault(organization_of[project], Counter())
            lags.update({-1: before, 0: total - before})
        unmeasurable = frozenset(key for key, lags in exits.items() if exit_reason(lags) is not None)
        if unmeasurable:
            words = (
                f"When exits were keyed cannot be measured for {len(unmeasurable)} of {len(exits)} organizations: "
                "most of theirs carry a date of keying before the exit itself."
            )
            self._problems.warning("exits_not_measurable", words, file="Exit.csv", column="DateCreated")
        return unmeasurable


def _rows_alive(rows: Sequence[Cells]) -> int:
    """A row that is set aside for what a cell says still stands in the file, so it counts."""
    return sum(row.is_whole and not row.values.get("datedeleted", "").strip() for row in rows)
