"""Attacks on the way in: what they must not learn, must not lock, and must not get."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from portal.audit import Act, AuditEvent
from portal.db import db
from portal.errors import Refused
from portal.people import actions, queries
from portal.people.models import DemoMark, LinkAsked, MailedLink, Person, RoleGrant, SignedInSession, SignInTry
from portal.people.rules import ALLOWED, Bucket, LinkKind, local_path, token_hash
from portal.policy import Role
from portal.settings import Settings
from tests.conftest import MONDAY, form_of, told
from tests.factories import make_coc, make_lead, make_organization, make_person
from tests.people.steps import (
    OTHER_PASSWORD,
    PASSWORD,
    complaint,
    give_password,
    is_inside,
    letters_to,
    mail_what_was_asked,
    send,
    token_in,
    try_to_enter,
)

Clock = Callable[[datetime], None]
Enter = Callable[[FlaskClient, Person], FlaskClient]


@pytest.fixture(autouse=True)
def monday(clock_at: Clock) -> None:
    """The clock stands still unless a test moves it."""


@pytest.fixture
def dana(app: Flask, settings: Settings, clock_at: Clock) -> Person:
    person = make_person(make_organization(), Role.END_USER, email="dana@oxbow.example.org")
    return give_password(person, settings, MONDAY)


def normal(page: str) -> str:
    """The page without what differs in every answer: tokens against forgery and double posting."""
    return re.sub(r'(name="(?:csrf_token|once)"[^>]*value="|X-CSRFToken":")[^"]*', r"\1", page)


def seen(response: object) -> tuple[int, list[tuple[str, str]], str]:
    """Status, headers and body as a stranger sees them; a cookie's value is random in any case."""
    headers = [
        (name, value.partition("=")[0] if name == "Set-Cookie" else value)
        for name, value in response.headers
        if name not in ("Content-Length",)
    ]
    return response.status_code, headers, normal(response.get_data(as_text=True))


def test_the_right_password_opens_a_session(client: FlaskClient, dana: Person):
    answer = try_to_enter(client, " Dana@OXBOW.example.org ", PASSWORD)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert is_inside(client)


def test_a_wrong_password_is_refused_and_the_address_stays_typed(client: FlaskClient, dana: Person):
    answer = try_to_enter(client, dana.email, "not the password")

    assert answer.status_code == 401
    assert complaint(answer) == "The e-mail address or the password is not right."
    assert 'value="dana@oxbow.example.org"' in answer.get_data(as_text=True)
    assert not is_inside(client)


@pytest.mark.parametrize("state", ["known", "ended", "never invited"])
def test_known_and_unknown_addresses_get_the_same_bytes(app: Flask, dana: Person, state: str):
    known, unknown = "dana@oxbow.example.org", "nobd@oxbow.example.org"
    if state == "ended":
        actions.end_person(Act(at=MONDAY), dana)
    if state == "never invited":
        dana.password_hash = None
    db.session.commit()

    answers = []
    for address in (known, unknown):
        client = app.test_client()
        tries = [try_to_enter(client, address, f"wrong {number}", "203.0.113.9") for number in range(7)]
        answers.append([(status, headers, body.replace(address, "…")) for status, headers, body in map(seen, tries)])
        db.session.execute(db.delete(SignInTry).where(SignInTry.bucket.is_not(None)))
        db.session.commit()

    assert [status for status, _, _ in answers[0]] == [401] * 5 + [429] * 2
    assert answers[0] == answers[1]


def test_a_wrong_password_costs_one_hash_whether_the_address_is_known_or_not(
    client: FlaskClient, dana: Person, monkeypatch: pytest.MonkeyPatch
):
    from argon2 import PasswordHasher

    counted: list[str] = []
    honest = PasswordHasher.verify

    def verify(self: PasswordHasher, stored: str, password: str) -> bool:
        counted.append(stored.split("$")[3])
        return honest(self, stored, password)

    try_to_enter(client, "warm@up.example.org", "the stand-in hash is made once")
    monkeypatch.setattr(PasswordHasher, "verify", verify)

    for address in (dana.email, "nobody@oxbow.example.org"):
        try_to_enter(client, address, "wrong")

    assert counted == ["m=64,t=2,p=1", "m=64,t=2,p=1"]


