"""What the lists of operations have in common: a file of exactly what is listed."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.people.views.lists import FORMATS
from portal.tables import Column, Order, everything, export

BATCH = 500


def exported(
    found: Any,
    order: Order,
    columns: Sequence[Column],
    name: str,
    told: Callable[[Sequence[Any]], Sequence[Any]] = lambda rows: rows,
) -> ResponseReturnValue | None:
    """The whole list as a file, when the URL asks for one; `told` turns rows into what is shown of them, by batches."""
    kind = request.args.get("format", "")
    return export(_told(found, order, told), columns, kind, name) if kind in FORMATS else None


def _told(found: Any, order: Order, told: Callable[[Sequence[Any]], Sequence[Any]]) -> Iterator[Any]:
    rows = iter(everything(found, order))
    while batch := list(islice(rows, BATCH)):
        yield from told(batch)
