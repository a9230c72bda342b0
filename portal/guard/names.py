"""Names of clients: announced as a client, beside other client data, or doing what clients do in a record.

Names of others stay: in signatures and greetings, of people with a role, of agencies, projects and screens.

Every pattern is linear: each repetition is bounded, so that an attempt at one position costs at most a constant.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from portal.guard.kinds import Allowed, Finding, Kind
from portal.guard.persons import CORRECTED, PLACES, Word, name_at, next_name_after, words_at
from portal.guard.reading import Reading

_CALLED = (
    r"(?:(?:[ ,(]{0,2}(?:whose |with the |by the )?(?:(?:first|last|full|legal|preferred|real|correct|complete|given|birth|maiden|new) ){0,2}names?(?: (?:(?:is |was )?(?:mis)?spelled(?: as)?|(?:is |was )?(?:typed|entered|listed|recorded|written) as|is|was|are|should be|should read|reads|shows as|changed (?:from|to))|'s)?|[ ,(]{1,3}(?:who is |that is )?(?:named|called|goes by|known as|aka|a\.k\.a\.|llamad[oa]|que se llama|se llama|de nombre)"
    r"|[ ,]{1,2}(?:is|was|es|son|are|in question is|here is|i mean is))[ :=\"'(-]{1,3})"
)
_CLIENT_WORD = (
    r"(?:clients?(?: \d)?|clts?|clnts?|cleint|cl(?:\.|(?= ))|ct\.|participants?|consumers?|residents?|tenants?|guests?|patients?|pt\.|applicants?|hoh|head of household|heads? of house|(?:household|family|hh) members?|client records?(?: (?:of|for))?|profiles? (?:of|for)|clientes?|participantes?|residentes?|pacientes?|solicitante"
    r"|hu[eé]sped|jef[ae] (?:de|del) (?:familia|hogar))"
)
_CLIENT = re.compile(
    rf"(?<!training )(?<!webinar )(?<!session )(?<!workshop )(?<!meeting )\b{_CLIENT_WORD}(?!\w)(?:'s)?(?P<called>{_CALLED})?(?:'s)?[ \t]{{0,2}}(?:[:=#,-]{{1,2}}|\(|\")?[ \t]{{0,2}}(?:\n[> *-]{{0,6}})?",
    re.I,
)
_RELATIVE = re.compile(
    rf"\b(?:mother|mom|father|dad|parent|son|daughter|child|children|kids?|baby|newborn|infant|twins?|spouse|wife|husband|partner|girlfriend|boyfriend|sister|brother|siblings?|grand(?:son|daughter|mother|father|ma|pa)|aunt|uncle|cousin|veteran|youth|woman|man|lady|gentleman|gal|minor|dependents?|couple"
    rf"|hij[oa]s?|madre|padre|espos[oa]|herman[oa]|ni[ñn][oa]s?|beb[eé]|mam[aá]|pap[aá]|mujer|individual|person|persona|adult|se[ñn]or[aes]{{0,2}})(?P<called>{_CALLED})?[ ,]{{0,2}}[:(]?[ ]{{0,2}}",
    re.I,
)
_WHOSE = re.compile(r"\b(?:his|her|their|client'?s|su) \Z", re.I)
_FIELD = re.compile(
    r"\b(?:(?:first|last|middle|full|legal|given|family|maiden|preferred|sur|chosen|birth) ?-?names?|surname|alias(?:es)?|a\.?k\.?a\.?|goes by|formerly known as|nombres?(?: (?:y apellidos?|completo|legal|del? (?:la )?(?:cliente|participante)))?|apellidos?|name(?: on (?:file|record|the record|id))?)"
    r"(?: (?:(?:is |was )?(?:mis)?spelled(?: as)?|(?:is |was )?(?:typed|entered|listed|recorded|written) as|is|was|should be|changed (?:from|to)|es|of))?[ \t]{0,2}[:=|\"'-]{0,2}[ \t]{0,2}",
    re.I,
)
_LIST = re.compile(
    r"\b(?:clients|participants|households|hohs|tenants|residents|guests|families|clientes|people|folks|names)\b[^\n]{0,70}:[ ]{0,3}\n[> ]{0,6}(?:\n[> ]{0,6})?(?:[-*\u2022>]|\d{1,2}[.)])?[ ]{0,3}",
    re.I,
)
_HONORIFIC = re.compile(
    r"\b(?:mr|mrs|ms|mx|sra|srta|sr)\b\.? {0,2}|\b(?:miss|se[ñn]or|se[ñn]ora|se[ñn]orita|do[ñn]a|don) (?=[A-ZÁÉÍÓÚÑ])",
    re.I,
)
_UNMISTAKABLE = re.compile(r"mrs?\b|se[ñn]or|(?:ms|mx|sra?|srta)\.", re.I)
_FAMILY = re.compile(
    r"\b(?:the|this|for|a|our) (?=[^\W\d_]{2,25}(?:[ '-][^\W\d_]{1,25}){0,2} (?:family|household|hh|kids|children|twins|siblings|brothers|sisters|case|baby)\b)|\b(?:la )?familia ",
    re.I,
)

_STAFF_FIELDS = re.compile(
    r"\b(?:new user|user(?:name)?s?|license|account|staff|job title|title|position|supervisor|training|trainee|registration|employee|role|e-?mail|agency|organization|organisation|contact|vendor|puesto|agencia|requested by|submitted by)\b",
    re.I,
)
_CLIENT_FIELDS = re.compile(
    r"\b(?:clients?|participant|dob|birth|ssn|social|hoh|household|gender|race|enroll\w*|intake|personal id|cliente|nacimiento|tenant|exit|shelter stay|veteran|referral|tay|applicant|merge\w*|duplicate\w*)\b",
    re.I,
)
_OTHER_NAMED = re.compile(
    r"\b(?:user|staff|contact|agency|project|program|supervisor|worker|vendor|your|my|employee|requester|caller|file|field|column|event|course|building|property|organization|screen|report|trainer|manager|landlord|domain|host|display|table|template|provider|group|button|queue|username|site|coc|funder|reporter|submitter|trainee|attendee|signer|mi|su)(?:'s)? {0,2}\Z",
    re.I,
)
_GREETED = re.compile(
    r"(?:^|\n|[.!?] |>)[ >]{0,4}(?:hi+|hello|hey|dear|good (?:morning|afternoon|evening|day)|morning|hola|estimad[oa]s?|buen[oa]s \w{4,6}|buen d[ií]a|greetings|attn|to|cc|from|bcc|fyi|thanks?(?: you)?(?: so much| again)?|thx|gracias|best|cheers|@)(?: there)?[ ,:]{0,3}(?:(?:mr|mrs|ms|mx|dr|sra?|srta|se[ñn]ora?|[^\W\d_]{2,20}(?:,| and| y|,? &))\.? ?){0,3}\Z",
    re.I,
)
_HEADER = re.compile(
    r"[ >*]{0,6}(?:from|to|cc|bcc|sent by|reply-to|de|para|submitted by|requested by|reported by|assigned to|owner|updated by|entered by|created by|trainer|presenter|instructor|attendees|staff|user|agency admin)\*?:|.{0,80}\bwrote:\s*$",
    re.I,
)
_ROLE_WORD = r"(?:case ?managers?|managers?|director|coordinator|administrator|admin|specialist|supervisor|advocate|navigator|analyst|worker|executive|officer|assistant|associate|lead|counselor|caseworker|trainer|instructor|staff|intern|volunteer|attorney|lawyer|landlord|property|clinician|therapist|nurse|doctor|liaison|gestora?|trabajadora?|directora?|coordinadora?|colleague|representative|rep|tech|user)"
_ROLE_AFTER = re.compile(
    rf"[ ,(-]{{1,3}}(?:(?:is|was|who is|,|es) )?(?:(?:our|my|your|the|a|an|new|another|one of our|nuestr[oa]|la|el) )?(?:[\w/-]{{2,14}} ){{0,2}}{_ROLE_WORD}\b|[ ,(]{{1,2}}(?:from|of|with) (?:our|your|the (?:vendor|agency|county|city|state|finance|help)|(?-i:[A-Z]))|[ ,(]{{1,3}}at (?:the )?(?-i:[A-Z])[a-z]|[ ,]{{1,2}}(?:will|can) (?:train|present|attend|host)",
    re.I,
)
_ROLE_BEFORE = re.compile(
    rf"\b(?:{_ROLE_WORD}|users?|colleagues?|co-?workers?|by|contact|my name is|my name's|this is|it'?s|i am|i'm|soy|me llamo|employees?|team|hire|for user|boss|replac(?:es|ing|ed)|by our|taught by|signed by|dr\.?|judge|rev\.?|pastor)[ ,:(-]{{1,3}}(?:our |my |new |ms |mr |mrs )?\Z",
    re.I,
)
_TOLD = re.compile(
    r"\b(?:spoke (?:to|with)|talk(?:ed)? (?:to|with)|per|ask(?:ed)?|e-?mail(?:ed)?|called|told) (?:our |my )?\Z", re.I
)
_STAFF_MATTER = re.compile(
    r"\b(?:licen[sc]es?|trainings?|log ?in|logged|password|user account|user|webinar|new hire|hired|course|workshop|certificate|certification|staff|end user agreement|account|resign\w*|our team|our agency|last day|office hours|emailed|e-mailed|onboard\w*|deactivat\w*|access to (?:hmis|the system|clienttrack)|maternity|vacation|took over|supervis\w+)\b",
    re.I,
)
_MATTER = (
    r"(?:records?|profiles?|files?|enroll\w*|intakes?|assessments?|exit(?:s|ed|ing)?|entry|entries|referr\w+|services?|consents?|roi|releases?|cases?|charts?|vouchers?|beds?|stays?|vi-?spdat|households?|income|dashboards?|case notes?|photo|birth\w*|dob|ssn|social|move-?in|annual|address|phone|duplicates?|duplicated|merg\w+|unmerge\w*|shelter(?:ed)?"
    r"|housed|discharged?|waitlist|wait list|by-?name list|prioritization|disabilit\w+|client|participant|hoh|head of household|kids|children|bebe|baby|son|daughter|checked (?:in|out)|check(?:ing)? (?:in|out)|stay(?:s|ed|ing)?|left|moved|she|he|her|his|him|caseload|eligible|homeless|history|veteran|exists?|show(?:s|ing) up|appears?|searched|search(?:ing)? for|bed list|client list|benefits|insurance|eviction|rent|apartment|lease|mother|expediente|inscri\w+|registr\w+|ingres\w+|salida|perfil|twice|program|project|status|destination|data)"
)
_MATTER_BEFORE = re.compile(
    rf"\b{_MATTER}\b[^.\n]{{0,36}}\Z|\b(?:personal|client|hmis) ?id\W{{1,3}}\d{{3,12}}\W{{1,4}}(?:is |for |named |= ?)?\Z",
    re.I,
)
_MATTER_AFTER = re.compile(rf"(?:'s)?[^.\n]{{0,48}}?\b{_MATTER}\b", re.I)
_DATA = r"[\s,;:|(/-]{1,5}(?:(?:wrong|correct|new|old|his|her|whose|with|the|has|same) ){0,2}(?:d\.? ?o\.? ?b|born|birth|date of birth|ssn|ss ?#|social sec|age[d ]? ?\d|\d{1,2} ?(?:yo\b|y/o|years? old)|nacid|nacim|fecha de n|f\.n|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d|\d{3}-\d\d-\d{4}|[x*]{3}-?[x*]{2}-?\d{4}|last (?:4|four)|(?:(?:is|was) )?(?:(?:a|an|our|my|one of (?:our|my|the)|the) )?(?:new |former |current |same )?(?:clients?|participant|tenant|resident|guest|cliente|participante)\b(?! (?:services?|advoca\w+|care|relations|support|engagement|database|track|coordinator|navigator|s))|personal id|client id|hmis id|\(?#?\d{6,9}\b)"
_DATA_AFTER = re.compile(_DATA, re.I)
_ROW = re.compile(
    rf"(?<![\w'-])(?P<one>[A-ZÀ-Þ][\w'-]{{1,24}}) ?[,;|] ?(?P<two>[A-ZÀ-Þ][\w'-]{{1,24}})(?: (?P<rest>[A-ZÀ-Þ][\w'-]{{0,24}})\.?)?(?=(?i:{_DATA}))"
)
# Heads of columns such as FirstName; McCoy and DeLeon are names all the same.
_JOINED_WORDS = re.compile(r"(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bLa)(?<!\bVan)(?<=[a-z])[A-Z]")
_BULLET = re.compile(r"[ >]{0,6}(?:[-*>+]|\d{1,3}[.)]) {0,3}")
_CAPITAL = re.compile(r"(?<![\w'.@/-])[A-ZÀ-Þ][\w'-]{1,25}")


def find(reading: Reading, allowed: Allowed) -> list[Finding]:
    """Spans in the text as given; names that repeat elsewhere in it, whole or in part, are found there too."""
    finders = (_announced(reading), _fields(reading), _honored(reading, allowed), _in_records(reading), _rows(reading))
    spans = set(chain.from_iterable(finders))
    kept = {(start, end) for start, end in spans if not allowed.person(reading.plain[start:end])}
    kept |= set(_repeated(reading, kept, allowed))
    return [reading.finding(Kind.NAME, start, end) for start, end in sorted(kept)]


def _announced(reading: Reading) -> Iterator[tuple[int, int]]:
    plain = reading.plain
    for match in _CLIENT.finditer(plain):
        sure = bool(match["called"]) or match[0].rstrip().endswith((":", "="))
        yield from _listed(
            reading,
            match.end(),
            sure=sure and not _is_verb(match["called"]),
            known=_is_verb(match["called"]) or match[0].rstrip().endswith(","),
        )
    for match in chain(_RELATIVE.finditer(plain), _LIST.finditer(plain)):
        yield from _listed(reading, match.end(), sure=False, known=not _WHOSE.search(reading.before(match.start(), 12)))
    for match in _FAMILY.finditer(plain):
        end = name_at(plain, match.end(), sure=False)
        if end > match.end() and words_at(plain, match.end())[0].capital:
            yield match.end(), end


def _is_verb(called: str | None) -> bool:
    return bool(called) and called.strip(" ,:=\"'(-").lower() in ("is", "was", "es", "son", "are")


def _listed(reading: Reading, start: int, *, sure: bool, known: bool) -> Iterator[tuple[int, int]]:
    """The name at `start` and those listed after it: "clients Ana Ruiz, John Smith and Bo Li"."""
    begin: int | None = start
    while begin is not None:
        end = name_at(reading.plain, begin, sure=sure)
        if (
            end == begin
            or _ROLE_AFTER.match(reading.after(end, 60))
            or (known and not _likely(reading.plain, begin, end))
        ):
            return
        yield begin, end
        begin, sure = next_name_after(reading.plain, end), False
        known = begin is None or not CORRECTED.search(reading.plain, end, begin)


def _likely(plain: str, start: int, end: int) -> bool:
    """A word of the lists, or two words with a capital that are no words of the desk."""
    words = _words(plain, start, end)
    return any(word.known for word in words) or (len(words) > 1 and all(word.namely for word in words))


def _words(plain: str, start: int, end: int) -> list[Word]:
    words = []
    for piece in re.finditer(r"[^\W\d_]{2,}(?:['-][^\W\d_]+)?", plain[start:end]):
        words.append(Word(piece[0], start + piece.start(), start + piece.end()))
    return words


def _fields(reading: Reading) -> Iterator[tuple[int, int]]:
    """ "First name: Maria" on a form about a client, not on one about a user."""
    for match in _FIELD.finditer(reading.plain):
        if _OTHER_NAMED.search(reading.before(match.start(), 24)):
            continue
        sure = match[0].rstrip().endswith((":", "=", "|", "-", '"')) or match[0].lower().split()[-1] in (
            "is",
            "aka",
            "by",
            "to",
        )
        around = reading.before(match.start(), 160) + reading.after(match.end(), 160)
        end = name_at(reading.plain, match.end(), sure=sure and reading.after(match.end(), 1).isupper())
        if end == match.end() or not (sure or _likely(reading.plain, match.end(), end)):
            continue
        if _CLIENT_FIELDS.search(around) and not (_STAFF_FIELDS.search(around) and not _CLIENT_FIELDS.search(around)):
            if not reading.in_signature(match.start()) and not _staff_form(around):
                yield match.end(), end


def _staff_form(around: str) -> bool:
    return len(_STAFF_FIELDS.findall(around)) > len(_CLIENT_FIELDS.findall(around))


def _honored(reading: Reading, allowed: Allowed) -> Iterator[tuple[int, int]]:
    for match in _HONORIFIC.finditer(reading.plain):
        end = name_at(reading.plain, match.end(), sure=_UNMISTAKABLE.match(match[0]) is not None)
        if end == match.end() or _stays(reading, match.start(), end):
            continue
        words = _words(reading.plain, match.end(), end)
        if not words or any(allowed.part_of_a_person(word.text) for word in words):
            continue
        if _UNMISTAKABLE.match(match[0]) or any(word.known for word in words):
            yield match.end(), end


def _stays(reading: Reading, start: int, end: int) -> bool:
    """Greeted, signing, named in a mail header, or with a role."""
    before = reading.before(start, 60)
    return bool(
        reading.in_signature(start)
        or _GREETED.search(before)
        or _ROLE_BEFORE.search(before)
        or _ROLE_AFTER.match(reading.after(end, 60))
        or _HEADER.match(reading.line(start))
    )


def _in_records(reading: Reading) -> Iterator[tuple[int, int]]:
    """Full names beside client data, or beside what is done with clients' records, when nothing speaks of staff."""
    plain, position = reading.plain, 0
    for match in _CAPITAL.finditer(plain):
        if match.start() < position:
            continue
        start = match.start()
        end = name_at(plain, start, sure=False)
        if end == start:
            continue
        words = _words(plain, start, end)
        position = end
        if len(words) > 1 and _of_a_client(reading, words, start, end):
            yield start, end


