"""Birth dates: announced as such, beside an age or a name, or so old that they can hardly be anything else.

Every pattern is linear: each repetition is bounded, so that an attempt at one position costs at most a constant.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from portal.guard import birth_cues
from portal.guard.birth_cues import MONTHS
from portal.guard.cues import JOINED, Cues, last
from portal.guard.kinds import Finding, Kind
from portal.guard.known import NOTHING, Known, beside
from portal.guard.reading import Reading

_SHAPES = re.compile(
    rf"""(?<![\d/-])(?<!\d\.)(?<!v)(?:\d{{1,2}}(?P<a>\ ?[/.-]\ ?|\ )\d{{1,2}}(?P=a)(?P<y1>\d{{4}}|\d{{2}})
    | (?P<y2>\d{{4}})(?P<b>[/.-]|\ )\d{{1,2}}(?P=b)\d{{1,2}})(?!\d|[/-]\d|\.\d)
    | \b(?P<y5>\d{{4}})[ ,/-]{{1,2}}{MONTHS}\b\.?[ ,/-]{{1,2}}\d{{1,2}}(?![\d:/-])
    | \b{MONTHS}\.?[ \n]{{0,2}}\d{{1,2}}(?:st|nd|rd|th)?,?[ \n]{{0,2}}(?:of\ )?
      (?P<y3>\d{{4}}|'\d{{2}}|\d{{2}})(?![\d:/-])
    | (?<!\d)\d{{1,2}}(?:st|nd|rd|th|o|ro)?(?:[ -]{{0,2}}|\ of\ |\ de\ |\ day\ of\ |/)
      {MONTHS}\b(?:\.?,?[ -]{{0,2}}|/)(?:de\ |del\ )?(?P<y4>\d{{4}}|'?\d{{2}})(?![\d:])""",
    re.I | re.X,
)
# Only right behind a cue: no separators, or no year, or no day.
_SHORT = re.compile(
    rf"(?<!\d)(?<!\d[/.-])(?:\d{{8}}|\d{{6}}|\d{{1,2}}[/-]\d{{1,2}}|\d{{1,2}}[/-]\d{{4}})(?![\d/-])"
    # letters read for digits by a scanner
    rf"|(?<![\w/.-])(?=[\dOoIl]*[OoIl][\dOoIl]*[/-]"
    rf"|[\dOoIl/-]{{4,7}}[OoIl])[\dOoIl]{{1,2}}([/-])[\dOoIl]{{1,2}}\1[\dOoIl]{{2,4}}(?![\w/-])"
    rf"|\b{MONTHS}\.? (?:\d{{1,2}}(?:st|nd|rd|th)?\b(?! (?:clients|of))|(?:of |de |del )?(?:\d{{4}}|'\d{{2}}))"
    rf"|(?<![\d/.-])\d{{1,2}}(?:st|nd|rd|th)?(?: of | de |[ -]){MONTHS}\b",
    re.I,
)
_DATE_BETWEEN = re.compile(r"\d[/.-]\d{1,2}[/.-]\d{2,4}(?!\d)(?! ?(?:and|or|to|y|,|-|&)\W)")
_ROW_BEFORE = re.compile(r"[,;|]\Z")
_ROW_AFTER = re.compile(r"[,;|]\S")
_MONTH_AND_DAY = re.compile(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:19|20)?\d\d")
# The date that a system knows before anybody typed one.
_NOBODYS = re.compile(
    r"0?1[/.-]0?1[/.-](?:1900|1901|1970)|(?:1900|1901|1970)-01-01|12[/.-]31[/.-](?:1899|1969|1999)|(?:1899|1969"
    r"|1999)-12-31"
    r"|0?1/0?1"
)

FAR = 110
JOINED_WITHIN = 60
QUESTION = 44
RIGHT_BEFORE = 18
# Dates since then are often of agreements, notices and first enrollments.
DESK_YEARS = 2000
# Nobody was enrolled in an HMIS before; what is older is of a person or of an institution.
REGISTERS = 1985
NEAR = 32
SHORT_GAP = 40
WHOLE_TEXT = 600


@dataclass(frozen=True)
class People:
    """Where clients' names and Social Security numbers begin and end, in positions of the text as given."""

    starts: frozenset[int]
    ends: frozenset[int]


def find(reading: Reading, people: People, known: Known = NOTHING) -> Iterator[Finding]:
    cues = Cues.of(birth_cues.ANNOUNCED, reading)
    certain: list[re.Match[str]] = []
    doubtful: list[re.Match[str]] = []
    for match in _SHAPES.finditer(reading.plain):
        joined = bool(certain) and _goes_on(reading, certain[-1].end(), match.start())
        (certain if joined or _is_birth(reading, cues, people, known, match) else doubtful).append(match)
    values, starts = {match[0] for match in certain}, [match.start() for match in certain]
    for match in doubtful:
        if match[0] in values or _joined_to_the_next(reading, match, starts):
            certain.append(match)
    yield from (reading.finding(Kind.BIRTH_DATE, *match.span()) for match in certain)
    end = None
    for match in _SHORT.finditer(reading.plain):
        follows = end is not None and JOINED.fullmatch(reading.plain, end, match.start()) is not None
        if follows or _is_short_birth(reading, cues, people, match):
            end = match.end()
            yield reading.finding(Kind.BIRTH_DATE, *match.span())


def _goes_on(reading: Reading, end: int, start: int) -> bool:
    """From one birth date to the next: "4/1/80 or 4/11/80", "mother 4/1/80, son 5/5/12"."""
    return bool(
        JOINED.fullmatch(reading.plain, end, start)
        or (start - end <= JOINED_WITHIN and birth_cues.KIN.fullmatch(reading.plain, end, start))
        or (start - end <= JOINED_WITHIN and birth_cues.NAMED_NEXT.fullmatch(reading.plain, end, start))
    )


def _joined_to_the_next(reading: Reading, match: re.Match[str], starts: list[int]) -> bool:
    """ "Is it 8/14/1991 or 8/15/1991, her birth date": the first is one because the second is."""
    index = bisect_left(starts, match.end())
    return index < len(starts) and JOINED.fullmatch(reading.plain, match.end(), starts[index]) is not None


def _is_short_birth(reading: Reading, cues: Cues, people: People, match: re.Match[str]) -> bool:
    digits = match[0].isdecimal()
    if _NOBODYS.fullmatch(match[0]):
        return False
    if not digits and _with_an_age(reading, match):
        return True
    if digits and _MONTH_AND_DAY.fullmatch(match[0]) and _right_behind(reading, people, match):
        return True
    gap = cues.gap_before(reading, match.start(), SHORT_GAP)
    return gap is not None and bool(birth_cues.FILLING.fullmatch(gap)) and len(gap.split()) <= (3 if digits else 6)


def _is_birth(reading: Reading, cues: Cues, people: People, known: Known, match: re.Match[str]) -> bool:
    year = _year(match)
    old = 1905 <= year <= 2005
    near_cue = cues.gap_before(reading, match.start(), 12)
    if old and _a_range(reading, match) and not near_cue:
        return False
    if _NOBODYS.fullmatch(match[0]):
        return year != 1900 and near_cue is not None and bool(birth_cues.FILLING.fullmatch(near_cue))
    if _announced(reading, cues, match, old=old or year <= 2014) or _with_an_age(reading, match):
        return True
    if _beside_a_name(reading, people, match) and 1905 <= year <= 2017:
        return True
    if 2006 <= year <= 2022 and _of_a_child(reading, match):
        return True
    return old and _hardly_another(reading, cues, known, match)


def _hardly_another(reading: Reading, cues: Cues, known: Known, match: re.Match[str]) -> bool:
    """A date of long ago, with no other meaning given to it; in a row of data only beside a client."""
    if " " in {match["a"], match["b"]} or _of_something_else(reading, match):
        return False
    if beside(reading, known.clients, *match.span()) or _near_a_person(reading, cues, match):
        return True
    in_a_row = _ROW_BEFORE.search(reading.before(match.start(), 1)) or _ROW_AFTER.match(reading.after(match.end(), 2))
    short_year = match["y1"] is not None and len(match["y1"]) == 2
    return _year(match) < DESK_YEARS and not in_a_row and not (short_year and match["a"].strip() == ".")


def _of_something_else(reading: Reading, match: re.Match[str]) -> bool:
    before = reading.before(match.start(), 60)
    other = last(birth_cues.INSTITUTION, before)
    if _year(match) >= REGISTERS:
        other = max(other, last(birth_cues.OTHER_DATE, before))
    meant = other > last(birth_cues.PERSON, before) and not _DATE_BETWEEN.search(before[other:])
    return meant or birth_cues.OTHER_DATE_AFTER.match(reading.after(match.end(), 40)) is not None


def _year(match: re.Match[str]) -> int:
    """The year; of two digits, 30 to 99 are of the last century."""
    text = next(match[name] for name in ("y1", "y2", "y3", "y4", "y5") if match[name]).lstrip("'")
    return int(text) if len(text) == 4 else int(text) + (1900 if text >= "30" else 2000)


def _announced(reading: Reading, cues: Cues, match: re.Match[str], *, old: bool) -> bool:
    gap = cues.gap_before(reading, match.start(), FAR)
    if gap is not None and _leads_to_a_birth(gap, old=old):
        return True
    behind = cues.gap_after(reading, match.end(), NEAR)
    if behind is not None and birth_cues.SAYS_BIRTH.fullmatch(behind):
        return True
    before = reading.before(match.start(), 40)
    return bool(birth_cues.KIN_AHEAD.search(before) or birth_cues.KIN_IN_BRACKETS.search(before))


def _leads_to_a_birth(gap: str, *, old: bool) -> bool:
    """From the cue to the date: filling words only, or nothing right before the date that gives it another meaning."""
    if birth_cues.FILLING.fullmatch(gap):
        return True
    if birth_cues.BLOCKING.search(gap[-RIGHT_BEFORE:]):
        return False
    return old or (len(gap) <= QUESTION and birth_cues.FIELD.search(gap) is None)


def _of_a_child(reading: Reading, match: re.Match[str]) -> bool:
    """Years ago, and nothing nearer than the word for a child says what else happened then."""
    before = reading.before(match.start(), 44).rpartition("\n\n")[2]
    kin = last(birth_cues.KIN_WORD, before)
    others = (birth_cues.OTHER_DATE, birth_cues.BLOCKING, birth_cues.LEFT_OR_CAME)
    return kin >= 0 and not any(other.search(before[kin:]) for other in others)


def _with_an_age(reading: Reading, match: re.Match[str]) -> bool:
    return bool(
        birth_cues.AGE_BEFORE.search(reading.before(match.start(), 60))
        or birth_cues.AGE_AFTER.match(reading.after(match.end(), 24))
    )


def _a_range(reading: Reading, match: re.Match[str]) -> bool:
    return bool(birth_cues.RANGE.match(reading.after(match.end(), 12)))


def _right_behind(reading: Reading, people: People, match: re.Match[str]) -> bool:
    return not people.ends.isdisjoint(reading.starts[max(0, match.start() - 3) : match.start() + 1])


def _beside_a_name(reading: Reading, people: People, match: re.Match[str]) -> bool:
    ahead = reading.starts[max(0, match.start() - 6) : match.start() + 1]
    behind = reading.starts[match.end() : match.end() + 7]
    return not people.ends.isdisjoint(ahead) or not people.starts.isdisjoint(behind)


def _near_a_person(reading: Reading, cues: Cues, match: re.Match[str]) -> bool:
    return bool(
        birth_cues.PERSON.search(reading.before(match.start(), 80))
        or birth_cues.PERSON.search(reading.after(match.end(), 40))
        or cues.within(match.start(), WHOLE_TEXT)
    )
