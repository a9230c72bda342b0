"""The expectations of tests/security/expectations.yml as one cell for each request."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from flask import Flask

from tests.house.source import ROOT
from tests.house.world import PUBLIC, RELATIONS, World

FILE = ROOT / "tests/security/expectations.yml"
IN, FORBIDDEN, MISSING, SIGN_IN, NO_ROW, REFUSED = "+", "x", "-", "S", ".", "r"
CONFLICT = 409


@dataclass(frozen=True)
class Cell:
    """One visitor at one route with one row, and what must come of it."""

    endpoint: str
    method: str
    visitor: str
    relation: str
    expected: str
    kind: str
    at: Mapping[str, str]
    fields: Mapping[str, str]
    answers: int | None

    @property
    def words(self) -> str:
        row = f" on {self.kind} ({self.relation})" if self.kind else ""
        return f"{self.endpoint} {self.method} by {self.visitor}{row}"

    def arguments(self, world: World) -> dict[str, Any]:
        owner = "end_user" if self.visitor == PUBLIC else self.visitor
        row = world.rows[self.kind, owner, self.relation] if self.kind else {}
        return {**row, **self.at}

    def url(self, world: World, **other: Any) -> str:
        with world.app.test_request_context():
            return world.app.url_for(self.endpoint, **{**self.arguments(world), **other})


@cache
def held() -> Mapping[str, Any]:
    known: Mapping[str, Any] = yaml.safe_load(FILE.read_text())
    return known


def routes() -> set[str]:
    return set(held()["routes"])


def cells() -> Iterator[Cell]:
    for route, given in held()["routes"].items():
        endpoint, method = route.split()
        for rule in given if isinstance(given, list) else [given]:
            yield from _cells(endpoint, method, rule)


def _cells(endpoint: str, method: str, rule: Mapping[str, Any]) -> Iterator[Cell]:
    for visitor, letters in held()["audiences"][rule["for"]].items():
        for relation, letter in zip(RELATIONS, letters, strict=False):
            if letter != NO_ROW:
                yield Cell(
                    endpoint,
                    method,
                    visitor,
                    relation,
                    IN if letter == REFUSED else letter,
                    rule.get("row", ""),
                    rule.get("at", {}),
                    rule.get("with", {}),
                    CONFLICT if letter == REFUSED else rule.get("answers"),
                )


def routes_of(app: Flask) -> set[str]:
    """Every way in, as the file names them: "tickets.show_ticket GET"."""
    return {
        f"{rule.endpoint} {method}"
        for rule in app.url_map.iter_rules()
        for method in set(rule.methods or ()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
