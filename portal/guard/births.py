"""Birth dates: announced as such, beside an age, or so old that beside a client they can be nothing else.

Every pattern is linear: each repetition is bounded, so that an attempt at one position costs at most a constant.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from portal.guard.cues import JOINED, Cues
from portal.guard.kinds import Finding, Kind
from portal.guard.reading import Reading

_MONTHS = (
    r"(?:jan(?:uary|urary)?|feb(?:ruary|uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre"
    r"|diciembre|ene|abr|ago|dic)"
)
_SHAPES = re.compile(
    rf"""(?<![\d/.-])(?:\d{{1,2}}(?P<a>\ ?[/.-]\ ?|\ )\d{{1,2}}(?P=a)(?P<y1>\d{{4}}|\d{{2}})
    | (?P<y2>\d{{4}})(?P<b>[/.-]|\ )\d{{1,2}}(?P=b)\d{{1,2}})(?!\d|[/-]\d|\.\d)
    | \b{_MONTHS}\.?[ \n]{{0,2}}\d{{1,2}}(?:st|nd|rd|th)?,?[ \n]{{0,2}}(?:of\ )?
      (?P<y3>\d{{4}}|'\d{{2}}|\d{{2}})(?![\d:/-])
    | (?<!\d)\d{{1,2}}(?:st|nd|rd|th|o|ro)?[ -]{{0,2}}(?:of\ |de\ )?{_MONTHS}\b
      \.?,?[ -]{{0,2}}(?:de\ |del\ )?(?P<y4>\d{{4}}|'?\d{{2}})(?![\d:])""",
    re.I | re.X,
)
# Only right behind a cue: no separators, or no year, or no day.
_SHORT = re.compile(
    rf"(?<![\d/.-])(?:\d{{8}}|\d{{6}}|\d{{1,2}}[/-]\d{{1,2}}|\d{{1,2}}[/-]\d{{4}})(?![\d/-])"
    rf"|\b{_MONTHS}\.? (?:\d{{1,2}}(?:st|nd|rd|th)?\b(?! (?:clients|of))|\d{{4}})",
    re.I,
)
_CUE = re.compile(
    r"\b(?:d\. ?o\. ?b\b\.?|dobs?(?=\b|\d)|d/o/b\b|d ?o ?b(?= ?[:\d])|dod?b(?=:)|(?:date|dt|day|month"
    r"|year)[ -]{1,2}(?:of|or|o)[ -]{1,2}(?:birth|brith|bith|birht)s?\b|b(?:ir|ri)th[ -]?(?:date|day"
    r"|dt|dat)s?\b|b[ -]?days?\b|bdate\b"
    r"|borned\b|born\b|brith\b|birht ?da\w{1,3}\b|nacid[oa]s?\b|naci[oó]\b|nac[ií]\b|nacimiento\b"
    r"|cumplea[ñn]os\b|f\. ?(?:de )?n\.|fdn\b|fec(?:ha)?\.? ?(?:de )?nac\b)",
    re.I,
)
_BLOCK = re.compile(
    r"\b(?:reports?|period|as of|export(?:ed)?|since|before|after|between|prior|due|training|through"
    r"|effective|deadline|run|ran|version|enroll(?:ed|ment)?s?|entry|entered (?:on|the)|exit(?:ed)?"
    r"|start(?:ed|s)?|ends?|ended|moved?|move-in|submitted|uploaded|updated (?:on|in)|ticket|opened"
    r"|release|quarter|fy|older than|younger than|on or|cutoff|ingreso|salida|intake|admi\w+|until"
    r"|webinar"
    r"|fixed on|changed on|corrected on|on file since|assessment|error on|verified|signed|expires?"
    r"|desde|hasta|antes|despu[eé]s)\b",
    re.I,
)
_FILLING = re.compile(
    r"(?:[\s:=,;(\"'*|>#~-]{0,6}(?:is|was|as|on|of|listed|entered|typed|shows?|showing|should|be|been"
    r"|correct|corrected|actual|real|right|the|her|his|their|a|it|it's|its|client|client's|child|baby"
    r"|son|daughter"
    r"|to|reads?|says|which|that|being|given|el|la|d[ií]a|es|un|fue|del|de|cliente|ni[ñn][oa]|hij[oa]"
    r"|in|and|not|from|this|today|year|minor|infant|newborn|for|fixed|wrong|put|with|have|has|we|i"
    r"|mm/dd/yyyy|mdy)){0,9}"
    r"[\s:=,;(\"'*|>#~.-]{0,6}",
    re.I,
)
_SAYS_BIRTH = re.compile(
    r"[\s,;(\-=|]{0,4}(?:(?:is|was|as|being|for|es|listed|in|on|record|recorded|entered|given|system"
    r"|hmis|file|the|her|his|their|a|actual|correct|real|client'?s?|la|su|birth|fecha|de|\() ?){0,5}\Z",
    re.I,
)
_AGE_BEFORE = re.compile(
    r"(?:\b(?:age[ds]?|edad|aged)\W{0,3}\d{1,3}|\b\d{1,3}[ -]?(?:yo|y/o|y\.o\.|yrs?|years?[ -]olds?"
    r"|a[nñ]os)\b(?: old)?(?: (?:fe)?male| wom[ae]n| m[ae]n| girl| boy"
    r"| client)?)[\s,;:/(-]{1,4}(?:dob )?\Z",
    re.I,
)
_AGE_AFTER = re.compile(r"[\s,;(\-]{1,4}(?:age[d ]|\d{1,3}[ -]?(?:yo\b|y/o|yrs? old|years old|a[nñ]os)|edad)", re.I)
_OTHER_DATE = re.compile(
    r"\b(?:start\w{0,3}|entry|enter\w{0,2}|enroll\w{0,5}|exit\w{0,2}|moved?|move-in|report\w{0,3}"
    r"|service|incorporated|established|est|opened|founded|since|updated|built|act|law|effective"
    r"|signed|dated|version|through|until"
    r"|period|created|born before|born after|before|after|between|prior to|and later|ends?|ending"
    r"|desde|hasta)\b[^\d\n]{0,24}\Z",
    re.I,
)
_PERSON = re.compile(
    r"\b(?:clients?'?s?|participants?|ct|cl|consumer|tenant|resident|guest|patient|hoh"
    r"|head of household|household member|mother|father|mom|dad|son|daughter|spouse|wife|husband"
    r"|partner|child|baby|veteran|applicant|cliente|participante"
    r"|hij[oa]|she|he|her|his|mr|mrs|ms|ssn|social|female|male)\b",
    re.I,
)
_RANGE = re.compile(r"\s{0,2}(?:-|to|through|thru|until|and|al?)\s{1,2}\d|-\d")

FAR = 60
NEAR = 32
WHOLE_TEXT = 600


@dataclass(frozen=True)
class People:
    """Where clients' names and Social Security numbers begin and end, in positions of the text as given."""

    starts: frozenset[int]
    ends: frozenset[int]


def find(reading: Reading, people: People) -> Iterator[Finding]:
    cues = Cues.of(_CUE, reading)
    certain: list[re.Match[str]] = []
    doubtful: list[re.Match[str]] = []
    for match in _SHAPES.finditer(reading.plain):
        joined = bool(certain) and JOINED.fullmatch(reading.plain, certain[-1].end(), match.start())
        (certain if joined or _is_birth(reading, cues, people, match) else doubtful).append(match)
    values, starts = {match[0] for match in certain}, [match.start() for match in certain]
    for match in doubtful:
        if match[0] in values or _joined_to_the_next(reading, match, starts):
            certain.append(match)
    yield from (reading.finding(Kind.BIRTH_DATE, *match.span()) for match in certain)
    for match in _SHORT.finditer(reading.plain):
        gap = cues.gap_before(reading, match.start(), 14)
        if gap is not None and _FILLING.fullmatch(gap) and len(gap.split()) <= 2:
            yield reading.finding(Kind.BIRTH_DATE, *match.span())


def _joined_to_the_next(reading: Reading, match: re.Match[str], starts: list[int]) -> bool:
    """ "Is it 8/14/1991 or 8/15/1991, her birth date": the first is one because the second is."""
    index = bisect_left(starts, match.end())
    return index < len(starts) and JOINED.fullmatch(reading.plain, match.end(), starts[index]) is not None


def _is_birth(reading: Reading, cues: Cues, people: People, match: re.Match[str]) -> bool:
    year = _year(match)
    old = 1905 <= year <= 2005
    if year == 1900 or (old and _a_range(reading, match) and not cues.gap_before(reading, match.start(), 12)):
        return False
    if _announced(reading, cues, match, old=old or year <= 2014) or _with_an_age(reading, match):
        return True
    if _beside_a_name(reading, people, match) and 1905 <= year <= 2017:
        return True
    if " " in {match["a"], match["b"]} or not old or _OTHER_DATE.search(reading.before(match.start(), 60)):
        return False
    return _beside_a_person(reading, match) or cues.within(match.start(), WHOLE_TEXT)


def _year(match: re.Match[str]) -> int:
    """The year; of two digits, 30 to 99 are of the last century."""
    text = next(match[name] for name in ("y1", "y2", "y3", "y4") if match[name]).lstrip("'")
    return int(text) if len(text) == 4 else int(text) + (1900 if text >= "30" else 2000)


def _announced(reading: Reading, cues: Cues, match: re.Match[str], *, old: bool) -> bool:
    gap = cues.gap_before(reading, match.start(), FAR)
    if gap is not None and (_FILLING.fullmatch(gap) or (old and not _BLOCK.search(gap))):
        return True
    behind = cues.gap_after(reading, match.end(), NEAR)
    return behind is not None and bool(_SAYS_BIRTH.fullmatch(behind))


def _with_an_age(reading: Reading, match: re.Match[str]) -> bool:
    return bool(
        _AGE_BEFORE.search(reading.before(match.start(), 40)) or _AGE_AFTER.match(reading.after(match.end(), 24))
    )


def _a_range(reading: Reading, match: re.Match[str]) -> bool:
    return bool(_RANGE.match(reading.after(match.end(), 12)))


def _beside_a_name(reading: Reading, people: People, match: re.Match[str]) -> bool:
    ahead = reading.starts[max(0, match.start() - 6) : match.start() + 1]
    behind = reading.starts[match.end() : match.end() + 7]
    return not people.ends.isdisjoint(ahead) or not people.starts.isdisjoint(behind)


def _beside_a_person(reading: Reading, match: re.Match[str]) -> bool:
    return bool(_PERSON.search(reading.before(match.start(), 80)) or _PERSON.search(reading.after(match.end(), 40)))
