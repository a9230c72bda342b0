"""The HMIS CSV format, read once from content/hmis_csv: files, columns, code lists by year."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any

import yaml

from portal.settings import data_dir

NEWEST = 2026
YEARS = (2024, 2026)
MANDATORY = ("Export", "Organization", "Project")
"""Without these three nothing can be said about an export."""

_COLUMN = re.compile(r"(?P<kind>[SIDT])(?P<length>\d+)?(?::(?P<codes>[\d.A-Z]+?))?(?P<need>\*|\(\*\))?")


class Kind(Enum):
    TEXT = "S"
    NUMBER = "I"
    DATE = "D"
    TIME = "T"


class Need(Enum):
    MUST = "*"
    """a row without it is set aside"""
    SHOULD = "(*)"
    """told, and the row is kept"""
    MAY = ""


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    need: Need
    length: int | None = None
    codes: str | None = None


@dataclass(frozen=True)
class FileSpec:
    name: str
    key: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class ActivityFile:
    """`event` is the column with the day on which it happened; `keep` are the only columns that are ever read."""

    name: str
    event: str
    keep: tuple[str, ...]


@cache
def roster_files(year: int) -> tuple[FileSpec, ...]:
    return tuple(_file(name, found, year) for name, found in _content("specification")["roster"].items())


@cache
def export_file(year: int) -> FileSpec:
    return _file("Export", _content("specification")["export"], year)


@cache
def activity_files() -> Mapping[str, ActivityFile]:
    found = _content("specification")["activity"]
    return MappingProxyType({name: ActivityFile(name, it["event"], tuple(it["keep"])) for name, it in found.items()})


@cache
def counted_files() -> tuple[str, ...]:
    """Of these only DateDeleted is looked at, to count rows."""
    return tuple(_content("specification")["counted"])


@cache
def never_opened() -> tuple[str, ...]:
    return tuple(_content("specification")["never_opened"])


@cache
def slim_files() -> tuple[str, ...]:
    """What a slim copy holds: Export, the roster files whole, and the allowed columns of the activity files."""
    return ("Export", *(one.name for one in roster_files(NEWEST)), *activity_files())


@cache
def slim_columns(name: str) -> tuple[str, ...]:
    """Columns that a file of a slim copy may hold: the format's own in any year; of activity only what is read."""
    if name in activity_files():
        return activity_files()[name].keep
    specs = [export_file(year) for year in YEARS] if name == "Export" else [_roster_file(name, year) for year in YEARS]
    marks = (found.get(name, ()) for found in _content("specification")["signatures"].values())
    return tuple(
        dict.fromkeys([*(one.name for spec in specs for one in spec.columns), *(one for each in marks for one in each)])
    )


def _roster_file(name: str, year: int) -> FileSpec:
    return next(spec for spec in roster_files(year) if spec.name == name)


@cache
def known_files() -> frozenset[str]:
    return frozenset({*slim_files(), *counted_files(), *never_opened()})


def year_shown_by(headers: Mapping[str, Iterable[str]]) -> int | None:
    """The year whose own columns stand in the headers (file: columns), or None where none shows itself."""
    lower = {name: {column.lower() for column in columns} for name, columns in headers.items()}
    for year, marks in _content("specification")["signatures"].items():
        if any(column.lower() in lower.get(name, ()) for name, columns in marks.items() for column in columns):
            return int(year)
    return None


def _file(name: str, found: Mapping[str, Any], year: int) -> FileSpec:
    columns = {column: said if isinstance(said, str) else said.get(year) for column, said in found["columns"].items()}
    return FileSpec(name, found["key"], tuple(_column(column, said) for column, said in columns.items() if said))


def _column(name: str, said: str) -> Column:
    found = _COLUMN.fullmatch(said)
    if found is None:
        raise ValueError(f"{name}: {said}")
    length = int(found["length"]) if found["length"] else None
    return Column(name, Kind(found["kind"]), Need(found["need"] or ""), length, found["codes"])


@cache
def _content(name: str) -> Any:
    return yaml.safe_load((data_dir("content") / "hmis_csv" / f"{name}.yml").read_text("utf-8"))
