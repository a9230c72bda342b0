"""Is this project entering data consistently? One verdict per project and month, from counts alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.hmis_csv.rules.dates import Span, month_of, next_month
from portal.hmis_csv.rules.months import NOTHING, Activity, Event, MonthFacts, Reason, Verdict
from portal.hmis_csv.rules.roster import (
    Directive,
    ExportFacts,
    HMISParticipation,
    Organization,
    Participation,
    Project,
    Roster,
)
from portal.hmis_csv.rules.standards import Standards, default_standards


@dataclass(frozen=True)
class GridProject:
    key: str
    organization: str
    type: int | None
    victim_service_provider: bool
    operating: Span
    participation: tuple[tuple[Participation, Span], ...]

    def days_expected(self, month: Span) -> int:
        """Days of the month in operation and taking part in HMIS."""
        return sum(
            span.days_within(both)
            for kind, span in self.participation
            if kind is Participation.HMIS and (both := _both(self.operating, month))
        )


@dataclass(frozen=True)
class Cell:
    """One project in one month. `on_time` is the share of its entries keyed within the local standard."""

    project: str
    month: date
    expected: bool
    verdict: Verdict
    reason: Reason | None
    facts: MonthFacts
    on_time: float | None

    @property
    def needs_attention(self) -> bool:
        return self.verdict in (Verdict.LATE, Verdict.BATCH, Verdict.SILENT)


def grid_projects(roster: Roster) -> tuple[GridProject, ...]:
    """The projects of a roster as the grid needs them. A participation history is kept whole, not its last word."""
    vsp = {
        row.key: bool(row.victim_service_provider)
        for row in roster.alive("Organization")
        if isinstance(row, Organization)
    }
    history: dict[str, list[tuple[Participation, Span]]] = {}
    for row in roster.alive("HMISParticipation"):
        if isinstance(row, HMISParticipation):
            history.setdefault(row.project, []).append((Participation(row.type), row.span))
    return tuple(
        GridProject(
            key=row.key,
            organization=row.organization,
            type=row.type,
            victim_service_provider=vsp.get(row.organization, False),
            operating=row.operating,
            participation=tuple(history.get(row.key, ())),
        )
        for row in roster.alive("Project")
        if isinstance(row, Project)
    )


def grid(
    projects: Sequence[GridProject],
    export: ExportFacts,
    activity: Activity,
    standards: Standards | None = None,
) -> tuple[Cell, ...]:
    """Cells by project, then month, over the whole export window; none where the export names no window."""
    window = export.window
    if window is None or window.end is None or window.end < window.start:
        return ()
    rules = standards or default_standards()
    delta = export.directive is Directive.DELTA
    return tuple(
        _cell(project, month, activity.get((project.key, month_of(month.start)), NOTHING), rules, delta=delta)
        for project in projects
        for month in _months(window)
    )


def _cell(project: GridProject, month: Span, facts: MonthFacts, rules: Standards, *, delta: bool) -> Cell:
    on_time = share_on_time(facts.entry_lags, rules.days(project.type))
    expected = project.days_expected(month)
    verdict, reason = _judged(project, month, facts, rules, on_time=on_time, expected=expected, delta=delta)
    counted = bool(expected) and verdict is not Verdict.NOT_EXPECTED
    return Cell(project.key, month_of(month.start), counted, verdict, reason, facts, on_time)


def _judged(
    project: GridProject,
    month: Span,
    facts: MonthFacts,
    rules: Standards,
    *,
    on_time: float | None,
    expected: int,
    delta: bool,
) -> tuple[Verdict, Reason | None]:
    if (reason := _not_expected(project, month, expected)) is not None:
        return Verdict.NOT_EXPECTED, reason
    if delta:
        return Verdict.NOT_MEASURABLE, Reason.DELTA
    if not facts.created and not facts.events.get(Event.UPDATE):
        few = expected < rules.enough_days
        return (Verdict.NOT_MEASURABLE, Reason.FEW_DAYS) if few else (Verdict.SILENT, None)
    if on_time is not None and 1 - on_time > rules.late_share:
        return Verdict.LATE, None
    if facts.created >= rules.batch_from and facts.busiest_day > rules.batch_share * facts.created:
        return Verdict.BATCH, None
    return Verdict.SEEN, None


def _not_expected(project: GridProject, month: Span, expected: int) -> Reason | None:
    if project.victim_service_provider:
        return Reason.VSP
    if expected:
        return None
    operating = _both(project.operating, month)
    if operating is None:
        return Reason.NOT_OPERATING
    comparable = any(
        kind is Participation.COMPARABLE_DATABASE and span.days_within(operating)
        for kind, span in project.participation
    )
    return Reason.COMPARABLE if comparable else Reason.NOT_PARTICIPATING


def share_on_time(lags: Mapping[int, int], days: int) -> float | None:
    """Entries keyed ahead of their date count as on time. None where there are no entries."""
    total = sum(lags.values())
    return sum(count for lag, count in lags.items() if lag <= days) / total if total else None


def longest_gap(months: Iterable[Cell]) -> int:
    """The longest run of silent months of one project, in order of time."""
    longest = run = 0
    for cell in months:
        run = run + 1 if cell.verdict is Verdict.SILENT else 0
        longest = max(longest, run)
    return longest


def _both(one: Span, other: Span) -> Span | None:
    """The days that both cover; `other` has an end."""
    days = one.days_within(other)
    start = max(one.start, other.start)
    return Span(start, start + timedelta(days=days - 1)) if days else None


def _months(window: Span) -> Iterator[Span]:
    """Calendar months, the first and the last cut to the window."""
    month = month_of(window.start)
    while window.end is not None and month <= window.end:
        after = next_month(month)
        yield Span(max(month, window.start), min(after - timedelta(days=1), window.end))
        month = after
