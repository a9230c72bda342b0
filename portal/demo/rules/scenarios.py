"""Scenarios as they stand in content/demo/tickets.yml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from portal.policy import Role
from portal.tickets.rules import Channel, Urgency

STRANGER = "stranger"
WITH_VENDOR = "with_vendor"
NIGHT_TYPES = frozenset({0, 1, 8})
"""Shelters and safe havens, where somebody works at night (HMIS CSV list 2.02.6)."""


class Speaker(StrEnum):
    STAFF = "staff"
    REQUESTER = "requester"
    NOTE = "note"


@dataclass(frozen=True)
class Opener:
    """Who files it: somebody with this role, or (None) a stranger."""

    role: Role | None


@dataclass(frozen=True)
class Turn:
    by: Speaker
    after: timedelta
    """Working time since the turn before."""
    canned: str = ""
    text: str = ""
    then: str = ""

    @property
    def is_silent(self) -> bool:
        return not self.canned and not self.text


@dataclass(frozen=True)
class Scenario:
    key: str
    category: str
    channel: Channel
    opener: Opener
    weight: int
    months: frozenset[int]
    urgency: Urgency
    project_types: frozenset[int]
    subject: str
    openings: tuple[str, ...]
    thread: tuple[Turn, ...]
    is_left_open: bool
    is_guarded: bool
    burst: tuple[int, int] | None
    parent: str | None
    is_firsts: bool = False
    """Filed by the first person who holds the role: whoever enters the demo in it."""

    @property
    def is_nightly(self) -> bool:
        return bool(self.project_types) and self.project_types <= NIGHT_TYPES | {11}

    @property
    def is_ordinary(self) -> bool:
        """Asked in the browser, neither urgent nor known to many."""
        return (
            self.channel is Channel.WEB and self.urgency is Urgency.NORMAL and self.burst is None and bool(self.thread)
        )

    def names(self, placeholder: str) -> bool:
        """Does any text name it?"""
        said = (self.subject, *self.openings, *(turn.text for turn in self.thread))
        return any(f"{{{{ {placeholder} }}}}" in text for text in said)


def scenarios_from(content: Mapping[str, Any]) -> tuple[Scenario, ...]:
    seasons = {name: frozenset(months) for name, months in content["seasons"].items()}
    return tuple(_scenario(facts, seasons) for facts in content["scenarios"])


def _scenario(facts: Mapping[str, Any], seasons: Mapping[str, frozenset[int]]) -> Scenario:
    opener = facts["from"]
    scenario = Scenario(
        key=facts["key"],
        category=facts["category"],
        channel=Channel(facts["channel"]),
        opener=Opener(None if opener == STRANGER else Role(opener)),
        weight=facts["weight"],
        months=seasons[facts["season"]],
        urgency=Urgency(facts["urgency"]),
        project_types=frozenset(facts["project_types"]),
        subject=facts["subject"],
        openings=tuple(facts["openings"]),
        thread=_thread(facts["thread"]),
        is_left_open=facts["ends"] != "resolved",
        is_guarded=bool(facts.get("guard")),
        burst=tuple(facts["burst"]) if "burst" in facts else None,
        parent=facts.get("parent"),
        is_firsts=bool(facts.get("first")),
    )
    # Who names a colleague writes in the browser, where the guard asks before it masks.
    by_mail_naming = scenario.channel is Channel.MAIL and scenario.names("user")
    return replace(scenario, channel=Channel.WEB) if by_mail_naming else scenario


def _thread(turns: Sequence[Mapping[str, Any]]) -> tuple[Turn, ...]:
    return tuple(
        Turn(
            by=Speaker(turn["by"]),
            after=_working_time(turn["after"]),
            canned=turn.get("canned", ""),
            text=turn.get("text", ""),
            then=turn.get("then", ""),
        )
        for turn in turns
    )


def _working_time(words: str) -> timedelta:
    """ "25m" or "3h" """
    amount = int(words[:-1])
    return timedelta(minutes=amount) if words.endswith("m") else timedelta(hours=amount)
