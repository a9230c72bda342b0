"""The client-data guard: finds and masks client data in whatever a person types or mails. Pure: text in, spans out."""

from collections.abc import Sequence
from itertools import chain

from portal.guard import (
    addresses,
    birth_cues,
    births,
    columns,
    identifiers,
    names,
    phones,
    spoken,
    ssn,
    ssn_cues,
    ssn_parts,
)
from portal.guard.kinds import PRECEDENCE, Allowed, Finding, Kind
from portal.guard.known import Known
from portal.guard.masks import mask, masked, summary
from portal.guard.reading import Reading, read

__all__ = ["Allowed", "Finding", "Kind", "certain", "findings", "mask", "masked", "summary"]

NOBODY = Allowed()
# A mask can open the view on what it hid from the finders, seldom more than once.
ROUNDS = 6
# Letters of a file that are looked over at once, and how far back a piece reaches so that nothing falls between two.
PIECE = 16_000
BACK = 160


def findings(text: str, *, allowed: Allowed = NOBODY) -> tuple[Finding, ...]:
    """Client data in `text`, in order and without overlap; what `masked` makes of it holds no further findings."""
    found = _apart(list(columns.find(text)))
    for _ in range(ROUNDS):
        more = _once(read(text, found), allowed, found)
        if not more:
            break
        found = _apart([*found, *more])
    return found


def certain(text: str) -> Kind | None:
    """The first kind in a file's words that leaves no doubt: nobody is asked, so it is announced or in its own dashes.

    Long texts are looked over piece by piece and no further than the first such finding.
    """
    for finding in columns.find(text):
        if finding.kind.certain:
            return finding.kind
    for start in range(0, len(text), PIECE):
        piece = text[max(0, start - BACK) : start + PIECE]
        for finding in findings(piece):
            if finding.kind.certain and _leaves_no_doubt(piece, finding):
                return finding.kind
    return None


def _leaves_no_doubt(text: str, finding: Finding) -> bool:
    """Announced nearby; or a Social Security number in its own dashes."""
    around = text[max(0, finding.start - BACK) : finding.end + BACK // 2]
    if finding.kind is Kind.BIRTH_DATE:
        return birth_cues.ANNOUNCED.search(around) is not None
    return ssn.DASHED.fullmatch(text[finding.start : finding.end]) is not None or bool(
        ssn_cues.ANNOUNCED.search(around)
    )


def _once(reading: Reading, allowed: Allowed, found: Sequence[Finding]) -> list[Finding]:
    numbers = [*ssn.find(reading), *ssn_parts.find(reading)]
    people = names.find(reading, allowed, Known.of([*found, *numbers]))
    known = Known.of([*found, *numbers, *people])
    beside = births.People(
        starts=frozenset(finding.start for finding in chain(found, numbers, people)),
        ends=frozenset(finding.end for finding in chain(found, numbers, people)),
    )
    return [
        *numbers,
        *people,
        *spoken.find(reading),
        *births.find(reading, beside, known),
        *identifiers.find(reading),
        *phones.find(reading, allowed, known),
        *addresses.find(reading, allowed, known),
    ]


def _apart(findings: list[Finding]) -> tuple[Finding, ...]:
    """Overlapping findings become one that covers them all, of the kind that takes precedence."""
    apart: list[Finding] = []
    for finding in sorted(findings, key=lambda finding: (finding.start, finding.end)):
        if apart and finding.start < apart[-1].end:
            apart.append(_covering(apart.pop(), finding))
        else:
            apart.append(finding)
    return tuple(apart)


def _covering(one: Finding, other: Finding) -> Finding:
    kind = min(one.kind, other.kind, key=PRECEDENCE.__getitem__)
    return Finding(kind, one.start, max(one.end, other.end))