def _of_a_client(reading: Reading, words: list[Word], start: int, end: int) -> bool:
    told_of = _alone_in_a_list(reading, words, start, end) or _concerns_a_client(reading, words, start, end)
    return told_of and not _TOLD.search(reading.before(start, 24)) and not _stays(reading, start, end)


def _alone_in_a_list(reading: Reading, words: list[Word], start: int, end: int) -> bool:
    """A bullet and two words that can only be a name, in a text about clients."""
    line = reading.line(start)
    if not _BULLET.fullmatch(line[: line.find(words[0].text)]) or reading.after(end, 1) not in ("", "\n", " ", ","):
        return False
    around = reading.before(start, 300) + reading.after(end, 300)
    return (
        all(word.namely for word in words) and bool(_CLIENT_FIELDS.search(around)) and not _STAFF_MATTER.search(around)
    )


def _concerns_a_client(reading: Reading, words: list[Word], start: int, end: int) -> bool:
    after = reading.after(end, 70)
    if _DATA_AFTER.match(after):
        return True
    if not any(word.given and not word.plain for word in words) or _STAFF_MATTER.search(reading.line(start)):
        return False
    return bool(_MATTER_BEFORE.search(reading.before(start, 60)) or _MATTER_AFTER.match(after))


def _rows(reading: Reading) -> Iterator[tuple[int, int]]:
    """Family and given name in two cells beside client data."""
    for match in _ROW.finditer(reading.plain):
        cells = [cell for cell in ("one", "two", "rest") if match[cell]]
        words = [Word(match[cell], match.start(cell), match.end(cell)) for cell in cells]
        if all((word.known or not word.plain) and not _JOINED_WORDS.search(word.text) for word in words[:2]):
            yield match.start(), words[-1 if not words[-1].plain else 1].end


