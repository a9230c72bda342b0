"""How far a campaign has come, in all and by agency."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    asked: int
    done: int
    overdue: int = 0

    @property
    def open(self) -> int:
        return self.asked - self.done

    @property
    def share(self) -> int:
        """Percent, rounded down, so that 100 means everybody; 100 where nobody is asked."""
        return self.done * 100 // self.asked if self.asked else 100

    @property
    def words(self) -> str:
        return f"{self.done:,} of {self.asked:,} done" if self.asked else "nobody is asked"
