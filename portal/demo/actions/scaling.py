"""Copying tickets and people in bulk, for benchmarks: whole generations at a time, by the database itself.

A copy is a ticket like its original: same people and same thread, other numbers, earlier dates, a sentence more. Open
and lately resolved tickets keep their dates, for else all of their copies would be late; the share of open ones stays.
Letters, raw mail and sealed originals are not copied. End users are copied more rarely, each with licenses,
evidence and clocks of the own.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, text

from portal import audit
from portal.audit import Act, AuditEvent
from portal.db import db, is_sqlite
from portal.demo.actions import copying, copying_people, seats
from portal.demo.actions.copying import Generation
from portal.demo.rules import RARE_TICKETS, RARE_WORD
from portal.errors import Refused
from portal.mail.letters import Letter
from portal.tickets.models import Attachment, Message, Pause, Ticket
from portal.tickets.queries import SEARCH

SPREAD = timedelta(weeks=4 * 52)
"""So much older are the oldest copies; always whole weeks, so that Mondays stay Mondays."""
PEOPLE_EVERY = 10
NOTHING_TO_COPY = "There are no tickets to copy. Fill the database with `portal demo` first."
NUMBERED: tuple[type[Any], ...] = (Ticket, Message, Pause, Attachment, AuditEvent)

Say = Callable[[str], object]


def scale_up(act: Act, tickets: int, say: Say) -> None:
    """Copy until there are so many tickets. Commits after each generation; interrupted, it may be run again.

    RARE_WORD is then in RARE_TICKETS tickets, COMMON_WORD in about 12 of 100 copies (portal.demo.rules.variety).

    Raises:
        Refused: there is nothing to copy.
    """
    originals = _originals()
    if not originals:
        raise Refused(NOTHING_TO_COPY)
    missing = tickets - (db.session.scalar(select(func.count()).select_from(Ticket)) or 0)
    done = 0
    for generation in _generations(originals, missing):
        copying.copy(generation)
        db.session.commit()
        done += len(generation.originals)
        say(f"{done:,} of {missing:,} tickets copied.")
    _copy_people(tickets, len(originals), say)
    seats.keep_up(act.at)
    db.session.flush()
    _tidy()
    audit.record_without_subject(act, "demo.scaled", "demo", tickets=tickets)
    db.session.commit()


def _copy_people(tickets: int, originals: int, say: Say) -> None:
    """Once for every PEOPLE_EVERY times that the tickets are there, so that the desk has more to do than people."""
    wanted = -(-(tickets - originals) // (PEOPLE_EVERY * originals))
    for number in range(copying_people.generations() + 1, wanted + 1):
        copying_people.copy_people(number)
        db.session.commit()
        say(f"End users copied, {number} of {wanted} times.")


def _originals() -> Sequence[int]:
    """Ids of the tickets of which letters tell; copies have none."""
    told = select(Letter.about_id).where(Letter.about_kind == Ticket.__tablename__)
    return db.session.scalars(select(Ticket.id).where(Ticket.id.in_(told)).order_by(Ticket.id)).all()


def _generations(originals: Sequence[int], missing: int) -> Iterator[Generation]:
    """Each generation copies all originals, the last one as many as are still missing; later ones are younger."""
    used = {model.__tablename__: db.session.scalar(select(func.max(model.id))) or 0 for model in NUMBERED}
    count = -(-missing // len(originals))
    rare = _rare(missing)
    for number in range(count):
        first = number * len(originals)
        chosen = originals[: missing - first]
        yield Generation(
            originals=chosen,
            ahead={name: highest * (number + 1) for name, highest in used.items()},
            earlier=timedelta(weeks=SPREAD // timedelta(weeks=1) * (count - 1 - number) // count),
            rare=frozenset(chosen[place - first] for place in rare if first <= place < first + len(chosen)),
        )


def _rare(missing: int) -> list[int]:
    """Which copies get the rare word: spread evenly, as many as there are not yet."""
    there = db.session.scalar(select(func.count()).where(Message.text.contains(RARE_WORD))) or 0
    wanted = min(max(0, RARE_TICKETS - there), max(0, missing))
    return [(2 * number + 1) * missing // (2 * wanted) for number in range(wanted)]


def _tidy() -> None:
    """Numbers go on after the copies, and the planner knows how many there are."""
    if not is_sqlite():
        for name in {model.__tablename__ for model in (*NUMBERED, *copying_people.NUMBERED)}:
            db.session.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
            )
        for column in ("public", "everything"):
            db.session.execute(text(f"SELECT gin_clean_pending_list('ix_{SEARCH.table}_{column}')"))
    db.session.execute(text("ANALYZE"))
