"""Enrollment, Exit, Services and CurrentLivingSituation as counts.

An enrollment's key leads to its project, in memory only.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import pyarrow as pa
import pyarrow.compute as pc

from portal.hmis_csv.reading.archive import Archive
from portal.hmis_csv.reading.days import DateTrouble, Times, times
from portal.hmis_csv.reading.streams import Progress, Stream
from portal.hmis_csv.reading.tally import Tally
from portal.hmis_csv.rules.months import Event
from portal.hmis_csv.rules.problems import Problems
from portal.hmis_csv.rules.specification import activity_files

SHORTEST_DATE = 8
BED_NIGHT = "200"
"""RecordType, list 1.4."""
JOINED_FROM = 4_000_000
"""So many events wait before they are joined to their enrollments."""

EVENT_OF = {"Exit": Event.EXIT, "Services": Event.BED_NIGHT, "CurrentLivingSituation": Event.CONTACT}


@dataclass
class Found:
    """What the activity files told. Lags are counted by days, over rows without a DateDeleted."""

    tally: Tally
    rows: dict[str, int] = field(default_factory=dict)
    entry_lags: Counter[int] = field(default_factory=Counter)
    exit_lags: Counter[int] = field(default_factory=Counter)
    copied_exits: int = 0


@dataclass(frozen=True)
class Dated:
    """One batch without its deleted rows: when it happened, when it was keyed, and the days between."""

    rows: pa.RecordBatch
    created: Times
    lag: pa.Array


class ActivityReader:
    """Reads the four files in the order that the join needs: enrollments first."""

    def __init__(self, archive: Archive, projects: Sequence[str], problems: Problems, progress: Progress) -> None:
        self._archive = archive
        self._projects = pa.array(projects, pa.string())
        self._problems = problems
        self._progress = progress
        self._found = Found(Tally(projects))
        self._keys: list[pa.Array] = []
        self._project_of: list[pa.Array] = []
        self._created: list[pa.Array] = []

    def read(self) -> Found:
        if "Enrollment" in self._archive:
            self._read_enrollments()
        join = Join(self._keys, self._project_of, self._created)
        for name, event in EVENT_OF.items():
            if name in self._archive:
                self._read_events(name, event, join)
        self._add_joined(join)
        for name, event in EVENT_OF.items():
            what = "an enrollment that Enrollment.csv does not hold"
            self._tell_unknown(name, "EnrollmentID", what, join.unknown[event])
        return self._found

    def _read_enrollments(self) -> None:
        unknown = 0
        for dated in self._dated("Enrollment", "EnrollmentID", "ProjectID", "DateUpdated"):
            project = pc.index_in(dated.rows.column("ProjectID"), value_set=self._projects)
            unknown += project.null_count
            _count(self._found.entry_lags, dated.lag)
            self._found.tally.add(Event.ENTRY, project, dated.created.days, dated.lag)
            self._add_updates(dated, project)
            self._keys.append(dated.rows.column("EnrollmentID"))
            self._project_of.append(project)
            self._created.append(_minute(dated.created.at))
        self._tell_unknown("Enrollment", "ProjectID", "a project that Project.csv does not hold", unknown)
        self._tell_duplicates()

    def _add_updates(self, dated: Dated, project: pa.Array) -> None:
        updated = times(dated.rows.column("DateUpdated")).days
        later = pc.not_equal(updated, dated.created.days)
        self._found.tally.add(Event.UPDATE, project.filter(later), updated.filter(later))

    def _tell_duplicates(self) -> None:
        keys = pa.chunked_array(self._keys, pa.string())
        doubles = len(keys) - keys.null_count - len(pc.unique(keys.drop_null()))
        pa.default_memory_pool().release_unused()
        where = {"file": "Enrollment.csv", "column": "EnrollmentID"}
        if doubles:
            words = f"{doubles:,} rows have a key that an earlier row has already."
            self._problems.error("duplicate_key", words, **where)
        if keys.null_count:
            words = f"EnrollmentID is blank in {keys.null_count:,} rows. It may not be."
            self._problems.error("blank", words, **where)

    def _read_events(self, name: str, event: Event, join: "Join") -> None:
        wanted = ("EnrollmentID", "RecordType") if event is Event.BED_NIGHT else ("EnrollmentID",)
        for dated in self._dated(name, *wanted):
            if event is Event.EXIT:
                _count(self._found.exit_lags, dated.lag)
            join.add(event, *_events(dated, event))
            if join.waits_for >= JOINED_FROM:
                self._add_joined(join)

    def _add_joined(self, join: "Join") -> None:
        for event, joined in join.taken():
            lag = pc.min_element_wise(joined.column("lag"), 0, skip_nulls=False) if event is Event.EXIT else None
            self._found.tally.add(event, joined.column("project"), joined.column("day"), lag)
            if event is Event.EXIT:
                copied = pc.sum(pc.equal(joined.column("minute"), joined.column("enrolled"))).as_py()
                self._found.copied_exits += copied or 0

    def _dated(self, name: str, *columns: str) -> Iterator[Dated]:
        file = activity_files()[name]
        wanted = (*columns, file.event, "DateCreated", "DateDeleted")
        stream = Stream(self._archive, name, wanted, self._problems, self._progress)
        event_trouble = DateTrouble(name, file.event, must=True)
        created_trouble = DateTrouble(name, "DateCreated", must=True)
        count = 0
        for batch in stream.batches():
            rows = alive(batch)
            count += rows.num_rows
            happened, created = times(rows.column(file.event)), times(rows.column("DateCreated"))
            event_trouble.seen(rows.column(file.event), happened)
            created_trouble.seen(rows.column("DateCreated"), created)
            yield Dated(rows, created, pc.subtract(created.days, happened.days))
        self._found.rows[name] = count
        missing = [column for column in wanted if column not in stream.found]
        for column in missing:
            self._problems.error(
                "column_missing", f"The column {column} is missing.", file=f"{name}.csv", column=column
            )
        for trouble in (event_trouble, created_trouble):
            if trouble.column not in missing:
                trouble.tell(self._problems)

    def _tell_unknown(self, name: str, column: str, what: str, count: int) -> None:
        if count:
            words = f"{count:,} rows point at {what}. They are not counted for any project."
            self._problems.warning("unknown_parent", words, file=f"{name}.csv", column=column)


class Join:
    """Events waiting for their project, in bounded number. Each call of `taken` costs one pass over all enrollments."""

    def __init__(self, keys: list[pa.Array], project_of: list[pa.Array], created: list[pa.Array]) -> None:
        self._keys = pa.chunked_array(keys, pa.string())
        self._project_of = pa.chunked_array(project_of, pa.int32()).combine_chunks()
        self._enrolled = pa.chunked_array(created, pa.int32()).combine_chunks()
        self._waiting: list[tuple[Event, pa.Table]] = []
        self.unknown: Counter[Event] = Counter()

    def add(self, event: Event, key: pa.Array, day: pa.Array, lag: pa.Array, minute: pa.Array) -> None:
        self._waiting.append((event, pa.Table.from_arrays([key, day, lag, minute], schema=WAITING)))

    @property
    def waits_for(self) -> int:
        return sum(len(one) for _, one in self._waiting)

    def taken(self) -> Iterator[tuple[Event, pa.Table]]:
        """By event, columns day, lag, minute, project, enrolled; project is null where no enrollment has the key."""
        whole = pa.concat_tables([WAITING.empty_table(), *(one for _, one in self._waiting)])
        at = pc.index_in(whole.column("key"), value_set=self._keys)
        joined = (
            whole.drop_columns("key")
            .append_column("project", pc.take(self._project_of, at))
            .append_column("enrolled", pc.take(self._enrolled, at))
        )
        start = 0
        for event, waited in groupby(self._waiting, key=lambda one: one[0]):
            length = sum(len(one) for _, one in waited)
            self.unknown[event] += at.slice(start, length).null_count
            yield event, joined.slice(start, length)
            start += length
        self._waiting = []


WAITING = pa.schema({"key": pa.string(), "day": pa.int32(), "lag": pa.int32(), "minute": pa.int32()})


def alive(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The rows without a DateDeleted."""
    deleted = batch.column("DateDeleted")
    if deleted.null_count == batch.num_rows:
        return batch
    if pc.min(pc.binary_length(deleted)).as_py() < SHORTEST_DATE:
        deleted = pc.ascii_trim_whitespace(deleted)
        deleted = pc.if_else(pc.equal(pc.binary_length(deleted), 0), None, deleted)
    return batch.filter(pc.is_null(deleted))


def count_rows(stream: Stream) -> int:
    """Of a stream that wants DateDeleted alone."""
    return sum(alive(batch).num_rows for batch in stream.batches())


def _events(dated: Dated, event: Event) -> tuple[pa.Array, pa.Array, pa.Array, pa.Array]:
    columns = (dated.rows.column("EnrollmentID"), dated.created.days, dated.lag, _minute(dated.created.at))
    if event is not Event.BED_NIGHT:
        return columns
    bed_night = pc.equal(dated.rows.column("RecordType"), BED_NIGHT)
    key, day, lag, minute = (pc.filter(column, bed_night) for column in columns)
    return key, day, lag, minute


def _minute(at: pa.Array) -> pa.Array:
    return pc.cast(pc.divide(pc.cast(at, pa.int64()), 60_000_000), pa.int32())


def _count(lags: Counter[int], lag: pa.Array) -> None:
    for one in pc.value_counts(lag.drop_null()).to_pylist():
        lags[one["values"]] += one["counts"]
