"""Numbers of health plans and driver's licenses, only where they are announced: their shapes differ by state and plan.

Every pattern is linear: each repetition is bounded, so that an attempt at one position costs at most a constant.
"""

import re
from collections.abc import Iterator

from portal.guard.kinds import Finding, Kind, digits
from portal.guard.reading import OPAQUE, Reading

_GAP = (
    rf"[^\d\n{OPAQUE}A-Z]{{0,6}}(?:(?:id|number|num|no|nbr|card|member|is|was|changed to|should be"
    rf"|recipient|beneficiary|policy|n[uú]mero|es|de)\b[^\w\n{OPAQUE}]{{0,4}}){{0,4}}"
)
_VALUE = r"(?P<value>[a-z]{0,3}[ -]?\d[a-z\d]{0,5}(?:[ -][a-z\d]{2,6}){0,3}[a-z\d]{0,10})\b"
_PATTERNS = {
    Kind.HEALTH_PLAN: re.compile(
        rf"\b(?:medicaid|medical assistance|medicare|medi-cal|mbi|pmi|health ?plan"
        rf"|(?<!of )(?<!liability )(?<!car )(?<!property )(?<!auto )insurance|mco|mnsure"
        rf"|aseguranza|seguro m[eé]dico)\b{_GAP}{_VALUE}",
        re.I,
    ),
    Kind.DRIVERS_LICENSE: re.compile(
        rf"\b(?:driver'?s?'? ?(?:license|licence|lic\b\.?)|drivers'? license|d\.l\.|dl(?= ?[#:]| no"
        rf"| number)|state id(?= ?[#:]| card| no| number| is)|licencia de (?:conducir"
        rf"|manejo)){_GAP}{_VALUE}",
        re.I,
    ),
}
_DATE = re.compile(r"(?:\d{1,2}[- ]\d{1,2}[- ])?(?:19|20)\d\d(?:[- ]\d{1,2}[- ]\d{1,2})?(?!\w)")
ENOUGH_DIGITS = 5


def find(reading: Reading) -> Iterator[Finding]:
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(reading.plain):
            value = _number(match["value"])
            if len(digits(value)) >= ENOUGH_DIGITS and not _DATE.match(value):
                start = match.start("value")
                yield reading.finding(kind, start, start + len(value))


def _number(value: str) -> str:
    """Without the words that follow the number: a part counts only if it holds a digit."""
    parts = re.findall(r"[ -]?[^ -]+", value)
    while parts and not any(c.isdecimal() for c in parts[-1]):
        parts.pop()
    return "".join(parts)
