"""Files that came with a message: their names, types and bytes; what Outlook packs into winmail.dat."""

import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from tnefparse import TNEF

from portal.mail import headers
from portal.mail.hygiene import Notes, file_name
from portal.mail.parts import Part, flat
from portal.mail.transfer import decoded

ANY_TYPE = "application/octet-stream"
UNREADABLE_TNEF = "A winmail.dat file could not be read and is kept as it came."
# Used only where the sender gave no name.
_ENDINGS = {
    "text/plain": "txt", "text/html": "html", "text/csv": "csv", "text/calendar": "ics", "text/vcard": "vcf",
    "text/x-vcard": "vcf", "text/rtf": "rtf", "application/rtf": "rtf", "application/pdf": "pdf",
    "application/zip": "zip", "application/msword": "doc", "application/vnd.ms-excel": "xls",
    "application/json": "json", "application/xml": "xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/heic": "heic",
    "image/tiff": "tif", "image/bmp": "bmp", "image/svg+xml": "svg", "message/rfc822": "eml", "audio/mpeg": "mp3",
    "audio/wav": "wav", "video/mp4": "mp4", "application/pgp-signature": "asc", "application/pkcs7-signature": "p7s",
    "application/x-pkcs7-signature": "p7s", "application/pkcs7-mime": "p7m", "application/x-pkcs7-mime": "p7m",
    "message/delivery-status": "txt", "text/rfc822-headers": "txt", "application/ms-tnef": "dat",
}  # fmt: skip


@dataclass(frozen=True)
class ParsedAttachment:
    """`size` in bytes; `content_id` without brackets where the HTML body refers to it ("cid:")."""

    filename: str
    content_type: str
    size: int
    content: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False


def name_of(part: Part, notes: Notes) -> str:
    """The clean name a part was given, or ""."""
    given = part.parameters("content-disposition").get("filename", "") or part.parameters("content-type").get(
        "name", ""
    )
    return file_name(headers.words(given[: headers.LINE_LIMIT], notes))


def attachment(part: Part, number: int, notes: Notes) -> ParsedAttachment:
    """The part as a file; the number (from 1) names it if nothing else does."""
    kind = part.get_content_type()
    content = _content(part, notes)
    content_id = part.raw("content-id")[:1000].strip().strip("<>")
    return ParsedAttachment(
        filename=name_of(part, notes) or _made_up_name(kind, number),
        content_type=kind,
        size=len(content),
        content=content,
        content_id=headers.line_of(content_id, (), notes),
        inline=part.disposition() == "inline" or bool(content_id),
    )


def named(name: str, content: bytes, number: int, content_type: str = ANY_TYPE) -> ParsedAttachment:
    clean = file_name(name) or _made_up_name(content_type, number)
    return ParsedAttachment(filename=clean, content_type=content_type, size=len(content), content=content)


def _content(part: Part, notes: Notes) -> bytes:
    parts = part.parts()
    if not parts:
        return decoded(part, notes)
    inner = parts[0]
    encoding = part.raw("content-transfer-encoding")
    if encoding.strip().lower() in {"base64", "quoted-printable"} and not inner.parts() and not list(inner.raw_items()):
        # A message put into base64, which RFC 2046 forbids and some senders do.
        inner.set_raw("Content-Transfer-Encoding", encoding)
        return decoded(inner, notes)
    return b"".join(flat(each) for each in parts)


def _made_up_name(kind: str, number: int) -> str:
    ending = _ENDINGS.get(kind, "")
    stem = (
        "message" if kind == "message/rfc822" else kind.partition("/")[0] if kind.startswith("image/") else "attachment"
    )
    return f"{stem}-{number}.{ending}" if ending else f"{stem}-{number}"


