"""Which ticket comes when: a film of 18 months up to the evening of a day."""

from bisect import bisect
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from portal.demo.rules.calendar import DAY, DAYTIME, DESK_HOURS, NIGHT, first_day, moment_of, working_days_back
from portal.demo.rules.scenarios import Scenario
from portal.tickets.rules import Channel
from portal.worktime import Hours, next_open

TICKETS = 910
"""Besides those that come in bursts and those that are left open."""
UNREPEATED = 12
"""A scenario does not come again among so many tickets."""
QUIET_DAY = 0.2
"""A day without desk hours, measured in working days."""
NIGHTLY = 0.35
AT_NIGHT = 0.06
STALLED_BY_DAY = (5, 4, 4, 3, 2, 2, 1, 1, 1, 1)
"""How many tickets of the last working days nobody has finished, the last day's first."""
TONIGHT = (time(0, 40), time(5, 35))
"""When a shelter writes in the night to the day."""
LAST_DAY = (time(7, 40), time(8, 25), time(10, 10), time(12, 40), time(14, 50))
"""When those of the last working day come."""
OWED = 8
"""Tickets of the last working day, due on the next one after the other, of which the first is answered in time."""
OWED_FROM, OWED_EVERY = time(9, 5), timedelta(minutes=65)
OWED_FOR = timedelta(hours=7, minutes=50)
"""Of working time: just within the eight hours that an ordinary ticket may wait for its first answer."""
ORDINARY = frozenset({"agreement", "correction", "data_entry", "training"})
UNANSWERED_DAYS = 2
"""On so many last working days some of them have no answer yet."""


@dataclass(frozen=True)
class Planned:
    """One ticket to come."""

    at: datetime
    scenario: Scenario
    turns: int | None = None
    """How much of its thread happens; None for all."""
    answered_after: timedelta | None = None
    """Working time until the first answer, where it is not the scenario's."""


def visits(rng: Random, scenarios: Sequence[Scenario], day: date, hours: Hours) -> list[Planned]:
    """Tickets of the working day before the last, each of which waits for whoever enters the demo."""
    on = working_days_back(hours, day, 2)[1]
    return [Planned(_near(rng, on, LAST_DAY[number], hours), one) for number, one in enumerate(scenarios)]


def planned(rng: Random, scenarios: Sequence[Scenario], day: date, hours: Hours) -> list[Planned]:
    """In order of time, up to the end of the day."""
    by_key = {scenario.key: scenario for scenario in scenarios}
    gathering = {scenario.parent for scenario in scenarios if scenario.parent}
    usual = [one for one in scenarios if not one.is_left_open and one.key not in gathering]
    coming: list[Planned] = []
    for one in _usual(rng, usual, day, hours):
        coming += _with_burst(rng, one, by_key, hours)
    coming += _stalled(rng, usual, [one for one in scenarios if one.is_left_open], day, hours)
    coming += _nightly(rng, usual, day, hours)
    coming += _owed(rng, usual, day, hours)
    coming += _guarded(rng, [one for one in usual if one.is_guarded], day, hours)
    until_night = [one for one in coming if one.at.astimezone(hours.zone).date() <= day]
    return sorted(until_night, key=lambda one: (one.at, one.scenario.key))


def _usual(rng: Random, scenarios: Sequence[Scenario], day: date, hours: Hours) -> Iterator[Planned]:
    """Evenly drawn over the days by their weight, so that every community has the same number."""
    since = first_day(day)
    days = [since + number * DAY for number in range((day - since).days + 1)]
    heights = list(accumulate(_weight(one, scenarios, hours) for one in days))
    lately: deque[str] = deque(maxlen=UNREPEATED)
    for number in range(TICKETS):
        place = (number + rng.random()) / TICKETS * heights[-1]
        on = days[min(bisect(heights, place), len(days) - 1)]
        fitting = [one for one in scenarios if on.month in one.months and one.key not in lately]
        if not hours.windows(on):
            fitting = [one for one in fitting if one.channel is not Channel.PHONE]
        scenario = rng.choices(fitting, [one.weight for one in fitting])[0]
        lately.append(scenario.key)
        yield Planned(moment_of(rng, on, hours.zone, _likely(rng, scenario)), scenario)


