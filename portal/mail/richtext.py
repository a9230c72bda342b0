"""RTF as Outlook packs it into winmail.dat: as the HTML that it was made from, else as plain text.

HTML inside RTF (MS-OXRTFEX) stands in \\htmltag groups and in what lies outside \\htmlrtf; libraries that turn RTF into
text know neither, and need quadratic time for hostile text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from portal.mail import charsets

LIMIT = 1_000_000
"""Bytes of RTF that are read."""
_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,9})? ?|((?:\\'[0-9a-fA-F]{2})+)|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_SILENT = frozenset({b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"fldinst", b"filetbl",
                     b"header", b"headerl", b"headerr", b"headerf", b"footer", b"footerl", b"footerr", b"footerf",
                     b"listtable", b"listoverridetable", b"mhtmltag", b"pntext"})  # fmt: skip
_SAID = {b"par": "\n", b"line": "\n", b"sect": "\n\n", b"page": "\n\n", b"row": "\n", b"cell": "\t", b"tab": "\t",
         b"emdash": "—", b"endash": "–", b"bullet": "•", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
         b"rdblquote": "”", b"emspace": " ", b"enspace": " "}  # fmt: skip
_SIGNS = {b"{": "{", b"}": "}", b"\\": "\\", b"~": "\u00a0", b"_": "-", b"\n": "\n", b"\r": "\n"}


@dataclass(frozen=True)
class RichText:
    """One of the two says something, or none."""

    plain: str = ""
    html: str = ""


@dataclass(frozen=True)
class _Group:
    is_silent: bool = False
    is_marked: bool = False
    """Behind "\\*": silent, unless a word follows that we know."""
    is_twin: bool = False
    """Between \\htmlrtf and \\htmlrtf0: what a tag says already, for readers without HTML."""
    stand_in: int = 1
    """How many characters after a Unicode one say the same to readers without Unicode."""


def read(rtf: bytes) -> RichText:
    """Never raises; "" of what is no RTF."""
    rtf = rtf[:LIMIT]
    if not rtf.lstrip().startswith(b"{\\rtf"):
        return RichText()
    is_html = b"\\fromhtml" in rtf[:2000]
    text = "".join(_Reader(rtf, is_html).said())
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return RichText(html=text) if is_html else RichText(plain=text)


class _Reader:
    def __init__(self, rtf: bytes, is_html: bool) -> None:
        self.rtf, self.is_html = rtf, is_html
        self.group = _Group()
        self.outer: list[_Group] = []
        self.codec = "cp1252"
        self.passed_over = 0
        """Characters that stand in for one said already, still to come."""

    def said(self) -> Iterator[str]:
        at = 0
        while found := _TOKEN.match(self.rtf, at):
            at = found.end()
            word, number, code, sign, brace, text = found.groups()
            if word == b"bin":
                at += max(int(number or 0), 0)
            elif brace:
                self._nest(brace)
            elif word:
                yield self._word(word, int(number) if number else None)
            elif code or sign or text:
                yield self._heard(code, sign, text)

    def _nest(self, brace: bytes) -> None:
        self.passed_over = 0
        if brace == b"{":
            self.outer.append(self.group)
        elif self.outer:
            self.group = self.outer.pop()

    def _word(self, word: bytes, number: int | None) -> str:
        if word == b"u" and number is not None:
            self.passed_over = self.group.stand_in
            return self._kept(chr(number % 0x10000))
        if word == b"htmltag" and self.is_html:
            self.group = replace(self.group, is_marked=False)
        elif word == b"htmlrtf":
            self.group = replace(self.group, is_twin=self.is_html and number != 0)
        elif word in _SILENT or self.group.is_marked:
            self.group = replace(self.group, is_silent=True)
        elif word == b"ansicpg" and number is not None:
            self.codec = charsets.codec_of("utf-8" if number == 65001 else f"cp{number}") or self.codec
        elif word == b"uc":
            self.group = replace(self.group, stand_in=min(max(number or 0, 0), 9))
        return self._kept(_SAID.get(word, ""))

    def _heard(self, code: bytes | None, sign: bytes | None, text: bytes | None) -> str:
        if sign == b"*":
            self.group = replace(self.group, is_marked=True)
            return ""
        raw = bytes.fromhex(code.decode().replace("\\'", "")) if code else text or b""
        if self.passed_over:
            passed = min(self.passed_over, len(raw) or 1)
            self.passed_over -= passed
            raw, sign = raw[passed:], None
        return self._kept(_SIGNS.get(sign, "") if sign else charsets.decode(raw, self.codec))

    def _kept(self, said: str) -> str:
        group = self.group
        return "" if group.is_silent or group.is_marked or group.is_twin else said
