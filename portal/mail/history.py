"""Where older mail begins in a plain-text body: attributions, header blocks, separators, our own marker."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """How older mail is announced. The first two count only where a quoted line follows."""

    INTRODUCTION = "somebody wrote"
    ATTRIBUTION = "somebody wrote, by address or date"
    FIRM_ATTRIBUTION = "somebody wrote, as only programs put it"
    HEADERS = "From, Sent, To, Subject"
    SEPARATOR = "Original Message"
    MARKER = "our own line above which to reply"
    FORWARD = "a forwarded message"


class Landmark(NamedTuple):
    """Lines `start` to `end` (exclusive) announce older mail."""

    kind: Kind
    start: int
    end: int


ATTRIBUTION_LINES = 4
ATTRIBUTION_LENGTH = 400

_OPENING = (
    r"(?:On|El|Le|Am|Em|Op|Il(?: giorno)?|Den|På|Pe|Dne|W dniu|Na|A|No dia"
    r"|\d{4}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2})"
)
_VERB = (
    r"(?:wrote|writes|said|sent|escribi[óo](?: lo siguiente)?|a [ée]crit|schrieb|schreibt|escreveu|schreef"
    r"|heeft geschreven|ha scritto|skrev|napisa[łl]\(?a?\)?)"
)
_ADDRESS = r"[^\s<>@:]{1,100}@[^\s<>@]{1,100}"
_DAY = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_TIME = re.compile(r"\b\d{1,2}(?:[:.h]\d\d| ?[ap]\.?m\b)", re.IGNORECASE)
_OPENED = re.compile(rf"[ \t*_]{{0,6}}{_OPENING}\b", re.IGNORECASE)
_ENDS_IN_VERB = re.compile(rf"\b{_VERB}\s?[:：]?[*_]?$", re.IGNORECASE)
_VERB_INSIDE = re.compile(
    r"\bschrieb\b.{1,200}:[*_]?$|\bschreef\b.{1,200}:[*_]?$|\bskrev\b.{1,200}:[*_]?$", re.IGNORECASE
)
_NAME_FIRST = re.compile(rf"[^<>]{{1,150}}<(?:mailto:)?{_ADDRESS}>.{{0,20}}\b{_VERB}\b.{{0,120}}:[*_]?$", re.IGNORECASE)
_DATE_AND_ADDRESS = re.compile(rf"[^<>]{{6,200}}<(?:mailto:)?{_ADDRESS}>\s?:[*_]?$")
_NAME_AFTER_TIME = re.compile(
    r"\d[:.h]\d\d(?::\d\d)?(?: ?[AaPp]\.?[Mm]\.?)?(?: [A-Z]{2,5}| [+-]\d{4})?,? "
    rf"(?:[\"'(]?[A-ZÀ-Þ][\w.'’-]{{0,40}}[\"'),]? ){{1,6}}(?:via .{{1,40}} )?{_VERB} ?:"
)
# A person telling a story, not a mail program: "On 11/03 we wrote:".
_STORY = re.compile(
    r"\b(?:I|we|you|they|he|she|it|who|yo|nosotros|usted|ella|ich|wir|sie|er|je|nous|vous|elle|eu|nós|você|ik|wij|io|noi)"
    rf"(?: (?:also|have|had|has))?,? {_VERB}\b",
    re.IGNORECASE,
)
_PLAIN_NAME = re.compile(rf"(?:[A-ZÀ-Þ][\w.'’-]{{0,40}},? ){{1,4}}(?:via [^:]{{1,60}} )?{_VERB}\s?:$")
_ENDS_LIKE_ONE = re.compile(r"[:：][*_]?$")
_QUOTED = re.compile(r"[ \t]{0,3}>")


def is_quoted(line: str) -> bool:
    return _QUOTED.match(line) is not None


def attribution_at(lines: Sequence[str], end: int) -> Landmark | None:
    """The attribution whose last line is the one at `end`, which may be wrapped; the shortest that fits."""
    last = lines[end].rstrip()
    if len(last) > ATTRIBUTION_LENGTH or not _ENDS_LIKE_ONE.search(last) or is_quoted(last):
        return None
    for opened in (True, False):
        joined = ""
        for start in range(end, max(-1, end - ATTRIBUTION_LINES), -1):
            line = lines[start].strip()
            joined = f"{line} {joined}".rstrip()
            if not line or is_quoted(line) or len(joined) > ATTRIBUTION_LENGTH:
                break
            kind = _attribution_kind(joined, opened=opened)
            if kind is not None:
                return Landmark(kind, start, end + 1)
    return None


def _attribution_kind(text: str, *, opened: bool) -> Kind | None:
    if not opened:
        named = _NAME_FIRST.match(text) or (_DAY.search(text) and _DATE_AND_ADDRESS.match(text))
        if named:
            return Kind.FIRM_ATTRIBUTION if _DAY.search(text) else Kind.ATTRIBUTION
        return Kind.INTRODUCTION if _PLAIN_NAME.match(text) and not _STORY.search(text) else None
    if not _OPENED.match(text) or not (_ENDS_IN_VERB.search(text) or _VERB_INSIDE.search(text)):
        return None
    addressed, dated, timed = "@" in text, bool(_DAY.search(text)), bool(_TIME.search(text))
    if _STORY.search(text) and not addressed:
        return Kind.INTRODUCTION if dated or timed else None
    if dated and (addressed or _NAME_AFTER_TIME.search(text)):
        return Kind.FIRM_ATTRIBUTION
    return Kind.ATTRIBUTION if dated or addressed or timed else None


# The same label may mean different things in two languages ("De" in French and Spanish); any will do.
_LABELS = {
    "from": "from|de|von|van|da|från|fra|od|expéditeur|remitente|mittente|afzender",
    "sent": "sent|date|enviado(?: el)?|enviada(?: em)?|fecha|envoyé|gesendet|datum|data|verzonden|inviato"
    "|skickat|sendt",
    "to": "to|para|à|an|aan|a|till|til|do|pour",
    "subject": "subject|asunto|objet|betreff|assunto|onderwerp|oggetto|ämne|emne|temat",
    "other": "cc|cci|cco|bcc|ccn|kopie|copia|copie|reply-to|importance|attachments?|priority",
}
_LABEL = re.compile(
    r"[ \t*_]{0,8}(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
    + r")[*_]?[ \t\xa0]{0,3}:[*_]?(?P<value>.*)$",
    re.IGNORECASE,
)
HEADER_LINES = 14
LABEL_LENGTH = 1000


def headers_at(lines: Sequence[str], start: int) -> Landmark | None:
    """A block of at least three different header lines that begins here and names a sender."""
    seen: dict[str, str] = {}
    end = start
    for index in range(start, min(len(lines), start + HEADER_LINES)):
        line = lines[index][:LABEL_LENGTH]
        match = _LABEL.match(line)
        if match is not None:
            seen.setdefault(next(name for name in _LABELS if match[name]), match["value"])
            end = index + 1
        elif not seen or index > end or not (line.startswith((" ", "\t", "<")) or not line.strip()):
            break
    return Landmark(Kind.HEADERS, start, end) if _is_header_block(seen) else None


def _is_header_block(seen: dict[str, str]) -> bool:
    """Not a list of a person's own making, such as "From: 1/1/2026, To: 1/31/2026, Subject: totals"."""
    if "from" not in seen or len(seen.keys() & {"from", "sent", "to", "subject"}) < 3:
        return False
    addressed = any("@" in value for value in seen.values())
    dated = any(char.isdigit() for char in seen.get("sent", ""))
    whole = len(seen.keys() & {"from", "sent", "to", "subject"}) == 4
    return (addressed or dated or whole) and re.search(r"[^\W\d]{2}", seen["from"]) is not None


