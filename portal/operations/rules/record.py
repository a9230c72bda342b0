"""The audit trail in words: a half sentence for each event of any package, and a word for each kind of thing."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from portal.campaigns.rules import history as campaigns
from portal.licenses.rules import history as licenses
from portal.people import rules as people
from portal.standing.rules import history as standing
from portal.tickets import rules as tickets

EVENT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "access.denied": "was refused a page: {code}",
        "letter.canceled": "canceled the letter",
        "letter.retried": "sent the letter again",
        "letter.emptied": "the text of {count} letters was removed, its time of being kept being over",
        "person.told_of_mail": "was told of mail in trouble: {undelivered} not delivered, {held_back} held back",
        "mail_choice.set": "set {choice} to {number}",
        "letter.bounced": "the letter came back ({status})",
        "address.stopped": "mail to the address was stopped ({status})",
        "address.released": "released the address",
        "inbound.stored": "the mail was stored",
        "inbound.taken": "the mail was taken in",
        "inbound.parked": "the mail was set apart for a person",
        "inbound.ignored": "the mail was set aside",
        "inbound.retried": "had the mail taken in again",
        "inbound.purged": "the raw mail was purged",
        "run.cancel_asked": "asked to stop it",
        "hmis_export.loaded": "loaded the export",
        "hmis_export.cancel_asked": "asked to stop reading it",
        "hmis_export.read": "the export was read: {problems} problems, {refused} rows set aside",
        "hmis_export.refused": "the export was refused",
        "hmis_export.compared": "compared the export with the register",
        "hmis_export.key_given": "said that a new row of {file} is one that the register knows",
        "hmis_export.confirmed": "confirmed the changes, {rows} of them to known rows",
        "hmis_export.changed_meanwhile": "nothing was applied: the register had changed meanwhile",
        "hmis_export.applied": "the changes were applied, {refused} rows refused",
        "hmis_export.discarded": "discarded the export",
        "hmis_export.settled": "the copy was removed after its reading had stopped",
        "hmis_users.kept": "users of the HMIS were brought up to date: {new} new, {changed} changed, {gone} gone",
        "hmis_user.linked": "linked the user to a person",
        "hmis_user.unlinked": "undid the link to a person",
        "hmis_user.set_aside": "said that this user is no person",
        "hmis_user.taken_back": "said that this user is a person after all",
        "hmis_import.most_change_set": "set how much an export may change to {percent} %",
        "queue.added": "added the queue",
        "queue.changed": "changed the queue",
        "category.added": "added the category",
        "category.changed": "changed the category",
        "canned_response.added": "added the canned response",
        "canned_response.changed": "changed the canned response",
        "canned_response.removed": "removed the canned response",
        "triage_rule.added": "added the triage rule",
        "triage_rule.changed": "changed the triage rule",
        "triage_rule.switched": "switched the triage rule on or off",
        "triage_rule.moved": "moved the triage rule to place {to}",
        "triage_rule.removed": "removed the triage rule",
        "desk.targets_set": "set the targets",
        "desk.hours_set": "set the desk's hours",
        **standing.EVENT_WORDS,
        **licenses.EVENT_WORDS,
        **campaigns.EVENT_WORDS,
    }
)
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "ticket": "Ticket",
        "person": "Person",
        "organization": "Organization",
        "project": "HMIS project",
        "register_choice": "Choice about the register",
        "hmis_export": "HMIS export",
        "hmis_user": "User of the HMIS",
        "hmis_import_setting": "Choice about HMIS exports",
        "letter": "Letter",
        "bounced_address": "Address",
        "inbound_mail": "Incoming mail",
        "mail_choice": "Mail limit",
        "permission": "Access",
        "queue": "Queue",
        "category": "Category",
        "canned_response": "Canned response",
        "triage_rule": "Triage rule",
        "desk": "Help desk",
        "run": "Long work",
        **standing.KINDS,
        **licenses.KINDS,
        **campaigns.KINDS,
    }
)
MAIL_LIMITS: Mapping[str, str] = MappingProxyType(
    {
        "text_days": "the days that letters keep their text",
        "letters_an_hour": "the letters that may leave in an hour",
    }
)
VIA_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "web": "in the browser",
        "mail": "by e-mail",
        "job": "by schedule",
        "cli": "on the command line",
        "rule": "by a triage rule",
    }
)


def kind_words(kind: str) -> str:
    return KINDS.get(kind) or kind.replace("_", " ").capitalize()


def sentence(name: str, facts: Mapping[str, Any], organizations: Mapping[int, str]) -> str:
    """What happened, to stand behind who did it; an event nobody gave words to is spelled out from its code."""
    if name in tickets.EVENTS:
        return tickets.sentence(name, facts, _named(facts)).words
    if name in EVENT_WORDS:
        return EVENT_WORDS[name].format_map(
            {"code": "", "status": "", "to": "", **facts, **_limit(facts), **_permission(facts)}
        )
    return people.event_words(name, facts, organizations)


def _permission(facts: Mapping[str, Any]) -> dict[str, str]:
    """ "desk:configure" is read as “configure desk”."""
    noun, colon, verb = str(facts.get("code", "")).replace("_", " ").partition(":")
    return {"code": f"“{verb} {noun}”"} if colon else {}


def _limit(facts: Mapping[str, Any]) -> dict[str, str]:
    return {"choice": MAIL_LIMITS.get(facts["choice"], "a limit")} if "choice" in facts else {}


def _named(facts: Mapping[str, Any]) -> dict[str, str]:
    """The trail of everything names things by their numbers; a ticket's own history names them in words."""
    named = {key: _number(facts[key]) for key in ("to", "was") if facts.get(key) is not None}
    if facts.get("kinds"):
        named["kinds"] = ", ".join(str(kind).replace("_", " ") for kind in facts["kinds"])
    if facts.get("channel"):
        named["channel"] = tickets.Channel(facts["channel"]).words
    return named


def _number(value: Any) -> str:
    return f"number {value}" if isinstance(value, int) else str(value)
