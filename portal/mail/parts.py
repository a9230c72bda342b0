"""The tree of MIME parts, grown by the standard library's parser within limits of size, number, depth and work.

The parser asks each part for its type and boundary; these parts answer from their raw headers by rules that stay linear
and never fail, where the library's own readers are slow or raise on hostile input.
"""

import re
from collections.abc import Iterator
from email.errors import MissingHeaderBodySeparatorDefect
from email.feedparser import BytesFeedParser
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import Any

from portal.mail import headers
from portal.mail.hygiene import Notes

RAW_LIMIT = 25_000_000
PARTS_LIMIT = 1000
DEPTH_LIMIT = 60
LINES_LIMIT = 1_000_000
CHUNK = 20_000
LONG_RUN = 20_000
MANY_BYTES = 300_000

TOO_BIG = "The message is larger than 25 MB; what came after that was left out."
TOO_MANY_PARTS = "The message has more than 1,000 parts; the others were left out."
TOO_DEEP = "The message is nested more than 60 levels deep; what lies deeper was left out."
TOO_LONG = "The message has too many lines to read; the last ones were left out."
NO_BOUNDARY = "The parts of the message could not be told apart by its own boundary."
OVER_LIMIT = frozenset({TOO_BIG, TOO_MANY_PARTS, TOO_DEEP, TOO_LONG})

_TYPE = re.compile(r"\s*([a-z0-9!#$&^_.+-]{1,60})/([a-z0-9!#$&^_.+-]{1,100})")
# Runs of lines that can be neither a boundary, nor a header, nor the empty line behind headers: parsing skips them.
_DULL_LINES = re.compile(rb"^(?:[^-\s:][^:\r\n]*+\r?\n)(?:(?:[^-\s:][^:\r\n]*+)?\r?\n)*+", re.MULTILINE)
_GUESSED_BOUNDARY = re.compile(r"^--([^\s\"]{1,100})[ \t]*\r?\n(?=content-[a-z-]+:)", re.MULTILINE | re.IGNORECASE)
# What follows a stray line in the headers of a part: a lost continuation ("charset=...") or more fields.
_MORE_HEADERS = re.compile(r"(?i)(?:[^\r\n]{0,500}=|(?:[^\r\n]{1,500}\r?\n){1,5}?content-[a-z-]{1,40}:)")


class Part(Message):
    """One MIME part. `depth` counts the parts around it."""

    depth = 0
    grove: "Grove"
    guessed_boundary = ""
    _payload: Any

    def raw(self, name: str) -> str:
        """The first raw value of a header: folded lines and 8-bit bytes (as surrogate escapes) as they came."""
        return next(iter(self.raw_all(name)), "")

    def raw_all(self, name: str) -> list[str]:
        wanted = name.lower()
        return [str(value) for key, value in self.raw_items() if key.lower() == wanted]

    def get(self, name: str, failobj: Any = None) -> Any:
        return next(iter(self.raw_all(name)), failobj)

    def get_payload(self, i: int | None = None, decode: bool = False) -> Any:
        """The payload as parsed; the library's own decoding trusts the declared character set."""
        return self._payload

    def get_content_type(self) -> str:
        match = _TYPE.match(self.raw("content-type")[:1000].lower())
        if match is None:
            return "text/plain" if self.raw("content-type").strip() else self.get_default_type()
        return f"{match[1]}/{match[2]}"

    def get_content_maintype(self) -> str:
        return self.get_content_type().partition("/")[0]

    def get_boundary(self, failobj: Any = None) -> Any:
        found = self.guessed_boundary or self.parameters("content-type").get("boundary", "").rstrip()
        return found[:200] or failobj

    def parameters(self, name: str) -> dict[str, str]:
        return self.grove.parameters(self.raw(name))

    def disposition(self) -> str:
        return self.raw("content-disposition")[:200].partition(";")[0].strip().lower()

    def parts(self) -> list["Part"]:
        children = self.get_payload()
        return [child for child in children if isinstance(child, Part)] if isinstance(children, list) else []

    def body(self, limit: int | None = None) -> bytes:
        """The undecoded body of a part without parts, or its first bytes."""
        payload = self.get_payload()
        return self.grove.unfolded(_bytes(payload[:limit]))[:limit] if isinstance(payload, str) else b""

    def attach(self, payload: Message | str) -> None:
        super().attach(payload)
        if isinstance(payload, Part):
            payload.depth = self.depth + 1
            self.grove.grown(payload)


class _Enough(Exception):
    """A limit was reached; what has been parsed so far stands."""


