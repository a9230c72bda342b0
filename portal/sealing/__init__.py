"""Seals: PDFs sealed with the portal's own key (PAdES B-B, or B-T with a time-stamp authority), and told from others.

A seal proves that the portal issued exactly these bytes. It is the organization's, not a person's signature: who
signed, and how we know, is in the text that it covers.
"""

from portal.sealing.certificates import Certificates
from portal.sealing.keys import Key
from portal.sealing.room import WARNED_AT, Room
from portal.sealing.seals import AuthorityUnreachable, Sealed, seal
from portal.sealing.verdicts import Flaw, Verdict
from portal.sealing.verifying import SIZE_AT_MOST, verify, verify_file

__all__ = [
    "SIZE_AT_MOST",
    "WARNED_AT",
    "AuthorityUnreachable",
    "Certificates",
    "Flaw",
    "Key",
    "Room",
    "Sealed",
    "Verdict",
    "seal",
    "verify",
    "verify_file",
]
