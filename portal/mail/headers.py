"""Header fields read with care: the block repaired, words decoded, parameters, message ids and dates found."""

import binascii
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from portal.mail import charsets
from portal.mail.hygiene import Notes, one_line

HEADER_BLOCK_LIMIT = 8_000_000
HEADER_LINES_LIMIT = 10_000
HEADER_LIMIT = 1_000_000
LINE_LIMIT = 32_000
REFERENCES_KEPT = 500
PARAMETERS_READ = 200

MBOX_LINE = "A mailbox separator line stood before the headers and was dropped."
STRAY_LINES = "Lines without a field name stood among the headers."
NO_HEADERS = "The message has no headers."
LONG_BLOCK = "The headers are too long; the last ones were left out."
LONG_HEADER = "A header was too long and was cut."
DAMAGED_WORD = "An encoded word in a header was damaged."

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
# Names that tell a header block from prose that happens to hold a colon.
_KNOWN = re.compile(
    rb"(?i)(?:from|to|cc|bcc|sender|reply-to|subject|date|message-id|in-reply-to|references|received|return-path"
    rb"|delivered-to|mime-version|content-[a-z-]+|list-[a-z-]+|auto-submitted|precedence|dkim-signature"
    rb"|authentication-results|importance|priority|thread-[a-z]+|user-agent|envelope-to|resent-[a-z-]+|arc-[a-z-]+"
    rb"|x-[!-9;-~]+)[ \t]*:"
)
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|$)")
_MBOX = re.compile(rb">?From [^\r\n:]*[ \t][^\r\n]*")


class Repaired(NamedTuple):
    headers: bytes
    body: bytes


def repair(raw: bytes, notes: Notes) -> Repaired:
    """The header block in a shape that the standard parser reads whole, and the body behind it."""
    start = len(raw) - len(raw.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x00"))
    mbox = _MBOX.match(raw, start)
    if mbox is not None:
        notes.add(MBOX_LINE)
        start = mbox.end()
        start += len(raw[start : start + 2]) - len(raw[start : start + 2].removeprefix(b"\r").removeprefix(b"\n"))
    lines, end = _block_lines(raw, start)
    if end - start >= HEADER_BLOCK_LIMIT or len(lines) == HEADER_LINES_LIMIT:
        notes.add(LONG_BLOCK)
    taken = _fields_end(lines)
    if not taken:
        if raw.strip():
            notes.add(NO_HEADERS)
        return Repaired(b"", raw)
    if taken < len(lines):
        notes.add(STRAY_LINES)
        return Repaired(_unfolded(lines[:taken], notes), b"".join(lines[taken:]) + raw[end:])
    return Repaired(_unfolded(lines, notes), _without_blank_line(raw, end))


def _block_lines(raw: bytes, start: int) -> tuple[list[bytes], int]:
    """The lines up to the first empty one, and where that one begins."""
    lines: list[bytes] = []
    position = start
    stop = min(len(raw), start + HEADER_BLOCK_LIMIT)
    while position < stop and len(lines) < HEADER_LINES_LIMIT:
        match = _LINE.match(raw, position)
        line = match.group() if match else b""
        if not line.strip(b"\r\n"):
            break
        lines.append(line)
        position += len(line)
    return lines, position


def _without_blank_line(raw: bytes, end: int) -> bytes:
    match = _LINE.match(raw, end)
    return raw[match.end() :] if match else b""


def _fields_end(lines: Sequence[bytes]) -> int:
    """How many lines are headers: none without a known field, else to the last known one and what continues it.

    Behind the last known field one stray line is its continuation; more of them are a body without an empty line.
    """
    known = [index for index, line in enumerate(lines) if _KNOWN.match(line)]
    if not known:
        return 0
    end = known[-1] + 1
    while end < len(lines) and (lines[end][:1] in b" \t" or _FIELD.match(lines[end])):
        end += 1
    return len(lines) if len(lines) - end == 1 and lines[end].endswith((b"\n", b"\r")) else end


def _unfolded(lines: Iterable[bytes], notes: Notes) -> bytes:
    """Every stray line becomes a continuation; NULs go; one line end."""
    out: list[bytes] = []
    for line in lines:
        text = line.rstrip(b"\r\n").replace(b"\x00", b"")
        if _FIELD.match(text) or (text[:1] in (b" ", b"\t") and out):
            out.append(text)
        else:
            notes.add(STRAY_LINES)
            if out and text.strip():
                out.append(b" " + text)
    return b"\n".join(out) + b"\n" if out else b""


def text_of(raw: str, hints: Iterable[str], notes: Notes) -> str:
    """A raw header value (surrogate escapes for 8-bit bytes) as text, encoded words still encoded."""
    if len(raw) > HEADER_LIMIT:
        notes.add(LONG_HEADER)
        raw = raw[:HEADER_LIMIT]
    if raw.isascii():
        return raw
    return charsets.decode(raw.encode("ascii", "surrogateescape"), others=hints, notes=notes)


def line_of(raw: str, hints: Iterable[str], notes: Notes) -> str:
    """A raw header value as one clean line of text with its encoded words decoded."""
    if len(raw) > LINE_LIMIT:
        notes.add(LONG_HEADER)
    return one_line(words(text_of(raw[:LINE_LIMIT], hints, notes), notes))


# RFC 2047, and what is seen: spaces and single question marks inside. The bounds keep it linear on hostile input.
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*|(?:[^?\r\n]|\?(?!=)){0,120})\?=")


