"""A suspension that one person proposes and another approves. Pure."""

from enum import StrEnum


class ProposalState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    DROPPED = "dropped"

    @property
    def words(self) -> str:
        return {
            ProposalState.WAITING: "waits for a second person",
            ProposalState.APPROVED: "approved",
            ProposalState.DROPPED: "dropped",
        }[self]
