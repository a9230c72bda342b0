"""Reading the demo's mailbox."""

from sqlalchemy import Select, select

from portal.db import db
from portal.mail.letters import Letter
from portal.people import queries as people
from portal.tables import Order

NEWEST = Order((Letter.id,), descending=True)


def is_demo() -> bool:
    return people.demo_mark() is not None


def letters(to_address: str = "") -> Select[Letter]:
    """What was mailed; to one address only, where one is given."""
    found = select(Letter).order_by(Letter.id.desc())
    return found.where(Letter.to_address == to_address.strip().lower()) if to_address else found


def letter(letter_id: int) -> Letter | None:
    return db.session.get(Letter, letter_id)
