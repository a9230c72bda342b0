"""What the demo draws, without a database."""

import io
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
import yaml

from portal.demo.actions import shipped
from portal.demo.actions.film import Film
from portal.demo.rules import (
    COMMON_WORD,
    EVERY,
    PEOPLE,
    RARE_WORD,
    TAILS,
    AgencyStory,
    ExportRows,
    Keying,
    Names,
    Planned,
    curtain,
    drawn_people,
    evening,
    filled,
    first_day,
    planned,
    working_days_back,
)
from portal.demo.rules.standing import dates
from portal.hmis_csv.reading.check import read
from portal.hmis_csv.rules.grid import grid, grid_projects
from portal.hmis_csv.rules.months import Verdict
from portal.policy import Role
from portal.settings import data_dir
from portal.tickets.rules import Channel
from portal.worktime import Hours, is_open

pytestmark = pytest.mark.pure

DAY = date(2026, 3, 2)
HOURS = Hours(ZoneInfo("America/Chicago"), {day: ((time(8), time(17)),) for day in range(5)})


@pytest.fixture(scope="module")
def content() -> shipped.Shipped:
    return shipped.read()


def plan(content: shipped.Shipped, seed: int = 1, day: date = DAY) -> list[Planned]:
    return planned(Random(seed), content.scenarios, day, HOURS)


def test_eighteen_months_back_is_the_same_day_of_the_month_where_it_has_one() -> None:
    assert [first_day(date(2026, 3, 2)), first_day(date(2025, 8, 31)), first_day(date(2025, 12, 31))] == [
        date(2024, 9, 2),
        date(2024, 2, 29),
        date(2024, 6, 30),
    ]


def test_working_days_go_back_over_weekends_from_the_day_itself() -> None:
    assert working_days_back(HOURS, DAY, 3) == [date(2026, 3, 2), date(2026, 2, 27), date(2026, 2, 26)]
    assert working_days_back(HOURS, date(2026, 3, 1), 1) == [date(2026, 2, 27)]


@pytest.mark.parametrize("seed", range(12))
def test_any_seed_plans_about_a_thousand_tickets_within_the_eighteen_months(
    content: shipped.Shipped, seed: int
) -> None:
    coming = plan(content, seed)
    days = [one.at.astimezone(HOURS.zone).date() for one in coming]

    assert 950 <= len(coming) <= 1100
    assert (min(days) >= first_day(DAY), max(days) <= DAY) == (True, True)
    assert coming == sorted(coming, key=lambda one: one.at)


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2024, 2, 29), date(2026, 11, 21), date(2026, 12, 25)])
def test_any_day_leaves_some_tickets_unfinished(content: shipped.Shipped, day: date) -> None:
    unfinished = [one for one in plan(content, day=day) if one.turns is not None or one.scenario.is_left_open]

    assert 24 <= len(unfinished) <= 26


def test_the_same_seed_plans_the_same_and_another_seed_something_else(content: shipped.Shipped) -> None:
    assert plan(content, 5) == plan(content, 5)
    assert plan(content, 5) != plan(content, 6)


def test_scenarios_come_in_their_season_only(content: shipped.Shipped) -> None:
    early = [one for one in plan(content) if not one.scenario.is_left_open and one.scenario.parent is None]

    assert [one.scenario.key for one in early if one.at.astimezone(HOURS.zone).month not in one.scenario.months] == []


def test_nobody_calls_while_the_desk_is_closed(content: shipped.Shipped) -> None:
    calls = [one for one in plan(content) if one.scenario.channel is Channel.PHONE]

    assert [one.at for one in calls if not is_open(HOURS, one.at)] == []


def test_a_fault_that_hits_many_is_gathered_in_a_ticket_of_the_same_day(content: shipped.Shipped) -> None:
    coming = plan(content)
    gathering = Counter(
        (one.scenario.key, one.at.date()) for one in coming if one.scenario.opener.role is Role.LEAD_STAFF
    )
    hit = [one for one in coming if one.scenario.parent]

    assert hit != []
    assert [
        one.at
        for one in hit
        if not any(gathering[one.scenario.parent or "", one.at.date() + timedelta(days=days)] for days in (-1, 0, 1))
    ] == []


def test_two_hundred_and_sixty_people_hold_every_role_under_addresses_of_their_own(content: shipped.Shipped) -> None:
    joined = drawn_people(Random(3), content.community, content.people, first_day(DAY), DAY)
    staff = content.people["staff"]

    assert len(joined) + len(staff) == PEOPLE
    assert {role for one in joined for role in one.roles} | {Role(one["role"]) for one in staff} == (
        set(Role) - {Role.SIGNED_IN}
    )
    assert len({one.email for one in joined} | {one["email"] for one in staff}) == PEOPLE
    assert [one.email for one in joined if not one.email.isascii()] == []


