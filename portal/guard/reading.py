"""The text as the finders read it: one alphabet of digits, dashes and spaces, masks and links out of the way."""

import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from portal.guard.kinds import LABELS, Finding, Kind

# Stands for whatever must not be read (masks, findings of an earlier round, links): no pattern of any finder matches
# it, so that nothing is ever found across it.
OPAQUE = "\ufffc"

# Linear: the alternatives are fixed strings.
_MASK = re.compile(r"\[(?:" + "|".join(re.escape(label) for label in LABELS.values()) + r") removed\]")
# Linear: a link is consumed to its end by one class; mail parts are bounded, so no position costs more than a constant.
_LINK = re.compile(
    rf"\bhttps?://[^\s{OPAQUE}<>\"]+|\bwww\.[^\s{OPAQUE}<>\"]+|\b[\w.+%-]{{1,64}}@[a-z\d](?:[\w.-]{{0,250}}[a-z\d])?",
    re.I,
)
_TELLING_LINK = re.compile(r"ssn|dob|birth", re.I)
_SIGN_OFF = re.compile(
    r"(?:[^\n]{0,120}[.!?] {1,2})?[ >]{0,6}(?:(?:many |much )?thanks?(?: you| u)?(?: (?:so much|again"
    r"|in advance|a lot|all|very much|for .{1,40}))?"
    r"|thx|ty|(?:kind |best |warm )?regards|best(?: wishes)?|sincerely|respectfully|cheers|warmly|take care|cordially"
    r"|(?:muchas )?gracias|saludos(?: cordiales)?|atentamente|--|__|sent from my .{1,30})[ ,.!-]{0,4}",
    re.I,
)
_PAST_SIGNATURE = re.compile(
    r"[ >]{0,6}(?:from:|to:|on .{3,80}wrote:?|-{3,}|_{5,}|p\.? ?s\b|begin forwarded)|"
    r".*\b(?:clients?|participants?|tenants?|guests?|hoh|dob|ssn|cliente|residents?"
    r"|patient)\b(?! (?:services?|care|track|advocate))",
    re.I,
)
_ROLE = re.compile(
    r"\b(?:case ?manager|manager|director|coordinator|administrator|specialist|supervisor|advocate"
    r"|navigator|analyst|intake worker"
    r"|(?:social|outreach|case|shelter|youth) worker|executive|officer|assistant|associate|lead|msw"
    r"|lsw|lgsw|licsw|lmsw|lcsw|lcpc|lpc|lmhc|lmft|cadc|ph\.?d|psyd|mba|rn|agency admin|program staff|counselor)\b",
    re.I,
)
SIGNATURE_LINES = 9
SIGNATURE_WIDTH = 72


@dataclass(frozen=True)
class Reading:
    """`plain` is what the finders see; `starts[i]` is where its i-th character stands in the text, plus its end."""

    plain: str
    starts: Sequence[int]

    def finding(self, kind: Kind, start: int, end: int) -> Finding:
        return Finding(kind, self.starts[start], self.starts[end])

    def before(self, position: int, width: int) -> str:
        return self.plain[max(0, position - width) : position]

    def after(self, position: int, width: int) -> str:
        return self.plain[position : position + width]

    def line(self, position: int) -> str:
        """The line around a position, at most 240 characters to either side."""
        head = self.before(position, 240).rpartition("\n")[2]
        return head + self.after(position, 240).partition("\n")[0]

    @cached_property
    def _signatures(self) -> tuple[list[int], list[int]]:
        spans = list(_signature_spans(self.plain))
        return [start for start, _ in spans], [end for _, end in spans]

    def in_signature(self, position: int) -> bool:
        begins, ends = self._signatures
        index = bisect_right(begins, position) - 1
        return index >= 0 and position < ends[index]


