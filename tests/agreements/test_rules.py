"""Kinds, minimum clauses, states, turns, powers and terms of agreements."""

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.agreements.rules import (
    NEXT,
    REMINDED_AT,
    SHAPES,
    AgreementState,
    Kind,
    Mark,
    Power,
    Renewal,
    Side,
    SignerState,
    Span,
    Term,
    clauses,
    lacking,
    may_bind,
    reminders,
    sample,
    span_on,
    spans,
    state_of,
    turns,
)
from portal.standing.rules import Authority

pytestmark = pytest.mark.pure

WAITING, ASKED, OPENED = SignerState.WAITING, SignerState.ASKED, SignerState.OPENED
SIGNED, DECLINED, REPLACED = SignerState.SIGNED, SignerState.DECLINED, SignerState.REPLACED

# ── Minimum clauses ───────────────────────────────────────────────────────────────────────────────────────────────


def test_each_kind_has_as_many_minimum_clauses_as_the_guidance_names():
    found = {kind: len([one for one in clauses(kind) if not one.is_optional]) for kind in Kind}

    assert found == {
        Kind.GOVERNANCE: 3,
        Kind.PARTICIPATION: 5,
        Kind.END_USER: 6,
        Kind.DATA_SHARING: 10 + 5,
        Kind.VENDOR: 9 + 5,
        Kind.DESIGNATION: 0,
        Kind.OTHER_CONTRACT: 5,
    }


def test_no_clause_is_called_a_rule_and_every_one_names_its_source():
    held = {one.code: one for kind in Kind for one in clauses(kind)}

    assert {one.authority for one in held.values()} == {Authority.SHOULD, Authority.STRATEGY}
    assert [code for code, one in held.items() if not (one.title and one.asks.endswith(".") and one.source)] == []


def test_the_conflict_of_interest_statement_is_optional():
    assert [one.code for one in clauses(Kind.END_USER) if one.is_optional] == ["end-user-conflict"]


MARKS = (
    Mark("participation-obligations", "It must keep the system available, train and support its users"),
    Mark("participation-plans", "Both parties must follow the CoC's privacy plan and security plan as they stand"),
    Mark("participation-sanctions", "Depending on how grave a violation is, the HMIS Lead may: - charge a penalty"),
    Mark("participation-pii", "will use and disclose personally identifiable information only as this agreement"),
    Mark(
        "participation-confidentiality", "The Agency must make sure that every user has signed the end user agreement"
    ),
)


def test_a_text_whose_clauses_are_all_marked_lacks_nothing():
    assert lacking(Kind.PARTICIPATION, sample.text(), MARKS, {}) == ()


def test_what_is_not_marked_is_named():
    assert lacking(Kind.PARTICIPATION, sample.text(), MARKS[1:], {}) == (
        "“Obligations and authority” is not marked in the text.",
    )


def test_a_waiver_needs_a_reason():
    waived = {"participation-obligations": "Stands in the charter, section 4."}

    assert lacking(Kind.PARTICIPATION, sample.text(), MARKS[1:], waived) == ()
    assert lacking(Kind.PARTICIPATION, sample.text(), MARKS[1:], {"participation-obligations": " "}) == (
        "“Obligations and authority” is not marked in the text.",
    )


def test_deleting_or_changing_the_text_takes_the_mark_away():
    changed = sample.text().replace("It must keep the system available", "It keeps the system available")

    assert lacking(Kind.PARTICIPATION, changed, MARKS, {}) == (
        "The passage marked for “Obligations and authority” is no longer in the text.",
    )


def test_a_mark_holds_through_line_breaks_and_dress():
    text = sample.text().replace("It must keep the system", "It **must** keep\nthe system")

    assert lacking(Kind.PARTICIPATION, text, MARKS, {}) == ()


@pytest.mark.parametrize("passage", ["1. Obligations and authority", "Harbor House (the Agency)"])
def test_a_heading_or_a_name_obliges_nobody(passage: str):
    marks = (Mark("participation-obligations", passage), *MARKS[1:])

    assert lacking(Kind.PARTICIPATION, sample.text(), marks, {}) == (
        "The passage marked for “Obligations and authority” does not say what anybody has to do.",
    )


@pytest.mark.parametrize("passage", ["", " \n "])
def test_an_empty_mark_marks_nothing(passage: str):
    marks = (Mark("participation-obligations", passage), *MARKS[1:])

    assert len(lacking(Kind.PARTICIPATION, sample.text(), marks, {})) == 1


def test_every_kind_has_its_parties_and_says_who_needs_it():
    assert set(SHAPES) == set(Kind)
    assert [kind for kind, shape in SHAPES.items() if not shape.sides or not shape.needed_by.endswith(".")] == []
    assert SHAPES[Kind.PARTICIPATION].sides == (Side.HMIS_LEAD, Side.AGENCY)


# ── States and turns ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("signers", "state"),
    [
        ([], AgreementState.SENT),
        ([WAITING, WAITING], AgreementState.SENT),
        ([OPENED, WAITING], AgreementState.SENT),
        ([SIGNED, ASKED], AgreementState.PARTLY_SIGNED),
        ([SIGNED, SIGNED], AgreementState.COMPLETED),
        ([SIGNED, REPLACED, SIGNED], AgreementState.COMPLETED),
        ([REPLACED], AgreementState.SENT),
        ([SIGNED, DECLINED], AgreementState.DECLINED),
    ],
)
def test_an_agreement_is_what_its_signers_did(signers: list[SignerState], state: AgreementState):
    assert state_of(signers) is state