def test_asking_for_a_link_tells_nobody_which_addresses_exist(app: Flask, dana: Person):
    answers = []
    for address in (dana.email, "nobody@oxbow.example.org"):
        asked = send(app.test_client(), "/sign-in/link", email=address)
        answers.append(seen(asked))
        assert db.session.scalar(select(func.count()).select_from(LinkAsked)) == 1
        mail_what_was_asked(MONDAY)

    assert answers[0] == answers[1]
    assert [letter.subject for letter in letters_to(dana.email)] == ["Set a new password by Mar 2, 2026, 11:00 am ET"]
    assert letters_to("nobody@oxbow.example.org") == []


def test_tries_are_counted_although_each_of_them_is_refused(client: FlaskClient, dana: Person):
    for _ in range(3):
        try_to_enter(client, dana.email, "wrong")

    assert db.session.scalar(select(func.count()).select_from(SignInTry)) == 9
    failed = db.session.scalars(select(AuditEvent).where(AuditEvent.name == "person.sign_in_failed")).all()
    assert [event.subject_id for event in failed] == [dana.id] * 3


def test_the_table_of_tries_names_neither_people_nor_networks(client: FlaskClient, dana: Person):
    try_to_enter(client, dana.email, "wrong", "203.0.113.9")

    buckets = db.session.scalars(select(SignInTry.bucket)).all()
    assert [len(bucket) for bucket in buckets] == [64, 64, 64]
    assert not any(word in bucket for bucket in buckets for word in ("dana", "203.0.113"))


def test_waiting_lets_one_in_again(client: FlaskClient, dana: Person, clock_at: Clock):
    for _ in range(5):
        try_to_enter(client, dana.email, "wrong")
    throttled = try_to_enter(client, dana.email, PASSWORD)
    clock_at(MONDAY + timedelta(minutes=16))
    later = try_to_enter(client, dana.email, PASSWORD)

    assert (throttled.status_code, throttled.headers["Retry-After"]) == (429, "900")
    assert "have a link mailed" in complaint(throttled)
    assert later.status_code == 302


def test_tries_while_throttled_do_not_prolong_the_wait(client: FlaskClient, dana: Person):
    for _ in range(30):
        try_to_enter(client, dana.email, "wrong")

    assert db.session.scalar(select(func.count()).select_from(SignInTry)) == 5 * 3


def flood(app: Flask, address: str, tries: int) -> None:
    """From very many networks, as a botnet does."""
    for number in range(tries):
        try_to_enter(app.test_client(), address, "wrong", f"198.51.{number}.7")


def test_a_flood_from_many_networks_cannot_lock_a_device_that_the_victim_used_before(app: Flask, dana: Person):
    device = app.test_client()
    try_to_enter(device, dana.email, PASSWORD)
    send(device, "/sign-out", page="/account")

    flood(app, dana.email, ALLOWED[Bucket.ADDRESS] + 5)
    stranger = try_to_enter(app.test_client(), dana.email, PASSWORD, "192.0.2.1")
    mistyped = try_to_enter(device, dana.email, "wrong")
    back = try_to_enter(device, dana.email, PASSWORD)

    assert stranger.status_code == 429
    assert mistyped.status_code == 401
    assert back.status_code == 302


def test_a_known_device_is_throttled_by_itself(app: Flask, dana: Person):
    device = app.test_client()
    try_to_enter(device, dana.email, PASSWORD)
    send(device, "/sign-out", page="/account")

    answers = [try_to_enter(device, dana.email, "wrong").status_code for _ in range(12)]

    assert answers == [401] * 10 + [429] * 2


def test_a_device_known_for_one_address_is_a_stranger_to_another(app: Flask, dana: Person, settings: Settings):
    mallory = give_password(make_person(dana.home, email="mallory@oxbow.example.org"), settings, MONDAY)
    device = app.test_client()
    try_to_enter(device, mallory.email, PASSWORD)
    send(device, "/sign-out", page="/account")

    flood(app, dana.email, ALLOWED[Bucket.ADDRESS])

    assert try_to_enter(device, dana.email, PASSWORD).status_code == 429
    assert try_to_enter(device, mallory.email, PASSWORD).status_code == 302


def test_a_forged_device_cookie_is_worth_nothing(app: Flask, dana: Person):
    flood(app, dana.email, ALLOWED[Bucket.ADDRESS])
    client = app.test_client()
    client.set_cookie("portal-device", "WyJkZXZpY2UiLFsiYWJjIl1d.aaaa.bbbb")

    assert try_to_enter(client, dana.email, PASSWORD).status_code == 429


