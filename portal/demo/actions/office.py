"""What the scenes about standing and licenses share: the places and their stories, who does what, and when."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from portal.audit import Act
from portal.db import db
from portal.demo.actions.film import Film, Scene
from portal.demo.actions.register import Passwords, Register
from portal.demo.rules import AgencyStory, stories_from
from portal.people.models import Organization, Person
from portal.policy import Role


@dataclass
class Office:
    """Times of day are UTC: the offices of the community are open from 15 to 22 o'clock at any time of the year."""

    register: Register
    passwords: Passwords
    film: Film
    content: Mapping[str, Any]
    """content/demo/standing.yml"""
    eve: date
    """When the portal was set up."""
    day: date
    """The last day that is played."""
    dice: str
    leaving: set[int] = field(default_factory=set)
    """Who will leave; nothing else happens to their licenses."""

    def __post_init__(self) -> None:
        self.stories: Sequence[AgencyStory] = stories_from(self.content)

    def rng(self, what: str) -> Random:
        """Dice of its own, so that nothing that happens elsewhere changes it."""
        return Random(f"{self.dice} {what}")  # noqa: S311 - dice of an invented community

    def note(self, key: str) -> str:
        return str(self.content["notes"][key])

    def ago(self, days: int) -> date:
        return self.day - timedelta(days=days)

    def add(self, on: date, hour: int, scene: Scene, minute: int = 0) -> None:
        """Actions of these packages count on rows being flushed before they ask."""

        def play(at: datetime) -> None:
            with _flushing():
                scene(at)

        self.film.add(datetime.combine(on, time(hour, minute), UTC), play)

    def act(self, at: datetime, staff: str) -> Act:
        return Act(at=at, by=self.register.staff[staff].id)

    def place(self, story: AgencyStory) -> Organization:
        return self.register.places[story.key]

    def agencies(self) -> list[Organization]:
        """Those that take part."""
        return [self.place(one) for one in self.stories if one.agreement is not None]

    def admin(self, agency: Organization) -> Person:
        return self.members(agency, {Role.AGENCY_ADMIN})[0]

    def members(self, place: Organization, roles: Collection[Role]) -> list[Person]:
        """Who works there and holds one of these roles, in the order of the register."""
        return [
            person
            for person in self.register.at_home[place.id]
            if any(one.role in roles and not one.ended_on for one in person.roles)
        ]

    def staying(self, key: str) -> list[Person]:
        """End users of a place, without other roles, who have been there from the beginning and will not leave."""
        found = self.members(self.register.places[key], {Role.END_USER})
        return [one for one in found if one.id not in self.leaving and len(one.roles) == 1]


@contextmanager
def _flushing() -> Iterator[None]:
    session = db.session()
    before, session.autoflush = session.autoflush, True
    try:
        yield
        session.flush()
    finally:
        session.autoflush = before
