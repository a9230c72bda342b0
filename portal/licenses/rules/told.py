"""What a row of a list of seats or of a last-login report would change. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.errors import Refused
from portal.licenses.rules.columns import ListColumn
from portal.licenses.rules.lists import Outcome
from portal.licenses.rules.register import Known
from portal.licenses.rules.seats import bought_on
from portal.people.rules import normal_address, one_line
from portal.worktime import date_words

MOST_SEATS = 100_000


@dataclass(frozen=True)
class SeatFacts:
    agency_id: int
    coc_id: int
    number: int
    starts_on: date


def read_seats(cells: Mapping[ListColumn, str], starts_on: date | None, known: Known) -> SeatFacts:
    """`starts_on`: the cell of that column, None where it cannot be read.

    Raises:
        Refused: the row cannot be understood.
    """
    place = known.place(cells.get(ListColumn.AGENCY, ""))
    coc_id = place.coc(cells.get(ListColumn.COC, ""))
    cocs = set(place.cocs.values())
    if coc_id is None and len(cocs) != 1:
        raise Refused(f"{place.name} works in {'several CoCs' if cocs else 'no CoC'}. Say in which the seats are.")
    typed = cells.get(ListColumn.NUMBER, "").replace(",", "")
    if not typed.isdecimal() or len(typed) > 6 or int(typed) > MOST_SEATS:
        raise Refused(f"“{typed[:20]}” is not a number of seats." if typed else "The number of seats is missing.")
    if starts_on is None:
        raise Refused("The first day is not a date. Write it as 2026-03-02 or 3/2/2026.")
    return SeatFacts(place.id, coc_id if coc_id is not None else cocs.pop(), int(typed), starts_on)


def judged_seats(facts: SeatFacts, rows: list[tuple[date, int, int]]) -> tuple[Outcome, str]:
    """What it would change, in words. `rows`: what was bought before, as `bought_on` reads it."""
    before = bought_on(rows, facts.starts_on)
    if rows and before == facts.number:
        return Outcome.UNCHANGED, ""
    words = f"{before} → {facts.number} seats from {date_words(facts.starts_on)}"
    return (Outcome.CHANGED if rows else Outcome.NEW), words


@dataclass(frozen=True)
class LoginFacts:
    login_id: str
    email: str
    last_on: date | None
    """None: never logged in."""


NEVER = frozenset({"", "never", "none", "n/a", "-"})


def read_login(cells: Mapping[ListColumn, str], last_on: date | None, report_on: date) -> LoginFacts:
    """`last_on`: the cell of that column, None where it cannot be read.

    Raises:
        Refused: the row cannot be understood.
    """
    typed = cells.get(ListColumn.LAST_LOGIN, "")
    if last_on is None and typed.lower() not in NEVER:
        raise Refused(f"“{typed[:40]}” is not a date. Write it as 2026-03-02 or 3/2/2026.")
    if last_on is not None and last_on > report_on:
        raise Refused("The login lies after the day of the report.")
    login_id, email = one_line(cells.get(ListColumn.LOGIN_ID, "")), normal_address(cells.get(ListColumn.EMAIL, ""))
    if not login_id and not email:
        raise Refused("Neither a login ID nor an e-mail address stands in the row.")
    return LoginFacts(login_id, email, last_on)


def judged_login(facts: LoginFacts, told: Mapping[date, date | None], report_on: date) -> tuple[Outcome, str]:
    """`told`: what earlier reports told of the same person, by their day."""
    if report_on in told and told[report_on] == facts.last_on:
        return Outcome.UNCHANGED, ""
    words = f"Last login {date_words(facts.last_on)}" if facts.last_on else "Never logged in"
    return (Outcome.CHANGED if told else Outcome.NEW), f"{words}, as of {date_words(report_on)}"