_ORIGINAL = (
    "original message|original appointment|reply message|mensaje original|message d['’]origine|message original"
    "|ursprüngliche nachricht|originalnachricht|mensagem original|oorspronkelijk bericht|messaggio originale"
    "|ursprungligt meddelande|oprindelig meddelelse"
)
_FORWARDED = (
    "forwarded message|begin forwarded message|weitergeleitete nachricht|anfang der weitergeleiteten nachricht"
    "|mensaje reenviado|inicio del mensaje reenviado|message transféré|début du message transféré"
    "|mensagem encaminhada|início da mensagem encaminhada|doorgestuurd bericht|begin doorgestuurd bericht"
    "|messaggio inoltrato|inizio messaggio inoltrato"
)
_SEPARATOR = re.compile(
    rf"[ \t*_]{{0,6}}[-=_]{{2,40}} ?(?:{_ORIGINAL}) ?[-=_]{{2,40}}[ \t*_]{{0,6}}(?:(?:from|de|von|van|da): ?.*)?$",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    rf"[ \t*_]{{0,6}}(?:[-=]{{2,40}} ?(?:{_FORWARDED})(?: from .{{1,80}})? ?:?[-=]{{2,40}}"
    rf"|(?:{_FORWARDED}) ?:)[ \t*_]{{0,6}}$",
    re.IGNORECASE,
)
# Ours is "##- … -##"; other desks say much the same between other signs.
_MARKER = re.compile(
    r"[ \t*_]{0,6}##-.{1,200}-##[ \t*_]{0,6}$"
    r"|[^\w\n]{2,20}(?:please )?(?:type (?:your )?)?(?:reply|respond|response) above this line[^\w\n]{2,20}$",
    re.IGNORECASE,
)
_RULE = re.compile(r"[ \t]*[-_=]{5,200}[ \t]*$")
_MAY_BE = re.compile(r"[ \t*_]{0,8}[-=#~+A-Za-zÀ-ÿ]")


def landmark_at(lines: Sequence[str], index: int) -> Landmark | None:
    """What begins at this unquoted line; a rule of dashes above a header block belongs to the block."""
    line = lines[index]
    if len(line) > LABEL_LENGTH or not _MAY_BE.match(line):
        return None
    for pattern, kind in ((_MARKER, Kind.MARKER), (_FORWARD, Kind.FORWARD), (_SEPARATOR, Kind.SEPARATOR)):
        if pattern.match(line):
            return Landmark(kind, index, index + 1)
    return headers_at(lines, index) if ":" in line and _LABEL.match(line) else None


def landmarks(lines: Sequence[str], quoted: Sequence[bool]) -> Iterator[Landmark]:
    """Every landmark among the unquoted lines, in order, without overlap."""
    index = 0
    while index < len(lines):
        found = None
        if not quoted[index] and lines[index].strip():
            found = landmark_at(lines, index) or attribution_at(lines, index)
        if found is not None:
            yield _with_rule(lines, found)
        index = found.end if found is not None else index + 1


def _with_rule(lines: Sequence[str], found: Landmark) -> Landmark:
    start = found.start
    while found.kind in {Kind.HEADERS, Kind.SEPARATOR} and start > 0 and not lines[start - 1].strip():
        start -= 1
    if start > 0 and found.kind in {Kind.HEADERS, Kind.SEPARATOR} and _RULE.match(lines[start - 1]):
        return found._replace(start=start - 1)
    return found
