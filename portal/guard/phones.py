"""Telephone numbers of clients.

A number is judged by what stands around it. Never a finding: allowed numbers, toll-free numbers, numbers in a signature
and wherever else the same text repeats them, numbers introduced as the writer's own, an office's or a vendor's.
Every other number counts where the text speaks of a client; one without punctuation or area code only when it is
announced as a phone.

Every pattern is linear: each repetition is bounded, so that an attempt at one position costs at most a constant.
"""

import re
from collections.abc import Iterator

from portal.guard.cues import last
from portal.guard.kinds import Allowed, Finding, Kind, digits
from portal.guard.known import NOTHING, Known, near
from portal.guard.reading import Reading

_FULL = re.compile(
    r"(?<![\w+-])(?<!\d[.,/])(?:\+? ?1[ .-]{0,2})?(?:\(\d{3}\)[ .-]{0,2}|\d{3}(?:[.-]| - "
    r"| ))\d{3}(?:[ .-]| - )\d{4}(?![\w])(?![-/.]\d)"
)
_BARE = re.compile(
    r"(?<![\w+.#$-])(?:\+?1)?\d{10}(?!\w)(?![-/.,]\d)|(?<![\d.#$/-])(?<!\w-)\d{3}[-. ]\d{4}(?!\w)(?![-/.,]\d)"
)
_TELEPHONE = re.compile(
    r"\b(?:phone|ph|tel|telephone|tel[eé]fono|cell|celular|mobile|m[oó]vil|call(?:ed)?|calls|text(?:ed"
    r"|s)?|contact|reach(?:ed)?|voicemail|ring|ll[aá]m\w{1,6}|(?:(?:phone|cell|her|his|their"
    r"|client'?s?|contact) )number|whatsapp|landline)\b[^\n.]{0,30}\Z",
    re.I,
)
_OFFICES = re.compile(
    r"\b(?:my (?:\w{1,12} )?(?:cell|phone|number|line|desk|extension|ext|direct|office|mobile)|(?:call"
    r"|reach|text|contact|ring|phone|ping) (?:me|us|our|my)|(?:reach|call"
    r"|contact) (?:the )?(?:front desk|main)|our (?:\w{1,14} ){0,2}(?:\w{1,12})(?: is)?|office|fax"
    r"|help ?desk|hotline|support"
    r"|vendor|front desk|main (?:line|number)|direct(?: line| number| dial)?|switchboard|dial(?:-"
    r"| )?in|conference|bridge|shelter'?s?|agency'?s?|hud|desk|training room|supervisor|i'?m at"
    r"|i am at|me at|me on|mi (?:tel[eé]fono|n[uú]mero|celular|oficina)|ll[aá]m[ae]me|oficina"
    r"|intake line|crisis line|warm ?line|clinic|court|hospital|landlord line|county|hra"
    r"|business hours|after hours|team|staff|coordinated entry|access point|meeting id|passcode|zoom"
    r"|teams|audio|webinar|access code|class|join|thanks?(?: you)?|regards|gracias|sincerely"
    r"|case manager|specialist|coordinator|director|manager|supervisor|administrator|navigator"
    r"|advocate|urgent(?:ly)?|emergencies|in my absence|on[- ]call|shifts?|weekends?|nights?|out of (?:the )?office"
    r"|day ?time|receptionist|colleague|replacement)\b",
    re.I,
)
_OFFICES_AFTER = re.compile(
    r"[ ,(]{0,3}(?:,? ?(?:ext|x)\.? ?\d{1,5}\b|\((?:desk|office|fax|work|main|direct|my \w+|vendor"
    r"|agency|help desk)|(?:is |still |the right |also ){0,3}(?:your|the desk)|(?:as|for|to) (?:our|my"
    r"|the (?:agency|office|shelter|project)|us|me)\b|is (?:my|our|the (?:office|desk|shelter|main"
    r"|help|front))|and ask for me|to reach (?:me|us))",
    re.I,
)
_CLIENTS = re.compile(
    r"\b(?:clients?'?s?|participants?'?s?|her|his|their|tenant'?s?|guest'?s?|resident'?s?|hoh|mother"
    r"|father|mom|dad|emergency contact|him|them|client[ea]s?|famil(?:y|ia)(?:'s)?|households?'?s?|su|she|he"
    r"|they|kids?|sister'?s?|brother'?s?|aunt'?s?|niece|nephew|daughter'?s?|son'?s?|caseload|participante"
    r"|navegante|wants off|patient'?s?|applicant'?s?|consumer'?s?"
    r"|veteran'?s?|ct|cl)\b",
    re.I,
)
NEAR = 300
TOLL_FREE = ("800", "833", "844", "855", "866", "877", "888")


def find(reading: Reading, allowed: Allowed, known: Known = NOTHING) -> Iterator[Finding]:
    numbers = [*_FULL.finditer(reading.plain), *_BARE.finditer(reading.plain)]
    own = {digits(match[0])[-10:] for match in numbers if reading.in_signature(match.start())}
    for match in numbers:
        number = digits(match[0])[-10:]
        if number in own or allowed.phone(number) or number.startswith(TOLL_FREE):
            continue
        if _is_of_a_client(reading, match, known):
            yield reading.finding(Kind.PHONE, *match.span())


def _is_of_a_client(reading: Reading, match: re.Match[str], known: Known) -> bool:
    before = reading.before(match.start(), 80).rpartition("\n\n")[2]
    if last(_OFFICES, before) > last(_CLIENTS, before):
        return False
    if _OFFICES_AFTER.match(reading.after(match.end(), 24)):
        return False
    after = reading.after(match.end(), 60).partition("\n")[0]
    told_of = _CLIENTS.search(before) or _CLIENTS.search(after) or near(reading, known.clients, match.start(), NEAR)
    return bool(told_of) and bool(match.re is _FULL or _TELEPHONE.search(before))
