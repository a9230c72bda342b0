"""One sentence for each verdict, for whoever reads it about themselves or others."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from portal.standing.rules.facts import Terms
from portal.standing.rules.verdicts import Verdict
from portal.standing.rules.words import Recurrence, State
from portal.worktime import date_words


def sentence(verdict: Verdict) -> str:
    """Why it stands so, and by when what is due: one sentence in plain words."""
    return _SAID[verdict.state](verdict)


def summary(told: Sequence[Verdict]) -> tuple[str, str]:
    """All of them in one sentence, and its tone."""
    asked = [one for one in told if one.state is not State.NOT_REQUIRED]
    unmet = sum(not one.state.is_met for one in asked)
    if not asked:
        return "Nothing is asked here on this day.", "neutral"
    if unmet:
        return f"{unmet} of {len(asked)} {_is(unmet)} not met.", "bad"
    late = sum(one.state is State.GRACE for one in asked)
    soon = sum(one.state is State.DUE_SOON for one in asked)
    told_of = [f"{soon} {_is(soon)} due soon"] if soon else []
    told_of += [f"{late} {_is(late)} late but within grace"] if late else []
    if told_of:
        return f"All are met; {' and '.join(told_of)}.", "warn"
    return f"All {len(asked)} are met." if len(asked) > 1 else "All is met.", "good"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _not_required(verdict: Verdict) -> str:
    terms = verdict.terms
    if terms is None:
        starts = f"; it starts on {_day(verdict.next_on)}" if verdict.next_on else ""
        return f"This is not asked of anybody yet{starts}."
    if terms.is_retired:
        return f"This is no longer asked of anybody since {_day(terms.effective_on)}."
    if terms.recurrence is Recurrence.IDLE and verdict.last_login_on:
        return f"This is asked {_occasion(terms)}; the last one was on {_day(verdict.last_login_on)}."
    if terms.recurrence in (Recurrence.IDLE, Recurrence.ROLE_CHANGE):
        return f"This is asked {_occasion(terms)}, which has not come up."
    return "This does not apply here."


def _occasion(terms: Terms) -> str:
    return f"after {terms.idle_days} days without a login" if terms.idle_days else "after a change of role"


def _never_met(verdict: Verdict) -> str:
    so_far = _counted(verdict) or _nothing(verdict)
    if verdict.is_asked_for:
        return f"{so_far}; this is needed before the license is granted."
    has_grace = verdict.until and verdict.due_on and verdict.until > verdict.due_on
    late = f" and overdue after {_day(verdict.until)}" if has_grace else ""
    return f"{so_far}; it is due by {_day(verdict.due_on)}{late}."


def _nothing(verdict: Verdict) -> str:
    return f"The last one ran out on {_day(verdict.ran_out_on)}" if verdict.ran_out_on else "Nothing is on file yet"


def _counted(verdict: Verdict) -> str:
    terms = verdict.terms
    if terms is None or terms.recurrence is not Recurrence.COUNT or not verdict.done:
        return ""
    return f"{verdict.done} of {terms.times} {'is' if verdict.done == 1 else 'are'} done this year"


def _current(verdict: Verdict) -> str:
    done = f"Done on {_day(verdict.evidence.on if verdict.evidence else None)}"
    return f"{done}; good through {_day(verdict.due_on)}." if verdict.due_on else f"{done}; it does not run out."


def _due_soon(verdict: Verdict) -> str:
    done = _day(verdict.evidence.on if verdict.evidence else None)
    return f"Done on {done}; do it again by {_day(verdict.due_on)}."


def _grace(verdict: Verdict) -> str:
    older = ", before this community began to count here" if verdict.is_older else ""
    return f"It ran out on {_day(verdict.ran_out_on)}{older}; do it by {_day(verdict.until)}, or it is overdue."


def _overdue(verdict: Verdict) -> str:
    counted = _counted(verdict)
    if counted:
        return f"{counted}, but it was due by {_day(verdict.due_on)}."
    if verdict.ran_out_on:
        return f"It ran out on {_day(verdict.ran_out_on)} and has been overdue since {_day(verdict.since)}."
    return f"It was due by {_day(verdict.due_on)} and nothing is on file."


def _waived(verdict: Verdict) -> str:
    return f"It is waived from {_day(verdict.since)} through {_day(verdict.until)}."


def _not_measurable(_verdict: Verdict) -> str:
    return "This cannot be told yet, because no last-login report of the vendor has been loaded."


_SAID: Mapping[State, Callable[[Verdict], str]] = MappingProxyType(
    {
        State.NOT_REQUIRED: _not_required,
        State.NEVER_MET: _never_met,
        State.CURRENT: _current,
        State.DUE_SOON: _due_soon,
        State.GRACE: _grace,
        State.OVERDUE: _overdue,
        State.WAIVED: _waived,
        State.NOT_MEASURABLE: _not_measurable,
    }
)


def _day(day: date | None) -> str:
    return date_words(day) if day else "a day that is not set"
