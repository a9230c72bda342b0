"""One whole agreement with invented parties, to look at and to try a seal with."""

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from portal.agreements.rules.evidence import Happening, Party, Record, Step
from portal.documents import Drawn
from portal.settings import data_dir

TITLE = "HMIS Participation Agreement with Harbor House"
HEADER = "Sample: the parties are invented, nobody signed this."
_PEN = (
    ((0.02, 0.8), (0.07, 0.1), (0.13, 0.85), (0.04, 0.55), (0.16, 0.6), (0.2, 0.75), (0.25, 0.5), (0.28, 0.78)),
    ((0.36, 0.2), (0.36, 0.82), (0.48, 0.8), (0.52, 0.5), (0.53, 0.8), (0.57, 0.78)),
    ((0.52, 0.3), (0.53, 0.28)),
)
_LEAD = Party(
    name="Ana Lindqvist",
    title="Director",
    organization="Riverbend HMIS Lead",
    email="ana.lindqvist@lead.example.org",
    mark=Drawn(_PEN, "Drawn signature of Ana Lindqvist"),
    intent="I sign this agreement for Riverbend HMIS Lead.",
    power="I may bind Riverbend HMIS Lead by my signature.",
)
_AGENCY = Party(
    name="José Ruiz",
    title="Executive Director",
    organization="Harbor House",
    email="jose.ruiz@harbor.example.org",
    mark="José Ruiz",
    intent="I sign this agreement for Harbor House.",
    power="I may bind Harbor House by my signature.",
)
_BROWSER = "Firefox 140 on Windows"
_WAYS = (("signed in with password and code", "192.0.2.10"), ("used a mailed link and its code", "198.51.100.7"))
_STEPS = (Step.INVITED, Step.IDENTIFIED, Step.OPENED, Step.CONSENTED, Step.READ, Step.REVIEWED, Step.SIGNED)


@cache
def text() -> str:
    return (data_dir("content") / "agreements" / "sample.md").read_text("utf-8")


def record(shown_sha256: str, at: datetime) -> Record:
    """Both parties sign within the hour before this moment, the HMIS Lead first."""
    happenings = [
        Happening(
            at=at - timedelta(minutes=70 - 25 * number) + timedelta(minutes=2 * place),
            party=number,
            step=step,
            address=address if step is not Step.INVITED else "",
            browser=_BROWSER if step is not Step.INVITED else "",
            how=way if step is Step.IDENTIFIED else "",
        )
        for number, (way, address) in enumerate(_WAYS, 1)
        for place, step in enumerate(_STEPS)
    ]
    return Record(
        number="SAMPLE-1",
        title=TITLE,
        kind="participation agreement",
        version="1",
        shown_sha256=shown_sha256,
        disclosure="version 1",
        procedure="version 1",
        parties=(_LEAD, _AGENCY),
        happenings=tuple(happenings),
        zone=ZoneInfo("America/Chicago"),
    )
