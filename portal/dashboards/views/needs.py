"""Lines of a first page that come from entitlement: what one must do oneself, for one's agency, or as staff."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import url_for

from portal.campaigns import queries as campaigns
from portal.dashboards.queries import entitlement
from portal.dashboards.queries.entitlement import Waiting
from portal.dashboards.rules import Need, counted
from portal.policy import Actor, Permission, allows
from portal.standing.rules import Verdict, end_of_day, sentence
from portal.worktime import due_words, in_words, moment_words

SOON_DAYS = 7


def of_person(actor: Actor, now: datetime, zone: ZoneInfo) -> Iterator[Need]:
    """Campaigns and requirements; what a campaign asks for is told once."""
    person_id = actor.person_id or 0
    asked = campaigns.asking(person_id)
    href = url_for("standing.person_standing", person_id=person_id)
    for member in asked:
        yield _due(member.campaign.title, href, "The HMIS Lead asks everybody in your role.", member.due_on, now, zone)
    covered = {member.campaign.requirement_id for member in asked}
    for verdict in entitlement.own_verdicts(person_id, now):
        if verdict.requirement_id not in covered:
            yield _verdict(verdict, href, "", now, zone)


def of_agencies(actor: Actor, now: datetime, zone: ZoneInfo) -> Iterator[Need]:
    agencies = {one.id: one for one in entitlement.agencies_answered_for(actor)}
    for agency_id, verdict in entitlement.agency_verdicts(agencies, now):
        href = url_for("standing.organization_standing", organization_id=agency_id)
        yield _verdict(verdict, href, agencies[agency_id].short_name, now, zone)
    for request in entitlement.reports_to_attest(actor):
        since, until = request.since.isoformat(), request.until.isoformat()
        href = url_for("licenses.attest_access", organization_id=request.agency_id, since=since, until=until)
        why = f"{request.agency.short_name}: keep, change or end the access of each person."
        yield _due("Attest who has access", href, why, request.due_on, now, zone)
    for campaign, agency_id, progress in entitlement.agency_campaigns(actor):
        href = url_for("campaigns.show_part", campaign_id=campaign.id, agency_id=agency_id)
        why = f"{progress.open:,} of {progress.asked:,} at your agency still to do."
        yield _due(campaign.title, href, why, campaign.due_on, now, zone)


def of_staff(actor: Actor, now: datetime, zone: ZoneInfo) -> Iterator[Need]:
    """One line for each kind of work that waits, with the first due or the oldest of it."""
    person_id = actor.person_id or 0
    work = entitlement.work_in_hmis() if allows(actor, Permission.LICENSE_WORK) else None
    if work:
        title = f"{work.number:,} to do in the HMIS"
        yield _due_at(title, url_for("licenses.list_work"), "first due", work.at, now, zone)
    asked = entitlement.license_requests() if allows(actor, Permission.LICENSE_APPROVE) else None
    if asked:
        href = url_for("licenses.list_licenses", state="requested")
        yield _since(counted(asked.number, "license request"), href, asked, now, zone)
    proposed = entitlement.suspensions_waiting(person_id) if allows(actor, Permission.SUSPENSION_APPROVE) else None
    if proposed:
        href = url_for("licenses.approve_suspensions")
        yield _since(counted(proposed.number, "proposed suspension"), href, proposed, now, zone)
    claims = entitlement.evidence_waiting(person_id) if allows(actor, Permission.EVIDENCE_APPROVE) else 0
    if claims:
        noun = "1 entry or file of evidence" if claims == 1 else f"{claims:,} entries or files of evidence"
        yield Need(noun, url_for("standing.list_waiting"), "Waits for a second person.", "", "warn", "verified", now)


def _verdict(verdict: Verdict, href: str, place: str, now: datetime, zone: ZoneInfo) -> Need:
    title = verdict.terms.title if verdict.terms else ""
    why = f"{place}: {sentence(verdict)}" if place else sentence(verdict)
    if verdict.due_on is not None:
        return _due(title, href, why, verdict.due_on, now, zone)
    return Need(title, href, why, verdict.state.words, "bad", "verified", now)


def _due(title: str, href: str, why: str, on: date, now: datetime, zone: ZoneInfo) -> Need:
    at = end_of_day(on, zone)
    left = (at - now).days
    tone = "bad" if at < now else "warn" if left < SOON_DAYS else "neutral"
    return Need(title, href, why, due_words(now, at, zone), tone, "verified", at)


def _due_at(title: str, href: str, why: str, at: datetime, now: datetime, zone: ZoneInfo) -> Need:
    tone = "bad" if at < now else "warn"
    return Need(title, href, f"{why} {moment_words(at, zone)}", due_words(now, at, zone), tone, "people", at)


def _since(title: str, href: str, held: Waiting, now: datetime, zone: ZoneInfo) -> Need:
    words = in_words(now, held.at, zone)
    return Need(title, href, f"The oldest from {moment_words(held.at, zone)}", words, "warn", "people", held.at)
