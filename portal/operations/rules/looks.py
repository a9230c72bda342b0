"""Tone, picture and word of each state that the pages of operations show."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Look:
    tone: str
    icon: str
    words: str


LETTER_LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "queued": Look("info", "clock", "Waiting to be sent"),
        "sending": Look("info", "send", "Being sent"),
        "sent": Look("good", "done", "Sent"),
        "uncertain": Look("warn", "warning", "May not have arrived"),
        "failed": Look("bad", "error", "Refused"),
        "dead": Look("bad", "error", "Given up"),
        "not_needed": Look("neutral", "none", "No longer needed"),
        "canceled": Look("neutral", "closed", "Canceled"),
    }
)
INBOUND_LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "new": Look("info", "new", "Just arrived"),
        "taken": Look("good", "done", "Taken in"),
        "parked": Look("warn", "warning", "Needs a person"),
        "ignored": Look("neutral", "none", "Set aside"),
    }
)
RUN_LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "waiting": Look("info", "clock", "Waiting to begin"),
        "running": Look("info", "update", "Running"),
        "done": Look("good", "done", "Done"),
        "canceled": Look("neutral", "closed", "Canceled"),
        "failed": Look("bad", "error", "Failed"),
    }
)
JOB_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "mail.deliver": "Send letters",
        "mail.fetch": "Fetch incoming mail",
        "mail.purge": "Remove old raw mail",
        "mail.empty_letters": "Remove the text of old letters",
        "operations.tell_of_mail": "Tell administrators of mail in trouble",
        "tickets.take_in_mail": "Turn incoming mail into tickets",
        "tickets.close_quiet": "Close quiet tickets",
        "tickets.purge_originals": "Purge sealed originals",
        "people.send_links": "Mail links for new passwords",
        "people.sweep": "Remove old sessions and links",
        "standing.note_register": "Note how everybody stands in the register",
        "standing.tell_waiting": "Tell staff of evidence that waits",
        "licenses.remind": "Remind of license work",
        "licenses.remind_duties": "Remind of reports on the HMIS",
        "licenses.empty_lists": "Remove the files and names of old lists",
        "licenses.end_left": "End the licenses of people who were ended",
        "licenses.ask_reports": "Ask agencies who has access",
        "licenses.remind_requests": "Remind of user-access reports",
        "licenses.remind_follow_ups": "Tell of access reports not carried out",
        "campaigns.follow": "Note who has done what a campaign asks",
        "campaigns.remind": "Remind people of what a campaign asks",
        "campaigns.escalate": "Tell agencies who has not done what a campaign asks",
        "database.learn": "Keep the database's statistics fresh",
        "runs.work": "Do the long work that people asked for",
        "hmis_csv.settle": "Remove the copies of exports whose reading was stopped",
    }
)


def job_words(name: str) -> str:
    """A job without words of its own is named by its code: "demo.refresh" becomes “Demo: refresh”."""
    return JOB_WORDS.get(name) or _spelled(name)


RUN_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "campaigns.launch": "Ask everybody for a campaign",
        "hmis_csv.read": "Read an HMIS export",
        "hmis_csv.apply": "Apply an HMIS export",
        "licenses.read_list": "Read a list",
        "licenses.apply_list": "Carry out a list",
        "standing.import": "Read a file of past evidence",
    }
)


def run_kind_words(kind: str) -> str:
    return RUN_WORDS.get(kind) or _spelled(kind)


def _spelled(code: str) -> str:
    package, _, name = code.partition(".")
    words = f"{package}: {name}" if name else package
    return words.replace("_", " ").capitalize()


def run_look(done: int, failed: int) -> Look:
    """How one run of a scheduled job ended."""
    if failed:
        return Look("bad", "error", "Failed" if not done else "Partly failed")
    return Look("good", "done", "Done") if done else Look("neutral", "dot", "Nothing to do")
