"""The whole community, written at once: an interrupted filling leaves an empty database."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from portal import audit
from portal.audit import Act, Via
from portal.db import db
from portal.demo.actions import desk, letters, shipped
from portal.demo.actions import register as registers
from portal.demo.actions.conversations import Conversation, Stage
from portal.demo.actions.film import Film
from portal.demo.actions.register import Passwords, Register
from portal.demo.actions.shipped import Shipped
from portal.demo.rules import PEOPLE, Newcomer, drawn_people, first_day, planned
from portal.errors import Refused
from portal.people import queries as people
from portal.people.models import DemoMark

NOT_EMPTY = "This database is not empty. A demo community is made in a new database only."
RAW_MAIL_KEPT = timedelta(days=60)
"""So long mail comes in raw, through the mail path; what is older is filed as if it had, and its raw bytes are gone."""
MORNING = time(14, tzinfo=UTC)
"""The desk opens: 8 or 9 am Central."""

Say = Callable[[str], object]


def fill(act: Act, seed: int, say: Say) -> None:
    """The community of this seed and day, as it stands at the full hour before the act. Commits once, at the end.

    Raises:
        Refused: the database holds something already.
    """
    if not people.is_empty():
        raise Refused(NOT_EMPTY)
    now = act.at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    dice = f"{seed} {now.date()}"
    mark = DemoMark(seed=seed, made_for=now.date(), made_at=act.at)
    db.session.add(mark)
    audit.record(act, "demo.filled", mark, seed=seed)
    stage = _founded(shipped.read(), Random(dice), now.date(), say)  # noqa: S311 - dice of an invented community
    hours = stage.hours(stage.register.cocs["XX-501"].id)
    plan = planned(Random(f"{dice} plan"), stage.shipped.scenarios, now.date(), hours)  # noqa: S311 - as above
    for number, one in enumerate(plan, start=1):
        stage.film.add(one.at, Conversation(stage, one, f"{dice} {number}").open)
    _play(stage.film, now, say)
    letters.settle(now)
    db.session.commit()
    say("The demo community is ready.")


def _founded(content: Shipped, rng: Random, day: date, say: Say) -> Stage:
    """The register and the desk on the evening before the first day; who comes later is on the film."""
    eve = datetime.combine(first_day(day) - timedelta(days=1), MORNING)
    register, passwords, film = Register(), Passwords(), Film()
    registers.add_lead(register, Act(at=eve, via=Via.CLI), content.community, content.people["staff"])
    for person in register.staff.values():
        passwords.give(Act(at=eve), person)
    by_admin = Act(at=eve, by=next(iter(register.staff.values())).id)
    registers.add_places(register, by_admin, content.community, range(eve.year, day.year + 2))
    registers.add_projects(register, by_admin, content.community["projects"], eve.date())
    say(f"{len(register.places)} organizations with their projects.")
    for one in drawn_people(rng, content.community, content.people, eve.date(), day):
        _let_join(by_admin, register, passwords, film, one)
    rows = desk.set_up(register, by_admin, content)
    say(f"{PEOPLE} people in every role, and the desk's queues, categories and rules.")
    raw_since = datetime.combine(day, MORNING) - RAW_MAIL_KEPT
    return Stage(film, register, rows, content, raw_since)


def _let_join(by_admin: Act, register: Register, passwords: Passwords, film: Film, one: Newcomer) -> None:
    """At once, or on the day; who leaves does so in the evening."""

    def join(at: datetime) -> None:
        act = Act(at=at, by=by_admin.by)
        person = registers.add_newcomer(register, act, one)
        if not one.is_invited_only:
            passwords.give(act, person)
        if one.leaves_on is not None:
            leaves_at = datetime.combine(one.leaves_on, MORNING) + timedelta(hours=9)
            film.add(leaves_at, lambda then: registers.end_person(register, Act(at=then, by=by_admin.by), person))

    if one.joins_on <= by_admin.at.date():
        join(by_admin.at)
    else:
        film.add(datetime.combine(one.joins_on, MORNING), join)


def _play(film: Film, now: datetime, say: Say) -> None:
    """Actions flush what they go on to ask for; flushing before every question besides takes half of the time."""
    month = ""
    with db.session.no_autoflush:
        for at in film.run(now):
            if f"{at:%B %Y}" != month:
                month = f"{at:%B %Y}"
                say(f"{month} …")
