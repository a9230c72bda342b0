"""Campaigns, whom they ask, and which letters of the ladder went out."""

from datetime import date, datetime, time
from typing import Any, Self

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.campaigns.rules import CampaignState, MemberState, Rung, from_json
from portal.db import Base
from portal.people.models import Organization, Person
from portal.policy import Scope
from portal.standing.models import OfSubject, Requirement
from portal.standing.models.subjects import of_one_subject


class Campaign(Base):
    """Asks everybody whom a requirement binds for evidence of `counts_from` or later, by the end of `due_on`."""

    __tablename__ = "campaign"
    __table_args__ = (Index("ix_campaign_due_on_id", "due_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(160))
    about: Mapped[str] = mapped_column(String(2000))
    """What the letter says is asked, in the words of the HMIS Lead."""
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"), index=True)
    coc_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    """Only agencies of this CoC; None for all."""
    counts_from: Mapped[date]
    due_on: Mapped[date]
    joiner_days: Mapped[int]
    ladder: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    quiet_from: Mapped[time]
    quiet_until: Mapped[time]
    state: Mapped[CampaignState] = mapped_column(default=CampaignState.DRAFT, index=True)
    drafted_at: Mapped[datetime]
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    launched_at: Mapped[datetime | None]
    launched_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    run_id: Mapped[int | None]
    """The launch, as long work with its progress."""
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    requirement: Mapped[Requirement] = relationship()
    coc: Mapped[Organization | None] = relationship()
    launched_by: Mapped[Person | None] = relationship(foreign_keys=[launched_by_id])

    @property
    def rungs(self) -> tuple[Rung, ...]:
        return from_json(self.ladder)

    @property
    def scope(self) -> Scope:
        return Scope()


class CampaignMember(OfSubject, Base):
    """One person or organization that is asked; never deleted, so that the record tells who was."""

    __tablename__ = "campaign_member"
    __table_args__ = (
        of_one_subject(),
        UniqueConstraint("campaign_id", "person_id"),
        UniqueConstraint("campaign_id", "organization_id"),
        Index("ix_campaign_member_campaign_id_state", "campaign_id", "state", "agency_id"),
        Index("ix_campaign_member_person_id", "person_id"),
        Index("ix_campaign_member_organization_id", "organization_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    """Whose progress it counts to: where the person works, or the organization itself."""
    due_on: Mapped[date]
    state: Mapped[MemberState] = mapped_column(default=MemberState.OPEN)
    asked_at: Mapped[datetime]
    done_on: Mapped[date | None]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    why_excused: Mapped[str] = mapped_column(String(1000), default="")

    campaign: Mapped[Campaign] = relationship()
    agency: Mapped[Organization] = relationship(foreign_keys=[agency_id])
    person: Mapped[Person | None] = relationship(foreign_keys="CampaignMember.person_id")
    organization: Mapped[Organization | None] = relationship(foreign_keys="CampaignMember.organization_id")
    tellings: Mapped[list["CampaignTelling"]] = relationship(back_populates="member", order_by="CampaignTelling.id")

    @classmethod
    def made(
        cls,
        at: datetime,
        campaign: Campaign,
        subject: dict[str, int | None],
        agency_id: int,
        due_on: date,
        done_on: date | None,
    ) -> Self:
        """Asked at this moment, and done already where `done_on` says so; `subject` as of `subject_columns`."""
        return cls(
            campaign_id=campaign.id,
            agency_id=agency_id,
            due_on=due_on,
            asked_at=at,
            done_on=done_on,
            settled_at=at if done_on else None,
            state=MemberState.DONE if done_on else MemberState.OPEN,
            **subject,
        )

    @property
    def last_name(self) -> str:
        """What lists of people are sorted by, and `first_name`; `name` is the same for organizations."""
        return self.person.last_name if self.person else ""

    @property
    def first_name(self) -> str:
        return self.person.first_name if self.person else ""

    @property
    def name(self) -> str:
        return self.subject_name


class CampaignTelling(Base):
    """A rung that went out, once: about a member, or about the open members of an agency with one due day."""

    __tablename__ = "campaign_telling"
    __table_args__ = (
        UniqueConstraint("member_id", "rung"),
        UniqueConstraint("campaign_id", "agency_id", "due_on", "rung"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("campaign_member.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    due_on: Mapped[date | None]
    rung: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]

    member: Mapped[CampaignMember | None] = relationship(back_populates="tellings")
