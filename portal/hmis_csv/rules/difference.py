"""What an export would change in the register: by key and never by name, and nothing until a person confirms."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.hmis_csv.rules.roster import ROWS, Directive, Roster, RosterRow, compared, parent_of


@dataclass(frozen=True)
class RosterSnapshot:
    """What the register holds now, by file and key. `retired` are the keys that it has retired already."""

    files: Mapping[str, Mapping[str, RosterRow]]
    retired: Mapping[str, frozenset[str]]

    def rows(self, file: str) -> Mapping[str, RosterRow]:
        return self.files.get(file, {})

    def is_retired(self, file: str, key: str) -> bool:
        return key in self.retired.get(file, frozenset())


EMPTY = RosterSnapshot({}, {})


class Why(StrEnum):
    DELETED = "deleted"
    """the vendor's record is deleted"""
    ABSENT = "absent"
    """a full refresh no longer holds it"""

    @property
    def words(self) -> str:
        return "Deleted by the vendor's software" if self is Why.DELETED else "No longer in the export"


@dataclass(frozen=True)
class FieldChange:
    column: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Changed:
    row: RosterRow
    fields: tuple[FieldChange, ...]
    restored: bool = False
    """the register had retired it, the export holds it again"""


@dataclass(frozen=True)
class Retired:
    key: str
    why: Why


@dataclass(frozen=True)
class Suggestion:
    """A new row and one that the register alone knows have the same name: perhaps one thing with two keys."""

    new_key: str
    known_key: str
    name: str


@dataclass(frozen=True)
class FileProposal:
    file: str
    new: tuple[RosterRow, ...]
    changed: tuple[Changed, ...]
    retired: tuple[Retired, ...]
    waiting: tuple[RosterRow, ...]
    """new rows of something that neither the register nor the export knows"""
    suggestions: tuple[Suggestion, ...]
    known: int

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changed or self.retired)

    @property
    def share(self) -> float:
        """Changed and retired rows against those that the register holds; 0 for a first load."""
        return (len(self.changed) + len(self.retired)) / self.known if self.known else 0.0


@dataclass(frozen=True)
class Proposal:
    files: tuple[FileProposal, ...]

    @property
    def is_empty(self) -> bool:
        return all(one.is_empty for one in self.files)

    def above(self, share: float, *, at_least: int = 1) -> tuple[str, ...]:
        """Files of which more than `share` would change, and no fewer rows than `at_least`: there the import stops."""
        return tuple(
            one.file for one in self.files if one.share > share and len(one.changed) + len(one.retired) >= at_least
        )


def diff(current: RosterSnapshot, incoming: Roster, directive: Directive | None) -> Proposal:
    """A file that the export lacks changes nothing; only a full refresh retires what is absent."""
    landing = _keys_after(current, incoming)
    return Proposal(
        tuple(_file(file, current, incoming, directive, landing) for file in ROWS if file in incoming.files)
    )


def snapshot_after(current: RosterSnapshot, proposal: Proposal) -> RosterSnapshot:
    """What the register holds once the proposal is applied."""
    files = {file: dict(rows) for file, rows in current.files.items()}
    retired = {file: set(keys) for file, keys in current.retired.items()}
    for one in proposal.files:
        rows, gone = files.setdefault(one.file, {}), retired.setdefault(one.file, set())
        for row in (*one.new, *(change.row for change in one.changed)):
            rows[row.key] = row
            gone.discard(row.key)
        gone.update(each.key for each in one.retired)
    return RosterSnapshot(files, {file: frozenset(keys) for file, keys in retired.items()})


def _file(
    file: str,
    current: RosterSnapshot,
    incoming: Roster,
    directive: Directive | None,
    landing: Mapping[str, frozenset[str]],
) -> FileProposal:
    known = current.rows(file)
    alive = incoming.alive(file)
    fresh = [row for row in alive if row.key not in known]
    return FileProposal(
        file=file,
        new=tuple(row for row in fresh if _has_parent(row, landing)),
        changed=tuple(change for row in alive if row.key in known if (change := _change(file, current, row))),
        retired=tuple(_retired(file, current, incoming, directive)),
        waiting=tuple(row for row in fresh if not _has_parent(row, landing)),
        suggestions=tuple(_suggestions(fresh, known, {row.key for row in incoming.files[file]})),
        known=sum(not current.is_retired(file, key) for key in known),
    )


def _keys_after(current: RosterSnapshot, incoming: Roster) -> Mapping[str, frozenset[str]]:
    """Keys that rows may point at; a project of an organization that is missing does not carry its own rows in."""
    keys = {file: frozenset(current.rows(file)) for file in ROWS}
    keys["Organization"] |= {row.key for row in incoming.alive("Organization")}
    keys["Project"] |= {row.key for row in incoming.alive("Project") if _has_parent(row, keys)}
    return keys


def _has_parent(row: RosterRow, landing: Mapping[str, frozenset[str]]) -> bool:
    parent = parent_of(row)
    return parent is None or parent[1] in landing[parent[0]]


def _change(file: str, current: RosterSnapshot, row: RosterRow) -> Changed | None:
    before = current.rows(file)[row.key]
    fields = tuple(
        FieldChange(column, getattr(before, name), getattr(row, name))
        for column, name in compared(type(row)).items()
        if getattr(before, name) != getattr(row, name)
    )
    restored = current.is_retired(file, row.key)
    return Changed(row, fields, restored) if fields or restored else None


def _retired(file: str, current: RosterSnapshot, incoming: Roster, directive: Directive | None) -> Iterable[Retired]:
    """A row that was set aside is in the file, though unread: it is not absent."""
    deleted = {row.key for row in incoming.files[file] if row.deleted is not None}
    seen = {row.key for row in incoming.files[file]} | {aside.key for aside in incoming.set_aside if aside.file == file}
    blind = any(aside.file == file and not aside.key for aside in incoming.set_aside)
    for key in sorted(current.rows(file)):
        if current.is_retired(file, key):
            continue
        if key in deleted:
            yield Retired(key, Why.DELETED)
        elif key not in seen and directive is Directive.FULL_REFRESH and not blind:
            yield Retired(key, Why.ABSENT)


def _suggestions(fresh: Iterable[RosterRow], known: Mapping[str, RosterRow], in_file: set[str]) -> Iterable[Suggestion]:
    by_name = {plain_name(row.name): key for key, row in known.items() if key not in in_file}
    by_name.pop("", None)
    for row in fresh:
        if (match := by_name.get(plain_name(row.name))) is not None:
            yield Suggestion(row.key, match, row.name)


def plain_name(name: str) -> str:
    """A name without what people write differently: case, marks, "the", "Inc."."""
    words = re.findall(r"\w+", name.casefold().replace("&", " and ").replace("'", ""))
    return " ".join(word for word in words if word not in ("the", "inc", "llc"))
