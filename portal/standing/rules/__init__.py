"""States, terms, evidence and the verdict. Pure."""

from portal.people.rules import Authority
from portal.standing.rules.calendar import add_months, day_of, end_of_day, window_of
from portal.standing.rules.covers import counting, cover
from portal.standing.rules.dues import first_due
from portal.standing.rules.facts import (
    WHOLE_YEAR,
    Audience,
    CommunityStart,
    EvidenceFact,
    LoginFacts,
    PlaceFacts,
    ProjectSpan,
    RoleSpan,
    SubjectFacts,
    Terms,
    WaiverFact,
    Window,
)
from portal.standing.rules.flips import Flip, FlipsOfPlace, by_place, by_state, flips
from portal.standing.rules.known import Note, person_note, place_known, place_note, spans_known
from portal.standing.rules.obligations import Memory
from portal.standing.rules.sentences import sentence, summary
from portal.standing.rules.terms import KINDS, EvidenceKind, audience_words, problem, recurrence_words
from portal.standing.rules.verdicts import EvidenceByKey, Judge, Verdict, verdict
from portal.standing.rules.words import ClaimState, Place, Recurrence, State, SubjectKind

__all__ = [
    "KINDS",
    "WHOLE_YEAR",
    "Audience",
    "Authority",
    "ClaimState",
    "CommunityStart",
    "EvidenceByKey",
    "EvidenceFact",
    "EvidenceKind",
    "Flip",
    "FlipsOfPlace",
    "Judge",
    "LoginFacts",
    "Memory",
    "Note",
    "Place",
    "PlaceFacts",
    "ProjectSpan",
    "Recurrence",
    "RoleSpan",
    "State",
    "SubjectFacts",
    "SubjectKind",
    "Terms",
    "Verdict",
    "WaiverFact",
    "Window",
    "add_months",
    "audience_words",
    "by_place",
    "by_state",
    "counting",
    "cover",
    "day_of",
    "end_of_day",
    "first_due",
    "flips",
    "person_note",
    "place_known",
    "place_note",
    "problem",
    "recurrence_words",
    "sentence",
    "spans_known",
    "summary",
    "verdict",
    "window_of",
]
