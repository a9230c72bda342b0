"""What other help desks were attacked with by mail, tried on this one. Ids as published for those systems."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.db import db
from portal.mail import thread
from portal.mail.fetch import InboundMail, InboundState
from portal.mail.letters import BouncedAddress, Letter, LetterState
from portal.mail.thread import Thread
from portal.tickets import actions
from portal.tickets.actions import Draft
from portal.tickets.models import Attachment, Message, Ticket
from portal.tickets.rules import State
from portal.web import installation
from tests.tickets.conftest import Desk, desk
from tests.tickets.mails import DESK, arrive, letters, mail, reply_address, said, take_in, taken, tickets

__all__ = ["desk"]

SECRET = "The shelter moves on Friday."
ATTACKER = "eve@evil.example.com"
Clock = Callable[[datetime], None]


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    held = desk.file(draft=Draft(SECRET))
    actions.add_participant(desk.act(desk.staff), held, desk.stranger)
    db.session.commit()
    return held


def mailed_since(letter_id: int) -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.id > letter_id).order_by(Letter.id)))


def last_letter() -> int:
    return db.session.scalar(select(func.max(Letter.id))) or 0


def untouched(ticket: Ticket, desk: Desk) -> bool:
    db.session.expire_all()
    return said(ticket) == [(desk.user.name, SECRET)]


# FreeScout CVE-2026-53591, CVE-2026-47123, GHSA-83xx-8c27-gq78, GHSA-j49f-9g94-3wh4; GitLab issue 349329


def _bent_addresses(desk: Desk, ticket: Ticket) -> list[str]:
    genuine = reply_address(ticket, desk.user.id)
    local, _, domain = genuine.partition("@")
    head = local.rpartition(".")[0]
    other = thread.reply_address(
        replace(installation(), data=installation().data / "elsewhere"), Thread("ticket", ticket.id), desk.user.id
    )
    return [
        f"help+t{ticket.id}@{domain}",
        f"help+{ticket.id}@{domain}",
        f"{head}.1@{domain}",
        f"{local[:-1]}@{domain}",
        f"{local}a@{domain}",
        genuine.replace(f"+t{ticket.id}.", f"+t{ticket.id + 1}."),
        f"help+t{ticket.id}.{desk.user.id}.1{'a' * 26}@{domain}",
        other,
    ]


@pytest.mark.parametrize("number", range(8))
def test_a_short_empty_bent_or_foreign_signature_opens_no_thread(desk: Desk, ticket: Ticket, number: int) -> None:
    before = last_letter()

    arrived = taken(mail(desk.user.email, "Inject.", to=_bent_addresses(desk, ticket)[number]), desk.at)

    assert (arrived.state, untouched(ticket, desk)) == (InboundState.TAKEN, True)
    assert [one.possibly_about for one in tickets()] == [None, None]
    assert [SECRET in one.text for one in mailed_since(before)] == [False]


@pytest.mark.parametrize("sender", [ATTACKER, "colleague", "staff", "admin"])
def test_a_right_signature_given_to_another_opens_no_thread(desk: Desk, ticket: Ticket, sender: str) -> None:
    before = last_letter()
    address = sender if "@" in sender else getattr(desk, sender).email

    taken(mail(address, "Inject.", to=reply_address(ticket, desk.user.id)), desk.at)

    assert untouched(ticket, desk)
    assert [(one.possibly_about == ticket) for one in tickets()[1:]] == [True]
    assert {SECRET in one.text + one.html + one.subject for one in mailed_since(before)} == {False}


def test_staff_whose_name_was_forged_with_a_requesters_message_id_say_nothing(desk: Desk, ticket: Ticket) -> None:
    """The requester knows the ids of the own letters, and could make the desk say something to the participants."""
    letter = db.session.scalars(select(Letter).where(Letter.to_address == desk.user.email)).first()
    assert letter is not None
    before = last_letter()

    taken(mail(desk.staff.email, "Send your password to me.", In_Reply_To=letter.message_id), desk.at)

    assert untouched(ticket, desk)
    assert {one.to_address for one in mailed_since(before)} == {desk.staff.email}


def test_two_from_headers_are_nobody(desk: Desk, ticket: Ticket) -> None:
    raw = mail(desk.user.email, "Inject.", to=reply_address(ticket, desk.user.id))

    taken(b"From: eve@evil.example.com\r\n" + raw, desk.at)

    assert untouched(ticket, desk)


def test_a_name_that_shows_another_address_is_only_a_name(desk: Desk, ticket: Ticket) -> None:
    taken(mail(f'"{desk.user.email}" <{ATTACKER}>', "Inject.", to=reply_address(ticket, desk.user.id)), desk.at)

    assert untouched(ticket, desk)
    assert tickets()[1].requester_address == ATTACKER


# RT CVE-2012-4735, CVE-2023-41259; Zammad x-zammad-* rule


@pytest.mark.parametrize(
    "headers",
    [
        {"X_HMIS_Ticket": "1", "X_HMIS_State": "resolved", "X_HMIS_Person": "1"},
        {"X_Zammad_Ticket_Id": "1", "X_RT_Command": "Status: resolved"},
        {"Authentication_Results": "mx.desk.example.org; dmarc=pass header.from=example.org"},
    ],
)
def test_headers_steer_nothing(desk: Desk, ticket: Ticket, headers: dict[str, str]) -> None:
    taken(mail(desk.colleague.email, "Inject.", to=reply_address(ticket, desk.user.id), **headers), desk.at)

    assert (untouched(ticket, desk), ticket.state) == (True, State.NEW)
    assert tickets()[1].requester == desk.colleague


# The relay campaign against Zendesk, October 2025


@pytest.mark.parametrize("checks", [True, False])
def test_a_hundred_forged_senders_get_no_letter(app: Flask, desk: Desk, checks: bool) -> None:
    if checks:
        app.extensions["portal.settings"] = replace(
            app.extensions["portal.settings"], authserv_id="mx.desk.example.org"
        )
    for number in range(100):
        has_id = {"Message_ID": f"<{number}@victim.example.com>"} if number % 2 else {"Message_ID": ""}
        arrive(mail(f"victim{number}@victim.example.com", "You won.", subject="Claim your prize", **has_id), desk.at)

    take_in(desk.at)

    assert len(tickets()) == 100
    assert {state for _, _, state in letters()} == {"not_needed"}


def test_a_flood_in_one_known_name_sends_that_person_one_letter(desk: Desk) -> None:
    for number in range(40):
        arrive(mail(desk.user.email, f"Number {number}.", Message_ID=""), desk.at)

    take_in(desk.at)

    assert [state for _, _, state in letters() if state == "queued"] == ["queued"]
    states = db.session.scalars(select(InboundMail.state)).all()
    assert (states.count(InboundState.TAKEN), states.count(InboundState.PARKED)) == (30, 10)


# Forged delivery reports


def _report(about: str) -> bytes:
    return (
        "From: mailer-daemon@evil.example.com\r\nTo: help@desk.example.org\r\nReturn-Path: <>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; evil.example.com\r\n\r\n"
        "Final-Recipient: rfc822; robin@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {about}\r\n\r\nx\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize("about", ["<t.00000000000000000000000000000000@desk.example.org>", "", "<*@desk.example.org>"])
def test_a_report_that_names_no_letter_of_ours_stops_no_address(desk: Desk, ticket: Ticket, about: str) -> None:
    arrived = taken(_report(about), desk.at)

    assert (arrived.state, db.session.scalar(select(func.count()).select_from(BouncedAddress))) == (
        InboundState.IGNORED,
        0,
    )
    assert {one.state for one in db.session.scalars(select(Letter))} == {LetterState.QUEUED}


# FreeScout CVE-2026-27636, CVE-2026-28289, GHSA-27vp-fpg8-j8wv: one path for mail and web


@pytest.mark.parametrize(
    "name",
    [
        "\u200b.htaccess",
        "x.php\u200b",
        "x.pdf.php",
        "x.svg",
        "x.html",
        "../../x.php",
        "x.txt\x00.php",
        "x.exe\u202etxt",
    ],
)
def test_no_name_makes_a_file_into_something_else(desk: Desk, name: str) -> None:
    taken(mail(desk.user.email, files=((name, b"<?php system($_GET['c']); ?>"),)), desk.at)

    kept = [one.name for one in db.session.scalars(select(Attachment))]
    assert [one for one in kept if one.rpartition(".")[2] not in ("txt", "csv")] == []
    assert [one for one in kept if "/" in one or "\u200b" in one or "\x00" in one] == []


# RT CVE-2012-4730, CVE-2013-3373; osTicket 7c5c584


def test_no_header_of_a_letter_comes_from_a_subject_or_a_name(desk: Desk) -> None:
    raw = (
        f"From: =?utf-8?q?Eve=0D=0ABcc:_all=40example.com?= <{ATTACKER}>\r\nTo: {DESK}\r\n"
        "Subject: =?utf-8?q?Hi=0D=0ABcc:_all=40example.com?=\r\nMessage-ID: <1@evil.example.com>\r\n\r\nHello"
    )
    taken(raw.encode(), desk.at)

    (letter,) = db.session.scalars(select(Letter)).all()
    assert [char for char in letter.subject + letter.to_name if char in "\r\n"] == []
    assert [char for char in tickets()[0].subject + tickets()[0].requester_name if char in "\r\n"] == []


def test_a_mail_never_resolves_closes_or_hands_out_anything(desk: Desk, ticket: Ticket, clock_at: Clock) -> None:
    """What a mail may do is to add words; staff's too."""
    later = desk.at + timedelta(minutes=1)
    clock_at(later)

    taken(mail(desk.staff.email, "resolve\nclose\nassign to me", to=reply_address(ticket, desk.staff.id)), later)

    db.session.refresh(ticket)
    assert (ticket.state, ticket.assignee) == (State.OPEN, None)
    assert db.session.scalar(select(func.count()).select_from(Message)) == 2
