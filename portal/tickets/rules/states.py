"""The states of a ticket, and which move leads where."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from portal.errors import Refused


class State(StrEnum):
    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        return self in (State.NEW, State.OPEN, State.WAITING)

    @property
    def words(self) -> str:
        """To staff."""
        return STATE_WORDS[self][0]

    def words_to(self, *, is_staff: bool, is_requester: bool) -> str:
        """One word for each audience, on every page: staff, the requester, and everybody else outside the desk."""
        return STATE_WORDS[self][0 if is_staff else 1 if is_requester else 2]

    @property
    def tone(self) -> str:
        return STATE_LOOKS[self][0]

    @property
    def icon(self) -> str:
        return STATE_LOOKS[self][1]


STATE_WORDS: Mapping[State, tuple[str, str, str]] = MappingProxyType(
    {
        State.NEW: ("New", "Received", "Received"),
        State.OPEN: ("Open", "In work", "In work"),
        State.WAITING: ("Waiting on requester", "Waiting on you", "Waiting on requester"),
        State.RESOLVED: ("Resolved", "Resolved", "Resolved"),
        State.CLOSED: ("Closed", "Closed", "Closed"),
    }
)
STATE_LOOKS: Mapping[State, tuple[str, str]] = MappingProxyType(
    {
        State.NEW: ("info", "new"),
        State.OPEN: ("info", "open"),
        State.WAITING: ("warn", "waiting"),
        State.RESOLVED: ("good", "done"),
        State.CLOSED: ("neutral", "closed"),
    }
)


class Move(StrEnum):
    """What happens to a ticket's state."""

    ANSWER = "answer"
    HAND_BACK = "hand_back"
    HEAR = "hear"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"


MOVES: Mapping[tuple[State, Move], State] = MappingProxyType(
    {
        (State.NEW, Move.ANSWER): State.OPEN,
        (State.OPEN, Move.ANSWER): State.OPEN,
        (State.WAITING, Move.ANSWER): State.OPEN,
        (State.NEW, Move.HAND_BACK): State.WAITING,
        (State.OPEN, Move.HAND_BACK): State.WAITING,
        (State.WAITING, Move.HAND_BACK): State.WAITING,
        (State.NEW, Move.HEAR): State.NEW,
        (State.OPEN, Move.HEAR): State.OPEN,
        (State.WAITING, Move.HEAR): State.OPEN,
        (State.RESOLVED, Move.HEAR): State.OPEN,
        (State.NEW, Move.RESOLVE): State.RESOLVED,
        (State.OPEN, Move.RESOLVE): State.RESOLVED,
        (State.WAITING, Move.RESOLVE): State.RESOLVED,
        (State.RESOLVED, Move.REOPEN): State.OPEN,
        (State.CLOSED, Move.REOPEN): State.OPEN,
        (State.RESOLVED, Move.CLOSE): State.CLOSED,
    }
)
_REFUSALS: Mapping[Move, str] = MappingProxyType(
    {
        Move.ANSWER: "This ticket is resolved. Reopen it first, then answer.",
        Move.HAND_BACK: "This ticket is resolved. Reopen it before handing it back.",
        Move.HEAR: "This ticket is closed. File a new one and name its number.",
        Move.RESOLVE: "This ticket is resolved already.",
        Move.REOPEN: "This ticket is open already.",
        Move.CLOSE: "Only a resolved ticket can be closed.",
    }
)


def moved(state: State, move: Move) -> State:
    """Raises Refused with a sentence for whoever tried a move that does not exist."""
    try:
        return MOVES[state, move]
    except KeyError:
        raise Refused(_REFUSALS[move]) from None