def test_a_flood_cannot_stop_the_mailed_link(app: Flask, client: FlaskClient, dana: Person):
    flood(app, dana.email, ALLOWED[Bucket.ADDRESS] + 5)
    send(client, "/sign-in/link", email=dana.email)
    mail_what_was_asked(MONDAY)
    token = token_in(letters_to(dana.email)[0])

    answer = send(client, f"/link/{token}", password=OTHER_PASSWORD)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert is_inside(client)


def test_three_letters_an_hour_and_the_fourth_request_looks_the_same(app: Flask, dana: Person, clock_at: Clock):
    answers = [seen(send(app.test_client(), "/sign-in/link", email=dana.email)) for _ in range(5)]
    mail_what_was_asked(MONDAY)
    within = len(letters_to(dana.email))
    clock_at(MONDAY + timedelta(minutes=61))
    send(app.test_client(), "/sign-in/link", email=dana.email)
    mail_what_was_asked(MONDAY + timedelta(minutes=61))

    assert [answers[0]] * 5 == answers
    assert (within, len(letters_to(dana.email))) == (3, 4)


def test_links_asked_for_by_an_attacker_leave_the_earlier_ones_good(app: Flask, client: FlaskClient, dana: Person):
    for _ in range(3):
        send(app.test_client(), "/sign-in/link", email=dana.email)
    mail_what_was_asked(MONDAY)

    first = token_in(letters_to(dana.email)[0])

    assert client.get(f"/link/{first}").status_code == 200


def test_a_planted_cookie_does_not_survive_sign_in(app: Flask, dana: Person):
    attacker = app.test_client()
    attacker.get("/sign-in")
    planted = attacker.get_cookie("portal").value
    victim = app.test_client()
    victim.set_cookie("portal", planted)

    try_to_enter(victim, dana.email, PASSWORD)

    assert is_inside(victim)
    assert not is_inside(attacker)
    with attacker.session_transaction() as before, victim.session_transaction() as after:
        assert "_user_id" not in before
        assert before["csrf_token"] != after.get("csrf_token")


def test_each_sign_in_has_a_token_of_its_own_of_256_bits_and_only_its_hash_is_kept(app: Flask, dana: Person):
    tokens = []
    for _ in range(2):
        client = app.test_client()
        try_to_enter(client, dana.email, PASSWORD)
        with client.session_transaction() as cookie:
            tokens.append(cookie["_user_id"])

    kept = db.session.scalars(select(SignedInSession.token_hash).order_by(SignedInSession.id)).all()
    assert kept == [token_hash(token) for token in tokens]
    assert [len(token) for token in tokens] == [43, 43]
    assert tokens[0] != tokens[1]


def test_signing_in_again_ends_the_session_before(client: FlaskClient, dana: Person):
    try_to_enter(client, dana.email, PASSWORD)
    hidden = form_of(client.get("/account"))
    client.post("/sign-in", data={**hidden, "email": dana.email, "password": PASSWORD})

    ended = db.session.scalars(select(SignedInSession.ended_at).order_by(SignedInSession.id)).all()
    assert ended == [MONDAY, None]


def test_an_old_cookie_is_dead_after_sign_out(client: FlaskClient, app: Flask, dana: Person):
    try_to_enter(client, dana.email, PASSWORD)
    stolen = client.get_cookie("portal").value
    send(client, "/sign-out", page="/account")

    thief = app.test_client()
    thief.set_cookie("portal", stolen)

    assert not is_inside(client)
    assert thief.get("/account").headers["Location"] == "/sign-in?next=/account"


@pytest.mark.parametrize(
    ("role", "minutes", "inside"),
    [
        (Role.LEAD_STAFF, 30, True),
        (Role.LEAD_STAFF, 31, False),
        (Role.END_USER, 60, True),
        (Role.END_USER, 61, False),
    ],
)
def test_a_session_left_alone_ends(
    client: FlaskClient, app: Flask, sign_in: Enter, clock_at: Clock, role: Role, minutes: int, inside: bool
):
    home = make_lead() if role is Role.LEAD_STAFF else make_organization()
    sign_in(client, make_person(home, role))

    clock_at(MONDAY + timedelta(minutes=minutes))

    assert is_inside(client) is inside


