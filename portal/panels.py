"""Slots that inner pages declare and outer packages fill: a ticket shows its vendor issue without knowing vendors."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

Filling = Callable[[Any], Markup | None]
"""Given the row that the page shows: the panel's HTML, or None when there is nothing to say."""


@dataclass
class Slot:
    """A place on an inner page, named "ticket.side"; its fillings stand in the order in which they were added."""

    name: str
    fillings: list[Filling]

    def fill(self, filling: Filling) -> None:
        self.fillings.append(filling)

    def shown(self, thing: Any) -> list[Markup]:
        return [panel for panel in (filling(thing) for filling in self.fillings) if panel]


_SLOTS: dict[str, Slot] = {}


def slot(name: str) -> Slot:
    return _SLOTS.setdefault(name, Slot(name, []))
