"""What the HMIS Lead has chosen about mail: how long texts are kept, and how much may leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from portal import audit
from portal.audit import Act
from portal.db import Base, db
from portal.errors import Refused


class ChoiceName(StrEnum):
    TEXT_DAYS = "text_days"
    """Days after which the text of a letter is emptied."""
    LETTERS_AN_HOUR = "letters_an_hour"
    """The most that leaves this installation in any hour; what is over it waits."""

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = MappingProxyType(
    {
        ChoiceName.TEXT_DAYS: "Days that the text of a letter is kept",
        ChoiceName.LETTERS_AN_HOUR: "Letters that may leave in an hour",
    }
)


@dataclass(frozen=True)
class Bounds:
    default: int
    least: int
    most: int


BOUNDS: Mapping[ChoiceName, Bounds] = MappingProxyType(
    {
        ChoiceName.TEXT_DAYS: Bounds(default=365, least=30, most=3650),
        ChoiceName.LETTERS_AN_HOUR: Bounds(default=3000, least=60, most=100_000),
    }
)


class MailChoice(Base):
    """A number that was chosen in place of the default."""

    __tablename__ = "mail_choice"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[ChoiceName] = mapped_column(unique=True)
    number: Mapped[int]


def chosen() -> Mapping[ChoiceName, int]:
    """Every choice, defaults included; one query."""
    rows = db.session.scalars(select(MailChoice).order_by(MailChoice.id))
    return {name: bounds.default for name, bounds in BOUNDS.items()} | {row.name: row.number for row in rows}


def choose(act: Act, numbers: Mapping[ChoiceName, int]) -> None:
    """Raises Refused for a number that makes no sense."""
    before = chosen()
    for name, number in numbers.items():
        bounds = BOUNDS[name]
        if not bounds.least <= number <= bounds.most:
            raise Refused(f"{name.words}: choose a number from {bounds.least:,} to {bounds.most:,}.")
        if number != before[name]:
            _keep(act, name, number)


def _keep(act: Act, name: ChoiceName, number: int) -> None:
    row = db.session.scalar(select(MailChoice).where(MailChoice.name == name))
    if row is None:
        row = MailChoice(name=name, number=number)
        db.session.add(row)
    row.number = number
    audit.record(act, "mail_choice.set", row, choice=name, number=number)
