"""How many days lay between an event and its keying, and whether that can be told at all."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

BUCKETS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "<0": (-(10**6), -1),
        "0": (0, 0),
        "1-3": (1, 3),
        "4-6": (4, 6),
        "7-10": (7, 10),
        "11+": (11, 10**6),
    }
)
"""First and last day of each, both included."""

COPIED_FROM = 20
COPIED_SHARE = 0.9
"""From so many exits on, this share with the enrollment's own minute of keying shows that the software copied it."""


@dataclass(frozen=True)
class Lag:
    """Days from the event to its keying; `median` is None where there is nothing to count."""

    buckets: Mapping[str, int]
    median: float | None
    reason: str | None = None

    @property
    def measurable(self) -> bool:
        return self.reason is None

    def as_json(self) -> dict[str, Any]:
        median = int(self.median) if self.median is not None and self.median.is_integer() else self.median
        return {
            "buckets": dict(self.buckets),
            "median": median,
            "measurable": self.measurable,
            "reason": self.reason,
        }


def lag(days: Mapping[int, int], reason: str | None = None) -> Lag:
    """`days` counts events by their lag."""
    buckets = {
        name: sum(count for day, count in days.items() if first <= day <= last)
        for name, (first, last) in BUCKETS.items()
    }
    return Lag(MappingProxyType(buckets), median(days), reason)


def median(days: Mapping[int, int]) -> float | None:
    total = sum(days.values())
    if not total:
        return None
    return (_at(days, (total - 1) // 2) + _at(days, total // 2)) / 2


def _at(days: Mapping[int, int], place: int) -> int:
    for day in sorted(days):
        if place < days[day]:
            return day
        place -= days[day]
    raise IndexError(place)


def entry_reason(days: Mapping[int, int]) -> str | None:
    """Why the keying of entries cannot be measured, or None."""
    return None if sum(days.values()) else "No enrollment has both an entry date and a date of keying."


def exit_reason(days: Mapping[int, int], *, copied: int = 0) -> str | None:
    """Why the keying of exits cannot be measured, or None. `copied` exits carry their enrollment's minute of keying.

    Some software stamps an exit with the enrollment's own DateCreated; then most exits seem keyed before they happened.
    """
    total = sum(days.values())
    if not total:
        return "No exit has both an exit date and a date of keying."
    if 2 * sum(count for day, count in days.items() if day < 0) > total:
        return "Most exits carry a date of keying before the exit itself, so it does not say when the exit was keyed."
    if total >= COPIED_FROM and copied > COPIED_SHARE * total:
        return "Nearly all exits carry the moment at which their enrollment was keyed, not their own."
    return None


def added(*counts: Mapping[int, int]) -> Counter[int]:
    total: Counter[int] = Counter()
    for one in counts:
        total.update(one)
    return total
