"""Word lists that tell a person's name from other capitalized words, read once from content/guard."""

import re
from functools import cache

from portal.guard.kinds import folded
from portal.settings import data_dir

# Endings of words, not of names; the names that end so stand in the lists of names.
_ENDS_LIKE_A_WORD = re.compile(
    r"(?:[^aeiou]ing|tion|sion|ment|ness|able|ible|ance|ence|ally|ity|ize|ship|less|ful|ous|ive"
    r"|[^aeiou][rtlsdnpmv]ed)s?\Z"
)


@cache
def given_names() -> frozenset[str]:
    return _list("given_names")


@cache
def surnames() -> frozenset[str]:
    return _list("surnames")


@cache
def plain_words() -> frozenset[str]:
    """Words of the help desk and of everyday English that are written with a capital now and then."""
    return _list("plain_words")


@cache
def place_words() -> frozenset[str]:
    return _list("place_words")


@cache
def street_words() -> frozenset[str]:
    return _list("street_words")


def is_name(word: str) -> bool:
    return any(part in given_names() or part in surnames() for part in _parts(word))


def is_plain(word: str) -> bool:
    """True also for the few that are both, such as Grant, May or Young: `is_name` then decides with the context."""
    last = _parts(word)[-1]
    return last in plain_words() or (not is_name(word) and bool(_ENDS_LIKE_A_WORD.search(last)))


def _parts(word: str) -> list[str]:
    if word.isascii() and word.isalpha():
        return [word.lower()]
    return folded(word.removesuffix("'s").removesuffix("'S")).split() or [""]


def _list(name: str) -> frozenset[str]:
    lines = (data_dir("content") / "guard" / f"{name}.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in folded(line).split())
