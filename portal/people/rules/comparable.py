"""The checklist for a victim service provider's comparable database, and when it is due again."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType

import yaml

from portal.settings import data_dir


class Authority(StrEnum):
    """Where something asked for gets its force from; guidance has none of law."""

    RULE = "rule"
    STANDARDS = "standards_2004"
    SHOULD = "guidance_should"
    STRATEGY = "guidance_strategy"
    LOCAL = "local_policy"

    @property
    def words(self) -> str:
        return _AUTHORITY_WORDS[self]


_AUTHORITY_WORDS = MappingProxyType(
    {
        Authority.RULE: "rule",
        Authority.STANDARDS: "2004 Standards",
        Authority.SHOULD: "guidance: should",
        Authority.STRATEGY: "guidance: strategy",
        Authority.LOCAL: "local policy",
    }
)


class CheckAnswer(StrEnum):
    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_LOOKED_AT = "not_looked_at"

    @property
    def words(self) -> str:
        return {"yes": "Yes", "partly": "Partly", "no": "No", "not_looked_at": "Not looked at"}[self.value]


class DatabaseState(StrEnum):
    """How an agency's comparable database stands on a day."""

    MISSING = "missing"
    UNCHECKED = "unchecked"
    DUE = "due"
    CHECKED = "checked"

    @property
    def words(self) -> str:
        return _STATE_WORDS[self]


_STATE_WORDS = MappingProxyType(
    {
        DatabaseState.MISSING: "Not on record",
        DatabaseState.UNCHECKED: "Never checked",
        DatabaseState.DUE: "Check due",
        DatabaseState.CHECKED: "Checked",
    }
)


@dataclass(frozen=True)
class CheckItem:
    code: str
    words: str
    authority: Authority
    source: str


@cache
def check_items() -> tuple[CheckItem, ...]:
    """As shipped in content/people/comparable_database.yml."""
    held = yaml.safe_load((data_dir("content") / "people" / "comparable_database.yml").read_text("utf-8"))
    return tuple(CheckItem(**{**one, "authority": Authority(one["authority"])}) for one in held["items"])


def answered(answers: Mapping[str, str]) -> Mapping[CheckItem, CheckAnswer]:
    """All items as the list stands today; what an older list did not have was not looked at."""
    known = {one.code: CheckAnswer(answers.get(one.code, CheckAnswer.NOT_LOOKED_AT)) for one in check_items()}
    return {one: known[one.code] for one in check_items()}


def check_words(answers: Mapping[str, str]) -> str:
    """The answers in one line: "12 yes, 1 partly, 2 not looked at"."""
    given = list(answered(answers).values())
    counts = [(given.count(one), one.words.lower()) for one in CheckAnswer]
    return ", ".join(f"{number} {words}" for number, words in counts if number)


def database_state(has_database: bool, next_due_on: date | None, today: date) -> DatabaseState:
    if not has_database:
        return DatabaseState.MISSING
    if next_due_on is None:
        return DatabaseState.UNCHECKED
    return DatabaseState.DUE if next_due_on <= today else DatabaseState.CHECKED


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
