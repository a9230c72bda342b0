"""Content-Transfer-Encoding undone, also where the label or the encoded text is wrong."""

import binascii
import re
from typing import NamedTuple

from portal.mail.hygiene import Notes
from portal.mail.parts import Part

DAMAGED = "A part of the message was damaged on its way and could only be read in part."
WRONG_LABEL = "A part of the message was not encoded as it says."

_NOT_BASE64 = bytes(
    byte for byte in range(256) if not (chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in "+/="))
)
_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/\r\n\t ]*+=?[ \r\n\t]*=?")
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,300})\r?\n", re.MULTILINE)
UU_FILES_READ = 100


def decoded(part: Part, notes: Notes, limit: int | None = None) -> bytes:
    """The content of a part without parts; with a limit, roughly no more than is needed for that many bytes."""
    body = part.body(None if limit is None else limit * 3)
    encoding = part.raw("content-transfer-encoding")[:200].strip().strip("\"'").lower()
    encoding = re.split(r"[\s;(]", encoding, maxsplit=1)[0]
    if encoding in {"base64", "b64", "base-64"}:
        return _base64(body, notes)
    if encoding in {"quoted-printable", "quopri", "qp"}:
        return _quoted_printable(body, notes)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        found = uuencoded(body)
        return found.files[0].content if found.files else body
    if encoding not in {"", "7bit", "8bit", "binary", "7-bit", "8-bit"}:
        notes.add(WRONG_LABEL)
    return body


def _base64(body: bytes, notes: Notes) -> bytes:
    """Lenient base64: strange characters skipped, padding mended, a plain footer behind it kept, plain text left."""
    if _is_plain(body):
        notes.add(WRONG_LABEL)
        return body
    match = _BASE64_RUN.match(body)
    end = match.end() if match else 0
    rest = body[end:].strip()
    footer = b""
    if rest and b" " in rest and b"=" in body[max(0, end - 4) : end]:
        footer = b"\n\n" + rest
        body = body[:end]
    kept = body.translate(None, _NOT_BASE64).replace(b"=", b"")
    if len(kept) % 4 == 1 or (rest and not footer):
        notes.add(DAMAGED)
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4)) + footer


def _is_plain(body: bytes) -> bool:
    """Text that was never encoded: its first paragraph has words with spaces between, or much that base64 lacks."""
    head = re.split(rb"\r?\n\r?\n", body[:20_000].strip(), maxsplit=1)[0]
    strange = len(head.translate(None, b"\r\n\t =")) - len(head.translate(None, _NOT_BASE64 + b"="))
    spaces = len(re.findall(rb"[!-~] (?=[!-~])", head))
    return (strange + spaces) * 12 > len(head) > 0


def _quoted_printable(body: bytes, notes: Notes) -> bytes:
    if re.search(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*$)", body):
        notes.add(DAMAGED)
    return binascii.a2b_qp(body)


class UuFile(NamedTuple):
    name: str
    content: bytes


class UuSplit(NamedTuple):
    text: bytes
    files: list[UuFile]


def uuencoded(body: bytes) -> UuSplit:
    """The uuencoded files inside a body, and the text around them. What does not decode stays in the text."""
    text: list[bytes] = []
    files: list[UuFile] = []
    position = 0
    for match in _UU_BEGIN.finditer(body):
        if match.start() < position or len(files) >= UU_FILES_READ:
            continue
        content, end = _uu_lines(body, match.end())
        if content is None:
            continue
        text.append(body[position : match.start()])
        files.append(UuFile(match[1].decode("utf-8", "replace"), content))
        position = end
    return UuSplit(b"".join([*text, body[position:]]), files)


_UU_LINE = re.compile(rb"([!-M`][ -`]{1,84})\r?\n")
_UU_END = re.compile(rb"(?:[` ]?[ \t]*\r?\n)?end[ \t]*(?:\r?\n|$)")


def _uu_lines(body: bytes, position: int) -> tuple[bytes | None, int]:
    content: list[bytes] = []
    while match := _UU_LINE.match(body, position):
        try:
            content.append(binascii.a2b_uu(match[1]))
        except binascii.Error:
            return None, position
        position = match.end()
    end = _UU_END.match(body, position)
    return (b"".join(content), end.end()) if content and end else (None, position)
