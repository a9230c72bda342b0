"""What the copies of a scaled community say besides: words to search for, some rare and some common."""

from dataclasses import dataclass

RARE_WORD = "weathervane"
"""In so many tickets of a scaled community, whatever its size."""
RARE_TICKETS = 10
COMMON_WORD = "courtyard"
"""In about 12 of 100 tickets of a scaled community."""


@dataclass(frozen=True)
class Tail:
    """A sentence at the end of an opening, for tickets whose number leaves one of `rests` when divided by EVERY."""

    rests: tuple[int, ...]
    text: str


EVERY = 25
RARE_TAIL = f"We are in the house with the {RARE_WORD}."
TAILS = (
    Tail((3, 11, 19), f"Our office moved to the {COMMON_WORD} side, so please call before you come by."),
    Tail((1, 7, 14, 22), "I am in until four today."),
    Tail((5, 16), "My supervisor asked me to write to you about this."),
    Tail((9, 21), "It is the second time this quarter."),
)
