"""What a page asks of the database does not grow with what it shows, nor with what is stored."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert, text, update

from portal import tables
from portal.audit import Act
from portal.db import db, learn, remembered
from portal.people.models import Person
from portal.policy import Role
from portal.search import HITS_CAP, Text
from portal.tickets import actions, queries, rules
from portal.tickets.actions import Draft
from portal.tickets.models import DeskHours, Ticket
from portal.tickets.queries import Filters
from portal.tickets.rules import Channel, Priority, State, Urgency
from tests import factories
from tests.tickets.conftest import Desk

SignIn = Callable[[FlaskClient, Person], FlaskClient]


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked inside."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def cost(app: Flask, desk: Desk, sign_in: SignIn) -> Callable[[Person, str], int]:
    """The number of statements of a page, opened a second time."""

    def opened(person: Person, path: str) -> int:
        client = sign_in(app.test_client(), person)
        assert client.get(path).status_code == 200
        with statements() as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    return opened


def file_many(desk: Desk, number: int) -> None:
    """By different people of different agencies, about different projects, to different staff."""
    for turn in range(number):
        agency = factories.make_organization(coc=desk.coc)
        project = factories.make_project(agency, desk.coc)
        staff = factories.make_person(desk.lead, Role.LEAD_STAFF)
        person = factories.make_person(agency, Role.END_USER)
        ticket = desk.file(requester=actions.Requester(person), project=project, subject=f"Number {turn}")
        actions.assign_ticket(desk.act(desk.admin), ticket, staff)
    db.session.commit()


def test_a_list_of_25_tickets_costs_as_much_as_a_list_of_5(desk: Desk, cost: Callable[[Person, str], int]) -> None:
    file_many(desk, 5)
    few = cost(desk.staff, "/tickets")

    file_many(desk, 20)

    assert cost(desk.staff, "/tickets") == few


def test_a_requesters_list_of_25_tickets_costs_as_much_as_one_of_5(
    desk: Desk, cost: Callable[[Person, str], int]
) -> None:
    for turn in range(5):
        desk.file(subject=f"Number {turn}")
    db.session.commit()
    few = cost(desk.user, "/tickets")

    for turn in range(20):
        desk.file(subject=f"More {turn}")
    db.session.commit()

    assert cost(desk.user, "/tickets") == few


def converse(desk: Desk, ticket: Ticket, number: int) -> None:
    """Different people of different agencies take part and write."""
    for turn in range(number):
        agency = factories.make_organization(coc=desk.coc)
        person = factories.make_person(agency, Role.END_USER)
        actions.add_participant(desk.act(desk.staff), ticket, person)
        later = Act(at=desk.at + timedelta(hours=turn), by=person.id)
        actions.comment(later, ticket, person, Draft(f"It is the same for us, **{turn}** times."))
    db.session.commit()


@pytest.mark.parametrize("reader", ["staff", "user"])
def test_a_ticket_with_20_messages_costs_as_much_as_one_with_2(
    desk: Desk, cost: Callable[[Person, str], int], reader: str
) -> None:
    ticket = desk.file()
    converse(desk, ticket, 1)
    path = f"/tickets/{ticket.id}"
    few = cost(getattr(desk, reader), path)

    converse(desk, ticket, 18)

    assert cost(getattr(desk, reader), path) == few


def test_the_desks_hours_are_read_once_for_many_tickets(desk: Desk) -> None:
    queries.hours_for(desk.coc.id)

    with statements() as seen:
        queries.hours_for(desk.coc.id)
        queries.targets()
        queries.targets()

    assert len(seen) == 1


def test_changed_hours_and_targets_hold_for_the_next_ticket(desk: Desk) -> None:
    before = (queries.hours_for(desk.coc.id), queries.targets()[Priority.LOW])
    longer = rules.Target(timedelta(hours=30), timedelta(hours=90))

    actions.set_hours(desk.act(desk.admin), [(0, 480, 600)])
    actions.set_targets(desk.act(desk.admin), {Priority.LOW: longer})

    assert before[1] != longer
    assert queries.targets()[Priority.LOW] == longer
    assert queries.hours_for(desk.coc.id).week == queries.desk_windows() == {0: ((time(8), time(10)),)}


def test_what_was_dropped_is_forgotten(desk: Desk) -> None:
    db.session.commit()
    db.session.add(DeskHours(weekday=6, opens=0, closes=60))
    db.session.flush()
    assert list(queries.desk_windows()) == [6]

    db.session.rollback()

    assert list(queries.desk_windows()) == [0, 1, 2, 3, 4]


def test_each_request_remembers_for_itself(app: Flask) -> None:
    assert remembered("answer", lambda: 1, DeskHours) == 1
    assert remembered("answer", lambda: 2, DeskHours) == 1

    db.session.remove()

    assert remembered("answer", lambda: 2, DeskHours) == 2


MANY = HITS_CAP + 5


@pytest.fixture
def crowd(desk: Desk) -> list[int]:
    """More tickets than the search sorts, each with the word "roster"; every fifth is resolved."""
    facts = {
        "category_id": desk.category.id,
        "queue_id": desk.queue.id,
        "priority": Priority.NORMAL,
        "urgency": Urgency.NORMAL,
        "channel": Channel.WEB,
        "requester_id": desk.user.id,
        "opened_at": desk.at,
        "updated_at": desk.at,
    }
    ids = list(range(1, MANY + 1))
    open_or_not = [{"state": State.NEW}, {"state": State.RESOLVED, "is_open": False, "resolved_at": desk.at}]
    for is_done in (0, 1):
        rows = [{**facts, **open_or_not[is_done], "id": one, "subject": "Bed roster"} for one in ids]
        db.session.execute(insert(Ticket), [row for row in rows if (row["id"] % 5 == 0) == bool(is_done)])
    queries.SEARCH.put(*(Text(one, "the bed roster", "heron" if one == 7 else "") for one in ids))
    return ids


def test_a_word_in_more_than_a_thousand_tickets_gives_the_newest_and_a_capped_count(
    app: Flask, desk: Desk, crowd: list[int]
) -> None:
    actor = desk.staff.actor_on(desk.at.date())
    found = queries.listed(actor, Filters(view="all", words="roster"), desk.at)

    with app.test_request_context("/tickets"):
        page = tables.sliced(queries.for_list(found), queries.ORDERS["newest"])

    assert [ticket.id for ticket in page.rows] == crowd[: -tables.PAGE_SIZE - 1 : -1]
    assert str(tables.counted(found.with_only_columns(Ticket.id))) == "1,000+"


def test_a_common_word_is_narrowed_by_the_other_filters_in_list_and_count_alike(
    app: Flask, desk: Desk, crowd: list[int]
) -> None:
    actor = desk.staff.actor_on(desk.at.date())
    found = queries.listed(actor, Filters(view="resolved", words="roster"), desk.at)

    with app.test_request_context("/tickets"):
        page = tables.sliced(queries.for_list(found), queries.ORDERS["oldest"])

    assert [ticket.id for ticket in page.rows] == [one for one in crowd if one % 5 == 0][: tables.PAGE_SIZE]
    assert tables.counted(found.with_only_columns(Ticket.id)).number == len([one for one in crowd if one % 5 == 0])


def test_a_word_of_a_note_is_found_by_staff_alone(app: Flask, desk: Desk, crowd: list[int]) -> None:
    found = {
        person.id: queries.listed(person.actor_on(desk.at.date()), Filters(view="all", words="heron"), desk.at)
        for person in (desk.staff, desk.user)
    }

    assert tables.counted(found[desk.staff.id].with_only_columns(Ticket.id)).number == 1
    assert tables.counted(found[desk.user.id].with_only_columns(Ticket.id)).number == 0


@pytest.mark.once
def test_open_tickets_of_a_queue_are_counted_by_their_own_index_on_sqlite(
    app: Flask, desk: Desk, crowd: list[int]
) -> None:
    done = {"state": State.RESOLVED, "is_open": False, "resolved_at": desk.at}
    db.session.execute(update(Ticket).where(Ticket.id % 50 != 1).values(**done))
    db.session.execute(update(Ticket).values(assignee_id=desk.staff.id))
    db.session.commit()
    learn()
    db.engine.dispose()
    actor = desk.staff.actor_on(desk.at.date())
    found = queries.listed(actor, Filters(queue_id=desk.queue.id, assignee="me"), desk.at)

    plan = text("EXPLAIN QUERY PLAN " + str(found.with_only_columns(Ticket.id).compile(db.engine, **LITERAL)))
    used = " ".join(row.detail for row in db.session.execute(plan))

    assert "ix_ticket_open_" in used


LITERAL = {"compile_kwargs": {"literal_binds": True}}
