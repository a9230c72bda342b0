"""What holds for every history of facts."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.policy import Role
from portal.standing import rules
from portal.standing.rules import (
    Audience,
    CommunityStart,
    EvidenceFact,
    LoginFacts,
    Note,
    Place,
    PlaceFacts,
    Recurrence,
    RoleSpan,
    State,
    SubjectFacts,
    SubjectKind,
    Terms,
    WaiverFact,
    Window,
    sentence,
    verdict,
)
from tests.standing.facts import AGENCY, LEAD, PLACES

pytestmark = pytest.mark.pure

ZONES = st.sampled_from([ZoneInfo(name) for name in ("America/Chicago", "America/Denver", "Pacific/Guam")])
DAYS = st.dates(date(2023, 11, 1), date(2028, 3, 5)) | st.sampled_from(
    [date(2024, 2, 29), date(2028, 2, 29), date(2026, 3, 8), date(2026, 11, 1), date(2025, 12, 31)]
)
MOMENTS = st.integers(0, 1_580 * 86_400).map(
    lambda seconds: datetime(2023, 11, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
AUDIENCES = st.sampled_from(
    [
        Audience(roles=frozenset({Role.END_USER})),
        Audience(roles=frozenset({Role.END_USER, Role.AGENCY_ADMIN})),
        Audience(places=frozenset({Place.PARTICIPATING})),
        Audience(people=frozenset({7})),
        Audience(),
    ]
)


@st.composite
def many_versions(draw: st.DrawFn) -> list[Terms]:
    return [
        Terms(
            requirement_id=1,
            number=number,
            published_at=draw(MOMENTS),
            effective_on=draw(DAYS),
            kind="training",
            key="privacy",
            audience=draw(AUDIENCES),
            recurrence=draw(st.sampled_from(Recurrence)),
            months=draw(st.integers(1, 36)),
            window=draw(st.sampled_from([Window(9, 1, 9, 30), Window(11, 15, 2, 29), Window(2, 29, 3, 31)])),
            times=draw(st.integers(1, 3)),
            idle_days=draw(st.integers(1, 120)),
            due_soon_days=draw(st.integers(0, 60)),
            grace_days=draw(st.integers(0, 30)),
            first_days=draw(st.none() | st.integers(0, 60)),
            evidence_from=draw(st.none() | DAYS),
            is_retired=draw(st.sampled_from([False, False, False, True])),
            version_id=number,
        )
        for number in range(1, draw(st.integers(1, 4)) + 1)
    ]


@st.composite
def much_evidence(draw: st.DrawFn) -> list[EvidenceFact]:
    return [
        EvidenceFact(
            number,
            draw(DAYS),
            draw(MOMENTS),
            until=draw(st.none() | DAYS),
            supersedes=draw(st.none() | st.integers(1, number)) if number > 1 else None,
            is_void=draw(st.booleans()),
            kind="training",
            key="privacy",
        )
        for number in range(1, draw(st.integers(0, 6)) + 1)
    ]


WAIVERS = st.lists(
    st.builds(
        WaiverFact,
        st.integers(1, 9),
        st.just(1),
        DAYS,
        DAYS,
        MOMENTS,
        st.lists(st.tuples(DAYS, MOMENTS), max_size=2).map(tuple),
    ),
    max_size=3,
    unique_by=lambda one: one.id,
)
SPANS = st.lists(
    st.builds(
        RoleSpan,
        st.sampled_from([Role.END_USER, Role.AGENCY_ADMIN, Role.SIGNED_IN]),
        st.sampled_from([AGENCY, LEAD]),
        DAYS,
        st.none() | DAYS,
        st.booleans(),
    ),
    max_size=4,
)
LOGINS = st.lists(st.builds(LoginFacts, DAYS, st.none() | DAYS, MOMENTS), max_size=3)
STARTS = st.lists(st.builds(CommunityStart, DAYS, DAYS, MOMENTS), max_size=2, unique_by=lambda one: one.recorded_at)


def person(spans: list[RoleSpan], logins: list[LoginFacts]) -> SubjectFacts:
    return SubjectFacts(SubjectKind.PERSON, 7, tuple(spans), PLACES, tuple(logins))


@given(many_versions(), much_evidence(), WAIVERS, SPANS, LOGINS, STARTS, DAYS, MOMENTS, ZONES, st.randoms())
def test_the_verdict_is_the_same_whatever_the_order_of_facts(
    versions, evidence, waivers, spans, logins, starts, day, known, zone, random
):
    one = verdict(versions, evidence, waivers, person(spans, logins), day, known, zone, starts)
    for facts in (versions, evidence, waivers, spans, logins, starts):
        random.shuffle(facts)

    other = verdict(versions, evidence, waivers, person(spans, logins), day, known, zone, starts)

    assert one == other
    assert sentence(one).count(".") == 1


@given(many_versions(), much_evidence(), WAIVERS, SPANS, LOGINS, STARTS, DAYS, ZONES)
def test_what_became_known_later_does_not_change_what_was_computed_that_day(
    versions, evidence, waivers, spans, logins, starts, day, zone
):
    """As of D, known on D: with all that is known today, and with only what was known at the end of that day."""
    end = rules.end_of_day(day, zone)
    now = verdict(versions, evidence, waivers, person(spans, logins), day, None, zone, starts)
    then = verdict(
        [one for one in versions if one.published_at <= end],
        [one for one in evidence if one.recorded_at <= end],
        [
            WaiverFact(
                one.id, 1, one.starts_on, one.ends_on, one.recorded_at, tuple(e for e in one.endings if e[1] <= end)
            )
            for one in waivers
            if one.recorded_at <= end
        ],
        person(spans, [one for one in logins if one.recorded_at <= end]),
        day,
        end,
        zone,
        [one for one in starts if one.recorded_at <= end],
    )

    assert (now.state, now.since, now.until, now.due_on) == (then.state, then.since, then.until, then.due_on)
    assert (now.evidence_id, now.is_older) == (then.evidence_id, then.is_older)


@given(many_versions(), much_evidence(), SPANS, DAYS, MOMENTS, ZONES)
def test_what_lies_after_the_day_does_not_matter_on_it(versions, evidence, spans, day, known, zone):
    facts = person(spans, [])
    then = [one for one in evidence if one.on <= day or one.supersedes or one.is_void]

    assert (
        verdict(versions, evidence, [], facts, day, known, zone).state
        is verdict(versions, then, [], facts, day, known, zone).state
    )


@given(DAYS, st.integers(1, 36), st.integers(0, 60), st.data())
def test_early_renewal_loses_no_day(on, months, due_soon_days, data):
    rolling = Terms(
        1, 1, datetime(2020, 1, 1, tzinfo=UTC), date(2020, 1, 1), "training", "privacy", months=months,
        recurrence=Recurrence.ROLLING, due_soon_days=due_soon_days,
    )  # fmt: skip
    first = EvidenceFact(1, on, datetime(2020, 1, 1, tzinfo=UTC))
    end = rules.add_months(on, months)
    renewed_on = data.draw(st.dates(max(end - timedelta(days=due_soon_days), on + timedelta(days=1)), end))

    held = rules.cover(rolling, [first, EvidenceFact(2, renewed_on, first.recorded_at)])

    assert held.until == rules.add_months(on, 2 * months)


@given(much_evidence(), st.integers(1, 36), st.integers(0, 60))
def test_more_evidence_never_shortens_what_counted(evidence, months, due_soon_days):
    rolling = Terms(
        1, 1, datetime(2020, 1, 1, tzinfo=UTC), date(2020, 1, 1), "training", "privacy", months=months,
        recurrence=Recurrence.ROLLING, due_soon_days=due_soon_days,
    )  # fmt: skip
    plain = sorted(
        (EvidenceFact(one.id, one.on, one.recorded_at) for one in evidence), key=lambda one: (one.on, one.id)
    )
    ends = [rules.cover(rolling, plain[:number]).until for number in range(1, len(plain) + 1)]

    assert ends == sorted(ends)
    assert all(end >= rules.add_months(one.on, months) for end, one in zip(ends, plain, strict=True))


@given(DAYS, st.integers(1, 120), st.integers(1, 120))
def test_months_from_one_day_never_run_backward(day, less, more):
    assert (rules.add_months(day, less) <= rules.add_months(day, more)) is (less <= more)


@given(DAYS, ZONES, ZONES)
def test_the_zone_moves_the_end_of_a_day_and_never_the_day(day, zone, other):
    end = rules.end_of_day(day, zone)

    assert rules.day_of(end, zone) == day
    assert rules.day_of(end + timedelta(microseconds=1), zone) == day + timedelta(days=1)
    assert abs(end - rules.end_of_day(day, other)) < timedelta(days=1)


@settings(max_examples=60)
@given(st.lists(st.tuples(MOMENTS, st.sampled_from([AGENCY, LEAD])), min_size=1, max_size=5), MOMENTS, ZONES)
def test_notes_of_later_do_not_change_what_was_known(homes, known, zone):
    notes = [
        Note(
            rules.person_note(home, date(2023, 1, 1), None, [RoleSpan(Role.END_USER, home, rules.day_of(at, zone))]), at
        )
        for at, home in homes
    ]
    before = [note for note in notes if note.recorded_at <= known]

    assert rules.spans_known(notes, known, zone) == rules.spans_known(before, known, zone)


@given(st.sampled_from(Place), st.lists(DAYS, max_size=3), MOMENTS)
def test_a_place_comes_back_from_its_note_as_it_went_in(place, days, at):
    zone = ZoneInfo("America/Chicago")
    facts = PlaceFacts(
        place,
        frozenset({1, 2}),
        tuple(sorted((rules.ProjectSpan(1, 2, day) for day in days), key=lambda p: p.starts_on)),
    )

    assert rules.place_known([Note(rules.place_note(facts), at)], date(2028, 3, 5), at, zone) == facts
    assert (
        rules.place_known([Note(rules.place_note(facts), at)], date(2028, 3, 5), at - timedelta(days=1), zone) is None
    )


def test_every_state_can_be_worded():
    assert [state.words for state in State] == [
        "overdue",
        "grace",
        "never met",
        "due soon",
        "not measurable",
        "waived",
        "current",
        "not required",
    ]
