"""Agencies, projects and what describes them, put into the register and taken out, parents first."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.hmis_csv import queries
from portal.hmis_csv.queries.proposals import Compared
from portal.hmis_csv.rules.difference import FileProposal
from portal.hmis_csv.rules.places import DESCRIPTORS, OF_PROJECT, descriptor_facts
from portal.hmis_csv.rules.roster import (
    Funder,
    HMISParticipation,
    OfProject,
    Organization,
    Project,
    RosterRow,
)
from portal.hmis_csv.rules.roster import Participation as TakesPart
from portal.people import actions as people
from portal.people.models import Organization as Agency
from portal.people.models import Project as Program
from portal.people.rules import OrganizationKind, Participation

NO_FUNDER = 34
"""List 2.06.1: not applicable."""


class Placing:
    """One proposal on its way into the register; what the register refuses is told and left out."""

    def __init__(self, act: Act, found: Compared) -> None:
        self.act = act
        self.found = found
        self.today: date = act.at.date()
        self.refused: list[dict[str, Any]] = []
        self.agencies: dict[str, Agency] = dict(found.held.agencies)
        self.projects: dict[str, Program] = dict(found.held.projects)
        self._files = {one.file: one for one in found.sifted.proposal.files}
        self._agency_of = {
            row.key: row.organization for row in found.roster.alive("Project") if isinstance(row, Project)
        }

    def apply(self) -> None:
        cocs = self._cocs_of_agencies()
        for row in self._rows("Organization"):
            if isinstance(row, Organization):
                self._trying("Organization", row.key, self._agency, row, cocs[row.key])
        self._widen(cocs)
        for row in self._rows("Project"):
            if isinstance(row, Project):
                self._trying("Project", row.key, self._project, row)
        for file in DESCRIPTORS:
            self._remove(file)
            self._put(file)
        self._retire()

    # Agencies

    def _agency(self, row: Organization, coc_ids: frozenset[int]) -> None:
        agency = self.agencies.get(row.key)
        if agency is None:
            self.agencies[row.key] = people.add_organization(
                self.act,
                kind=OrganizationKind.AGENCY,
                coc_ids=coc_ids,
                name=row.name,
                short_name=(row.common_name or row.name)[:60],
                code=row.key,
                participation=self._participation(row),
            )
            return
        if agency.ended_on:
            people.return_organization(self.act, agency)
        facts: dict[str, Any] = {"name": row.name, "participation": self._participation_now(agency, row)}
        if agency.short_name == agency.name[:60]:
            facts["short_name"] = row.name[:60]
        people.edit_organization(self.act, agency, coc_ids=agency.coc_ids | coc_ids, **facts)

    def _participation(self, row: Organization) -> Participation:
        """Of a new agency: as its projects take part today."""
        if row.victim_service_provider:
            return Participation.VSP
        takes_part = any(
            isinstance(one, HMISParticipation)
            and one.type == TakesPart.HMIS
            and self._agency_of.get(one.project) == row.key
            and one.start <= self.today
            and (one.end is None or one.end >= self.today)
            for one in self.found.roster.alive("HMISParticipation")
        )
        return Participation.PARTICIPATING if takes_part else Participation.NOT_PARTICIPATING

    def _participation_now(self, agency: Agency, row: Organization) -> Participation | None:
        """Of a known one only the flag is taken over; where projects say otherwise, the agency's page shows it."""
        if bool(row.victim_service_provider) == (agency.participation is Participation.VSP):
            return agency.participation
        return self._participation(row)

    def _cocs_of_agencies(self) -> dict[str, frozenset[int]]:
        ids: dict[str, set[int]] = defaultdict(set)
        for key, agency in self._agency_of.items():
            code = self.found.sieve.coc_of(key)
            if code is not None:
                ids[agency].add(self.found.held.cocs[code].id)
        return defaultdict(frozenset, {key: frozenset(found) for key, found in ids.items()})

    def _widen(self, cocs: dict[str, frozenset[int]]) -> None:
        """An agency works in every CoC in which it has a project."""
        for key, wanted in cocs.items():
            agency = self.agencies.get(key)
            if agency is not None and not agency.ended_on and wanted - agency.coc_ids:
                people.edit_organization(self.act, agency, coc_ids=agency.coc_ids | wanted)

    # Projects

    def _project(self, row: Project) -> None:
        facts: dict[str, Any] = {there: getattr(row, here) for here, there in OF_PROJECT.items()}
        place = {
            "agency": self.agencies[row.organization],
            "coc": self.found.held.cocs[self.found.sieve.coc_of(row.key) or ""],
        }
        project = self.projects.get(row.key)
        if project is not None:
            people.edit_project(self.act, project, **place, **facts)
            return
        self.projects[row.key] = people.add_project(
            self.act, **place, **facts, hmis_id=row.key, is_funded=row.key in self._funded()
        )

    def _funded(self) -> set[str]:
        rows = self.found.roster.alive("Funder")
        return {one.project for one in rows if isinstance(one, Funder) and one.funder != NO_FUNDER}

    # What describes projects

    def _remove(self, file: str) -> None:
        gone = [one.key for one in self._files[file].retired] if file in self._files else []
        for key, row in queries.descriptors_by_key(file, gone).items() if gone else ():
            self._trying(file, key, people.remove_descriptor, self.act, row)

    def _put(self, file: str) -> None:
        by_project: dict[str, list[OfProject]] = defaultdict(list)
        for row in self._rows(file):
            if isinstance(row, OfProject):
                by_project[row.project].append(row)
        for key, rows in by_project.items():
            keys = ", ".join(row.key for row in rows)
            self._trying(file, keys, self._put_of, file, key, rows)

    def _put_of(self, file: str, project_key: str, rows: Iterable[OfProject]) -> None:
        many = [{"hmis_id": row.key, **descriptor_facts(file, row)} for row in rows]
        people.put_descriptors(self.act, self.projects[project_key], DESCRIPTORS[file], many)

    # Ends

    def _retire(self) -> None:
        for one in self._files["Project"].retired if "Project" in self._files else ():
            project = self.projects[one.key]
            last = max(self.today, project.starts_on)
            self._trying("Project", one.key, people.end_project, self.act, project, last)
        for one in self._files["Organization"].retired if "Organization" in self._files else ():
            agency = self.agencies[one.key]
            self._trying("Organization", one.key, people.end_organization, self.act, agency)

    def _rows(self, file: str) -> list[RosterRow]:
        one = self._files.get(file) or FileProposal(file, (), (), (), (), (), 0)
        return [*one.new, *(change.row for change in one.changed)]

    def _trying(self, file: str, key: str, do: Callable[..., object], *arguments: object) -> None:
        """A refusal leaves this one row out, and tells it. A key that never came in is one too."""
        try:
            with db.session.begin_nested():
                do(*arguments)
                db.session.flush()
        except Refused as no:
            self.refused.append({"file": f"{file}.csv", "row": None, "key": key, "why": no.sentence})
        except KeyError:
            why = "What it belongs to was refused."
            self.refused.append({"file": f"{file}.csv", "row": None, "key": key, "why": why})