def test_twelve_hours_of_clicking_end_too(client: FlaskClient, app: Flask, sign_in: Enter, clock_at: Clock):
    person = make_person(make_organization(), Role.END_USER)
    sign_in(client, person)

    inside = []
    for minutes in range(0, 12 * 60 + 21, 20):
        moment = MONDAY + timedelta(minutes=minutes)
        clock_at(moment)
        inside.append(is_inside(client))
        db.session.execute(update(SignedInSession).values(seen_at=moment))
        db.session.commit()

    assert inside == [True] * 37 + [False]


def test_use_is_noted_at_most_once_a_minute(app: Flask, settings: Settings):
    person = make_person(make_organization())
    token = actions.open_session(Act(at=MONDAY), person)
    db.session.commit()

    noted = []
    for seconds in (30, 59, 60, 90, 121):
        moment = MONDAY + timedelta(seconds=seconds)
        reader = queries.signed_in(token, moment, settings)
        actions.note_seen(Act(at=moment, by=person.id), reader)
        noted.append(queries.signed_in(token, moment, settings).seen_at - MONDAY)

    assert [int(one.total_seconds()) for one in noted] == [0, 0, 60, 60, 121]


def test_ending_a_person_ends_sessions_at_once_and_for_good(client: FlaskClient, dana: Person, clock_at: Clock):
    try_to_enter(client, dana.email, PASSWORD)
    before = is_inside(client)
    actions.end_person(Act(at=MONDAY), dana)
    db.session.commit()

    assert (before, is_inside(client)) == (True, False)
    assert try_to_enter(client, dana.email, PASSWORD).status_code == 401


def test_a_new_password_ends_every_other_session(app: Flask, dana: Person):
    here, elsewhere = app.test_client(), app.test_client()
    try_to_enter(here, dana.email, PASSWORD)
    try_to_enter(elsewhere, dana.email, PASSWORD)

    changed = send(here, "/account/password", current_password=PASSWORD, password=OTHER_PASSWORD)

    assert changed.headers["Location"] == "/account"
    assert (is_inside(here), is_inside(elsewhere)) == (True, False)
    assert [letter.subject for letter in letters_to(dana.email)] == ["Your password was changed"]


def test_guessing_the_current_password_from_an_open_session_is_throttled(client: FlaskClient, dana: Person):
    try_to_enter(client, dana.email, PASSWORD)

    answers = [
        complaint(send(client, "/account/password", current_password=f"guess {number}", password=OTHER_PASSWORD))
        for number in range(11)
    ]

    assert answers[9] == "Current password: This is not your current password."
    assert "many tries" in answers[10]
    assert "many tries" in complaint(
        send(client, "/account/password", current_password=PASSWORD, password=OTHER_PASSWORD)
    )


def test_roles_are_read_anew_with_every_request(client: FlaskClient, app: Flask, sign_in: Enter):
    admin = make_person(make_lead(), Role.LEAD_ADMIN)
    make_person(admin.home, Role.LEAD_ADMIN)
    sign_in(client, admin)
    before = client.get("/organizations/new").status_code

    actions.end_role(Act(at=MONDAY), admin.roles[0])
    db.session.commit()

    assert (before, client.get("/organizations/new").status_code) == (200, 403)


def invited(person: Person, at: datetime = MONDAY) -> str:
    actions.invite(Act(at=at), person)
    db.session.commit()
    return token_in(letters_to(person.email)[-1])


def test_opening_an_invitation_uses_nothing_up_and_sending_the_form_does(client: FlaskClient, app: Flask):
    person = make_person(make_organization())
    token = invited(person)

    opened = [client.get(f"/link/{token}").status_code for _ in range(3)]
    first = send(client, f"/link/{token}", password=PASSWORD)
    again = app.test_client().get(f"/link/{token}").status_code
    hidden = form_of(app.test_client().get("/sign-in/link"))

    assert opened == [200, 200, 200]
    assert first.status_code == 302
    assert again == 410
    assert db.session.get(Person, person.id).password_hash.startswith("$argon2id$v=19$m=64,t=2,p=1$")
    assert hidden["csrf_token"]


def test_a_link_used_in_two_tabs_counts_once(app: Flask, clock_at: Clock):
    person = make_person(make_organization())
    token = invited(person)
    one, two = app.test_client(), app.test_client()
    forms = [form_of(client.get(f"/link/{token}")) for client in (one, two)]

    first = one.post(f"/link/{token}", data={**forms[0], "password": PASSWORD})
    second = two.post(f"/link/{token}", data={**forms[1], "password": OTHER_PASSWORD})

    assert (first.status_code, second.status_code) == (302, 410)
    assert not is_inside(two)


