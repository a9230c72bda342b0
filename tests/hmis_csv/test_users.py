"""Users of the HMIS beside people and licenses: proposed, linked by a person, compared."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.hmis_csv import actions, queries
from portal.hmis_csv.models import HmisUser
from portal.hmis_csv.rules.loading import UserState
from portal.licenses.models import License
from portal.licenses.rules import LicenseState
from portal.people.models import Person
from portal.policy import Role
from tests import factories
from tests.conftest import form_of

SignIn = Callable[[FlaskClient, Person], FlaskClient]


def user(key: str, name: str = "Noor Vale", email: str = "", **facts: object) -> HmisUser:
    first, _, last = name.partition(" ")
    made = HmisUser(key=key, first_name=first, last_name=last, email=email, **facts)
    db.session.add(made)
    db.session.flush()
    return made


def person(name: str, email: str, login: str = "", state: LicenseState = LicenseState.ACTIVE) -> Person:
    first, _, last = name.partition(" ")
    home = factories.make_organization()
    made = factories.make_person(home, Role.END_USER, first_name=first, last_name=last, email=email)
    long_ago = made.added_at
    db.session.add(
        License(
            person_id=made.id, agency_id=home.id, state=state, moved_at=long_ago, requested_at=long_ago, login_id=login
        )
    )
    db.session.flush()
    return made


def told(*users: HmisUser) -> list[tuple[str, UserState, str]]:
    """Proposed person's address, state, and why or what does not fit."""
    lines = queries.lines_of(users)
    return [(line.proposed.email if line.proposed else "", line.state, line.conflict or line.why) for line in lines]


def test_a_link_is_proposed_by_login_then_address_then_by_a_name_that_only_one_person_has(app: Flask):
    person("Noor Vale", "noor@example.org", login="u1")
    person("Sam Lind", "sam@example.org")
    person("Ada Holt", "ada@example.org")
    person("Ada Holt", "ada.h@example.org")

    rows = (
        user("u1", "Someone Else", "sam@example.org"),
        user("u2", "Samuel Lind", "sam@example.org"),
        user("u3", "Sam Lind", "other@example.org"),
        user("u4", "Ada Holt"),
        user("u5", "", ""),
    )

    assert told(*rows) == [
        ("noor@example.org", UserState.PROPOSED, "The login of a license is this user's id."),
        ("sam@example.org", UserState.PROPOSED, "The e-mail address is the same."),
        ("sam@example.org", UserState.PROPOSED, "Only the name is the same: look closely."),
        ("", UserState.UNKNOWN, ""),
        ("", UserState.UNKNOWN, ""),
    ]


def test_nobody_is_linked_until_a_person_says_so_and_a_link_can_be_undone(app: Flask, at: datetime):
    act = Act(at=at)
    noor, sam = person("Noor Vale", "noor@example.org"), person("Sam Lind", "sam@example.org")
    first, second = user("u1", "Noor Vale", "noor@example.org"), user("u2", "Sam Lind", "nobody@example.org")
    assert [first.person_id, second.person_id] == [None, None]

    assert actions.link_proposed(act, {first.id, second.id}) == 2
    assert [first.person_id, second.person_id] == [noor.id, sam.id]
    assert actions.link_proposed(act, {first.id}) == 0
    with pytest.raises(Refused, match="linked to somebody else"):
        actions.link_user(act, first, sam)

    actions.unlink_user(act, first)
    assert (first.person_id, told(first)[0][1]) == (None, UserState.PROPOSED)


def test_somebody_who_is_linked_already_is_proposed_for_no_second_user(app: Flask, at: datetime):
    noor = person("Noor Vale", "noor@example.org")
    first, second = user("u1", "Noor Vale", "noor@example.org"), user("u2", "Noor Vale")

    actions.link_user(Act(at=at), first, noor)

    assert told(first, second) == [("", UserState.LINKED, ""), ("", UserState.UNKNOWN, "")]


def test_what_licenses_say_against_the_hmis_is_told(app: Flask, at: datetime):
    act = Act(at=at)
    left, without = (
        person("Left Once", "left@example.org"),
        person("No License", "no@example.org", state=LicenseState.REVOKED),
    )
    swapped, gone = person("Swapped Login", "swap@example.org", login="u9"), person("Gone There", "gone@example.org")
    rows = [user(f"u{at}", "A B") for at in range(1, 5)]
    user("u9", "C D")
    for row, somebody in zip(rows, (left, without, swapped, gone), strict=True):
        actions.link_user(act, row, somebody)
    left.ended_on = at.date()
    rows[3].ended_on = at.date()
    db.session.flush()

    assert told(*rows) == [
        ("", UserState.CONFLICT, "Has left the register, yet is a user of the HMIS."),
        ("", UserState.CONFLICT, "A user of the HMIS without a license in use here."),
        ("", UserState.CONFLICT, "The license here has the login of another user of the HMIS: u9."),
        ("", UserState.CONFLICT, "Gone from the HMIS, yet a license is in use here."),
    ]


def test_the_softwares_own_user_is_set_aside_and_taken_back(app: Flask, at: datetime):
    act, row = Act(at=at), user("0", "System Account", "noor@example.org")
    person("Noor Vale", "noor@example.org")

    actions.set_user_aside(act, row, aside=True)
    assert told(row) == [("", UserState.SET_ASIDE, "")]
    actions.set_user_aside(act, row, aside=False)
    assert told(row)[0][1] is UserState.PROPOSED
    actions.link_proposed(act, {row.id})
    with pytest.raises(Refused, match="linked to a person"):
        actions.set_user_aside(act, row, aside=True)


def test_the_list_costs_the_same_number_of_queries_however_many_users_there_are(
    app: Flask, client: FlaskClient, sign_in: SignIn, admin: Person
):
    desk = sign_in(client, admin)
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *rest: asked.append(rest[2]))

    def cost() -> int:
        desk.get("/hmis-users")
        asked.clear()
        assert desk.get("/hmis-users").status_code == 200
        return len(asked)

    user("u1", "Noor Vale", "noor@example.org")
    person("Noor Vale", "noor@example.org")
    db.session.commit()
    few = cost()
    for number in range(2, 20):
        user(f"u{number}", f"Sam Lind{number}", f"sam{number}@example.org")
        person(f"Sam Lind{number}", f"sam{number}@example.org")
    db.session.commit()

    assert cost() == few


def test_staff_link_a_user_to_the_person_of_an_address(app: Flask, client: FlaskClient, sign_in: SignIn, admin: Person):
    row = user("u1", "Noor Vale", "noor@example.org")
    noor = person("Noor V", "n.vale@example.org")
    db.session.commit()
    desk = sign_in(client, admin)
    address, fields = f"/hmis-users/{row.id}", {}

    fields = form_of(desk.get(address))
    missed = desk.post(f"{address}/link", data={**fields, "email": "nobody@example.org"})
    assert (missed.status_code, "Nobody in the register has this address." in missed.get_data(as_text=True)) == (
        409,
        True,
    )
    done = desk.post(f"{address}/link", data={**fields, "email": "N.Vale@example.org"}, follow_redirects=True)

    assert "Noor Vale is Noor V." in done.get_data(as_text=True)
    db.session.expire_all()
    assert row.person_id == noor.id
