"""What the demo community draws: a calendar, people, scenarios, a plan of tickets. The seed and the day decide all."""

from portal.demo.rules.calendar import MONTHS, first_day, moment_of, working_days_back
from portal.demo.rules.people import PEOPLE, Newcomer, drawn_people, names_from, stranger
from portal.demo.rules.plan import Planned, planned
from portal.demo.rules.scenarios import Opener, Scenario, Speaker, Turn, scenarios_from
from portal.demo.rules.texts import Names, filled, pace, personal_id, signed
from portal.demo.rules.variety import COMMON_WORD, EVERY, RARE_TAIL, RARE_TICKETS, RARE_WORD, TAILS, Tail

__all__ = [
    "COMMON_WORD",
    "EVERY",
    "MONTHS",
    "PEOPLE",
    "RARE_TAIL",
    "RARE_TICKETS",
    "RARE_WORD",
    "TAILS",
    "Names",
    "Newcomer",
    "Opener",
    "Planned",
    "Scenario",
    "Speaker",
    "Tail",
    "Turn",
    "drawn_people",
    "filled",
    "first_day",
    "moment_of",
    "names_from",
    "pace",
    "personal_id",
    "planned",
    "scenarios_from",
    "signed",
    "stranger",
    "working_days_back",
]