logging.getLogger("tnefparse").addHandler(logging.NullHandler())
_TNEF_FAULTS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    struct.error,
    OSError,
)
_TNEF_SIGNATURE = b"\x78\x9f\x3e\x22"
_TNEF_OBJECT = struct.Struct("<BHHI")
_TNEF_OBJECTS_LIMIT = 2000
_TNEF_READ = frozenset({TNEF.ATTBODY, TNEF.ATTMAPIPROPS, TNEF.ATTOEMCODEPAGE, TNEF.ATTATTACHRENDDATA,
                        TNEF.ATTATTACHTITLE, TNEF.ATTATTACHDATA, TNEF.ATTATTACHMENT})  # fmt: skip


@dataclass(frozen=True)
class Winmail:
    body: bytes | str
    html: bytes | str
    files: list[tuple[str, bytes]]


def winmail(content: bytes, notes: Notes) -> Winmail | None:
    """What a winmail.dat (MS-OXTNEF) holds, or None when it cannot be read."""
    try:
        found = TNEF(_trusted_tnef(content), do_checksum=False)
        files = [(str(each.long_filename()), bytes(each.data)) for each in found.attachments]
        return Winmail(found.body or b"", found.htmlbody or b"", files)
    except _TNEF_FAULTS:
        notes.add(UNREADABLE_TNEF)
        return None


def _trusted_tnef(content: bytes) -> bytes:
    """Only the objects that are read, and of those only what holds as much as it says: the library trusts counts."""
    if not content.startswith(_TNEF_SIGNATURE):
        raise ValueError
    kept = [content[:6]]
    attached = False
    for name, whole in _tnef_objects(content):
        attached = attached or name == TNEF.ATTATTACHRENDDATA
        if name in {TNEF.ATTATTACHTITLE, TNEF.ATTATTACHDATA, TNEF.ATTATTACHMENT} and not attached:
            continue
        if name in {TNEF.ATTMAPIPROPS, TNEF.ATTATTACHMENT} and not _holds_its_properties(whole[9:-2]):
            continue
        kept.append(whole)
    return b"".join(kept)


def _tnef_objects(content: bytes) -> Iterator[tuple[int, bytes]]:
    position = 6
    for _ in range(_TNEF_OBJECTS_LIMIT):
        if position + 11 > len(content):
            return
        _, name, _, length = _TNEF_OBJECT.unpack_from(content, position)
        end = position + 11 + length
        if end > len(content):
            return
        if name in _TNEF_READ:
            yield name, content[position:end]
        position = end


_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset({0x00, 0x0D, 0x1E, 0x1F, 0x102})
_PROPERTIES_LIMIT = 1000
_EMBEDDED_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")


def _holds_its_properties(data: bytes) -> bool:
    """Walk the MAPI properties (MS-OXTNEF 2.1.3.4) without reading them; embedded messages are refused."""
    try:
        (count,) = struct.unpack_from("<I", data, 0)
        position = 4
        for _ in range(min(count, _PROPERTIES_LIMIT)):
            position = _after_property(data, position)
    except struct.error:
        return False
    return count <= _PROPERTIES_LIMIT and position <= len(data) and _EMBEDDED_MESSAGE not in data


def _after_property(data: bytes, position: int) -> int:
    kind, name = struct.unpack_from("<HH", data, position)
    position += 4
    if name >= 0x8000:
        (by_name,) = struct.unpack_from("<I", data, position + 16)
        (length,) = struct.unpack_from("<I", data, position + 20)
        position += 24 + (_padded(length) if by_name else 0)
    if kind in _FIXED:
        return position + _FIXED[kind]
    if kind not in _VARIABLE:
        raise struct.error
    (values,) = struct.unpack_from("<I", data, position)
    position += 4
    for _ in range(min(values, _PROPERTIES_LIMIT)):
        (length,) = struct.unpack_from("<I", data, position)
        position += 4 + _padded(length)
    if values > _PROPERTIES_LIMIT:
        raise struct.error
    return position


def _padded(length: int) -> int:
    return length + -length % 4
