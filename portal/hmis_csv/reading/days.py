"""A column of dates as days since 1970, fast where all are as the format asks, by the named forms where not."""

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from portal.hmis_csv.rules.dates import EARLIEST, LATEST, moment
from portal.hmis_csv.rules.problems import Problems

MICROSECONDS = pa.timestamp("us")


@dataclass(frozen=True)
class Times:
    """`at` is null where the cell is blank or no date. `bad` and `month_first` count cells."""

    at: pa.Array
    bad: int = 0
    month_first: int = 0

    @property
    def days(self) -> pa.Array:
        """Days since 1970-01-01."""
        return pc.cast(pc.cast(self.at, pa.date32(), safe=False), pa.int32())


def times(column: pa.Array) -> Times:
    try:
        at = pc.cast(column, MICROSECONDS)
    except pa.ArrowInvalid:
        return _slowly(column)
    ends = pc.min_max(at).as_py()
    if ends["min"] is not None and not EARLIEST <= ends["min"].date() <= ends["max"].date() < LATEST:
        return _slowly(column)
    return Times(at)


def _slowly(column: pa.Array) -> Times:
    """Each different text is read once."""
    coded = pc.dictionary_encode(column.cast(pa.binary()))
    read: list[datetime | None] = []
    flags: list[bool] = []
    for text in coded.dictionary.to_pylist():
        found = moment(text.decode("latin-1"))
        read.append(found.at if found else None)
        flags.append(found.month_first if found else False)
    at = pc.take(pa.array(read, MICROSECONDS), coded.indices)
    month_first = pc.sum(pc.take(pa.array(flags, pa.bool_()), coded.indices)).as_py() or 0
    return Times(at, at.null_count - column.null_count, month_first)


class DateTrouble:
    """Adds up what is wrong with one column of dates over all batches; no cell is ever quoted."""

    def __init__(self, file: str, column: str, *, must: bool) -> None:
        self.file = file
        self.column = column
        self.must = must
        self.blank = self.bad = self.month_first = 0

    def seen(self, column: pa.Array, found: Times) -> None:
        self.blank += column.null_count
        self.bad += found.bad
        self.month_first += found.month_first

    def tell(self, problems: Problems) -> None:
        where = {"file": f"{self.file}.csv", "column": self.column}
        if self.must and self.blank:
            problems.error("blank", f"{self.column} is blank in {self.blank:,} rows. It may not be.", **where)
        if self.bad:
            words = f"{self.column} is no date in a form that the format names (yyyy-mm-dd) in {self.bad:,} rows."
            problems.error("bad_date", words, **where)
        if self.month_first:
            words = (
                f"{self.column} is written month first in {self.month_first:,} rows. "
                "It is read so; the format asks for yyyy-mm-dd."
            )
            problems.warning("month_first", words, **where)
