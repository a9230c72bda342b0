"""What the demo community draws: a calendar, people, scenarios, a plan of tickets. The seed and the day decide all."""

from portal.demo.rules.calendar import MONTHS, curtain, first_day, moment_of, working_days_back
from portal.demo.rules.export import ExportRows, Keying, evening
from portal.demo.rules.papers import scan, sheet
from portal.demo.rules.people import PEOPLE, Newcomer, Progress, drawn_people, names_from, stranger
from portal.demo.rules.plan import Planned, planned, visits
from portal.demo.rules.scenarios import Opener, Scenario, Speaker, Turn, scenarios_from
from portal.demo.rules.standing import (
    CERTIFIED_BY,
    AgencyStory,
    last_certified,
    loads,
    next_working_day,
    stories_from,
    working_day,
)
from portal.demo.rules.texts import Names, filled, pace, personal_id, signed
from portal.demo.rules.variety import COMMON_WORD, EVERY, RARE_TAIL, RARE_TICKETS, RARE_WORD, TAILS, Tail

__all__ = [
    "CERTIFIED_BY",
    "COMMON_WORD",
    "EVERY",
    "MONTHS",
    "PEOPLE",
    "RARE_TAIL",
    "RARE_TICKETS",
    "RARE_WORD",
    "TAILS",
    "AgencyStory",
    "ExportRows",
    "Keying",
    "Names",
    "Newcomer",
    "Opener",
    "Planned",
    "Progress",
    "Scenario",
    "Speaker",
    "Tail",
    "Turn",
    "curtain",
    "drawn_people",
    "evening",
    "filled",
    "first_day",
    "last_certified",
    "loads",
    "moment_of",
    "names_from",
    "next_working_day",
    "pace",
    "personal_id",
    "planned",
    "scan",
    "scenarios_from",
    "sheet",
    "signed",
    "stories_from",
    "stranger",
    "visits",
    "working_day",
    "working_days_back",
]
