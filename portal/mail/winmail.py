"""What Outlook packs into winmail.dat: the letter, as text, HTML or compressed RTF, and its files."""

import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from tnefparse import TNEF

from portal.mail import richtext
from portal.mail.hygiene import Notes

RTF_LIMIT = 1_000_000
"""Bytes of properties among which compressed RTF is looked for."""
UNREADABLE_TNEF = "A winmail.dat file could not be read and is kept as it came."
UNREADABLE_RTF = "The text in a winmail.dat file was damaged and could not be read."
LONG_RTF = "The text in a winmail.dat file is too long to be read."

log = logging.getLogger(__name__)
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


def read(content: bytes, notes: Notes) -> Winmail | None:
    """What a winmail.dat (MS-OXTNEF) holds, or None when it cannot be read."""
    try:
        found = TNEF(_trusted_tnef(content), do_checksum=False)
        files = [(str(each.long_filename()), bytes(each.data)) for each in found.attachments]
    except _TNEF_FAULTS:
        notes.add(UNREADABLE_TNEF)
        return None
    if found.body or found.htmlbody:
        return Winmail(found.body or b"", found.htmlbody or b"", files)
    rich = richtext.read(_rtf(found, notes))
    return Winmail(rich.plain, rich.html, files)


def _rtf(found: TNEF, notes: Notes) -> bytes:
    """The letter as RTF, which old Outlook sends alone; b"" where there is none, or too much of it."""
    size = sum(each.length for each in found.objects if each.name == TNEF.ATTMAPIPROPS)
    if size > RTF_LIMIT:
        notes.add(LONG_RTF)
        return b""
    try:
        return bytes(found.rtfbody or b"")
    except Exception:
        log.debug("compressed RTF could not be read", exc_info=True)
        notes.add(UNREADABLE_RTF)
        return b""


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
