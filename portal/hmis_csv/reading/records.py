"""Small files whole: Export and the roster, record by record."""

import csv
import io
from collections.abc import Iterator

from portal.errors import Refused
from portal.hmis_csv.reading.archive import Archive
from portal.hmis_csv.reading.texts import Text, positions
from portal.hmis_csv.rules.problems import Problems
from portal.hmis_csv.rules.rows import Cells
from portal.hmis_csv.rules.specification import FileSpec, Need

LARGEST = 64 << 20
"""Bytes of one roster file; a state with ten thousand projects stays far below."""
MOST_ROWS = 200_000


def records(archive: Archive, spec: FileSpec, problems: Problems) -> list[Cells]:
    """
    Raises:
        Refused: the file is too large, lacks the column of its key, or is no CSV.
    """
    name = spec.name
    if archive.size(name) > LARGEST:
        raise Refused(f"{name}.csv is far larger than a roster can be. It is not read.")
    with archive.opened(name) as raw:
        text = Text(name, raw)
        places = _places(text, spec, problems)
        body = text.readall().decode("utf-8")
        text.tell_encoding(problems)
    return list(_cells(name, body, places, len(text.header), problems))


def _places(text: Text, spec: FileSpec, problems: Problems) -> dict[str, int]:
    places = positions(text, tuple(column.name for column in spec.columns), problems)
    if spec.key not in places:
        raise Refused(f"{spec.name}.csv has no column {spec.key}, so it is not a file of an HMIS CSV export.")
    for column in spec.columns:
        if column.name in places:
            continue
        tell = problems.error if column.need is Need.MUST else problems.warning
        tell("column_missing", f"The column {column.name} is missing.", file=f"{spec.name}.csv", column=column.name)
    return {column.lower(): place for column, place in places.items()}


def _cells(name: str, body: str, places: dict[str, int], width: int, problems: Problems) -> Iterator[Cells]:
    reader = csv.reader(io.StringIO(body, newline=""), strict=True)
    row = 1
    try:
        for cells in reader:
            if not cells:
                continue
            row += 1
            if row > MOST_ROWS:
                raise Refused(f"{name}.csv has far more rows than a roster can have. It is not read.")
            if len(cells) == width:
                yield Cells(row, {column: cells[place] for column, place in places.items()})
                continue
            words = f"The row has {len(cells)} cells under {width} column names. It is set aside."
            problems.error("row_length", words, file=f"{name}.csv", row=row)
            yield Cells(row, {}, is_whole=False)
    except csv.Error:
        raise Refused(f"{name}.csv cannot be read after row {row}: a quotation mark is missing or too many.") from None
