""" "Entering data consistently" in cells: of an agency's month, and of an agency as a whole. From counts alone."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from portal.hmis_csv.rules.dates import next_month
from portal.hmis_csv.rules.months import Reason, Verdict
from portal.licenses.rules import Cell, Tone

LOOKED_AT = 3
"""Whole months before the export's end that an agency is judged by."""
TOO_OLD = timedelta(days=62)
"""After so many days an export says nothing about today."""

TONES: Mapping[Verdict, Tone] = MappingProxyType(
    {
        Verdict.SILENT: Tone.BAD,
        Verdict.LATE: Tone.WARN,
        Verdict.BATCH: Tone.WARN,
        Verdict.SEEN: Tone.GOOD,
        Verdict.NOT_MEASURABLE: Tone.NEUTRAL,
        Verdict.NOT_EXPECTED: Tone.NEUTRAL,
    }
)
"""Worst first: what is never expected or cannot be measured is never red."""
NO_EXPORT = Cell(Tone.NEUTRAL, "No export loaded yet")
OLD_EXPORT = Cell(Tone.NEUTRAL, "The last export is too old")
NOT_IN_EXPORT = Cell(Tone.NEUTRAL, "Not in the export")


@dataclass(frozen=True)
class Window:
    """The days that an export speaks of."""

    start: date
    end: date

    @property
    def whole_months(self) -> tuple[date, ...]:
        """First days of the latest months that lie wholly within, in order of time."""
        months = []
        month = self.start if self.start.day == 1 else next_month(self.start.replace(day=1))
        while next_month(month) - timedelta(days=1) <= self.end:
            months.append(month)
            month = next_month(month)
        return tuple(months[-LOOKED_AT:])


def judged(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return [one for one in verdicts if one not in (Verdict.NOT_EXPECTED, Verdict.NOT_MEASURABLE)]


def month_cell(verdicts: Mapping[Verdict, int]) -> Cell:
    """Of an agency's projects in one month, by their number: the worst verdict, and how many have it."""
    measured = sum(number for verdict, number in verdicts.items() if judged([verdict]))
    if not measured:
        verdict = next((one for one in (Verdict.NOT_MEASURABLE, Verdict.NOT_EXPECTED) if verdicts.get(one)), None)
        return Cell(Tone.NEUTRAL, verdict.words if verdict else "No project")
    worst = next(one for one in TONES if verdicts.get(one))
    if worst is Verdict.SEEN:
        return Cell(Tone.GOOD, f"{measured} of {measured} projects" if measured > 1 else worst.words)
    number = verdicts[worst]
    return Cell(TONES[worst], f"{worst.words}: {number} of {measured}" if measured > 1 else worst.words)


def agency_cell(months: Mapping[date, Sequence[Verdict]], window: Window) -> Cell:
    """`months` are the verdicts of all its projects. The last whole month makes it red, earlier ones amber."""
    looked_at = window.whole_months
    held = {month: judged(months.get(month, ())) for month in looked_at}
    measured = [month for month in looked_at if held[month]]
    if not measured:
        return Cell(Tone.NEUTRAL, "Not expected" if _is_never_expected(months) else "Not measurable")
    last = Counter(held[measured[-1]])
    every = Counter(verdict for month in measured for verdict in held[month])
    if last[Verdict.SILENT]:
        return Cell(Tone.BAD, f"Nothing entered in {last[Verdict.SILENT]} of {last.total()} projects")
    if every[Verdict.SEEN] < every.total():
        return Cell(Tone.WARN, f"{every[Verdict.SEEN]} of {every.total()} project months fine")
    return Cell(Tone.GOOD, f"{every.total()} of {every.total()} project months fine")


def _is_never_expected(months: Mapping[date, Sequence[Verdict]]) -> bool:
    return all(one is Verdict.NOT_EXPECTED for verdicts in months.values() for one in verdicts)


def why(verdict: Verdict, reason: Reason | None) -> str:
    """A month of a project in one sentence."""
    return reason.words if reason else _SENTENCES.get(verdict, verdict.words)


_SENTENCES: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.SEEN: "Data was entered.",
        Verdict.LATE: "More than a quarter of the entries were keyed later than the local standard asks.",
        Verdict.BATCH: "Most of the month's records were keyed on one single day.",
        Verdict.SILENT: "Nothing was entered or changed, although the project was in operation and taking part.",
    }
)
