"""Kept files: by content hash, outside the web root, sniffed before they are trusted; sealed ones encrypted at rest."""

import base64
import hashlib
import os
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import puremagic
from cryptography.fernet import Fernet, InvalidToken
from flask import Response, current_app
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.audit import Act
from portal.db import Base, db, put
from portal.errors import Refused
from portal.settings import Settings

ALLOWED = MappingProxyType(
    {
        "pdf": "application/pdf",
        "png": "image/png",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "gif": "image/gif",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "csv": "text/csv",
        "txt": "text/plain",
    }
)
ALLOWED_WORDS = "PDF, PNG, JPEG, GIF, Word (.docx), Excel (.xlsx), CSV and text files"
MEGABYTE = 1024 * 1024
MAX_ARCHIVE_ENTRIES = 2000
MAX_ARCHIVE_BYTES = 200 * MEGABYTE
_OFFICE_FOLDERS = MappingProxyType({"docx": "word/", "xlsx": "xl/"})
_MACROS = "vbaProject.bin"


class KeptFile(Base):
    """One content, kept once however often it was sent. `sealed` content is encrypted with the installation's key."""

    __tablename__ = "kept_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    content_type: Mapped[str] = mapped_column(String(120))
    sealed: Mapped[bool] = mapped_column(default=False)
    kept_at: Mapped[datetime]
    purged_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Upload:
    """A file as it arrived: the name its sender gave it, and its bytes."""

    name: str
    content: bytes


def content_type(upload: Upload) -> str:
    """What the file is, by its ending *and* its bytes; the name is made safe before it is looked at.

    Raises:
        Refused: the two disagree, the kind is not accepted, or the file is empty, too large or an archive bomb.
    """
    name = safe_name(upload.name)
    ending = name.rpartition(".")[2].lower()
    if not upload.content:
        raise Refused(f"The file “{name}” is empty.")
    check_size(name, len(upload.content))
    if ending not in ALLOWED:
        raise Refused(f"The file “{name}” was not accepted. Send {ALLOWED_WORDS}.")
    if not _is_what_it_says(ending, upload.content):
        raise Refused(
            f"The file “{name}” is not what its name says. Save it again as a real .{ending} file, or send a PDF."
        )
    return ALLOWED[ending]


def check_size(name: str, size: int) -> None:
    """Raises Refused when a file of so many bytes is too large to be kept."""
    settings: Settings = current_app.extensions["portal.settings"]
    most = settings.max_upload_bytes
    if size > most:
        raise Refused(
            f"The file “{safe_name(name)}” has {size / MEGABYTE:.1f} MB; a file may have {most // MEGABYTE} MB. "
            "Send a smaller one, or only the pages that matter."
        )


def _is_what_it_says(ending: str, content: bytes) -> bool:
    if ending in ("csv", "txt"):
        return _is_text(content)
    if ending in _OFFICE_FOLDERS:
        return _is_office(content, _OFFICE_FOLDERS[ending])
    if ending == "pdf":
        return content.startswith(b"%PDF-")
    try:
        sniffed = puremagic.from_string(content, mime=True)
    except (puremagic.PureError, ValueError):
        return False
    return bool(sniffed == ALLOWED[ending])


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    head = content[:65536]
    return b"\0" not in head and not content.startswith((b"MZ", b"\x7fELF", b"%PDF-", b"PK\x03\x04"))


def _is_office(content: bytes, folder: str) -> bool:
    """A Word or Excel file: a sane archive with the right folder and no macros."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    names = {entry.filename for entry in entries}
    return (
        len(entries) <= MAX_ARCHIVE_ENTRIES
        and sum(entry.file_size for entry in entries) <= MAX_ARCHIVE_BYTES
        and "[Content_Types].xml" in names
        and any(name.startswith(folder) for name in names)
        and not any(name.endswith(_MACROS) for name in names)
    )


def keep(act: Act, content: bytes, kind: str, sealed: bool = False) -> KeptFile:
    """Keep these bytes; the row is part of the transaction, a file without a row is swept later."""
    digest = hashlib.sha256(content).hexdigest()
    known = None if sealed else _kept_already(digest, kind)
    if known is not None:
        _write(_path(known), content)  # a folder restored from an older copy may lack it
        return known
    kept = put(KeptFile(sha256=digest, size=len(content), content_type=kind, sealed=sealed, kept_at=act.at))
    _write(_path(kept), _sealer().encrypt(content) if sealed else content)
    return kept


def _kept_already(digest: str, kind: str) -> KeptFile | None:
    """Sealed content is kept anew each time, because a purge must not touch another's copy."""
    same = select(KeptFile).where(KeptFile.sha256 == digest, KeptFile.content_type == kind, KeptFile.sealed.is_(False))
    return db.session.scalar(same.where(KeptFile.purged_at.is_(None)).order_by(KeptFile.id).limit(1))


def read(kept: KeptFile) -> bytes:
    """The bytes that were kept.

    Raises:
        Refused: the content was purged by rule, or is missing or damaged on disk.
    """
    if kept.purged_at:
        raise Refused("This file was removed by the retention rule.")
    try:
        content = _path(kept).read_bytes()
        content = _sealer().decrypt(content) if kept.sealed else content
    except (FileNotFoundError, InvalidToken):
        raise Refused("This file cannot be read. Tell the HMIS Lead administrator.") from None
    if hashlib.sha256(content).hexdigest() != kept.sha256:
        raise Refused("This file was changed on disk and is not shown. Tell the HMIS Lead administrator.")
    return content


def purge(act: Act, kept: KeptFile) -> None:
    """Remove a sealed content for good; the row stays and says when."""
    kept.purged_at = act.at
    _path(kept).unlink(missing_ok=True)


def attachment(kept: KeptFile, name: str) -> Response:
    """A download that no browser renders: attachment, sniffing off, a sandbox of its own."""
    response = Response(read(kept), mimetype=kept.content_type)
    response.headers["Content-Disposition"] = _disposition(name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _disposition(name: str) -> str:
    """Headers hold Latin letters only; other names travel encoded beside a plain one (RFC 6266, 4.3; RFC 8187)."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().replace("\\", "_").replace('"', "_")
    same = "" if bare == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'attachment; filename="{bare}"{same}'


def safe_name(name: str) -> str:
    """A sender's file name as we store and show it: no path, no control or direction characters, at most 120 long."""
    base = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(character for character in base if character.isprintable()).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:110]}{dot}{ending[:10]}" if len(plain) > 120 else plain or "file"


def _path(kept: KeptFile) -> Path:
    """Unsealed content by its hash; sealed content by its row, because a purge must not touch another's copy."""
    settings: Settings = current_app.extensions["portal.settings"]
    if kept.sealed:
        return settings.data / "files" / "sealed" / f"{kept.id}-{kept.sha256[:16]}"
    return settings.data / "files" / kept.sha256[:2] / kept.sha256[2:4] / kept.sha256


def _write(path: Path, content: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)


def _sealer() -> Fernet:
    settings: Settings = current_app.extensions["portal.settings"]
    return Fernet(base64.urlsafe_b64encode(settings.key("seal", 32)))
