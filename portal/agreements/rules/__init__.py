"""Kinds, clauses, states, powers, terms, and what proves a signature. Pure."""

from portal.agreements.rules import sample
from portal.agreements.rules.certificate import NOT_RECORDED, certificate, paper, signatures
from portal.agreements.rules.clauses import Clause, Mark, clauses, lacking
from portal.agreements.rules.evidence import NEEDED, Happening, Party, Record, Step, gaps, moment_of
from portal.agreements.rules.kinds import SHAPES, Kind, Shape, Side
from portal.agreements.rules.states import NEXT, AgreementState, Power, SignerState, may_bind, state_of, turns
from portal.agreements.rules.terms import REMINDED_AT, Renewal, Span, Term, reminders, span_on, spans

__all__ = [
    "NEEDED",
    "NEXT",
    "NOT_RECORDED",
    "REMINDED_AT",
    "SHAPES",
    "AgreementState",
    "Clause",
    "Happening",
    "Kind",
    "Mark",
    "Party",
    "Power",
    "Record",
    "Renewal",
    "Shape",
    "Side",
    "SignerState",
    "Span",
    "Step",
    "Term",
    "certificate",
    "clauses",
    "gaps",
    "lacking",
    "may_bind",
    "moment_of",
    "paper",
    "reminders",
    "sample",
    "signatures",
    "span_on",
    "spans",
    "state_of",
    "turns",
]
