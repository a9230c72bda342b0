"""A community copied in bulk keeps every promise of a real one."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from portal.app import create_app
from portal.audit import Act, AuditEvent
from portal.db import APPEND_ONLY, db
from portal.demo import actions
from portal.demo.rules import COMMON_WORD, RARE_WORD
from portal.errors import Refused
from portal.licenses.models import Leaver, License, LicenseStep, WorkItem
from portal.mail.letters import Letter
from portal.people import queries as people
from portal.people.models import Person, RoleGrant
from portal.policy import Role
from portal.standing import queries as standing
from portal.standing.models import Evidence, EvidenceClaim
from portal.tickets import actions as tickets
from portal.tickets import queries
from portal.tickets.models import Message, Participant, Pause, Ticket
from portal.tickets.queries import SEARCH
from portal.tickets.rules import State
from tests.conftest import MONDAY, settings_for
from tests.demo.invariants import broken

pytestmark = pytest.mark.xdist_group("demo")


def scale(count: int) -> list[str]:
    said: list[str] = []
    actions.scale_up(Act(at=MONDAY), count, said.append)
    return said


def count_of(what: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(what)) or 0


def found(words: str) -> int:
    return len(db.session.scalars(SEARCH.narrowed(select(Ticket.id), Ticket.id, words)).all())


def test_a_copied_community_has_so_many_tickets_and_breaks_no_invariant(app: Flask) -> None:
    originals = count_of(Ticket)

    said = scale(3000)

    assert count_of(Ticket) == 3000
    assert said[-2:] == [
        f"{3000 - originals:,} of {3000 - originals:,} tickets copied.",
        "End users copied, 1 of 1 times.",
    ]
    assert broken(db.session.connection()) == {}


def test_what_hangs_on_a_ticket_is_copied_with_it_but_no_letter(app: Flask) -> None:
    models = (Ticket, Message, Participant, Pause)
    before, letters = [count_of(model) for model in models], count_of(Letter)

    scale(2 * before[0])

    assert [count_of(model) for model in models] == [2 * count for count in before]
    assert count_of(Letter) == letters


def test_a_copy_is_its_original_with_other_numbers_and_earlier_dates(app: Flask) -> None:
    originals = db.session.scalars(select(Ticket).order_by(Ticket.id)).all()
    first, ahead = next(one for one in originals if one.state is State.CLOSED), len(originals)

    scale(3 * ahead)
    copy = db.session.get(Ticket, first.id + ahead)

    assert copy is not None
    assert (copy.subject, copy.requester_id, copy.assignee_id) == (first.subject, first.requester_id, first.assignee_id)
    shift = first.opened_at - copy.opened_at
    assert (shift.days >= 7, shift.days % 7, shift.seconds) == (True, 0, 0)
    assert {shift} == {old.at - new.at for old, new in zip(first.messages, copy.messages, strict=True)}
    assert [event.name for event, _ in queries.history(copy)] == [event.name for event, _ in queries.history(first)]


def test_open_tickets_stay_as_many_of_a_hundred_and_as_late_as_they_are(app: Flask) -> None:
    def share(*criteria: Any) -> float:
        return (db.session.scalar(select(func.count()).where(*criteria)) or 0) / count_of(Ticket)

    before = share(Ticket.is_open), share(Ticket.is_open, Ticket.next_due_at < MONDAY)

    scale(5 * count_of(Ticket))

    assert (share(Ticket.is_open), share(Ticket.is_open, Ticket.next_due_at < MONDAY)) == pytest.approx(before)


def test_one_word_is_in_ten_tickets_and_one_in_about_twelve_of_a_hundred(app: Flask) -> None:
    originals = count_of(Ticket)

    scale(3000)

    assert found(RARE_WORD) == 10
    assert 0.11 <= found(COMMON_WORD) / (3000 - originals) <= 0.13


def test_scaling_again_goes_on_where_it_was_and_keeps_the_rare_word_rare(app: Flask) -> None:
    scale(2000)
    scale(3500)
    said = scale(3000)

    assert count_of(Ticket) == 3500
    assert found(RARE_WORD) == 10
    assert said == []
    assert broken(db.session.connection()) == {}


def test_a_ticket_filed_after_copying_gets_the_next_number(app: Flask) -> None:
    scale(2500)
    last = db.session.scalar(select(func.max(Ticket.id)))
    dana = people.people_of([people.agencies_listed(people.staff(MONDAY.date())[0].actor_on(MONDAY.date()))[0].id])[0]

    ticket = tickets.open_ticket(
        Act(at=MONDAY, by=dana.id),
        tickets.Requester(dana),
        subject="Printer",
        draft=tickets.Draft("It is out of paper."),
        category=queries.category_by_key("other"),
    )

    assert ticket.id == last + 1
    assert broken(db.session.connection()) == {}


def test_that_tickets_were_copied_is_on_record(app: Flask) -> None:
    scale(1200)

    events = db.session.scalars(select(AuditEvent).where(AuditEvent.name == "demo.scaled")).all()
    assert [event.facts for event in events] == [{"tickets": 1200}]


@pytest.mark.once
def test_where_there_is_nothing_to_copy_that_is_said(template: str, tmp_path: Path) -> None:
    shutil.copy(template.removeprefix("sqlite:///"), tmp_path / "empty.db")
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path / "data"))

    with app.app_context(), pytest.raises(Refused) as refusal:
        scale(1000)

    assert refusal.value.sentence == ("There are no tickets to copy. Fill the database with `portal demo` first.")


def test_end_users_are_copied_with_licenses_evidence_and_clocks_and_seats_are_bought_for_them(app: Flask) -> None:
    models = (Person, License, LicenseStep, WorkItem, Leaver, Evidence, EvidenceClaim)
    alone = select(License.person_id).where(~License.person_id.in_(_with_another_role()))
    before, ours = {model: count_of(model) for model in models}, count_of(alone.distinct().subquery())

    scale(2 * count_of(Ticket))

    assert count_of(Person) == before[Person] + ours
    assert [model.__name__ for model in models if count_of(model) <= before[model]] == []
    assert broken(db.session.connection()) == {}


def _with_another_role() -> Any:
    return select(RoleGrant.person_id).where(RoleGrant.role != Role.END_USER)


def test_a_copied_person_stands_as_the_original_does(app: Flask) -> None:
    scale(2 * count_of(Ticket))
    pairs = copied_people()
    told = standing.verdicts_of_people([one for pair in pairs for one in pair], MONDAY)

    assert len(pairs) > 100
    assert [
        one for one, copy in pairs if [each.state for each in told[one]] != [each.state for each in told[copy]]
    ] == []


def copied_people() -> list[tuple[int, int]]:
    by_address = {one.email: one.id for one in db.session.scalars(select(Person).order_by(Person.id))}
    return [(by_address[one.replace("+1@", "@")], key) for one, key in by_address.items() if "+1@" in one]


def test_many_tickets_bring_more_people_and_scaling_again_no_more_of_them(app: Flask) -> None:
    tickets_before, before = count_of(Ticket), count_of(Person)

    scale(12 * tickets_before)
    after = count_of(Person)
    scale(12 * tickets_before)

    assert after - before == 2 * len(copied_people())
    assert count_of(Person) == after
    assert broken(db.session.connection()) == {}


def test_what_is_only_ever_added_to_stays_so_in_a_copied_community(app: Flask) -> None:
    scale(2 * count_of(Ticket))
    filled = [table for table in APPEND_ONLY if db.session.scalar(text(f"SELECT count(*) FROM {table}"))]

    assert set(APPEND_ONLY) - set(filled) == {"waiver_ending"}
    for table in filled:
        with pytest.raises(DBAPIError), db.session.begin_nested():
            db.session.execute(text(f"DELETE FROM {table}"))