def test_of_two_who_use_one_link_at_the_same_moment_one_gets_in(app: Flask, settings: Settings, clock_at: Clock):
    token = invited(make_person(make_organization()))
    db.session.commit()
    start = Barrier(2)

    def use(password: str) -> bool:
        with app.app_context():
            start.wait()
            try:
                actions.use_link(Act(at=MONDAY), token, password, settings)
                db.session.commit()
            except Refused:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        got_in = list(pool.map(use, (PASSWORD, OTHER_PASSWORD)))

    assert sorted(got_in) == [False, True]


@pytest.mark.parametrize(
    ("kind", "late", "status"),
    [
        (LinkKind.INVITATION, timedelta(days=7) - timedelta(seconds=1), 200),
        (LinkKind.INVITATION, timedelta(days=7), 410),
        (LinkKind.RESET, timedelta(minutes=60) - timedelta(seconds=1), 200),
        (LinkKind.RESET, timedelta(minutes=60), 410),
    ],
)
def test_links_are_too_old_after_their_time(
    client: FlaskClient, dana: Person, clock_at: Clock, kind: LinkKind, late: timedelta, status: int
):
    link = MailedLink(
        kind=kind, person=dana, token_hash=token_hash("t" * 43), made_at=MONDAY, expires_at=MONDAY + kind.lasts
    )
    db.session.add(link)
    db.session.commit()

    clock_at(MONDAY + late)

    assert client.get(f"/link/{'t' * 43}").status_code == status


@pytest.mark.parametrize("token", ["", "%00", "None", "null", "0", "%20", "../x", "x" * 5000])
def test_empty_and_odd_tokens_match_nothing(client: FlaskClient, dana: Person, token: str):
    used = MailedLink(
        kind=LinkKind.RESET,
        person=dana,
        token_hash=token_hash(""),
        made_at=MONDAY,
        expires_at=MONDAY + timedelta(hours=1),
    )
    db.session.add(used)
    db.session.commit()

    assert client.get(f"/link/{token}").status_code in (404, 410)


def test_the_stored_hash_of_a_token_is_no_token(client: FlaskClient, app: Flask, clock_at: Clock):
    token = invited(make_person(make_organization()))

    assert client.get(f"/link/{token_hash(token)}").status_code == 410


def test_the_stored_hash_of_a_password_is_no_password(client: FlaskClient, dana: Person):
    assert try_to_enter(client, dana.email, dana.password_hash).status_code == 401


def test_a_link_sets_the_password_of_its_own_person_whatever_is_sent(app: Flask, client: FlaskClient, dana: Person):
    other = make_person(dana.home)
    token = invited(other)
    before = dana.password_hash

    send(client, f"/link/{token}", password=OTHER_PASSWORD, username=dana.email, person_id=dana.id, email=dana.email)

    assert db.session.get(Person, dana.id).password_hash == before
    assert client.get("/account").get_data(as_text=True).count(other.email) > 0


def test_a_new_password_and_a_new_address_void_all_links(app: Flask, dana: Person, settings: Settings):
    for act_on in (
        lambda: give_password(dana, settings, MONDAY, OTHER_PASSWORD),
        lambda: actions.edit_person(Act(at=MONDAY), dana, email="dana.new@oxbow.example.org", home=dana.home),
    ):
        actions.ask_link(Act(at=MONDAY), dana.email, settings)
        db.session.commit()
        mail_what_was_asked(MONDAY)
        token = token_in(letters_to(dana.email)[-1])
        assert app.test_client().get(f"/link/{token}").status_code == 200

        act_on()
        db.session.commit()

        assert app.test_client().get(f"/link/{token}").status_code == 410


def test_a_password_that_cannot_be_taken_leaves_the_link_good(client: FlaskClient, app: Flask, clock_at: Clock):
    person = make_person(make_organization(), last_name="Whitehorse")
    token = invited(person)

    refused = send(client, f"/link/{token}", password="whitehorse-whitehorse")

    assert refused.status_code == 409
    assert complaint(refused).startswith("Leave out your name")
    assert send(client, f"/link/{token}", password=PASSWORD).status_code == 302


def test_both_addresses_are_told_when_an_address_changes(app: Flask, dana: Person):
    actions.edit_person(Act(at=MONDAY), dana, email="dana.new@oxbow.example.org", home=dana.home)
    db.session.commit()

    told = [letters_to(address) for address in ("dana@oxbow.example.org", "dana.new@oxbow.example.org")]
    assert [[letter.notice for letter in letters] for letters in told] == [["people/address_changed"]] * 2


