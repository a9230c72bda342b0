"""The register: the HMIS Lead, CoCs with their holidays, vendor, partners, agencies, HMIS projects, people."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import Any

from portal import audit
from portal.audit import Act
from portal.demo.rules import Newcomer
from portal.people import actions as people
from portal.people.actions.passwords import hashed
from portal.people.models import Organization, Person, Project
from portal.people.rules import OrganizationKind, Participation
from portal.policy import Role
from portal.web import installation

LINKS_ONLY = frozenset({"highbutte"})
"""Agencies that want no text of answers in letters."""


@dataclass
class Register:
    """The rows of the community by the keys of its file."""

    places: dict[str, Organization] = field(default_factory=dict)
    cocs: dict[str, Organization] = field(default_factory=dict)
    """By code."""
    projects: dict[int, list[Project]] = field(default_factory=lambda: defaultdict(list))
    """By agency."""
    staff: dict[str, Person] = field(default_factory=dict)
    by_role: dict[Role, list[Person]] = field(default_factory=lambda: defaultdict(list))
    """Who may be drawn; SIGNED_IN has those of agencies who hold no role."""
    at_home: dict[int, list[Person]] = field(default_factory=lambda: defaultdict(list))

    @property
    def lead(self) -> Organization:
        return self.places["lead"]

    def enroll(self, person: Person, roles: Sequence[Role]) -> None:
        """Whoever is enrolled files tickets and is named in them."""
        self.at_home[person.home_id].append(person)
        held = roles or ((Role.SIGNED_IN,) if person.home.kind is OrganizationKind.AGENCY else ())
        for role in held:
            self.by_role[role].append(person)

    def strike(self, person: Person) -> None:
        for group in (*self.by_role.values(), self.at_home[person.home_id]):
            if person in group:
                group.remove(person)


def add_lead(register: Register, act: Act, content: Mapping[str, Any], staff: Sequence[Mapping[str, Any]]) -> None:
    """The HMIS Lead and its staff, of whom the first is its administrator."""
    lead = content["hmis_lead"]
    kind = OrganizationKind.HMIS_LEAD
    register.places["lead"] = people.add_organization(act, kind=kind, time_zone=lead["desk"]["zone"], **_facts(lead))
    for member in staff:
        first, last = member["name"].split(" ", 1)
        person = people.add_person(
            act,
            home=register.lead,
            email=member["email"],
            roles=(Role(member["role"]),),
            first_name=first,
            last_name=last,
            job_title=member["title"],
            phone=lead["phone"],
        )
        register.staff[member["key"]] = person
        register.enroll(person, (Role(member["role"]),))


def add_places(register: Register, act: Act, content: Mapping[str, Any], years: Iterable[int]) -> None:
    for coc in content["cocs"]:
        kind = OrganizationKind.COC
        made = people.add_organization(act, kind=kind, code=coc["code"], time_zone=coc["zone"], **_facts(coc))
        register.places[coc["key"]] = register.cocs[coc["code"]] = made
        for year in years:
            people.add_default_holidays(act, made, year)
    _add(register, act, content["vendor"], OrganizationKind.VENDOR, list(register.cocs))
    for partner in content["partners"]:
        _add(register, act, partner, OrganizationKind.PARTNER, partner["cocs"])
    for number, agency in enumerate(content["agencies"], start=101):
        _add(
            register,
            act,
            agency,
            OrganizationKind.AGENCY,
            agency["cocs"],
            code=str(number),
            participation=Participation(agency["participation"]),
            link_only_letters=agency["key"] in LINKS_ONLY,
        )


def _add(
    register: Register, act: Act, row: Mapping[str, Any], kind: OrganizationKind, codes: Iterable[str], **facts: Any
) -> None:
    coc_ids = [register.cocs[code].id for code in codes]
    register.places[row["key"]] = people.add_organization(act, kind=kind, coc_ids=coc_ids, **_facts(row), **facts)


def _facts(row: Mapping[str, Any]) -> dict[str, Any]:
    same = {name: row[name] for name in ("name", "short_name", "city", "phone")}
    return {**same, "mail_domain": row["domain"]}


def add_projects(register: Register, act: Act, rows: Iterable[Mapping[str, Any]], starts_on: date) -> None:
    numbers = count(2001)
    for row in rows:
        agency = register.places[row["agency"]]
        project = people.add_project(
            act,
            agency=agency,
            coc=register.cocs[row["coc"]],
            name=row["name"],
            hmis_id=str(next(numbers)),
            project_type=row["type"],
            is_funded=row["funded"],
            starts_on=starts_on,
        )
        register.projects[agency.id].append(project)


def add_newcomer(register: Register, act: Act, one: Newcomer) -> Person:
    home = register.places[one.place]
    person = people.add_person(
        act,
        home=home,
        email=one.email,
        roles=one.roles,
        first_name=one.first_name,
        last_name=one.last_name,
        job_title=one.job_title,
        phone=one.phone,
    )
    register.enroll(person, one.roles)
    return person


class Passwords:
    """One password that nobody knows, so that everybody counts as somebody who signs in."""

    def __init__(self) -> None:
        self.hashed = hashed(secrets.token_urlsafe(32), installation())

    def give(self, act: Act, person: Person) -> None:
        person.password_hash = self.hashed
        audit.record(replace(act, by=person.id), "person.password_set", person)
