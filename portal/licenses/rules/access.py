"""What an agency answers for each person in its user-access report. Pure."""

from enum import StrEnum


class Answer(StrEnum):
    KEEP = "keep"
    CHANGE = "change"
    END = "end"

    @property
    def words(self) -> str:
        return {Answer.KEEP: "Keep", Answer.CHANGE: "Change", Answer.END: "End access"}[self]
