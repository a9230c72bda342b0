"""Working time against a clock that looks at every single minute, and against tables of facts."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import worktime
from portal.worktime import Closed, Hours, Line, QuietHours

MINUTE = timedelta(minutes=1)
NEW_YORK = ZoneInfo("America/New_York")
NINE_TO_FIVE = Hours(
    NEW_YORK, dict.fromkeys(range(5), ((time(9), time(12)), (time(13), time(17)))), frozenset({date(2026, 11, 26)})
)
STRETCHES = (
    ("America/New_York", datetime(2026, 3, 7, tzinfo=UTC)),  # spring gap in the night of Mar 8
    ("America/New_York", datetime(2026, 10, 31, tzinfo=UTC)),  # autumn fold in the night of Nov 1
    ("America/Denver", datetime(2026, 12, 31, tzinfo=UTC)),
    ("Pacific/Honolulu", datetime(2026, 7, 2, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC)),  # a fold of half an hour
    ("America/Santiago", datetime(2026, 9, 4, tzinfo=UTC)),  # a gap at midnight
    ("America/Havana", datetime(2026, 10, 31, tzinfo=UTC)),  # a fold that ends at midnight
    ("America/St_Johns", datetime(2010, 11, 6, tzinfo=UTC)),  # a fold that falls back into the day before
)
LEFT_AGAIN = {date(2010, 11, 7)}  # reached for one minute before the clock of St. John's fell back; a line or none
MINUTES = 60 * 60


@lru_cache(maxsize=len(STRETCHES))
def wall_clock(stretch: int) -> list[tuple[date, int]]:
    """For every minute of the stretch the local day and its minute."""
    name, begins = STRETCHES[stretch]
    locals_ = [(begins + n * MINUTE).astimezone(ZoneInfo(name)) for n in range(MINUTES)]
    return [(local.date(), local.hour * 60 + local.minute) for local in locals_]


@dataclass(frozen=True)
class Case:
    """Everything in minutes: cuts of the day, from and to within the stretch, pauses as (from, length or None)."""

    stretch: int
    days_off: frozenset[int]
    cuts: frozenset[int]
    holiday: int
    start: int
    length: int
    pauses: tuple[tuple[int, int | None], ...]
    amount: int

    @property
    def begins(self) -> datetime:
        return STRETCHES[self.stretch][1]

    @property
    def windows(self) -> list[tuple[int, int]]:
        cuts = sorted(self.cuts)
        return list(zip(cuts[::2], cuts[1::2], strict=False)) or [(0, 1440)]

    @property
    def holidays(self) -> frozenset[date]:
        return frozenset({wall_clock(self.stretch)[self.holiday][0]}) if self.holiday else frozenset()

    def hours(self) -> Hours:
        windows = tuple((_time(opens), _time(closes)) for opens, closes in self.windows)
        week = {weekday: windows for weekday in range(7) if weekday not in self.days_off}
        return Hours(ZoneInfo(STRETCHES[self.stretch][0]), week, self.holidays)

    def at(self, minute: int) -> datetime:
        return self.begins + minute * MINUTE

    def open_minutes(self) -> list[int]:
        inside = bytearray(1440)
        for opens, closes in self.windows:
            inside[opens:closes] = b"\x01" * (closes - opens)
        closed = {day for day, _ in _local_days(self.stretch) if day.weekday() in self.days_off} | self.holidays
        wall = wall_clock(self.stretch)
        return [n for n in range(self.start, MINUTES) if inside[wall[n][1]] and wall[n][0] not in closed]

    def paused(self) -> bytearray:
        """One flag for every minute."""
        flags = bytearray(MINUTES)
        for begins, length in self.pauses:
            ends = MINUTES if length is None else min(begins + length, MINUTES)
            flags[begins:ends] = b"\x01" * (ends - begins)
        return flags


@lru_cache(maxsize=len(STRETCHES))
def _local_days(stretch: int) -> tuple[tuple[date, int], ...]:
    return tuple(sorted(Counter(day for day, _ in wall_clock(stretch)).items()))


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


CASES = st.builds(
    Case,
    stretch=st.integers(0, len(STRETCHES) - 1),
    days_off=st.frozensets(st.integers(0, 6), max_size=3),
    cuts=st.frozensets(st.integers(0, 1440), max_size=6),
    holiday=st.integers(0, MINUTES - 1),
    start=st.integers(0, MINUTES - 1),
    length=st.integers(0, MINUTES),
    pauses=st.lists(st.tuples(st.integers(0, MINUTES), st.none() | st.integers(0, MINUTES // 2)), max_size=3).map(
        tuple
    ),
    amount=st.integers(1, MINUTES // 2),
)


@settings(max_examples=10_000, deadline=None, database=None, derandomize=True)
@given(CASES)
def test_ten_thousand_cases_agree_with_a_clock_that_looks_at_every_minute(case):
    hours, end = case.hours(), min(case.start + case.length, MINUTES)
    pauses = [(case.at(begins), None if n is None else case.at(begins + n)) for begins, n in case.pauses]
    opened = case.open_minutes()
    paused = case.paused()
    running = [n for n in opened if not paused[n]]
    within = [n for n in running if n < end]

    assert worktime.elapsed(hours, case.at(case.start), case.at(end), pauses) == len(within) * MINUTE
    assert worktime.between(hours, case.at(case.start), case.at(end)) == sum(n < end for n in opened) * MINUTE
    assert worktime.is_open(hours, case.at(case.start)) == (opened[:1] == [case.start])
    if opened:
        assert worktime.next_open(hours, case.at(case.start)) == case.at(opened[0])
    _check_ledger(case, worktime.ledger(hours, case.at(case.start), case.at(end), pauses), opened, within, end)
    _check_due(case, worktime.add_with_pauses(hours, case.at(case.start), case.amount * MINUTE, pauses), running)


def _check_ledger(case, lines, opened, within, end):
    wall = wall_clock(case.stretch)
    counted = Counter(wall[n][0] for n in within)
    flags = case.paused()
    paused = Counter(wall[n][0] for n in opened if n < end and flags[n])
    closed = {line.day: line.closed_reason for line in lines if line.closed_reason}

    days = {line.day for line in lines} | LEFT_AGAIN
    assert days == {wall[n][0] for n in range(case.start, end)} | LEFT_AGAIN
    assert [line.day for line in lines] == sorted({line.day for line in lines})
    assert {line.day: line.counted // MINUTE for line in lines if line.counted} == counted
    assert {line.day: line.paused // MINUTE for line in lines if line.paused} == paused
    assert closed.keys() == {line.day for line in lines} - counted.keys() - paused.keys()
    assert {day for day, why in closed.items() if why == Closed.HOLIDAY} == closed.keys() & case.holidays


def _check_due(case, due, running):
    open_ended = [begins for begins, n in case.pauses if n is None]
    if case.amount <= len(running):
        assert due == case.at(running[case.amount - 1] + 1)
    elif open_ended and min(open_ended) <= MINUTES:
        assert due is None
    else:
        assert due is not None
        assert due > case.at(MINUTES)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.timedeltas(timedelta(), timedelta(days=730)).map(lambda since: datetime(2026, 1, 1, tzinfo=UTC) + since),
    st.timedeltas(timedelta(microseconds=1), timedelta(days=30)),
)
def test_what_is_added_has_elapsed_to_the_microsecond(start, amount):
    due = worktime.add(NINE_TO_FIVE, start, amount)

    assert worktime.between(NINE_TO_FIVE, start, due) == amount
    assert worktime.between(NINE_TO_FIVE, start, due - timedelta(microseconds=1)) < amount
    assert sum((line.counted for line in worktime.ledger(NINE_TO_FIVE, start, due, ())), timedelta()) == amount


def utc(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (utc(20, 15), 2, utc(20, 17)),  # Friday 10 am to noon, not to 1 pm
        (utc(20, 15), 3, utc(20, 19)),  # over lunch
        (utc(20, 21), 2, utc(23, 15)),  # over the weekend
        (utc(25, 21), 2, utc(27, 15)),  # over Thanksgiving
        (utc(21, 3), 0, utc(21, 3)),  # nothing to add
        (utc(30, 20, month=10), 2, utc(2, 15)),  # over the end of daylight time: Friday 4 pm EDT to Monday 10 am EST
    ],
)
def test_a_target_falls_where_a_person_would_put_it(start, hours, due):
    assert worktime.add(NINE_TO_FIVE, start, timedelta(hours=hours)) == due


def test_a_night_shift_is_shorter_over_the_spring_gap_and_longer_over_the_autumn_fold():
    nights = Hours(NEW_YORK, {6: ((time(0), time(4)),)})

    assert worktime.between(nights, utc(8, 0, month=3), utc(9, 0, month=3)) == timedelta(hours=3)
    assert worktime.between(nights, utc(1, 0), utc(2, 0)) == timedelta(hours=5)


def test_the_ledger_tells_why_each_day_counted_what_it_counted():
    pauses = [(utc(25, 18), utc(27, 15)), (utc(25, 20), utc(25, 22))]

    lines = worktime.ledger(NINE_TO_FIVE, utc(25, 15), utc(28, 15), pauses)

    assert lines == (
        Line(date(2026, 11, 25), timedelta(hours=2), timedelta(hours=4), None),
        Line(date(2026, 11, 26), timedelta(), timedelta(), Closed.HOLIDAY),
        Line(date(2026, 11, 27), timedelta(hours=6), timedelta(hours=1), None),
        Line(date(2026, 11, 28), timedelta(), timedelta(), Closed.DAY_OFF),
    )


def test_a_day_touched_only_after_closing_is_told_as_outside_hours():
    lines = worktime.ledger(NINE_TO_FIVE, utc(20, 23), utc(21, 1), ())

    assert lines == (Line(date(2026, 11, 20), timedelta(), timedelta(), Closed.OUTSIDE_HOURS),)


def test_a_target_reached_before_an_endless_pause_keeps_its_moment():
    assert worktime.add_with_pauses(NINE_TO_FIVE, utc(20, 15), timedelta(hours=1), [(utc(20, 18), None)]) == utc(20, 16)


def test_a_clock_that_stands_still_without_an_end_has_no_due_moment():
    assert worktime.add_with_pauses(NINE_TO_FIVE, utc(20, 15), timedelta(hours=5), [(utc(20, 18), None)]) is None


@pytest.mark.parametrize(
    ("day", "n", "after"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 24), 2, date(2026, 11, 27)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 26), 0, date(2026, 11, 27)),
    ],
)
def test_business_days_step_over_weekends_and_holidays(day, n, after):
    assert worktime.business_days_after(NINE_TO_FIVE, day, n) == after


@pytest.mark.parametrize(
    ("week", "sentence"),
    [
        ({}, "Business hours need at least one window in the week."),
        ({0: ()}, "Business hours need at least one window in the week."),
        ({0: ((time(12), time(9)),)}, "The window from 12:00 to 09:00 ends before it begins."),
        ({0: ((time(9), time(9)),)}, "The window from 09:00 to 09:00 ends before it begins."),
        ({0: ((time(9), time(12)), (time(11), time(17)))}, "Two windows of one day overlap at 11:00."),
        ({0: ((time(9), time(0)), (time(11), time(17)))}, "Two windows of one day overlap at 11:00."),
        ({7: ((time(9), time(12)),)}, "Weekdays are numbered from 0, Monday, to 6, Sunday."),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_a_sentence(week, sentence):
    with pytest.raises(ValueError, match=sentence):
        Hours(NEW_YORK, week)


def test_a_calendar_that_never_opens_and_a_target_beyond_a_century_end_with_a_sentence():
    days = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(800))
    shut = Hours(NEW_YORK, NINE_TO_FIVE.week, days)

    for question in (
        lambda: worktime.add(shut, utc(20, 15), timedelta(hours=1)),
        lambda: worktime.add_with_pauses(shut, utc(20, 15), timedelta(hours=1), ()),
        lambda: worktime.next_open(shut, utc(20, 15)),
        lambda: worktime.business_days_after(shut, date(2026, 11, 20), 1),
    ):
        with pytest.raises(ValueError, match="no open time within 400 days"):
            question()
    with pytest.raises(ValueError, match="a century at most"):
        worktime.add(NINE_TO_FIVE, utc(20, 15), timedelta(days=10**6))
    with pytest.raises(ValueError, match="a century at most"):
        worktime.between(NINE_TO_FIVE, utc(20, 15), datetime(9000, 1, 1, tzinfo=UTC))


def test_what_runs_backward_or_has_no_zone_is_refused():
    with pytest.raises(ValueError, match="added forward only"):
        worktime.add(NINE_TO_FIVE, utc(20, 15), timedelta(hours=-1))
    with pytest.raises(ValueError, match="counted forward only"):
        worktime.business_days_after(NINE_TO_FIVE, date(2026, 11, 20), -1)
    with pytest.raises(ValueError, match="A pause ends before it begins"):
        worktime.elapsed(NINE_TO_FIVE, utc(20, 15), utc(20, 16), [(utc(20, 16), utc(20, 15))])
    with pytest.raises(ValueError, match="A moment needs a zone"):
        worktime.is_open(NINE_TO_FIVE, utc(20, 15).replace(tzinfo=None))


def test_hours_with_the_same_content_are_equal_and_can_be_keys():
    again = Hours(NEW_YORK, dict(NINE_TO_FIVE.week), NINE_TO_FIVE.holidays)

    assert {NINE_TO_FIVE: "desk"}[again] == "desk"


@pytest.mark.parametrize(
    ("quiet", "at", "out"),
    [
        ((time(21), time(7)), utc(21, 3), utc(21, 12)),  # 10 pm waits until 7 am
        ((time(21), time(7)), utc(21, 11), utc(21, 12)),  # 6 am too
        ((time(21), time(7)), utc(21, 12), utc(21, 12)),
        ((time(21), time(7)), utc(1, 4), utc(1, 12)),  # through the autumn fold
        ((time(1), time(5)), utc(21, 4), utc(21, 4)),
        ((time(1), time(5)), utc(21, 7), utc(21, 10)),
        ((time(0), time(6)), utc(21, 6), utc(21, 11)),
        ((time(22), time(0)), utc(21, 4), utc(21, 5)),
        ((time(8), time(8)), utc(21, 13), utc(21, 13)),
    ],
)
def test_a_letter_waits_for_the_end_of_quiet_hours(quiet, at, out):
    assert worktime.not_before(QuietHours(*quiet, NEW_YORK), at) == out


def test_a_reminder_ladder_is_climbed_one_rung_after_the_other():
    steps = [timedelta(days=7), timedelta(days=-14), timedelta(days=-1), timedelta(days=-14)]

    assert worktime.ladder(utc(20, 15), steps) == (utc(6, 15), utc(19, 15), utc(27, 15))
    assert [worktime.steps_reached(utc(20, 15), steps, utc(day, 15)) for day in (5, 6, 18, 19, 27)] == [0, 1, 1, 2, 3]


@pytest.mark.parametrize(
    ("apart", "words", "due"),
    [
        (timedelta(seconds=59), "now", "due now"),
        (timedelta(minutes=20, seconds=30), "in 20 min", "due in 20 min"),
        (timedelta(hours=3, minutes=59), "in 3 h", "due in 3 h"),
        (timedelta(hours=26), "in 1 day", "due in 1 day"),
        (timedelta(days=90), "in 90 days", "due in 90 days"),
        (timedelta(days=200), "in 6 months", "due in 6 months"),
        (timedelta(days=800), "in 2 years", "due in 2 years"),
        (timedelta(minutes=-20), "20 min ago", "20 min late"),
        (timedelta(days=-2), "2 days ago", "2 days late"),
    ],
)
def test_the_distance_of_a_moment_is_told_in_one_unit(apart, words, due):
    assert worktime.in_words(utc(20, 15), utc(20, 15) + apart, NEW_YORK) == words
    assert worktime.due_words(utc(20, 15), utc(20, 15) + apart, NEW_YORK) == due


@pytest.mark.parametrize(
    ("moment", "zone", "words"),
    [
        (utc(20, 19, 30), "America/New_York", "Nov 20, 2026, 2:30 pm ET"),
        (utc(20, 17, 5), "America/New_York", "Nov 20, 2026, 12:05 pm ET"),
        (utc(20, 5), "America/New_York", "Nov 20, 2026, 12:00 am ET"),
        (utc(20, 19, 30), "America/Chicago", "Nov 20, 2026, 1:30 pm CT"),
        (utc(1, 19, 30, month=7), "America/Denver", "Jul 1, 2026, 1:30 pm MT"),
        (utc(1, 19, 30, month=7), "America/Phoenix", "Jul 1, 2026, 12:30 pm MST"),
        (utc(20, 19, 30), "America/Los_Angeles", "Nov 20, 2026, 11:30 am PT"),
        (utc(20, 19, 30), "America/Anchorage", "Nov 20, 2026, 10:30 am AKT"),
        (utc(20, 19, 30), "Pacific/Honolulu", "Nov 20, 2026, 9:30 am HT"),
        (utc(20, 19, 30), "America/Puerto_Rico", "Nov 20, 2026, 3:30 pm AT"),
        (utc(20, 19, 30), "Pacific/Guam", "Nov 21, 2026, 5:30 am ChST"),
        (utc(1, 5, 30), "America/New_York", "Nov 1, 2026, 1:30 am EDT"),
        (utc(1, 6, 30), "America/New_York", "Nov 1, 2026, 1:30 am EST"),
    ],
)
def test_a_moment_is_written_as_people_write_it(moment, zone, words):
    assert worktime.moment_words(moment, ZoneInfo(zone)) == words


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(seconds=20), "0 min"),
        (timedelta(hours=3, minutes=20), "3 h 20 min"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=2, hours=3, minutes=9), "2 days 3 h"),
        (timedelta(minutes=-5), "minus 5 min"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(duration, words):
    assert worktime.duration_words(duration) == words


def test_a_date_is_written_as_people_write_it():
    assert worktime.date_words(date(2026, 11, 20)) == "Nov 20, 2026"
