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


def sealed(
    text: str, record: Record, was_shown: bytes, at: datetime, room: Room, *, header: str = "", stamped: bool = True
) -> Sealed:
    """The whole agreement with its certificate page and the portal's seal; the PDF that was shown travels inside it.

    Raises:
        Refused: the record does not prove that every party signed this very document; and whatever `Room.seal` raises.
    """
    lacking = gaps(record)
    if lacking:
        raise Refused(f"This agreement cannot be completed. {' '.join(lacking)}")
    if hashlib.sha256(was_shown).hexdigest() != record.shown_sha256:
        raise Refused(
            "This agreement cannot be completed. The kept document is not the one that the parties were shown."
        )
    pdf = documents.pdf(
        paper(text, record),
        title=record.title,
        made_at=at,
        author=room.name,
        header=header,
        footer=record.title,
        attachments=[documents.Attachment("as-shown.pdf", was_shown, "application/pdf", "What every party was shown")],
    )
    return room.seal(pdf, reason=f"All {len(record.parties)} parties signed", at=at, stamped=stamped)


def make_sample(room: Room, at: datetime) -> Sealed:
    """An agreement of invented parties, sealed as a real one is."""
    was_shown = shown(sample.text(), sample.TITLE, at, sample.HEADER)
    record = sample.record(hashlib.sha256(was_shown).hexdigest(), at)
    return sealed(sample.text(), record, was_shown, at, room, header=sample.HEADER)
