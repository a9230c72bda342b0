"""One ticket's life: filed, sorted, answered, waited for, resolved, closed, each at its time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from portal import documents, worktime
from portal.audit import Act, Via
from portal.demo.actions import mails
from portal.demo.actions.casting import Cast, cast
from portal.demo.actions.desk import Desk
from portal.demo.actions.film import Film
from portal.demo.actions.register import Register
from portal.demo.actions.shipped import Shipped
from portal.demo.rules import Planned, Speaker, Turn, filled, pace, signed
from portal.demo.rules.texts import at_pace
from portal.people.models import Person
from portal.tickets import actions as tickets
from portal.tickets import queries
from portal.tickets.actions import Draft, Sorting, Then
from portal.tickets.models import Message, Ticket
from portal.tickets.rules import CLOSE_AFTER, Channel, Choice, Priority, State
from portal.worktime import Hours

COLLEAGUE_ADDED = 0.12
SORTED_AGAIN = 0.06
SORTED_BY = 0.5
"""Of the time to the first answer, after which staff have sorted what came by mail."""
MINUTE = timedelta(minutes=1)
_THEN = {"": Then.OPEN, "with_vendor": Then.OPEN, "wait": Then.WAIT, "resolve": Then.RESOLVE}


@dataclass
class Stage:
    """What all tickets share."""

    film: Film
    register: Register
    desk: Desk
    shipped: Shipped
    raw_since: datetime
    """From here on mail comes in raw; what is older is filed as if it had."""
    hours_of: dict[int | None, Hours] = field(default_factory=dict)

    def hours(self, coc_id: int | None) -> Hours:
        if coc_id not in self.hours_of:
            self.hours_of[coc_id] = queries.hours_for(coc_id)
        return self.hours_of[coc_id]


class Conversation:
    """A planned ticket, played on its own dice, so that nothing that happens elsewhere changes its course."""

    def __init__(self, stage: Stage, planned: Planned, key: str) -> None:
        self.stage = stage
        self.scenario = planned.scenario
        self.thread = planned.scenario.thread[: planned.turns]
        self.rng = Random(key)  # noqa: S311 - dice of an invented community
        self.number = key.rpartition(" ")[2]
        self.answered_after = planned.answered_after
        self.pace = pace(self.rng)
        self.cast: Cast
        self.ticket: Ticket

    def open(self, at: datetime) -> None:
        self.cast = cast(self.rng, at, self.scenario, self.stage.register, self.stage.desk, self.stage.shipped)
        ticket = self._by_mail(at) if self._comes_raw(at) else self._filed(at)
        if ticket is None:
            return
        self.ticket = ticket
        self._after_writing(ticket.messages[-1])
        if self.rng.random() < COLLEAGUE_ADDED and not ticket.is_restricted:
            self.stage.film.add(at + 3 * MINUTE, self._add_colleague)
        self._next(at, 0)

    def _comes_raw(self, at: datetime) -> bool:
        return self.scenario.channel is Channel.MAIL and at >= self.stage.raw_since

    def _by_mail(self, at: datetime) -> Ticket | None:
        who = self.cast.requester
        name, address = (who.person.name, who.person.email) if who.person else (who.name, who.address)
        return mails.arrive(at, mails.opening(at, self.number, name, address, self.cast.subject, self._signed()))

    def _signed(self) -> str:
        if self.scenario.channel is not Channel.MAIL or self.cast.requester.person is None:
            return self.cast.opening
        person = self.cast.requester.person
        return signed(self.rng, self.cast.opening, person.name, person.job_title, person.home.name)

    def _filed(self, at: datetime) -> Ticket:
        requester, channel = self.cast.requester, self.scenario.channel
        taker = self._of_queue("first_line") if channel is Channel.PHONE else None
        by = taker or requester.person
        ticket = tickets.open_ticket(
            Act(at=at, by=by.id if by else None, via=Via.MAIL if channel is Channel.MAIL else Via.WEB),
            requester,
            subject=self.cast.subject,
            draft=self._draft(self._signed()),
            category=self.stage.desk.categories[self.scenario.category],
            urgency=self.scenario.urgency,
            channel=channel,
            project=self.cast.project,
            filed_by=taker,
        )
        if taker is not None and ticket.assignee is None:
            tickets.take_ticket(Act(at=at, by=taker.id), ticket, taker)
        return ticket

    def _draft(self, text: str) -> Draft:
        """Colleagues are named on purpose: in the browser the writer says so, where the guard asks."""
        asked = self.scenario.channel is not Channel.MAIL and not self.scenario.is_guarded
        named = asked and self.cast.names.user in f"{self.cast.subject}\n{text}"
        return Draft(text, choice=Choice.AS_TYPED if named else Choice.MASK)

    def _add_colleague(self, at: datetime) -> None:
        person = self.cast.requester.person
        others = self.stage.register.at_home[person.home_id] if person else []
        free = [one for one in others if one is not person]
        if person is not None and free and self.ticket.is_open:
            tickets.add_participant(Act(at=at, by=person.id), self.ticket, self.rng.choice(free))

    def _next(self, at: datetime, number: int) -> None:
        """The turn comes after its working time, at this ticket's pace."""
        if number >= len(self.thread):
            return
        turn = self.thread[number]
        after = at_pace(turn.after, self.pace * self.rng.uniform(0.8, 1.25))
        if number == 0 and self.answered_after is not None:
            after = self.answered_after
        hours = self.stage.hours(self.ticket.coc_id)
        due = worktime.add(hours, at, after)
        if number == 0 and (self.ticket.channel is Channel.MAIL or self.rng.random() < SORTED_AGAIN):
            self.stage.film.add(worktime.add(hours, at, after * SORTED_BY), self._sort)
        self.stage.film.add(due, lambda then: self._play(then, number))

    def _sort(self, at: datetime) -> None:
        """Staff put a mail into its category, and sometimes think otherwise than the rules about what is urgent."""
        ticket, category = self.ticket, self.stage.desk.categories[self.scenario.category]
        by_rule = ticket.queue.key != "first_line"
        queue = ticket.queue if by_rule and not category.queue.is_restricted else category.queue
        priority = ticket.priority if ticket.channel is Channel.MAIL else self.rng.choice(list(Priority))
        stays = ticket.assignee in [person for person, _ in self.stage.desk.members[queue.id]]
        sorter = self._of_queue("first_line")
        sorting = Sorting(
            queue=queue,
            category=category,
            priority=priority,
            project=self.cast.project or ticket.project,
            assignee=ticket.assignee if stays else self._of_queue(queue.key),
        )
        if ticket.is_open:
            tickets.sort_ticket(Act(at=at, by=sorter.id), ticket, sorting)

    def _of_queue(self, key: str) -> Person:
        """A member, each as often as the share of a post that they give; the first line helps its colleagues."""
        members = self.stage.desk.members
        own, first = members[self.stage.desk.queues[key].id], members[self.stage.desk.queues["first_line"].id]
        requester = self.cast.requester.person
        free = [(one, load) for one, load in own if one is not requester]
        free = free or [(one, load) for one, load in first if one is not requester]
        return self.rng.choices([one for one, _ in free], [load for _, load in free])[0]

    def _play(self, at: datetime, number: int) -> None:
        turn = self.thread[number]
        if self.ticket.state is State.CLOSED:
            return
        if turn.by is Speaker.REQUESTER:
            self._hear(at, turn)
        else:
            self._work(at, turn)
        self._next(at, number + 1)

    def _hear(self, at: datetime, turn: Turn) -> None:
        text, who = filled(turn.text, self.cast.names), self.cast.requester
        letter = mails.last_letter(self.ticket, who.person.email if who.person else who.address)
        if self._comes_raw(at) and letter is not None:
            mails.arrive(at, mails.reply(at, self.number, letter, text))
            message = mails.last_message(self.ticket)
        else:
            by_mail = self.scenario.channel is Channel.MAIL
            act = Act(at=at, by=who.person.id if who.person else None, via=Via.MAIL if by_mail else Via.WEB)
            channel = Channel.MAIL if by_mail else Channel.WEB
            message = tickets.comment(act, self.ticket, who.person, self._draft(text), name=who.name, channel=channel)
        self._after_writing(message)

    def _work(self, at: datetime, turn: Turn) -> None:
        staff = self._worker(at)
        act = Act(at=at, by=staff.id)
        if turn.by is Speaker.NOTE:
            tickets.add_note(act, self.ticket, staff, self._draft(filled(turn.text, self.cast.names)))
            return
        if not self.ticket.is_open:
            tickets.reopen_ticket(act, self.ticket)
        if turn.is_silent:
            self._act_silently(act, turn)
        else:
            self._answer(act, staff, turn)
        if self.ticket.state is State.RESOLVED:
            self.stage.film.add(at + CLOSE_AFTER + MINUTE, self._close)

    def _worker(self, at: datetime) -> Person:
        """Whoever has it; else a member of its queue takes it."""
        held = self.ticket.assignee
        if held is not None and held is not self.cast.requester.person:
            return held
        staff = self._of_queue(self.ticket.queue.key)
        tickets.assign_ticket(Act(at=at, by=staff.id), self.ticket, staff)
        return staff

    def _act_silently(self, act: Act, turn: Turn) -> None:
        if turn.then == "resolve":
            tickets.resolve_ticket(act, self.ticket)
        elif turn.then == "wait":
            tickets.hand_back(act, self.ticket)

    def _answer(self, act: Act, staff: Person, turn: Turn) -> None:
        canned = self.stage.desk.canned[turn.canned] if turn.canned else None
        start = documents.fill(canned.text, queries.variables(self.ticket, staff)) if canned else ""
        text = "\n\n".join(part for part in (start, filled(turn.text, self.cast.names)) if part)
        draft = Draft(text, choice=Choice.AS_TYPED if self.cast.names.user in text else Choice.MASK)
        tickets.answer(act, self.ticket, staff, draft, then=_THEN[turn.then], canned=canned)

    def _after_writing(self, message: Message) -> None:
        """A sealed original is purged by rule."""
        if message.masked and message.original is not None:
            original = message.original
            self.stage.film.add(original.purge_at, lambda at: tickets.purge_original(Act(at=at, via=Via.JOB), original))

    def _close(self, at: datetime) -> None:
        resolved_at = self.ticket.resolved_at
        if self.ticket.state is State.RESOLVED and resolved_at is not None and resolved_at < at - CLOSE_AFTER:
            tickets.close_quiet_ticket(Act(at=at, via=Via.JOB), self.ticket)
