"""Where in a reading the words stand that announce something, looked up by position."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from portal.guard.reading import OPAQUE, Reading


@dataclass(frozen=True)
class Cues:
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, pattern: re.Pattern[str], reading: Reading) -> "Cues":
        spans = [match.span() for match in pattern.finditer(reading.plain)]
        return cls([start for start, _ in spans], [end for _, end in spans])

    def gap_before(self, reading: Reading, position: int, width: int) -> str | None:
        """What stands between the nearest cue and `position`, if the cue ends at most `width` characters ahead of it."""
        index = bisect_right(self.ends, position) - 1
        if index < 0 or position - self.ends[index] > width:
            return None
        gap = reading.plain[self.ends[index] : position]
        return None if OPAQUE in gap else gap

    def gap_after(self, reading: Reading, position: int, width: int) -> str | None:
        index = bisect_left(self.starts, position)
        if index == len(self.starts) or self.starts[index] - position > width:
            return None
        gap = reading.plain[position : self.starts[index]]
        return None if OPAQUE in gap else gap
