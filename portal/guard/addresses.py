"""Street addresses and post office boxes of clients; not agencies' own, in signatures, or introduced as an office's.

Every pattern is linear: each repetition is bounded, so that an attempt at one position costs at most a constant.
"""

import re
from collections.abc import Iterator

from portal.guard.cues import last
from portal.guard.kinds import Allowed, Finding, Kind
from portal.guard.known import NOTHING, Known, near
from portal.guard.reading import Reading
from portal.guard.words import is_name, is_plain, street_words

_DIRECTION = r"(?:[NSEW]{1,2}\.?|north|south|east|west|northeast|northwest|southeast|southwest)"
_SUFFIX = (
    r"(?:st|str|street|ave?|avenue|blvd|boulevard|rd|road|ln|lane|dr|drive|ct|court|pl|place|way|ter"
    r"|terrace|pkwy|parkway|cir|circle|hwy|highway|trl|trail|sq|square|loop|row|alley|aly|cres"
    r"|crescent|xing|crossing|pike|plz|plaza|run|path|broadway)"
)
_UNIT = (
    r"(?:[ ,]{0,2}(?:\n ?)?(?:apt|apartment|unit|ste|suite|rm|room|lot|bldg|trlr|fl|floor|depto|apto"
    r"|#)\.? ?#? ?[a-z]?-?\d{0,5}[a-z]?\b)?"
)
_STREET = re.compile(
    rf"(?<![\w/.$#:-])(?P<number>\d{{1,5}}(?:-\d{{1,4}}|[a-z]"
    rf"| 1/2)?) {{1,2}}(?:{_DIRECTION} )?(?P<street>(?:[\w'.-]{{1,20}} ){{1,3}}?)"
    rf"(?P<suffix>{_SUFFIX})\b(?!')\.?(?: {_DIRECTION}\b)?{_UNIT}",
    re.I,
)
_NAMED = re.compile(
    rf"(?<![\w/.$#:-])\d{{1,5}} (?:{_DIRECTION} )?(?:(?:county |state )?(?:road|highway|hwy|route|rte"
    rf"|rd) \d{{1,4}}\b(?: {_DIRECTION}\b)?|broadway\b|avenue [A-Z]\b){_UNIT}",
    re.I,
)
_BOX = re.compile(
    r"\b(?:p\.? ?o\.? ?box|post office box|apartado(?: postal)?|(?:rr|r\.r\.|rural route"
    r"|hc) ?\d{1,3},? box) ?#? ?\d{1,6}\b",
    re.I,
)
_CALLE = re.compile(
    r"\b\d{1,5} (?:calle|avenida|av\.|carrera|camino) [^\W\d]{2,20}(?: [A-Z][a-z]{2,20})?" + _UNIT + r"|\b(?:calle"
    r"|avenida|av\.|carrera|camino) (?:[\w.'-]{1,20} ){0,3}?(?:#|no\.? "
    r"|n[uú]m\.? )? ?\d{1,5}\b" + _UNIT,
    re.I,
)
_OFFICES = re.compile(
    r"\b(?:our (?:\w{1,14} ){0,3}(?:office|site|shelter|building|location|agency|address|program"
    r"|center)|office(?:s)?(?: is| are)?|located|headquarters|(?:training|meeting|session|class"
    r"|workshop|office hours)\b[^\n]{0,30} (?:at|in)|shelter(?: is)?|drop off"
    r"|(?:mail|send|ship|deliver|return|bring)(?:ed|ing)? (?:[^\W\d]{1,12} ){0,5}(?:back )?to"
    r"|(?:deliver|return|bring)\w{0,3} (?:[^\W\d]{1,12} ){0,5}at"
    r"|(?:center|house|shelter|place|church|agency|home|inn|hall)(?:'s)? (?:\w{1,10} ){0,2}address"
    r"|annex|entrance|parking|branch|desk"
    r"|we (?:are|moved)|we're|project (?:address|site|location)|site address|agency address|remit"
    r"|building|bed inventory|geocode|facility|warehouse|church|clinic)\b",
    re.I,
)
_CLIENTS = re.compile(
    r"\b(?:clients?'?s?|participants?'?s?|her|his|their|tenant|she|he|lives?|living|stay(?:s|ing)"
    r"|household|family|resides?|cliente|vive|hoh"
    r"|(?<!we )(?<!office )(?<!agency )(?<!house )(?<!center )(?<!shelter )(?<!place )(?<!home )(?<!site )"
    r"(?<!program )(?<!team )moved|doubled up|lease[ds]?|permanent address|last address|mailing(?=:)|couch|evict\w*"
    r"|residents?|unit for|familia|they|camps?|sleep(?:s|ing)|slept|encamp\w*|he'?s|she'?s|aunt|uncle|cousin)\b",
    re.I,
)
# Suffixes that are everyday words too: in small letters they need a direction, an ordinal or a unit beside them.
_EVERYDAY = frozenset(
    {
        "way",
        "place",
        "court",
        "run",
        "path",
        "row",
        "drive",
        "loop",
        "square",
        "pl",
        "circle",
        "ct",
        "trail",
        "crossing",
        "plaza",
        "sq",
        "dr",
        "road",
        "pike",
        "ter",
        "st",
    }
)
NEAR = 300
_FOR_A_CLIENT = re.compile(r"\bfor (?:him|her|them|the (?:client|family|guest|tenant))\b", re.I)
_ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th)", re.I)