def test_people_join_before_they_leave_and_both_by_the_day(content: shipped.Shipped) -> None:
    joined = drawn_people(Random(3), content.community, content.people, first_day(DAY), DAY)
    leavers = [one for one in joined if one.leaves_on is not None]

    assert len(leavers) == 6
    assert [one for one in leavers if not first_day(DAY) <= one.joins_on < (one.leaves_on or DAY) <= DAY] == []
    assert len({one.leaves_on for one in leavers}) == 6
    assert [one for one in joined if not first_day(DAY) <= one.joins_on < DAY] == []


def test_nobody_has_a_license_at_an_agency_that_enters_no_clients(content: shipped.Shipped) -> None:
    joined = drawn_people(Random(3), content.community, content.people, first_day(DAY), DAY)

    assert [one for one in joined if one.place in ("marigold", "goodtable") and Role.END_USER in one.roles] == []


def test_placeholders_are_filled_and_nothing_else() -> None:
    names = Names("Main Shelter", "Oxbow House", "AB12", "May", "Kiona Begay", "7")

    assert filled("{{ user }} at {{ project }}: {{ number }} of {{ personal_id }}, {x}", names) == (
        "Kiona Begay at Main Shelter: 7 of AB12, {x}"
    )


def test_words_of_the_copies_stand_in_no_shipped_text() -> None:
    said = [yaml.safe_dump(yaml.safe_load(path.read_text())) for path in sorted(data_dir("content").rglob("*.yml"))]

    assert [word for word in (RARE_WORD, COMMON_WORD) if any(word in text.lower() for text in said)] == []


def test_the_common_word_is_for_twelve_of_a_hundred_and_no_number_gets_two_sentences() -> None:
    common = [rest for tail in TAILS if COMMON_WORD in tail.text for rest in tail.rests]
    every = [rest for tail in TAILS for rest in tail.rests]

    assert (len(common), EVERY) == (3, 25)
    assert len(set(every)) == len(every)
    assert max(every) < EVERY


def test_a_film_plays_in_order_of_time_what_comes_up_while_it_runs_and_stops_at_its_end() -> None:
    film, seen = Film(), list[str]()
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    hour = timedelta(hours=1)
    film.add(noon + 2 * hour, lambda _: seen.append("third"))
    film.add(noon, lambda at: (seen.append("first"), film.add(at + hour, lambda _: seen.append("second")))[0])
    film.add(noon + 4 * hour, lambda _: seen.append("too late"))

    moments = list(film.run(noon + 3 * hour))

    assert seen == ["first", "second", "third"]
    assert moments == [noon, noon + hour, noon + 2 * hour]


def test_what_recurs_is_counted_back_from_the_day_to_before_the_beginning_and_falls_on_working_days() -> None:
    since = date(2024, 9, 1)
    story = AgencyStory("a", trained=3, checklist=12.5, agreement=38)

    assert story.trainings(DAY, since) == [date(2023, 12, 1), date(2024, 12, 2), date(2025, 12, 2)]
    assert list(story.papers(DAY, since)) == [
        ("agreement", "participation", date(2023, 1, 2)),
        ("checklist", "agency-security", date(2024, 2, 15)),
        ("checklist", "agency-security", date(2025, 2, 14)),
    ]
    assert {day.weekday() < 5 for ago in range(40) for day in dates(DAY, ago, 12, since)} == {True}


@pytest.mark.parametrize("hour", [0, 6, 13, 23])
def test_a_community_stands_still_at_the_beginning_of_its_day(hour: int) -> None:
    assert curtain(datetime(2026, 3, 2, hour, 59, tzinfo=UTC)) == datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 9, 15), date(2026, 1, 1)])
def test_the_vendors_export_is_a_slim_one_without_problems(content: shipped.Shipped, day: date) -> None:
    rows = ExportRows(content.community, [], evening(day), {}, Random(4))
    found = read(io.BytesIO(rows.packed()))

    assert found.result.problems == ()
    assert {name: found.result.counts[name] for name in ("Organization", "Project", "User")} == {
        "Organization": 14,
        "Project": 40,
        "User": 0,
    }
    assert rows.packed() == ExportRows(content.community, [], evening(day), {}, Random(4)).packed()


def test_who_keys_late_at_once_or_not_at_all_is_found_out(content: shipped.Shipped) -> None:
    keying = {"oxbow-main": Keying(late=True), "city-ce": Keying(batch=True), "oxbow-cots": Keying(silent=True)}
    rows = ExportRows(content.community, [], evening(DAY), keying, Random(4))
    reading = read(io.BytesIO(rows.packed()))
    cells = grid(grid_projects(reading.roster), reading.result.export, reading.activity())
    last = {cell.project: cell.verdict for cell in cells if cell.month == date(2026, 2, 1)}

    assert (last["2001"], last["2027"], last["2002"]) == (Verdict.LATE, Verdict.BATCH, Verdict.SILENT)
    assert {project for project, verdict in last.items() if verdict in (Verdict.LATE, Verdict.SILENT)} == {
        "2001",
        "2002",
    }
