"""What was found already, looked up by line: a name beside a birth date is a client's, a phone beside the name too."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.guard.kinds import Finding, Kind
from portal.guard.reading import Reading

BESIDE = 80


@dataclass(frozen=True)
class Known:
    """Where findings begin in the text as given, sorted: of what leaves no doubt, and of names as well."""

    certain: Sequence[int] = ()
    clients: Sequence[int] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> "Known":
        held = tuple(findings)
        return cls(
            sorted(finding.start for finding in held if finding.kind.certain),
            sorted(finding.start for finding in held if finding.kind.certain or finding.kind is Kind.NAME),
        )


NOTHING = Known()


def near(reading: Reading, starts: Sequence[int], position: int, width: int) -> bool:
    """Does one of `starts` stand at most `width` characters away, to either side?"""
    head, tail = max(0, position - width), min(len(reading.plain), position + width)
    index = bisect_left(starts, reading.starts[head])
    return index < len(starts) and starts[index] < reading.starts[tail]


def beside(reading: Reading, starts: Sequence[int], start: int, end: int) -> bool:
    """Does one of `starts` stand in the line of `plain[start:end]`, not far off?"""
    if not starts:
        return False
    head, tail = max(0, start - BESIDE), min(len(reading.plain), end + BESIDE)
    head = reading.plain.rfind("\n", head, start) + 1 or head
    stop = reading.plain.find("\n", end, tail)
    index = bisect_left(starts, reading.starts[head])
    return index < len(starts) and starts[index] < reading.starts[tail if stop < 0 else stop]