class Grove:
    """One message being parsed: it counts parts and lines, and remembers the dull lines that parsing skipped."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.made: list[Part] = []
        self.guess = ""
        self.mark = b""
        self.runs: list[bytes] = []
        self._parameters: dict[str, dict[str, str]] = {}

    def part(self, **_policy: object) -> Part:
        part = Part(policy=compat32)
        part.grove = self
        part.guessed_boundary, self.guess = self.guess, ""
        self.made.append(part)
        return part

    def grown(self, part: Part) -> None:
        if len(self.made) > PARTS_LIMIT:
            self.notes.add(TOO_MANY_PARTS)
            raise _Enough
        if part.depth > DEPTH_LIMIT:
            self.notes.add(TOO_DEEP)
            raise _Enough

    def parameters(self, raw: str) -> dict[str, str]:
        if raw not in self._parameters:
            text = headers.text_of(raw, (), self.notes)
            self._parameters[raw] = headers.parameters(text, self.notes)
        return self._parameters[raw]

    def folded(self, raw: bytes) -> bytes:
        """Long runs of dull lines replaced by one line each; `unfolded` puts them back."""
        if len(raw) < MANY_BYTES:
            return raw
        self.mark = b"~run"
        while self.mark in raw:
            self.mark += b"~"
        return _DULL_LINES.sub(self._fold, raw)

    def _fold(self, match: re.Match[bytes]) -> bytes:
        run = match.group()
        if len(run) < LONG_RUN:
            return run
        self.runs.append(run)
        return b"%s%d~%s" % (self.mark, len(self.runs) - 1, _line_end(run))

    def unfolded(self, body: bytes) -> bytes:
        if not self.mark or self.mark not in body:
            return body
        pattern = re.compile(re.escape(self.mark) + rb"(\d+)~(\r?\n)?")
        return pattern.sub(self._unfold, body)

    def _unfold(self, match: re.Match[bytes]) -> bytes:
        """The last line end of a part belongs to the boundary behind it, and went with it."""
        run = self.runs[int(match[1])]
        return run if match[2] else run.removesuffix(_line_end(run))


def _line_end(run: bytes) -> bytes:
    return b"\r\n" if run.endswith(b"\r\n") else b"\n"


def grow(raw: bytes, notes: Notes) -> Part:
    """The tree of a raw message. Never raises; what was cut off at a limit is in the notes."""
    if len(raw) > RAW_LIMIT:
        notes.add(TOO_BIG)
        raw = raw[:RAW_LIMIT]
    repaired = headers.repair(raw, notes)
    grove = Grove(notes)
    root = _parsed(grove, repaired.headers + b"\n", grove.folded(repaired.body), boundary="")
    text = root.get_payload()
    if root.get_content_maintype() == "multipart" and isinstance(text, str):
        notes.add(NO_BOUNDARY)
        guess = _GUESSED_BOUNDARY.search(text)
        if guess is not None:
            return _parsed(grove, repaired.headers + b"\n", _bytes(text), boundary=guess[1])
    return root


def _parsed(grove: Grove, header_block: bytes, body: bytes, *, boundary: str) -> Part:
    parser = BytesFeedParser(grove.part)
    grove.made.clear()  # the parser tries its factory once
    grove.guess = boundary
    try:
        parser.feed(header_block)
        for chunk in _within_limits(grove, body):
            parser.feed(chunk)
        parser.close()
    except _Enough:
        pass
    for part in grove.made:
        _mend(part, grove.notes)
    return grove.made[0] if grove.made else grove.part()


def _mend(part: Part, notes: Notes) -> None:
    """A part whose headers were cut off by a line that is none gets the rest of them."""
    text = part.get_payload()
    if not isinstance(text, str) or not any(
        isinstance(each, MissingHeaderBodySeparatorDefect) for each in part.defects
    ):
        return
    if _MORE_HEADERS.match(text) is None:
        return
    repaired = headers.repair(_head(part) + _bytes(text), notes)
    rest = BytesHeaderParser(policy=compat32).parsebytes(repaired.headers)
    for name in list(part.keys()):
        del part[name]
    for name, value in rest.raw_items():
        part.set_raw(name, value)
    part.set_payload(repaired.body.decode("ascii", "surrogateescape"))


def _within_limits(grove: Grove, body: bytes) -> Iterator[bytes]:
    """Chunks of the body until the work is used up. Each line costs one step per part around it."""
    spent = 0
    for start in range(0, len(body), CHUNK):
        chunk = body[start : start + CHUNK]
        spent += max(chunk.count(b"\n"), chunk.count(b"\r")) * (grove.made[-1].depth + 1)
        if spent > LINES_LIMIT:
            grove.notes.add(TOO_LONG)
            return
        yield chunk


def flat(part: Part) -> bytes:
    """The bytes of a part and everything in it, as near to what came as the tree remembers."""
    head = _head(part)
    payload = part.get_payload()
    if not isinstance(payload, list):
        return head + b"\n" + part.body()
    boundary = part.get_boundary()
    inner = [flat(child) for child in part.parts()]
    if part.get_content_maintype() != "multipart" or not isinstance(boundary, str):
        return head + b"\n" + b"\n".join(inner)
    line = b"--" + boundary.encode("utf-8", "replace")
    return b"".join([head, b"\n", *(line + b"\n" + each + b"\n" for each in inner), line, b"--\n"])


def _head(part: Part) -> bytes:
    return b"".join(_bytes(f"{name}: {value}\n") for name, value in part.raw_items())


def _bytes(text: str) -> bytes:
    try:
        return text.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
