"""Users of the HMIS beside the people and licenses of the register."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.hmis_csv.models import HmisUser
from portal.hmis_csv.rules.difference import plain_name
from portal.hmis_csv.rules.loading import UserState
from portal.licenses.models import License
from portal.licenses.rules import SEATED
from portal.people.models import Person
from portal.people.rules import can_be_id
from portal.tables import Order

BY_NAME = Order((HmisUser.last_name, HmisUser.first_name, HmisUser.id))


@dataclass(frozen=True)
class UserLine:
    """One user of the HMIS: who that is, who it might be and why, and what does not fit."""

    user: HmisUser
    state: UserState
    proposed: Person | None
    why: str
    conflict: str
    licenses: Sequence[License]


def users_by_key() -> dict[str, HmisUser]:
    return {one.key: one for one in db.session.scalars(select(HmisUser).order_by(HmisUser.id))}


def user(user_id: int) -> HmisUser | None:
    if not can_be_id(user_id):
        return None
    return db.session.scalar(select(HmisUser).where(HmisUser.id == user_id).options(joinedload(HmisUser.person)))


def person_by_address(address: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == address.strip().lower()))


def users(q: str = "", state: UserState | None = None) -> Select[HmisUser]:
    """Those of one state are found by `states_of`, which looks at all of them."""
    found = select(HmisUser)
    for word in q.split()[:6]:
        columns = (HmisUser.first_name, HmisUser.last_name, HmisUser.email, HmisUser.key)
        found = found.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    if state is not None:
        held = [line.user.id for line in user_lines() if line.state is state]
        found = found.where(HmisUser.id.in_(held))
    return found.order_by(*BY_NAME.clauses()).options(joinedload(HmisUser.person))


def user_counts() -> dict[UserState, int]:
    states = [line.state for line in user_lines()]
    return {state: states.count(state) for state in UserState if state in states}


def user_lines(ids: Collection[int] | None = None) -> list[UserLine]:
    found = select(HmisUser).order_by(*BY_NAME.clauses()).options(joinedload(HmisUser.person))
    if ids is not None:
        found = found.where(HmisUser.id.in_(ids))
    return lines_of(db.session.scalars(found).all())


def lines_of(rows: Sequence[HmisUser]) -> list[UserLine]:
    """In a constant number of queries."""
    by_address, by_name, by_login = _people(rows)
    everybody = db.session.execute(select(HmisUser.key, HmisUser.person_id).order_by(HmisUser.id)).all()
    taken = frozenset(one.person_id for one in everybody if one.person_id)
    keys = frozenset(one.key for one in everybody)
    licenses = _licenses([*[one.person_id for one in rows if one.person_id]])
    lines = []
    for one in rows:
        proposed, why = _proposed(one, by_login, by_address, by_name, taken)
        held = licenses.get(one.person_id or 0, ())
        conflict = _conflict(one, held, keys)
        lines.append(UserLine(one, _state(one, proposed, conflict), proposed, why, conflict, held))
    return lines


def _people(rows: Sequence[HmisUser]) -> tuple[Mapping[str, Person], Mapping[str, Person], Mapping[str, Person]]:
    open_rows = [one for one in rows if one.person_id is None and not one.is_set_aside]
    people = select(Person).where(Person.ended_on.is_(None)).order_by(Person.id)
    addresses = {one.email for one in open_rows if one.email}
    last_names = {one.last_name.lower() for one in open_rows if one.last_name}
    found = db.session.scalars(
        people.where(or_(Person.email.in_(addresses), func.lower(Person.last_name).in_(last_names)))
    ).all()
    return {one.email: one for one in found}, _only(found), _by_login({one.key for one in open_rows})


def _by_login(keys: Collection[str]) -> Mapping[str, Person]:
    """By the login that a license in use has in the HMIS; one login of several people proposes nobody."""
    found = (
        select(License)
        .where(License.login_id.in_(keys), License.state.in_(SEATED))
        .order_by(License.id)
        .options(joinedload(License.person))
    )
    holders: dict[str, set[Person]] = {}
    for held in db.session.scalars(found):
        holders.setdefault(held.login_id, set()).add(held.person)
    return {login: next(iter(people)) for login, people in holders.items() if len(people) == 1}


def _only(people: Iterable[Person]) -> Mapping[str, Person]:
    """By name, where only one person has it."""
    by_name: dict[str, list[Person]] = {}
    for one in people:
        by_name.setdefault(plain_name(one.name), []).append(one)
    return {name: held[0] for name, held in by_name.items() if len(held) == 1}


def _proposed(
    one: HmisUser,
    by_login: Mapping[str, Person],
    by_address: Mapping[str, Person],
    by_name: Mapping[str, Person],
    taken: Collection[int],
) -> tuple[Person | None, str]:
    if one.person_id is not None or one.is_set_aside or one.ended_on is not None:
        return None, ""
    matches = (
        (by_login.get(one.key), "The login of a license is this user's id."),
        (by_address.get(one.email) if one.email else None, "The e-mail address is the same."),
        (by_name.get(plain_name(one.name)) if one.name else None, "Only the name is the same: look closely."),
    )
    return next(((person, why) for person, why in matches if person is not None and person.id not in taken), (None, ""))


def _licenses(person_ids: Collection[int]) -> Mapping[int, list[License]]:
    found = select(License).where(License.person_id.in_(person_ids), License.state.in_(SEATED))
    held: dict[int, list[License]] = {}
    for one in db.session.scalars(found.order_by(License.id).options(joinedload(License.agency))):
        held.setdefault(one.person_id, []).append(one)
    return held


def _conflict(one: HmisUser, licenses: Sequence[License], keys: Collection[str]) -> str:
    """What the two registers say against each other."""
    if one.person is None:
        return ""
    if one.ended_on is not None:
        return "Gone from the HMIS, yet a license is in use here." if licenses else ""
    if not one.person.is_active:
        return "Has left the register, yet is a user of the HMIS."
    if not licenses:
        return "A user of the HMIS without a license in use here."
    others = sorted({held.login_id for held in licenses if held.login_id in keys and held.login_id != one.key})
    return f"The license here has the login of another user of the HMIS: {', '.join(others)}." if others else ""


def _state(one: HmisUser, proposed: Person | None, conflict: str) -> UserState:
    if one.is_set_aside:
        return UserState.SET_ASIDE
    if one.person_id is not None:
        return UserState.CONFLICT if conflict else UserState.LINKED
    if one.ended_on is not None:
        return UserState.GONE
    return UserState.PROPOSED if proposed is not None else UserState.UNKNOWN


def people_without_user() -> Sequence[License]:
    """Licenses in use of people whom no user of the HMIS is linked to."""
    linked = select(HmisUser.person_id).where(HmisUser.person_id.is_not(None))
    found = select(License).where(License.state.in_(SEATED), License.person_id.not_in(linked))
    shown = (joinedload(License.person), joinedload(License.agency))
    return db.session.scalars(found.order_by(License.id).options(*shown)).all()
