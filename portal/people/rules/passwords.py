"""What a password must be."""

import re
import unicodedata
from collections.abc import Collection, Iterable

PASSWORD_LENGTH = (12, 128)
"""Characters at least and at most; no other composition rule (NIST SP 800-63B, ASVS 5.0 6.2)."""

FEWEST_LETTERS = 5
"""A password of fewer different characters is a pattern."""

SHORTEST_NAME = 4
"""Names shorter than this stand in too many honest passwords by chance."""

_PORTAL_WORDS = ("hmis", "portal", "helpdesk")
_NOT_WORD = re.compile(r"[\W_]+")


def normal_password(password: str) -> str:
    """One spelling for what looks alike, whatever keyboard it came from (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def password_problem(password: str, common: Collection[str], address: str, names: Iterable[str]) -> str | None:
    """Why this password cannot be taken, as a sentence; None when it can.

    `names` are what anybody would guess: the person's, the organization's and the portal's.
    """
    least, most = PASSWORD_LENGTH
    if not least <= len(password) <= most:
        return f"Use {least} to {most} characters. A few unrelated words in a row work well."
    folded = normal_password(password).casefold()
    if folded in common or len(set(folded)) < FEWEST_LETTERS or _is_repeated(folded):
        return "This password is easy to guess, because many people use it. Choose a few unrelated words."
    squeezed = _NOT_WORD.sub("", folded)
    if any(guess in squeezed for guess in _guesses(address, names)):
        return "Leave out your name, your address, your organization and the name of this portal."
    return None


def _guesses(address: str, names: Iterable[str]) -> Iterable[str]:
    words = (*_PORTAL_WORDS, address, address.partition("@")[0], *names)
    squeezed = (_NOT_WORD.sub("", normal_password(word).casefold()) for word in words)
    return (word for word in squeezed if len(word) >= SHORTEST_NAME)


def _is_repeated(word: str) -> bool:
    """The same few characters over and over: a word inside its own doubling (linear, no regular expression)."""
    return word in (word + word)[1:-1]
