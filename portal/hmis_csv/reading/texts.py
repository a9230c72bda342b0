"""Bytes of one file in the zip as UTF-8, without marks and NULs, its header split from its records."""

import codecs
import csv
import io
from typing import IO

from portal.errors import Refused
from portal.hmis_csv.reading.archive import BROKEN, DAMAGED
from portal.hmis_csv.rules.problems import Problems

CHUNK = 1 << 20
LONGEST_HEADER = 1 << 16

MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Text(io.RawIOBase):
    """A readable stream of the records, header taken off. It tells what it mended once the end is reached."""

    def __init__(self, name: str, raw: IO[bytes], problems: Problems) -> None:
        super().__init__()
        self.name = name
        self._raw = raw
        self._problems = problems
        self._left = self._chunk()
        self._nuls = False
        self._decoder = self._start()
        self.header = self._header()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return self.readall()
        self._fill()
        given, self._left = self._left[:size], self._left[size:]
        return given

    def readall(self) -> bytes:
        return b"".join(iter(lambda: self.read(CHUNK), b""))

    @property
    def is_empty(self) -> bool:
        """Nothing follows the header."""
        self._fill()
        return not self._left

    def _fill(self) -> None:
        while not self._left and (more := self._chunk()):
            self._left = self._clean(more)

    def _chunk(self) -> bytes:
        try:
            return self._raw.read(CHUNK)
        except BROKEN:
            raise Refused(DAMAGED) from None

    def _start(self) -> codecs.IncrementalDecoder | None:
        """Find the encoding from the first bytes: a mark, or the NULs that UTF-16 puts beside plain letters."""
        for mark, encoding in MARKS:
            if self._left.startswith(mark):
                return self._told(encoding, self._left[len(mark) :])
        for encoding, nuls in (("utf-16-le", self._left[1:64:2]), ("utf-16-be", self._left[0:64:2])):
            if len(nuls) > 4 and not nuls.strip(b"\0"):
                return self._told(encoding, self._left)
        self._left = self._without_nuls(self._left)
        return None

    def _told(self, encoding: str, text: bytes) -> codecs.IncrementalDecoder | None:
        if encoding == "utf-8":
            self._left = self._without_nuls(text)
            return None
        words = "The file is written in UTF-16; the format asks for UTF-8. It is read so."
        self._problems.note("encoding_utf_16", words, file=self._file)
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._left = decoder.decode(text).replace("\0", "").encode("utf-8", "replace")
        return decoder

    def _clean(self, chunk: bytes) -> bytes:
        if self._decoder is None:
            return self._without_nuls(chunk)
        return self._decoder.decode(chunk).replace("\0", "").encode("utf-8", "replace")

    def _without_nuls(self, chunk: bytes) -> bytes:
        if b"\0" not in chunk:
            return chunk
        if not self._nuls:
            self._nuls = True
            words = "The file holds NUL characters, which no text has. They are left out."
            self._problems.warning("nul_characters", words, file=self._file)
        return chunk.replace(b"\0", b"")

    def _header(self) -> tuple[str, ...]:
        ends = [at for at in (self._left.find(b"\n"), self._left.find(b"\r")) if at >= 0]
        end = min(ends, default=len(self._left))
        if end > LONGEST_HEADER:
            raise Refused(f"{self._file} does not start with a line of column names.")
        line, self._left = self._left[:end], self._left[end:]
        self._left = self._left.removeprefix(b"\r").removeprefix(b"\n")
        try:
            cells = next(csv.reader([line.decode("utf-8", "replace")], strict=True), [])
        except csv.Error:
            raise Refused(f"{self._file} does not start with a line of column names.") from None
        return tuple(cell.strip() for cell in cells)

    @property
    def _file(self) -> str:
        return f"{self.name}.csv"


def positions(text: Text, wanted: tuple[str, ...], problems: Problems) -> dict[str, int]:
    """Where each wanted column stands, by name without regard to case. Of two with one name the first counts."""
    names = [name.lower() for name in text.header]
    found = {column: names.index(column.lower()) for column in wanted if column.lower() in names}
    for column in found:
        if names.count(column.lower()) > 1:
            words = f"{column} stands in the header twice. The first is read."
            problems.error("duplicate_column", words, file=f"{text.name}.csv", row=1, column=column)
    return found
