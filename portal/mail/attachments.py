"""Files that came with a message: their names, types and bytes."""

from dataclasses import dataclass, field

from portal.mail import headers
from portal.mail.hygiene import Notes, file_name
from portal.mail.parts import Part, flat
from portal.mail.transfer import decoded

ANY_TYPE = "application/octet-stream"
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
