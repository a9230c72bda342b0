"""A list's state lives in its URL: sorting, filters, file format."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from portal.tables.paging import Order


@dataclass(frozen=True)
class Sorting:
    """The orders of a list by name; the URL's `sort` picks one, with a minus in front for the other way round."""

    orders: Mapping[str, Order]
    first: str

    @property
    def chosen(self) -> str:
        asked = request.args.get("sort", "")
        return asked if asked.removeprefix("-") in self.orders else self.first

    def order(self) -> Order:
        columns = self.orders[self.chosen.removeprefix("-")].columns
        return Order(columns, descending=self.chosen.startswith("-"))

    def heading(self, label: str, name: str) -> dict[str, Any]:
        """A column's heading that sorts by it; sorted already, it sorts the other way round."""
        now = {name: "ascending", f"-{name}": "descending"}.get(self.chosen)
        turned = f"-{name}" if now == "ascending" else name
        return {"label": label, "sorted": now, "sort_href": url_with(sort=turned)}


def url_with(**changes: str) -> str:
    """This list with other sorting or as a file; filters stay, paging starts anew."""
    dropped = ("after", "before", "format", *changes)
    kept: dict[str, Any] = {n: v for n, v in request.args.to_dict(flat=False).items() if n not in dropped}
    return url_for(request.endpoint or "", **{**(request.view_args or {}), **kept, **changes})


def is_filtered() -> bool:
    return any(value for name, value in request.args.items() if name not in ("sort", "after", "before", "format"))