def _weight(day: date, scenarios: Sequence[Scenario], hours: Hours) -> float:
    """Busier in months with a season, quieter without desk hours."""
    season = sum(one.weight for one in scenarios if day.month in one.months)
    return season * (1 if hours.windows(day) else QUIET_DAY)


def _likely(rng: Random, scenario: Scenario) -> Mapping[int, int]:
    """Calls come while the desk is open; shelters write at night."""
    if scenario.channel is Channel.PHONE:
        return DESK_HOURS
    return NIGHT if rng.random() < (NIGHTLY if scenario.is_nightly else AT_NIGHT) else DAYTIME


def _with_burst(rng: Random, first: Planned, by_key: Mapping[str, Scenario], hours: Hours) -> Iterator[Planned]:
    """One fault hits many: the others follow within hours, and the desk opens a ticket that gathers them."""
    yield first
    scenario = first.scenario
    if scenario.burst is None:
        return
    for _ in range(rng.randint(*scenario.burst) - 1):
        at = first.at + timedelta(seconds=rng.randint(120, 12_000))
        yield Planned(next_open(hours, at) if scenario.channel is Channel.PHONE else at, scenario)
    if scenario.parent is not None:
        yield Planned(first.at + timedelta(seconds=rng.randint(900, 2_400)), by_key[scenario.parent])


def _stalled(
    rng: Random, usual: Sequence[Scenario], left_open: Sequence[Scenario], day: date, hours: Hours
) -> Iterator[Planned]:
    """What the desk has not finished: scenarios that end open, the unanswered last, and threads come half way."""
    theirs = sorted(rng.sample(list(left_open), len(left_open)), key=lambda one: not one.thread)
    half_way = [one for one in usual if one.burst is None and len(one.thread) > 1]
    half_way = rng.sample(half_way, len(half_way))
    days = working_days_back(hours, day, len(STALLED_BY_DAY))
    for back, (on, count) in enumerate(zip(days, STALLED_BY_DAY, strict=True)):
        for number in range(count):
            at = moment_of(rng, on, hours.zone, DESK_HOURS) if back else _near(rng, on, LAST_DAY[number], hours)
            if number % 2 and theirs:
                yield Planned(at, theirs.pop())
                continue
            scenario = next(one for one in half_way if on.month in one.months)
            half_way.remove(scenario)
            turns = 0 if back < UNANSWERED_DAYS and number % 4 == 0 else rng.randint(1, len(scenario.thread) - 1)
            yield Planned(at, scenario, turns)


def _near(rng: Random, day: date, clock: time, hours: Hours) -> datetime:
    """That time by the desk's clock, or a few minutes later."""
    at = datetime.combine(day, clock, tzinfo=hours.zone) + timedelta(seconds=rng.randrange(900))
    return at.astimezone(UTC)


def _nightly(rng: Random, usual: Sequence[Scenario], day: date, hours: Hours) -> Iterator[Planned]:
    awake = [one for one in usual if one.is_nightly and one.channel is not Channel.PHONE and day.month in one.months]
    for clock, scenario in zip(TONIGHT, rng.sample(awake, len(TONIGHT)), strict=True):
        yield Planned(_near(rng, day, clock, hours), scenario)


def _owed(rng: Random, usual: Sequence[Scenario], day: date, hours: Hours) -> Iterator[Planned]:
    ordinary = [one for one in usual if one.category in ORDINARY and one.is_ordinary and day.month in one.months]
    on = working_days_back(hours, day, 1)[0]
    for number, scenario in enumerate(rng.sample(ordinary, OWED)):
        yield Planned(_near(rng, on, OWED_FROM, hours) + number * OWED_EVERY, scenario, answered_after=OWED_FOR)


def _guarded(rng: Random, scenarios: Sequence[Scenario], day: date, hours: Hours) -> Iterator[Planned]:
    """One mail with client data lately, whose sealed original is still there to be seen."""
    by_mail = [one for one in scenarios if one.channel is Channel.MAIL]
    if by_mail:
        on = working_days_back(hours, day - DAY, 1)[0]
        yield Planned(moment_of(rng, on, hours.zone, DESK_HOURS), rng.choice(by_mail), 2)
