"""One table of what was measured, each goal beside it with whether it is met."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.bench.counting import Weight
from tests.bench.load import Measured

SMALL, LARGE = 1_000, 100_000
BARE_AT_MOST, GROWTH_AT_MOST, FIRST_VIEW_AT_MOST, MAILS_AT_LEAST, MEMORY_GROWTH_AT_MOST = 3.0, 1.3, 150_000, 100, 1.1
FLAT_SLACK = 2.0
"""Milliseconds within which two medians are the same."""
HELD_AGAINST_BARE = ("list, open by due", "list, queue + assignee", "ticket, 6 messages")
SEARCHES = ("search, rare word", "search, common word")

HEAD = (
    *("step", "database", "tickets", "p50/p95 ms at 1", "p50/p95 ms at 8", "req/s 1 / 8", "bare p50 1 / 8"),
    *("x bare", "CPU ms, bare", "CPU x bare", "x 1k", "SQL", "bytes (gzip)", "wrong"),
)


@dataclass(frozen=True)
class Cell:
    portal: Measured
    bare: Measured | None

    @property
    def ratio(self) -> float:
        return self.portal.p50 / self.bare.p50 if self.bare else 0.0

    @property
    def work_ratio(self) -> float:
        return self.portal.work / self.bare.work if self.bare and self.bare.work else 0.0


@dataclass
class Run:
    """Everything of one size on one database."""

    kind: str
    size: int
    cells: dict[tuple[str, int], Cell] = field(default_factory=dict)
    weights: dict[str, Weight] = field(default_factory=dict)
    first_view: dict[str, int] = field(default_factory=dict)
    starts: Sequence[float] = ()
    memory_before: float = 0.0
    memory_after: float = 0.0
    ingest: dict[str, float] = field(default_factory=dict)
    foreign: float = 0.0

    @property
    def steps(self) -> list[str]:
        return [name for name, clients in self.cells if clients == 1]


def table(runs: Sequence[Run]) -> str:
    rows = [HEAD, *(_row(runs, run, step) for step in _steps(runs) for run in runs if (step, 1) in run.cells)]
    parts = [_aligned(rows), _aligned([_MORE_HEAD, *map(_more, runs)]), _aligned([_GOAL_HEAD, *_goals(runs)])]
    return "\n\n".join(parts)


def _steps(runs: Sequence[Run]) -> list[str]:
    return runs[0].steps if runs else []


def _row(runs: Sequence[Run], run: Run, step: str) -> tuple[str, ...]:
    one, eight, weight = run.cells[step, 1], run.cells[step, 8], run.weights.get(step)
    growth = _growth(runs, run, step)
    return (
        step,
        run.kind,
        f"{run.size:,}",
        f"{one.portal.p50:.1f} / {one.portal.p95:.1f}",
        f"{eight.portal.p50:.1f} / {eight.portal.p95:.1f}",
        f"{one.portal.rate:.0f} / {eight.portal.rate:.0f}",
        f"{one.bare.p50:.1f} / {eight.bare.p50:.1f}" if one.bare and eight.bare else "",
        f"{one.ratio:.1f}" if one.bare else "",
        f"{one.portal.work:.1f}" + (f", {one.bare.work:.1f}" if one.bare else ""),
        f"{one.work_ratio:.1f}" if one.bare else "",
        f"{growth:.2f}" if growth else "",
        str(weight.statements) if weight else "",
        f"{weight.plain:,} ({weight.compressed:,})" if weight else "",
        str(sum(found.wrong for cell in (one, eight) for found in (cell.portal, cell.bare) if found)),
    )


def _growth(runs: Sequence[Run], run: Run, step: str) -> float | None:
    """Median at one client by that of the thousand."""
    small = _small(runs, run, step)
    return run.cells[step, 1].portal.p50 / small.portal.p50 if small else None


def _work_growth(runs: Sequence[Run], run: Run, step: str) -> float:
    small = _small(runs, run, step)
    return run.cells[step, 1].portal.work / small.portal.work if small else 0.0


def _small(runs: Sequence[Run], run: Run, step: str) -> Cell | None:
    held = next((one for one in runs if one.kind == run.kind and one.size == SMALL and one is not run), None)
    return held.cells.get((step, 1)) if held else None


_MORE_HEAD = (
    *("database", "tickets", "mail/s", "store + take in ms", "CPU ms a mail", "SQL a mail", "start s"),
    *("memory MB warm / after", "first view bytes", "others' CPU"),
)


def _more(run: Run) -> tuple[str, ...]:
    mail = run.ingest
    view = ", ".join(f"{kind} {size:,}" for kind, size in run.first_view.items())
    return (
        run.kind,
        f"{run.size:,}",
        f"{mail['rate']:.0f}" if mail else "",
        f"{mail['store_ms']:.1f} + {mail['take_in_ms']:.1f}" if mail else "",
        f"{mail['cpu_ms']:.1f}" if mail else "",
        f"{mail['statements']:.0f}" if mail else "",
        f"{run.starts[len(run.starts) // 2]:.2f}" if run.starts else "",
        f"{run.memory_before:.0f} / {run.memory_after:.0f}",
        f"{sum(run.first_view.values()):,} ({view})",
        f"{run.foreign:.0%}",
    )


_GOAL_HEAD = ("goal", "database", "found", "met")


def _goals(runs: Sequence[Run]) -> Iterator[tuple[str, ...]]:
    for run in runs:
        if run.size == max(one.size for one in runs):
            yield from _goals_of_pages(runs, run)
            yield from _goals_of_the_rest(runs, run)


def _goals_of_pages(runs: Sequence[Run], run: Run) -> Iterator[tuple[str, ...]]:
    at = f"at {run.size:,}"
    for step in run.steps:
        cell = run.cells[step, 1]
        if step in HELD_AGAINST_BARE:
            yield _goal(
                f"{step} {at} within {BARE_AT_MOST:.0f} x bare",
                run,
                f"{cell.ratio:.1f} x (CPU {cell.work_ratio:.1f} x)",
                cell.ratio <= BARE_AT_MOST,
            )
        growth = _growth(runs, run, step)
        if step in HELD_AGAINST_BARE and growth:
            small = cell.portal.p50 / growth
            met = cell.portal.p50 <= max(small * GROWTH_AT_MOST, small + FLAT_SLACK)
            found = f"{growth:.2f} x (CPU {_work_growth(runs, run, step):.2f} x)"
            yield _goal(f"{step} {at} within {GROWTH_AT_MOST} x 1,000", run, found, met)
        if step in SEARCHES and growth:
            small = cell.portal.p50 / growth
            met = cell.portal.p50 <= max(small * GROWTH_AT_MOST, small + FLAT_SLACK)
            found = f"{small:.1f} ms, {at} {cell.portal.p50:.1f} ms (CPU {_work_growth(runs, run, step):.2f} x)"
            yield _goal(f"{step} flat", run, found, met)
    alike = [one for one in runs if one.kind == run.kind]
    same = {step: {one.weights[step].statements for one in alike} for step in run.weights}
    apart = [step for step, counts in same.items() if len(counts) > 1]
    yield _goal("SQL of a page the same at every size", run, ", ".join(apart) or "the same", not apart)


def _goals_of_the_rest(runs: Sequence[Run], run: Run) -> Iterator[tuple[str, ...]]:
    if run.ingest:
        rate = run.ingest["rate"]
        yield _goal(f"mail: {MAILS_AT_LEAST} messages/s", run, f"{rate:.0f}", rate >= MAILS_AT_LEAST)
    view = sum(run.first_view.values())
    yield _goal(f"first view at most {FIRST_VIEW_AT_MOST:,} bytes", run, f"{view:,}", view <= FIRST_VIEW_AT_MOST)
    grown = run.memory_after / run.memory_before if run.memory_before else 0.0
    yield _goal(
        f"memory after load within {MEMORY_GROWTH_AT_MOST} x", run, f"{grown:.2f} x", grown <= MEMORY_GROWTH_AT_MOST
    )


def _goal(words: str, run: Run, found: str, met: bool) -> tuple[str, ...]:
    return (words, run.kind, found, "yes" if met else "NO")


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """As a Markdown table, so that it can be pasted."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])
