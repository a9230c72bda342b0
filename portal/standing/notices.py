"""The letters of standing."""

from portal import web
from portal.audit import Act
from portal.mail import outbox
from portal.mail.outbox import Recipient
from portal.people.models import Person
from portal.standing import queries


def evidence_waits(act: Act, reader: Person, entries: int, batches: int) -> None:
    """To whoever may approve it; one letter a day at most, whatever comes in."""
    parts = [_counted(entries, "entry", "entries"), _counted(batches, "file", "files")]
    waits = " and ".join(part for part in parts if part)
    outbox.queue(
        act,
        "standing/evidence_waits",
        Recipient(reader.email, reader.name, reader.id),
        subject=f"Approve evidence: {waits} to look at",
        about=reader,
        dedupe=queries.digest_key(reader, act.at),
        waits=waits,
        is_one=entries + batches == 1,
        link=web.link("standing.list_waiting"),
    )


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""
