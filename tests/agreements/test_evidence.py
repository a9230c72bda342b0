"""What proves a signature: needed steps in their order, gaps told, and a certificate page that invents nothing."""

import hashlib
import io
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import page
import pikepdf
import pytest

from portal import documents
from portal.agreements.actions import make_sample, sealed, shown
from portal.agreements.rules import Record, Step, certificate, gaps, paper, sample
from portal.errors import Refused
from portal.sealing import Room

pytestmark = pytest.mark.once

PROFILES = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A)
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
def record() -> Record:
    return sample.record("ab" * 32, AT)


def without(record: Record, *steps: Step, party: int = 2) -> Record:
    kept = (one for one in record.happenings if one.party != party or one.step not in steps)
    return replace(record, happenings=tuple(kept))


def words(pieces: list[documents.Piece]) -> list[str]:
    """The lines of the pages, each with single spaces."""
    pdf = documents.pdf(pieces, title="Certificate", made_at=AT)
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    return [" ".join(line.split()) for line in text.decode().splitlines() if line.strip()]


def test_the_sample_proves_what_it_says(record: Record):
    assert gaps(record) == ()


@pytest.mark.parametrize(
    ("step", "gap"),
    [
        (Step.CONSENTED, "It was not recorded that José Ruiz agreed to sign electronically."),
        (Step.READ, "It was not recorded that José Ruiz was shown the last page."),
        (Step.SIGNED, "It was not recorded that José Ruiz signed."),
    ],
)
def test_without_a_needed_step_there_is_no_signature(step: Step, gap: str, record: Record):
    assert gaps(without(record, step)) == (gap,)


def test_steps_that_only_describe_may_be_missing(record: Record):
    assert gaps(without(record, Step.IDENTIFIED, Step.OPENED, Step.REVIEWED)) == ()


@pytest.mark.parametrize("late", [Step.CONSENTED, Step.READ])
def test_what_comes_after_the_signature_does_not_count_for_it(late: Step, record: Record):
    moved = (
        replace(one, at=AT + timedelta(days=1)) if one.step is late and one.party == 2 else one
        for one in record.happenings
    )

    assert gaps(replace(record, happenings=tuple(moved))) == (
        "José Ruiz signed before reading the document or agreeing to sign electronically.",
    )


def test_in_order_nobody_is_asked_before_the_one_ahead_has_signed(record: Record):
    early = tuple(
        replace(one, at=one.at - timedelta(hours=2)) if (one.party, one.step) == (2, Step.INVITED) else one
        for one in record.happenings
    )

    assert gaps(replace(record, happenings=early)) == ("José Ruiz was asked before it was their turn.",)
    assert gaps(replace(record, happenings=early, in_order=False)) == ()


@pytest.mark.parametrize(
    ("lacking", "gap"),
    [
        ({"intent": " "}, "What Ana Lindqvist meant by signing was not recorded."),
        ({"mark": ""}, "Ana Lindqvist left no mark."),
        ({"power": ""}, "Ana Lindqvist did not affirm the power to sign for Riverbend HMIS Lead."),
    ],
)
def test_intent_a_mark_and_the_power_to_bind_are_demanded(lacking: dict[str, str], gap: str, record: Record):
    first, second = record.parties

    assert gaps(replace(record, parties=(replace(first, **lacking), second))) == (gap,)


def test_a_person_who_signs_for_themselves_needs_no_power_to_bind(record: Record):
    first, second = record.parties
    alone = replace(second, organization="", power="")

    assert gaps(replace(record, parties=(first, alone))) == ()
    assert "Signed as Executive Director" in words(certificate(replace(record, parties=(first, alone))))


def test_the_certificate_says_what_was_recorded(record: Record):
    lines = words(certificate(record))

    assert lines[0] == "Certificate of signing"
    for line in (
        "Agreement HMIS Participation Agreement with Harbor House (SAMPLE-1)",
        "Identity shown by used a mailed link and its code",
        "Power to bind I may bind Harbor House by my signature.",
        "Mark typed: José Ruiz",
        "Mark drawn by hand",
        "Network address 198.51.100.7",
        "2026-03-02 14:52:00.000 José Ruiz signed. 198.51.100.7",
    ):
        assert lines.count(line) == 1, line


def test_what_was_not_recorded_is_said_to_be_missing_and_never_made_up(record: Record):
    bare = tuple(replace(one, address="", browser="", how="") for one in record.happenings)
    lines = words(certificate(replace(record, happenings=bare)))

    assert lines.count("Identity shown by not recorded") == 2
    assert lines.count("Network address not recorded") == 2
    assert lines.count("Browser not recorded") == 2
    assert lines.count("2026-03-02 14:52:00.000 José Ruiz signed. not recorded") == 1


def test_the_whole_agreement_is_accessible(record: Record):
    pdf = documents.pdf(paper(sample.text(), record), title=record.title, made_at=AT)

    report = page.validate_pdf_bytes(pdf, profile=page.ValidationProfile.PDF_UA_1)
    assert [str(failure) for failure in report.failures] == []


def test_an_agreement_is_sealed_only_when_the_record_proves_it(record: Record, tmp_path: Path):
    room = Room(tmp_path / "seal", "HMIS Desk seal")

    with pytest.raises(
        Refused, match=r"^This agreement cannot be completed\. It was not recorded that José Ruiz signed\.$"
    ):
        sealed(sample.text(), without(record, Step.SIGNED), b"", AT, room)
    assert not room.folder.exists()


def test_an_agreement_is_sealed_only_with_the_very_document_that_was_shown(record: Record, tmp_path: Path):
    room = Room(tmp_path / "seal", "HMIS Desk seal")

    with pytest.raises(Refused, match="The kept document is not the one that the parties were shown"):
        sealed(sample.text(), record, shown(sample.text(), "Another title", AT), AT, room)


def test_the_document_that_was_shown_travels_inside_the_sealed_one(tmp_path: Path):
    made = make_sample(Room(tmp_path / "seal", "HMIS Desk seal"), AT)

    with pikepdf.open(io.BytesIO(made.pdf)) as opened:
        held = {name: spec.get_file().read_bytes() for name, spec in opened.attachments.items()}
    text = subprocess.run(["pdftotext", "-", "-"], input=made.pdf, capture_output=True, check=True).stdout.decode()
    assert list(held) == ["as-shown.pdf"]
    assert text.count(hashlib.sha256(held["as-shown.pdf"]).hexdigest()) == 1
    assert [page.validate_pdf_bytes(made.pdf, profile=one).is_compliant for one in PROFILES] == [True, True]


def test_what_was_shown_can_be_made_again_to_the_byte(tmp_path: Path):
    first = shown(sample.text(), "HMIS Participation Agreement", AT)

    assert first == shown(sample.text(), "HMIS Participation Agreement", AT)
    assert first != shown(sample.text() + "\nOne word more.", "HMIS Participation Agreement", AT)


def test_the_sample_is_sealed_valid_and_says_that_nobody_signed_it(tmp_path: Path):
    room = Room(tmp_path / "seal", "HMIS Desk seal")
    made = make_sample(room, AT)

    text = subprocess.run(["pdftotext", "-", "-"], input=made.pdf, capture_output=True, check=True).stdout.decode()
    assert room.verify(made.pdf, AT).valid is True
    assert text.count("Sample: the parties are invented, nobody signed this.") == text.count("\f") == 4
