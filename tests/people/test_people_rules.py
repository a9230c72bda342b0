"""Addresses, passwords, networks and the words of history."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.people.queries import common_passwords
from portal.people.rules import (
    PASSWORD_LENGTH,
    Bucket,
    LinkKind,
    browser_words,
    bucket_name,
    event_words,
    local_path,
    network_of,
    normal_address,
    normal_password,
    one_line,
    password_problem,
    session_over,
)
from tests.conftest import MONDAY

NAMES = ("Dana", "Whitehorse", "Oxbow House", "HMIS Desk")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Dana.Reed@Oxbow.example.org ", "dana.reed@oxbow.example.org"),
        ("o'brien+hmis@a-b.example.org", "o'brien+hmis@a-b.example.org"),
        ("dana", ""),
        ("dana@localhost", ""),
        ("dana@@example.org", ""),
        ("dana reed@example.org", ""),
        ("dana@example.org\nBcc: x@example.org", ""),
        ("dana@example.org\0", ""),
        ("Dana <dana@example.org>", ""),
        ("dana@examp\u212ae.org", "dana@exampke.org"),
        ("d\u00e4na@example.org", ""),
        ("a" * 65 + "@example.org", ""),
        ("", ""),
    ],
)
def test_an_address_has_one_spelling_or_is_none(typed: str, kept: str):
    assert normal_address(typed) == kept


@pytest.mark.parametrize(
    "password",
    [
        "quiet otter!",
        " a space at both ends ",
        "x" * 40 + "abcdefgh" * 11,
        "🦦🪵🎨🚪🧺🪁🧲🪴🔧🧶🪣🥁",
        "ÄÖÜ größe weiß straße",
        "12 drummers Drumming",
    ],
)
def test_a_long_enough_password_needs_nothing_else(password: str):
    least, most = PASSWORD_LENGTH
    assert least <= len(password) <= most
    assert password_problem(password, common_passwords(), "dana@oxbow.example.org", NAMES) is None


@pytest.mark.parametrize(
    ("password", "beginning"),
    [
        ("elevenchars", "Use 12 to 128 characters"),
        ("ab" * 64 + "c", "Use 12 to 128 characters"),
        ("aaaaaaaaaaaa", "This password is easy to guess"),
        ("abababababab", "This password is easy to guess"),
        ("otters otters otters ", "This password is easy to guess"),
        ("Password1234", "This password is easy to guess"),
        ("CorrectHorseBatteryStaple", "This password is easy to guess"),
        ("summer2026!!", "This password is easy to guess"),
        ("i am DANA of the river", "Leave out your name"),
        ("white-horse-running", "Leave out your name"),
        ("the oxbow house keys", "Leave out your name"),
        ("my hmis desk login", "Leave out your name"),
        ("dana@oxbow.example.org", "Leave out your name"),
    ],
)
def test_a_guessable_password_is_refused_with_a_sentence(password: str, beginning: str):
    problem = password_problem(password, common_passwords(), "dana@oxbow.example.org", NAMES)

    assert problem is not None
    assert problem.startswith(beginning)


def test_short_names_do_not_forbid_honest_passwords():
    assert password_problem("pebbles in a jar", frozenset(), "le@example.org", ("Le", "Vo", "Bi")) is None


def test_the_list_of_common_passwords_is_long_and_fit_for_comparing():
    listed = common_passwords()

    assert len(listed) >= 3000
    assert {word for word in listed if word != word.casefold() or not 12 <= len(word) <= 128} == set()


def test_what_looks_alike_is_the_same_password():
    assert normal_password("caf\u0065\u0301 \uff11\uff12") == normal_password("caf\u00e9 12")


@given(st.text(max_size=200))
def test_where_to_go_is_always_a_path_of_this_portal(asked: str):
    path = local_path(asked)

    assert path[0] == "/"
    assert path[1:2] not in ("/", "\\")
    assert not any(character in path for character in "\\\t\r\n\0 ")


@pytest.mark.parametrize(
    ("client", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_a_client_is_known_by_its_neighborhood(client: str, network: str):
    assert network_of(client) == network


def test_buckets_differ_by_kind_by_part_and_by_key():
    names = {
        bucket_name(b"key", Bucket.PAIR, "ab", "c"),
        bucket_name(b"key", Bucket.PAIR, "a", "bc"),
        bucket_name(b"key", Bucket.ADDRESS, "ab", "c"),
        bucket_name(b"other", Bucket.PAIR, "ab", "c"),
    }

    assert len(names) == 4


def test_links_last_as_long_as_the_letter_says():
    assert [kind.lasts for kind in LinkKind] == [timedelta(days=7), timedelta(minutes=60)]


def test_a_session_ends_by_rest_or_by_age():
    idle, limit, minute = timedelta(minutes=30), timedelta(hours=12), timedelta(minutes=1)

    over = [
        session_over(MONDAY, MONDAY, MONDAY + idle, idle, limit),
        session_over(MONDAY, MONDAY, MONDAY + idle + minute, idle, limit),
        session_over(MONDAY, MONDAY + limit, MONDAY + limit, idle, limit),
        session_over(MONDAY, MONDAY + limit, MONDAY + limit + minute, idle, limit),
    ]

    assert over == [False, True, False, True]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on iPhone"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_told_in_words(agent: str, words: str):
    assert browser_words(agent) == words


def test_typed_words_become_one_line():
    assert one_line(" Oxbow\x00 \n House\u202e ") == "Oxbow House"
    assert one_line(None) == ""


def test_history_speaks_in_words_and_knows_its_way_with_strange_events():
    said = [
        event_words("role.granted", {"role": "lead_staff", "organization": 7}, {7: "Crossfield"}),
        event_words("role.ended", {"role": "gone", "organization": 8}, {}),
        event_words("holiday.added", {"day": "2026-07-03"}, {}),
        event_words("training.was_attended", {}, {}),
    ]

    assert said == [
        "gave the role HMIS Lead staff at Crossfield",
        "ended the role unknown at an organization",
        "added the holiday on Jul 3, 2026",
        "was attended",
    ]