# What follows a street: "Unit C, Bloomington, IL 61701".
_TOWN = re.compile(
    r"(?:[ ,]{1,3}|,? ?\n[> ]{0,4})(?:[A-Z][a-z.'-]{1,18}[ ,]{1,2}){1,3}(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI"
    r"|I[ADLN]|K[SY]|LA|M[ADEINOST]"
    r"|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])\b\.?(?:[ ,]{1,2}\d{5}(?:-\d{4})?)?"
)


def find(reading: Reading, allowed: Allowed, known: Known = NOTHING) -> Iterator[Finding]:
    for pattern in (_STREET, _NAMED, _BOX, _CALLE):
        for match in pattern.finditer(reading.plain):
            if pattern is _STREET and not _looks_like_a_street(reading, match):
                continue
            if not (
                allowed.address(match[0])
                or reading.in_signature(match.start())
                or not _is_of_a_client(reading, match, known)
            ):
                end = match.start() + len(match[0].rstrip(" ,"))
                town = _TOWN.match(reading.plain, end)
                yield reading.finding(Kind.ADDRESS, match.start(), town.end() if town else end)


def _looks_like_a_street(reading: Reading, match: re.Match[str]) -> bool:
    words = match["street"].replace(".", " ").split()
    if not words or any(_not_of_a_street(word) for word in words):
        return False
    if match["suffix"][0].isupper():
        follows = reading.after(match.end("suffix"), 24)
        return not re.match(r"\. [A-Z][a-z]+'s|\. [A-Z]\w+ (?:House|Shelter|Center)", follows)
    telling = match["suffix"].lower() not in _EVERYDAY or any(_ORDINAL.fullmatch(word) for word in words)
    return (
        telling
        or len(match[0]) > match.end("suffix") - match.start() + 1
        or all(word[0].isupper() for word in words)
        or _lower_case_street(match)
    )


def _lower_case_street(match: re.Match[str]) -> bool:
    """ "1423 elm st" has two digits or more and ends there; "2 users in drive" does not get this far."""
    return (
        len(match["number"]) > 1
        and match["suffix"].lower() not in {"way", "place", "court", "run", "row", "path"}
        and len(match["street"].split()) <= 2
    )


def _not_of_a_street(word: str) -> bool:
    bare = word.lower().strip("'-")
    if _ORDINAL.fullmatch(word) or bare in street_words() or len(bare) == 1:
        return False
    return (is_plain(word) and not is_name(word)) or not any(c.isalpha() for c in word)


def _is_of_a_client(reading: Reading, match: re.Match[str], known: Known) -> bool:
    before = reading.before(match.start(), 90).rpartition("\n\n")[2]
    client = last(_CLIENTS, before)
    after = reading.after(match.end(), 60).partition("\n\n")[0]
    if last(_OFFICES, before) > client:
        return _FOR_A_CLIENT.search(after) is not None
    return client >= 0 or bool(_CLIENTS.search(after)) or near(reading, known.clients, match.start(), NEAR)
