"""Verdicts as tables of facts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.policy import Role
from portal.standing import rules
from portal.standing.rules import (
    Audience,
    CommunityStart,
    LoginFacts,
    Place,
    PlaceFacts,
    ProjectSpan,
    Recurrence,
    RoleSpan,
    State,
    SubjectFacts,
    SubjectKind,
    Window,
    sentence,
    summary,
)
from tests.standing.facts import AGENCY, CHICAGO, LEAD, agency, done, judged, noon, terms, user, waiver

pytestmark = pytest.mark.pure

DONE = date(2025, 3, 10)
SEPTEMBER = Window(9, 1, 9, 30)


def test_a_rolling_requirement_runs_through_its_states():
    table = [
        (date(2025, 3, 9), State.OVERDUE),
        (date(2025, 3, 10), State.CURRENT),
        (date(2026, 2, 7), State.CURRENT),
        (date(2026, 2, 8), State.DUE_SOON),
        (date(2026, 3, 10), State.DUE_SOON),
        (date(2026, 3, 11), State.GRACE),
        (date(2026, 3, 24), State.GRACE),
        (date(2026, 3, 25), State.OVERDUE),
    ]

    found = [(day, judged(day, [done(DONE)], grace_days=14).state) for day, _ in table]

    assert found == table


def test_a_verdict_tells_since_when_until_when_and_by_which_evidence():
    soon = judged(date(2026, 2, 20), [done(DONE, number=41)])
    late = judged(date(2026, 5, 1), [done(DONE, number=41)], grace_days=14)

    assert (soon.since, soon.until, soon.due_on, soon.evidence_id, soon.clears) == (
        date(2026, 2, 8),
        date(2026, 3, 10),
        date(2026, 3, 10),
        41,
        ("training", "privacy"),
    )
    assert (late.since, late.until, late.due_on) == (date(2026, 3, 25), None, date(2026, 3, 10))


def test_the_due_day_ends_with_the_communitys_own_day():
    summer = judged(date(2025, 7, 1), [done(DONE)]).due_at(CHICAGO)
    assert summer == datetime(2026, 3, 11, 4, 59, 59, 999999, tzinfo=UTC)
    assert rules.end_of_day(date(2026, 3, 8), CHICAGO) - rules.end_of_day(date(2026, 3, 7), CHICAGO) == timedelta(
        hours=23
    )
    assert rules.end_of_day(date(2026, 11, 1), CHICAGO) - rules.end_of_day(date(2026, 10, 31), CHICAGO) == timedelta(
        hours=25
    )


@pytest.mark.parametrize(
    ("on", "months", "until"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2025, 12, 31), 36, date(2028, 12, 31)),
    ],
)
def test_months_are_calendar_months(on: date, months: int, until: date):
    assert judged(on, [done(on)], months=months).due_on == until


def test_renewing_in_the_due_soon_days_begins_at_the_old_end():
    early = judged(date(2026, 2, 20), [done(DONE), done(date(2026, 2, 20), number=2)])
    earlier = judged(date(2025, 9, 1), [done(DONE), done(date(2025, 9, 1), number=2)])
    late = judged(date(2026, 3, 15), [done(DONE), done(date(2026, 3, 15), number=2)])

    assert (early.due_on, early.evidence_id) == (date(2027, 3, 10), 2)
    assert earlier.due_on == date(2026, 9, 1)
    assert late.due_on == date(2027, 3, 15)


def test_a_chain_of_early_renewals_comes_back_to_february_29():
    days = [date(2024, 2, 29), date(2025, 2, 20), date(2026, 2, 20), date(2027, 2, 20)]

    ends = [
        judged(day, [done(one, number=number) for number, one in enumerate(days) if one <= day]).due_on for day in days
    ]

    assert ends == [date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]


def test_doing_it_twice_in_a_row_does_not_count_double():
    assert judged(DONE, [done(DONE), done(DONE, number=2)]).due_on == date(2026, 3, 10)


def test_evidence_may_bring_an_end_of_its_own():
    assert judged(DONE, [done(DONE, until=date(2025, 12, 31))]).due_on == date(2025, 12, 31)
    assert judged(DONE, [done(DONE, until=date(2025, 12, 31))], recurrence=Recurrence.ONCE).due_on == date(2025, 12, 31)


def test_once_is_for_good():
    held = judged(date(2031, 1, 1), [done(DONE)], recurrence=Recurrence.ONCE)

    assert (held.state, held.due_on, sentence(held)) == (
        State.CURRENT,
        None,
        "Done on Mar 10, 2025; it does not run out.",
    )


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (date(2025, 8, 31), date(2025, 9, 30)),
        (date(2025, 9, 1), date(2026, 9, 30)),
        (date(2025, 9, 30), date(2026, 9, 30)),
        (date(2025, 11, 5), date(2026, 9, 30)),
    ],
)
def test_a_fixed_window_asks_again_in_the_next_window(on: date, due: date):
    assert judged(on, [done(on)], recurrence=Recurrence.WINDOW, window=SEPTEMBER).due_on == due


def test_a_window_is_due_soon_from_its_first_day():
    facts = {"recurrence": Recurrence.WINDOW, "window": SEPTEMBER, "due_soon_days": 90}
    states = [
        judged(day, [done(date(2025, 9, 12))], **facts).state
        for day in (date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 1))
    ]

    assert states == [State.CURRENT, State.DUE_SOON, State.DUE_SOON, State.OVERDUE]


def test_a_window_may_cross_new_year_and_end_on_the_last_of_february():
    winter = Window(11, 15, 2, 29)

    assert rules.window_of(winter, 2027) == (date(2027, 11, 15), date(2028, 2, 29))
    assert rules.window_of(winter, 2026) == (date(2026, 11, 15), date(2027, 2, 28))


def test_somebody_who_comes_after_the_window_has_until_the_next_or_the_first_days():
    november = user(since=date(2025, 11, 3))
    facts = {"recurrence": Recurrence.WINDOW, "window": SEPTEMBER}

    waits = judged(date(2025, 12, 1), facts=november, **facts)
    hurries = judged(date(2025, 12, 1), facts=november, first_days=45, **facts)

    assert (waits.state, waits.due_on) == (State.NEVER_MET, date(2026, 9, 30))
    assert (hurries.state, hurries.due_on) == (State.NEVER_MET, date(2025, 12, 18))


def test_so_many_times_each_year():
    twice = {"recurrence": Recurrence.COUNT, "times": 2, "due_soon_days": 60}
    first, second = done(date(2025, 4, 1)), done(date(2025, 10, 1), number=2)
    newcomer = user(since=date(2025, 2, 1))

    found = [
        judged(day, evidence, facts=newcomer, **twice)
        for day, evidence in [
            (date(2025, 5, 1), [first]),
            (date(2025, 10, 1), [first, second]),
            (date(2026, 11, 15), [first, second]),
            (date(2027, 1, 1), [first, second]),
            (date(2027, 2, 1), [first, second, done(date(2027, 1, 20), number=3)]),
        ]
    ]

    assert [(one.state, one.due_on) for one in found] == [
        (State.NEVER_MET, date(2025, 12, 31)),
        (State.CURRENT, date(2026, 12, 31)),
        (State.DUE_SOON, date(2026, 12, 31)),
        (State.OVERDUE, date(2026, 12, 31)),
        (State.OVERDUE, date(2026, 12, 31)),
    ]
    assert sentence(found[0]) == "1 of 2 is done this year; it is due by Dec 31, 2025."
    assert sentence(found[4]) == "1 of 2 is done this year, but it was due by Dec 31, 2026."


def test_idle_is_not_measurable_until_a_report_was_loaded():
    idle = {"recurrence": Recurrence.IDLE, "idle_days": 90}
    report = date(2026, 1, 31)

    def person(last: date) -> SubjectFacts:
        return user(logins=(LoginFacts(report, last, noon(report)),))

    unknown = judged(date(2026, 2, 1), **idle)
    busy = judged(date(2026, 2, 1), facts=person(date(2026, 1, 15)), **idle)
    gone = judged(date(2026, 2, 1), facts=person(date(2025, 10, 1)), first_days=60, **idle)
    back = judged(date(2026, 2, 1), [done(date(2026, 1, 10))], facts=person(date(2025, 10, 1)), first_days=60, **idle)

    assert (unknown.state, sentence(unknown)) == (
        State.NOT_MEASURABLE,
        "This cannot be told yet, because no last-login report of the vendor has been loaded.",
    )
    assert (busy.state, sentence(busy)) == (
        State.NOT_REQUIRED,
        "This is asked after 90 days without a login; the last one was on Jan 15, 2026.",
    )
    assert (gone.state, gone.since, gone.due_on) == (State.NEVER_MET, date(2025, 12, 30), date(2026, 2, 28))
    assert back.state is State.CURRENT


def test_a_change_of_role_asks_anew():
    facts = {"recurrence": Recurrence.ROLE_CHANGE, "audience": Audience(), "first_days": 30}
    spans = (RoleSpan(Role.END_USER, AGENCY, date(2024, 1, 10)),)
    moved = (*spans, RoleSpan(Role.AGENCY_ADMIN, AGENCY, date(2026, 1, 5)))

    before = judged(date(2026, 1, 20), [done(DONE)], facts=user(spans=spans), **facts)
    after = judged(date(2026, 1, 20), [done(DONE)], facts=user(spans=moved), **facts)
    again = judged(date(2026, 1, 20), [done(date(2026, 1, 15))], facts=user(spans=moved), **facts)

    assert [one.state for one in (before, after, again)] == [State.NOT_REQUIRED, State.NEVER_MET, State.CURRENT]
    assert after.due_on == date(2026, 2, 4)


def test_never_met_is_not_late_before_the_first_days_are_over():
    newcomer = user(since=date(2026, 3, 2))
    states = [
        judged(day, facts=newcomer, first_days=30, grace_days=7).state
        for day in (date(2026, 3, 1), date(2026, 3, 2), date(2026, 4, 1), date(2026, 4, 8), date(2026, 4, 9))
    ]

    assert states == [State.NOT_REQUIRED, State.NEVER_MET, State.NEVER_MET, State.NEVER_MET, State.OVERDUE]
    assert sentence(judged(date(2026, 4, 5), facts=newcomer, first_days=30, grace_days=7)) == (
        "Nothing is on file yet; it is due by Apr 1, 2026 and overdue after Apr 8, 2026."
    )


def test_who_asks_for_a_license_is_never_late():
    asks = user(spans=(RoleSpan(Role.END_USER, AGENCY, date(2025, 1, 2), is_asked_for=True),))

    found = judged(date(2026, 3, 2), facts=asks)

    assert (found.state, found.due_on) == (State.NEVER_MET, None)
    assert sentence(found) == "Nothing is on file yet; this is needed before the license is granted."


def test_coming_back_begins_anew():
    back = user(
        spans=(
            RoleSpan(Role.END_USER, AGENCY, date(2024, 1, 10), date(2025, 6, 1)),
            RoleSpan(Role.END_USER, AGENCY, date(2026, 6, 1)),
        )
    )

    away = judged(date(2026, 4, 1), [done(DONE)], facts=back)
    found = judged(date(2026, 6, 10), [done(DONE)], facts=back, first_days=30)

    assert away.state is State.NOT_REQUIRED
    assert (found.state, found.since, found.due_on) == (State.NEVER_MET, date(2026, 6, 1), date(2026, 7, 1))
    assert sentence(found) == "The last one ran out on Mar 10, 2026; it is due by Jul 1, 2026."


def test_roles_that_follow_each_other_are_one_stretch():
    moved = user(
        spans=(
            RoleSpan(Role.END_USER, LEAD, date(2025, 8, 1)),
            RoleSpan(Role.END_USER, AGENCY, date(2024, 1, 10), date(2025, 8, 1)),
        )
    )

    assert judged(date(2026, 6, 10), facts=moved, first_days=30).due_on == date(2024, 2, 9)


def test_a_waiver_holds_through_its_last_day_and_moves_the_due_day():
    leave = waiver(date(2026, 3, 1), date(2026, 5, 31))
    found = [
        judged(day, [done(DONE)], [leave], grace_days=10)
        for day in (date(2026, 2, 28), date(2026, 3, 11), date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 11))
    ]

    assert [one.state for one in found] == [State.DUE_SOON, State.WAIVED, State.WAIVED, State.GRACE, State.OVERDUE]
    assert sentence(found[1]) == "It is waived from Mar 1, 2026 through May 31, 2026."


def test_a_waiver_that_was_ended_early_held_until_then():
    ended = waiver(date(2026, 3, 1), date(2026, 5, 31), endings=((date(2026, 4, 1), noon(date(2026, 4, 1))),))

    assert judged(date(2026, 4, 15), [done(DONE)], [ended]).state is State.OVERDUE
    assert judged(date(2026, 4, 15), [done(DONE)], [ended], known_on=noon(date(2026, 3, 20))).state is State.WAIVED


def test_gaps_from_before_the_community_start_may_be_made_up():
    start = CommunityStart(date(2026, 1, 1), date(2026, 3, 31), noon(date(2025, 12, 1)))
    old = done(date(2023, 5, 1))

    lapsed = judged(date(2026, 1, 1), [old], starts=[start])
    never = judged(date(2026, 1, 1), starts=[start])
    later = judged(date(2026, 4, 1), [old], starts=[start])
    newer = judged(date(2026, 3, 12), [done(DONE)], starts=[start])

    assert [one.state for one in (lapsed, never, later, newer)] == [
        State.GRACE,
        State.NEVER_MET,
        State.OVERDUE,
        State.OVERDUE,
    ]
    assert sentence(lapsed) == (
        "It ran out on May 1, 2024, before this community began to count here; do it by Mar 31, 2026, or it is overdue."
    )


def test_a_new_version_holds_from_its_day_and_the_old_one_before():
    versions = [
        terms(),
        terms(number=2, published_at=noon(date(2026, 1, 5)), effective_on=date(2026, 2, 1), months=6),
    ]

    before = judged(date(2026, 1, 31), [done(DONE)], versions=versions)
    after = judged(date(2026, 2, 1), [done(DONE)], versions=versions)
    unknown = judged(date(2026, 2, 1), [done(DONE)], versions=versions, known_on=noon(date(2026, 1, 4)))

    assert (before.state, before.terms.number) == (State.CURRENT, 1)
    assert (after.state, after.terms.number, after.ran_out_on) == (State.OVERDUE, 2, date(2025, 9, 10))
    assert (unknown.state, unknown.terms.number) == (State.CURRENT, 1)


def test_a_version_that_asks_everybody_anew_lets_the_old_signature_count_for_the_first_days():
    versions = [
        terms(recurrence=Recurrence.ONCE),
        terms(
            number=2,
            published_at=noon(date(2026, 1, 5)),
            effective_on=date(2026, 2, 1),
            recurrence=Recurrence.ONCE,
            evidence_from=date(2026, 2, 1),
            first_days=30,
        ),
    ]
    anew = done(date(2026, 2, 10), number=2)

    found = [
        judged(day, evidence, versions=versions).state
        for day, evidence in [
            (date(2026, 1, 31), [done(DONE)]),
            (date(2026, 2, 1), [done(DONE)]),
            (date(2026, 3, 3), [done(DONE)]),
            (date(2026, 3, 4), [done(DONE)]),
            (date(2026, 3, 4), [done(DONE), anew]),
        ]
    ]

    assert found == [State.CURRENT, State.DUE_SOON, State.DUE_SOON, State.OVERDUE, State.CURRENT]


def test_a_retired_requirement_asks_nobody_and_one_to_come_says_when():
    retired = [terms(), terms(number=2, published_at=noon(DONE), effective_on=DONE, is_retired=True)]
    coming = [terms(effective_on=date(2027, 1, 1))]

    assert sentence(judged(DONE, versions=retired)) == "This is no longer asked of anybody since Mar 10, 2025."
    assert sentence(judged(DONE, versions=coming)) == "This is not asked of anybody yet; it starts on Jan 1, 2027."


def test_a_wider_audience_is_bound_from_the_day_of_the_version_that_widened_it():
    wider = Audience(roles=frozenset({Role.END_USER, Role.AGENCY_ADMIN}))
    versions = [
        terms(first_days=30),
        terms(number=2, published_at=noon(DONE), effective_on=date(2026, 1, 1), first_days=30, audience=wider),
    ]
    heads = user(spans=(RoleSpan(Role.AGENCY_ADMIN, AGENCY, date(2024, 1, 10)),))

    assert judged(date(2026, 1, 2), facts=heads, versions=versions).due_on == date(2026, 1, 31)
    assert judged(date(2026, 1, 2), facts=user(), versions=versions).due_on == date(2024, 2, 9)


@pytest.mark.parametrize(
    ("audience", "is_bound"),
    [
        (Audience(), True),
        (Audience(roles=frozenset({Role.END_USER})), True),
        (Audience(roles=frozenset({Role.AGENCY_ADMIN})), False),
        (Audience(places=frozenset({Place.PARTICIPATING})), True),
        (Audience(places=frozenset({Place.VSP})), False),
        (Audience(cocs=frozenset({1, 2})), True),
        (Audience(cocs=frozenset({2})), False),
        (Audience(organizations=frozenset({AGENCY})), True),
        (Audience(organizations=frozenset({LEAD})), False),
        (Audience(people=frozenset({7})), True),
        (Audience(people=frozenset({8})), False),
        (Audience(project_types=frozenset({1})), True),
        (Audience(project_types=frozenset({4})), False),
    ],
)
def test_whom_a_requirement_binds(audience: Audience, is_bound: bool):
    shelter = ProjectSpan(1, 1, date(2024, 1, 1))
    ended = ProjectSpan(4, 1, date(2020, 1, 1), date(2024, 1, 1))
    places = {AGENCY: PlaceFacts(Place.PARTICIPATING, frozenset({1}), (shelter, ended))}
    facts = SubjectFacts(SubjectKind.PERSON, 7, (RoleSpan(Role.END_USER, AGENCY, date(2024, 1, 10)),), places)

    assert (judged(DONE, facts=facts, audience=audience).state is not State.NOT_REQUIRED) is is_bound


def test_an_agency_is_a_subject_too():
    facts = {"subject_kind": SubjectKind.ORGANIZATION, "audience": Audience(places=frozenset({Place.PARTICIPATING}))}

    assert judged(DONE, [done(DONE)], facts=agency(), months=36, **facts).due_on == date(2028, 3, 10)
    assert judged(DONE, [done(DONE)], facts=user(), **facts).state is State.NOT_REQUIRED


def test_superseded_and_void_evidence_does_not_count_from_when_that_was_known():
    wrong = done(DONE)
    correction = done(date(2024, 3, 10), number=2, supersedes=1, recorded_at=noon(date(2025, 6, 1)))
    voided = done(DONE, number=3, supersedes=1, is_void=True, recorded_at=noon(date(2025, 6, 1)))

    assert judged(date(2025, 7, 1), [wrong, correction]).ran_out_on == date(2025, 3, 10)
    assert judged(date(2025, 7, 1), [wrong, correction], known_on=noon(date(2025, 5, 1))).state is State.CURRENT
    assert judged(date(2025, 7, 1), [wrong, voided]).evidence is None


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"recurrence": Recurrence.ONCE}, "once"),
        ({"months": 1}, "every 1 month"),
        ({"recurrence": Recurrence.WINDOW, "window": SEPTEMBER}, "each year from Sep 1 to Sep 30"),
        ({"recurrence": Recurrence.COUNT, "times": 2}, "2 times each calendar year"),
        ({"recurrence": Recurrence.IDLE, "idle_days": 90}, "after 90 days without a login"),
        ({"recurrence": Recurrence.ROLE_CHANGE}, "after each change of role"),
    ],
)
def test_recurrence_in_words(facts: dict[str, object], words: str):
    assert rules.recurrence_words(terms(**facts)) == words


def test_the_audience_in_words():
    wide = Audience(
        roles=frozenset({Role.END_USER, Role.LEAD_STAFF}), places=frozenset({Place.VSP}), cocs=frozenset({3})
    )

    assert rules.audience_words(terms(audience=wide), {"organizations": {3: "Kestrel CoC"}}) == (
        "HMIS Lead staff and end users at victim service providers in Kestrel CoC"
    )
    assert rules.audience_words(terms(audience=Audience())) == "all people"
    assert Audience.from_json(wide.as_json()) == wide


def test_terms_that_make_no_sense_are_told():
    idle = terms(recurrence=Recurrence.IDLE, subject_kind=SubjectKind.ORGANIZATION, audience=Audience(), idle_days=9)

    assert rules.problem(terms()) is None
    assert rules.problem(terms(months=0)) == "Say after how many months."
    assert rules.problem(idle) == "Only people log in and change roles; choose another recurrence for organizations."
    assert rules.problem(terms(subject_kind=SubjectKind.ORGANIZATION)) == (
        "A requirement of organizations names organizations, not people or roles."
    )


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([], ("Nothing is asked here on this day.", "neutral")),
        ([date(2025, 6, 1)], ("All is met.", "good")),
        ([date(2025, 6, 1)] * 2, ("All 2 are met.", "good")),
        ([date(2026, 2, 20), date(2026, 2, 20)], ("All are met; 2 are due soon.", "warn")),
        ([date(2026, 3, 15)], ("All are met; 1 is late but within grace.", "warn")),
        (
            [date(2026, 2, 20), date(2026, 3, 15)],
            ("All are met; 1 is due soon and 1 is late but within grace.", "warn"),
        ),
        ([date(2026, 2, 20), date(2026, 6, 1)], ("1 of 2 is not met.", "bad")),
    ],
)
def test_the_summary_says_only_what_is_true(days: list[date], said: tuple[str, str]):
    found = [judged(day, [done(DONE)], grace_days=14) for day in days]

    assert summary(found) == said
