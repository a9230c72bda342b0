"""Password hashes: argon2id with the installation's parameters."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.errors import Refused
from portal.people import queries
from portal.people.models import Person
from portal.people.rules import normal_password, password_problem
from portal.settings import Settings

PASSES = 2
LANES = 1


@cache
def _hasher(kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=PASSES, parallelism=LANES, memory_cost=kib)


@cache
def _nobody(kib: int) -> str:
    """A hash that no password fits, so that an unknown address costs the same work."""
    return _hasher(kib).hash(secrets.token_urlsafe(32))


def hashed(password: str, settings: Settings) -> str:
    return _hasher(settings.argon2_kib).hash(normal_password(password))


def fits(person: Person | None, password: str, settings: Settings) -> bool:
    """Is this the password of somebody who may sign in? Takes as long when there is nobody."""
    nobody = _nobody(settings.argon2_kib)
    stored = person.password_hash if person is not None and person.is_active else None
    try:
        right = _hasher(settings.argon2_kib).verify(stored or nobody, normal_password(password))
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None


def refresh(person: Person, password: str, settings: Settings) -> None:
    """Hash anew where the installation's parameters have changed since."""
    if person.password_hash and _hasher(settings.argon2_kib).check_needs_rehash(person.password_hash):
        person.password_hash = hashed(password, settings)


def demand_good(person: Person, password: str, settings: Settings) -> None:
    """Raises Refused with what is wrong with a new password."""
    names = (person.first_name, person.last_name, person.home.name, person.home.short_name, settings.portal_name)
    problem = password_problem(password, queries.common_passwords(), person.email, names)
    if problem:
        raise Refused(problem)
