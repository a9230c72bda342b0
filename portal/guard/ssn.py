"""Whole Social Security numbers in every way people type them.

Rules of numbering: area, group and serial, Social Security Administration, RM 10201.030 (no area 000, 666 or 900-999,
no group 00, no serial 0000). A number announced as one counts even when it breaks them: a typing error is
client data too.

Every pattern is linear: each repetition is bounded, so that an attempt at one position costs at most a constant.
"""

import re
from collections.abc import Iterator
from itertools import chain

from portal.guard import ssn_cues
from portal.guard.cues import Cues
from portal.guard.kinds import Finding, Kind, digits
from portal.guard.reading import Reading

_SEPARATOR = r"(?: {0,2}[-./,] {0,2}(?:\n[> ]{0,6})?| {1,3}(?:\n[> ]{0,6})?|\n[> ]{0,6})"
_GROUPED = re.compile(rf"(?<!\d)(?<!\d[-.])(\d{{3}})({_SEPARATOR})(\d{{2}})({_SEPARATOR})(\d{{4}})(?!\d)(?![-.]\d)")
DASHED = re.compile(r"\d{3}[-\u2010-\u2015]\d{2}[-\u2010-\u2015]\d{4}")
_RUN = re.compile(r"(?<![\d$#])(?<!\d[.-])\d{9}(?![\d%])(?![.-]\d)")
_LOOSE = re.compile(r"(?<!\d)\d(?:[ .\-/*,]{0,3}(?:\n[> ]{0,4})?\d){7,9}(?!\d)(?![-/.]\d)")
_PARTLY_HIDDEN = re.compile(
    r"(?<![\w*#-])(?:[x*#]{3}[ .-]{0,3}[x*#]{2}[ .-]{0,3}\d{4}|\d{3}[ .-]{1,3}\d{2}[ .-]{1,3}[x*#]{4}"
    r"|[x*#]{5}\d{4}|\d{3}[ .-]{1,3}[x*#]{2}[ .-]{1,3}[x*#]{4}|[x*#]{3}[ .-]{1,3}\d{2}[ .-]{1,3}\d{4}"
    r"|\d{3}[ .-]{1,3}[x*#]{2}[ .-]{1,3}\d{4})(?!\d)",
    re.I,
)
# A letter O, I or L typed for a digit; five digits at least are digits.
_MISTYPED = re.compile(
    r"(?<![\w-])(?=(?:[oil -]{0,3}\d){5})(?=[\d -]{0,11}[oil])[\doil]{3}[ -][\doil]{2}[ -][\doil]{4}(?![\w-])", re.I
)
_PHONE = re.compile(r"1?[ .-]{0,2}\(?\d{3}\)?[ ./-]{1,3}\d{3}[ .-]{1,3}\d{4}")
_DATE = re.compile(r"(?:\d{1,2}([/. -])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([/. -])\d{1,2}\2\d{1,2})\Z")
# "Client 418207735" is how people name a record by its number.
_RECORD = re.compile(
    r"\b(?:clients?|person|persona|records?|participants?|households?|enrollments?|cliente)\b[ #:]{1,3}\Z", re.I
)
# The Social Security Administration and the old Medicare cards put a letter or two behind the number.
_BENEFIT_LETTER = re.compile(r"-?[A-Z]\d?(?![\w-])|[A-Z]{2}(?![\w-])")

FAR = 70
NEAR = 30
SENTENCE = 48


def find(reading: Reading) -> Iterator[Finding]:
    cues = Cues.of(ssn_cues.ANNOUNCED, reading)
    for match in chain(_numbers(reading, cues), _PARTLY_HIDDEN.finditer(reading.plain)):
        yield reading.finding(Kind.SSN, *match.span())


