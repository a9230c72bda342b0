"""The result of a check in lines, for reading at a desk."""

from portal.hmis_csv.reading.check import CheckResult
from portal.hmis_csv.rules.lags import Lag
from portal.hmis_csv.rules.problems import Problem


def summary(result: CheckResult) -> str:
    export = result.export
    lines = [
        f"HMIS CSV export, FY{export.year}, by {export.software or 'software without a name'}",
        f"  written {export.export_date or 'on a day it does not tell'}",
        "",
        "Rows that are not deleted",
        *(f"  {name:24}{count:>12,}" for name, count in result.counts.items()),
        "",
        *_lag_lines("Days from entry to its keying", result.entry_lag),
        *_lag_lines("Days from exit to its keying", result.exit_lag),
        f"Problems: {len(result.problems)}" if result.problems else "No problems.",
        *(f"  {_problem_line(problem)}" for problem in result.problems),
    ]
    return "\n".join(lines)


def _lag_lines(title: str, told: Lag) -> list[str]:
    if told.reason:
        return [title, f"  Not measurable: {told.reason}", ""]
    buckets = (f"  {name:>5} {count:>12,}" for name, count in told.buckets.items())
    return [title, *buckets, f"  median {told.median:g}", ""]


def _problem_line(problem: Problem) -> str:
    row = f", row {problem.row}" if problem.row else ""
    return f"{problem.severity.value:8}{problem.file}{row}: {problem.message}"
