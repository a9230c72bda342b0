"""A roster as JSON, to be kept between the reading of an export and the decision about it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, get_type_hints

from portal.hmis_csv.rules.roster import ROWS, Directive, Roster, RosterRow, SetAside


@dataclass(frozen=True)
class KeptRoster:
    roster: Roster
    directive: Directive | None
    year: int


def packed(kept: KeptRoster) -> bytes:
    files = {file: [_plain(row) for row in rows] for file, rows in kept.roster.files.items()}
    aside = [asdict(one) for one in kept.roster.set_aside]
    told = {"year": kept.year, "directive": kept.directive, "files": files, "set_aside": aside}
    return json.dumps(told, separators=(",", ":")).encode()


def unpacked(content: bytes) -> KeptRoster:
    told = json.loads(content)
    files = {file: tuple(_rows(file, rows)) for file, rows in told["files"].items()}
    aside = tuple(SetAside(**one) for one in told["set_aside"])
    directive = Directive(told["directive"]) if told["directive"] is not None else None
    return KeptRoster(Roster(files, aside), directive, told["year"])


def _plain(row: RosterRow) -> list[Any]:
    return [written(getattr(row, one.name)) for one in fields(row)]


def written(value: Any) -> Any:
    """A fact as JSON holds it: dates in the format's own writing."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value


def _rows(file: str, rows: Iterable[list[Any]]) -> Iterable[RosterRow]:
    kind = ROWS[file]
    hints = get_type_hints(kind)
    names = [one.name for one in fields(kind)]
    readers = [_reader(hints[name]) for name in names]
    for row in rows:
        yield kind(**{name: read(value) for name, read, value in zip(names, readers, row, strict=True)})


def _reader(hint: Any) -> Callable[[Any], Any]:
    for kind in (datetime, date):
        if hint is kind or kind in getattr(hint, "__args__", ()):
            return _date_reader(kind)
    return lambda value: value


def _date_reader(kind: type[date]) -> Callable[[Any], Any]:
    return lambda value: kind.fromisoformat(value) if value is not None else None
