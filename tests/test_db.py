"""Rows put in at once: the same promises as by the ORM, on both databases."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import tables
from portal.db import db, plain_rows, put, put_if_new, read_only
from portal.mail.thread import MailReference
from portal.people.models import Person, Project
from portal.tables import Order
from tests import factories


def reference(at, message_id: str = "<one@example.org>") -> MailReference:
    return MailReference(
        message_id_hash=message_id, message_id=message_id, kind="ticket", subject_id=1, ours=True, known_since=at
    )


@pytest.fixture
def project(app: Flask) -> Project:
    coc = factories.make_coc()
    return factories.make_project(factories.make_organization(coc=coc), coc)


def test_a_row_that_was_put_in_is_a_row_of_the_session_with_its_defaults_and_relationships(project: Project, at):
    person = put(
        Person(first_name="Robin", last_name="Sample", email="robin@example.org", added_at=at), home=project.agency
    )

    assert (person.home, person.home_id, person.job_title) == (project.agency, project.agency_id, "")
    assert db.session.get(Person, person.id) is person

    person.job_title = "Case manager"
    db.session.commit()

    assert db.session.scalar(select(Person.job_title).where(Person.id == person.id)) == "Case manager"


def test_what_a_unique_constraint_knows_is_not_put_in_again_and_the_transaction_goes_on(app: Flask, at):
    assert put_if_new(reference(at))
    assert not put_if_new(reference(at))
    assert put_if_new(reference(at, "<two@example.org>"))
    db.session.commit()

    assert db.session.scalar(select(func.count()).select_from(MailReference)) == 2


def test_nothing_is_put_in_while_reading(app: Flask, at):
    db.session.commit()
    read_only()

    with pytest.raises(RuntimeError, match="only reads"):
        put(reference(at))


def test_plain_rows_show_what_was_changed_and_not_yet_written(project: Project):
    project.name = "Harbor House"

    assert [row.name for row in plain_rows(select(Project.name))] == ["Harbor House"]


def test_pages_of_a_list_that_is_ordered_by_a_date_follow_each_other_in_both_directions(app: Flask, project: Project):
    for number in range(2 * tables.PAGE_SIZE):
        starts_on = date(2025, 1, 1) + timedelta(days=number // 2)
        factories.make_project(project.agency, project.coc, starts_on=starts_on)
    order = Order((Project.starts_on, Project.id))
    ids = list(db.session.scalars(select(Project.id).order_by(Project.starts_on, Project.id)))

    seen, url, back = [], "/projects", ""
    while url:
        with app.test_request_context(url):
            page = tables.sliced(select(Project), order)
            seen, url, back = [*seen, *page.rows], page.next_url, page.previous_url
    with app.test_request_context(back):
        before = tables.sliced(select(Project), order)

    assert [one.id for one in seen] == ids
    assert [one.id for one in before.rows] == ids[tables.PAGE_SIZE : 2 * tables.PAGE_SIZE]
