"""Numbers and dates in words, as a voicemail's transcript or a hurried person writes them.

"The social is three one nine, four four, two zero eight six"; "born May the fifth nineteen eighty eight".
Every pattern is linear: each repetition is bounded, so that an attempt at one position costs at most a constant.
"""

import re
from collections.abc import Iterator

from portal.guard import ssn_cues
from portal.guard.birth_cues import ANNOUNCED as BIRTH
from portal.guard.birth_cues import BLOCKING, MONTHS
from portal.guard.cues import Cues
from portal.guard.kinds import Finding, Kind
from portal.guard.reading import Reading

_UNITS = (
    r"(?:zero|oh|o|one|two|three|four|five|six|seven|eight|nine|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)"
)
_TEENS = (
    r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|diez|once|doce|trece|catorce"
    r"|quince|diecis[eé]is|diecisiete|dieciocho|diecinueve)"
)
_TENS = (
    r"(?:twenty|thirty|fou?rty|fifty|sixty|seventy|eighty|ninety|veinti?\w{0,7}|treinta|cuarenta|cincuenta"
    r"|sesenta|setenta"
    r"|ochenta|noventa)"
)
_GREAT = r"(?:hundred|thousand|cien(?:to)?|mil|novecientos)"
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth"
    r"|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth|primero)"
)
_WORD = rf"(?:{_UNITS}|{_TEENS}|{_TENS}|{_GREAT}|{_ORDINAL})\b"
_PAUSE = r"(?:[ ,.\n-]{1,4}(?:(?:dash|hyphen|um+|uh+|and|then|gui[oó]n|y|de|del|of|the) ){0,2})"

_DIGITS = re.compile(
    rf"\b(?<!last )(?<!final )(?:double |triple )?(?:{_UNITS}|{_TEENS}|{_TENS})(?:{_PAUSE}(?:double "
    rf"|triple )?(?:{_UNITS}\b"
    rf"|{_TEENS}\b|{_TENS}\b"
    rf"|\d{{1,4}}\b)){{1,11}}",
    re.I,
)
_DATE = re.compile(
    rf"\b(?:{MONTHS}\b\.?|{_WORD}|\d{{1,2}}(?:st|nd|rd|th)?\b)(?:{_PAUSE}(?:{MONTHS}\b\.?|{_WORD}"
    rf"|\d{{1,4}}(?:st|nd|rd|th)?\b)){{2,9}}",
    re.I,
)
_IN_WORDS = re.compile(rf"\b{_WORD}", re.I)
_MONTH = re.compile(rf"\b{MONTHS}\b", re.I)
_ONE = re.compile(
    rf"\b(double |triple )?(?:(?P<tens>{_TENS})(?:[ -]{_UNITS}\b)?|(?P<teen>{_TEENS})|{_UNITS}\b|(?P<digits>\d+))", re.I
)

FAR = 70


def find(reading: Reading) -> Iterator[Finding]:
    if not _IN_WORDS.search(reading.plain):
        return
    cues, fours = Cues.of(ssn_cues.ANNOUNCED, reading), Cues.of(ssn_cues.LAST_FOUR, reading)
    for match in _DIGITS.finditer(reading.plain) if cues.starts or fours.starts else ():
        if _is_number(reading, cues, fours, match):
            yield reading.finding(Kind.SSN, *match.span())
    births = Cues.of(BIRTH, reading)
    for match in _DATE.finditer(reading.plain) if births.starts else ():
        gap = births.gap_before(reading, match.start(), FAR)
        if gap is not None and not BLOCKING.search(gap) and _is_date(match[0]):
            yield reading.finding(Kind.BIRTH_DATE, *match.span())


def _is_number(reading: Reading, cues: Cues, fours: Cues, match: re.Match[str]) -> bool:
    count = _count(match[0])
    ahead = cues.gap_before(reading, match.start(), FAR)
    announced = ahead is not None and not ssn_cues.OTHER_NUMBER.search(ahead)
    if announced and (8 <= count <= 10 or (count == 4 and ssn_cues.ENDS.search(ahead or ""))):
        return True
    return count == 4 and fours.gap_before(reading, match.start(), FAR) is not None


def _count(words: str) -> int:
    """How many digits the words spell: "forty four" two, "double six" two, "oh" one."""
    total = 0
    for match in _ONE.finditer(words):
        count = len(match["digits"]) if match["digits"] else 2 if match["tens"] or match["teen"] else 1
        total += count * {"double ": 2, "triple ": 3}.get((match[1] or "").lower(), 1)
    return total


def _is_date(words: str) -> bool:
    numbers = len(_IN_WORDS.findall(words))
    return numbers >= (1 if _MONTH.search(words) else 3)
