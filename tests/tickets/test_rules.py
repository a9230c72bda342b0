"""States, triage, targets and load, as tables of facts."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import guard
from portal.errors import Refused
from portal.tickets import rules
from portal.tickets.rules import (
    Assign,
    Channel,
    Choice,
    Condition,
    Load,
    Move,
    Priority,
    Rule,
    State,
    Target,
    TicketFacts,
    Urgent,
)
from portal.worktime import Hours

pytestmark = pytest.mark.pure

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")
HOURS = Hours(CHICAGO, {day: ((time(8), time(17)),) for day in range(5)}, frozenset({date(2026, 3, 4)}))
TARGET = Target(timedelta(hours=4), timedelta(hours=16))


@pytest.mark.parametrize(
    ("state", "move", "after"),
    [
        (State.NEW, Move.ANSWER, State.OPEN),
        (State.WAITING, Move.HEAR, State.OPEN),
        (State.RESOLVED, Move.HEAR, State.OPEN),
        (State.CLOSED, Move.REOPEN, State.OPEN),
        (State.OPEN, Move.RESOLVE, State.RESOLVED),
        (State.RESOLVED, Move.CLOSE, State.CLOSED),
    ],
)
def test_each_move_leads_where_the_table_says(state: State, move: Move, after: State) -> None:
    assert rules.moved(state, move) is after


@given(state=st.sampled_from(State), move=st.sampled_from(Move))
def test_a_move_either_leads_somewhere_or_is_refused_in_a_sentence(state: State, move: Move) -> None:
    if (state, move) in rules.MOVES:
        assert rules.moved(state, move) in State
        return
    with pytest.raises(Refused) as refusal:
        rules.moved(state, move)
    assert refusal.value.sentence.endswith(".")


def _facts(**changes: object) -> TicketFacts:
    given = {
        "category_id": 1,
        "agency_id": 2,
        "coc_id": 3,
        "project_type": 13,
        "channel": Channel.WEB,
        "text": "The APR",
    }
    return TicketFacts(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("condition", "facts", "holds"),
    [
        (Condition(), _facts(), True),
        (Condition(categories=frozenset({1})), _facts(), True),
        (Condition(categories=frozenset({9})), _facts(), False),
        (Condition(agencies=frozenset({2})), _facts(agency_id=None), False),
        (Condition(project_types=frozenset({13, 14})), _facts(), True),
        (Condition(channels=frozenset({Channel.MAIL})), _facts(), False),
        (Condition(words=("apr",)), _facts(), True),
        (Condition(words=("apr",)), _facts(text="In April"), False),
        (Condition(words=("locked out",)), _facts(text="I am LOCKED OUT again"), True),
        (Condition(words=("contraseña",)), _facts(text="Olvidé la contraseña."), True),
        (Condition(words=("C++ (old)",)), _facts(text="a C++ (old) tool"), True),
        (Condition(categories=frozenset({1}), words=("SPM",)), _facts(), False),
    ],
)
def test_a_condition_holds_when_all_its_parts_do(condition: Condition, facts: TicketFacts, holds: bool) -> None:
    assert condition.holds(facts) is holds


def test_for_each_thing_the_first_rule_that_sets_it_wins() -> None:
    in_order = [
        Rule(1, Condition(words=("nothing of it",)), queue_id=50),
        Rule(2, Condition(), queue_id=60),
        Rule(3, Condition(), queue_id=70, priority=Priority.HIGH),
        Rule(4, Condition(), priority=Priority.LOW, assign=Assign.PERSON, assignee_id=8),
        Rule(5, Condition(), assign=Assign.BY_LOAD),
    ]

    decision = rules.decide(in_order, _facts(), queue_id=1, priority=Priority.NORMAL)

    assert (decision.queue_id, decision.priority) == (60, Priority.HIGH)
    assert (decision.assign, decision.assignee_id) == (Assign.PERSON, 8)
    assert decision.by == {"queue": 2, "priority": 3, "assign": 4}


def test_without_a_rule_the_category_and_the_requester_decide() -> None:
    decision = rules.decide([], _facts(), queue_id=1, priority=Priority.NORMAL)

    assert (decision.queue_id, decision.priority, decision.assign, decision.by) == (1, Priority.NORMAL, Assign.NONE, {})


@pytest.mark.parametrize(
    ("loads", "chosen"),
    [
        ([], None),
        ([Load(1, 5, None), Load(2, 3, MONDAY)], 2),
        ([Load(1, 3, MONDAY), Load(2, 3, MONDAY - timedelta(hours=1))], 2),
        ([Load(1, 3, MONDAY), Load(2, 3, None)], 2),
        ([Load(2, 3, None), Load(1, 3, None)], 1),
    ],
)
def test_the_next_ticket_goes_to_whoever_carries_least(loads: list[Load], chosen: int | None) -> None:
    assert rules.least_loaded(loads) == chosen


def test_both_promises_count_business_hours_and_skip_the_holiday() -> None:
    due = rules.clocks(TARGET, HOURS, MONDAY, answered_at=None, is_open=True, pauses=[])

    assert due.first_response_due_at == datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
    assert due.resolution_due_at == datetime(2026, 3, 3, 22, 0, tzinfo=UTC)
    assert due.next == due.first_response_due_at


def test_a_pause_moves_the_resolution_and_never_the_first_answer() -> None:
    pauses = [(MONDAY, MONDAY + timedelta(hours=2))]

    due = rules.clocks(TARGET, HOURS, MONDAY, answered_at=None, is_open=True, pauses=pauses)

    assert due.first_response_due_at == datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
    assert due.resolution_due_at == datetime(2026, 3, 5, 15, 0, tzinfo=UTC)


def test_nothing_is_due_once_answered_and_waiting_or_not_open() -> None:
    waiting = rules.clocks(TARGET, HOURS, MONDAY, answered_at=MONDAY, is_open=True, pauses=[(MONDAY, None)])
    resolved = rules.clocks(TARGET, HOURS, MONDAY, answered_at=None, is_open=False, pauses=[])

    assert (waiting.next, resolved.next) == (None, None)


@pytest.mark.parametrize(
    ("due_in", "pressing"),
    [
        (None, Urgent.FINE),
        (timedelta(hours=3), Urgent.FINE),
        (timedelta(hours=2), Urgent.SOON),
        (timedelta(0), Urgent.SOON),
        (timedelta(minutes=-1), Urgent.LATE),
    ],
)
def test_what_presses_is_late_or_within_two_hours(due_in: timedelta | None, pressing: Urgent) -> None:
    assert rules.pressing(MONDAY, MONDAY + due_in if due_in is not None else None) is pressing


@pytest.mark.parametrize(
    ("words", "number"),
    [("HMIS-12", 12), ("hmis12", 12), ("#7", 7), (" 345 ", 345), ("12 exits", None), ("", None), ("APR-12", None)],
)
def test_a_number_alone_names_a_ticket(words: str, number: int | None) -> None:
    assert rules.number_in(words) == number


def test_found_client_data_is_masked_named_by_id_or_sent_as_the_writer_says() -> None:
    text = "My client Maria Lopez, SSN 123-45-6789, was exited twice."

    masked = rules.safe(text, guard.Allowed())
    by_id = rules.safe(text, guard.Allowed(), Choice.PERSONAL_ID, "104857")
    as_typed = rules.safe(text, guard.Allowed(), Choice.AS_TYPED)

    assert masked.kinds == ("name", "ssn")
    assert "Lopez" not in masked.text
    assert by_id.text == "My client HMIS Personal ID 104857, SSN [Social Security number removed], was exited twice."
    assert (as_typed.text, as_typed.original) == (text, None)


def test_no_rule_leads_out_of_a_restricted_queue_but_one_may_lead_in():
    out = Rule(1, Condition(words=("APR",)), queue_id=5, priority=Priority.HIGH)
    within = Rule(2, Condition(words=("APR",)), queue_id=8)

    grievance = rules.decide([out], _facts(), queue_id=9, priority=Priority.LOW, restricted=frozenset({8, 9}))
    moved = rules.decide([out, within], _facts(), queue_id=9, priority=Priority.LOW, restricted=frozenset({8, 9}))
    caught = rules.decide([within], _facts(), queue_id=1, priority=Priority.LOW, restricted=frozenset({8, 9}))

    assert (grievance.queue_id, grievance.priority, grievance.by) == (9, Priority.HIGH, {"priority": 1})
    assert (moved.queue_id, caught.queue_id) == (8, 8)
