"""Counts of what was keyed, by project, month and day, kept small while millions of rows pass."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from portal.hmis_csv.rules.months import LONGEST_LAG, Activity, Event, MonthFacts

EVENTS = tuple(Event)
LAST_DAY = (1 << 16) - 1
NO_LAG = LONGEST_LAG + 2
"""Lags are kept as one more than their days: 0 is before the event, NO_LAG is not told."""
EPOCH = date(1970, 1, 1)
COUNTS = pa.schema({"key": pa.int64(), "count": pa.int64()})


class Counts:
    """How often each whole number came by; what came is added up now and then, so that memory stays bounded."""

    ADDED_FROM = 4_000_000

    def __init__(self) -> None:
        self._came: list[pa.Array] = []
        self._rows = 0
        self._added = COUNTS.empty_table()

    def add(self, keys: pa.Array | pa.ChunkedArray) -> None:
        keys = keys.drop_null()
        self._came += keys.chunks if isinstance(keys, pa.ChunkedArray) else [keys]
        self._rows += len(keys)
        if self._rows > self.ADDED_FROM:
            self._add_up()

    def table(self) -> pa.Table:
        """Columns key and count, each key once."""
        if self._rows:
            self._add_up()
        return self._added

    def _add_up(self) -> None:
        counts = pc.value_counts(pa.chunked_array(self._came, pa.int64()))
        self._came, self._rows = [], 0
        came = pa.Table.from_arrays([counts.field(0), counts.field(1)], schema=COUNTS)
        if not len(self._added):
            self._added = came
            return
        summed = pa.concat_tables([self._added, came]).group_by("key", use_threads=False).aggregate([("count", "sum")])
        self._added = pa.Table.from_arrays([summed.column("key"), summed.column("count_sum")], schema=COUNTS)


class Tally:
    """Two counts: by project, month (16 bits), event (3) and lag (5); and by project and day (16) for the busiest.

    A project stands for its place in `projects`.
    """

    def __init__(self, projects: Sequence[str]) -> None:
        self._projects = projects
        self._by_month = Counts()
        self._by_day = Counts()

    def add(self, event: Event, project: pa.Array, day: pa.Array, lag: pa.Array | None = None) -> None:
        """Arrays of one length; where project or day of keying is null, the row is not counted."""
        day = _in_range(day)
        project = pc.shift_left(pc.cast(project, pa.int64()), 16)
        month = pc.bit_wise_or(project, pc.take(_months(), day))
        detail = EVENTS.index(event) << 5
        key = pc.add(pc.shift_left(month, 8), detail + NO_LAG if lag is None else pc.add(_lag(lag), detail))
        self._by_month.add(key)
        if event is not Event.UPDATE:
            self._by_day.add(pc.bit_wise_or(project, pc.cast(day, pa.int64())))

    def activity(self) -> Activity:
        """By project and month of keying."""
        events: dict[tuple[str, date], Counter[Event]] = {}
        lags: dict[tuple[str, date], Counter[int]] = {}
        for cell, event, lag, count in self._details(self._by_month.table()):
            events.setdefault(cell, Counter())[event] += count
            if event is Event.ENTRY and lag < NO_LAG:
                lags.setdefault(cell, Counter())[lag - 1] += count
        busiest = self._busiest()
        return MappingProxyType(
            {
                cell: MonthFacts(dict(seen), dict(lags.get(cell, ())), busiest.get(cell, 0))
                for cell, seen in events.items()
            }
        )

    def negative_exits(self) -> Mapping[str, tuple[int, int]]:
        """By project: exits keyed before they happened, and all exits with both dates."""
        found: dict[str, tuple[int, int]] = {}
        table = self._by_month.table()
        event = pc.bit_wise_and(pc.shift_right(table.column("key"), 5), 0b111)
        for (project, _), _, lag, count in self._details(table.filter(pc.equal(event, EVENTS.index(Event.EXIT)))):
            if lag != NO_LAG:
                before, total = found.get(project, (0, 0))
                found[project] = (before + (0 if lag else count), total + count)
        return found

    def _details(self, table: pa.Table) -> Iterator[tuple[tuple[str, date], Event, int, int]]:
        for key, count in _rows(table):
            yield self._cell(key >> 8), EVENTS[key >> 5 & 0b111], key & 0b11111, count

    def _cell(self, key: int) -> tuple[str, date]:
        return self._projects[key >> 16], _first_of(key & 0xFFFF)

    def _busiest(self) -> Mapping[tuple[str, date], int]:
        key, count = self._by_day.table().columns
        day = pc.cast(pc.bit_wise_and(key, LAST_DAY), pa.int32())
        month = pc.bit_wise_or(pc.bit_wise_and(key, ~LAST_DAY), pc.take(_months(), day))
        most = pa.table({"month": month, "count": count}).group_by("month").aggregate([("count", "max")])
        return {self._cell(key): count for key, count in _rows(most.select(["month", "count_max"]))}


def _in_range(day: pa.Array) -> pa.Array:
    """Days before 1970 cannot be days of keying; they are not counted."""
    return pc.if_else(pc.and_(pc.greater_equal(day, 0), pc.less_equal(day, LAST_DAY)), day, None)


def _lag(lag: pa.Array) -> pa.Array:
    clipped = pc.min_element_wise(pc.max_element_wise(lag, -1, skip_nulls=False), LONGEST_LAG, skip_nulls=False)
    return pc.cast(pc.fill_null(pc.add(clipped, 1), NO_LAG), pa.int64())


@cache
def _months() -> pa.Array:
    """The month of each day since 1970, counted from year 0."""
    days = (EPOCH + timedelta(days=number) for number in range(LAST_DAY + 1))
    return pa.array([day.year * 12 + day.month - 1 for day in days], pa.int64())


@cache
def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _rows(table: pa.Table) -> Any:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)
