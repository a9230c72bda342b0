"""One file in the zip as UTF-8, its header split from its records."""

import csv
import io
from collections.abc import Mapping
from types import MappingProxyType
from typing import IO

from portal.errors import Refused
from portal.hmis_csv.reading.archive import BROKEN, DAMAGED
from portal.hmis_csv.reading.encodings import Met, Recoder
from portal.hmis_csv.rules.problems import Problems, Severity

CHUNK = 1 << 20
LONGEST_HEADER = 1 << 16

TOLD: Mapping[Met, tuple[Severity, str]] = MappingProxyType(
    {
        Met.UTF_16: (Severity.NOTE, "The file is written in UTF-16; the format asks for UTF-8. It is read so."),
        Met.WINDOWS_1252: (
            Severity.NOTE,
            "The file is written in Windows-1252; the format asks for UTF-8. It is read so.",
        ),
        Met.NULS: (Severity.WARNING, "The file holds NUL characters, which no text has. They are left out."),
    }
)


class Text(io.RawIOBase):
    """A readable stream of the records, header taken off."""

    def __init__(self, name: str, raw: IO[bytes]) -> None:
        super().__init__()
        self.name = name
        self._raw = raw
        first = self._chunk()
        self._recoder = Recoder(first)
        self._left = self._recoder.recoded(first) if first else b""
        self._ended = not first
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

    def tell_encoding(self, problems: Problems) -> None:
        """Once the end is reached: what had to be mended on the way."""
        for met in Met:
            if met in self._recoder.met:
                severity, words = TOLD[met]
                problems.add(severity, met.value, words, file=self._file)

    def _fill(self) -> None:
        while not self._left and not self._ended:
            chunk = self._chunk()
            self._ended = not chunk
            self._left = self._recoder.recoded(chunk)

    def _chunk(self) -> bytes:
        try:
            return self._raw.read(CHUNK)
        except BROKEN:
            raise Refused(DAMAGED) from None

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
