"""The ladder, what counts as done, and how far a campaign has come."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.campaigns.rules import USUAL, Listener, Progress, Rung, as_json, done_on, due_of_joiner, from_json, rung_due
from portal.standing.rules import EvidenceFact

pytestmark = pytest.mark.pure

DUE = date(2026, 9, 30)
LONG_AGO = date(2026, 1, 1)
KNOWN = datetime(2026, 9, 1, tzinfo=UTC)
LADDERS = st.lists(st.builds(Rung, st.integers(-60, 60), st.sampled_from(Listener)), max_size=8)


def due(day: date, told: set[str] = frozenset(), asked: date = LONG_AGO, to: Listener = Listener.PERSON) -> Rung | None:
    return rung_due(USUAL, to, DUE, asked, day, told)


def test_each_rung_comes_on_its_day_and_once():
    week = Rung(-7, Listener.PERSON)
    days = {day: due(date(2026, 9, day), {"-14:person"}) for day in (16, 22, 23, 27)}
    assert days == {16: None, 22: None, 23: week, 27: week}
    assert due(date(2026, 9, 24), {"-14:person", week.code}) is None


def test_after_days_without_a_worker_only_the_last_rung_is_told():
    assert due(date(2026, 9, 29)) == Rung(-2, Listener.PERSON)
    assert due(date(2026, 9, 29), {"-2:person"}) is None


def test_rungs_from_before_somebody_was_asked_are_left_out():
    assert due(date(2026, 9, 28), asked=date(2026, 9, 27)) == Rung(-2, Listener.PERSON)
    assert due(date(2026, 9, 28), asked=date(2026, 9, 28)) is None


def test_each_listener_has_rungs_of_their_own():
    found = {to: due(date(2026, 10, 10), to=to) for to in Listener}
    assert found == {
        Listener.PERSON: Rung(1, Listener.PERSON),
        Listener.AGENCY_ADMIN: Rung(1, Listener.AGENCY_ADMIN),
        Listener.AGENCY_EXECUTIVE: Rung(4, Listener.AGENCY_EXECUTIVE),
        Listener.HMIS_LEAD: Rung(8, Listener.HMIS_LEAD),
    }


@given(LADDERS)
def test_a_ladder_is_kept_without_doubles_and_in_order(ladder: list[Rung]):
    assert from_json(as_json(ladder)) == tuple(sorted(set(ladder)))


@given(LADDERS, st.integers(-70, 70), st.integers(0, 40))
def test_day_by_day_every_rung_after_the_asking_is_told_exactly_once(ladder: list[Rung], start: int, gap: int):
    """With a worker that looks every day but for one gap: no rung twice, and the last one before each look is told."""
    asked, told = DUE + timedelta(days=start), []
    days = [asked + timedelta(days=one) for one in range(150) if not 20 <= one < 20 + gap]
    for day in days:
        found = rung_due(ladder, Listener.PERSON, DUE, asked, day, told)
        if found:
            told.append(found.code)
    assert len(told) == len(set(told))
    expected = {rung for rung in ladder if rung.to is Listener.PERSON and asked < rung.on(DUE) <= days[-1]}
    looked = {max((r for r in expected if r.on(DUE) <= day), default=None) for day in days} - {None}
    assert set(told) == {rung.code for rung in looked}


def test_whoever_comes_late_has_some_days():
    joins = {day: due_of_joiner(DUE, date(2026, 9, day), 14) for day in (1, 16, 17, 30)}
    assert joins == {1: DUE, 16: DUE, 17: date(2026, 10, 1), 30: date(2026, 10, 14)}


def test_evidence_counts_from_its_day_unless_it_was_replaced_or_taken_away():
    since = date(2026, 9, 1)
    old = EvidenceFact(1, date(2026, 8, 31), KNOWN)
    late, early = EvidenceFact(2, date(2026, 9, 9), KNOWN), EvidenceFact(3, date(2026, 9, 4), KNOWN)
    void = EvidenceFact(4, date(2026, 9, 4), KNOWN, supersedes=3, is_void=True)
    corrected = EvidenceFact(5, date(2026, 9, 6), KNOWN, supersedes=3)
    found = [done_on(facts, since) for facts in ([old], [late, early], [late, early, void], [early, corrected], [])]
    assert found == [None, date(2026, 9, 4), date(2026, 9, 9), date(2026, 9, 6), None]


def test_a_share_of_a_hundred_means_everybody():
    shares = [Progress(asked, done).share for asked, done in ((1000, 999), (3, 3), (0, 0), (3, 1))]
    assert shares == [99, 100, 100, 33]
