"""What counts as done."""

from collections.abc import Iterable
from datetime import date

from portal.standing.rules import EvidenceFact


def done_on(facts: Iterable[EvidenceFact], counts_from: date) -> date | None:
    """The first day since `counts_from` with evidence that stands; superseded and void rows do not count."""
    held = tuple(facts)
    replaced = {fact.supersedes for fact in held if fact.supersedes is not None}
    days = [fact.on for fact in held if fact.id not in replaced and not fact.is_void and fact.on >= counts_from]
    return min(days, default=None)
