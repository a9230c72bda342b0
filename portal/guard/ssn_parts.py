"""Parts of Social Security numbers: the last four digits, the first five or three, where words say so.

Every pattern is linear: each repetition is bounded, so that an attempt at one position costs at most a constant.
"""

import re
from collections.abc import Iterator
from itertools import chain

from portal.guard import ssn_cues
from portal.guard.cues import JOINED, Cues
from portal.guard.kinds import Finding, Kind
from portal.guard.reading import Reading

_FOUR = re.compile(r"(?<![\d$#/.:-])(?<!\d,)\d{4}(?!\d)(?![-/:%]\d|[.,]\d)")
# "(x8846)", "...8846", "-8846", "#8846": only beside words about the last four of a Social Security number.
_TAIL = re.compile(r"(?<![\w.])(?:x{1,6}|\*{1,6}|\.{2,3}|-|#)[- ]?(\d{4})(?![\w-])", re.I)
_FIRST = re.compile(r"(?<![\w$#/.-])\d{3}(?:[ .-]?\d{2})?(?![\d/%])(?![ .-]\d)")

# Too few or too many digits, right behind the name of the field: 'ssn="48221"'.
_BROKEN_OFF = re.compile(r"(?<![\w$#/.-])\d{3}-\d{2}-\d{1,3}(?!\d)(?!-)")
_IN_FIELD = re.compile(r"(?<!\d)\d{5,7}(?!\d)")
_FIELD_SIGN = re.compile(r"[ \"']{0,2}[:=#][ \"'(]{0,3}")

NEAR = 30
BESIDE = 160
CLOSE = 26


def find(reading: Reading) -> Iterator[Finding]:
    cues = Cues.of(ssn_cues.ANNOUNCED, reading)
    fours = Cues.of(ssn_cues.LAST_FOUR, reading)
    for match in _last_four(reading, cues, fours):
        yield reading.finding(Kind.SSN, *match.span())
    if cues.starts:
        for start, end in chain(_tails(reading, cues, fours), _broken(reading, cues), _firsts(reading, cues)):
            yield reading.finding(Kind.SSN, start, end)


def _tails(reading: Reading, cues: Cues, fours: Cues) -> Iterator[tuple[int, int]]:
    for match in _TAIL.finditer(reading.plain) if fours.starts else ():
        if fours.within(match.start(), BESIDE) and cues.within(match.start(), BESIDE):
            yield match.span(1)


def _broken(reading: Reading, cues: Cues) -> Iterator[tuple[int, int]]:
    for match in _BROKEN_OFF.finditer(reading.plain):
        if cues.within(match.start(), BESIDE // 2):
            yield match.span()
    for match in _IN_FIELD.finditer(reading.plain):
        gap = cues.gap_before(reading, match.start(), 6)
        if gap is not None and _FIELD_SIGN.fullmatch(gap):
            yield match.span()


def _firsts(reading: Reading, cues: Cues) -> Iterator[tuple[int, int]]:
    firsts = Cues.of(ssn_cues.FIRST_FIVE, reading)
    for match in _FIRST.finditer(reading.plain) if firsts.starts else ():
        gap = firsts.gap_before(reading, match.start(), NEAR)
        if gap is not None and not any(c.isdecimal() for c in gap) and cues.within(match.start(), BESIDE):
            yield match.span()


def _last_four(reading: Reading, cues: Cues, fours: Cues) -> Iterator[re.Match[str]]:
    end = None
    for match in _FOUR.finditer(reading.plain):
        joined = end is not None and JOINED.fullmatch(reading.plain, end, match.start())
        if joined or _is_last_four(reading, cues, fours, match):
            end = match.end()
            yield match


def _is_last_four(reading: Reading, cues: Cues, fours: Cues, match: re.Match[str]) -> bool:
    year = match[0][:2] in ("19", "20")
    gap = fours.gap_before(reading, match.start(), 48)
    if (
        gap is not None
        and not ssn_cues.NOT_OF_A_PERSON.search(gap)
        and not any(c.isdecimal() for c in gap)
        and not (year and "\n" in gap)
    ):
        return True
    gap = cues.gap_before(reading, match.start(), 40)
    if gap is not None and not any(c.isdecimal() for c in gap) and not ssn_cues.OTHER_NUMBER.search(gap):
        return bool(ssn_cues.ENDS.search(gap)) or _stated(gap, year=year) or _plain_gap(reading, match, gap, year=year)
    behind = cues.gap_after(reading, match.end(), NEAR)
    if behind is not None and "\n" not in behind and ssn_cues.ENDS_HERE.search(reading.before(match.start(), 24)):
        return True
    return bool(ssn_cues.SAYS_LAST.match(reading.after(match.end(), 60)))


def _plain_gap(reading: Reading, match: re.Match[str], gap: str, *, year: bool) -> bool:
    """ "SSN came back as 4471": close by, and nothing in between or behind that counts or numbers anything else."""
    if year or len(gap) > CLOSE or "\n" in gap or ssn_cues.OF_THE_FIELD.search(gap):
        return False
    return not ssn_cues.COUNTED.match(reading.after(match.end(), 16))


def _stated(gap: str, *, year: bool) -> bool:
    return bool(ssn_cues.STATING.fullmatch(gap)) and (not year or any(sign in gap for sign in ":=#"))
