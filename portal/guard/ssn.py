"""Social Security numbers in every way people type them, whole or their last four digits.

Rules of numbering: area, group and serial, Social Security Administration, RM 10201.030 (no area 000, 666 or 900-999,
no group 00, no serial 0000). A number announced as one counts even when it breaks them: a typing error is
client data too.

Every pattern is linear: each repetition is bounded, so that an attempt at one position costs at most a constant.
"""

import re
from collections.abc import Iterator

from portal.guard.cues import JOINED, Cues
from portal.guard.kinds import Finding, Kind, digits
from portal.guard.reading import Reading

_CUE = re.compile(
    r"\b(?:ssns?\b|s\. ?s\. ?n\b\.?|ssn?(?=\d)|ss ?(?:#|n(?:o|um|umber|br)?\b)|ss(?= ?[:=])|s/s\b"
    r"|ssan\b|sin\b(?=[:#])|itin\b"
    r"|s[oci]{2,4}[ail]{0,3}\.?[ -]?(?:sec\w{0,7}|s\w{0,3}[cu]\w{0,2}r\w{0,2}ty)\b"
    r"|soc(?:ial)?(?= ?[:#=]| (?:is|no|num|number|ends?|ending|was)\b)"
    r"|(?:ss|soc|social)(?= {0,2}[#:=]? ?\d)|(?:n[uú]m(?:ero)?\.? (?:de )?)?s[eu]guro social\b"
    r"|n\.?s\.?s\.?(?= ?[:#\d]| (?:es|termina)))",
    re.I,
)
_SEPARATOR = r"(?: {0,2}[-./,] {0,2}(?:\n[> ]{0,6})?| {1,3}(?:\n[> ]{0,6})?|\n[> ]{0,6})"
_GROUPED = re.compile(rf"(?<!\d)(?<!\d[-.])(\d{{3}})({_SEPARATOR})(\d{{2}})({_SEPARATOR})(\d{{4}})(?!\d)(?![-.]\d)")
_RUN = re.compile(r"(?<![\d$#])(?<!\d[.-])\d{9}(?![\d%])(?![.-]\d)")
_LOOSE = re.compile(r"(?<!\d)\d(?:[ .\-/*,]{0,3}(?:\n[> ]{0,4})?\d){7,9}(?!\d)(?![-/.]\d)")
_PARTLY_HIDDEN = re.compile(
    r"(?<![\w*#-])(?:[x*#]{3}[ .-]{0,3}[x*#]{2}[ .-]{0,3}\d{4}|\d{3}[ .-]{1,3}\d{2}[ .-]{1,3}[x*#]{4}"
    r"|[x*#]{5}\d{4})(?!\d)",
    re.I,
)
_FOUR = re.compile(r"(?<![\d$#/.:-])(?<!\d,)\d{4}(?!\d)(?![-/:%]\d|[.,]\d)")

_PHONE = re.compile(r"1?[ .-]{0,2}\(?\d{3}\)?[ ./-]{1,3}\d{3}[ .-]{1,3}\d{4}")
_DATE = re.compile(r"(?:\d{1,2}([/. -])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([/. -])\d{1,2}\2\d{1,2})\Z")
_OTHER_NUMBER = re.compile(
    r"\b(?:(?:personal|person|client|household|enrollment|unique|hmis|user|export|project|hh)?ids?"
    r"|ticket|tkt|case|ref(?:erence)?|invoice|order|confirmation|checksum|crc|size|total|count|sum"
    r"|receipt|member|claim|policy|phone|part|model|passcode|pin|code|ein|duns|zip|record|batch|export"
    r"|build|version|project|enrollment"
    r"|household|routing|tracking|serial|phone|cell|tel|call|fax|text|dob|birth|born|medicaid|pmi"
    r"|license|file|hash|request|meeting|webinar|access code)\b",
    re.I,
)
_NUMBERED = re.compile(r"\b(?:number|no|num|nbr)\b[ .:#=]{0,4}\Z|#\s{0,2}\Z", re.I)
_COUNTED = re.compile(
    r" {0,2}(?:rows|records|bytes|lines|kb|mb|ms|characters|clients|hits|files|dollars|seconds)\b", re.I
)
_LAST_FOUR = re.compile(
    r"\b(?:last|final|ending|trailing) ?-? ?(?:four|4|fuor|foru)\b(?! (?!digits|numbers|nos|is|was|his"
    r"|ssns|socials)\w{1,20}s\b| (?:fiscal|year|month|week))"
    r"|\b(?:[uú]ltimos|[uú]ltimas) (?:cuatro|4)\b(?! (?:meses|a[nñ]os|d[ií]as|semanas))|\bl4\b(?= ?[:#=]| of)",
    re.I,
)
_ENDS = re.compile(r"\b(?:end(?:s|ing)?|termina(?:n|do|da)?|last|final)\b", re.I)
_ENDS_HERE = re.compile(r"\b(?:end(?:s|ing)?|termina(?:n|do|da)?)(?: in| with| en| con)?[ :]{0,3}\Z", re.I)
_NOT_OF_A_PERSON = re.compile(
    r"\b(?:ticket|card|phone|cell|number i called|report|project|keys?|licen[sc]e|serial|code"
    r"|certificate|claim|check|vin|account|medicaid|insurance|personal id|client id|case|invoice|id"
    r"|year|fy|ein|version|build|since|from|in 20)\b",
    re.I,
)
_STATING = re.compile(
    r"(?:\W{0,4}(?:is|was|are|as|it'?s|its|es|son|=|:|#|no|num|number|shows|digits?|d[ií]gitos|of|de"
    r"|del|on|file|the|her|his|their|client'?s?|su)){0,8}\W{0,4}",
    re.I,
)
_SAYS_LAST = re.compile(
    r"[\s),.]{0,3}(?:\(|is |are |as )?(?:the |his |her |their |client'?s? )?last (?:four"
    r"|4)\b(?! \w+s\b)|[\s),.]{0,3}(?:\(|is |are )?(?:the )?(?:end|last digits) of (?:the|her|his"
    r"|their) so?c",
    re.I,
)

