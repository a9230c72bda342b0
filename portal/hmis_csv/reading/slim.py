"""A copy of an export without its clients: the roster whole, of the activity only what may be read."""

import contextlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyarrow as pa
from pyarrow import csv as pacsv

from portal.errors import Refused
from portal.hmis_csv.reading.archive import BROKEN, DAMAGED, Archive, Source, archive
from portal.hmis_csv.reading.records import LARGEST
from portal.hmis_csv.reading.streams import Stream, unseen
from portal.hmis_csv.reading.texts import Text
from portal.hmis_csv.rules.problems import Problem, Problems
from portal.hmis_csv.rules.specification import MANDATORY, activity_files, never_opened, slim_columns, slim_files

ADVICE = (
    "Upload it from a browser with JavaScript, which leaves the clients out before anything is sent, "
    "or run `portal hmis-csv slim FILE.zip` on your desk and upload the copy."
)
UNREADABLE = b'"?","?","?","?"\n'
"""In place of a roster's row that has more or fewer cells than column names: else it would seem to be gone."""
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Slimmed:
    """What the copy holds and lacks. `columns` are the columns left out, by file."""

    path: Path
    kept: tuple[str, ...]
    files_left_out: int
    columns_left_out: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        columns = (f"{name}.csv lost {len(columns)} columns." for name, columns in self.columns_left_out.items())
        left_out = f"{self.files_left_out} files were left out, Client.csv among them if there was one."
        told = (f"{problem.file}: {problem.message}" for problem in self.problems)
        return (f"{self.path.name} holds {len(self.kept)} files.", left_out, *columns, *told)


def slim(source: Path, out: Path | None = None) -> Slimmed:
    """Write the copy beside the source, or to `out`; a file that stands there is refused, and a half copy never stays.

    Raises:
        Refused: the source is no export, or the copy cannot be written.
    """
    target = out or source.with_name(f"{source.stem}-slim.zip")
    if target.exists():
        raise Refused(f"{target.name} is there already. Name another file with --out.")
    with archive(source) as opened, _written(target) as half, zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as copy:
        return _copied(opened, copy, target)


@contextlib.contextmanager
def _written(target: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name only when it is whole."""
    try:
        number, half = tempfile.mkstemp(dir=target.parent, prefix=".slim-", suffix=".zip")
    except OSError:
        raise Refused(f"No file can be written to the folder of {target.name}.") from None
    path = Path(half)
    try:
        with os.fdopen(number, "wb") as stream:
            yield stream
        path.replace(target)
    finally:
        path.unlink(missing_ok=True)


def _copied(opened: Archive, copy: zipfile.ZipFile, target: Path) -> Slimmed:
    problems = Problems()
    left_out: dict[str, tuple[str, ...]] = {}
    kept = tuple(name for name in slim_files() if name in opened)
    if missing := [name for name in MANDATORY if name not in kept]:
        raise Refused(f"The zip file holds no {missing[0]}.csv, so it is not a whole HMIS CSV export.")
    for name in kept:
        info = zipfile.ZipInfo(f"{name}.csv", EPOCH)
        info.compress_type = zipfile.ZIP_DEFLATED
        with copy.open(info, "w", force_zip64=True) as sink:
            beyond = _beyond(opened, name)
            if beyond or name in activity_files():
                left_out[name] = beyond
                _copy_allowed(opened, name, sink, problems)
            else:
                _copy_whole(opened, name, sink)
    others = opened.others + len(opened.members) - len(kept)
    return Slimmed(target, kept, others, left_out, problems.all())


def _copy_whole(opened: Archive, name: str, sink: IO[bytes]) -> None:
    if opened.size(name) > LARGEST:
        raise Refused(f"{name}.csv is far larger than a roster can be. It is not read.")
    try:
        with opened.opened(name) as raw:
            shutil.copyfileobj(raw, sink, 1 << 20)
    except BROKEN:
        raise Refused(DAMAGED) from None


def _copy_allowed(opened: Archive, name: str, sink: IO[bytes], problems: Problems) -> None:
    """Of an activity file always the same columns; of others those that it has."""
    has = {column.lower() for column in _header(opened, name)}
    keep = tuple(one for one in slim_columns(name) if name in activity_files() or one.lower() in has)
    stream = Stream(opened, name, keep, problems, unseen)
    schema = pa.schema([(column, pa.binary()) for column in keep])
    with pacsv.CSVWriter(sink, schema, write_options=pacsv.WriteOptions(quoting_style="needed")) as writer:
        for batch in stream.batches():
            writer.write_batch(
                pa.RecordBatch.from_arrays([one.cast(pa.binary()) for one in batch.columns], schema=schema)
            )
    if name not in activity_files():
        sink.write(UNREADABLE * stream.skipped)


def looks_full(names: Iterable[str]) -> bool:
    """Whether file names of a zip tell that clients are in it."""
    bases = {name.replace("\\", "/").rpartition("/")[2].lower() for name in names}
    return any(f"{name.lower()}.csv" in bases for name in never_opened())


def demand_slim(source: Source) -> None:
    """
    Raises:
        Refused: the zip is no export, holds files beyond the slim ones, or columns that are never to leave the desk.
    """
    with archive(source) as opened:
        if looks_full(opened.file.namelist()):
            raise Refused(f"This export holds Client.csv, and client data may not come here. {ADVICE}")
        beyond = [name for name in opened.members if name not in slim_files()]
        if beyond or opened.others:
            raise Refused(
                f"This export holds more files than the portal reads, and they may hold client data. {ADVICE}"
            )
        for name in opened.members:
            if _beyond(opened, name):
                raise Refused(
                    f"{name}.csv holds columns about clients or of unknown content, which may not come here. {ADVICE}"
                )


def _header(opened: Archive, name: str) -> tuple[str, ...]:
    with opened.opened(name) as raw:
        return Text(name, raw).header


def _beyond(opened: Archive, name: str) -> tuple[str, ...]:
    """Columns that a slim copy does not hold."""
    allowed = {column.lower() for column in slim_columns(name)}
    return tuple(column for column in _header(opened, name) if column.lower() not in allowed)