def words(text: str, notes: Notes) -> str:
    """Encoded words decoded; neighbors of one character set are joined first, as some senders cut inside a letter."""
    if "=?" not in text:
        return text
    out: list[str] = []
    pending: list[tuple[str, bytes]] = []
    position = 0
    for match in _WORD.finditer(text):
        between = text[position : match.start()]
        if between.strip() or (between and not pending):
            out += [*_joined(pending, notes), between]
            pending = []
        pending.append((match[1].split("*")[0].lower(), _word_bytes(match[2], match[3], notes)))
        position = match.end()
    return "".join([*out, *_joined(pending, notes), text[position:]])


def _word_bytes(encoding: str, body: str, notes: Notes) -> bytes:
    raw = body.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", raw.replace(b"-", b"+").replace(b"_", b"/"))
    if len(kept) % 4 == 1:
        notes.add(DAMAGED_WORD)
        kept = kept[:-1]
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def _joined(pending: Sequence[tuple[str, bytes]], notes: Notes) -> list[str]:
    groups: list[tuple[str, list[bytes]]] = []
    for charset, raw in pending:
        if not groups or groups[-1][0] != charset:
            groups.append((charset, []))
        groups[-1][1].append(raw)
    return [charsets.decode(b"".join(pieces), charset, notes=notes) for charset, pieces in groups]


_PARAMETER = re.compile(r';\s*([^\s=;"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*+(?:"|$)|[^;]*)', re.DOTALL)
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
_EXTENDED = re.compile(r"([\w.:-]{0,40})'([\w-]{0,20})'(.*)", re.DOTALL)


def parameters(value: str, notes: Notes) -> dict[str, str]:
    """The parameters of Content-Type or Content-Disposition, RFC 2231 pieces joined and decoded."""
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _first(_PARAMETER.finditer(value[:HEADER_LIMIT]), PARAMETERS_READ):
        name, text = match[1].lower(), _unquoted(match[2])
        section = _SECTION.fullmatch(name)
        if "*" not in name or section is None:
            plain.setdefault(name, text)
        else:
            sections.setdefault(section[1], {}).setdefault(int(section[2] or 0), (text, bool(section[3])))
    return plain | {name: _assembled(pieces, notes) for name, pieces in sections.items()}


def _first(matches: Iterable[re.Match[str]], count: int) -> Iterable[re.Match[str]]:
    return (match for _, match in zip(range(count), matches, strict=False))


def _unquoted(text: str) -> str:
    text = text.strip()
    if not text.startswith('"'):
        return text
    return re.sub(r"\\(.)", r"\1", text[1:].removesuffix('"'))


def _assembled(pieces: dict[int, tuple[str, bool]], notes: Notes) -> str:
    first = pieces[min(pieces)][0]
    extended = _EXTENDED.match(first)
    charset = extended[1] if extended else ""
    raw = b""
    for index in sorted(pieces):
        text, encoded = pieces[index]
        text = extended[3] if extended and text is first else text
        raw += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    return charsets.decode(raw, charset, notes=notes)


_ID = re.compile(r"<\s*([^<>\s][^<>\r\n]{0,990})>")
_BARE_ID = re.compile(r"[^\s<>,;\"]{1,500}@[^\s<>,;\"]{1,500}")


def message_ids(value: str) -> tuple[str, ...]:
    """Every message id in angle brackets, in order; a bare one gets its brackets. The first and the newest are kept."""
    found = dict.fromkeys(_id(match[1]) for match in _ID.finditer(value))
    if not found and len(value) < 2000:
        found = dict.fromkeys(_id(bare) for bare in _BARE_ID.findall(value))
    ids = [each for each in found if each != "<>"]
    return tuple(ids if len(ids) <= REFERENCES_KEPT else [ids[0], *ids[1 - REFERENCES_KEPT :]])


def _id(inner: str) -> str:
    return f"<{''.join(one_line(inner).split())}>"


def moment(value: str) -> datetime | None:
    """A Date header as an aware time (UTC when the zone is unknown), or None when it cannot be read."""
    text = one_line(value[:200])
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(text)
            found = found if found.tzinfo else found.replace(tzinfo=UTC)
            found.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
            continue
        return found
    return None
