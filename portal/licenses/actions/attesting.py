"""An agency attests its user-access report: keep, change or end, person by person."""

from collections.abc import Mapping
from datetime import date

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.licenses import queries
from portal.licenses.actions.leaving import end_access
from portal.licenses.models import AccessAnswer, AccessReview
from portal.licenses.rules import Answer
from portal.people.models import Organization
from portal.standing import actions as standing
from portal.standing.rules import SubjectKind

KIND, KEY = "attestation", "user-access"


def attest_access(
    act: Act, agency: Organization, *, since: date, until: date, answers: Mapping[int, Answer]
) -> AccessReview:
    """Keep the answers as evidence; who is to end is a leaver from this moment on.

    Raises:
        Refused: somebody with access has no answer, or would end the own access.
    """
    report = queries.access_report(agency.id, since, until)
    current = {line.person.id: line.person for line in report if line.is_current}
    if not current or current.keys() - answers.keys():
        raise Refused("Answer for each person with access.")
    if answers.get(act.by or 0) is Answer.END:
        raise Refused("You cannot end your own access here. Ask the HMIS Lead.")
    review = AccessReview(agency_id=agency.id, since=since, until=until, attested_at=act.at, attested_by_id=act.by)
    review.answers = [AccessAnswer(person_id=one, answer=answers[one]) for one in current]
    db.session.add(review)
    db.session.flush()
    audit.record(act, "access_review.attested", review, organization=agency.id, people=len(current))
    standing.record_evidence(
        act, KIND, SubjectKind.ORGANIZATION, agency.id, KEY, min(until, act.at.date()), source=review
    )
    for one, person in current.items():
        if answers[one] is Answer.END:
            end_access(act, person, agency=agency, left_at=act.at)
    return review
