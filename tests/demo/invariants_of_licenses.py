"""What holds for licenses, work, leavers, seats and evidence of any database, as SQL that counts what breaks it."""

IN_FORCE = "('requested', 'approved', 'active', 'suspended')"
SENTENCES = {
    "nobody has two licenses at one agency": f"""
        SELECT count(*) FROM (SELECT 1 FROM license WHERE state IN {IN_FORCE}
        GROUP BY person_id, agency_id HAVING count(*) > 1) AS twice""",
    "who has left holds no license": f"""
        SELECT count(*) FROM license JOIN person ON person.id = license.person_id
        WHERE license.state IN {IN_FORCE} AND person.ended_on IS NOT NULL""",
    "only agencies that take part have licenses": """
        SELECT count(*) FROM license JOIN organization ON organization.id = license.agency_id
        WHERE organization.participation <> 'participating'""",
    "a license lies in a CoC of its agency": """
        SELECT count(*) FROM license WHERE NOT EXISTS (SELECT 1 FROM membership
        WHERE membership.organization_id = license.agency_id AND membership.coc_id = license.coc_id)""",
    "a license stands where its last step led, and since then": """
        SELECT count(*) FROM license JOIN license_step ON license_step.license_id = license.id
        WHERE license_step.id = (SELECT max(id) FROM license_step AS step WHERE step.license_id = license.id)
        AND (license_step.state <> license.state OR license_step.at <> license.moved_at)""",
    "a license begins with its request": """
        SELECT count(*) FROM license WHERE (SELECT count(*) FROM license_step
        WHERE license_step.license_id = license.id AND license_step.move = 'request'
        AND license_step.at = license.requested_at) <> 1""",
    "steps of a license come in order of time": """
        SELECT count(*) FROM
        (SELECT at, lag(at) OVER (PARTITION BY license_id ORDER BY id) AS before FROM license_step) AS steps
        WHERE at < before""",
    "an active license has a login": """
        SELECT count(*) FROM license WHERE state IN ('active', 'suspended') AND login_id = ''""",
    "no login is given twice": """
        SELECT count(*) FROM (SELECT 1 FROM license WHERE state IN ('active', 'suspended')
        GROUP BY login_id HAVING count(*) > 1) AS twice""",
    "an approved license waits for its login, and no other does": """
        SELECT count(*) FROM license WHERE (state = 'approved') <> EXISTS (SELECT 1 FROM work_item
        WHERE work_item.license_id = license.id AND kind = 'grant' AND done_at IS NULL AND dropped_at IS NULL)""",
    "a license has at most one thing to do": """
        SELECT count(*) FROM (SELECT 1 FROM work_item WHERE done_at IS NULL AND dropped_at IS NULL
        GROUP BY license_id HAVING count(*) > 1) AS twice""",
    "work is done or dropped, not both, and by somebody": """
        SELECT count(*) FROM work_item WHERE (done_at IS NOT NULL AND dropped_at IS NOT NULL)
        OR (done_at IS NULL) <> (done_by_id IS NULL)""",
    "work for a leaver is about the leaver's license": """
        SELECT count(*) FROM work_item JOIN leaver ON leaver.id = work_item.leaver_id
        JOIN license ON license.id = work_item.license_id
        WHERE license.person_id <> leaver.person_id OR license.agency_id <> leaver.agency_id""",
    "a leaver's clock runs exactly while there is work to do": """
        SELECT count(*) FROM leaver WHERE (ended_at IS NULL) <> EXISTS (SELECT 1 FROM work_item
        WHERE work_item.leaver_id = leaver.id AND done_at IS NULL AND dropped_at IS NULL)""",
    "a leaver leaves, is told, and is ended, in this order": """
        SELECT count(*) FROM leaver WHERE told_at < left_at OR ended_at < told_at OR due_at < left_at""",
    "a leaver has no role left at the agency": """
        SELECT count(*) FROM leaver JOIN role_grant ON role_grant.person_id = leaver.person_id
        AND role_grant.organization_id = leaver.agency_id WHERE role_grant.ended_on IS NULL""",
    "whoever has a license granted is an end user there": """
        SELECT count(*) FROM license WHERE state IN ('approved', 'active', 'suspended') AND NOT EXISTS
        (SELECT 1 FROM role_grant WHERE role_grant.person_id = license.person_id AND role = 'end_user'
        AND role_grant.organization_id = license.agency_id AND ended_on IS NULL)""",
    "whoever is an end user has a license granted": """
        SELECT count(*) FROM role_grant WHERE role = 'end_user' AND ended_on IS NULL AND NOT EXISTS
        (SELECT 1 FROM license WHERE license.person_id = role_grant.person_id
        AND license.agency_id = role_grant.organization_id AND state IN ('approved', 'active', 'suspended'))""",
    "seats are not oversold": """
        SELECT count(*) FROM (SELECT agency_id, coc_id, count(*) AS used FROM license
        WHERE state IN ('approved', 'active') GROUP BY agency_id, coc_id) AS taken
        WHERE used > coalesce((SELECT number FROM seats WHERE seats.agency_id = taken.agency_id
        AND seats.coc_id = taken.coc_id ORDER BY starts_on DESC, id DESC LIMIT 1), 0)""",
    "only an active license waits to be suspended": """
        SELECT count(*) FROM suspension JOIN license ON license.id = suspension.license_id
        WHERE suspension.state = 'waiting' AND license.state <> 'active'""",
    "nobody approves a suspension that they proposed": """
        SELECT count(*) FROM suspension WHERE state = 'approved'
        AND (decided_by_id IS NULL OR decided_by_id = proposed_by_id)""",
    "evidence that was claimed says what the claim said": """
        SELECT count(*) FROM evidence JOIN evidence_claim AS claim ON claim.id = evidence.claim_id
        WHERE claim.state <> 'approved' OR claim.kind <> evidence.kind OR claim.key <> evidence.key
        OR claim."on" <> evidence."on" OR coalesce(claim.person_id, 0) <> coalesce(evidence.person_id, 0)
        OR coalesce(claim.organization_id, 0) <> coalesce(evidence.organization_id, 0)
        OR (evidence.source_kind = 'evidence_claim' AND evidence.source_id <> claim.id)""",
    "a claim is evidence exactly when it was approved": """
        SELECT count(*) FROM evidence_claim AS claim WHERE (state = 'approved') <>
        EXISTS (SELECT 1 FROM evidence WHERE evidence.claim_id = claim.id)""",
    "evidence was approved by a second person": """
        SELECT count(*) FROM evidence WHERE claim_id IS NOT NULL
        AND (approved_by_id IS NULL OR approved_by_id = recorded_by_id OR approved_by_id = person_id)""",
    "nothing is known before it happened": """
        SELECT count(*) FROM evidence WHERE {recorded_on} < "on" """,
    "no report tells of a login after its day": """
        SELECT count(*) FROM last_login JOIN login_report ON login_report.id = last_login.report_id
        WHERE last_on > report_on""",
    "that a license was asked for is on record once": """
        SELECT count(*) FROM license WHERE (SELECT count(*) FROM audit_event
        WHERE kind = 'license' AND subject_id = license.id AND name = 'license.requested') <> 1""",
    "the record of a license names its holder": """
        SELECT count(*) FROM audit_event JOIN license ON license.id = audit_event.subject_id
        WHERE kind = 'license' AND {person_id} IS NOT NULL AND {person_id} <> license.person_id""",
    "the record of work and suspensions names their license": """
        SELECT count(*) FROM audit_event JOIN work_item ON work_item.id = audit_event.subject_id
        WHERE audit_event.kind = 'work_item' AND {license_id} IS NOT NULL AND {license_id} <> work_item.license_id""",
    "everybody is noted in the register": """
        SELECT count(*) FROM person WHERE NOT EXISTS
        (SELECT 1 FROM register_note WHERE register_note.person_id = person.id)""",
}
WORDS = {
    "sqlite": {
        "person_id": "json_extract(facts, '$.person')",
        "license_id": "json_extract(facts, '$.license')",
        "recorded_on": "date(recorded_at)",
    },
    "postgresql": {
        "person_id": "(facts ->> 'person')::int",
        "license_id": "(facts ->> 'license')::int",
        "recorded_on": "recorded_at::date",
    },
}
