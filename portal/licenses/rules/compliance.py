"""The cells of agency compliance: green, amber or red, always with words. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from portal.standing.rules import State, Verdict


class Tone(StrEnum):
    """In the order of need, worst first."""

    BAD = "bad"
    WARN = "warn"
    NEUTRAL = "neutral"
    GOOD = "good"

    @property
    def words(self) -> str:
        return {Tone.BAD: "needs work", Tone.WARN: "needs attention", Tone.NEUTRAL: "not known", Tone.GOOD: "fine"}[
            self
        ]

    @property
    def date_word(self) -> str:
        """What stands before the date of a cell."""
        return {Tone.BAD: "due", Tone.WARN: "by", Tone.NEUTRAL: "by", Tone.GOOD: "through"}[self]

    @property
    def icon(self) -> str:
        return {Tone.BAD: "late", Tone.WARN: "warning", Tone.NEUTRAL: "minus", Tone.GOOD: "check"}[self]


_NEED: Mapping[Tone, int] = MappingProxyType({Tone.BAD: 100, Tone.WARN: 10, Tone.NEUTRAL: 0, Tone.GOOD: 0})


class Column(StrEnum):
    LICENSES = "licenses"
    CONSISTENCY = "consistency"
    TRAINING = "training"
    AGREEMENT = "agreement"
    CHECKLIST = "checklist"
    FINDINGS = "findings"

    @property
    def words(self) -> str:
        return _COLUMN_WORDS[self]


_COLUMN_WORDS: Mapping[Column, str] = MappingProxyType(
    {
        Column.LICENSES: "Valid licenses",
        Column.CONSISTENCY: "Entering data consistently",
        Column.TRAINING: "Training current",
        Column.AGREEMENT: "Agreement on file",
        Column.CHECKLIST: "Security checklist",
        Column.FINDINGS: "Open findings",
    }
)


@dataclass(frozen=True)
class Cell:
    tone: Tone
    words: str
    on: date | None = None

    @property
    def need(self) -> int:
        return _NEED[self.tone]


NOT_SET_UP = Cell(Tone.NEUTRAL, "Not set up yet")
_TONES: Mapping[State, Tone] = MappingProxyType(
    {
        State.OVERDUE: Tone.BAD,
        State.NEVER_MET: Tone.BAD,
        State.GRACE: Tone.WARN,
        State.DUE_SOON: Tone.WARN,
        State.NOT_MEASURABLE: Tone.NEUTRAL,
        State.WAIVED: Tone.GOOD,
        State.CURRENT: Tone.GOOD,
    }
)


def tone_of(state: State) -> Tone:
    return _TONES.get(state, Tone.NEUTRAL)


def worst(cells: Iterable[Cell]) -> int:
    """How much an agency needs somebody: the sum of its cells' needs."""
    return sum(cell.need for cell in cells)


def to_do_by(verdict: Verdict) -> date | None:
    """By when to do it: what ran out may be made up until the last day of grace."""
    return verdict.until if verdict.state is State.GRACE else verdict.due_on


def of_verdicts(told: Sequence[Verdict], noun: str = "") -> Cell:
    """One cell out of verdicts: the worst of them, its word and its date; with a noun, how many are met."""
    bound = [one for one in told if one.state is not State.NOT_REQUIRED]
    if not bound:
        return Cell(Tone.NEUTRAL, "Not required") if told else NOT_SET_UP
    most = min(bound, key=lambda one: (one.state.need, to_do_by(one) or date.max))
    if not noun:
        return Cell(tone_of(most.state), most.state.words.capitalize(), to_do_by(most))
    met = sum(one.state.is_met for one in bound)
    return Cell(tone_of(most.state), f"{met} of {len(bound)} {noun}", to_do_by(most))