@pytest.mark.parametrize(
    ("signers", "in_order", "whose"),
    [
        ([WAITING, WAITING], True, (0,)),
        ([WAITING, WAITING], False, (0, 1)),
        ([SIGNED, WAITING, WAITING], True, (1,)),
        ([REPLACED, OPENED, WAITING], True, (1,)),
        ([WAITING, SIGNED], True, (0,)),
        ([SIGNED, SIGNED], True, ()),
        ([DECLINED, WAITING], False, ()),
    ],
)
def test_only_those_whose_turn_it_is_may_sign(signers: list[SignerState], in_order: bool, whose: tuple[int, ...]):
    assert turns(signers, in_order) == whose


def test_states_only_move_forward_and_what_is_signed_by_all_stays():
    assert set(NEXT) == set(AgreementState)
    assert NEXT[AgreementState.COMPLETED] == NEXT[AgreementState.VOIDED] == NEXT[AgreementState.DECLINED] == frozenset()
    assert [state for state in AgreementState if AgreementState.DRAFT in NEXT[state]] == []


@given(st.lists(st.sampled_from(SignerState), min_size=1, max_size=6), st.booleans())
def test_somebody_has_the_turn_exactly_while_signatures_are_missing(signers: list[SignerState], in_order: bool):
    left = [one for one in signers if one not in (SIGNED, REPLACED)]
    open_ = bool(left) and DECLINED not in signers

    assert bool(turns(signers, in_order)) is open_


DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("person", "organization", "on", "may"),
    [
        (1, 7, DAY, True),
        (1, 7, DAY - timedelta(days=1), False),
        (1, 7, DAY + timedelta(days=30), True),
        (1, 7, DAY + timedelta(days=31), False),
        (1, 8, DAY, False),
        (2, 7, DAY, False),
        (3, 7, date(2040, 1, 1), True),
    ],
)
def test_who_may_bind_an_organization_is_on_record_from_day_to_day(person: int, organization: int, on: date, may: bool):
    powers = [Power(1, 7, DAY, DAY + timedelta(days=30)), Power(3, 7, DAY)]

    assert may_bind(powers, person, organization, on) is may


# ── Terms ─────────────────────────────────────────────────────────────────────────────────────────────────────────

YEARLY = Term(date(2026, 1, 31), 12, Renewal.AUTOMATIC, renewal_months=12, notice_days=60)


def test_a_term_that_renews_by_itself_goes_on_without_a_gap():
    assert list(islice(spans(YEARLY), 3)) == [
        Span(date(2026, 1, 31), date(2027, 1, 30), date(2026, 12, 1)),
        Span(date(2027, 1, 31), date(2028, 1, 30), date(2027, 12, 1)),
        Span(date(2028, 1, 31), date(2029, 1, 30), date(2028, 12, 1)),
    ]


@pytest.mark.parametrize(
    ("notice_on", "last"),
    [(date(2026, 12, 1), date(2027, 1, 30)), (date(2026, 12, 2), date(2028, 1, 30))],
)
def test_notice_a_day_late_costs_another_term(notice_on: date, last: date):
    noticed = Term(date(2026, 1, 31), 12, Renewal.AUTOMATIC, 12, notice_days=60, notice_on=notice_on)

    assert list(spans(noticed))[-1].last == last


@pytest.mark.parametrize("renewal", [Renewal.NONE, Renewal.BY_AGREEMENT])
def test_without_automatic_renewal_it_ends(renewal: Renewal):
    term = Term(date(2026, 1, 1), 12, renewal)

    assert span_on(term, date(2026, 12, 31)) == Span(date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 31))
    assert (span_on(term, date(2025, 12, 31)), span_on(term, date(2027, 1, 1))) == (None, None)


def test_without_an_end_it_holds_until_the_notice_has_run_out():
    open_ended = Term(date(2026, 1, 1), None, notice_days=30)
    noticed = Term(date(2026, 1, 1), None, notice_days=30, notice_on=date(2026, 6, 1))

    assert span_on(open_ended, date(2099, 1, 1)) == Span(date(2026, 1, 1), None, None)
    assert (span_on(noticed, date(2026, 7, 1)) is None, span_on(noticed, date(2026, 7, 2))) == (False, None)


def test_reminders_come_before_the_last_day_for_notice_in_every_term():
    notice_by = date(2027, 12, 1)

    assert reminders(YEARLY, date(2027, 6, 1)) == tuple(notice_by - timedelta(days=ahead) for ahead in REMINDED_AT)


def test_no_reminder_lies_before_the_term_and_none_comes_after_notice():
    short = Term(date(2026, 1, 1), 3, Renewal.AUTOMATIC, 3, notice_days=10)
    noticed = Term(date(2026, 1, 31), 12, Renewal.AUTOMATIC, 12, notice_days=60, notice_on=date(2026, 3, 1))

    assert reminders(short, date(2026, 1, 1)) == (date(2026, 1, 20), date(2026, 2, 19))
    assert reminders(noticed, date(2026, 6, 1)) == ()


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(1, 60), st.integers(1, 60), st.integers(0, 100))
def test_terms_follow_each_other_day_by_day(starts_on: date, months: int, renewal_months: int, notice_days: int):
    found = list(islice(spans(Term(starts_on, months, Renewal.AUTOMATIC, renewal_months, notice_days)), 8))

    assert all(one.last and other.first == one.last + timedelta(days=1) for one, other in pairwise(found))


@pytest.mark.parametrize(
    "wrong", [{"months": 0}, {"months": 12, "renewal_months": 0}, {"months": 1, "notice_days": -1}]
)
def test_a_term_without_length_is_a_mistake(wrong: dict[str, int]):
    with pytest.raises(ValueError, match="A term lasts a month or more"):
        Term(starts_on=DAY, **wrong)
