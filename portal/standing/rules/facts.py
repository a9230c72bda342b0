"""What a verdict is made from: terms of a requirement, evidence, waivers, and facts of the register, each with the
moment at which it was known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from portal.policy import Role
from portal.standing.rules.words import Place, Recurrence, SubjectKind


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a requirement binds. An empty set does not limit; `people` names persons and leaves the rest aside."""

    roles: frozenset[Role] = frozenset()
    places: frozenset[Place] = frozenset()
    project_types: frozenset[int] = frozenset()
    cocs: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    organizations: frozenset[int] = frozenset()

    def as_json(self) -> dict[str, list[Any]]:
        return {name: sorted(getattr(self, name)) for name in self.__slots__ if getattr(self, name)}

    @staticmethod
    def from_json(held: Mapping[str, Iterable[Any]]) -> "Audience":
        return Audience(
            roles=frozenset(Role(one) for one in held.get("roles", ())),
            places=frozenset(Place(one) for one in held.get("places", ())),
            project_types=frozenset(held.get("project_types", ())),
            cocs=frozenset(held.get("cocs", ())),
            people=frozenset(held.get("people", ())),
            organizations=frozenset(held.get("organizations", ())),
        )


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of each year, both days included; it may cross New Year. February 29 means the last of February."""

    opens_month: int
    opens_day: int
    closes_month: int
    closes_day: int

    @property
    def crosses_new_year(self) -> bool:
        return (self.closes_month, self.closes_day) < (self.opens_month, self.opens_day)


WHOLE_YEAR = Window(1, 1, 12, 31)


@dataclass(frozen=True, slots=True)
class Terms:
    """One published version of a requirement."""

    requirement_id: int
    number: int
    published_at: datetime
    effective_on: date
    kind: str
    key: str
    subject_kind: SubjectKind = SubjectKind.PERSON
    audience: Audience = field(default_factory=Audience)
    recurrence: Recurrence = Recurrence.ONCE
    months: int = 12
    window: Window = WHOLE_YEAR
    times: int = 1
    """How often each calendar year."""
    idle_days: int = 0
    due_soon_days: int = 0
    """Renewing within these days before the end loses no day."""
    grace_days: int = 0
    first_days: int | None = None
    """Days to meet it for the first time; None: at once, or in the first whole window or year."""
    evidence_from: date | None = None
    """Older evidence counts only until `first_days` after this day: everybody does it anew."""
    is_retired: bool = False
    title: str = ""
    version_id: int = 0


class EvidenceFact(NamedTuple):
    """One row of evidence: true `on` a day, known since `recorded_at`; it may replace an earlier row or void it."""

    id: int
    on: date
    recorded_at: datetime
    until: date | None = None
    """An end of its own; None leaves the end to the requirement."""
    supersedes: int | None = None
    is_void: bool = False
    is_imported: bool = False
    kind: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class WaiverFact:
    id: int
    requirement_id: int
    starts_on: date
    ends_on: date
    recorded_at: datetime
    endings: tuple[tuple[date, datetime], ...] = ()
    """Earlier last days, each with the moment at which it was set."""

    def last_day(self, known_on: datetime) -> date:
        return min([self.ends_on, *(day for day, known in self.endings if known <= known_on)])


class RoleSpan(NamedTuple):
    """A role at an organization, from its first day until the day before it ended."""

    role: Role
    organization_id: int
    starts_on: date
    ended_on: date | None = None
    is_asked_for: bool = False
    """A license was asked for and not granted yet: nothing is late."""


@dataclass(frozen=True, slots=True)
class ProjectSpan:
    project_type: int
    coc_id: int
    starts_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """An organization as it is known."""

    place: Place
    cocs: frozenset[int] = frozenset()
    projects: tuple[ProjectSpan, ...] = ()
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class LoginFacts:
    """What the vendor's last-login reports told: the day of each report, and the person's last login in it."""

    report_on: date
    last_on: date | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """A person or an organization as the register is known to have stood."""

    kind: SubjectKind
    id: int
    spans: tuple[RoleSpan, ...] = ()
    places: Mapping[int, PlaceFacts] = field(default_factory=dict)
    logins: tuple[LoginFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class CommunityStart:
    """From when this community counts: what ran out or was due before may be made up until `catch_up_on`."""

    starts_on: date
    catch_up_on: date
    recorded_at: datetime
