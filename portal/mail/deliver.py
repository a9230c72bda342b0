"""Letters on their way: claimed under a lease, sent with no transaction open, and what became of it recorded.

SMTP cannot promise exactly once: a server may take a letter and its answer be lost. Such a letter is *uncertain*; it is
sent once more with the same Message-ID, by which its receiver knows the copy. A secret letter is not: its reader asks
for a new one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from flask import current_app
from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.audit import Act
from portal.db import db
from portal.mail import choices, message
from portal.mail.choices import ChoiceName
from portal.mail.letters import VIA_DEMO, VIA_SMTP, Letter, LetterState
from portal.mail.line import Line, Outcome, Result
from portal.settings import Settings

BATCH = 100
LEASE = timedelta(minutes=5)
BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)
"""How long to wait after each failed try; after the last one the letter is given up."""
DOUBT_AGAIN_AFTER = timedelta(minutes=5)
NO_ANSWER = "The mail server took the letter and did not say whether it keeps it."
NOT_BUILT = "The letter could not be put into the form of a mail. Check the name and the address."

StillDue = Callable[[Letter, datetime], bool]
log = structlog.get_logger("portal.mail")


class Way(StrEnum):
    """Where letters go from this installation."""

    SMTP = VIA_SMTP
    DEMO = VIA_DEMO
    NOWHERE = ""


@dataclass(frozen=True)
class Posting:
    """One letter to send in this run, and the connection that the run shares (None: there is no server)."""

    letter_id: int
    line: Line | None


@dataclass(frozen=True)
class Claimed:
    """All that sending needs of a letter, so that nothing is read from the database meanwhile."""

    letter_id: int
    attempt: int
    to_address: str
    content: bytes


def way() -> Way:
    """SMTP where a server is set; else the mailbox page of a demo community; else letters wait."""
    if _settings().smtp is not None:
        return Way.SMTP
    is_demo: Callable[[], bool] | None = current_app.extensions.get("portal.is_demo")
    return Way.DEMO if is_demo is not None and is_demo() else Way.NOWHERE


def find(now: datetime) -> Iterable[Posting]:
    """What is due, oldest first, up to the hourly ceiling."""
    goes = way()
    room = 0 if goes is Way.NOWHERE else min(BATCH, room_left(now))
    if room <= 0:
        return ()
    due = select(Letter.id).where(_claimable(now)).order_by(Letter.due_at, Letter.id).limit(room)
    ids = db.session.scalars(due).all()
    smtp = _settings().smtp
    line = Line(smtp, remaining=len(ids)) if smtp is not None else None
    return [Posting(letter_id, line) for letter_id in ids]


def room_left(now: datetime) -> int:
    """How many more letters may leave now, under the hourly ceiling."""
    return max(choices.chosen()[ChoiceName.LETTERS_AN_HOUR] - sent_since(now - timedelta(hours=1)), 0)


def held_back(now: datetime) -> int:
    """How many letters are due and wait only because of the hourly ceiling."""
    if way() is Way.NOWHERE or room_left(now):
        return 0
    return db.session.scalar(select(func.count()).select_from(Letter).where(_claimable(now))) or 0


def sent_since(moment: datetime) -> int:
    return db.session.scalar(select(func.count()).select_from(Letter).where(Letter.sent_at > moment)) or 0


def post(act: Act, posting: Posting) -> None:
    """Claim, send, record. Commits between them: no lock may be held while we wait for a mail server."""
    line = posting.line
    try:
        if line is not None and line.is_down:
            return
        claimed = claim(act.at, posting.letter_id)
        db.session.commit()  # the lease must be seen by others before the letter leaves
        if claimed is None:
            return
        desk = _settings().desk_address
        result = line.send(desk, claimed.to_address, claimed.content) if line is not None else Result(Outcome.SENT)
        record(act.at, claimed, result, Way.SMTP if line is not None else Way.DEMO)
        db.session.commit()  # what a server has taken stays recorded, whatever happens to the next letter
    finally:
        if line is not None:
            line.release()


def claim(now: datetime, letter_id: int) -> Claimed | None:
    """Take the letter for this sender alone; None when it is taken, ended, or not needed any more.

    SQLite has no row locks and needs none: only one transaction writes at a time.
    """
    letter = db.session.scalar(
        select(Letter)
        .where(Letter.id == letter_id, _claimable(now))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if letter is None or not _wanted(letter, now):
        return None
    settings = _settings()
    try:
        content = message.build(letter, settings)
    except ValueError:
        letter.end(LetterState.FAILED, NOT_BUILT)
        return None
    letter.state, letter.lease_until = LetterState.SENDING, now + LEASE
    letter.attempts += 1
    return Claimed(letter.id, letter.attempts, letter.to_address, content)


def _claimable(now: datetime) -> ColumnElement[bool]:
    """Due, or left behind by a sender that died; not before earlier letters of the thread to the same address."""
    earlier = aliased(Letter)
    earlier_waits = exists().where(
        earlier.thread_kind == Letter.thread_kind,
        earlier.thread_id == Letter.thread_id,
        earlier.to_address == Letter.to_address,
        earlier.id < Letter.id,
        earlier.state.in_((LetterState.QUEUED, LetterState.SENDING)),
    )
    is_waiting = and_(Letter.state.in_((LetterState.QUEUED, LetterState.UNCERTAIN)), ~earlier_waits)
    is_left_behind = and_(Letter.state == LetterState.SENDING, Letter.lease_until < now)
    # Only letters that are not at their end have a due_at, so its index holds little more than what is looked for.
    return and_(Letter.due_at <= now, or_(is_waiting, is_left_behind))


def _wanted(letter: Letter, now: datetime) -> bool:
    """Raises KeyError for a still-due check that nobody handed over: a mistake of ours, not of the letter."""
    if letter.state is LetterState.SENDING:
        _doubt(letter, now)
        if letter.due_at is None:
            return False
    checks: Mapping[str, StillDue] = current_app.extensions.get("portal.still_due", {})
    if letter.still_due and not checks[letter.still_due](letter, now):
        letter.end(LetterState.NOT_NEEDED)
        return False
    return True


def record(now: datetime, claimed: Claimed, result: Result, via: Way) -> None:
    """What became of it; nothing where the lease ran out and another sender has the letter."""
    letter = db.session.scalar(
        select(Letter)
        .where(Letter.id == claimed.letter_id, Letter.attempts == claimed.attempt)
        .where(Letter.state == LetterState.SENDING)
        .with_for_update()
    )
    if letter is None:
        log.warning("letter.taken_over", letter=claimed.letter_id)
    elif result.outcome is Outcome.SENT:
        letter.via, letter.sent_at = via.value, now
        letter.end(LetterState.SENT)
    elif result.outcome is Outcome.REFUSED:
        letter.end(LetterState.FAILED, result.said)
    elif result.outcome is Outcome.UNCERTAIN:
        _doubt(letter, now)
    else:
        _try_later(letter, now, result.said)


def _doubt(letter: Letter, now: datetime) -> None:
    """It may have arrived: once more with the same Message-ID, then a person decides; a secret letter at once."""
    letter.doubts += 1
    if letter.secret or letter.doubts > 1:
        letter.end(LetterState.UNCERTAIN, NO_ANSWER)
        return
    letter.state, letter.last_error = LetterState.UNCERTAIN, NO_ANSWER
    letter.due_at, letter.lease_until = now + DOUBT_AGAIN_AFTER, None


def _try_later(letter: Letter, now: datetime, said: str) -> None:
    if letter.attempts > len(BACKOFF):
        letter.end(LetterState.DEAD, said)
        return
    letter.state, letter.last_error = LetterState.QUEUED, said
    letter.due_at, letter.lease_until = now + BACKOFF[letter.attempts - 1], None


def _settings() -> Settings:
    settings: Settings = current_app.extensions["portal.settings"]
    return settings
