"""Kinds, clauses, states, powers, terms, and what proves a signature. Pure."""

from portal.agreements.rules import sample
from portal.agreements.rules.certificate import NOT_RECORDED, certificate, paper, signatures
from portal.agreements.rules.evidence import NEEDED, Happening, Party, Record, Step, gaps, moment_of

__all__ = [
    "NEEDED",
    "NOT_RECORDED",
    "Happening",
    "Party",
    "Record",
    "Step",
    "certificate",
    "gaps",
    "moment_of",
    "paper",
    "sample",
    "signatures",
]
