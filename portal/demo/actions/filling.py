"""The whole community, written at once: an interrupted filling leaves an empty database."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from portal import audit
from portal.audit import Act, Via
from portal.db import db
from portal.demo.actions import comparable, desk, evidence, exceptions, exports, letters, licensing, reports, shipped
from portal.demo.actions import register as registers
from portal.demo.actions.conversations import Conversation, Stage
from portal.demo.actions.film import Film
from portal.demo.actions.office import Office
from portal.demo.actions.register import Passwords, Register
from portal.demo.actions.shipped import Shipped
from portal.demo.rules import PEOPLE, Newcomer, curtain, drawn_people, first_day, planned, visits
from portal.demo.rules.calendar import DAY
from portal.errors import Refused
from portal.people import queries as people
from portal.people.models import DemoMark
from portal.standing import actions as standing
from portal.standing import queries as standing_queries

NOT_EMPTY = "This database is not empty. A demo community is made in a new database only."
RAW_MAIL_KEPT = timedelta(days=60)
"""So long mail comes in raw, through the mail path; what is older is filed as if it had, and its raw bytes are gone."""
MORNING = time(14, tzinfo=UTC)
"""The desk opens: 8 or 9 am Central."""

Say = Callable[[str], object]


def fill(act: Act, seed: int, say: Say) -> None:
    """The community of this seed and day, as it stands when the day begins. Commits once; only the exports come after.

    Raises:
        Refused: the database holds something already.
    """
    if not people.is_empty():
        raise Refused(NOT_EMPTY)
    now = curtain(act.at)
    dice = f"{seed} {now.date()}"
    mark = DemoMark(seed=seed, made_for=now.date(), made_at=now)
    db.session.add(mark)
    audit.record(replace(act, at=now), "demo.filled", mark, seed=seed)
    day = now.date() - DAY
    stage, office = _founded(shipped.read(), dice, day, say)
    hours = stage.hours(stage.register.cocs["XX-501"].id)
    rng = Random(f"{dice} plan")  # noqa: S311 - dice of an invented community
    plan = planned(rng, stage.shipped.scenarios, day, hours)
    plan += visits(rng, stage.shipped.visits, day, hours)
    for number, one in enumerate(plan, start=1):
        stage.film.add(one.at, Conversation(stage, one, f"{dice} {number}").open)
    _play(stage.film, now, say)
    letters.settle(now)
    db.session.commit()
    say("Exports of the HMIS …")
    exports.take_in(office, stage.shipped.community)
    _note_register(now)
    db.session.commit()
    say("The demo community is ready.")


def _founded(content: Shipped, dice: str, day: date, say: Say) -> tuple[Stage, Office]:
    """The register and the desk on the evening before the first day; who comes later is on the film."""
    eve = datetime.combine(first_day(day) - DAY, MORNING)
    register, passwords, film = Register(), Passwords(), Film()
    registers.add_lead(register, Act(at=eve, via=Via.CLI), content.community, content.people["staff"])
    for person in register.staff.values():
        passwords.give(Act(at=eve), person)
    by_admin = Act(at=eve, by=next(iter(register.staff.values())).id)
    registers.add_places(register, by_admin, content.community, range(eve.year, day.year + 2))
    registers.add_projects(register, by_admin, content.community["projects"], eve.date())
    say(f"{len(register.places)} organizations with their projects.")
    office = Office(register, passwords, film, content.standing, eve.date(), day, dice)
    rng = Random(dice)  # noqa: S311 - dice of an invented community
    coming = drawn_people(rng, content.community, content.people, eve.date(), day)
    leavers = sorted({one.leaves_on for one in coming if one.leaves_on is not None})
    for one in coming:
        _let_join(by_admin, office, one, leavers)
    rows = desk.set_up(register, by_admin, content)
    for part in (evidence, licensing, reports, exceptions, comparable):
        part.set_up(office, by_admin)
    say(f"{PEOPLE} people in every role, and the desk's queues, categories and rules.")
    raw_since = datetime.combine(day, MORNING) - RAW_MAIL_KEPT
    return Stage(film, register, rows, content, raw_since), office


def _let_join(by_admin: Act, office: Office, one: Newcomer, leavers: Sequence[date]) -> None:
    """From the beginning, or asked for on the day."""
    if one.joins_on > office.eve:
        office.add(one.joins_on, MORNING.hour, lambda at: licensing.let_ask(office, one, at))
        return
    person = registers.add_newcomer(office.register, by_admin, one)
    office.passwords.give(by_admin, person)
    if one.leaves_on is not None:
        licensing.let_leave(office, person, one.leaves_on, leavers.index(one.leaves_on))


def _note_register(now: datetime) -> None:
    """As the worker would do."""
    for fresh in standing_queries.unnoted(now):
        standing.note_register(Act(at=now, via=Via.JOB), fresh)


def _play(film: Film, now: datetime, say: Say) -> None:
    """Actions flush what they go on to ask for; flushing before every question besides takes half of the time."""
    month = ""
    with db.session.no_autoflush:
        for at in film.run(now):
            if f"{at:%B %Y}" != month:
                month = f"{at:%B %Y}"
                say(f"{month} …")
