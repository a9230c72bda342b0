"""Who lives in the community: names, titles, roles, and when each came and left."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum
from random import Random
from types import MappingProxyType
from typing import Any

from portal.policy import Role

PEOPLE = 260
"""In the register by the day, those who have left among them."""
LEAVERS = 6
LEAVES_LATELY = (3, 0)
"""So many days ago the last of them left."""
LATE_SHARE = 0.2
"""Of the end users, who joined after the beginning."""

_HEADS = (Role.AGENCY_EXECUTIVE,), (Role.AGENCY_ADMIN, Role.END_USER)
_OFFICER = (Role.AGENCY_SECURITY_OFFICER,)
_BY_SIZE: Mapping[str, tuple[tuple[Role, ...], ...]] = MappingProxyType(
    {
        "large": (*_HEADS, (Role.AGENCY_ADMIN,), _OFFICER, (), ()),
        "medium": (*_HEADS, _OFFICER, ()),
        "small": ((Role.AGENCY_EXECUTIVE, Role.AGENCY_SECURITY_OFFICER), (Role.AGENCY_ADMIN, Role.END_USER), ()),
    }
)
_WITHOUT_HMIS: tuple[tuple[Role, ...], ...] = (
    (Role.AGENCY_EXECUTIVE, Role.AGENCY_SECURITY_OFFICER),
    (Role.AGENCY_ADMIN,),
    (),
    (),
)
"""A victim service provider and an agency not taking part have nobody with an HMIS license."""
_AT_COC = 4
_AT_VENDOR = 3
_AT_FUNDER = 2
_AT_EVALUATOR = 2


class Progress(IntEnum):
    """How far the license of a new end user has come."""

    ASKED = 0
    EVIDENCE_WAITS = 1
    READY = 2
    APPROVED = 3
    ACTIVE = 4


NEWEST = (
    (1, Progress.ASKED),
    (2, Progress.ASKED),
    (4, Progress.EVIDENCE_WAITS),
    (6, Progress.READY),
    (7, Progress.APPROVED),
    (9, Progress.APPROVED),
)
"""End users of the last days: how long ago each came."""


@dataclass(frozen=True)
class Newcomer:
    """Somebody who joins: where, with which roles at that place, from when, until when."""

    place: str
    roles: tuple[Role, ...]
    first_name: str
    last_name: str
    job_title: str
    email: str
    phone: str
    joins_on: date
    leaves_on: date | None = None
    progress: Progress = Progress.ACTIVE

    @property
    def is_invited_only(self) -> bool:
        """Has not followed the letter yet."""
        return self.progress is Progress.ASKED


@dataclass(frozen=True)
class _Post:
    place: str
    roles: tuple[Role, ...]


def names_from(rng: Random, content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Given name and surname, each surname once round before one comes again."""
    taken = {member["name"].split(" ", 1)[1] for member in content["staff"]}
    surnames = [name for name in content["surnames"] if name not in taken]
    while True:
        for surname in rng.sample(surnames, len(surnames)):
            yield rng.choice(content["given_names"]), surname


def drawn_people(
    rng: Random, community: Mapping[str, Any], content: Mapping[str, Any], since: date, day: date
) -> list[Newcomer]:
    """Everybody besides the HMIS Lead's staff; the first of each role come at the beginning."""
    others = [*_posts(community)]
    posts = [*_end_users(community, PEOPLE - len(content["staff"]) - len(others)), *others]
    places = _places(community)
    names = names_from(rng, content)
    titles = _Titles(rng, content["titles"])
    joined = [_newcomer(rng, post, places[post.place], next(names), titles, since, day) for post in posts]
    return _with_leavers(rng, joined, since, day)


