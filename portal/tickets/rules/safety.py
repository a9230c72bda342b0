"""Client data in what people write: found, masked, or named by HMIS Personal ID instead."""

import re
from dataclasses import dataclass
from enum import StrEnum

from portal import guard

PERSONAL_ID = re.compile(r"[A-Za-z0-9-]{1,36}")


class Choice(StrEnum):
    """What a writer decides after the warning."""

    MASK = "mask"
    PERSONAL_ID = "personal_id"
    AS_TYPED = "as_typed"


@dataclass(frozen=True)
class SafeText:
    """A text as it may be stored: what was removed from it, and the original where something was."""

    text: str
    kinds: tuple[str, ...] = ()
    original: str | None = None


def safe(text: str, allowed: guard.Allowed, choice: Choice = Choice.MASK, personal_id: str = "") -> SafeText:
    """Without a choice everything found is masked; nothing with client data is ever stored by default."""
    found = guard.findings(text, allowed=allowed)
    if not found or choice is Choice.AS_TYPED:
        return SafeText(text)
    masked = guard.masked(text, found)
    kinds = tuple(sorted({finding.kind.value for finding in found}))
    if choice is Choice.PERSONAL_ID and PERSONAL_ID.fullmatch(personal_id):
        masked = named_by_id(text, found, personal_id, allowed)
    return SafeText(masked, kinds, text)


def named_by_id(text: str, found: tuple[guard.Finding, ...], personal_id: str, allowed: guard.Allowed) -> str:
    """Names become the HMIS Personal ID; whatever else was found is masked."""
    for finding in reversed([one for one in found if one.kind is guard.Kind.NAME]):
        text = f"{text[: finding.start]}HMIS Personal ID {personal_id}{text[finding.end :]}"
    return guard.masked(text, guard.findings(text, allowed=allowed))
