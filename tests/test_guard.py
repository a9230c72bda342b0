"""The client-data guard, measured on labelled invented texts.

`made_on.jsonl` holds the texts that the rules were made on. Every other file was written before the rules that it first
met were changed for it, the `blind` ones without reading the rules. After its first meeting each is a seen one, and the
rules were widened for the kinds of phrasing that it showed. What it found on first contact, the only figures that tell
of texts from strangers (recall by kind, then false alarms among texts without client data):

    file      texts  Social Security numbers  birth dates      names  false alarms
    held_out    523     0.96                  0.97              0.88   0.04
    blind       492     0.896 of 135          0.842 of 146      0.56   0.048 of 229
    blind_2     449     0.927 of 124          0.826 of 144      0.46   0.081 of 223
    blind_3     390     0.969 of 98           0.917 of 121      0.88   0.019 of 212
    blind_4     309     0.973 of 74           0.979 of 96       1.00   0.057 of 174
    blind_5     294     0.960 of 75           0.927 of 82       0.79   0.019 of 160
    blind_6     228     0.949 of 59           0.974 of 76       0.90   0.017 of 120

The goal is 0.98 for numbers and dates and 0.02 for false alarms. False alarms met it in three of the six, numbers and
dates in none: expect about 0.95 of both on strangers' texts as various as these, and 2 to 6 % false alarms. Most of
those are names of staff; where the register knows them (`Allowed.colleagues`, not used here) they stay.
A few labels were mended afterwards where they held a word too many, such as "Mr." or "the".
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.guard import Allowed, Finding, Kind, findings, mask, masked, summary

CORPUS = Path(__file__).parent / "guard_corpus"
DESK = Allowed(phones=frozenset({"(612) 555-0100", "(217) 555-0100"}))
LONG = 200_000


@dataclass(frozen=True)
class Labelled:
    text: str
    expect: tuple[tuple[Kind, str], ...]
    note: str

    def spans(self) -> list[tuple[Kind, int, int]]:
        """Each expected value where it stands after the one before it."""
        spans, position = [], 0
        for kind, value in self.expect:
            start = self.text.index(value, position)
            position = start + len(value)
            spans.append((kind, start, position))
        return spans


def corpus(name):
    lines = (CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [
        Labelled(row["text"], tuple((Kind(item["kind"]), item["value"]) for item in row["expect"]), row["note"])
        for row in map(json.loads, lines)
    ]


def recall(texts):
    """Share of expected values, by kind, of which no character is left when the text is masked."""
    expected, hidden = Counter(), Counter()
    for labelled in texts:
        found = findings(labelled.text, allowed=DESK)
        for kind, start, end in labelled.spans():
            expected[kind] += 1
            gone = {index for finding in found for index in range(finding.start, finding.end)}
            hidden[kind] += not any(labelled.text[i].isalnum() and i not in gone for i in range(start, end))
    return {kind: hidden[kind] / expected[kind] for kind in expected}


def false_alarms(texts):
    clean = [labelled.text for labelled in texts if not labelled.expect]
    return sum(bool(findings(text, allowed=DESK)) for text in clean) / len(clean)


def found(text, allowed=DESK):
    return [(finding.kind, text[finding.start : finding.end]) for finding in findings(text, allowed=allowed)]


BLIND = ["blind", "blind_2", "blind_3", "blind_4", "blind_5", "blind_6"]
GOAL = {Kind.SSN: 0.98, Kind.BIRTH_DATE: 0.98}
BARS = {
    "made_on": {**GOAL, Kind.NAME: 0.95, Kind.PHONE: 0.95, Kind.ADDRESS: 0.94},
    "held_out": {**GOAL, Kind.NAME: 0.95, Kind.PHONE: 0.95, Kind.ADDRESS: 0.94},
    **{name: {**GOAL, Kind.NAME: 0.84, Kind.PHONE: 0.95, Kind.ADDRESS: 0.8} for name in BLIND},
}


@pytest.mark.parametrize("name", BARS)
def test_recall_and_false_alarms_hold_on_labelled_texts(name):
    texts = corpus(name)

    share = recall(texts)

    reached = {kind: share[kind] >= bar for kind, bar in BARS[name].items()}
    assert reached == dict.fromkeys(BARS[name], True), share
    assert false_alarms(texts) <= 0.02


def test_the_texts_are_many_and_none_is_in_two_corpora():
    texts = {name: {labelled.text for labelled in corpus(name)} for name in BARS}

    assert {name: len(held) >= 220 for name, held in texts.items()} == dict.fromkeys(BARS, True)
    assert len(set.union(*texts.values())) == sum(len(held) for held in texts.values())
    assert sum(bool(labelled.expect) for name in BARS for labelled in corpus(name)) >= 1300
    assert sum(not labelled.expect for name in BARS for labelled in corpus(name)) >= 1300


@pytest.mark.parametrize("name", BARS)
def test_masked_texts_hold_nothing_more_to_find(name):
    for labelled in corpus(name):
        safe = masked(labelled.text, findings(labelled.text, allowed=DESK))

        assert findings(safe, allowed=DESK) == (), labelled.note


def test_no_label_is_lost_in_its_own_mask():
    for kind in Kind:
        assert findings(f"client {mask(kind)} 6789 Maria {mask(kind)}") == ()


@pytest.mark.parametrize(
    "text",
    [
        "SSN 123-45-6789",
        "ssn 123 45 6789",
        "123456789",
        "123.45.6789 is the social",
        "last four of SSN is 6789",
        "SSN ending 6789",
        "xxx-xx-6789",
        "SSN 000-12-3456",
        "SSN １２３－４５－６７８９",
        "SSN 123\u201145\u20116789",
        "SSN 123-45-\n6789",
        "SSN 123\u00a045\u00a06789",
        "SSN 123-\u200b45-6789",
    ],
)
def test_social_security_numbers_are_found_however_they_are_typed(text):
    assert [kind for kind, _ in found(text)] == [Kind.SSN]


@pytest.mark.parametrize("number", ["000-12-3456", "666-12-3456", "912-34-5678", "123-00-4567", "123-45-0000"])
def test_numbers_that_were_never_issued_count_only_when_announced(number):
    assert found(f"the form says {number}") == []
    assert found(f"the SSN says {number}") == [(Kind.SSN, number)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("DOB 4/12/1987", "4/12/1987"),
        ("born on April 12, 1987", "April 12, 1987"),
        ("d.o.b: 1987-04-12", "1987-04-12"),
        ('"birthday 04-12-87"', "04-12-87"),
        ("date of birth 12 Apr 1987", "12 Apr 1987"),
        ("fecha de nacimiento 12/04/1987", "12/04/1987"),
        ("age 39, 04/12/1987", "04/12/1987"),
        ("the client in question, 04/12/1987", "04/12/1987"),
    ],
)
def test_birth_dates_are_found(text, value):
    assert found(text) == [(Kind.BIRTH_DATE, value)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("client Maria Lopez", "Maria Lopez"),
        ("my client's name is John Q. Smith", "John Q. Smith"),
        ("participant: SMITH, JOHN", "SMITH, JOHN"),
        ("I met Mr. Alvarez", "Alvarez"),
        ("cl. John D. left", "John D."),
        ("the Johnson family", "Johnson"),
        ("HoH Tanya Reed", "Tanya Reed"),
        ("cliente Juan Pérez", "Juan Pérez"),
        ("cliente Jose\u0301 Pe\u0301rez", "Jose\u0301 Pe\u0301rez"),
    ],
)
def test_names_of_clients_are_found_in_context(text, name):
    assert found(text) == [(Kind.NAME, name)]


@pytest.mark.parametrize(
    "text",
    [
        "Hi Dana, the report fails.\n\nThanks,\nMaria Lopez\nCase Manager",
        "Harbor House and St. Mary's Shelter",
        "Client Track, Client Profile, Client Services Network, Head of Household, Rapid Re-Housing",
        "HMIS-1234, #20481, 55401-1234, Personal ID 1048576, Client ID 883920",
        "Report period 10/01/2024 - 09/30/2025, version 24.3.1, $1,250.00, 10:30",
        "24 CFR 578, Section 4.2, Route to queue 2",
        "https://hmis.example.org/records/123-45-6789 and maria.lopez1987@example.org",
        "call the desk at 612-555-0100",
    ],
)
def test_what_only_looks_like_client_data_stays(text):
    assert found(text) == []


def test_staff_their_phones_and_agency_addresses_are_never_findings():
    allowed = Allowed(
        phones=frozenset({"612-555-0144"}),
        names=frozenset({"Renée Whitfield"}),
        addresses=frozenset({"1200 Lake Ave, Northfield"}),
    )
    text = "client Renee Whitfield, Ms. Whitfield, phone (612) 555-0144, lives at 1200 Lake Ave"

    assert [kind for kind, _ in found(text)] == [Kind.NAME, Kind.NAME, Kind.PHONE, Kind.ADDRESS]
    assert found(text, allowed) == []


def test_a_name_once_announced_is_found_wherever_it_repeats():
    text = "Client Teresa Maldonado moved. When I open Teresa's record it spins; Maldonado is spelled right."

    assert [value for _, value in found(text)] == ["Teresa Maldonado", "Teresa", "Maldonado"]


def test_a_summary_names_the_kinds_and_never_the_values():
    text = "client Maria Lopez, SSN 123-45-6789, phones 612-555-0177 and 612-555-0178"

    assert summary(findings(text)) == (
        "This text seems to hold a Social Security number, two phone numbers and a client name."
    )
    assert summary(()) == "This text holds no client data that we could find."


def test_only_numbers_and_dates_that_leave_no_doubt_are_certain():
    assert [kind for kind in Kind if kind.certain] == [Kind.SSN, Kind.BIRTH_DATE]


def test_a_mask_keeps_no_character_of_what_it_hides():
    assert masked("SSN 123-45-6789.", (Finding(Kind.SSN, 4, 15),)) == "SSN [Social Security number removed]."


WORDS = (
    "client |Maria Lopez|SMITH, JOHN|SSN |DOB |4/12/1987|123-45-6789|219441873|6789|last four |612-555-0177|born |Mr. "
    "|1423 W Elm St Apt 4|\n| |, |Thanks,\n|the | family|April 12, 1987|(|)|-|\u200b|\u0301|\u00a0|\ufffc|9|x|and "
    "|https://example.org/ssn=|Case Manager\n|ZIP 55401-1234"
)
PIECES = st.sampled_from([*WORDS.split("|"), *(mask(kind) for kind in Kind)])
TEXTS = st.one_of(st.lists(PIECES, max_size=14).map("".join), st.text(max_size=80))


@settings(deadline=None)
@given(TEXTS)
def test_findings_are_sorted_apart_and_inside_the_text_and_masking_is_done_once(text):
    found = findings(text)

    edges = [edge for finding in found for edge in (finding.start, finding.end)]
    assert edges == sorted(edges)
    assert all(0 <= finding.start < finding.end <= len(text) for finding in found)
    safe = masked(text, found)
    assert findings(safe) == ()
    assert masked(safe, findings(safe)) == safe


@settings(deadline=None)
@given(
    st.from_regex(r"\A[1-5][1-9]{2}-[1-9]{2}-[1-9]{4}\Z"),
    st.text(alphabet="abc xyz,.\n", max_size=40),
    st.text(alphabet="abc xyz,.\n", max_size=40),
)
def test_a_masked_text_never_holds_the_number(number, before, after):
    text = f"{before} {number} {after}"

    safe = masked(text, findings(text))

    assert number not in safe
    assert re.search(r"\d", safe) is None


MONOTONOUS = (
    "1|-|1-|123-|123 45 |client |A|Ab |AB |Maria Lopez |dob 1/1/1980 |ssn |Mr. |Ab,Ab |(|.|\n| |12 Elm |name: |[|@|www."
)


@pytest.mark.parametrize("unit", MONOTONOUS.split("|"))
def test_long_monotonous_texts_are_read_in_one_go(unit):
    """Every repetition in every pattern is bounded; one that is not would keep this test from ending."""
    text = (unit * LONG)[:LONG]

    assert all(finding.end <= LONG for finding in findings(text))


COLLEAGUES = Allowed(colleagues=lambda: ["Nadia Farah", "Maria Lopez", "Marcus Bell"])


@pytest.mark.parametrize(
    "text",
    [
        "Can you move the caseload of Nadia Farah to me now?",
        "Nadia Farah exited the wrong household.",
        "Enrollments of Farah, Nadia should go to Marcus Bell.",
        "The referrals for Maria Lopez land with me.",
    ],
)
def test_a_colleague_who_is_named_stays(text):
    assert found(text, COLLEAGUES) == []
    assert found(text) != []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("client Maria Gutierrez left", ["Maria Gutierrez"]),
        ("client Maria left", ["Maria"]),
        ("client Nadia left, Nadia Farah entered it", ["Nadia"]),
        ("Maria Gutierrez was exited by Maria Lopez", ["Maria Gutierrez"]),
        ("I met Mr. Bell", ["Bell"]),
        ("client Maria Lopez left", ["Maria Lopez"]),
        ("Maria Lopez, DOB 4/12/1987, was exited", ["Maria Lopez"]),
    ],
)
def test_a_client_who_shares_a_name_with_a_colleague_is_found_all_the_same(text, names):
    assert [value for kind, value in found(text, COLLEAGUES) if kind is Kind.NAME] == names


def test_colleagues_are_asked_for_only_when_a_name_was_found():
    asked = []
    allowed = Allowed(colleagues=lambda: asked.append("asked") or ())

    assert found("The APR of 10/01/2024 is empty, SSN 219-44-1873.", allowed) == [(Kind.SSN, "219-44-1873")]
    assert asked == []
