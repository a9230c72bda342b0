"""Names of queues and categories: no two alike, each with a key of its own."""

from collections.abc import Sequence

from portal.errors import Refused
from portal.tickets import forms
from portal.tickets.models import Category, Queue


def new_key(name: str | None, known: Sequence[Queue | Category]) -> str:
    check(name, known)
    return forms.key_of(name, {one.key for one in known})


def check(name: str | None, known: Sequence[Queue | Category], own: Queue | Category | None = None) -> None:
    """Raises Refused when another one is called so: people could not tell them apart."""
    wanted = (name or "").strip().casefold()
    if any(one is not own and one.name.strip().casefold() == wanted for one in known):
        raise Refused(f"The name “{name}” is taken. Choose another one.")
