"""What rows of a roster say against each other. A selection of the checks that HUD's own review tool Eva makes."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from portal.hmis_csv.rules.problems import Problems
from portal.hmis_csv.rules.roster import (
    HMISParticipation,
    Organization,
    Participation,
    Project,
    ProjectCoC,
    Roster,
    RosterRow,
    parent_of,
)

Row = TypeVar("Row", bound=RosterRow)


def tell(roster: Roster, problems: Problems) -> None:
    _tell_orphans(roster, problems)
    history = participation_of(roster)
    _tell_overlaps(roster, history, problems)
    _tell_projects(roster, history, problems)


def participation_of(roster: Roster) -> dict[str, list[HMISParticipation]]:
    """By project, in order of time."""
    found: dict[str, list[HMISParticipation]] = {}
    for row in sorted(_of(roster, HMISParticipation), key=lambda one: (one.start, one.key)):
        found.setdefault(row.project, []).append(row)
    return found


def _tell_orphans(roster: Roster, problems: Problems) -> None:
    """A row that is set aside still is in the file: what points at it is no orphan."""
    keys = {file: {row.key for row in rows} for file, rows in roster.files.items()}
    for aside in roster.set_aside:
        keys[aside.file].add(aside.key)
    for file, rows in roster.files.items():
        for row in rows:
            parent = parent_of(row)
            if row.deleted is None and parent is not None and parent[1] not in keys.get(parent[0], set()):
                words = f"It points at a row that {parent[0]}.csv does not hold."
                where = {"file": f"{file}.csv", "row": roster.places.get((file, row.key)), "column": f"{parent[0]}ID"}
                problems.error("unknown_parent", words, **where)


def _tell_overlaps(roster: Roster, history: Mapping[str, Sequence[HMISParticipation]], problems: Problems) -> None:
    for rows in history.values():
        for before, after in pairwise(rows):
            if before.end is None or after.start <= before.end:
                words = "Two participation rows of one project cover the same days."
                _tell(roster, after, "overlapping_participation", words, "HMISParticipationStatusStartDate", problems)


def _tell_projects(roster: Roster, history: Mapping[str, Sequence[HMISParticipation]], problems: Problems) -> None:
    vsp = {row.key for row in _of(roster, Organization) if row.victim_service_provider}
    in_coc = {row.project for row in _of(roster, ProjectCoC)}
    for project in _of(roster, Project):
        if project.continuum_project and "ProjectCoC" in roster.files and project.key not in in_coc:
            words = "A continuum project has no row in ProjectCoC.csv."
            _tell(roster, project, "project_without_coc", words, "ContinuumProject", problems)
        if "HMISParticipation" in roster.files and project.key not in history:
            words = "The project has no row in HMISParticipation.csv, so nothing is expected of it."
            _tell(roster, project, "project_without_participation", words, "ProjectID", problems)
        if project.organization in vsp and any(row.type == Participation.HMIS for row in history.get(project.key, ())):
            words = "A project of a victim service provider is marked as taking part in HMIS."
            _tell(roster, project, "vsp_participates", words, "OrganizationID", problems)


def _tell(roster: Roster, row: RosterRow, code: str, words: str, column: str, problems: Problems) -> None:
    file = type(row).__name__
    problems.warning(code, words, file=f"{file}.csv", row=roster.places.get((file, row.key)), column=column)


def _of(roster: Roster, kind: type[Row]) -> Iterator[Row]:
    return (row for row in roster.alive(kind.__name__) if isinstance(row, kind))
