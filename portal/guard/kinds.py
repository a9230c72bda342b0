"""What the guard can find, where it was found, and what is never a finding."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    """A kind of client data; the order is the one in which overlapping findings take precedence."""

    SSN = "ssn"
    BIRTH_DATE = "birth_date"
    HEALTH_PLAN = "health_plan"
    DRIVERS_LICENSE = "drivers_license"
    ADDRESS = "address"
    PHONE = "phone"
    NAME = "name"

    @property
    def label(self) -> str:
        """Words for end users; also the words inside the mask."""
        return LABELS[self]

    @property
    def certain(self) -> bool:
        """True when the shape alone leaves no doubt, so that text may be refused without asking its writer."""
        return self in CERTAIN


LABELS = {
    Kind.SSN: "Social Security number",
    Kind.BIRTH_DATE: "date of birth",
    Kind.HEALTH_PLAN: "health plan number",
    Kind.DRIVERS_LICENSE: "driver's license number",
    Kind.ADDRESS: "street address",
    Kind.PHONE: "phone number",
    Kind.NAME: "client name",
}
CERTAIN = frozenset({Kind.SSN, Kind.BIRTH_DATE})
PRECEDENCE = {kind: rank for rank, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Finding:
    """`text[start:end]` is the client data, in characters of the text as it was given."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True)
class Allowed:
    """What is never a finding: phones of the desk, staff and known users, their full names, addresses of agencies.

    `colleagues` tells the full names of everybody at work where these people work; it is asked once, and only when a
    name was found. Such a name stays unless it is announced as a client's: two people can have one name.

    Phones match by their last ten digits (seven when no area code is given), names and addresses without regard to
    case, accents and punctuation. Keep one instance per request: the lookup tables are built once per instance.
    """

    phones: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    colleagues: Callable[[], Iterable[str]] = tuple

    @cached_property
    def _digits(self) -> frozenset[str]:
        full = {digits(phone)[-10:] for phone in self.phones}
        return frozenset(full | {number[-7:] for number in full})

    @cached_property
    def _people(self) -> frozenset[frozenset[str]]:
        return frozenset(frozenset(folded(name).split()) for name in self.names)

    @cached_property
    def _at_work_there(self) -> frozenset[frozenset[str]]:
        return frozenset(frozenset(folded(name).split()) for name in self.colleagues())

    @cached_property
    def _name_parts(self) -> frozenset[str]:
        return frozenset(part for person in self._people for part in person)

    @cached_property
    def _places(self) -> tuple[str, ...]:
        return tuple(sorted(folded(address) for address in self.addresses))

    def phone(self, number: str) -> bool:
        return digits(number)[-10:] in self._digits

    def person(self, name: str) -> bool:
        return frozenset(folded(name).split()) in self._people

    def colleague(self, name: str) -> bool:
        """By first and family name, in any order; one of them alone is nobody's."""
        words = frozenset(folded(name).split())
        return len(words) > 1 and words in self._at_work_there

    def part_of_a_person(self, word: str) -> bool:
        return folded(word) in self._name_parts

    def address(self, place: str) -> bool:
        """Both ways: "1200 Lake Ave" in the text is the allowed "1200 Lake Ave, Suite 3, Northfield"."""
        asked = f"{folded(place)} "
        return any(f"{known} ".startswith(asked) or asked.startswith(f"{known} ") for known in self._places)


def digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())


def folded(text: str) -> str:
    """Lower case, no accents, every run of other characters a single space."""
    if text.isascii() and text.isalpha():
        return text.lower()
    bare = (c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split())