def _numbers(reading: Reading, cues: Cues) -> Iterator[re.Match[str]]:
    for match in chain(_GROUPED.finditer(reading.plain), _MISTYPED.finditer(reading.plain)):
        if _announced(reading, cues, match) or _plausible_group(reading, match):
            yield match
    for match in _RUN.finditer(reading.plain):
        if _announced(reading, cues, match) or _plausible_run(reading, match):
            yield match
    for match in _LOOSE.finditer(reading.plain):
        if _announced(reading, cues, match) and not _shaped_otherwise(match[0]):
            yield match


def _announced(reading: Reading, cues: Cues, number: re.Match[str]) -> bool:
    """A cue ahead of the number, with no other kind of number named in between, or behind it."""
    gap = cues.gap_before(reading, number.start(), FAR)
    if gap is not None and not _names_another(gap, number) and sum(c.isdecimal() for c in gap) < 7 + len(gap) // 4:
        return True
    return _announced_behind(reading, cues, number)


def _names_another(gap: str, number: re.Match[str]) -> bool:
    """Another kind of number than one of nine digits; a birth date has eight."""
    if len(digits(number[0])) == 9:
        gap = ssn_cues.BIRTH.sub("", gap)
    return ssn_cues.OTHER_NUMBER.search(gap) is not None


def _announced_behind(reading: Reading, cues: Cues, number: re.Match[str]) -> bool:
    """Right behind nine digits, or later in their sentence when nothing else there is a number."""
    behind = cues.gap_after(reading, number.end(), SENTENCE)
    if (
        behind is None
        or len(digits(number[0])) != 9
        or ssn_cues.OTHER_NUMBER.search(reading.before(number.start(), 20))
    ):
        return False
    if len(behind) <= NEAR and ssn_cues.SAYS_NUMBER.fullmatch(behind):
        return True
    return not (
        "\n" in behind or any(c.isdecimal() for c in behind) or ssn_cues.OTHER_NUMBER.search(behind)
    ) and not ssn_cues.NUMBERED.search(reading.before(number.start(), 28))


def _valid(number: str) -> bool:
    area, group, serial = number[:3], number[3:5], number[5:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def _plausible_group(reading: Reading, match: re.Match[str]) -> bool:
    after = reading.after(match.end(), 4)
    if (
        not _valid(digits(match[0]) if match.re is _GROUPED else "123456789")
        or reading.before(match.start(), 1).isalpha()
        or (re.match(r"-?[^\W\d_]", after) and not _BENEFIT_LETTER.match(after))
        or _labeled(reading, match)
    ):
        return False
    if "-" in match[0]:
        return True
    beside = reading.before(match.start(), 4) + "|" + after
    in_a_row_of_numbers = re.search(r"\d\w?[ ,|]{0,3}\||\|[ ,|]{0,3}\d", beside)
    return not in_a_row_of_numbers and not ssn_cues.OTHER_NUMBER.search(reading.before(match.start(), 25))


def _labeled(reading: Reading, match: re.Match[str]) -> bool:
    """Named as another number; a benefit's account number is none if a letter of the benefit follows."""
    label = ssn_cues.LABELED.search(reading.before(match.start(), 40))
    if label is None:
        return False
    return not (_BENEFIT_LETTER.match(reading.after(match.end(), 4)) and re.search("account|claim", label[0], re.I))


def _plausible_run(reading: Reading, match: re.Match[str]) -> bool:
    before = reading.before(match.start(), 28)
    if (
        not _valid(match[0])
        or before[-1:].isalpha()
        or before[-1:] in ("-", "/")
        or reading.after(match.end(), 1).isalpha()
    ):
        return False
    return not (
        ssn_cues.OTHER_NUMBER.search(before)
        or _RECORD.search(before)
        or ssn_cues.LABELED.search(before)
        or ssn_cues.NUMBERED.search(before)
        or ssn_cues.COUNTED.match(reading.after(match.end(), 14))
    )


def _shaped_otherwise(number: str) -> bool:
    return bool(_PHONE.fullmatch(number) or _DATE.match(number))
