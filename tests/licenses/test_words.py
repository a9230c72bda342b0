"""What the record says about licenses and standing, in words."""

import ast
import re

import pytest

from portal.licenses.rules import history as licenses
from portal.operations import rules
from portal.standing.rules import history as standing
from tests.house import source

RECORDED = re.compile(r"[a-z_]+\.[a-z_]+")
STATES = {f"license.{state}" for state in ("requested", "declined", "withdrawn", "approved", "active")} | {
    "license.suspended",
    "license.revoked",
    "suspension.approved",
    "suspension.dropped",
}
"""Named by the state that was reached, so that no action spells them out."""


def recorded(package: str) -> set[str]:
    """The events that a package's actions put on record by name."""
    found = set()
    for function in source.in_room("actions"):
        if function.package == package:
            for node in ast.walk(function.node):
                if isinstance(node, ast.Call):
                    words = [one.value for one in node.args if isinstance(one, ast.Constant)]
                    found |= {one for one in words if isinstance(one, str) and RECORDED.fullmatch(one)}
    return found - {"licenses.read_list", "licenses.apply_list"}


@pytest.mark.pure
def test_every_event_of_licenses_and_standing_has_words():
    assert (recorded("licenses") | STATES) ^ licenses.EVENT_WORDS.keys() == set()
    assert recorded("standing") ^ standing.EVENT_WORDS.keys() == set()


@pytest.mark.pure
def test_the_trail_tells_them_in_words():
    facts = {"rows": 12, "refused": 3}

    assert rules.sentence("list.applied", facts, {}) == "the list was carried out: 12 rows, 3 refused"
    assert rules.sentence("claim.approved", {}, {}) == "approved the entry"
    assert (rules.kind_words("loaded_list"), rules.kind_words("evidence_claim")) == ("Loaded list", "Entry of evidence")
    assert rules.run_kind_words("licenses.read_list") == "Read a list"
    assert rules.run_kind_words("standing.import") == "Read a file of past evidence"
    assert rules.job_words("licenses.end_left") == "End the licenses of people who were ended"
