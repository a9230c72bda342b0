"""The life of a campaign and of what it asks of one member."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class CampaignState(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    ENDED = "ended"

    @property
    def words(self) -> str:
        return self.value


class MemberState(StrEnum):
    OPEN = "open"
    DONE = "done"
    EXCUSED = "excused"
    LEFT = "left"

    @property
    def words(self) -> str:
        return MEMBER_WORDS[self]

    @property
    def counts(self) -> bool:
        """Does it belong to the number of those who are asked?"""
        return self in (MemberState.OPEN, MemberState.DONE)


MEMBER_WORDS: Mapping[MemberState, str] = MappingProxyType(
    {
        MemberState.OPEN: "still to do",
        MemberState.DONE: "done",
        MemberState.EXCUSED: "excused",
        MemberState.LEFT: "no longer asked",
    }
)
