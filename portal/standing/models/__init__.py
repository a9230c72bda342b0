"""Requirements, evidence, waivers, and what was known when."""

from portal.standing.models.evidence import ClaimFile, ColumnMap, Evidence, EvidenceBatch, EvidenceClaim
from portal.standing.models.known import CommunityStartSet, LastLogin, LoginReport, RegisterNote
from portal.standing.models.requirements import Requirement, RequirementVersion, Waiver, WaiverEnding, WaiverReason
from portal.standing.models.subjects import OfSubject, subject_columns

__all__ = [
    "ClaimFile",
    "ColumnMap",
    "CommunityStartSet",
    "Evidence",
    "EvidenceBatch",
    "EvidenceClaim",
    "LastLogin",
    "LoginReport",
    "OfSubject",
    "RegisterNote",
    "Requirement",
    "RequirementVersion",
    "Waiver",
    "WaiverEnding",
    "WaiverReason",
    "subject_columns",
]