@pytest.mark.parametrize(
    "bent",
    [
        "//evil.example.com",
        "/\\evil.example.com",
        "\\\\evil.example.com",
        "https:evil.example.com",
        "https://evil.example.com",
        "http:///evil.example.com",
        "javascript:alert(1)",
        "/\t/evil.example.com",
        "/\n/evil.example.com",
        " //evil.example.com",
        "/ok\\..\\evil",
        "evil.example.com",
        "",
        "//",
        "/\x00",
    ],
)
def test_signing_in_leads_nowhere_else(client: FlaskClient, dana: Person, bent: str):
    hidden = form_of(client.get("/sign-in"))
    answer = client.post(
        "/sign-in", query_string={"next": bent}, data={**hidden, "email": dana.email, "password": PASSWORD}
    )

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_signing_in_leads_to_the_page_that_was_asked_for(client: FlaskClient, dana: Person):
    assert local_path("/tickets?state=open&q=a%20b") == "/tickets?state=open&q=a%20b"
    asked = client.get("/account")
    hidden = form_of(client.get(asked.headers["Location"]))

    answer = client.post(asked.headers["Location"], data={**hidden, "email": dana.email, "password": PASSWORD})

    assert answer.headers["Location"] == "/account"


def test_every_form_without_its_token_is_refused_and_changes_nothing(app: Flask, sign_in: Enter, clock_at: Clock):
    lead = make_lead()
    admin = make_person(lead, Role.LEAD_ADMIN)
    make_person(lead, Role.LEAD_ADMIN)
    other = make_person(make_organization())
    client = sign_in(app.test_client(), admin)
    before = db.session.scalar(select(func.count()).select_from(AuditEvent))

    adapter = app.url_map.bind("localhost")
    numbers = {"person_id": other.id, "organization_id": other.home_id, "token": "t" * 43}
    statuses = {
        rule.endpoint: client.post(
            adapter.build(rule.endpoint, {name: numbers.get(name, 1) for name in rule.arguments})
        ).status_code
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("people.") and "POST" in rule.methods
    }

    assert len(statuses) > 25
    assert set(statuses.values()) == {400}
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == before


def test_fields_that_no_form_has_are_ignored(client: FlaskClient, dana: Person, sign_in: Enter):
    staff = make_person(make_lead(), Role.LEAD_STAFF)
    elsewhere = make_organization()
    planted = {
        "role": "lead_admin",
        "roles": "lead_admin",
        "organization_id": str(elsewhere.id),
        "password_hash": "$argon2id$v=19$m=64,t=2,p=1$AAAA$AAAA",
        "password": OTHER_PASSWORD,
        "ended_on": "2020-01-01",
        "id": "1",
        "kind": "hmis_lead",
        "added_at": "2001-01-01",
        "is_admin": "1",
    }
    sign_in(client, staff)
    before = (dana.password_hash, dana.home_id, dana.added_at)

    form = {"first_name": "Dana", "last_name": "Reed", "email": dana.email, "home_id": str(dana.home_id)}
    edited = send(client, f"/people/{dana.id}/edit", **form, **planted)
    added = send(client, "/people/new", **{**form, "email": "new@oxbow.example.org"}, **planted)

    assert (edited.status_code, added.status_code) == (302, 302)
    db.session.expire_all()
    new = queries.person_by_email("new@oxbow.example.org")
    assert (dana.password_hash, dana.home_id, dana.added_at) == before
    assert dana.ended_on is None
    assert (new.password_hash, new.ended_on, new.roles, new.home_id) == (None, None, [], dana.home_id)
    assert db.session.scalar(select(func.count()).select_from(RoleGrant)) == 2


def test_staff_cannot_take_over_an_administrator_by_giving_another_address(
    client: FlaskClient, app: Flask, sign_in: Enter, clock_at: Clock
):
    lead = make_lead()
    admin, staff = make_person(lead, Role.LEAD_ADMIN), make_person(lead, Role.LEAD_STAFF)
    colleague = make_person(lead, Role.LEAD_STAFF)
    sign_in(client, staff)

    statuses = [
        client.get(f"/people/{person.id}/{verb}").status_code
        for person in (admin, colleague)
        for verb in ("edit", "end")
    ]

    assert statuses == [403] * 4


