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
TAKE_IN = next(job for job in JOBS if job.name == "tickets.take_in_mail")


def main(number: int) -> None:
    configure_logging()
    with create_app(Settings.from_environ()).app_context():
        raw = list(mails(number, _senders(), _tickets(), Random(SEED)))
        began = time.perf_counter()
        _store(raw)
        stored = time.perf_counter()
        with counted(db.engine) as statements:
            _take_in()
        taken = time.perf_counter()
        states = db.session.execute(select(InboundMail.state, func.count()).group_by(InboundMail.state))
        print(
            json.dumps(
                {
                    "rate": number / (taken - began),
                    "store_ms": (stored - began) / number * 1000,
                    "take_in_ms": (taken - stored) / number * 1000,
                    "statements": len(statements) / number,
                    "states": {state.value: count for state, count in states},
                }
            )
        )


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
