"""Invented messages as bytes, and what must be read out of them."""

import base64
import struct
from typing import Any

Sample = tuple[bytes, dict[str, Any]]

HEAD = b"From: Dana Reed <dana@example.org>\nTo: help@example.org\nDate: Tue, 03 Nov 2026 10:12:00 -0600\n"


def mail(*fields: str | bytes, body: str | bytes = "Hello") -> bytes:
    """A message of the usual head, more header fields, and a body."""
    lines = [field.encode() if isinstance(field, str) else field for field in fields]
    content = body.encode() if isinstance(body, str) else body
    return HEAD + b"".join(line + b"\n" for line in lines) + b"\n" + content


def mixed(*parts: str | bytes, kind: str = "mixed", boundary: str = "b1") -> bytes:
    """A multipart message; each part is given with its own headers."""
    return mail(
        "MIME-Version: 1.0",
        f'Content-Type: multipart/{kind}; boundary="{boundary}"',
        body=pieces(*parts, boundary=boundary),
    )


def pieces(*parts: str | bytes, boundary: str) -> bytes:
    contents = [part.encode() if isinstance(part, str) else part for part in parts]
    line = b"--" + boundary.encode()
    return b"".join(line + b"\n" + content + b"\n" for content in contents) + line + b"--\n"


def pdf(disposition: str, content_type: str = "application/pdf") -> str:
    """A part with the five bytes "%PDF-"."""
    fields = (
        f"Content-Type: {content_type}",
        f"Content-Disposition: {disposition}",
        "Content-Transfer-Encoding: base64",
    )
    return "\n".join([*fields, "", "JVBERi0="])


def b64(raw: bytes) -> str:
    return base64.encodebytes(raw).decode()


def winmail(*objects: tuple[int, int, int, bytes]) -> bytes:
    """A TNEF stream of objects (level, name, type, data)."""
    stream = struct.pack("<IH", 0x223E9F78, 1)
    for level, name, kind, data in objects:
        stream += struct.pack("<BHHI", level, name, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    return stream
