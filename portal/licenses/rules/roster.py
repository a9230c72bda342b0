"""What a row of a staff list would change. Pure.

Somebody is known again by the login ID in the HMIS, then by the e-mail address. The same name is only ever suggested.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from portal.errors import Refused
from portal.licenses.rules.lists import Outcome
from portal.licenses.rules.register import Known, LicenseKnown, PersonKnown, PlaceKnown
from portal.licenses.rules.staff import DETAILS, Facts
from portal.licenses.rules.states import LicenseState
from portal.people.rules import OrganizationKind
from portal.policy import Role

DETAIL_WORDS: Mapping[str, str] = MappingProxyType(
    {"first_name": "First name", "last_name": "Last name", "job_title": "Job title", "phone": "Phone"}
)


@dataclass(frozen=True)
class Judged:
    outcome: Outcome
    name: str
    facts: Facts
    deeds: tuple[str, ...] = ()
    why: str = ""
    person_id: int | None = None
    suggested_id: int | None = None


def judged(facts: Facts, known: Known, decided_id: int | None = None, is_other: bool = False) -> Judged:
    """What the row would change, once somebody decided that it is this person, or that it is nobody known."""
    person: PersonKnown | None = None
    try:
        person = known.people[decided_id] if decided_id is not None else known.person(facts.login_id, facts.email)
        if person is None:
            return _newcomer(facts, known, is_other)
        deeds = tuple(_changes(facts, person, known.places[facts.agency_id], known))
    except Refused as wrong:
        found = person or known.by_address(facts.email)
        return Judged(Outcome.REFUSED, _shown(facts), facts, why=str(wrong), person_id=found.id if found else None)
    return Judged(Outcome.CHANGED if deeds else Outcome.UNCHANGED, person.name, facts, deeds, person_id=person.id)


def _shown(facts: Facts) -> str:
    return facts.name or facts.email or facts.login_id


def _newcomer(facts: Facts, known: Known, is_other: bool) -> Judged:
    if not facts.email:
        raise Refused("Nobody in the register has this login ID. To add somebody, give the e-mail address too.")
    if not facts.first_name or not facts.last_name:
        raise Refused("Nobody in the register has this address. To add somebody, give the first and the last name too.")
    deeds = ("New person", *_held(facts, None, known.places[facts.agency_id]))
    alike = [] if is_other else [known.people[one] for one in known.by_name.get(facts.name.casefold(), ())]
    here = next((one for one in alike if one.is_active and one.is_at(facts.agency_id)), None)
    if here is None:
        return Judged(Outcome.NEW, facts.name, facts, deeds)
    why = f"{here.name} ({here.email or 'without an address'}) is there already. Is it the same person?"
    return Judged(Outcome.LOOKS_LIKE, facts.name, facts, deeds, why, suggested_id=here.id)


def _changes(facts: Facts, person: PersonKnown, place: PlaceKnown, known: Known) -> Iterable[str]:
    if not person.is_active:
        raise Refused(f"The access of {person.name} has ended. Bring the person back first.")
    if facts.email and facts.email != person.email:
        if facts.email in known.by_email:
            raise Refused(f"Somebody else has the address {facts.email}.")
        yield f"E-mail address: {person.email} → {facts.email}"
    for name in DETAILS:
        said, held = getattr(facts, name), person.details[name]
        if said and said.casefold() != held.casefold():
            yield f"{DETAIL_WORDS[name]}: {held or 'none'} → {said}"
    yield from _held(facts, person, place)


def _held(facts: Facts, person: PersonKnown | None, place: PlaceKnown) -> Iterable[str]:
    """Roles and license at the agency."""
    held = person.roles if person else frozenset()
    for role in roles_of(facts):
        if place.kind is OrganizationKind.HMIS_LEAD and role is not Role.END_USER:
            raise Refused(f"The role “{role.words}” does not fit {place.name}.")
        if (role, place.id) not in held:
            yield f"Role: {role.words} at {place.name}"
    license_deed = _license(facts, person.licenses.get(place.id) if person else None, place)
    if license_deed:
        yield license_deed


def roles_of(facts: Facts) -> tuple[Role, ...]:
    """Whoever holds a license is an end user."""
    named = {Role(one) for one in facts.roles} | ({Role.END_USER} if facts.has_license else set())
    return tuple(sorted(named))


def _license(facts: Facts, held: LicenseKnown | None, place: PlaceKnown) -> str:
    if not facts.has_license:
        if facts.has_license is False and held is not None:
            raise Refused("The row says that there is no license, the register has one. End it on the person's page.")
        return ""
    if held is None:
        if not place.takes_part:
            raise Refused(f"{place.name} does not take part in HMIS, so its people get no license.")
        if facts.coc_id is None and place.kind is OrganizationKind.AGENCY and len(set(place.cocs.values())) > 1:
            raise Refused(f"{place.name} works in several CoCs. Say in which the license is used.")
        return f"HMIS license at {place.name}, login ID {facts.login_id}"
    if held.state in (LicenseState.REQUESTED, LicenseState.APPROVED):
        raise Refused(f"A license is {held.state.words.lower()} here and not given yet. Decide and confirm it first.")
    return "" if held.login_id == facts.login_id else f"Login ID: {held.login_id or 'none'} → {facts.login_id}"


@dataclass
class Seen:
    """What earlier rows of the file said, so that the same twice is refused."""

    at: dict[tuple[str, int], int] = field(default_factory=dict)
    names: dict[str, tuple[str, int]] = field(default_factory=dict)
    logins: dict[str, tuple[str, int]] = field(default_factory=dict)

    def wrong(self, row: int, facts: Facts, person_id: int | None) -> str:
        """Why the row contradicts or repeats an earlier one; notes it."""
        who = str(person_id) if person_id else facts.email
        earlier = self.at.setdefault((who, facts.agency_id), row)
        if earlier != row:
            return f"This stands twice in the file: row {earlier} is about the same person at the same agency."
        name, at = self.names.setdefault(who, (facts.name.casefold(), row))
        if facts.name and name and name != facts.name.casefold():
            return f"Row {at} has the same person or address with another name. An address belongs to one person."
        owner, at = self.logins.setdefault(facts.login_id.lower(), (who, row)) if facts.login_id else (who, row)
        return "" if owner == who else f"Row {at} has the same login ID for somebody else."

    def is_new(self, row: int, facts: Facts) -> bool:
        """Is this the first row about somebody who is not in the register yet?"""
        return min(number for (who, _), number in self.at.items() if who == facts.email) == row
