from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.audit import Act
from portal.db import db
from portal.mail import thread as threads
from portal.mail.parse import parse
from portal.mail.thread import ReplyToken, Thread
from portal.settings import Settings

TICKET = Thread("ticket", 12)
OTHER = Thread("ticket", 13)


def mail(**headers: str):
    lines = {"From": "sam@agency.example.org", "To": "help@desk.example.org", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return parse((head + "\r\nHello\r\n").encode())


def test_a_reply_address_says_thread_and_person(settings: Settings):
    address = threads.reply_address(settings, TICKET, 7)

    assert threads.read_reply_address(settings, address) == ReplyToken(TICKET, 7)


def test_a_reply_address_for_nobody_on_the_register_says_so(settings: Settings):
    address = threads.reply_address(settings, TICKET, None)

    assert threads.read_reply_address(settings, address) == ReplyToken(TICKET, None)


def test_a_reply_address_survives_a_server_that_changes_case(settings: Settings):
    address = threads.reply_address(settings, TICKET, 7)

    assert threads.read_reply_address(settings, address.upper()) == ReplyToken(TICKET, 7)


def test_a_reply_address_fits_the_64_characters_of_a_local_part(settings: Settings):
    address = threads.reply_address(settings, Thread("ticket", 10**9), 10**9)

    assert len(address.partition("@")[0]) <= 64


@pytest.mark.parametrize(
    "bend",
    [
        lambda address: address.replace("t12.", "t13."),
        lambda address: address.replace(".7.", ".8."),
        lambda address: address.replace(".7.1", ".7.2"),
        lambda address: address.replace("+t12", "+v12"),
        lambda address: address.replace("@desk.", "@other."),
        lambda address: address.replace("help+", "support+"),
        lambda address: address.replace("+", "+x"),
        lambda address: address.partition(".7.1")[0] + ".7.1@desk.example.org",
        lambda address: address.partition("@")[0][:-1] + "@desk.example.org",
        lambda address: address.partition(".")[0] + "@desk.example.org",
        lambda _: "help+12@desk.example.org",
        lambda _: "help+@desk.example.org",
        lambda _: "help@desk.example.org",
        lambda _: "",
    ],
)
def test_a_bent_short_or_foreign_reply_address_says_nothing(settings: Settings, bend):
    address = threads.reply_address(settings, TICKET, 7)

    bent = bend(address)

    assert bent != address
    assert threads.read_reply_address(settings, bent) is None


def test_another_installation_signs_differently(settings: Settings, tmp_path):
    elsewhere = replace(settings, data=tmp_path / "elsewhere")

    assert threads.read_reply_address(elsewhere, threads.reply_address(settings, TICKET, 7)) is None


_ANYWHERE = Settings.from_environ({"PORTAL_DATA": "unused"})


@given(st.text(max_size=200))
def test_no_text_whatever_is_read_as_an_address_by_accident(text: str):
    assert threads.read_reply_address(_ANYWHERE, text) is None


def test_the_reply_address_goes_before_everything_else(app: Flask, settings: Settings, at):
    threads.remember(Act(at), "<mine@desk.example.org>", OTHER, ours=True)
    to = threads.reply_address(settings, TICKET, 7)

    found = threads.find_thread(mail(To=to, In_Reply_To="<mine@desk.example.org>"), settings)

    assert found == TICKET


def test_a_reply_address_in_delivered_to_or_cc_counts_too(app: Flask, settings: Settings):
    address = threads.reply_address(settings, TICKET, 7)

    assert threads.find_thread(mail(Delivered_To=address), settings) == TICKET
    assert threads.find_thread(mail(Cc=f"Desk <{address}>"), settings) == TICKET


def test_in_reply_to_goes_before_references(app: Flask, settings: Settings, at):
    threads.remember(Act(at), "<one@desk.example.org>", TICKET, ours=True)
    threads.remember(Act(at), "<two@desk.example.org>", OTHER, ours=True)

    found = threads.find_thread(
        mail(In_Reply_To="<one@desk.example.org>", References="<two@desk.example.org>"), settings
    )

    assert found == TICKET


def test_references_are_read_from_the_last(app: Flask, settings: Settings, at):
    threads.remember(Act(at), "<one@desk.example.org>", TICKET, ours=True)
    threads.remember(Act(at), "<two@desk.example.org>", OTHER, ours=True)

    found = threads.find_thread(
        mail(References="<one@desk.example.org> <two@desk.example.org> <unknown@example.com>"), settings
    )

    assert found == OTHER


def test_mail_that_we_received_earlier_threads_as_well(app: Flask, settings: Settings, at):
    threads.remember(Act(at), "<theirs@agency.example.org>", TICKET)

    assert threads.find_thread(mail(In_Reply_To="<theirs@agency.example.org>"), settings) == TICKET


def test_an_id_used_on_two_tickets_means_the_one_where_it_is_ours(app: Flask, settings: Settings, at):
    threads.remember(Act(at), "<same@desk.example.org>", OTHER)
    threads.remember(Act(at), "<same@desk.example.org>", TICKET, ours=True)

    assert threads.find_thread(mail(In_Reply_To="<same@desk.example.org>"), settings) == TICKET


def test_a_number_in_the_subject_opens_no_thread(app: Flask, settings: Settings, at):
    threads.remember(Act(at), "<one@desk.example.org>", TICKET, ours=True)

    assert threads.find_thread(mail(Subject="Re: [HMIS-12] my question"), settings) is None


def test_an_id_is_remembered_once(app: Flask, at):
    for _ in range(2):
        threads.remember(Act(at), "<one@desk.example.org>", TICKET)
    threads.remember(Act(at), "", TICKET)

    assert [
        (row.message_id, row.kind, row.subject_id, row.ours) for row in db.session.query(threads.MailReference)
    ] == [("<one@desk.example.org>", "ticket", 12, False)]
