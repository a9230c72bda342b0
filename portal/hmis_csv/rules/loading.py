"""An export on its way into the register: its states, and the kinds of change that it proposes."""

from enum import StrEnum
from types import MappingProxyType

MOST_CHANGE = 10
"""Percent of the known rows of a file that may change before a second confirmation is asked; a default."""
FEWEST = 5
"""So many rows may always change: one of four projects is no alarm."""
TRIES = 3
"""A file that ended the worker so often is not read again."""


class ExportState(StrEnum):
    LOADING = "loading"
    READY = "ready"
    APPLYING = "applying"
    APPLIED = "applied"
    DISCARDED = "discarded"
    REFUSED = "refused"
    STOPPED = "stopped"

    @property
    def words(self) -> str:
        return _STATE_WORDS[self]

    @property
    def is_over(self) -> bool:
        return self in (ExportState.APPLIED, ExportState.DISCARDED, ExportState.REFUSED, ExportState.STOPPED)


_STATE_WORDS = MappingProxyType(
    {
        ExportState.LOADING: "Being read",
        ExportState.READY: "Waits for you",
        ExportState.APPLYING: "Being applied",
        ExportState.APPLIED: "Applied",
        ExportState.DISCARDED: "Discarded",
        ExportState.REFUSED: "Refused",
        ExportState.STOPPED: "Stopped",
    }
)


class ChangeKind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    RETIRED = "retired"
    WAITING = "waiting"

    @property
    def words(self) -> str:
        return _CHANGE_WORDS[self]

    @property
    def counts(self) -> bool:
        """Does it change what the register holds already?"""
        return self in (ChangeKind.CHANGED, ChangeKind.RETIRED)


_CHANGE_WORDS = MappingProxyType(
    {
        ChangeKind.NEW: "New",
        ChangeKind.CHANGED: "Changed",
        ChangeKind.RETIRED: "Retired",
        ChangeKind.WAITING: "Cannot be applied",
    }
)


class UserState(StrEnum):
    """How a user of the HMIS stands to the people of the register."""

    PROPOSED = "proposed"
    LINKED = "linked"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"
    GONE = "gone"
    SET_ASIDE = "set_aside"

    @property
    def words(self) -> str:
        return _USER_WORDS[self]


_USER_WORDS = MappingProxyType(
    {
        UserState.PROPOSED: "Link proposed",
        UserState.LINKED: "Linked",
        UserState.CONFLICT: "Needs a look",
        UserState.UNKNOWN: "Unknown",
        UserState.GONE: "Gone from the HMIS",
        UserState.SET_ASIDE: "Not a person",
    }
)
