"""Minimum clauses: what a text has to say before it is published, and whether its marked passages still say it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import yaml

from portal.agreements.rules.kinds import Kind
from portal.documents import text as plain
from portal.settings import data_dir
from portal.standing.rules import Authority

_SPACE = re.compile(r"\s+")
_OBLIGATION = re.compile(
    r"\b(?:must|shall|will|may|agrees?|required?|requires|responsible|obliged|entitled|acknowledges?|prohibited|"
    r"undertakes?|ensures?|(?:is|are) to|has to|have to|cannot|nobody|no one|never)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Clause:
    code: str
    title: str
    asks: str
    authority: Authority
    source: str
    is_optional: bool


@dataclass(frozen=True)
class Mark:
    """A passage of a text that is said to meet a clause, in the words that a reader sees."""

    clause: str
    passage: str


@cache
def _shipped() -> tuple[tuple[Clause, frozenset[Kind]], ...]:
    held = yaml.safe_load((data_dir("content") / "agreements" / "clauses.yml").read_text("utf-8"))["clauses"]
    return tuple(
        (
            Clause(
                code=one["code"],
                title=one["title"],
                asks=one["asks"],
                authority=Authority(one["authority"]),
                source=one["source"],
                is_optional=one.get("optional", False),
            ),
            frozenset(map(Kind, one["kinds"])),
        )
        for one in held
    )


def clauses(kind: Kind) -> tuple[Clause, ...]:
    """In the order of the checklist."""
    return tuple(clause for clause, kinds in _shipped() if kind in kinds)


def lacking(kind: Kind, markdown_text: str, marks: Iterable[Mark], waivers: Mapping[str, str]) -> tuple[str, ...]:
    """Why this text cannot be published, a sentence for each clause that is not met; `waivers`: reason by clause.

    A mark holds as long as its passage stands in the text as a reader sees it, and says what somebody has to do.
    """
    shown = _plain(markdown_text)
    by_clause: dict[str, list[str]] = {}
    for mark in marks:
        by_clause.setdefault(mark.clause, []).append(mark.passage)
    needed = (one for one in clauses(kind) if not one.is_optional and not waivers.get(one.code, "").strip())
    return tuple(sentence for one in needed if (sentence := _problem(one, by_clause.get(one.code, []), shown)))


def _problem(clause: Clause, passages: list[str], shown: str) -> str:
    if not passages:
        return f"“{clause.title}” is not marked in the text."
    standing = [passage for one in passages if (passage := _words(one)) and passage in shown]
    if not standing:
        return f"The passage marked for “{clause.title}” is no longer in the text."
    if not any(_OBLIGATION.search(passage) for passage in standing):
        return f"The passage marked for “{clause.title}” does not say what anybody has to do."
    return ""


def _plain(markdown_text: str) -> str:
    return _words(plain(markdown_text))


def _words(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
