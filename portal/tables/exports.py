"""CSV or XLSX of exactly what is listed."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import xlsxwriter
from flask import Response, request
from sqlalchemy import Select

from portal.tables.paging import Order, everything
from portal.tables.sorting import url_with

FORMATS = ("csv", "xlsx")
BATCH = 500
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """One column of an export: its heading, and how to read it from a row."""

    title: str
    value: Callable[[Any], Any]


def export(rows: Iterable[Any], columns: Sequence[Column], kind: str, name: str) -> Response:
    """A download of the rows as "csv" (UTF-8 with a byte order mark, for spreadsheets) or "xlsx"."""
    if kind == "xlsx":
        body, mime = _xlsx(rows, columns), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        kind, body, mime = "csv", _csv(rows, columns), "text/csv; charset=utf-8"
    return Response(body, mimetype=mime, headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'})


def _csv(rows: Iterable[Any], columns: Sequence[Column]) -> bytes:
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow([column.title for column in columns])
    for row in rows:
        writer.writerow([_harmless(_plain(column.value(row))) for column in columns])
    return b"\xef\xbb\xbf" + sheet.getvalue().encode()


def _xlsx(rows: Iterable[Any], columns: Sequence[Column]) -> bytes:
    memory = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(memory, options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [column.title for column in columns], book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for index, row in enumerate(rows, start=1):
            sheet.write_row(index, 0, [_plain(column.value(row)) for column in columns])
    return memory.getvalue()


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M UTC")
    return value if isinstance(value, (int, float)) else str(value)


def _harmless(value: Any) -> Any:
    """A cell that a spreadsheet would run as a formula is shown as text (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def export_links() -> Sequence[tuple[str, str]]:
    return (("CSV", url_with(format="csv")), ("Excel", url_with(format="xlsx")))


def exported(
    found: Select[Any],
    order: Order,
    columns: Sequence[Column],
    name: str,
    told: Callable[[Sequence[Any]], Iterable[Any]] = lambda rows: rows,
) -> Response | None:
    """The whole list in its order as a file, when the URL asks for one; `told` turns rows into what is shown."""
    kind = request.args.get("format", "")
    return export(_told(everything(found, order), told), columns, kind, name) if kind in FORMATS else None


def _told(found: Iterable[Any], told: Callable[[Sequence[Any]], Iterable[Any]]) -> Iterator[Any]:
    rows = iter(found)
    while batch := list(islice(rows, BATCH)):
        yield from told(batch)
