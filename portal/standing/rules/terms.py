"""Terms in words, and what makes them fit to be published."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from portal.standing.rules.facts import Audience, Terms, Window
from portal.standing.rules.words import Recurrence, SubjectKind
from portal.worktime.words import MONTHS

MOST_MONTHS = 120
MOST_DAYS = 3650


@dataclass(frozen=True)
class EvidenceKind:
    """What evidence of a kind is called, and which pages tell of it; joined by app.py."""

    code: str
    words: str
    clear_words: str = "Ask the help desk"
    clear_link: Callable[[str], str] | None = None
    """The page that clears it, by the evidence's key."""
    source_link: Callable[[int], str] | None = None
    """The page of the row that the evidence comes from, by its id."""


KINDS: tuple[EvidenceKind, ...] = (
    EvidenceKind("agreement", "Signed agreement"),
    EvidenceKind("training", "Training"),
    EvidenceKind("certification", "Security certification"),
    EvidenceKind("monitoring", "Monitoring review"),
    EvidenceKind("checklist", "Checklist"),
    EvidenceKind("attestation", "Attestation of user access"),
    EvidenceKind("manual", "Other evidence"),
)
"""Kinds that stand before the packages that make their evidence."""


def recurrence_words(terms: Terms) -> str:
    """ "every 12 months", "each year from Sep 1 to Sep 30"."""
    return {
        Recurrence.ONCE: "once",
        Recurrence.ROLLING: f"every {_counted(terms.months, 'month')}",
        Recurrence.WINDOW: f"each year {window_words(terms.window)}",
        Recurrence.COUNT: f"{_counted(terms.times, 'time')} each calendar year",
        Recurrence.IDLE: f"after {_counted(terms.idle_days, 'day')} without a login",
        Recurrence.ROLE_CHANGE: "after each change of role",
    }[terms.recurrence]


def window_words(window: Window) -> str:
    opens = f"{MONTHS[window.opens_month - 1]} {window.opens_day}"
    return f"from {opens} to {MONTHS[window.closes_month - 1]} {window.closes_day}"


def audience_words(terms: Terms, names: Mapping[str, Mapping[int, str]] = MappingProxyType({})) -> str:
    """Whom it binds; `names` gives people, organizations, cocs and project_types their names."""
    said = list(_limits(terms.audience, names))
    if terms.audience.people:
        return _joined(_named(terms.audience.people, names.get("people", {})))
    who = "organizations" if terms.subject_kind is SubjectKind.ORGANIZATION else "people"
    if terms.subject_kind is SubjectKind.PERSON and terms.audience.roles:
        who = _joined(
            sorted(f"{role.words}s" if not role.words.endswith("f") else role.words for role in terms.audience.roles)
        )
    return " ".join([who, *said]) if said else f"all {who}"


def _limits(audience: Audience, names: Mapping[str, Mapping[int, str]]) -> Iterator[str]:
    if audience.places:
        yield f"at {_joined(sorted(place.words for place in audience.places))}"
    if audience.organizations:
        yield f"of {_joined(_named(audience.organizations, names.get('organizations', {})))}"
    if audience.cocs:
        yield f"in {_joined(_named(audience.cocs, names.get('organizations', {})))}"
    if audience.project_types:
        yield f"with projects of type {_joined(_named(audience.project_types, names.get('project_types', {})))}"


def _named(ids: frozenset[int], names: Mapping[int, str]) -> list[str]:
    return sorted(names.get(one, f"number {one}") for one in ids)


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def problem(terms: Terms) -> str | None:
    """Why these terms cannot be published, as a sentence; None when they can."""
    checks = (
        (not terms.title.strip(), "Give the requirement a title."),
        (not terms.key.strip(), "Say which evidence counts: its kind and its key."),
        (terms.recurrence is Recurrence.ROLLING and not 1 <= terms.months <= MOST_MONTHS, "Say after how many months."),
        (
            terms.recurrence is Recurrence.WINDOW and terms.window is None,
            "Say from which day to which day of the year.",
        ),
        (terms.recurrence is Recurrence.COUNT and not 1 <= terms.times <= 366, "Say how often each year."),
        (terms.recurrence is Recurrence.IDLE and not 1 <= terms.idle_days <= MOST_DAYS, "Say after how many days."),
        (_needs_person(terms), "Only people log in and change roles; choose another recurrence for organizations."),
        (_people_of_organization(terms), "A requirement of organizations names organizations, not people or roles."),
    )
    return next((sentence for wrong, sentence in checks if wrong), None)


def _needs_person(terms: Terms) -> bool:
    of_people = (Recurrence.IDLE, Recurrence.ROLE_CHANGE)
    return terms.subject_kind is SubjectKind.ORGANIZATION and terms.recurrence in of_people


def _people_of_organization(terms: Terms) -> bool:
    limited = bool(terms.audience.people or terms.audience.roles)
    return terms.subject_kind is SubjectKind.ORGANIZATION and limited
