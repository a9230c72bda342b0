"""Seats bought and used. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class SeatCount:
    """Of one agency in one CoC: bought, used (approved and active), and asked for on top."""

    bought: int
    used: int
    requested: int

    @property
    def free(self) -> int:
        return self.bought - self.used

    @property
    def is_over(self) -> bool:
        return self.used > self.bought

    @property
    def will_be_over(self) -> bool:
        return self.used + self.requested > self.bought

    @property
    def forecast(self) -> str:
        """One line on what comes when all requests are granted."""
        if not self.requested:
            return "No requests wait."
        left = self.bought - self.used - self.requested
        asked = "1 request waits" if self.requested == 1 else f"{self.requested} requests wait"
        if left >= 0:
            return f"{asked}; granted, {left} would be left."
        return f"{asked}; granted, {-left} would be missing."


def bought_on(rows: Iterable[tuple[date, int, int]], day: date) -> int:
    """The number that holds on the day. Each row: from when, its id, the number; the later row of a day wins."""
    known = [row for row in rows if row[0] <= day]
    return max(known, key=lambda row: row[:2])[2] if known else 0