def read(text: str, known: Iterable[Finding] = ()) -> Reading:
    """The reading of `text` in which `known` findings (sorted, not overlapping) are already masked.

    It equals the reading of the text with those masks written out, so what is not found here is not found there.
    """
    plain = text.translate(_alphabet())
    holes = [(finding.start, finding.end) for finding in known]
    holes += [match.span() for match in _MASK.finditer(plain)]
    starts: Sequence[int] = range(len(plain) + 1)
    if holes or not _DROPPED.isdisjoint(plain):
        plain, starts = _without(plain, sorted(holes))
    return Reading(_LINK.sub(_hidden, plain), starts)


def _hidden(link: re.Match[str]) -> str:
    return link[0] if _TELLING_LINK.search(link[0]) else OPAQUE * len(link[0])


def _without(plain: str, holes: list[tuple[int, int]]) -> tuple[str, list[int]]:
    """Each hole becomes one OPAQUE, dropped characters vanish."""
    pieces: list[str] = []
    starts: list[int] = []
    position = 0
    for start, end in [*holes, (len(plain), len(plain))]:
        kept = [index for index in range(position, start) if plain[index] not in _DROPPED]
        pieces.extend(plain[index] for index in kept)
        starts.extend(kept)
        if start < end:
            pieces.append(OPAQUE)
            starts.append(start)
            position = end
    return "".join(pieces), [*starts, len(plain)]


# Zero-width characters, soft hyphens and combining accents; they are mapped to this one character, then dropped.
_DROP = "\u200b"
_DROPPED = frozenset(_DROP)
_ODD = {
    **dict.fromkeys("\r\t\v_" + OPAQUE, " "),
    **dict.fromkeys("\f\u2028\u2029\u0085", "\n"),
    **dict.fromkeys("\u2018\u2019", "'"),
    **dict.fromkeys("\u201c\u201d", '"'),
    **dict.fromkeys("\u2022\u25cf", "*"),
    "\u2212": "-",
    "\u00ad": _DROP,
}


@cache
def _alphabet() -> dict[int, str]:
    """One character for one, over all of Unicode: digits to 0-9, dashes to "-", spaces to " ", wide to narrow."""
    table = {ord(odd): plain for odd, plain in _ODD.items()}
    for code in range(0x80, sys.maxunicode + 1):
        plain = _plain(chr(code))
        if plain is not None:
            table.setdefault(code, plain)
    return table


def _plain(character: str) -> str | None:
    category = unicodedata.category(character)
    if category in ("Nd", "No"):
        digit = unicodedata.digit(character, None)
        return None if digit is None else str(digit)
    if 0xFF01 <= ord(character) <= 0xFF5E:
        return unicodedata.normalize("NFKC", character)
    return {"Pd": "-", "Zs": " ", "Cf": _DROP, "Mn": _DROP}.get(category)


def _signature_spans(plain: str) -> Iterable[tuple[int, int]]:
    """From a sign-off, or from a short line that names a role, over the short lines that follow."""
    open_lines = 0
    position = begin = previous = 0
    for line in plain.splitlines(keepends=True):
        text = line.strip()
        starts = bool(_SIGN_OFF.fullmatch(text)) or _titled(text)
        if open_lines and (len(text) > SIGNATURE_WIDTH or _PAST_SIGNATURE.match(text)):
            yield begin, position
            open_lines = 0
        elif open_lines and not starts:
            open_lines -= 1
            if not open_lines:
                yield begin, position
        elif starts and not _PAST_SIGNATURE.match(text):
            begin = begin if open_lines else (position if _SIGN_OFF.fullmatch(text) else previous)
            open_lines = SIGNATURE_LINES
        previous, position = position, position + len(line)
    if open_lines:
        yield begin, position


def _titled(text: str) -> bool:
    """ "Case Manager, Harbor House" is a line of a signature; "the case manager asked for it" is not."""
    if not text or len(text) > SIGNATURE_WIDTH or text[-1] in ".?:" or not _ROLE.search(text):
        return False
    words = [word for word in re.findall(r"[^\W\d]+", text) if len(word) > 3]
    return bool(words) and all(word[0].isupper() for word in words)
