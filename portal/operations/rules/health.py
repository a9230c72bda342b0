"""Is the installation well? Said for a monitor and for a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

WORKER_LATE_AFTER = timedelta(minutes=5)
"""Some job runs every few seconds; so long without any is a worker that stands still."""
LETTER_LATE_AFTER = timedelta(minutes=30)
"""A letter that is due and not sent for so long, although there is a way to send it."""


@dataclass(frozen=True)
class Pulse:
    """What was found in the database; None where there is nothing yet."""

    worker_ran_at: datetime | None
    letter_due_at: datetime | None
    """Since when the oldest letter that could be sent has been waiting."""
    can_mail: bool
    """There is a way to send letters, and the hourly ceiling leaves room."""


@dataclass(frozen=True)
class Health:
    database: str
    worker: str
    letters: str
    worker_ran_at: datetime | None = None
    oldest_letter: timedelta | None = None

    @property
    def is_well(self) -> bool:
        return (self.database, self.worker, self.letters) == ("ok", "ok", "ok")

    def as_json(self) -> dict[str, object]:
        age = self.oldest_letter
        return {
            "status": "ok" if self.is_well else "bad",
            "database": self.database,
            "worker": self.worker,
            "worker_last_run": self.worker_ran_at.isoformat() if self.worker_ran_at else None,
            "letters": self.letters,
            "oldest_queued_letter_seconds": None if age is None else int(age.total_seconds()),
        }


AWAY = Health(database="away", worker="unknown", letters="unknown")


def health(now: datetime, pulse: Pulse | None) -> Health:
    """`pulse` None: the database did not answer. Without a way to mail, letters wait and that is no illness."""
    if pulse is None:
        return AWAY
    age = max(now - pulse.letter_due_at, timedelta()) if pulse.letter_due_at else None
    is_stuck = pulse.can_mail and age is not None and age > LETTER_LATE_AFTER
    return Health(
        database="ok",
        worker=_worker(now, pulse.worker_ran_at),
        letters="late" if is_stuck else "ok",
        worker_ran_at=pulse.worker_ran_at,
        oldest_letter=age,
    )


def _worker(now: datetime, ran_at: datetime | None) -> str:
    if ran_at is None:
        return "never ran"
    return "late" if now - ran_at > WORKER_LATE_AFTER else "ok"


def waiting_words(letters: int, mails: int, jobs: int, can_mail: bool) -> str:
    """What stands still until a person looks at it, in one sentence; "" when nothing does.

    Letters are counted that did not, or may not have, arrived; jobs whose latest run failed in part or whole.
    """
    counted = (
        (letters, "letter not delivered", "letters not delivered"),
        (mails, "incoming mail", "incoming mails"),
        (jobs, "failed job", "failed jobs"),
    )
    parts = [f"{number:,} {one if number == 1 else many}" for number, one, many in counted if number]
    if not can_mail:
        parts.append("a mail server to set")
    return f"Waiting for a person: {', '.join(parts)}." if parts else ""
