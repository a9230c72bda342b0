"""The consistency grid: one verdict per project and month."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from portal.hmis_csv.reading.check import read
from portal.hmis_csv.rules.dates import Span
from portal.hmis_csv.rules.grid import Cell, GridProject, grid, grid_projects, longest_gap, share_on_time
from portal.hmis_csv.rules.months import Event, MonthFacts, Verdict
from portal.hmis_csv.rules.roster import Directive, ExportFacts, Participation
from portal.hmis_csv.rules.standards import default_standards
from tests.hmis_csv.generator import TYPES, Truth

pytestmark = pytest.mark.pure

SINCE_2020 = Span(date(2020, 1, 1))
SHELTER = GridProject("7", "1", 0, False, SINCE_2020, ((Participation.HMIS, SINCE_2020),))
EXPORT = ExportFacts(
    export_id="X",
    year=2026,
    software="Sample",
    software_version="1",
    source_id="S",
    source_name="",
    implementation_id="I",
    export_date=datetime.fromisoformat("2025-05-01 06:00"),
    start=date(2025, 1, 1),
    end=date(2025, 4, 30),
    directive=Directive.FULL_REFRESH,
)
JANUARY = ("7", date(2025, 1, 1))


def verdicts(project: GridProject, export: ExportFacts = EXPORT, **facts: MonthFacts) -> list[str]:
    activity = {("7", date(2025, int(month.removeprefix("m")), 1)): one for month, one in facts.items()}
    return [said(cell) for cell in grid([project], export, activity)]


def said(cell: Cell) -> str:
    return f"{cell.verdict.value}: {cell.reason.value}" if cell.reason else cell.verdict.value


def entries(busiest: int = 1, **lags: int) -> MonthFacts:
    days = {int(day.removeprefix("after")): count for day, count in lags.items()}
    return MonthFacts({Event.ENTRY: sum(days.values())}, days, busiest)


def test_months_are_seen_late_batch_or_silent():
    assert verdicts(
        SHELTER,
        m1=entries(after0=8, after3=1, after4=1),
        m2=entries(after0=7, after15=3),
        m3=entries(after0=10, busiest=7),
    ) == ["seen", "late", "batch", "silent"]


def test_few_records_on_one_day_are_no_batch_and_an_update_is_a_sign_of_life():
    assert (
        verdicts(
            SHELTER,
            m1=entries(after0=9, busiest=9),
            m2=MonthFacts({Event.UPDATE: 1}, {}, 0),
            m3=MonthFacts({Event.BED_NIGHT: 30}, {}, 2),
            m4=entries(after0=10, busiest=6),
        )
        == ["seen"] * 4
    )


def test_each_project_type_has_its_own_standard():
    fourth_day = entries(after4=4)

    assert [verdicts(replace(SHELTER, type=kind), m1=fourth_day)[0] for kind in (0, 3, 4, None)] == [
        "late",
        "seen",
        "late",
        "seen",
    ]


def test_silence_of_a_project_that_owes_nothing_is_never_red():
    vsp = replace(SHELTER, victim_service_provider=True)
    comparable = replace(SHELTER, participation=((Participation.COMPARABLE_DATABASE, SINCE_2020),))
    outside = replace(SHELTER, participation=())
    closed = replace(SHELTER, operating=Span(date(2020, 1, 1), date(2025, 2, 28)))
    late_start = replace(SHELTER, participation=((Participation.HMIS, Span(date(2025, 4, 1))),))

    assert verdicts(vsp) == ["not_expected: victim_service_provider"] * 4
    assert verdicts(comparable) == ["not_expected: comparable_database"] * 4
    assert verdicts(outside) == ["not_expected: not_participating"] * 4
    assert verdicts(closed) == ["silent", "silent", "not_expected: not_operating", "not_expected: not_operating"]
    assert verdicts(late_start) == [*["not_expected: not_participating"] * 3, "silent"]


def test_participation_is_a_history():
    history = (
        (Participation.HMIS, Span(date(2024, 1, 1), date(2025, 1, 31))),
        (Participation.COMPARABLE_DATABASE, Span(date(2025, 2, 1), date(2025, 3, 31))),
        (Participation.HMIS, Span(date(2025, 4, 1))),
    )

    assert verdicts(replace(SHELTER, participation=history)) == [
        "silent",
        "not_expected: comparable_database",
        "not_expected: comparable_database",
        "silent",
    ]


def test_what_cannot_be_measured_says_why():
    short = replace(EXPORT, start=date(2025, 1, 25), end=date(2025, 6, 30))
    opening = replace(SHELTER, operating=Span(date(2025, 4, 20)))

    assert verdicts(SHELTER, replace(EXPORT, directive=Directive.DELTA)) == ["not_measurable: delta"] * 4
    assert verdicts(SHELTER, short) == [
        "not_measurable: few_days",
        *["silent"] * 3,
        "not_measurable: few_days",
    ]
    assert verdicts(opening)[-1] == "not_measurable: few_days"
    assert verdicts(opening, m4=entries(after0=1))[-1] == "seen"


def test_an_export_without_a_window_has_no_grid():
    for export in (replace(EXPORT, start=None), replace(EXPORT, end=date(2024, 1, 1))):
        assert grid([SHELTER], export, {}) == ()


def test_only_late_batch_and_silent_need_attention():
    cells = grid([SHELTER], EXPORT, {JANUARY: entries(after0=1)})

    assert [cell.needs_attention for cell in cells] == [False, True, True, True]
    assert [cell.expected for cell in cells] == [True] * 4
    assert longest_gap(cells) == 3
    assert [share_on_time({}, 3), share_on_time({-1: 1, 3: 1, 4: 2}, 3)] == [None, 0.5]


def test_every_project_type_has_a_standard():
    assert [default_standards().days(kind) for kind in (*TYPES, 7, None)] == [3, 3, 5, 5, 1, 5, 3, 3, 5, 5, 3, 5, 5]


def test_a_read_export_becomes_a_grid(export: tuple[Path, Truth]):
    reading = read(export[0])

    cells = grid(grid_projects(reading.roster), reading.result.export, reading.activity())

    assert len(cells) == 12 * export[1].counts["Project"]
    vsp = {project.key for project in grid_projects(reading.roster) if project.victim_service_provider}
    assert {cell.verdict for cell in cells if cell.project in vsp} == {Verdict.NOT_EXPECTED}
    assert Counter(cell.verdict for cell in cells) == {
        Verdict.LATE: 197,
        Verdict.SEEN: 127,
        Verdict.NOT_EXPECTED: 48,
    }
    assert sum(cell.facts.events.get(Event.ENTRY, 0) for cell in cells) == sum(
        count for (_, month, kind), count in export[1].events.items() if kind == "entry" and month.year == 2025
    )