def _posts(community: Mapping[str, Any]) -> Iterator[_Post]:
    for agency in community["agencies"]:
        takes_part = agency["participation"] == "participating"
        for roles in _BY_SIZE[agency["size"]] if takes_part else _WITHOUT_HMIS:
            yield _Post(agency["key"], roles)
    for coc in community["cocs"]:
        yield from [_Post(coc["key"], (Role.COC_GOVERNANCE,))] * _AT_COC
    for partner in community["partners"]:
        is_funder = partner["kind"] == "funder"
        count = _AT_FUNDER if is_funder else _AT_EVALUATOR
        yield from [_Post(partner["key"], (Role.FUNDER,) if is_funder else ())] * count
    yield from [_Post(community["vendor"]["key"], (Role.VENDOR_CONTACT,))] * _AT_VENDOR


def _end_users(community: Mapping[str, Any], count: int) -> list[_Post]:
    """Shared out by the agencies' weights; the largest remainders get what is left over."""
    taking_part = [agency for agency in community["agencies"] if agency["participation"] == "participating"]
    whole = sum(agency["weight"] for agency in taking_part)
    shares = {agency["key"]: count * agency["weight"] / whole for agency in taking_part}
    given = {key: int(share) for key, share in shares.items()}
    by_remainder = sorted(shares, key=lambda key: (given[key] - shares[key], key))
    for key in by_remainder[: count - sum(given.values())]:
        given[key] += 1
    return [_Post(key, (Role.END_USER,)) for key, number in given.items() for _ in range(number)]


def _places(community: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    rows = (*community["agencies"], *community["cocs"], *community["partners"], community["vendor"])
    return {row["key"]: row for row in rows}


class _Titles:
    """Titles of a role by turns, so that each comes as often as it stands in the list."""

    def __init__(self, rng: Random, titles: Mapping[str, Sequence[str]]) -> None:
        self.rng = rng
        self.titles = titles
        self.left: dict[str, list[str]] = {}

    def next(self, roles: Sequence[Role]) -> str:
        key = (roles[0] if roles else Role.SIGNED_IN).value
        if not self.left.get(key):
            self.left[key] = self.rng.sample(self.titles[key], len(self.titles[key]))
        return self.left[key].pop()


def _newcomer(
    rng: Random,
    post: _Post,
    place: Mapping[str, Any],
    name: tuple[str, str],
    titles: _Titles,
    since: date,
    day: date,
) -> Newcomer:
    first, last = name
    is_late = post.roles == (Role.END_USER,) and rng.random() < LATE_SHARE
    return Newcomer(
        place=post.place,
        roles=post.roles,
        first_name=first,
        last_name=last,
        job_title=titles.next(post.roles),
        email=f"{_plain(first)}.{_plain(last)}@{place['domain']}",
        phone=f"{place['phone']} ext. {rng.randint(101, 399)}",
        joins_on=since + timedelta(days=rng.randrange(7, (day - since).days - 30)) if is_late else since,
    )


def _plain(name: str) -> str:
    """As it stands in an address."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in folded if letter.isalnum())


def _with_leavers(rng: Random, people: list[Newcomer], since: date, day: date) -> list[Newcomer]:
    """Some end users leave, the last of them lately; others have only just come."""
    ours = [number for number, one in enumerate(people) if one.roles == (Role.END_USER,)]
    chosen = rng.sample(ours, LEAVERS + len(NEWEST))
    stays = sorted(rng.sample(range(120, (day - since).days - 10), LEAVERS - len(LEAVES_LATELY)))
    leaves_on = [since + timedelta(days=days) for days in stays] + [day - timedelta(days=ago) for ago in LEAVES_LATELY]
    for number, on in zip(chosen, leaves_on, strict=False):
        people[number] = replace(people[number], joins_on=since, leaves_on=on)
    for number, (ago, progress) in zip(chosen[LEAVERS:], NEWEST, strict=True):
        people[number] = replace(people[number], joins_on=day - timedelta(days=ago), progress=progress)
    return people


def stranger(rng: Random, content: Mapping[str, Any]) -> tuple[str, str]:
    """Name and address of somebody whom the register does not know."""
    first, last = rng.choice(content["given_names"]), rng.choice(content["surnames"])
    return f"{first} {last}", f"{_plain(first)}.{_plain(last)}{rng.randint(2, 99)}@example.com"
