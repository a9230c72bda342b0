"""The shipped texts that the community is made from."""

from dataclasses import dataclass
from typing import Any

import yaml

from portal.demo.rules import Scenario, scenarios_from
from portal.settings import data_dir

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Shipped:
    """Parsed files of content/demo and content/tickets."""

    community: dict[str, Any]
    people: dict[str, Any]
    scenarios: tuple[Scenario, ...]
    visits: tuple[Scenario, ...]
    queues: list[dict[str, Any]]
    categories: list[dict[str, Any]]
    canned: list[dict[str, Any]]
    triage: list[dict[str, Any]]
    standing: dict[str, Any]


def read() -> Shipped:
    tickets = _file("demo/tickets.yml")
    return Shipped(
        community=_file("demo/community.yml"),
        people=_file("demo/people.yml"),
        scenarios=scenarios_from(tickets),
        visits=scenarios_from({**_file("demo/visitors.yml"), "seasons": tickets["seasons"]}),
        queues=_file("tickets/queues.yml")["queues"],
        categories=_file("tickets/categories.yml")["categories"],
        canned=_file("tickets/canned.yml")["canned"],
        standing=_file("demo/standing.yml"),
        triage=[*_file("demo/triage.yml")["rules"], *_file("tickets/triage.yml")["rules"]],
    )


def _file(name: str) -> dict[str, Any]:
    text = (data_dir("content") / name).read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.load(text, Loader=_LOADER)  # noqa: S506 - the safe loader, in C where there is one
    return content
