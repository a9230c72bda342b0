"""From a text and the record of its signing to a sealed file."""

import hashlib
from datetime import datetime

from portal import documents
from portal.agreements.rules import Record, gaps, paper, sample
from portal.errors import Refused
from portal.sealing import Room, Sealed


def shown(text: str, title: str, at: datetime, header: str = "") -> bytes:
    """What every party is shown before signing. The same arguments give the same bytes, whose hash is evidence."""
    return documents.pdf([text], title=title, made_at=at, header=header, footer=title)


def sealed(text: str, record: Record, at: datetime, room: Room, header: str = "", *, stamped: bool = True) -> Sealed:
    """The whole agreement with its certificate page and the seal of the portal.

    Raises:
        Refused: the record does not prove that every party signed; and whatever `Room.seal` raises.
    """
    lacking = gaps(record)
    if lacking:
        raise Refused(f"This agreement cannot be completed. {' '.join(lacking)}")
    pdf = documents.pdf(
        paper(text, record), title=record.title, made_at=at, author=room.name, header=header, footer=record.title
    )
    return room.seal(pdf, reason=f"All {len(record.parties)} parties signed", at=at, stamped=stamped)


def make_sample(room: Room, at: datetime) -> Sealed:
    """An agreement of invented parties, sealed as a real one is."""
    before = shown(sample.text(), "HMIS Participation Agreement", at, sample.HEADER)
    record = sample.record(hashlib.sha256(before).hexdigest(), at)
    return sealed(sample.text(), record, at, room, sample.HEADER)
