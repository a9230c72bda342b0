"""Writing findings out of a text, and naming their kinds without telling their values."""

from collections.abc import Iterable

from portal.guard.kinds import PRECEDENCE, Finding, Kind


def mask(kind: Kind) -> str:
    return f"[{kind.label} removed]"


def masked(text: str, findings: Iterable[Finding]) -> str:
    """The text with each finding replaced by a fixed mask; findings are those of this very text, sorted."""
    pieces = []
    position = 0
    for finding in findings:
        pieces += [text[position : finding.start], mask(finding.kind)]
        position = finding.end
    return "".join([*pieces, text[position:]])


def summary(findings: Iterable[Finding]) -> str:
    """One sentence for an error message: "This text seems to hold a client name and two phone numbers." """
    counts: dict[Kind, int] = {}
    for finding in findings:
        counts[finding.kind] = counts.get(finding.kind, 0) + 1
    if not counts:
        return "This text holds no client data that we could find."
    phrases = [_counted(kind, counts[kind]) for kind in sorted(counts, key=PRECEDENCE.__getitem__)]
    listed = phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} and {phrases[-1]}"
    return f"This text seems to hold {listed}."


SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def _counted(kind: Kind, count: int) -> str:
    if count == 1:
        return f"a {kind.label}"
    number = SMALL[count] if count < len(SMALL) else f"{count:,}"
    return f"{number} {PLURALS.get(kind, kind.label + 's')}"


PLURALS = {Kind.BIRTH_DATE: "dates of birth", Kind.ADDRESS: "street addresses"}