def _repeated(reading: Reading, found: Iterable[tuple[int, int]], allowed: Allowed) -> Iterator[tuple[int, int]]:
    """The parts of found names wherever they stand alone: "Maria Lopez ... Maria's exit ... Lopez"."""
    spans = set(found)
    parts = {
        word.text.upper()
        for start, end in spans
        for word in _words(reading.plain, start, end)
        if len(word.text) > 2 and not word.plain
    }
    inside = sorted(spans)
    for match in _CAPITAL.finditer(reading.plain) if parts else ():
        word = match[0].removesuffix("'s").removesuffix("'S")
        end = match.start() + len(word)
        if (
            word.upper() in parts
            and not allowed.part_of_a_person(word)
            and not _part_of_another(reading, match.start(), end, parts)
        ):
            if not _stays(reading, match.start(), end) and (match.start(), end) not in inside:
                yield match.start(), end


def _part_of_another(reading: Reading, start: int, end: int, parts: set[str]) -> bool:
    """Beside a different capitalized word: "Maria Chen" or "Lopez House" when the client is Maria Lopez."""
    after = re.match(r" ([A-ZÀ-Þ][\w'-]+)", reading.after(end, 30))
    before = re.search(r"([A-ZÀ-Þ][\w'-]+) \Z", reading.before(start, 30))
    beside = [match[1] for match in (after, before) if match]
    return any(word.upper() not in parts and (Word(word, 0, 0).namely or word.lower() in PLACES) for word in beside)
