"""Where in a reading the words stand that announce something, looked up by position."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from portal.guard.reading import OPAQUE, Reading

# Between two values of one kind: "6789 on the card and 6798 in HMIS"; "3/12/2014, 7/1/2016 y 11/20/2020".
JOINED = re.compile(
    r"[\s,;/&()'\"=>|-]{0,6}(?:[a-z']{2,12}[\s,;:()]{1,3}){0,4}?(?:and|or|vs?|versus|not|to|but"
    r"|instead of|rather than|y|o|should be|became|into|&|/|,|;|->?)"
    r"[\s,:;('\"-]{0,4}(?:(?:also|the|other|one|then|now|it|says?|is|was|ends?|in|with|should|be|paper"
    r"|says|has|reads?|hmis|on) ){0,3}",
    re.I,
)


# What a chat puts between two lines: "[11/19 10:05] shelter:", "10:42 Tom -".
_NEXT_TO_SPEAK = re.compile(r"\n[ >]{0,4}\[?\d{1,2}[/:.][\d/:., apm]{2,20}\]?(?: ?[^\W\d][\w .]{0,24}[:>-])?", re.I)


@dataclass(frozen=True)
class Cues:
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, pattern: re.Pattern[str], reading: Reading) -> "Cues":
        spans = [match.span() for match in pattern.finditer(reading.plain)]
        return cls([start for start, _ in spans], [end for _, end in spans])

    def gap_before(self, reading: Reading, position: int, width: int) -> str | None:
        """What stands between the nearest cue and `position`, if at most `width` characters."""
        index = bisect_right(self.ends, position) - 1
        if index < 0 or position - self.ends[index] > width:
            return None
        gap = reading.plain[self.ends[index] : position]
        return None if OPAQUE in gap else _NEXT_TO_SPEAK.sub("\n", gap)

    def within(self, position: int, width: int) -> bool:
        """True if a cue stands at most `width` characters away, to either side, whatever lies between."""
        index = bisect_left(self.starts, position)
        beside = [*self.ends[max(0, index - 1) : index], *self.starts[index : index + 1]]
        return any(abs(position - cue) <= width for cue in beside)

    def gap_after(self, reading: Reading, position: int, width: int) -> str | None:
        index = bisect_left(self.starts, position)
        if index == len(self.starts) or self.starts[index] - position > width:
            return None
        gap = reading.plain[position : self.starts[index]]
        return None if OPAQUE in gap else gap


def last(pattern: re.Pattern[str], text: str) -> int:
    """Where the last match starts; -1 if there is none."""
    start = -1
    for match in pattern.finditer(text):
        start = match.start()
    return start
