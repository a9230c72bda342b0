"""Working time and the words for time: business hours, holidays, pauses, quiet hours, reminder ladders. Pure.

Moments go in with a zone and come out in UTC; a moment without a zone is refused with a ValueError.
"""

from portal.worktime.hours import Hours, business_days_after, is_open, next_open
from portal.worktime.reminders import QuietHours, ladder, not_before, steps_reached
from portal.worktime.targets import Closed, Line, add, add_with_pauses, between, elapsed, ledger
from portal.worktime.words import date_words, due_words, duration_words, in_words, moment_words

__all__ = [
    "Closed",
    "Hours",
    "Line",
    "QuietHours",
    "add",
    "add_with_pauses",
    "between",
    "business_days_after",
    "date_words",
    "due_words",
    "duration_words",
    "elapsed",
    "in_words",
    "is_open",
    "ladder",
    "ledger",
    "moment_words",
    "next_open",
    "not_before",
    "steps_reached",
]
