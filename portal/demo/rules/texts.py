"""Texts of the tickets, with their placeholders filled."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from portal.demo.rules.calendar import DAY

_PLACE = re.compile(r"\{\{ (\w+) \}\}")
_PERSONAL_ID = "0123456789ABCDEF"


@dataclass(frozen=True)
class Names:
    """What a ticket's texts name, the same all through."""

    project: str
    agency: str
    personal_id: str
    month: str
    user: str
    number: str


def filled(template: str, names: Names) -> str:
    return _PLACE.sub(lambda place: str(getattr(names, place[1])), template)


def personal_id(rng: Random) -> str:
    """An invented HMIS Personal ID."""
    return "".join(rng.choices(_PERSONAL_ID, k=8))


def month_before(day: date) -> str:
    return (day.replace(day=1) - DAY).strftime("%B")


def signed(rng: Random, text: str, name: str, title: str, place: str) -> str:
    """Some people sign their mail in full, some with a name, some not at all."""
    how = rng.random()
    if how < 0.4:
        return text
    return f"{text}\n\n{name.split(maxsplit=1)[0]}" if how < 0.7 or not title else f"{text}\n\n{name}\n{title}, {place}"


def pace(rng: Random) -> float:
    """How much longer than usual a ticket's turns take: most are near, some are slow, a few lie for long."""
    kind = rng.random()
    if kind < 0.84:
        return rng.uniform(0.7, 1.5)
    return rng.uniform(2.0, 4.0) if kind < 0.97 else rng.uniform(5.0, 9.0)


def at_pace(after: timedelta, factor: float) -> timedelta:
    """In whole seconds, never nothing."""
    return timedelta(seconds=max(20, round(after.total_seconds() * factor)))
