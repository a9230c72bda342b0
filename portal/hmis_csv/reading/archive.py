"""The zip itself: what is in it, and whether it is safe to read. APPNOTE.TXT 6.3.10 names its fields."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from portal.errors import Refused
from portal.hmis_csv.rules.specification import known_files

MOST_ENTRIES = 500
LONGEST_DIRECTORY = 1 << 20
LARGEST_MEMBER = 16 << 30
LARGEST_ALL = 64 << 30
DENSE_FROM = 64 << 20
DENSEST = 250
"""Real exports shrink to a tenth; from DENSE_FROM bytes on, more than this many to one is a zip bomb."""

ENCRYPTED = 0x1
Source = Path | IO[bytes]
"""A file by its path, or one that is open already and has no name."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
END_OF_DIRECTORY_64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR_64 = struct.Struct("<4sLQL")

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
"""What the zip library raises at bytes that are no sound zip."""
NOT_A_ZIP = "This is not a zip file that can be read. Upload the HMIS CSV export as the vendor's software wrote it."
DAMAGED = "The zip file is damaged or cut short. Download the export again."


@dataclass(frozen=True)
class Archive:
    """`members` are the files of the format by name without ".csv"; `others` counts what is none of them."""

    file: zipfile.ZipFile
    members: Mapping[str, zipfile.ZipInfo]
    in_folder: bool
    others: int

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def size(self, name: str) -> int:
        """Bytes of the file once unpacked, as the zip's directory tells."""
        return self.members[name].file_size

    def opened(self, name: str) -> IO[bytes]:
        try:
            return self.file.open(self.members[name])
        except BROKEN:
            raise Refused(DAMAGED) from None


@contextmanager
def archive(source: Source) -> Iterator[Archive]:
    """
    Raises:
        Refused: not a zip, unsafe to read, or not one HMIS CSV export.
    """
    _demand_small_directory(source)
    try:
        file = zipfile.ZipFile(source)
    except BROKEN:
        raise Refused(NOT_A_ZIP) from None
    with file:
        entries = [info for info in file.infolist() if not info.is_dir()]
        _demand_safe(entries)
        yield _looked_over(file, entries)


def _demand_small_directory(source: Source) -> None:
    """A directory of millions of entries would fill the memory before one could count them."""
    try:
        length = _length_on_disk(source) if isinstance(source, Path) else _directory_length(source)
    except (OSError, ValueError, struct.error):
        raise Refused(NOT_A_ZIP) from None
    if length > LONGEST_DIRECTORY:
        raise Refused("The zip file lists far more files than an HMIS CSV export has. It is not read.")


def _length_on_disk(path: Path) -> int:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Refused(f"{path.name} is not a file.")
    except FileNotFoundError:
        raise Refused(f"There is no file {path.name}.") from None
    with path.open("rb") as raw:
        return _directory_length(raw)


def _directory_length(raw: IO[bytes]) -> int:
    size = raw.seek(0, 2)
    start = max(0, size - END_OF_DIRECTORY.size - 0xFFFF)
    raw.seek(start)
    tail = raw.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise ValueError("no directory")
    length: int = END_OF_DIRECTORY.unpack_from(tail, at)[5]
    locator = at - LOCATOR_64.size
    if locator >= 0 and tail[locator : locator + 4] == b"PK\x06\x07":
        raw.seek(LOCATOR_64.unpack_from(tail, locator)[2])
        length = max(length % 0xFFFFFFFF, END_OF_DIRECTORY_64.unpack(raw.read(END_OF_DIRECTORY_64.size))[8])
    return length


def _demand_safe(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Refused(f"The zip file holds {len(entries):,} files, far more than an HMIS CSV export. It is not read.")
    if any(_escapes(info.filename) for info in entries):
        raise Refused("The zip file holds a file whose name points outside of it. It is not read.")
    if any(info.flag_bits & ENCRYPTED for info in entries):
        raise Refused("The zip file is protected by a password. Upload the export without one.")
    if any(info.file_size > DENSE_FROM and info.file_size > DENSEST * info.compress_size for info in entries):
        raise Refused("The zip file would unpack to many hundred times its size, as no export does. It is not read.")
    largest, total = max((info.file_size for info in entries), default=0), sum(info.file_size for info in entries)
    if largest > LARGEST_MEMBER or total > LARGEST_ALL:
        raise Refused("The files in the zip are larger than any HMIS CSV export. It is not read.")


def _escapes(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]


def _looked_over(file: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Archive:
    known = {name.lower(): name for name in known_files()}
    found: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for info in entries:
        folder, _, base = info.filename.replace("\\", "/").rpartition("/")
        name = known.get(base.lower().removesuffix(".csv")) if base.lower().endswith(".csv") else None
        if name is None or folder.startswith("__MACOSX"):
            continue
        if name in found.setdefault(folder, {}):
            raise Refused(f"The zip file holds {name}.csv twice. Upload the export as the vendor's software wrote it.")
        found[folder][name] = info
    folder = _one_folder(found, entries)
    members = found[folder]
    _demand_readable(members)
    return Archive(file, members, in_folder=bool(folder), others=len(entries) - len(members))


def _one_folder(found: dict[str, dict[str, zipfile.ZipInfo]], entries: list[zipfile.ZipInfo]) -> str:
    exports = [folder for folder, members in found.items() if "Export" in members]
    if len(exports) == 1:
        return exports[0]
    if exports:
        raise Refused("The zip file holds several exports in several folders. Upload them one by one.")
    if any(info.filename.lower().endswith(".zip") for info in entries):
        raise Refused("The zip file holds another zip file instead of an export. Unpack it, and upload the inner one.")
    raise Refused("The zip file holds no Export.csv, so it is not an HMIS CSV export.")


def _demand_readable(members: Mapping[str, zipfile.ZipInfo]) -> None:
    for name, info in members.items():
        if info.compress_type not in METHODS:
            raise Refused(f"{name}.csv is packed in a way that cannot be read. Zip the files again, in the usual way.")
