"""Counts of what was keyed, by project, day and lag, kept small while millions of rows pass."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from portal.hmis_csv.rules.grid import LONGEST_LAG, Activity, Event, MonthFacts

EVENTS = tuple(Event)
COMPACTED_FROM = 2_000_000
"""So many rows of counts may wait before they are added up."""
LAST_DAY = (1 << 16) - 1
NO_LAG = LONGEST_LAG + 2
"""Lags are kept as one more than their days: 0 is before the event, NO_LAG is not told."""
COUNTS = pa.schema({"key": pa.int64(), "count": pa.int64()})


class Tally:
    """A count's key in 64 bits: project (by its place in `projects`), day since 1970 (16), event (3), lag (5)."""

    def __init__(self, projects: Sequence[str]) -> None:
        self._projects = projects
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def add(self, event: Event, project: pa.Array, day: pa.Array, lag: pa.Array | None = None) -> None:
        """Arrays of one length; where project or day is null, the row is not counted."""
        key = pc.add(pc.shift_left(pc.cast(project, pa.int64()), 24), pc.shift_left(_day(day), 8))
        key = pc.add(key, (EVENTS.index(event) << 5) + (NO_LAG if lag is None else 0))
        counts = pc.value_counts((key if lag is None else pc.add(key, _lag(lag))).drop_null())
        self._waiting.append(pa.Table.from_arrays([counts.field(0), counts.field(1)], schema=COUNTS))
        self._rows += len(counts)
        if self._rows > COMPACTED_FROM:
            self._compact()

    def activity(self) -> Activity:
        """By project and month of keying."""
        whole = self._compact()
        key, count = whole.columns
        day = pc.cast(pc.bit_wise_and(pc.shift_right(key, 8), LAST_DAY), pa.int32())
        parts = pa.table(
            {
                "project": pc.shift_right(key, 24),
                "day": day,
                "month": _month(day),
                "event": pc.bit_wise_and(pc.shift_right(key, 5), 0b111),
                "lag": pc.bit_wise_and(key, 0b11111),
                "count": count,
            }
        )
        return MappingProxyType(self._facts(parts))

    def _compact(self) -> pa.Table:
        summed = pa.concat_tables([COUNTS.empty_table(), *self._waiting]).group_by("key").aggregate([("count", "sum")])
        whole = pa.Table.from_arrays([summed.column("key"), summed.column("count_sum")], schema=COUNTS)
        self._waiting = [whole]
        self._rows = 0
        return whole

    def _facts(self, parts: pa.Table) -> dict[tuple[str, date], MonthFacts]:
        events: dict[tuple[int, int], Counter[Event]] = {}
        lags: dict[tuple[int, int], Counter[int]] = {}
        for project, month, event, lag, count in _summed(parts, ["project", "month", "event", "lag"]):
            events.setdefault((project, month), Counter())[EVENTS[event]] += count
            if EVENTS[event] is Event.ENTRY and lag < NO_LAG:
                lags.setdefault((project, month), Counter())[lag - 1] += count
        busiest = self._busiest(parts)
        return {
            (self._projects[project], _first_of(month)): MonthFacts(
                dict(seen), dict(lags.get((project, month), ())), busiest.get((project, month), 0)
            )
            for (project, month), seen in events.items()
        }

    def _busiest(self, parts: pa.Table) -> Mapping[tuple[int, int], int]:
        keyed = parts.filter(pc.not_equal(parts.column("event"), EVENTS.index(Event.UPDATE)))
        days = keyed.group_by(["project", "month", "day"]).aggregate([("count", "sum")])
        most = days.group_by(["project", "month"]).aggregate([("count_sum", "max")])
        return {(project, month): count for project, month, count in _rows(most, ["project", "month", "count_sum_max"])}

    def negative_exits(self) -> Mapping[str, tuple[int, int]]:
        """By project: exits keyed before they happened, and all exits with both dates."""
        key, count = self._compact().columns
        is_exit = pc.equal(pc.bit_wise_and(pc.shift_right(key, 5), 0b111), EVENTS.index(Event.EXIT))
        exits = pa.table(
            {"project": pc.shift_right(key, 24), "lag": pc.bit_wise_and(key, 0b11111), "count": count}
        ).filter(is_exit)
        found: dict[str, tuple[int, int]] = {}
        for project, lag, many in _summed(exits, ["project", "lag"]):
            if lag != NO_LAG:
                before, total = found.get(self._projects[project], (0, 0))
                found[self._projects[project]] = (before + (many if lag == 0 else 0), total + many)
        return found


def _day(day: pa.Array) -> pa.Array:
    """Days before 1970 cannot be days of keying; they are not counted."""
    return pc.cast(pc.if_else(pc.and_(pc.greater_equal(day, 0), pc.less_equal(day, LAST_DAY)), day, None), pa.int64())


def _lag(lag: pa.Array) -> pa.Array:
    clipped = pc.add(
        pc.min_element_wise(pc.max_element_wise(lag, -1, skip_nulls=False), LONGEST_LAG, skip_nulls=False), 1
    )
    return pc.cast(pc.fill_null(clipped, NO_LAG), pa.int64())


def _month(day: pa.ChunkedArray) -> pa.ChunkedArray:
    """Months since year 0."""
    when = pc.cast(day, pa.date32())
    return pc.add(pc.multiply(pc.year(when), 12), pc.subtract(pc.month(when), 1))


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _summed(parts: pa.Table, by: list[str]) -> Any:
    return _rows(parts.group_by(by).aggregate([("count", "sum")]), [*by, "count_sum"])


def _rows(table: pa.Table, names: list[str]) -> Any:
    return zip(*(table.column(name).to_pylist() for name in names), strict=True)
