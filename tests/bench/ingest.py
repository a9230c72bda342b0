"""`python -m tests.bench.ingest NUMBER`: mail into tickets, as the worker does it; prints one JSON object.

Stored message by message, each in its own transaction, then taken in by the worker's own job.
"""

import json
import sys
import time
from random import Random

from sqlalchemy import func, select

from portal import clock
from portal.app import configure_logging, create_app
from portal.audit import Act, Via
from portal.db import db
from portal.mail import fetch
from portal.mail.fetch import InboundMail, InboundState
from portal.people.models import Person
from portal.scheduler import run_job
from portal.settings import Settings
from portal.tickets.jobs import JOBS
from portal.tickets.models import Ticket
from tests.bench.counting import counted
from tests.bench.messages import mails

SEED = 11
WARM_UP = 20
"""Messages that are not measured: word lists are read and templates compiled with the first of them."""
TAKE_IN = next(job for job in JOBS if job.name == "tickets.take_in_mail")


def main(number: int) -> None:
    configure_logging()
    with create_app(Settings.from_environ()).app_context():
        raw = list(mails(WARM_UP + number, _senders(), _tickets(), Random(SEED)))
        _store(raw[:WARM_UP])
        _take_in()
        began, worked = time.perf_counter(), time.process_time()
        _store(raw[WARM_UP:])
        stored = time.perf_counter()
        with counted(db.engine) as statements:
            _take_in()
        taken = time.perf_counter()
        facts = {
            "rate": number / (taken - began),
            "store_ms": (stored - began) / number * 1000,
            "take_in_ms": (taken - stored) / number * 1000,
            "cpu_ms": (time.process_time() - worked) / number * 1000,
            "statements": len(statements) / number,
            "states": _states(),
        }
    print(json.dumps(facts))


def _states() -> dict[str, int]:
    rows = db.session.execute(
        select(InboundMail.state, func.count()).group_by(InboundMail.state).order_by(InboundMail.state)
    )
    return {state.value: count for state, count in rows}


def _senders() -> list[str]:
    return list(db.session.scalars(select(Person.email).order_by(Person.id)))


def _tickets() -> list[int]:
    return list(db.session.scalars(select(Ticket.id).where(Ticket.is_open.is_(True)).order_by(Ticket.id)))


def _store(raw: list[bytes]) -> None:
    for one in raw:
        fetch.store(Act(at=clock.now(), via=Via.MAIL), one, mailbox="bench")
        db.session.commit()


def _take_in() -> None:
    while db.session.scalar(select(InboundMail.id).where(InboundMail.state == InboundState.NEW).limit(1)):
        db.session.rollback()
        run_job(TAKE_IN, clock.now())


if __name__ == "__main__":
    main(int(sys.argv[1]))
