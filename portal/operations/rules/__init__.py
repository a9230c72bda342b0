"""When the installation is well, and the words and looks of what operators read."""

from portal.operations.rules.health import (
    LETTER_LATE_AFTER,
    WORKER_LATE_AFTER,
    Health,
    Pulse,
    health,
    waiting_words,
)
from portal.operations.rules.looks import (
    INBOUND_LOOKS,
    JOB_WORDS,
    LETTER_LOOKS,
    RUN_LOOKS,
    Look,
    job_words,
    run_kind_words,
    run_look,
)
from portal.operations.rules.record import KINDS, VIA_WORDS, kind_words, sentence

__all__ = [
    "INBOUND_LOOKS",
    "JOB_WORDS",
    "KINDS",
    "LETTER_LATE_AFTER",
    "LETTER_LOOKS",
    "RUN_LOOKS",
    "VIA_WORDS",
    "WORKER_LATE_AFTER",
    "Health",
    "Look",
    "Pulse",
    "health",
    "job_words",
    "kind_words",
    "run_kind_words",
    "run_look",
    "sentence",
    "waiting_words",
]