def test_people_of_another_agency_are_not_found(client: FlaskClient, app: Flask, sign_in: Enter, clock_at: Clock):
    mine, theirs = make_organization(), make_organization()
    admin = make_person(mine, Role.AGENCY_ADMIN)
    colleague = make_person(mine, Role.END_USER, last_name="Colleague")
    stranger = make_person(theirs, Role.END_USER, last_name="Stranger")
    visitor = make_person(theirs, last_name="Visitor")
    db.session.add(
        RoleGrant(person_id=visitor.id, role=Role.END_USER, organization_id=mine.id, starts_on=date(2024, 1, 1))
    )
    sign_in(client, admin)

    def statuses(person: Person) -> list[int]:
        gets = [client.get(f"/people/{person.id}{sub}").status_code for sub in ("", "/history", "/edit", "/end")]
        hidden = form_of(client.get("/account"))
        posts = [
            client.post(f"/people/{person.id}/{sub}", data=hidden).status_code
            for sub in ("edit", "invite", "sign-out", "end", "return")
        ]
        return gets + posts

    assert statuses(stranger) == [404] * 9
    assert statuses(colleague) == [200, 200] + [403] * 7
    assert statuses(visitor)[:2] == [200, 200]
    assert told(client.get("/people/999999")) == told(client.get(f"/people/{stranger.id}"))
    listed = client.get("/people").get_data(as_text=True)
    assert [name in listed for name in ("Colleague", "Visitor", "Stranger")] == [True, True, False]
    assert "Stranger" not in client.get("/people?format=csv").get_data(as_text=True)
    assert client.get(f"/organizations/{theirs.id}").status_code == 404


def test_the_demo_door_is_shut_everywhere_but_on_a_demo_on_this_machine(
    client: FlaskClient, app: Flask, dana: Person, settings: Settings
):
    def knock(**how: object) -> int:
        fresh = app.test_client()
        hidden = form_of(fresh.get("/sign-in", **how))
        return fresh.post(f"/sign-in/demo/{dana.id}", data=hidden, **how).status_code

    without_mark = knock()
    db.session.add(DemoMark(seed=1, made_for=MONDAY.date(), made_at=MONDAY))
    db.session.commit()

    assert without_mark == 404
    assert knock() == 302
    assert knock(environ_base={"REMOTE_ADDR": "192.0.2.7"}) == 404
    assert knock(headers={"X-Forwarded-For": "192.0.2.7"}) == 404
    assert knock(base_url="http://demo.example.org") == 404
    app.extensions["portal.settings"] = replace(settings, host="0.0.0.0")
    assert knock() == 404


def test_the_demo_lists_one_person_of_each_role_and_only_there(client: FlaskClient, app: Flask, dana: Person):
    make_person(make_lead(), Role.LEAD_ADMIN, first_name="Ada", last_name="Ministrator")
    make_person(make_coc(), Role.COC_GOVERNANCE, first_name="Go", last_name="Vernance")
    make_person(dana.home, Role.END_USER, first_name="Second", last_name="User")
    db.session.commit()
    before = client.get("/sign-in").get_data(as_text=True)
    db.session.add(DemoMark(seed=1, made_for=MONDAY.date(), made_at=MONDAY))
    db.session.commit()

    page = client.get("/sign-in").get_data(as_text=True)

    assert "Enter as" not in before
    assert re.findall(r"Enter as ([\w ]+?)<", page) == ["Robin " + dana.last_name, "Ada Ministrator", "Go Vernance"]


def test_nobody_can_sign_in_to_a_fresh_installation_before_an_administrator_is_invited(
    client: FlaskClient, app: Flask, clock_at: Clock
):
    tried = try_to_enter(client, "admin@example.org", "admin")
    link = actions.first_admin(Act(at=MONDAY), "Boss@Lead.example.org", "HMIS Desk")
    db.session.commit()
    answer = send(client, link.partition("8000")[2], password=PASSWORD)

    assert tried.status_code == 401
    assert answer.status_code == 302
    assert client.get("/people").status_code == 200
    assert [role.role for role in queries.person_by_email("boss@lead.example.org").roles] == [Role.LEAD_ADMIN]


