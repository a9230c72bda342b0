"""Keyset paging by named orders, and counts that stop at a thousand."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import request
from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from portal.db import db, plain_rows
from portal.search import for_counting

Row = TypeVar("Row")
Made = Callable[[Any], Any]

PAGE_SIZE = 25
COUNT_CAP = 1000
EXPORT_CAP = 50_000


@dataclass(frozen=True)
class Order:
    """A named order: columns that together never tie and are never NULL, all in one direction."""

    columns: tuple[InstrumentedAttribute[Any], ...]
    descending: bool = False

    def clauses(self, backwards: bool = False) -> tuple[Any, ...]:
        down = self.descending != backwards
        return tuple(column.desc() if down else column.asc() for column in self.columns)

    def beyond(self, values: Sequence[Any], backwards: bool = False) -> Any:
        """Rows after these values in this order (before them when backwards), as one row comparison."""
        here = tuple_(*self.columns)
        there = tuple_(*(value for value in values))
        return here < there if self.descending != backwards else here > there


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """One page of a list, and the cursors of its neighbors (None at the ends)."""

    rows: Sequence[Row]
    previous: str | None
    next: str | None

    @property
    def previous_url(self) -> str | None:
        return _here(before=self.previous) if self.previous else None

    @property
    def next_url(self) -> str | None:
        return _here(after=self.next) if self.next else None


def sliced(statement: Select[Any], order: Order, size: int = PAGE_SIZE, made: Made | None = None) -> Slice[Any]:
    """The page of this statement that the URL's `after` or `before` names; costs one query, whatever the page.

    `made` turns plain columns into what is shown, which keeps the columns of the order as attributes.
    """
    before, after = _values(request.args.get("before"), order), _values(request.args.get("after"), order)
    backwards = before is not None
    held = before if backwards else after
    if held is not None:
        statement = statement.where(order.beyond(held, backwards))
    found = list(_rows(statement.order_by(None).order_by(*order.clauses(backwards)).limit(size + 1), made))
    more = len(found) > size
    rows = found[:size][::-1] if backwards else found[:size]
    if not rows:
        return Slice(rows, None, None)
    has_previous, has_next = (more, True) if backwards else (held is not None, more)
    return Slice(
        rows,
        _cursor(rows[0], order) if has_previous else None,
        _cursor(rows[-1], order) if has_next else None,
    )


def _rows(statement: Select[Any], made: Made | None) -> Iterable[Any]:
    if made is not None:
        return map(made, plain_rows(statement))
    result = db.session.execute(statement)
    single = len(statement.column_descriptions) == 1
    return result.scalars() if single else result


def _cursor(row: Any, order: Order) -> str:
    values = [getattr(row, column.key) for column in order.columns]
    plain = [{_CALENDAR[type(value)]: value.isoformat()} if type(value) in _CALENDAR else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _values(cursor: str | None, order: Order) -> list[Any] | None:
    """What a cursor holds; None for one that somebody bent, which shows the first page."""
    if not cursor:
        return None
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [_read(value) if isinstance(value, dict) else value for value in plain]
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None
    kinds = tuple(column.type.python_type for column in order.columns)
    fits = len(values) == len(kinds) and all(type(v) is kind for v, kind in zip(values, kinds, strict=True))
    return values if fits else None


_CALENDAR: Mapping[type, str] = MappingProxyType({datetime: "t", date: "d"})


def _read(value: dict[str, str]) -> datetime | date:
    return datetime.fromisoformat(value["t"]) if "t" in value else date.fromisoformat(value["d"])


def _here(**changes: str | None) -> str:
    """This page's URL with other paging; filters and sorting stay."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in ("after", "before")]
    return f"{request.path}?{urlencode([*kept, *changes.items()])}"


def everything(statement: Select[Any], order: Order, made: Made | None = None) -> Iterable[Any]:
    """All rows of a list in its order, for an export; stops at EXPORT_CAP."""
    return _rows(statement.order_by(None).order_by(*order.clauses()).limit(EXPORT_CAP), made)


@dataclass(frozen=True)
class Count:
    """A count that stops at a thousand, because an exact count of a large list costs more than it tells."""

    number: int

    def __str__(self) -> str:
        return f"{COUNT_CAP:,}+" if self.number > COUNT_CAP else f"{self.number:,}"


def counted(statement: Select[Any]) -> Count:
    capped = for_counting(statement).order_by(None).limit(COUNT_CAP + 1).subquery()
    return Count(db.session.scalar(select(func.count()).select_from(capped)) or 0)
