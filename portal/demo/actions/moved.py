"""Rows copied by the database itself: INSERT … SELECT with ids and dates moved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, func, insert, literal, select

from portal.db import Base, db, is_sqlite

Changes = Mapping[str, ColumnElement[Any]]


@dataclass(frozen=True)
class Moved:
    """Copies of rows: `ahead` is added to their ids, by table; `earlier` is taken from their dates."""

    ahead: Mapping[str, int]
    earlier: timedelta

    def copy(
        self,
        model: type[Base],
        which: ColumnElement[bool],
        dates: Iterable[str] = (),
        keys: Mapping[str, type[Base]] | None = None,
        changes: Changes | None = None,
    ) -> None:
        """Rows of the model, with own number, keys, dates and further columns changed."""
        rows_of = cast(Table, model.__table__)
        columns = rows_of.columns
        moved = {name: self._earlier(columns[name]) for name in dates}
        moved |= {name: self._ahead(columns[name], of) for name, of in (keys or {}).items()}
        if "id" in columns:
            moved["id"] = self._ahead(columns["id"], model)
        moved |= changes or {}
        names = [one.name for one in columns]
        rows = select(*(moved.get(name, columns[name]) for name in names)).where(which)
        db.session.execute(insert(rows_of).from_select(names, rows))

    def _ahead(self, key: ColumnElement[Any], of: type[Base]) -> ColumnElement[Any]:
        return key + literal(self.ahead[str(of.__tablename__)])

    def _earlier(self, moment: ColumnElement[Any]) -> ColumnElement[Any]:
        """SQLite keeps moments as text with six digits behind the second, of which strftime writes three."""
        if not self.earlier:
            return moment
        if not is_sqlite():
            return moment - literal(self.earlier)
        seconds = int(self.earlier.total_seconds())
        return func.strftime("%Y-%m-%d %H:%M:%f", moment, f"-{seconds} seconds").concat("000")
