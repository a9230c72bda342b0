"""What the three lists of the register have in common: sorting in the URL, and exports of exactly what is listed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.policy import Permission, allows
from portal.tables import Column, Order, everything, export
from portal.web import actor

FORMATS = ("csv", "xlsx")
LISTS = (
    ("People", "people.list_people", Permission.PERSON_READ),
    ("Organizations", "people.list_organizations", Permission.ORGANIZATION_READ),
    ("HMIS projects", "people.list_projects", Permission.PROJECT_READ),
)


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
        return {"label": label, "sorted": now, "sort_href": _url(sort=turned)}


def _url(**changes: str) -> str:
    """This list with other sorting or as a file; filters stay, paging starts anew."""
    dropped = ("after", "before", "format", *changes)
    kept: dict[str, Any] = {n: v for n, v in request.args.to_dict(flat=False).items() if n not in dropped}
    return url_for(request.endpoint or "", **{**(request.view_args or {}), **kept, **changes})


def export_links() -> Sequence[tuple[str, str]]:
    return (("CSV", _url(format="csv")), ("Excel", _url(format="xlsx")))


def register_nav(current: str) -> list[dict[str, Any]]:
    """The lists of the register that the reader may open."""
    return [
        {"label": label, "href": url_for(endpoint), "current": endpoint == current}
        for label, endpoint, permission in LISTS
        if allows(actor(), permission)
    ]


def exported(found: Any, order: Order, columns: Sequence[Column], name: str) -> ResponseReturnValue | None:
    """The whole list in its order as a file, when the URL asks for one."""
    kind = request.args.get("format", "")
    return export(everything(found, order), columns, kind, name) if kind in FORMATS else None


def is_filtered() -> bool:
    return any(value for name, value in request.args.items() if name not in ("sort", "after", "before", "format"))