_SAYS_NUMBER = re.compile(
    r"[ ,;(=|:-]{0,4}(?:(?:is|was|as|being|for|es|listed) (?:(?:on|the|her|his|their|a|my|actual"
    r"|correct|real|wrong|client'?s?|la|el|su|de) ){0,4}|(?:her|his|their|su) )?\(?",
    re.I,
)

FAR = 70
NEAR = 30


def find(reading: Reading) -> Iterator[Finding]:
    cues = Cues.of(_CUE, reading)
    for match in _GROUPED.finditer(reading.plain):
        if _announced(reading, cues, match) or _plausible_group(reading, match):
            yield reading.finding(Kind.SSN, *match.span())
    for match in _RUN.finditer(reading.plain):
        if _announced(reading, cues, match) or _plausible_run(reading, match):
            yield reading.finding(Kind.SSN, *match.span())
    for match in _LOOSE.finditer(reading.plain):
        if _announced(reading, cues, match) and not _shaped_otherwise(match[0]):
            yield reading.finding(Kind.SSN, *match.span())
    for match in _PARTLY_HIDDEN.finditer(reading.plain):
        yield reading.finding(Kind.SSN, *match.span())
    yield from _last_four(reading, cues)


def _announced(reading: Reading, cues: Cues, number: re.Match[str]) -> bool:
    """A cue ahead of the number, with no other kind of number named in between, or right behind it."""
    gap = cues.gap_before(reading, number.start(), FAR)
    if gap is not None and not _OTHER_NUMBER.search(gap) and sum(c.isdecimal() for c in gap) < 7 + len(gap) // 4:
        return True
    behind = cues.gap_after(reading, number.end(), NEAR)
    if behind is None or len(digits(number[0])) != 9 or not _SAYS_NUMBER.fullmatch(behind):
        return False
    return not _OTHER_NUMBER.search(reading.before(number.start(), 20))


# Right before a number in dashes, these say that it is none of a person's.
_LABELED = re.compile(
    r"\b(?:error|code|ticket|case|ref(?:erence)?|invoice|order|po|part|model|serial|(?:personal|client"
    r"|enrollment|household|project|hmis|export) ?id)\b\W{0,4}\Z",
    re.I,
)


def _valid(number: str) -> bool:
    area, group, serial = number[:3], number[3:5], number[5:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def _plausible_group(reading: Reading, match: re.Match[str]) -> bool:
    if (
        not _valid(digits(match[0]))
        or reading.before(match.start(), 1).isalpha()
        or reading.after(match.end(), 1).isalpha()
    ):
        return False
    if _LABELED.search(reading.before(match.start(), 24)):
        return False
    if "-" in match[2] + match[4]:
        return True
    beside = reading.before(match.start(), 4) + "|" + reading.after(match.end(), 4)
    in_a_row_of_numbers = re.search(r"\d[ ,|]{0,3}\||\|[ ,|]{0,3}\d", beside)
    return not in_a_row_of_numbers and not _OTHER_NUMBER.search(reading.before(match.start(), 25))


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
        _OTHER_NUMBER.search(before) or _NUMBERED.search(before) or _COUNTED.match(reading.after(match.end(), 14))
    )


def _shaped_otherwise(number: str) -> bool:
    return bool(_PHONE.fullmatch(number) or _DATE.match(number))


def _last_four(reading: Reading, cues: Cues) -> Iterator[Finding]:
    fours = Cues.of(_LAST_FOUR, reading)
    end = None
    for match in _FOUR.finditer(reading.plain):
        if _is_last_four(reading, cues, fours, match) or (
            end is not None and JOINED.fullmatch(reading.plain, end, match.start())
        ):
            end = match.end()
            yield reading.finding(Kind.SSN, *match.span())


def _is_last_four(reading: Reading, cues: Cues, fours: Cues, match: re.Match[str]) -> bool:
    year = match[0][:2] in ("19", "20")
    gap = fours.gap_before(reading, match.start(), 48)
    if (
        gap is not None
        and not _NOT_OF_A_PERSON.search(gap)
        and not any(c.isdecimal() for c in gap)
        and not (year and "\n" in gap)
    ):
        return True
    gap = cues.gap_before(reading, match.start(), 40)
    if gap is not None and not any(c.isdecimal() for c in gap) and not _OTHER_NUMBER.search(gap):
        return bool(_ENDS.search(gap) or (_STATING.fullmatch(gap) and (not year or any(sign in gap for sign in ":=#"))))
    behind = cues.gap_after(reading, match.end(), NEAR)
    if behind is not None and "\n" not in behind and _ENDS_HERE.search(reading.before(match.start(), 24)):
        return True
    return bool(_SAYS_LAST.match(reading.after(match.end(), 60)))
