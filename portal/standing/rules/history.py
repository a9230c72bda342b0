"""What happened to requirements, evidence and waivers, as half sentences that follow whoever did it. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

EVENT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "requirement.added": "added the requirement",
        "requirement.drafted": "drafted a new version of the requirement",
        "requirement.draft_discarded": "discarded the draft",
        "requirement.published": "published the requirement",
        "evidence.recorded": "recorded evidence",
        "claim.entered": "entered evidence",
        "claim.file_attached": "attached a file",
        "claim.approved": "approved the entry",
        "claim.refused": "refused the entry",
        "claim.withdrawn": "withdrew the entry",
        "batch.started": "loaded a file of past evidence",
        "batch.columns_named": "said which column holds what",
        "batch.read": "the file was read: {rows} rows, {refused} refused",
        "batch.scans_attached": "attached {files} scans",
        "batch.sent": "sent the file for approval",
        "batch.approved": "approved the file: {rows} rows",
        "batch.refused": "refused the file",
        "batch.withdrawn": "withdrew the file",
        "waiver.granted": "granted the waiver",
        "waiver.ended": "gave the waiver its last day",
        "login_report.recorded": "recorded the last logins of {people} people",
        "standing.register_noted": "noted how {subjects} people and organizations stand",
        "standing.start_set": "set the start of the community",
        "person.told_what_waits": "was told that evidence waits",
    }
)
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "requirement": "Requirement",
        "evidence": "Evidence",
        "evidence_claim": "Entry of evidence",
        "evidence_batch": "File of past evidence",
        "waiver": "Waiver",
        "login_report": "Last-login report",
        "community_start_set": "Start of the community",
        "standing": "Standing",
    }
)
"""A word for each table to which things happen."""