def test_what_was_typed_survives_the_end_of_the_session_for_the_same_person_alone(
    app: Flask, dana: Person, settings: Settings, clock_at: Clock
):
    eve = give_password(make_person(make_organization(), email="eve@oxbow.example.org"), settings, MONDAY)

    for person, kept in ((dana, True), (eve, False)):
        clock_at(MONDAY)
        client = app.test_client()
        try_to_enter(client, dana.email, PASSWORD)
        hidden = form_of(client.get("/account"))
        clock_at(MONDAY + timedelta(hours=2))

        asked = client.post("/account/shortcuts", data={**hidden, "on": "0", "words": "An hour of writing"})
        fields = {**form_of(asked), "email": person.email, "password": PASSWORD}
        answer = client.post("/sign-in", data=fields)

        assert asked.status_code == 401
        assert ("An hour of writing" in answer.get_data(as_text=True)) is kept
        assert answer.status_code == (200 if kept else 302)
        if kept:
            sent = client.post("/account/shortcuts", data=form_of(answer))
            assert sent.headers["Location"] == "/account"
            assert db.session.get(Person, dana.id).shortcuts_on is False


def test_what_was_typed_survives_a_sign_out_in_another_tab(app: Flask, dana: Person):
    client = app.test_client()
    try_to_enter(client, dana.email, PASSWORD)
    open_tab = form_of(client.get("/account"))
    send(client, "/sign-out", page="/account")

    asked = client.post(
        "/account/shortcuts", data={**open_tab, "on": "0", "words": "Kept"}, headers={"Origin": "http://localhost"}
    )
    answer = client.post("/sign-in", data={**form_of(asked), "email": dana.email, "password": PASSWORD})

    assert asked.status_code == 401
    assert "Kept" in answer.get_data(as_text=True)


def test_files_cannot_be_kept_and_the_page_says_so(app: Flask, dana: Person, clock_at: Clock):
    client = app.test_client()
    try_to_enter(client, dana.email, PASSWORD)
    hidden = form_of(client.get("/account"))
    clock_at(MONDAY + timedelta(hours=2))

    asked = client.post("/account/shortcuts", data={**hidden, "words": "See file", "file": (BytesIO(b"x"), "list.csv")})
    answer = client.post("/sign-in", data={**form_of(asked), "email": dana.email, "password": PASSWORD})

    assert "files have to be attached again" in asked.get_data(as_text=True)
    assert "Files could not be kept." in answer.get_data(as_text=True)


def test_a_form_of_an_earlier_session_is_offered_again_after_signing_in_elsewhere(app: Flask, dana: Person):
    client = app.test_client()
    try_to_enter(client, dana.email, PASSWORD)
    open_tab = form_of(client.get("/account"))
    send(client, "/sign-out", page="/account")
    try_to_enter(client, dana.email, PASSWORD)

    offered = client.post(
        "/account/shortcuts", data={**open_tab, "on": "0", "words": "Kept"}, headers={"Origin": "http://localhost"}
    )
    sent = client.post("/account/shortcuts", data=form_of(offered))

    assert offered.status_code == 409
    assert "Kept" in offered.get_data(as_text=True)
    assert sent.headers["Location"] == "/account"


def test_passwords_are_never_kept_with_what_was_typed(app: Flask, dana: Person, clock_at: Clock):
    client = app.test_client()
    try_to_enter(client, dana.email, PASSWORD)
    hidden = form_of(client.get("/account/password"))
    clock_at(MONDAY + timedelta(hours=2))

    asked = client.post("/account/password", data={**hidden, "current_password": PASSWORD, "password": OTHER_PASSWORD})

    assert asked.status_code == 401
    assert form_of(asked)["kept"] == ""


def test_a_changed_hashing_cost_takes_hold_at_the_next_sign_in(
    client: FlaskClient, app: Flask, dana: Person, settings: Settings
):
    app.extensions["portal.settings"] = replace(settings, argon2_kib=128)

    try_to_enter(client, dana.email, PASSWORD)

    assert db.session.get(Person, dana.id).password_hash.startswith("$argon2id$v=19$m=128,t=2,p=1$")


def test_no_key_or_password_stands_in_the_audit_record(client: FlaskClient, dana: Person):
    try_to_enter(client, dana.email, PASSWORD)
    send(client, "/account/password", current_password=PASSWORD, password=OTHER_PASSWORD)

    facts = [event.facts for event in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert all(fact == {} for fact in facts)


def test_letters_with_a_link_say_that_they_are_secret(app: Flask, clock_at: Clock):
    person = make_person(make_organization())
    invited(person)

    assert [(letter.secret, letter.still_due) for letter in letters_to(person.email)] == [(True, "people.link_open")]
