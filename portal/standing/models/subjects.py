"""Rows about one person or one organization."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.policy import Scope
from portal.standing.rules import SubjectKind


def of_one_subject() -> CheckConstraint:
    return CheckConstraint("(person_id IS NULL) <> (organization_id IS NULL)", name="one_subject")


class OfSubject:
    """A person or an organization, never both. The class that uses it relates `person` and `organization`."""

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))

    person: Any
    organization: Any

    @property
    def subject_kind(self) -> SubjectKind:
        return SubjectKind.PERSON if self.person_id is not None else SubjectKind.ORGANIZATION

    @property
    def subject_id(self) -> int:
        return self.person_id or self.organization_id or 0

    @property
    def subject_name(self) -> str:
        return str((self.person or self.organization).name)

    @property
    def scope(self) -> Scope:
        """A person's rows have no CoC: governance reads of agencies alone."""
        held: Scope = (self.person or self.organization).scope
        return held


def subject_columns(kind: SubjectKind, subject_id: int) -> dict[str, int | None]:
    is_person = kind is SubjectKind.PERSON
    return {"person_id": subject_id if is_person else None, "organization_id": None if is_person else subject_id}
