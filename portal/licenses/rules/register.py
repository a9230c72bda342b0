"""The register as the rows of a list are held against it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.errors import Refused
from portal.licenses.rules.states import LicenseState
from portal.people.rules import OrganizationKind, Participation
from portal.policy import Role


@dataclass(frozen=True)
class PlaceKnown:
    id: int
    name: str
    kind: OrganizationKind
    participation: Participation | None
    cocs: Mapping[str, int]
    """Ids by name, short name and HUD number, lower case."""
    is_ended: bool = False

    @property
    def takes_part(self) -> bool:
        return self.kind is OrganizationKind.HMIS_LEAD or self.participation is Participation.PARTICIPATING

    def coc(self, typed: str) -> int | None:
        """Raises Refused where the agency does not work in a CoC called so."""
        if not typed:
            return None
        if typed.lower() not in self.cocs:
            raise Refused(f"{self.name} does not work in a CoC called “{typed[:60]}”.")
        return self.cocs[typed.lower()]


@dataclass(frozen=True)
class LicenseKnown:
    state: LicenseState
    login_id: str


@dataclass(frozen=True)
class PersonKnown:
    id: int
    email: str
    details: Mapping[str, str]
    home_id: int
    is_active: bool
    roles: frozenset[tuple[Role, int]] = frozenset()
    licenses: Mapping[int, LicenseKnown] = field(default_factory=dict)
    """Those that have not ended, by agency."""

    @property
    def name(self) -> str:
        return f"{self.details['first_name']} {self.details['last_name']}"

    def is_at(self, agency_id: int) -> bool:
        held = any(place == agency_id for _, place in self.roles)
        return self.home_id == agency_id or held or agency_id in self.licenses


@dataclass(frozen=True)
class Known:
    """The register, as far as rows are held against it."""

    names: Mapping[str, int | None]
    """Agencies by what files call them; None where two share a name."""
    places: Mapping[int, PlaceKnown]
    people: Mapping[int, PersonKnown]
    by_email: Mapping[str, int]
    by_login: Mapping[str, frozenset[int]]
    by_name: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def place(self, typed: str) -> PlaceKnown:
        """The agency that a file calls so.

        Raises:
            Refused: there is none, there are several, or it has ended.
        """
        if not typed:
            raise Refused("The agency is missing.")
        if typed.lower() not in self.names:
            raise Refused(f"No agency in the register is called “{typed[:60]}”.")
        agency_id = self.names[typed.lower()]
        if agency_id is None:
            raise Refused(f"More than one agency is called “{typed[:60]}”. Use its ID in the HMIS.")
        if self.places[agency_id].is_ended:
            raise Refused(f"{self.places[agency_id].name} has ended.")
        return self.places[agency_id]

    def person(self, login_id: str, email: str) -> PersonKnown | None:
        """By login ID in the HMIS, then by e-mail address; never by name.

        Raises:
            Refused: the two belong to two people, or the login ID does.
        """
        by_login = self.by_login.get(login_id.lower(), frozenset()) if login_id else frozenset()
        if len(by_login) > 1:
            raise Refused(f"More than one person has the login ID {login_id}. Mend that in the list of licenses first.")
        login = self.people[next(iter(by_login))] if by_login else None
        mail = self.by_address(email)
        if login and mail and login.id != mail.id:
            raise Refused(f"The login ID belongs to {login.name}, the e-mail address to {mail.name}.")
        return login or mail

    def by_address(self, email: str) -> PersonKnown | None:
        found = self.by_email.get(email)
        return self.people[found] if found else None
