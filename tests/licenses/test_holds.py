"""What must hold whatever people do, and whoever comes at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.licenses import actions, queries
from portal.licenses.models import License, WorkItem
from portal.licenses.rules import MOVES, OPEN, REASONS, LicenseState, Move, Reason, WorkKind, after
from portal.people import queries as people
from tests.licenses.conftest import Community


@pytest.mark.pure
@given(st.lists(st.sampled_from([move for move in Move if move is not Move.REQUEST]), max_size=30))
def test_no_order_of_moves_leaves_an_ended_license_or_comes_to_active_without_a_grant(moves: list[Move]):
    state, path = LicenseState.REQUESTED, []
    for move in moves:
        led = after(state, move)
        if led is not None:
            assert state in OPEN
            path.append(move)
            state = led

    if state is LicenseState.ACTIVE:
        assert path[:2] == [Move.APPROVE, Move.ACTIVATE]


@pytest.mark.pure
def test_every_move_has_its_reasons_and_every_state_but_the_first_is_reached():
    assert {move for move in Move if not REASONS[move]} == set()
    assert {state for _, state in MOVES.values()} == set(LicenseState) - {LicenseState.REQUESTED}


_RUNS = count(1)


class Life(RuleBasedStateMachine):
    """Two people of one agency, and all that can be done with their licenses, in any order."""

    community: Community

    def __init__(self) -> None:
        super().__init__()
        db.session.rollback()
        self.run = next(_RUNS)
        self.state: dict[str, LicenseState | None] = {"a": None, "b": None}

    def address(self, who: str) -> str:
        """New people each time: what happened to the ones before cannot be taken back."""
        return f"{who}{self.run}@oxbow.example.org"

    def held(self, who: str) -> License:
        address = self.address(who)
        found = select(License).join(License.person).where(License.person.has(email=address))
        return db.session.scalars(found.order_by(License.id.desc()).limit(1)).one()

    def tries(self, who: str, move: Move, work: object) -> None:
        state = self.state[who]
        led = after(state, move) if state else None
        try:
            work()
            db.session.commit()
        except Refused:
            db.session.rollback()
            assert led is None
        else:
            assert led is not None
            self.state[who] = led

    @rule(who=st.sampled_from("ab"))
    def ask(self, who: str) -> None:
        is_open = self.state[who] in OPEN
        try:
            self.community.ask(self.address(who))
            db.session.commit()
        except Refused:
            db.session.rollback()
            assert is_open
        else:
            assert not is_open
            self.state[who] = LicenseState.REQUESTED

    @precondition(lambda self: any(self.state.values()))
    @rule(who=st.sampled_from("ab"), move=st.sampled_from(["decline", "withdraw", "suspend", "restore", "revoke"]))
    def move(self, who: str, move: str) -> None:
        if self.state[who] is None:
            return
        made = Move(move)
        act = self.community.act(self.community.staff)
        action = getattr(actions, move)
        self.tries(who, made, lambda: action(act, self.held(who), reason=REASONS[made][0]))

    @precondition(lambda self: any(self.state.values()))
    @rule(who=st.sampled_from("ab"))
    def approve(self, who: str) -> None:
        if self.state[who] is not None:
            act = self.community.act(self.community.staff)
            self.tries(who, Move.APPROVE, lambda: actions.approve(act, self.held(who)))

    @precondition(lambda self: any(self.state.values()))
    @rule(who=st.sampled_from("ab"))
    def confirm(self, who: str) -> None:
        item = self.held(who).open_work if self.state[who] is not None else None
        if item is None:
            return
        kind = item.kind
        actions.confirm_work(self.community.act(self.community.staff), item, login_id=f"login-{self.address(who)}")
        db.session.commit()
        if kind is WorkKind.GRANT:
            self.state[who] = LicenseState.ACTIVE

    @invariant()
    def everybody_has_the_state_that_the_rules_say(self) -> None:
        for who, state in self.state.items():
            if state is not None:
                db.session.expire_all()
                held = self.held(who)
                assert held.state is state
                assert held.steps[-1].state is state
                if state is LicenseState.APPROVED:
                    assert held.open_work.kind is WorkKind.GRANT
                if state in (LicenseState.REQUESTED, LicenseState.DECLINED, LicenseState.WITHDRAWN):
                    assert held.work == []

    @invariant()
    def nobody_has_two_open_licenses_and_nothing_has_two_open_pieces_of_work(self) -> None:
        licenses = select(func.count()).where(License.state.in_(OPEN)).group_by(License.person_id)
        open_work = (WorkItem.done_at.is_(None), WorkItem.dropped_at.is_(None))
        work = select(func.count()).where(*open_work).group_by(WorkItem.license_id)
        assert [number for found in (licenses, work) for number in db.session.scalars(found) if number != 1] == []


def test_a_license_lives_by_its_rules_whatever_people_do(community: Community):
    from hypothesis import HealthCheck, settings

    machine = type("LifeOfThis", (Life,), {"community": community})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_of_eight_who_ask_at_the_same_moment_one_gets_through(app: Flask, community: Community):
    agency_id, head_id, user = community.agency.id, community.head.id, community.user.email
    db.session.commit()
    start = Barrier(8)

    def ask(_: int) -> bool:
        with app.app_context():
            agency = people.organization(agency_id)
            db.session.rollback()
            start.wait()
            try:
                agency = people.organization(agency_id)
                actions.request_license(
                    Act(at=community.at, by=head_id), agency, email=user, reason=Reason.NEW_COLLEAGUE
                )
                db.session.commit()
            except Refused:
                db.session.rollback()
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(ask, range(8)))

    assert (sorted(got), db.session.scalar(select(func.count()).select_from(License))) == ([False] * 7 + [True], 1)


def test_of_two_who_decide_at_the_same_moment_one_decides(app: Flask, community: Community):
    held = community.ask()
    license_id, staff_id, at = held.id, community.staff.id, community.at
    db.session.commit()
    start = Barrier(2)

    def decide(approves: bool) -> bool:
        with app.app_context():
            start.wait()
            act, mine = Act(at=at, by=staff_id), queries.one_license(license_id)
            try:
                if approves:
                    actions.approve(act, mine)
                else:
                    actions.decline(act, mine, reason=Reason.NO_NEED)
                db.session.commit()
            except Refused:
                db.session.rollback()
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        decided = list(pool.map(decide, (True, False)))

    db.session.expire_all()
    assert sorted(decided) == [False, True]
    assert len(queries.one_license(license_id).steps) == 2


def test_the_database_itself_refuses_a_second_open_license(community: Community):
    held = community.ask()
    facts = {"person_id": held.person_id, "agency_id": held.agency_id, "moved_at": held.moved_at}
    db.session.add(License(state=LicenseState.ACTIVE, requested_at=held.moved_at, **facts))

    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
