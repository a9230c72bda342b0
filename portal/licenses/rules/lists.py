"""Lists that come in as files: their kinds, states and columns, and what becomes of a row. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

KEPT_FOR = timedelta(days=90)
"""The names in a list and its file; no source sets it."""


class ListKind(StrEnum):
    STAFF = "staff"
    SEATS = "seats"
    LOGINS = "logins"

    @property
    def words(self) -> str:
        return _KIND_WORDS[self]


_KIND_WORDS: Mapping[ListKind, str] = MappingProxyType(
    {
        ListKind.STAFF: "Staff list",
        ListKind.SEATS: "Seats bought",
        ListKind.LOGINS: "Last-login report",
    }
)


class ListState(StrEnum):
    DRAFT = "draft"
    READING = "reading"
    READ = "read"
    APPLYING = "applying"
    DONE = "done"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        return _STATE_WORDS[self]


_STATE_WORDS: Mapping[ListState, str] = MappingProxyType(
    {
        ListState.DRAFT: "columns not named yet",
        ListState.READING: "being read",
        ListState.READ: "waits for you",
        ListState.APPLYING: "being carried out",
        ListState.DONE: "carried out",
        ListState.FAILED: "could not be read",
        ListState.WITHDRAWN: "withdrawn",
    }
)


class Outcome(StrEnum):
    """What a row would do."""

    NEW = "new"
    CHANGED = "changed"
    LOOKS_LIKE = "looks_like"
    LEAVER = "leaver"
    REFUSED = "refused"
    UNCHANGED = "unchanged"

    @property
    def words(self) -> str:
        return _OUTCOME_WORDS[self]


_OUTCOME_WORDS: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.NEW: "new",
        Outcome.CHANGED: "changed",
        Outcome.LOOKS_LIKE: "to decide",
        Outcome.LEAVER: "missing from the list",
        Outcome.REFUSED: "refused",
        Outcome.UNCHANGED: "unchanged",
    }
)


class Decision(StrEnum):
    SAME = "same"
    OTHER = "other"
    END = "end"
    KEEP = "keep"

    @property
    def words(self) -> str:
        return _DECISION_WORDS[self]


_DECISION_WORDS: Mapping[Decision, str] = MappingProxyType(
    {
        Decision.SAME: "the same person",
        Decision.OTHER: "somebody else",
        Decision.END: "access ends",
        Decision.KEEP: "access stays",
    }
)
