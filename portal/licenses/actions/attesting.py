"""An agency attests its user-access report: keep, change or end, person by person."""

from collections.abc import Mapping
from datetime import date

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.licenses import queries
from portal.licenses.actions.leaving import OWN_ACCESS, end_access
from portal.licenses.models import AccessAnswer, AccessReview, FollowUp
from portal.licenses.rules import CHANGE_WITHIN, Answer
from portal.people.models import Organization, Person
from portal.standing import actions as standing
from portal.standing.rules import SubjectKind

KIND, KEY = "attestation", "user-access"
NO_WISHES: Mapping[int, str] = {}


def attest_access(
    act: Act,
    agency: Organization,
    *,
    since: date,
    until: date,
    answers: Mapping[int, Answer],
    wishes: Mapping[int, str] = NO_WISHES,
) -> AccessReview:
    """Keep the answers as evidence; changes and ends become work that is followed to its end.

    Raises:
        Refused: somebody with access has no answer, a change does not say what, or one would end the own access.
    """
    report = queries.access_report(agency.id, since, until)
    current = {line.person.id: line.person for line in report if line.is_current}
    if not current or current.keys() - answers.keys():
        raise Refused("Answer for each person with access.")
    if answers.get(act.by or 0) is Answer.END:
        raise Refused(OWN_ACCESS)
    silent = [one for one in current if answers[one] is Answer.CHANGE and not wishes.get(one, "").strip()]
    if silent:
        raise Refused(f"Say what should change for {current[silent[0]].name}.")
    review = AccessReview(agency_id=agency.id, since=since, until=until, attested_at=act.at, attested_by_id=act.by)
    review.answers = [AccessAnswer(person_id=one, answer=answers[one]) for one in current]
    db.session.add(review)
    db.session.flush()
    audit.record(act, "access_review.attested", review, organization=agency.id, people=len(current))
    standing.record_evidence(
        act, KIND, SubjectKind.ORGANIZATION, agency.id, KEY, min(until, act.at.date()), source=review
    )
    for asked in queries.open_requests_of(agency.id, since, until):
        asked.review_id = review.id
    for one, person in current.items():
        _follow(act, review, agency, person, answers[one], wishes.get(one, "").strip())
    return review


def _follow(act: Act, review: AccessReview, agency: Organization, person: Person, answer: Answer, wish: str) -> None:
    if answer is Answer.KEEP:
        return
    leaver = end_access(act, person, agency=agency, left_at=act.at) if answer is Answer.END else None
    made = FollowUp(
        review=review,
        agency_id=agency.id,
        person_id=person.id,
        answer=answer,
        wish=wish[:500] if answer is Answer.CHANGE else "",
        leaver=leaver,
        opened_at=act.at,
        due_at=leaver.due_at if leaver else act.at + CHANGE_WITHIN,
        done_at=leaver.ended_at if leaver else None,
        done_by_id=act.by if leaver and leaver.ended_at else None,
    )
    db.session.add(made)
    audit.record(act, "follow_up.opened", made, answer=answer, person=person.id, organization=agency.id)
