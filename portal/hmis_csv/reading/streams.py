"""Files of any length as batches of the wanted columns, by pyarrow's CSV reader.

Its own messages quote cells: none is passed on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
from pyarrow import csv as pacsv

from portal.errors import Refused
from portal.hmis_csv.reading.archive import Archive
from portal.hmis_csv.reading.texts import Text, positions
from portal.hmis_csv.rules.problems import Problems

BLOCK = 4 << 20
"""Bytes read at once; no record of an export comes near. A longer one ends the reading."""

Progress = Callable[[int], None]
"""Told the bytes read since it was last called."""


def unseen(taken: int, /) -> None:
    """Progress that nobody looks at."""


@dataclass
class Stream:
    """One pass over one file. `batches` yields the wanted columns as text, blank cells as null, in the file's order."""

    archive: Archive
    name: str
    wanted: tuple[str, ...]
    problems: Problems
    progress: Progress
    skipped: int = 0
    found: dict[str, int] = field(default_factory=dict)

    def batches(self) -> Iterator[pa.RecordBatch]:
        with self.archive.opened(self.name) as raw:
            text = Counting(self.name, raw)
            self.found = positions(text, self.wanted, self.problems)
            if text.is_empty or not self.found:
                return
            for batch in self._parsed(text):
                yield self._named(batch)
                self.progress(text.taken())
            text.tell_encoding(self.problems)
        self._tell_skipped()

    def _parsed(self, text: "Counting") -> Iterator[pa.RecordBatch]:
        names = [str(place) for place in range(len(text.header))]
        read = sorted({str(place) for place in self.found.values()})
        try:
            reader = pacsv.open_csv(
                text,
                read_options=pacsv.ReadOptions(column_names=names, block_size=BLOCK),
                parse_options=pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=self._skip),
                convert_options=pacsv.ConvertOptions(
                    include_columns=read,
                    column_types=dict.fromkeys(read, pa.string()),
                    null_values=[""],
                    strings_can_be_null=True,
                ),
            )
            with reader:
                yield from reader
        except pa.ArrowException:
            words = "a quotation mark is missing or too many, or a row is endless"
            raise Refused(f"{self.name}.csv cannot be read to its end: {words}.") from None

    def _skip(self, row: object) -> str:
        self.skipped += 1
        return "skip"

    def _named(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The wanted columns by name; one that the file lacks is null throughout."""
        empty = pa.nulls(batch.num_rows, pa.string())
        columns = [batch.column(str(self.found[name])) if name in self.found else empty for name in self.wanted]
        return pa.RecordBatch.from_arrays(columns, names=list(self.wanted))

    def _tell_skipped(self) -> None:
        if self.skipped:
            words = f"{self.skipped:,} rows have more or fewer cells than there are column names. They are left out."
            self.problems.error("row_length", words, file=f"{self.name}.csv")


class Counting(Text):
    """Counts what was taken since it was last asked."""

    _taken = 0

    def read(self, size: int = -1, /) -> bytes:
        given = super().read(size)
        self._taken += len(given)
        return given

    def taken(self) -> int:
        taken, self._taken = self._taken, 0
        return taken
