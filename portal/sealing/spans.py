"""Where in its bytes a PDF says it is sealed (ISO 32000-1, 12.8.1: ByteRange and Contents). No PDF is parsed here."""

import re
from dataclasses import dataclass
from itertools import islice

from portal.sealing.verdicts import Flaw

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_TAIL = 65_536
"""Bytes at the end of a file in which a seal of ours says what it covers; little more than a table follows it there."""
_CLAIMS_AT_MOST = 1_000
_GAP_AT_MOST = 131_072
"""Bytes between the two spans, two for each of a seal, which is a quarter as long at most."""


@dataclass(frozen=True)
class Span:
    """The last seal of a file: everything is covered except the hexadecimal text between `start` and `end`."""

    start: int
    end: int
    der: bytes

    def covered(self, pdf: bytes) -> bytes:
        return pdf[: self.start] + pdf[self.end :]


def last_span(pdf: bytes) -> Span | Flaw:
    """The seal that covers the whole file, or what is wrong with the last one that claims to cover something."""
    claims = [_numbers(found) for found in _RANGE.finditer(pdf, max(0, len(pdf) - _TAIL))] or _last_claim(pdf)
    if not claims:
        return Flaw.NOT_SEALED
    for zero, start, end, rest in reversed(claims):
        if zero == 0 and end + rest == len(pdf) and _is_gap(pdf, start, end):
            return _read(pdf, start, end)
    _, start, end, rest = claims[-1]
    if end + rest > len(pdf):
        return Flaw.CUT_OFF
    return Flaw.ADDED_TO if _is_gap(pdf, start, end) else Flaw.BROKEN


def is_signed_before(pdf: bytes, span: Span) -> bool:
    """Whether an earlier signature lies inside what this one covers."""
    claims = map(_numbers, islice(_RANGE.finditer(pdf, 0, span.start), _CLAIMS_AT_MOST))
    return any(end + rest <= len(pdf) and _is_gap(pdf, start, end) for _, start, end, rest in claims)


def _last_claim(pdf: bytes) -> list[tuple[int, ...]]:
    found = _RANGE.match(pdf, max(0, pdf.rfind(b"/ByteRange")))
    return [_numbers(found)] if found else []


def _numbers(found: re.Match[bytes]) -> tuple[int, ...]:
    return tuple(int(number) for number in found.groups())


def _is_gap(pdf: bytes, start: int, end: int) -> bool:
    return 0 < start < end - 2 <= start + _GAP_AT_MOST and pdf[start : start + 1] == b"<" and pdf[end - 1 : end] == b">"


def _read(pdf: bytes, start: int, end: int) -> Span | Flaw:
    """Demands the one spelling of the hexadecimal text that we write: capitals, the DER form, then only zeros."""
    text = pdf[start + 1 : end - 1]
    try:
        content = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        return Flaw.BROKEN
    der = content[: _length(content)]
    spelled = der.hex().upper().encode().ljust(len(text), b"0")
    return Span(start, end, der) if spelled == text else Flaw.BROKEN


def _length(content: bytes) -> int:
    """Of the DER element that the bytes begin with, head included (X.690, 8.1.3); 0 where there is none."""
    if len(content) < 2 or content[0] != 0x30:
        return 0
    if content[1] < 0x80:
        return 2 + content[1]
    size = content[1] & 0x7F
    return 2 + size + int.from_bytes(content[2 : 2 + size], "big") if 0 < size <= 4 else 0
